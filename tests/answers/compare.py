"""Asks one operation both ways and says where the answers differ, with all that is needed to ask again."""

import json
from collections import Counter
from dataclasses import dataclass, field

import pytest

from api.execution import Way
from tests.answers.both import Answer, Asked, Both
from tests.answers.difference import first_difference

COMPILED = "compiled"
_MOST_TOLD = 3
_BUG = b'"INTERNAL_SERVER_ERROR"'


@dataclass(slots=True)
class Counts:
    """How operations were answered.

    Attributes:
        ways: How many the compiler answered, and how many were left to the ordinary executor, by the reason.
        different: What is to be told of each whose answers differ.
        broken: Who was told of a bug of ours.
    """

    ways: Counter[str] = field(default_factory=Counter[str])
    different: list[str] = field(default_factory=list[str])
    broken: set[str] = field(default_factory=set[str])

    @property
    def share(self) -> float:
        """How many of all the compiler answered."""
        return self.ways[COMPILED] / (self.ways.total() or 1)

    def insist(self) -> None:
        """Fail the test with the first differences, if there are any."""
        if self.different:
            told = [f"{len(self.different)} answers differ", *self.different[:_MOST_TOLD]]
            pytest.fail("\n\n".join(told), pytrace=False)

    def add(self, other: "Counts") -> None:
        """Count on."""
        self.ways += other.ways
        self.different += other.different
        self.broken |= other.broken


async def compare(both: Both, asked: Asked, person: str) -> Counts:
    """Ask as somebody both ways.

    Raises:
        Refused: The document does not pass, either way.
    """
    ordinary = await both.answer(asked, person, Way.ORDINARY)
    compiled = await both.answer(asked, person, Way.ANY)
    way = COMPILED if compiled.compiled else compiled.fallback or "not asked of the compiler"
    found = Counts(Counter([way]))
    if _BUG in ordinary.body:
        found.broken.add(person)
    different = first_difference(ordinary.body, compiled.body)
    if different is not None:
        found.different.append(_describe(asked, person, different, ordinary, compiled))
    return found


def _describe(asked: Asked, person: str, different: str, ordinary: Answer, compiled: Answer) -> str:
    """Write everything that one wants to see of a difference."""
    way = COMPILED if compiled.compiled else compiled.fallback
    return "\n".join(
        (
            f"{person} is answered differently: {different}",
            f"operation: {asked.operation}",
            f"variables: {json.dumps(dict(asked.variables), ensure_ascii=False)}",
            asked.query,
            f"ordinary: {ordinary.body.decode()[:2000]}",
            f"the other, {way}: {compiled.body.decode()[:2000]}",
        )
    )
