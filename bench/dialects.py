"""How each contender is asked: a question in its own words, and its answer found in what it sends."""

from collections.abc import Mapping
from typing import Any, Protocol

from bench.people import CITY
from bench.queries import LINES, PAGE, Json, Question, shaped
from domain.area import format_area
from schema.ids import write_id

Variant = Mapping[str, Any]


class NotAvailable(Exception):  # noqa: N818 - says how it stands
    """The contender cannot be asked this, or does not answer it; the text says why."""


class Dialect(Protocol):
    """A contender's way of being asked."""

    def write(self, question: Question, variant: Variant) -> tuple[str, Json]:
        """Write a question as a path and a JSON body."""
        ...

    def find(self, question: Question, answer: Json) -> Json:
        """Find what was asked for in an answer, as the contender says it."""
        ...


def meaning(dialect: Dialect, question: Question, answer: Json) -> Json:
    """Say an answer in the form that all contenders share."""
    return shaped(dialect.find(question, answer), question.shape)


class ByName:
    """The floor's: the path names the question, the body holds its values."""

    def write(self, question: Question, variant: Variant) -> tuple[str, Json]:
        """Write the values."""
        values = {
            name: value if isinstance(value, (int, list)) else str(value)
            for name, value in variant.items()
            if value is not None
        }
        if question.name == "Q2":
            values = {"after": None, "first": PAGE, **values}
        return f"/{question.name}", values

    def find(self, question: Question, answer: Json) -> Json:
        """Find it where the product has it."""
        return dig(answer, _WAYS[question.name])


_WAYS: Mapping[str, tuple[str, ...]] = {
    "Q1": (),
    "Q2": ("units",),
    "Q3": ("buildings",),
    "Q4": (),
    "Q5": ("grid",),
    "M1": ("order",),
}


def dig(answer: Json, way: tuple[str, ...]) -> Json:
    """Go down to what was asked for.

    Raises:
        NotAvailable: The answer has errors, or nothing there.
    """
    if "errors" in answer:
        raise NotAvailable(str(answer["errors"])[:300])
    found = answer["data"]["found"]
    for name in way:
        if found is None or name not in found:
            raise NotAvailable(f"no {name}: {str(found)[:300]}")
        found = found[name]
    return found


_OWNERS = "owners { name idNumber }"
_LINE = "building floor roomNo address usage grossArea hasLift"
ORDER = f"order {{ id status lines(first: {LINES}) {{ edges {{ node {{ no after {{ {_LINE} }} }} }} }} }}"
BODIES: Mapping[str, tuple[str, str]] = {
    "Q1": ("unit", "id roomNo address grossArea building { name } estate { name }"),
    "Q2": (
        "estate",
        f"units(first: {PAGE}, after: $after) {{ pageInfo {{ hasNextPage endCursor }}"
        f" edges {{ node {{ id roomNo address grossArea {_OWNERS} }} }} }}",
    ),
    "Q3": (
        "estate",
        f"buildings {{ id name units {{ id section floor roomNo usage grossArea saleStatus contractNo {_OWNERS} }} }}",
    ),
    "Q5": (
        "building",
        "grid { section floors { floor units {"
        f" id roomNo grossArea saleStatus {_OWNERS} account {{ due balance }} }} }} }}",
    ),
}
FOUND = "edges { node { id roomNo address estate { name } } }"


class Ours:
    """The product's: `node` by global ids, and its mutation as clients send it."""

    def write(self, question: Question, variant: Variant) -> tuple[str, Json]:
        """Write the operation."""
        if question.name == "M1":
            return "/graphql", {"query": self._ACT, "variables": {"input": _typed(variant)}}
        if question.name == "Q4":
            return "/graphql", {"query": self._SEARCH, "variables": dict(variant)}
        kind, body = BODIES[question.name]
        name = kind.capitalize()
        variables: dict[str, Any] = {"id": write_id(name, CITY, variant[kind])}
        after = ""
        if question.name == "Q2":
            after, variables["after"] = ", $after: String", variant.get("after")
        query = f"query {question.name}($id: ID!{after}) {{ found: node(id: $id) {{ ... on {name} {{ {body} }} }} }}"
        return "/graphql", {"query": query, "variables": variables}

    _SEARCH = (
        "query Q4($search: String!, $first: Int!) {"
        f" found: units(filter: {{ search: $search }}, first: $first) {{ {FOUND} }} }}"
    )
    _ACT = (
        "mutation M1($input: OrderLinesPutInput!) { found: orderLinesPut(input: $input) {"
        f" __typename ... on OrderDone {{ {ORDER} }} ... on Rejected {{ problems {{ code message }} }} }} }}"
    )

    def find(self, question: Question, answer: Json) -> Json:
        """Find it below the root field."""
        return dig(answer, _WAYS[question.name])


def _typed(variant: Variant) -> Json:
    """Write the lines as a person types them."""
    lines = [
        {
            "building": line["building"],
            "section": line["section"],
            "floor": str(line["floor"]),
            "roomNo": line["room_no"],
            "address": line["address"],
            "usage": line["usage"],
            "grossArea": format_area(line["gross_area"]),
            "hasLift": "有",
        }
        for line in variant["lines"]
    ]
    return {"orderId": write_id("Order", CITY, variant["order"]), "lines": lines, "replace": True}


class Usual:
    """That of a graph with a root field for each kind of thing, found by its plain id."""

    def __init__(self, kind: str = "UUID") -> None:
        self._kind = kind

    def write(self, question: Question, variant: Variant) -> tuple[str, Json]:
        """Write the operation."""
        kind = self._kind
        if question.name == "M1":
            query = f"mutation M1($id: {kind}!, $lines: [JSON!]!) {{ found: orderLinesPut(id: $id, lines: $lines) {{ {ORDER} }} }}"
            return "/graphql", {
                "query": query,
                "variables": {"id": str(variant["order"]), "lines": variant["lines"]},
            }
        if question.name == "Q4":
            query = f"query Q4($search: String!, $first: Int!) {{ found: units(search: $search, first: $first) {{ {FOUND} }} }}"
            return "/graphql", {"query": query, "variables": dict(variant)}
        root, body = BODIES[question.name]
        variables: dict[str, Any] = {"id": str(variant[root])}
        after = ""
        if question.name == "Q2":
            after, variables["after"] = ", $after: String", variant.get("after")
        query = f"query {question.name}($id: {kind}!{after}) {{ found: {root}(id: $id) {{ {body} }} }}"
        return "/graphql", {"query": query, "variables": variables}

    def find(self, question: Question, answer: Json) -> Json:
        """Find it below the root field."""
        return dig(answer, _WAYS[question.name])
