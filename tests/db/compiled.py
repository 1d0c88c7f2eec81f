"""Overhears compiled statements with their values, and reads from their text which rows they let out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from db.base import Base, Pool
from db.engine import Databases
from db.readers import Readers
from resolvers.desk import Desk
from resolvers.sight import VIEWS

TABLES = {entity.__tablename__: entity for entity in VIEWS}
_NAMED = re.compile(r"\b([a-z_]+) as (t\d+) where ")
_LITERAL = re.compile(r"E'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'")
_MASK = re.compile(r"case when (\([^']*?\)) then ")
_CONTEXT = "with context as materialized ("


@dataclass(frozen=True, slots=True)
class Heard:
    """A statement that ran, with its values and what it gave."""

    pool: Pool
    text: str
    values: tuple[Any, ...]
    answer: bytes | None

    @property
    def bare(self) -> str:
        """Its text without what stands in literals."""
        return _LITERAL.sub("''", self.text)

    @property
    def reading(self) -> str:
        """What follows its own context, without what stands in literals."""
        assert self.bare.startswith(_CONTEXT)
        return self.bare[_end_of_brackets(self.bare, len(_CONTEXT) - 1) :]

    @property
    def tables(self) -> list[tuple[type[Base], str]]:
        """The tables that it reads, each with its name there."""
        return [(TABLES[table], alias) for table, alias in _NAMED.findall(self.reading)]

    def scope(self, alias: str) -> str:
        """Give the first condition on a table, which has to be the reader's scope."""
        _, _, after = self.reading.partition(f" as {alias} where ")
        return after[: _end_of_brackets(after, 0)]

    def value(self, number: str) -> Any:
        """Give the value of a parameter."""
        return self.values[int(number) - 1]

    def values_of(self, pattern: str) -> list[Any]:
        """Give the values of the parameters that a pattern captures."""
        return [self.value(number) for number in re.findall(pattern, self.bare)]


def without_masks(text: str) -> str:
    """Leave out the conditions under which a field is shown or hidden."""
    return _MASK.sub("", text)


def _end_of_brackets(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    raise AssertionError(text)


class _Ear(Readers):
    """Hands statements on to the product's own readers, and writes them down."""

    def __init__(self, readers: Readers, pool: Pool, heard: list[Heard]) -> None:
        super().__init__({}, {}, 0)
        self._readers = readers
        self._pool = pool
        self._heard = heard

    async def fetch_value(self, statement: str, values: Sequence[Any]) -> Any:
        """Run a statement and write it down."""
        answer = await self._readers.fetch_value(statement, values)
        self._heard.append(Heard(self._pool, statement, tuple(values), answer))
        return answer


class _Overheard(Databases):
    """The databases of a desk whose compiled statements are written down."""

    def __init__(self, inner: Databases, heard: list[Heard]) -> None:
        self._inner = inner
        self._ears = {pool: _Ear(inner.readers(pool), pool, heard) for pool in Pool}

    def engine(self, pool: Pool) -> AsyncEngine:
        """Give the engine of one role."""
        return self._inner.engine(pool)

    def readers(self, pool: Pool) -> Readers:
        """Give the readers of one role, overheard."""
        return self._ears[pool]


def overhear(desk: Desk) -> tuple[Desk, list[Heard]]:
    """Give a desk like another, and the list to which it adds every compiled statement."""
    heard: list[Heard] = []
    return replace(desk, databases=_Overheard(desk.databases, heard)), heard
