"""A compiled statement opens its own door: its context comes first, and without it nothing is read."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from tests.answers.world.people import PEOPLE
from tests.answers.world.settle import World
from tests.db.compiled import Heard
from tests.db.conftest import Compiled

_IDENTITY = {"principal", "session", "api_key"}


@pytest.fixture(params=PEOPLE)
def statements(compiled: Compiled, request: pytest.FixtureRequest) -> list[Heard]:
    """Give the statements that answered one person."""
    return compiled[request.param]


@pytest.fixture
async def bare(world: World, statements: list[Heard]) -> AsyncIterator[AsyncConnection]:
    """Sign in as the person's database role; each statement is a transaction, and none has a context."""
    url = world.desk.databases.engine(statements[0].pool).url
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def _explain(connection: AsyncConnection, heard: Heard, values: tuple[Any, ...]) -> dict[str, Any]:
    """Run a statement and give the plan by which it ran."""
    told = await connection.exec_driver_sql(
        f"explain (analyze, timing off, format json) {heard.text}", values
    )
    plan = told.scalar_one()
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _outdated(heard: Heard) -> tuple[Any, ...]:
    """Give the values of a statement with a version of the rights that is gone."""
    (number,) = re.findall(r"\bversion = \$(\d+)", heard.bare)
    before = int(number) - 1
    return (*heard.values[:before], heard.value(number) + 1, *heard.values[before + 1 :])


async def test_the_context_comes_first_and_nothing_stands_beside_it(
    bare: AsyncConnection, statements: list[Heard]
):
    for heard in statements:
        plan = await _explain(bare, heard, heard.values)
        assert (plan["Node Type"], plan["CTE Name"]) == ("CTE Scan", "context"), heard.text
        assert plan["Plans"][0]["Subplan Name"] == "CTE context"
        beside = {below["Parent Relationship"] for below in plan["Plans"]}
        assert beside <= {"InitPlan", "SubPlan"}
        read = {node.get("Relation Name") for node in _nodes(plan["Plans"][0])} - {None}
        assert read <= _IDENTITY
        assert plan["Actual Rows"] == 1


async def test_rights_of_another_version_give_no_row_and_no_table_is_looked_at(
    bare: AsyncConnection, statements: list[Heard]
):
    for heard in statements:
        stale = _outdated(heard)
        assert (await bare.exec_driver_sql(heard.text, stale)).all() == []
        plan = await _explain(bare, heard, stale)
        looked = {
            node["Relation Name"] for node in _nodes(plan) if node["Actual Loops"] and "Relation Name" in node
        }
        assert looked <= _IDENTITY


async def test_a_plan_that_knows_no_values_gives_the_same_answer(
    bare: AsyncConnection, statements: list[Heard]
):
    await bare.execute(text("set plan_cache_mode = force_generic_plan"))
    for heard in statements:
        assert heard.answer is not None
        assert (await bare.exec_driver_sql(heard.text, heard.values)).scalar_one() == heard.answer
        assert (await bare.exec_driver_sql(heard.text, _outdated(heard))).all() == []


async def test_without_its_context_none_of_its_tables_is_read(bare: AsyncConnection, statements: list[Heard]):
    """The policies raise, and neither show nor hide any row."""
    for table in {entity.__tablename__ for heard in statements for entity, _ in heard.tables}:
        with pytest.raises(DBAPIError, match=r'unrecognized configuration parameter "app\.'):
            await bare.execute(text(f"select count(*) from {table}"))
