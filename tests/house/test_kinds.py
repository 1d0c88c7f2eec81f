"""Every order kind is whole: whoever adds one and forgets a piece is told here."""

import re
from dataclasses import fields as fields_of
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, GraphQLUnionType

from api.execution import core_of
from authz.actions import ACTIONS
from authz.public import PUBLIC
from domain.city import City, load_cities
from domain.estate import UNIT_CODE
from domain.orders import KINDS
from domain.orders.flow import Ending
from domain.orders.kind import OrderKind
from reports.forms import FORMS
from reports.sheets import SHEETS
from schema.roots import schema

ROOT = Path(__file__).parents[2]
CITIES: tuple[City, ...] = tuple(load_cities(ROOT / "tests" / "cities").values())
KIND = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def test_kinds_are_listed_under_their_own_code_and_letters():
    assert all(code == kind.code for code, kind in KINDS.items())
    assert len({kind.letters for kind in KINDS.values()}) == len(KINDS)
    assert all(re.fullmatch("[A-Z]{2}", kind.letters) for kind in KINDS.values())
    assert not {kind.letters for kind in KINDS.values()} & {"AC", "ES", "SA", "BU", "UN", "UA", "DN", "PP"}, (
        "taken"
    )


@KIND
def test_a_kind_stands_on_an_action_that_orders_may_stand_on(kind: OrderKind[object]):
    action = ACTIONS.get(kind.action)
    assert kind.action in PUBLIC if action is None else action.by_order


@KIND
def test_a_kind_has_a_file_of_its_own_in_both_rooms(kind: OrderKind[object]):
    for room in ("domain", "schema"):
        assert (ROOT / room / "orders" / f"{kind.code.lower()}.py").is_file(), room


def in_graph(name: str) -> str:
    """Write a name of ours as the graph has it."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def content_type(kind: OrderKind[object]) -> GraphQLObjectType:
    """Give the type of a kind's content in the graph."""
    name = "".join(part.capitalize() for part in kind.code.split("_"))
    found = core_of(schema).get_type(name)
    assert isinstance(found, GraphQLObjectType), f"{name} is missing"
    return found


@KIND
def test_a_kind_is_in_the_graph(kind: OrderKind[object]):
    graph = core_of(schema)
    contents, drafts, kinds = (
        graph.get_type(name) for name in ("OrderContent", "OrderContentInput", "OrderKind")
    )
    assert isinstance(contents, GraphQLUnionType)
    assert content_type(kind) in contents.types
    assert isinstance(kinds, GraphQLEnumType)
    assert kind.code in kinds.values
    assert isinstance(drafts, GraphQLInputObjectType)
    drafted = in_graph(kind.code.lower()) in drafts.fields
    assert drafted is (kind.action not in PUBLIC), "it can be drafted, unless visitors hand it in"


def test_the_graph_has_no_kind_that_is_not():
    graph = core_of(schema)
    contents, kinds = graph.get_type("OrderContent"), graph.get_type("OrderKind")
    assert isinstance(contents, GraphQLUnionType)
    assert isinstance(kinds, GraphQLEnumType)
    assert len(contents.types) == len(KINDS)
    assert set(kinds.values) == set(KINDS)


@KIND
def test_what_a_kind_lets_people_fill_in_is_what_its_content_holds_and_the_graph_shows(
    kind: OrderKind[object],
):
    names = [field.name for field in kind.fields]
    assert len(names) == len(set(names))
    heads = {name.partition(".")[0] for name in names}
    assert heads <= {field.name for field in fields_of(kind.content)}  # pyright: ignore[reportArgumentType] - contents are dataclasses
    assert kind.on_cover <= set(names)
    assert {in_graph(head) for head in heads} <= set(content_type(kind).fields)


@KIND
def test_a_kind_names_a_sheet_and_a_form_that_there_are(kind: OrderKind[object]):
    assert kind.form in FORMS
    if kind.sheet is not None:
        assert kind.rows is not None
        rows = kind.rows.typed or kind.rows
        known = (UNIT_CODE,) if rows.picked else ()
        assert SHEETS[kind.sheet].fields == (*known, *rows.fields)
    assert kind.annex is None or kind.rows is not None


@KIND
@pytest.mark.parametrize("city", CITIES, ids=[city.key for city in CITIES])
def test_every_city_knows_a_kinds_papers_and_what_completes_it(kind: OrderKind[object], city: City):
    assert kind.uploads in {papers.code for papers in city.order_kinds}
    assert city.attachment_kinds(kind.uploads)
    assert kind.endings(city) in Ending


@KIND
def test_a_kind_is_in_the_table_of_orders(kind: OrderKind[object]):
    text = (ROOT / "docs" / "orders.md").read_text(encoding="utf-8")
    assert text == describe(), "write it anew: python -m tests.house.test_kinds"
    assert f"| `{kind.code}` |" in text


def describe() -> str:
    """Write the table of order kinds: a row for each, from its declaration."""
    lines = [
        "# Order kinds",
        "",
        "Written from the declarations in `domain/orders`; a test keeps it true.",
        "",
        "| Kind | Name | Letters | Right | Completed by | Sheet | Form | Accounts opened |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind in KINDS.values():
        endings = ", ".join(
            f"{city.key}: {kind.endings(city).value if kind.offered(city) else 'not offered'}"
            for city in load_cities().values()
        )
        cells = (
            f"`{kind.code}`",
            kind.label,
            kind.letters,
            f"`{kind.action}`",
            endings,
            f"`{kind.sheet}`" if kind.sheet else "",
            FORMS[kind.form].title,
            "yes" if kind.opens else "",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (ROOT / "docs" / "orders.md").write_text(describe(), encoding="utf-8")
