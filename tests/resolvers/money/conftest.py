"""What tests of money lean on: the rows as the database's owner sees them, and a block left as it is."""

from collections.abc import AsyncIterator

import pytest

from db.engine import Addresses
from db.sealing import Keys
from resolvers.desk import Desk
from tests.conftest import MovableClock, open_desk
from tests.deposits import Block, Books, build
from tests.scenes import Town
from tests.thrown_away import open_books


@pytest.fixture
async def books(server: Addresses, desk: Desk) -> AsyncIterator[Books]:
    """Give the owner's own view of the test's database."""
    async with open_books(server, desk) as books:
        yield books


@pytest.fixture(scope="session")
async def street(server: Addresses, keys: Keys) -> AsyncIterator[Block]:
    """Give a block of Jiangmen that tests leave as it is: they are refused, or rehearse."""
    async with open_desk(server, keys, MovableClock()) as desk, Town(desk) as town:
        yield await build(town)
