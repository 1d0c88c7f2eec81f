"""The connections that answer compiled queries: handed out in turn, never too many, and none that is torn."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.engine import Addresses
from db.readers import Readers

SIZE = 2
NAME = "weixiu test of readers"
PID = "select pg_backend_pid()"
ENDED = (asyncpg.AdminShutdownError, asyncpg.ConnectionDoesNotExistError)
"""What a statement ends with whose connection the server ended: word of it, or not even that."""


class Desk:
    """Readers of a pool of two, and somebody who watches them from outside."""

    def __init__(self, readers: Readers, watcher: AsyncEngine) -> None:
        self.readers = readers
        self._watcher = watcher

    async def ask(self, statement: str, *values: Any) -> Any:
        """Run a statement by the readers."""
        return await self.readers.fetch_value(statement, values)

    async def watch(self, statement: str, **given: Any) -> Any:
        """Run a statement from outside."""
        async with self._watcher.connect() as connection:
            return (await connection.execute(text(statement), given)).scalar_one()

    async def count(self, state: str = "%") -> int:
        """Count the readers' connections as the server sees them."""
        return await self.watch(
            "select count(*) from pg_stat_activity where application_name = :name and state like :state",
            name=NAME,
            state=state,
        )

    async def settle(self, number: int, state: str = "%", patience: float = 4) -> None:
        """Wait until the server sees so many connections."""
        for _ in range(int(patience * 100)):
            if await self.count(state) == number:
                return
            await asyncio.sleep(0.01)
        assert await self.count(state) == number

    def start(self, statement: str, *values: Any) -> "asyncio.Task[Any]":
        """Begin to run a statement."""
        return asyncio.create_task(self.ask(statement, *values))


@asynccontextmanager
async def open_desk(server: Addresses, size: int) -> AsyncGenerator[Desk]:
    """Open readers of their own; afterwards the server must see none of them any more."""
    watcher = create_async_engine(server.url(), isolation_level="AUTOCOMMIT")
    _, given = watcher.dialect.create_connect_args(watcher.url)
    readers = Readers(given, {"application_name": NAME, "statement_timeout": "3s"}, size)
    desk = Desk(readers, watcher)
    yield desk
    readers.close()
    await desk.settle(0)
    await watcher.dispose()


@pytest.fixture
async def desk(server: Addresses) -> AsyncIterator[Desk]:
    """Give readers with two connections."""
    async with open_desk(server, SIZE) as desk:
        yield desk


@pytest.fixture
async def single(server: Addresses) -> AsyncIterator[Desk]:
    """Give readers with one connection."""
    async with open_desk(server, 1) as desk:
        yield desk


async def test_connections_are_opened_as_they_are_needed_and_used_again(desk: Desk):
    assert await desk.count() == 0
    first = await desk.ask(PID)
    assert [await desk.ask(PID) for _ in range(5)] == [first] * 5
    assert (await desk.count(), desk.readers.busy) == (1, 0)


async def test_there_are_never_more_connections_than_the_pool_has(desk: Desk):
    waiting = [desk.start("select pg_backend_pid() from pg_sleep(0.02)") for _ in range(30)]
    most = 0
    while not all(task.done() for task in waiting):
        most = max(most, await desk.count())
        assert desk.readers.busy <= SIZE
    assert len({await task for task in waiting}) == most == SIZE
    assert (desk.readers.busy, await desk.count()) == (0, SIZE)


async def test_who_waits_longest_is_served_first(single: Desk):
    served: list[int] = []

    async def wait(number: int) -> None:
        await single.ask("select 1")
        served.append(number)

    busy = single.start("select pg_sleep(0.05)")
    await single.settle(1, "active")
    waiting = [asyncio.create_task(wait(number)) for number in range(12)]
    await busy
    # Who comes now finds no connection idle, because those who wait are served before.
    late = [asyncio.create_task(wait(number)) for number in range(12, 15)]
    await asyncio.gather(*waiting, *late)
    assert served == list(range(15))


async def test_who_gives_up_waiting_takes_nothing_along(desk: Desk):
    busy = [desk.start("select pg_sleep(0.1)") for _ in range(SIZE)]
    await asyncio.sleep(0.02)
    patient, hasty = desk.start("select 'patient'"), desk.start("select 'hasty'")
    last = desk.start("select 'last'")
    await asyncio.sleep(0.02)
    hasty.cancel()
    await asyncio.gather(*busy)
    assert (await patient, await last) == ("patient", "last")
    assert (hasty.cancelled(), desk.readers.busy, await desk.count()) == (True, 0, SIZE)


async def test_who_gives_up_in_the_moment_of_being_served_hands_on(desk: Desk):
    """The connection is given, but its taker has not run since: the next one in the row gets it."""
    for _ in range(50):
        busy = [desk.start("select pg_sleep(0.002)") for _ in range(SIZE)]
        await asyncio.sleep(0)
        waiting = [desk.start("select pg_backend_pid()") for _ in range(SIZE * 2)]
        await asyncio.sleep(0)
        # Called before the takers run, because it was put in the row of the loop before them.
        for task in busy:
            task.add_done_callback(lambda _, waiting=waiting: [each.cancel() for each in waiting[:SIZE]])
        await asyncio.gather(*busy, *waiting, return_exceptions=True)
        assert all(task.done() for task in waiting)
        assert [task.cancelled() for task in waiting[SIZE:]] == [False] * SIZE
        assert desk.readers.busy == 0
    assert await asyncio.gather(*(desk.ask("select 7") for _ in range(10))) == [7] * 10
    assert await desk.count() <= SIZE


async def test_a_query_that_is_given_up_leaves_nothing_to_the_next(desk: Desk):
    for _ in range(5):
        given_up = [desk.start("select pg_sleep(0.3), 'old'") for _ in range(SIZE)]
        await desk.settle(SIZE, "active")
        for task in given_up:
            task.cancel()
        found = await asyncio.gather(*(desk.ask("select $1::integer", number) for number in range(20)))
        assert found == list(range(20))
        assert all(task.cancelled() for task in given_up)
        assert desk.readers.busy == 0
        await desk.settle(0, "active")


async def test_a_query_that_is_given_up_ends_on_the_server_too(desk: Desk):
    given_up = desk.start("select pg_sleep(2.5)")
    await desk.settle(1, "active")
    given_up.cancel()
    await desk.settle(0, "active", patience=1)


async def test_queries_given_up_at_any_moment_never_mix_answers(desk: Desk):
    async def ask(number: int) -> int:
        return await desk.ask("select $1::integer from pg_sleep(0.003)", number)

    for turn in range(40):
        tasks = [asyncio.create_task(ask(number)) for number in range(8)]
        await asyncio.sleep(0.0005 * (turn % 12))
        for task in tasks[:: 2 + turn % 3]:
            task.cancel()
        for number, found in enumerate(await asyncio.gather(*tasks, return_exceptions=True)):
            assert found == number or isinstance(found, asyncio.CancelledError)
    assert desk.readers.busy == 0
    await desk.settle(0, "active")
    assert await desk.count() <= SIZE


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("select 1 / 0", asyncpg.DivisionByZeroError),
        ("select nothing", asyncpg.UndefinedColumnError),
        ("select from", asyncpg.PostgresSyntaxError),
        ("select pg_sleep(9)", asyncpg.QueryCanceledError),
        ("select current_setting('app.city')", asyncpg.UndefinedObjectError),
    ],
)
async def test_a_statement_that_fails_leaves_its_connection_usable(
    desk: Desk, statement: str, error: type[Exception]
):
    known = await desk.ask(PID)
    with pytest.raises(error):
        await desk.ask(statement)
    assert await desk.ask(PID) == known
    assert (desk.readers.busy, await desk.count()) == (0, 1)


async def test_a_context_ends_with_its_statement(desk: Desk):
    assert await desk.ask("select set_config('app.city', '510500', true)") == "510500"
    assert await desk.ask("select coalesce(current_setting('app.city', true), '')") == ""


async def test_a_value_of_a_wrong_type_costs_no_more_than_its_own_answer(desk: Desk):
    await desk.ask("select $1::integer", 1)
    with pytest.raises(asyncpg.DataError):
        await desk.ask("select $1::integer", "no number")
    assert await desk.ask("select $1::integer", 2) == 2
    assert (desk.readers.busy, await desk.count()) == (0, 1)


async def test_a_connection_that_the_server_ended_is_replaced(desk: Desk):
    pids = set(
        await asyncio.gather(*(desk.ask("select pg_backend_pid() from pg_sleep(0.02)") for _ in range(2)))
    )
    assert len(pids) == SIZE
    for pid in pids:
        assert await desk.watch("select pg_terminate_backend(:pid, 1000)", pid=pid)
    await asyncio.sleep(0.05)
    found = await asyncio.gather(*(desk.ask("select pg_backend_pid() from pg_sleep(0.02)") for _ in range(4)))
    assert len(set(found)) == SIZE
    assert pids.isdisjoint(found)
    assert (desk.readers.busy, await desk.count()) == (0, SIZE)


async def test_a_connection_that_the_server_ended_at_work_is_replaced(desk: Desk):
    at_work = desk.start("select pg_sleep(2)")
    await desk.settle(1, "active")
    ended = "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = :name"
    assert await desk.watch(ended, name=NAME) == 1
    with pytest.raises(ENDED):
        await at_work
    assert await asyncio.gather(*(desk.ask("select 1") for _ in range(6))) == [1] * 6
    assert desk.readers.busy == 0


async def test_who_waits_for_a_connection_that_the_server_ended_gets_another(desk: Desk):
    at_work = [desk.start("select pg_sleep(2)") for _ in range(SIZE)]
    await desk.settle(SIZE, "active")
    waiting = [desk.start("select 1") for _ in range(4)]
    ended = "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = :name"
    assert await desk.watch(ended, name=NAME) == SIZE
    outcomes = await asyncio.gather(*at_work, return_exceptions=True)
    assert [isinstance(outcome, ENDED) for outcome in outcomes] == [True] * SIZE
    assert await asyncio.gather(*waiting) == [1] * 4
    assert desk.readers.busy == 0


async def test_who_waits_too_long_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("db.readers._PATIENCE", 0.1)
    busy = [desk.start("select pg_sleep(0.4)") for _ in range(SIZE)]
    await desk.settle(SIZE, "active")
    outcomes = await asyncio.gather(*(desk.ask("select 1") for _ in range(5)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [TimeoutError] * 5
    await asyncio.gather(*busy)
    assert await asyncio.gather(*(desk.ask("select 1") for _ in range(5))) == [1] * 5
    assert (desk.readers.busy, await desk.count()) == (0, SIZE)


async def test_a_server_that_takes_nobody_in_is_told_and_leaves_the_pool_as_it_was(server: Addresses):
    engine = create_async_engine(server.of_database("no_such_database").url())
    _, given = engine.dialect.create_connect_args(engine.url)
    readers = Readers(given, {}, SIZE)
    outcomes = await asyncio.gather(
        *(readers.fetch_value("select 1", []) for _ in range(7)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [asyncpg.InvalidCatalogNameError] * 7
    assert readers.busy == 0
    await engine.dispose()


async def test_closing_ends_the_idle_ones_at_once_and_the_others_when_they_are_done(desk: Desk):
    at_work = desk.start("select pg_sleep(0.2)")
    await desk.settle(1, "active")
    await desk.ask("select 1")
    assert await desk.count() == SIZE
    desk.readers.close()
    await desk.settle(1)
    await at_work
    await desk.settle(0)


async def test_after_closing_nobody_is_busy(desk: Desk):
    await desk.ask("select 1")
    desk.readers.close()
    assert desk.readers.busy == 0


async def test_each_statement_is_told_before_it_runs(desk: Desk):
    told: list[str] = []
    desk.readers.told = told.append
    await desk.ask("select 1")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await desk.ask("select 1 / 0")
    assert told == ["select 1", "select 1 / 0"]
