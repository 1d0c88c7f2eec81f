"""The fixed world, opened once for a test process; the tests leave it as it is."""

from collections.abc import AsyncIterator

import pytest

from db.engine import Addresses
from db.sealing import Keys
from tests.answers.both import Both
from tests.answers.world.settle import World, open_world


@pytest.fixture(scope="session")
async def world(server: Addresses, keys: Keys) -> AsyncIterator[World]:
    """Give the fixed world; at the end every row must be as it was."""
    async with open_world(server, keys) as world:
        before = await world.fingerprint()
        yield world
        after = await world.fingerprint()
        assert {name for name in before if before[name] != after[name]} == set()


@pytest.fixture(scope="session")
def both(world: World) -> Both:
    """Give both ways to answers over the fixed world."""
    return Both(world)
