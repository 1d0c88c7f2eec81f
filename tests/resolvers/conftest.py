"""What the tests of acts lean on: the rows behind what the graph tells."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from db.base import Pool
from db.engine import Addresses
from resolvers.desk import Desk
from tests.shelf import Shelf


@pytest.fixture
async def shelf(server: Addresses, desk: Desk) -> AsyncIterator[Shelf]:
    """Give the rows of the test's database."""
    name = desk.databases.engine(Pool.GATE).url.database
    assert name is not None
    engine = create_async_engine(server.of_database(name).url())
    yield Shelf(engine)
    await engine.dispose()
