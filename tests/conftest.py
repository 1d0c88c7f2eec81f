"""One embedded server for a test process, and a fresh database, cloned from a migrated one, for each test."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from db.embedded import EmbeddedPostgres
from db.engine import Addresses, Databases
from db.migrate import migrate
from db.sealing import Keys, Sealer
from domain.city import City, load_cities
from resolvers.desk import Desk
from resolvers.founding import found_city
from resolvers.passwords import Passwords
from resolvers.trading.system import TradingSystem
from tests.neighbours import Neighbours, settle_in
from tests.scenes import Town
from tests.sim import Sim, open_sim
from tests.worlds import TEMPLATE, Worlds, open_worlds

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""Noon in Shanghai: the moment at which every test begins."""
CITIES = Path(__file__).parent / "cities"


class MovableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


@asynccontextmanager
async def open_server() -> AsyncGenerator[Addresses]:
    """Start PostgreSQL, and make a database to clone from: migrated, with what the cities begin with."""
    async with EmbeddedPostgres.throw_away() as address:
        addresses = Addresses(address.url(TEMPLATE), "pool-password")
        await _run(address.url("postgres"), f"create database {TEMPLATE}")
        await migrate(addresses)
        with TemporaryDirectory() as folder:
            keys = Keys.load_or_make(Path(folder) / "keys.json")
            async with _open_desk(addresses, keys, MovableClock(), {}) as desk:
                for city in desk.cities.values():
                    await found_city(desk, city)
        yield Addresses(address.url("postgres"), "pool-password")


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[Addresses]:
    """Start PostgreSQL once for all tests of a process."""
    async with open_server() as server:
        yield server


async def _run(url: str, statement: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Make one set of keys."""
    return Keys.load_or_make(tmp_path_factory.mktemp("keys") / "keys.json")


_COUNT = count()


@asynccontextmanager
async def open_desk(
    server: Addresses, keys: Keys, clock: MovableClock, trading: Mapping[int, TradingSystem] | None = None
) -> AsyncGenerator[Desk]:
    """Open a desk over a fresh database of its own, with both real cities and the made-up third."""
    name = f"test_{next(_COUNT)}"
    given: Mapping[int, TradingSystem] = {} if trading is None else trading
    await _run(server.owner_url, f"create database {name} template {TEMPLATE}")
    async with _open_desk(server.of_database(name), keys, clock, given) as desk:
        yield desk
    await _run(server.owner_url, f"drop database {name} with (force)")


@asynccontextmanager
async def _open_desk(
    addresses: Addresses, keys: Keys, clock: MovableClock, trading: Mapping[int, TradingSystem]
) -> AsyncGenerator[Desk]:
    databases, passwords = Databases(addresses, size=4), Passwords(memory_kib=8)
    desk = Desk(
        databases=databases,
        cities=_load_cities(),
        sealer=Sealer(keys),
        clock=clock,
        passwords=passwords,
        trading=trading,
    )
    yield desk
    passwords.close()
    await databases.close()


@cache
def _load_cities() -> Mapping[int, City]:
    """Read the city files once a process; nothing changes a city."""
    return load_cities(CITIES)


@pytest.fixture
def trading() -> dict[int, TradingSystem]:
    """Give the transaction systems that the desk can ask: none, unless the test asks for `sim`."""
    return {}


@pytest.fixture
async def sim(trading: dict[int, TradingSystem]) -> AsyncIterator[Sim]:
    """Give the simulated city, which the desk then asks for Luzhou, Jiangmen and Yunmeng."""
    async with open_sim(load_cities(CITIES).values(), trading) as sim:
        yield sim


@pytest.fixture(scope="session")
async def worlds(server: Addresses, keys: Keys) -> AsyncIterator[Worlds]:
    """Give the databases of tests, and the beginnings that they share."""

    @asynccontextmanager
    async def open_town(name: str) -> AsyncGenerator[Town]:
        async with _open_desk(server.of_database(name), keys, MovableClock(), {}) as desk, Town(desk) as town:
            yield town

    async with open_worlds(server, open_town, NOON) as worlds:
        yield worlds


@pytest.fixture
async def desk(
    server: Addresses, keys: Keys, clock: MovableClock, trading: dict[int, TradingSystem], worlds: Worlds
) -> AsyncIterator[Desk]:
    """Give a desk over a fresh database of its own."""
    name = f"test_{next(_COUNT)}"
    await worlds.clone(name)
    async with _open_desk(server.of_database(name), keys, clock, trading) as desk:
        yield desk
    await worlds.drop(name)


@pytest.fixture
def clock() -> MovableClock:
    """Give a clock that a test may move."""
    return MovableClock()


@pytest.fixture
async def town(desk: Desk, worlds: Worlds) -> AsyncIterator[Town]:
    """Give an empty world with the product running in it."""
    async with Town(desk, worlds=worlds) as town:
        yield town


@pytest.fixture(scope="session")
async def neighbours(server: Addresses, keys: Keys) -> AsyncIterator[Neighbours]:
    """Give a world that tests leave as it is: three developers in two cities, each with everything."""
    async with open_desk(server, keys, MovableClock()) as desk, Town(desk) as town:
        yield await settle_in(town)
