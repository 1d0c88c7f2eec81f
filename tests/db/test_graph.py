"""What the compiler writes: every table within its reader's scope, and no value of anybody in the text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, or_
from sqlalchemy.orm import DeclarativeBase

from api.execution import Way
from db.base import Base
from db.graph.asked import Identity, Numbered, Pages, Related, RelatedList, Shape, Total
from db.graph.clauses import Slots
from db.graph.statement import Statement, write_statement
from db.graph.writer import Chosen, Sights
from db.scope import Scope, guard_text
from db.sorting import Order, beyond
from db.tables.estates import Building, Estate, Unit
from domain.actor import Actor, PrincipalKind
from tests.answers.both import Asked, Both
from tests.answers.world.names import LUZHOU, gid, row
from tests.answers.world.people import PEOPLE
from tests.answers.world.settle import World
from tests.db.compiled import Heard, overhear, without_masks
from tests.db.conftest import Compiled

_CITY = "t.city = $"
_OWN = f"{_CITY} AND t.org_id = $"
_ITSELF = f"{_CITY} AND t.id = $"
_MINE = f"{_OWN} AND t.uploaded_by = $"


def _through(column: str, parent: str, limit: str) -> str:
    """Write the scope of rows that follow their parent's estate, or who began it."""
    above = f"{parent}.city = $ AND {parent}.org_id = $ AND {parent}.{limit}"
    return f"{_OWN} AND t.{column} IN (SELECT {parent}.id FROM {parent} WHERE {above})"


_OFFICE: dict[str, str] = {"": _CITY}
_DEVELOPER = {"": _OWN, "organization": _ITSELF, "deposit_rate": _CITY}
_ESTATES = "estate_id = ANY ($)"
_RESOLUTIONS = (
    f"SELECT notice.resolution_file_id FROM notice WHERE notice.city = $ AND notice.org_id = $"
    f" AND notice.{_ESTATES} AND notice.resolution_file_id IS NOT NULL"
)
_GRANTED = {
    "": f"{_OWN} AND t.{_ESTATES}",
    "estate": f"{_OWN} AND t.id = ANY ($)",
    "organization": _ITSELF,
    "deposit_rate": _CITY,
    "file": f"{_OWN} AND (t.uploaded_by = $ OR t.id IN ({_RESOLUTIONS}))",
    "entry": _through("account_id", "account", _ESTATES),
    "notice_line": _through("notice_id", "notice", _ESTATES),
    **{
        name: _through("order_id", "business_order", _ESTATES)
        for name in ("order_line", "order_step", "order_difference", "attachment")
    },
}
_VISITOR = {
    "organization": _ITSELF,
    "business_order": f"{_OWN} AND t.created_by = $",
    "file": _MINE,
    **{
        name: _through("order_id", "business_order", "created_by = $")
        for name in ("order_line", "order_step", "order_difference", "attachment")
    },
}
_BANK = {
    **dict.fromkeys(("payment", "receipt"), f"{_CITY} AND t.bank = $"),
    "file": f"{_CITY} AND t.uploaded_by = $",
}
_DEVELOPERS = ("admin", "neighbour", "idle", "elsewhere", "bent")
_SCOPES = {
    **dict.fromkeys(_DEVELOPERS, _DEVELOPER),
    **dict.fromkeys(("granted", "narrow"), _GRANTED),
    **dict.fromkeys(("clerk", "reviewer", "authority"), _OFFICE),
    "visitor": _VISITOR,
    "bank": _BANK,
}
"""For each person what its rows of a table must meet, and under no name those of every other table."""


def _plain(scope: str, alias: str) -> str:
    """Write a scope without numbers and types of parameters."""
    named = re.sub(r"\$\d+(::[A-Z]+(\[\])?)?", "$", scope.replace(f"{alias}.", "t."))
    return re.sub(r"\s+", " ", named)


@pytest.mark.parametrize("person", PEOPLE)
def test_every_table_carries_its_readers_scope_exactly_once(compiled: Compiled, person: str):
    wanted = _SCOPES[person]
    for heard in compiled[person]:
        chosen = without_masks(heard.reading)
        assert len({alias for _, alias in heard.tables}) == len(heard.tables)
        assert {alias for _, alias in heard.tables} == set(re.findall(r" as (t\d+)\b", _rows_of(chosen)))
        for entity, alias in heard.tables:
            table = entity.__tablename__
            scope = _plain(heard.scope(alias), alias)
            assert scope == f"({wanted[table if table in wanted else '']})", (table, heard.text)
            # A page that is counted from its end is read within, and turned round outside.
            assert len(re.findall(rf"\b{alias}\.city = \$\d+", chosen)) == 1, heard.text


def _rows_of(text: str) -> str:
    """Leave out the outer names of pages that are turned round."""
    return re.sub(r"\) as t\d+ order by", ")", text)


@pytest.mark.parametrize("person", PEOPLE)
def test_the_values_of_a_scope_are_the_readers_own(compiled: Compiled, person: str):
    known = PEOPLE[person]
    organization = [row("Organization", known.organization)] if known.organization else []
    estates = [[row("Estate", 1)]] if person in ("granted", "narrow") else []
    for heard in compiled[person]:
        assert set(heard.values_of(r"\bcity = \$(\d+)")) == {known.city}
        # Others may be asked for, in a filter, which stands after the scope.
        assert _in_scopes(heard, r"\borg_id = \$(\d+)::UUID") <= set(organization)
        assert _in_scopes(heard, r"\.bank = \$(\d+)") <= {known.bank}
        assert heard.values_of(r"\bestate_id = ANY \(\$(\d+)") in ([], estates * len(_granted(heard)))
        mine = heard.values_of(r"\b(?:created_by|uploaded_by) = \$(\d+)::UUID")
        assert set(mine) <= {row("Principal", known.number)}
        assert heard.values_of(r"\bprincipal\s+where city = \$\d+ and id = \$(\d+)") == [
            row("Principal", known.number)
        ]


def _in_scopes(heard: Heard, pattern: str) -> set[Any]:
    scopes = [heard.scope(alias) for _, alias in heard.tables]
    return {heard.value(place) for scope in scopes for place in re.findall(pattern, scope)}


def _granted(heard: Heard) -> list[str]:
    return re.findall(r"\bestate_id = ANY \(", heard.bare)


def test_tables_within_conditions_carry_the_city_too(compiled: Compiled):
    """What a filter or a parent's scope looks up is written by SQLAlchemy, in capitals."""
    found: set[str] = set()
    for person, statements in compiled.items():
        for heard in statements:
            for within in re.finditer(r"\bFROM ([a-z_]+)\b(?!\()", heard.reading):
                after = heard.reading[within.end() :]
                assert _city_of(within[1]).match(after), (person, within[0] + after[:300])
                found.add(within[1])
            outside = set(re.findall(r"\bfrom ([a-z_]+)\b(?! as t\d+ where )", heard.reading))
            assert outside <= {"context", "unnest", "jsonb_array_elements"}
    assert found == {
        *("place_token", "owner_token", "owner", "account", "unit"),
        *("notice_line", "business_order", "notice"),
    }


def _city_of(table: str) -> re.Pattern[str]:
    city = r"\.city = (?:\$\d+::INTEGER|t\d+\.city)"
    return re.compile(rf"(?: JOIN {table} AS every ON every{city} AND .*?)?\s+WHERE {table}{city}")


def test_the_set_of_statements_is_rich(compiled: Compiled):
    texts = {heard.text for statements in compiled.values() for heard in statements}
    tables = {
        entity for statements in compiled.values() for heard in statements for entity, _ in heard.tables
    }
    assert len(texts) >= 300
    assert len(tables) == 20
    assert {person for person, statements in compiled.items() if len(statements) < 10} == set()


_ACTOR = Actor(LUZHOU, UUID(int=1), PrincipalKind.DEVELOPER, "", 1, session=UUID(int=2))
_GUARD = guard_text(_ACTOR)


def _sights(scope: Scope, *entities: type[Base]) -> Sights:
    return Sights(dict.fromkeys(entities, "see"), {"see": scope})


def _write(root: Any, scope: Scope, *entities: type[Base], chosen: Chosen | None = None) -> Statement:
    return write_statement(root, _sights(scope, *entities), [chosen or Chosen()], _GUARD)


def test_estates_that_are_denied_are_left_out_of_every_table():
    denied = Scope(LUZHOU, UUID(int=1), denied=frozenset({UUID(int=3)}))
    within = Shape((("id", Identity("Unit")),))
    units = RelatedList(Unit, "estate_id", ("id",), (), within)
    root = Numbered(Estate, "code", 0, Shape((("units", units),)))
    text = _write(root, denied, Estate, Unit, chosen=Chosen((Estate,))).text
    for alias, column in (("t1", "id"), ("t2", "estate_id")):
        estate = f"{alias}.{column}"
        rule = f"({alias}.city = $2::INTEGER AND ({estate} IS NULL OR {estate} != ALL ($3::UUID[])))"
        assert f" as {alias} where {rule} and " in text


class _Apart(DeclarativeBase):
    """Tables of a declaration of their own, so that the product's stays as it is."""

    metadata = MetaData()


class _Loose(_Apart):
    """A table that belongs to no city."""

    __table__ = Table("loose", _Apart.metadata, Column("id", Integer, primary_key=True))
    __tablename__ = "loose"
    parent = None


def _loose_parts() -> Iterator[Any]:
    loose, shape = cast("type[Base]", _Loose), Shape((("id", Identity("Loose")),))
    yield Pages(loose, Order(), None, 0, (("totalCount", Total()),))
    yield Numbered(loose, "id", 0, shape)
    yield Numbered(Estate, "code", 0, Shape((("loose", Related(loose, "id", "id", shape, required=False)),)))
    yield Numbered(Estate, "code", 0, Shape((("all", RelatedList(loose, "id", ("id",), (), shape)),)))


@pytest.mark.parametrize("part", [*_loose_parts()], ids=lambda part: type(part).__name__)
def test_a_table_without_tenant_columns_is_refused(part: Any):
    loose = cast("type[Base]", _Loose)
    scope = Scope(LUZHOU, UUID(int=1))
    with pytest.raises(TypeError, match="no tenant column"):
        scope.clause(loose)
    with pytest.raises(TypeError, match="no tenant column"):
        _write(part, scope, loose, Estate, chosen=Chosen((Estate,)))


def test_a_condition_that_falls_apart_at_an_or_stands_in_brackets():
    apart = or_(Building.status == "ACTIVE", Building.name == "x")
    rows = Building.__table__.alias("t9")
    written = Slots().write_condition(rows, apart, lambda place: ("site", 0, "where", place))
    assert written[0] + written[-1] == "()"
    part = Pages(Building, Order(("position", "id")), None, 0, (("totalCount", Total()),))
    scope = Scope(LUZHOU, UUID(int=1))
    text = _write(part, scope, Building, chosen=Chosen(where=apart)).text
    assert (
        "from building as t2 where (t2.city = $1::INTEGER) and"
        " (t2.status = $2::VARCHAR OR t2.name = $3::VARCHAR))"
    ) in text


def test_the_place_after_a_cursor_stands_in_brackets_too():
    rows = Building.__table__.alias("t1")
    slots = Slots()
    values = [
        slots.symbol(("after", place), rows.c[key].type) for place, key in enumerate(("position", "id"))
    ]
    past = beyond(rows.c, Order(("position", "id")), values, onwards=True)
    written = slots.write_condition(rows, past)
    assert written == ("(t1.position > $1::BIGINT OR t1.position = $1::BIGINT AND t1.id > $2::UUID)")


def test_only_declared_columns_are_named(compiled: Compiled):
    declared = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    for statements in compiled.values():
        for heard in statements:
            assert set(re.findall(r'"(\w*)"', heard.bare)) <= declared
            assert '"' not in re.sub(r'\bt\d+\."\w+"|\bg\d?\."\w+"|as "\w+"', "", heard.bare)


async def test_a_masked_field_is_the_only_one_with_a_condition_of_its_own(world: World):
    desk, heard = overhear(world.desk)
    both = Both(replace(world, desk=desk))
    unit = Asked("query($i: ID!) { node(id: $i) { ... on Unit { code contractNo } } }", {"i": gid("Unit", 1)})
    for person, masks in (("admin", 1), ("granted", 1), ("narrow", 0)):
        await both.answer(unit, person, Way.COMPILED)
        told = re.findall(r"'contractNo|,\"contractNo\":(?:null)?", heard[-1].text)
        assert len(told) == 1
        assert heard[-1].text.count("case when (t1.city = ") == masks
        assert (',"contractNo":null' in heard[-1].text) is (masks == 0)
