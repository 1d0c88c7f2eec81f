"""How each contender is asked: a question in its own words, and its answer found in what it sends."""

from collections.abc import Mapping
from typing import Any, Protocol

from bench.order_rows import typed_line
from bench.people import CITY
from bench.queries import LINES, PAGE, Json, Question, shaped
from schema.ids import write_id

Variant = Mapping[str, Any]
Asked = tuple[str, Json]
"""A path and the JSON body to be sent there."""

_PATH = "/graphql"
_WAYS: Mapping[str, tuple[str, ...]] = {
    "Q1": (),
    "Q2": ("units",),
    "Q3": ("buildings",),
    "Q4": (),
    "Q5": ("grid",),
    "M1": ("order",),
}
_OWNERS = "owners { name idNumber }"
_LINE = "building floor roomNo address usage grossArea hasLift"
_AFTER = f"after {{ ... on UnitContent {{ {_LINE} }} }}"
_ORDER = f"order {{ id status lines(first: {LINES}) {{ edges {{ node {{ no {_AFTER} }} }} }} }}"
# The usual graph has one type of lines, and needs no fragment.
_USUAL_ORDER = _ORDER.replace(_AFTER, f"after {{ {_LINE} }}")
_FOUND = "edges { node { id roomNo address estate { name } } }"
_PAGE_OF_UNITS = (
    f"units(first: {PAGE}, after: $after) {{ pageInfo {{ hasNextPage endCursor }}"
    f" edges {{ node {{ id roomNo address grossArea {_OWNERS} }} }} }}"
)
_TABLE = (
    "buildings { id name units {"
    f" id section floor roomNo usage grossArea saleStatus contractNo {_OWNERS} }} }}"
)
_GRID = (
    "grid { section floors { floor units {"
    f" id roomNo grossArea saleStatus {_OWNERS} account {{ due balance }} }} }} }}"
)
_BODIES: Mapping[str, tuple[str, str]] = {
    "Q1": ("unit", "id roomNo address grossArea building { name } estate { name }"),
    "Q2": ("estate", _PAGE_OF_UNITS),
    "Q3": ("estate", _TABLE),
    "Q5": ("building", _GRID),
}
_GIVEN = "$search: String!, $first: Int!"


class NotAvailable(Exception):  # noqa: N818 - says how it stands
    """The contender cannot be asked this, or does not answer it; the text says why."""


class Dialect(Protocol):
    """A contender's way of being asked."""

    def write(self, question: Question, variant: Variant) -> Asked:
        """Write a question."""
        ...

    def find(self, question: Question, answer: Json) -> Json:
        """Find what was asked for in an answer, as the contender says it.

        Raises:
            NotAvailable: It is not there.
        """
        ...


def meaning(dialect: Dialect, question: Question, answer: Json) -> Json:
    """Say an answer in the form that all contenders share."""
    return shaped(dialect.find(question, answer), question.shape)


def dig(answer: Json, way: tuple[str, ...]) -> Json:
    """Go down to what was asked for, below the root field that everybody calls `found`.

    Raises:
        NotAvailable: The answer has errors, or nothing there.
    """
    if "errors" in answer:
        raise NotAvailable(str(answer["errors"])[:500])
    found = answer["data"]["found"]
    for name in way:
        if found is None or name not in found:
            raise NotAvailable(f"no {name}: {str(found)[:500]}")
        found = found[name]
    return found


def page(query: str, question: Question, variant: Variant, **variables: Json) -> Asked:
    """Write an operation with its variables, the cursor of the page before among them."""
    more = {"after": variant.get("after")} if question.name == "Q2" else {}
    return _PATH, {"query": query, "variables": {**variables, **more}}


class ByName:
    """The floor's: the path names the question, the body holds its values."""

    def write(self, question: Question, variant: Variant) -> Asked:
        """Write the values."""
        values: dict[str, Any] = {"after": None, "first": PAGE} if question.name == "Q2" else {}
        for name, value in variant.items():
            values[name] = value if value is None or isinstance(value, (int, list)) else str(value)
        return f"/{question.name}", values

    def find(self, question: Question, answer: Json) -> Json:
        """Find it where the product has it."""
        return dig(answer, _WAYS[question.name])


class Ours:
    """The product's: `node` by global ids, and its mutation as clients send it."""

    def write(self, question: Question, variant: Variant) -> Asked:
        """Write the operation."""
        if question.name == "M1":
            lines = [typed_line(line) for line in variant["lines"]]
            order = write_id("Order", CITY, variant["order"])
            return page(_ACT, question, variant, input={"orderId": order, "lines": lines, "replace": True})
        if question.name == "Q4":
            return page(_SEARCH, question, variant, **variant)
        kind, body = _BODIES[question.name]
        name, after = kind.capitalize(), ", $after: String" if question.name == "Q2" else ""
        found = f"found: node(id: $id) {{ ... on {name} {{ {body} }} }}"
        query = f"query {question.name}($id: ID!{after}) {{ {found} }}"
        return page(query, question, variant, id=write_id(name, CITY, variant[kind]))

    def find(self, question: Question, answer: Json) -> Json:
        """Find it below the root field."""
        return dig(answer, _WAYS[question.name])


_SEARCH = (
    f"query Q4({_GIVEN}) {{ found: units(filter: {{ search: $search }}, first: $first) {{ {_FOUND} }} }}"
)
_ACT = (
    "mutation M1($input: OrderLinesPutInput!) { found: orderLinesPut(input: $input) { __typename"
    f" ... on OrderDone {{ {_ORDER} }} ... on Rejected {{ problems {{ code message }} }} }} }}"
)


class Plain:
    """That of a graph with a root field for each kind of thing, found by its plain id of this type."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def write(self, question: Question, variant: Variant) -> Asked:
        """Write the operation."""
        kind = self._kind
        if question.name == "M1":
            found = f"found: orderLinesPut(id: $id, lines: $lines) {{ {_USUAL_ORDER} }}"
            query = f"mutation M1($id: {kind}!, $lines: [JSON!]!) {{ {found} }}"
            return page(query, question, variant, id=str(variant["order"]), lines=variant["lines"])
        if question.name == "Q4":
            query = f"query Q4({_GIVEN}) {{ found: units(search: $search, first: $first) {{ {_FOUND} }} }}"
            return page(query, question, variant, **variant)
        root, body = _BODIES[question.name]
        after = ", $after: String" if question.name == "Q2" else ""
        query = f"query {question.name}($id: {kind}!{after}) {{ found: {root}(id: $id) {{ {body} }} }}"
        return page(query, question, variant, id=str(variant[root]))

    def find(self, question: Question, answer: Json) -> Json:
        """Find it below the root field."""
        return dig(answer, _WAYS[question.name])
