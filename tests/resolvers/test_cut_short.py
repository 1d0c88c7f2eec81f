"""A statement that runs too long is cut short: who asked is told, nothing is written, no connection lost."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import QueuePool

from db.base import Pool
from db.engine import Addresses, Databases
from domain.refusal import TooCostly
from resolvers.visit import Visit
from tests.db.roles import actor as actor_of
from tests.db.roles import database_of
from tests.resolvers.reading import estate_of, homes
from tests.scenes import JIANGMEN, Caller, Developer, Town
from tests.shelf import Shelf
from tests.statements import Statements

ROWS = "{ estates { totalCount edges { node { name } } } }"
BOTH = "{ me { name } estates { totalCount edges { node { name } } } }"
DRAFT = """mutation { orderDraft(input: { content: { estateCollection: { name: "二期" } } }) {
  __typename ... on OrderDone { order { id orderNo } } } }"""
DRAFT_AND_READ = """mutation { orderDraft(input: { content: { estateCollection: { name: "二期" } } }) {
  __typename ... on OrderDone { order { id organization { name } } } } }"""


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer with an estate."""
    developer = await town.developer(JIANGMEN)
    await town.collect(developer, homes(2))
    return developer


@pytest.fixture
async def hurried(town: Town, server: Addresses) -> AsyncIterator[Town]:
    """Give the same town where no statement may run for longer than a third of a second."""
    databases = Databases(database_of(town, server), size=4, statement_timeout="300ms")
    async with Town(replace(town.desk, databases=databases)) as hurried:
        yield hurried
    await databases.close()


@asynccontextmanager
async def locked(town: Town, server: Addresses, table: str) -> AsyncGenerator[None]:
    """Hold a table so that whoever asks for it waits."""
    engine = create_async_engine(database_of(town, server).url())
    async with engine.connect() as connection:
        await connection.execute(text(f"lock table {table} in access exclusive mode"))
        yield
        await connection.rollback()
    await engine.dispose()


async def ask(town: Town, caller: Caller, query: str, **variables: Any) -> dict[str, Any]:
    """Ask in a town, and give the data with the codes of the errors."""
    answer = await Caller(town.http, caller.headers).send(query, **variables)
    codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
    return {"data": answer.get("data"), "codes": codes}


def in_use(town: Town) -> dict[str, int]:
    """Tell of each pool how many connections are given out."""
    given = {pool.value: town.desk.databases.readers(pool).busy for pool in Pool}
    for pool in Pool:
        known = town.desk.databases.engine(pool).pool
        assert isinstance(known, QueuePool)
        given[pool.value] += known.checkedout()
    return given


NONE = {pool.value: 0 for pool in Pool}


@pytest.mark.parametrize("query", [ROWS, BOTH])
async def test_a_query_that_runs_too_long_is_too_costly(
    town: Town, hurried: Town, server: Addresses, developer: Developer, query: str
):
    async with locked(town, server, "estate"):
        told = await ask(hurried, developer, query)
    assert set(told["codes"]) == {"TOO_COSTLY"}


async def test_a_field_that_ran_too_long_is_not_asked_another_way(
    town: Town, hurried: Town, server: Addresses, developer: Developer
):
    await ask(hurried, developer, BOTH)  # Its rights are known from here on.
    async with locked(town, server, "estate"):
        with Statements(hurried.desk) as statements:
            told = await ask(hurried, developer, BOTH)
    assert told["codes"] == ["TOO_COSTLY"]
    assert sum("estate" in statement for statement in statements.texts) == 1


async def test_a_guard_that_has_to_wait_for_too_long_is_no_bug(
    town: Town, hurried: Town, server: Addresses, developer: Developer
):
    """Its context is set by the first statement of a snapshot, which reads principals."""
    actor = await actor_of(town, developer)
    async with locked(town, server, "principal"):
        first, second = Visit(hurried.desk, actor), Visit(hurried.desk, actor)
        with pytest.raises(TooCostly):
            await first.begin()
        with pytest.raises(TooCostly):
            await second.run(text("select 1"))
        await first.close()
        await second.close()
    assert in_use(hurried) == NONE


ACTS = {"business_order": DRAFT, "organization": DRAFT_AND_READ}
"""For a table that is waited for, an act that has to write there, or to read from there for its answer."""


@pytest.mark.parametrize("table", ACTS)
async def test_an_act_that_runs_too_long_is_too_costly(
    town: Town, hurried: Town, server: Addresses, developer: Developer, table: str
):
    async with locked(town, server, table):
        told = await ask(hurried, developer, ACTS[table])
    assert told["codes"] == ["TOO_COSTLY"]


@pytest.mark.parametrize(
    ("query", "table"), [(ROWS, "estate"), (BOTH, "estate"), *((act, table) for table, act in ACTS.items())]
)
async def test_what_runs_too_long_writes_nothing_and_loses_no_connection(
    town: Town, hurried: Town, server: Addresses, developer: Developer, shelf: Shelf, query: str, table: str
):
    assert (await ask(hurried, developer, ROWS))["codes"] == []
    before = await shelf.standing()
    async with locked(town, server, table):
        told = await ask(hurried, developer, query)
    assert len(told["codes"]) == 1
    assert in_use(hurried) == NONE
    assert await shelf.standing() == before
    assert (await ask(hurried, developer, query))["codes"] == []


WRONG_BESIDE_SLOW = """query($id: ID!) { node(id: $id) { ... on Estate {
  buildings { units { account { entries { amount } } } } units(first: -1) { totalCount } } } }"""


async def backends(shelf: Shelf) -> Counter[tuple[str, int]]:
    """Give the product's connections as the server sees them."""
    found = await shelf.rows(
        "select application_name, pid from pg_stat_activity"
        " where datname = current_database() and application_name like 'weixiu %'"
    )
    return Counter((name, pid) for name, pid in found)


async def test_a_wrong_argument_beside_slow_fields_costs_no_connection(
    town: Town, developer: Developer, shelf: Shelf
):
    estate = await estate_of(developer)
    for _ in range(3):
        await ask(town, developer, WRONG_BESIDE_SLOW, id=estate)
        await ask(town, developer, BOTH)
    before = await backends(shelf)
    for _ in range(50):
        told = await ask(town, developer, WRONG_BESIDE_SLOW, id=estate)
        assert told == {"data": {"node": None}, "codes": ["BAD_USER_INPUT"]}
        assert in_use(town) == NONE
    assert await backends(shelf) == before


async def test_wrong_arguments_side_by_side_cost_no_connection(
    town: Town, developer: Developer, shelf: Shelf
):
    estate = await estate_of(developer)

    async def ask_all() -> list[dict[str, Any]]:
        return await asyncio.gather(
            *(ask(town, developer, WRONG_BESIDE_SLOW, id=estate) for _ in range(25)),
            *(ask(town, developer, ROWS) for _ in range(25)),
        )

    await ask_all()
    before = await backends(shelf)
    told = await ask_all()
    assert [each["codes"] for each in told] == [["BAD_USER_INPUT"]] * 25 + [[]] * 25
    assert in_use(town) == NONE
    assert await backends(shelf) == before


async def test_a_request_given_up_by_its_client_costs_no_connection(
    town: Town, developer: Developer, shelf: Shelf
):
    for turn in range(30):
        under_way = [asyncio.create_task(ask(town, developer, query)) for query in (ROWS, BOTH, DRAFT) * 2]
        await asyncio.sleep(0.001 * (turn % 10))
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    for _ in range(100):
        if in_use(town) == NONE:
            break
        await asyncio.sleep(0.01)
    assert in_use(town) == NONE
    assert (await ask(town, developer, BOTH))["codes"] == []
    roles = Counter(name for name, _ in await backends(shelf))
    assert all(number <= 4 for number in roles.values()), roles
