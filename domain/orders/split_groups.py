"""Which units of a split or merge belong together: those that come of the same ones, with these."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from domain.orders.facts import Line
from domain.orders.split_rows import ResultContent, SourceContent


@dataclass(frozen=True, slots=True)
class Source:
    """A unit that gives way, with the number of its line."""

    no: int
    unit: UUID
    content: SourceContent


@dataclass(frozen=True, slots=True)
class Result:
    """A unit that comes of others, with the number of its line."""

    no: int
    content: ResultContent


@dataclass(frozen=True, slots=True)
class Group:
    """Units that give way together, and what comes of them."""

    sources: tuple[Source, ...]
    results: tuple[Result, ...]


def read_lines(lines: Sequence[Line]) -> tuple[tuple[Source, ...], tuple[Result, ...]]:
    """Read the lines that were picked, and those that were typed."""
    sources = tuple(
        Source(line.no, line.target, msgspec.convert(line.before, SourceContent))
        for line in lines
        if line.target is not None
    )
    results = tuple(
        Result(line.no, msgspec.convert(line.after, ResultContent)) for line in lines if line.target is None
    )
    return sources, results


def group_lines(lines: Sequence[Line]) -> tuple[Group, ...]:
    """Put together the results that name the same sources; one that names a unit not picked is left out."""
    sources, results = read_lines(lines)
    by_code = {source.content.code: source for source in sources}
    found: dict[frozenset[str], list[Result]] = {}
    for result in results:
        found.setdefault(frozenset(result.content.sources), []).append(result)
    return tuple(
        Group(tuple(by_code[code] for code in mine[0].content.sources), tuple(mine))
        for codes, mine in found.items()
        if codes <= by_code.keys()
    )
