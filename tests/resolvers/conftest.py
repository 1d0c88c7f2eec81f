"""What the tests of acts lean on: the rows behind them, and a street that many tests ask without changing it."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.base import Pool
from db.engine import Addresses
from db.sealing import Keys
from resolvers.desk import Desk
from tests.conftest import MovableClock, open_desk
from tests.deposits import Block, Books, build
from tests.scenes import Town
from tests.shelf import Shelf


@pytest.fixture
async def owner_engine(server: Addresses, desk: Desk) -> AsyncIterator[AsyncEngine]:
    """Give the test's database as its owner sees it."""
    name = desk.databases.engine(Pool.GATE).url.database
    assert name is not None
    engine = create_async_engine(server.of_database(name).url())
    yield engine
    await engine.dispose()


@pytest.fixture
def shelf(owner_engine: AsyncEngine) -> Shelf:
    """Give the rows of the test's database."""
    return Shelf(owner_engine)


@pytest.fixture
def books(owner_engine: AsyncEngine) -> Books:
    """Give the rows behind the accounts of the test's database."""
    return Books(owner_engine)


@pytest.fixture(scope="module")
async def street(server: Addresses, keys: Keys) -> AsyncIterator[Block]:
    """Give a collected estate of Jiangmen that the tests of a file share and leave as it is."""
    async with open_desk(server, keys, MovableClock()) as desk, Town(desk) as town:
        yield await build(town)
