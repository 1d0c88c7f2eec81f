"""A beginning that was cloned is the same as one that was played, and never takes the place of anything."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from db.engine import Addresses
from db.sealing import Keys
from tests.conftest import MovableClock, open_desk
from tests.db.roles import change, database_of, owner
from tests.scenes import JIANGMEN, Developer, Town, unit
from tests.statements import Statements
from tests.worlds import Worlds

_ROOMS = [unit("801", "61.25"), unit("802", "61.25")]
"""With which no other test begins."""


class Streets:
    """Opens towns that may share beginnings, and lets them begin alike."""

    def __init__(self, server: Addresses, keys: Keys, worlds: Worlds) -> None:
        self._server, self._keys, self._worlds = server, keys, worlds

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[Town]:
        """Open a town with a clock and a database of its own."""
        async with (
            open_desk(self._server, self._keys, MovableClock()) as desk,
            Town(desk, worlds=self._worlds) as town,
        ):
            yield town

    async def begin(self, town: Town) -> Developer:
        """Give a developer with an estate of two units."""
        developer = await town.developer(JIANGMEN, login="first")
        await town.collect(developer, _ROOMS)
        return developer

    async def begin_often(self) -> None:
        """Begin so often that all of it is kept."""
        for _ in range(3):
            async with self.open() as town:
                await self.begin(town)

    async def count_rows(self, town: Town) -> Mapping[str, int]:
        """Count the rows of every table."""
        async with owner(database_of(town, self._server)) as connection:
            tables = await connection.scalars(
                text("select tablename from pg_tables where schemaname = 'public' order by tablename")
            )
            return {
                name: await connection.scalar(text(f'select count(*) from "{name}"')) or 0
                for name in tables.all()
            }


@pytest.fixture
def streets(server: Addresses, keys: Keys, worlds: Worlds) -> Streets:
    """Give towns that share beginnings."""
    return Streets(server, keys, worlds)


async def test_a_cloned_beginning_has_every_row_of_a_played_one_and_its_people_can_go_on(streets: Streets):
    async with streets.open() as town:
        with Statements(town.desk) as statements:
            await streets.begin(town)
        assert statements.transactions.total() > 10
        played = await streets.count_rows(town)
    await streets.begin_often()
    async with streets.open() as town:
        with Statements(town.desk) as statements:
            developer = await streets.begin(town)
        assert statements.transactions.total() == 0
        assert await streets.count_rows(town) == played
        assert played["unit"] == 2
        assert await developer.ask("{ units { totalCount } }") == {"units": {"totalCount": 2}}
        again = await town.collect(developer, [unit()], name="二期")
        assert (again["status"], again["unitCount"]) == ("COMPLETED", 1)


async def test_what_was_done_to_a_database_before_a_verb_stays(streets: Streets, server: Addresses):
    await streets.begin_often()
    async with streets.open() as town:
        # Whoever did it has left again, as a test's own connection does.
        await change(town, server, "create table left_behind ()")
        await streets.begin(town)
        assert (await streets.count_rows(town))["left_behind"] == 0
        assert (await streets.count_rows(town))["unit"] == 2


async def test_another_time_is_another_beginning(streets: Streets):
    await streets.begin_often()
    async with streets.open() as town:
        clock = town.desk.clock
        assert isinstance(clock, MovableClock)
        clock.move(days=2)
        with Statements(town.desk) as statements:
            await streets.begin(town)
        assert statements.transactions.total() > 10
