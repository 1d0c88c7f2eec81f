"""A database with the people of three cities, in which sequences are played."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count

from sqlalchemy.ext.asyncio import create_async_engine

from db.base import Pool
from db.engine import Addresses
from db.sealing import Keys
from tests.conftest import MovableClock, open_desk
from tests.machine.hands import Hands
from tests.machine.playing import RULES, Table
from tests.scenes import LUZHOU, Town
from tests.shelf import Shelf


@asynccontextmanager
async def open_table(server: Addresses, keys: Keys) -> AsyncGenerator[Table]:
    """Open a fresh database and let the people of every city come on."""
    clock = MovableClock()
    async with open_desk(server, keys, clock) as desk, Town(desk) as town:
        name = desk.databases.engine(Pool.GATE).url.database
        if name is None:
            raise LookupError("The engine of a pool names its database.")
        engine = create_async_engine(server.of_database(name).url())
        yield Table({city: await _settle(town, clock, city) for city in RULES}, Shelf(engine))
        await engine.dispose()


_KEYS = count(1)


async def _settle(town: Town, clock: MovableClock, city: int) -> Hands:
    if city == LUZHOU:
        await town.set_rates(city)
    developer = await town.developer(city)
    banks = [await town.bank(city, bank.code) for bank in town.desk.cities[city].banks]
    clerk, reviewer = await town.clerk(city), await town.reviewer(city)
    return Hands(town, developer, clerk, reviewer, banks, _KEYS, clock)
