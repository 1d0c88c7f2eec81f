"""Asks one operation both ways and says where the answers differ, with all that is needed to ask again."""

import json
from dataclasses import dataclass

from api.execution import Way
from tests.answers.both import Answer, Asked, Both
from tests.answers.difference import first_difference


@dataclass(frozen=True, slots=True)
class Pair:
    """The two answers to one operation."""

    ordinary: Answer
    compiled: Answer


async def compare(both: Both, asked: Asked, person: str) -> Pair:
    """Ask as somebody both ways; a difference fails the test.

    Raises:
        AssertionError: The answers differ; the text tells the first difference.
        Refused: The document does not pass, either way.
    """
    pair = Pair(
        await both.answer(asked, person, Way.ORDINARY), await both.answer(asked, person, Way.ANY)
    )
    different = first_difference(pair.ordinary.body, pair.compiled.body)
    assert different is None, describe(asked, person, different, pair)
    return pair


def describe(asked: Asked, person: str, different: str, pair: Pair) -> str:
    """Write everything that one wants to see of a difference."""
    return "\n".join(
        (
            f"{person} is answered differently: {different}",
            f"compiled: {pair.compiled.compiled}, fallback: {pair.compiled.fallback}",
            f"operation: {asked.operation}",
            f"variables: {json.dumps(dict(asked.variables), ensure_ascii=False)}",
            asked.query,
            f"ordinary: {pair.ordinary.body.decode()[:2000]}",
            f"compiled: {pair.compiled.body.decode()[:2000]}",
        )
    )
