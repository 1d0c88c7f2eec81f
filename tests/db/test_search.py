"""What searches go by in the database: found by indexes as each role, and hashed under the key."""

import json
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Select, select, text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from db.base import Pool
from db.kept import whole
from db.sealing import Keys, Sealer
from db.tables.estates import Unit
from domain.search import small
from resolvers.asker import Asker, asker_of
from resolvers.search import search_units
from resolvers.visit import Visit
from tests.db.roles import actor, role
from tests.neighbours import Neighbours
from tests.scenes import LUZHOU, Caller

NOBODY = UUID(int=0)
_PARTS = ("1", "栋1", "滨江路", "滨江路一段1号1栋1单元301", "张", "张三", "龘")
_INDEXED = {
    "place_token": ("city", "token"),
    "owner_token": ("city", "token"),
    "owner": ("city", "unit_id = ANY"),
    "unit": ("city", "id = ANY"),
}


def _compile(statement: Select[Any]) -> tuple[str, tuple[Any, ...]]:
    compiled = statement.compile(dialect=PGDialect_asyncpg())
    return str(compiled), tuple(compiled.params[name] for name in compiled.positiontup or ())


def _scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "Relation Name" in plan:
        yield plan
    for inner in plan.get("Plans", ()):
        yield from _scans(inner)


def _condition(scan: dict[str, Any]) -> str:
    """Give by what indexes a table is read, straight or through a bitmap of its rows."""
    below = (_condition(inner) for inner in scan.get("Plans", ()) if "Bitmap" in inner["Node Type"])
    return " ".join((scan.get("Index Cond", ""), *below))


async def _explain(connection: AsyncConnection, asker: Asker, part: str) -> list[dict[str, Any]]:
    # So few rows are read faster without an index; what is asked is whether it can be used at all.
    await connection.execute(text("set local enable_seqscan = off"))
    assert asker.units is not None
    where = (asker.units.clause(Unit), *whole(search_units(part, asker)))
    page, values = _compile(select(Unit.id).where(*where).order_by(Unit.id.desc()).limit(21))
    found = (await connection.exec_driver_sql(f"explain (format json) {page}", values)).scalar_one()
    plans = json.loads(found) if isinstance(found, str) else found
    return list(_scans(plans[0]["Plan"]))


async def _asker(caller: Caller, neighbours: Neighbours) -> tuple[Asker, dict[str, Any]]:
    who = await actor(neighbours.town, caller)
    visit = Visit(neighbours.town.desk, who)
    context = {"city": who.city, "org": who.organization, "principal": who.principal}
    return await asker_of(visit), context


@pytest.mark.parametrize("part", _PARTS)
@pytest.mark.parametrize("pool", [Pool.DEVELOPER, Pool.OFFICE])
async def test_a_search_goes_by_indexes_under_row_level_security(
    neighbours: Neighbours, pool: Pool, part: str
):
    caller = neighbours.mine.developer if pool is Pool.DEVELOPER else neighbours.clerk
    asker, context = await _asker(caller, neighbours)
    async with role(neighbours.town, pool, **context) as connection:
        scans = await _explain(connection, asker, part)
    assert {scan["Relation Name"] for scan in scans} == set(_INDEXED)
    for scan in scans:
        table, condition = scan["Relation Name"], _condition(scan)
        assert [column for column in _INDEXED[table] if column not in condition] == [], (table, scan)
        if pool is Pool.DEVELOPER and table.endswith("_token"):
            # In so small a world the organization may be cheaper to look at than to go by.
            assert "org_id" in condition + scan.get("Filter", ""), (table, scan)


async def test_a_pattern_could_not_go_by_an_index(neighbours: Neighbours):
    """The reason for the tokens: what is not leakproof is tried on rows that the policy let through."""
    asker, context = await _asker(neighbours.clerk, neighbours)
    assert asker.units is not None
    async with role(neighbours.town, Pool.OFFICE, **context) as connection:
        leaky = "select proname from pg_proc where proname in ('textlike', 'strpos') and proleakproof"
        assert (await connection.execute(text(leaky))).all() == []
        strong = (
            "select count(*) from pg_proc where proname in ('texteq', 'int8eq', 'uuid_eq') and proleakproof"
        )
        assert (await connection.execute(text(strong))).scalar_one() == 3


async def test_the_page_is_read_in_the_order_of_ids_without_sorting(neighbours: Neighbours):
    asker, context = await _asker(neighbours.clerk, neighbours)
    async with role(neighbours.town, Pool.OFFICE, **context) as connection:
        scans = await _explain(connection, asker, "滨江")
    (units,) = [scan for scan in scans if scan["Relation Name"] == "unit"]
    assert (units["Node Type"], units["Scan Direction"]) == ("Index Scan", "Backward")


async def test_small_letters_are_the_same_in_python_and_in_the_database(neighbours: Neighbours):
    known = [
        chr(point)
        for point in range(1, sys.maxunicode + 1)
        if unicodedata.category(chr(point)) not in {"Cn", "Cs"}
    ]
    async with role(neighbours.town, Pool.OFFICE, city=LUZHOU, principal=NOBODY) as connection:
        given = text('select lower(cast(:all as text) collate "pg_c_utf8")')
        lowered = (await connection.execute(given, {"all": "".join(known)})).scalar_one()
    assert len(lowered) == len(known)
    assert [(a, b, small(a)) for a, b in zip(known, lowered, strict=True) if small(a) != b] == []


def test_a_names_characters_are_hashed_under_the_installations_key_and_for_one_city(keys: Keys):
    sealer = Sealer(keys)
    assert sealer.token(LUZHOU, "王") == sealer.token(LUZHOU, "王")
    other = Sealer(replace(keys, blind=b"another key of thirty-two bytes!"))
    tokens = {
        sealer.token(LUZHOU, "王"),
        sealer.token(LUZHOU, "李"),
        sealer.token(440700, "王"),
        other.token(LUZHOU, "王"),
    }
    assert len(tokens) == 4
    assert all(-(2**63) <= token < 2**63 for token in tokens)


async def test_the_owners_tokens_say_nothing_in_clear(neighbours: Neighbours):
    _, context = await _asker(neighbours.clerk, neighbours)
    async with role(neighbours.town, Pool.OFFICE, **context) as connection:
        rows = (await connection.execute(text("select to_jsonb(t)::text from owner_token t"))).scalars().all()
    assert rows
    assert not [row for row in rows if "张" in row or "三" in row]
