"""What tests of the transaction system lean on."""

import pytest

from tests.resolvers.trading.pushing import Mouth, open_mouth
from tests.scenes import Town
from tests.shelf import Shelf
from tests.sim import Sim


@pytest.fixture
async def mouth(sim: Sim, town: Town, shelf: Shelf) -> Mouth:
    """Give a block of Jiangmen of which the transaction system is told."""
    return await open_mouth(town, sim, shelf)
