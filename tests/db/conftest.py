"""The fixed world, and what the compiler writes when its people ask everything of it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from api.execution import Way
from db.engine import Addresses
from db.sealing import Keys
from tests.answers.battery.case import battery
from tests.answers.both import Both, Refused
from tests.answers.world.people import PEOPLE
from tests.answers.world.settle import World, open_world
from tests.db.compiled import Heard, overhear

_ASKED = ("whole", "pages", "filters", "nodes")

Compiled = dict[str, list[Heard]]
"""For each person the statements that answered it, one of each text."""


@pytest.fixture(scope="session")
async def world(server: Addresses, keys: Keys) -> AsyncIterator[World]:
    """Give the fixed world; the tests leave it as it is."""
    async with open_world(server, keys) as world:
        yield world


@pytest.fixture(scope="session")
async def compiled(world: World) -> Compiled:
    """Let everybody ask the battery, and give the statements that answered."""
    desk, heard = overhear(world.desk)
    both = Both(replace(world, desk=desk))
    found: Compiled = {}
    cases = [case for case in battery() if case.name.startswith(_ASKED) and not case.refused]
    for person in PEOPLE:
        before = len(heard)
        for case in cases:
            try:
                await both.answer(case.asked, person, Way.ANY)
            except Refused:
                continue
        found[person] = list({each.text: each for each in heard[before:]}.values())
    return found
