"""What the tests of open streams lean on: the product on a port, and the rows behind it."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from db.base import Pool
from db.engine import Addresses
from resolvers.desk import Desk
from tests.api.listening import Place, listening
from tests.shelf import Shelf


@pytest.fixture
async def place(desk: Desk) -> AsyncIterator[Place]:
    """Serve the test's desk on a port; when the test is over nothing may be open there."""
    async with listening(desk) as place:
        yield place
        await place.until_idle()


@pytest.fixture
async def shelf(server: Addresses, desk: Desk) -> AsyncIterator[Shelf]:
    """Give the rows of the test's database."""
    name = desk.databases.engine(Pool.GATE).url.database
    assert name is not None
    engine = create_async_engine(server.of_database(name).url())
    yield Shelf(engine)
    await engine.dispose()
