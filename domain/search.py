"""How text is searched: without regard to case, by the short runs of characters that stand in it."""

from collections.abc import Collection, Mapping, Sequence
from os.path import commonprefix
from typing import TypeVar

LONGEST_RUN = 3
"""Longer parts are looked for by their runs of this length, and then compared whole."""

MOST_PROBES = 8
"""Of a long part only so many runs are looked for."""

EVERYWHERE = ""
"""The run that stands in every text."""

T = TypeVar("T")


def small(text: str) -> str:
    """Write every letter small, by Unicode's simple mapping of one character to one.

    PostgreSQL's `lower` in the collation `pg_c_utf8` has the same, on every server.
    """
    # Python writes these two by the rules for whole words.
    return text.replace("İ", "i").replace("Σ", "σ").lower()


def runs_of(text: str) -> set[str]:
    """Give every run of one to three characters in a text."""
    return {
        text[start : start + length]
        for length in range(1, LONGEST_RUN + 1)
        for start in range(len(text) - length + 1)
    }


def probes_of(part: str) -> list[str]:
    """Give the runs by which texts that contain a part are looked for: the longest, evenly spread.

    Every text that contains the part has all of them; what has them need not contain the part.
    """
    key = small(part)
    length = min(LONGEST_RUN, len(key))
    runs = list(dict.fromkeys(key[start : start + length] for start in range(len(key) - length + 1)))
    if len(runs) <= MOST_PROBES:
        return runs
    return [runs[place * (len(runs) - 1) // (MOST_PROBES - 1)] for place in range(MOST_PROBES)]


def characters_of(name: str) -> list[str]:
    """Give the different characters of a name, in their order."""
    return list(dict.fromkeys(small(name)))


def index_texts(texts: Mapping[T, Sequence[str]]) -> dict[str, Collection[T] | None]:
    """Tell for each run in which things' texts it stands; None for in every thing's.

    The things are mostly neighbours, whose first texts begin alike: what they begin with is looked at once.
    """
    keys = {thing: [small(text) for text in own] for thing, own in texts.items()}
    alike = commonprefix([own[0] for own in keys.values()])  # noqa: RUF071 - character by character is meant
    found: dict[str, Collection[T] | None] = {EVERYWHERE: None}
    standing: dict[str, dict[T, None]] = {}
    begin = max(0, len(alike) - LONGEST_RUN + 1)
    for thing, (first, *others) in keys.items():
        for run in runs_of(first[begin:]).union(*map(runs_of, others)):
            standing.setdefault(run, {})[thing] = None
    for run, things in standing.items():
        found[run] = None if len(things) == len(keys) else things.keys()
    found.update(dict.fromkeys(runs_of(alike)))
    return found
