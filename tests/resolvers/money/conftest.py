"""What tests of money lean on: the rows as the database's owner sees them, and a block left as it is."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from db.base import Pool
from db.engine import Addresses
from db.sealing import Keys
from resolvers.desk import Desk
from tests.conftest import NOON, MovableClock, open_desk
from tests.deposits import Block, Books, build
from tests.scenes import Town


@pytest.fixture
async def books(server: Addresses, desk: Desk) -> AsyncIterator[Books]:
    """Give the owner's own view of the test's database."""
    name = str(desk.databases.engine(Pool.OFFICE).url.database)
    engine = create_async_engine(
        server.of_database(name).url(),
        isolation_level="AUTOCOMMIT",
        # The history trigger asks who changes a row, and when.
        connect_args={"server_settings": {"app.now": NOON.isoformat(), "app.principal": str(UUID(int=0))}},
    )
    yield Books(engine)
    await engine.dispose()


@pytest.fixture(scope="session")
async def street(server: Addresses, keys: Keys) -> AsyncIterator[Block]:
    """Give a block of Jiangmen that tests leave as it is: they are refused, or rehearse."""
    async with open_desk(server, keys, MovableClock()) as desk, Town(desk) as town:
        yield await build(town)
