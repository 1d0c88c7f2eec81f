"""What tests of reports lean on: two estates of one developer, left as they are or a test's own."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from db.base import Pool
from db.engine import Addresses
from db.sealing import Keys
from tests.conftest import MovableClock, open_desk
from tests.resolvers.reporting.streets import Streets, settle
from tests.scenes import Town
from tests.shelf import Shelf


@pytest.fixture(scope="session")
async def streets(server: Addresses, keys: Keys) -> AsyncIterator[Streets]:
    """Give two estates, partly paid, that tests only look at: from files and users alone nothing follows."""
    async with open_desk(server, keys, MovableClock()) as desk, Town(desk) as town:
        name = str(desk.databases.engine(Pool.GATE).url.database)
        engine = create_async_engine(server.of_database(name).url())
        yield await settle(town, Shelf(engine))
        await engine.dispose()


@pytest.fixture
async def own_streets(town: Town, shelf: Shelf) -> Streets:
    """Give two estates, partly paid, in which a test lets more happen."""
    return await settle(town, shelf)
