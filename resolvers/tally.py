"""Counts what happens in the process, by name and labels, for whoever watches over it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Count:
    """How often something happened since the process started, or how many there are now.

    Attributes:
        name: Of what, in snake case.
        labels: Of which kind, as pairs of a label and its value.
        number: How many.
    """

    name: str
    labels: tuple[tuple[str, str], ...]
    number: int


_Key = tuple[str, tuple[tuple[str, str], ...]]


class Tally:
    """Counters that only grow while the process lives, and levels that are read when somebody asks.

    Names and labels come from the code, never from a request: each new pair is kept for good.
    """

    def __init__(self) -> None:
        self._numbers: dict[_Key, int] = {}
        self._levels: dict[_Key, Callable[[], int]] = {}

    def count(self, name: str, **labels: str) -> None:
        """Count once more, such as `count("fallbacks", reason="introspection")`."""
        key = name, tuple(sorted(labels.items())) if labels else ()
        self._numbers[key] = self._numbers.get(key, 0) + 1

    def watch(self, name: str, level: Callable[[], int], **labels: str) -> None:
        """Say how to find out how many there are of something at present."""
        self._levels[name, tuple(sorted(labels.items()))] = level

    def __iter__(self) -> Iterator[Count]:
        """Give all counters in the order of their names."""
        return iter(sorted(Count(*key, number) for key, number in self._numbers.items()))

    def levels(self) -> list[Count]:
        """Give all levels as they are now, in the order of their names."""
        return sorted(Count(*key, level()) for key, level in self._levels.items())
