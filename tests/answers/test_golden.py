"""Answers that were written by hand from the fixed world's values: both executors share what they read."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.execution import Way
from tests.answers.both import Asked, Both
from tests.answers.difference import first_difference
from tests.answers.world.people import PEOPLE
from tests.answers.world.settle import World
from tests.scenes import Caller, Town

_GOLDEN = Path(__file__).parent / "golden"
_AS = re.compile(r"# as (\w+)\n")
_NAMES = sorted(path.stem for path in _GOLDEN.glob("*.graphql"))


@pytest.fixture(scope="module")
async def town(world: World) -> AsyncIterator[Town]:
    """Give the product over the fixed world, as it answers over HTTP."""
    async with Town(world.desk) as town:
        yield town


def _asked(name: str) -> tuple[str, Asked]:
    """Read who asks what."""
    query = (_GOLDEN / f"{name}.graphql").read_text(encoding="utf-8")
    given = _GOLDEN / f"{name}.variables.json"
    person = _AS.match(query)
    assert person is not None, name
    return person[1], Asked(query, json.loads(given.read_text(encoding="utf-8")) if given.exists() else {})


def _expected(name: str) -> bytes:
    return (_GOLDEN / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", _NAMES)
async def test_a_user_gets_the_answer_that_was_written_by_hand(town: Town, name: str):
    person, asked = _asked(name)
    known = PEOPLE.get(person)
    caller = Caller(town.http, known.headers if known else {})
    response = await caller.http.post("/graphql", json=_body(asked), headers=caller.headers)
    assert first_difference(_expected(name), response.content) is None, name


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("way", [Way.ORDINARY, Way.ANY])
async def test_each_way_gives_the_answer_that_was_written_by_hand(both: Both, way: Way, name: str):
    person, asked = _asked(name)
    found = await both.answer(asked, person, way)
    assert first_difference(_expected(name), found.body) is None, name


def _body(asked: Asked) -> dict[str, Any]:
    return {"query": asked.query, "variables": dict(asked.variables)}


def test_there_are_at_least_twenty_answers_written_by_hand():
    assert len(_NAMES) >= 20
