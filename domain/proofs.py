"""Seals of a day's entries, and proofs that one entry is among them; needs nothing but Python itself.

The entries of a day are the leaves of a Merkle tree as RFC 6962 builds it; the seal of a day is a hash over
its root and the seal before it. Whoever knows a seal can check an entry without any other.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, cast

HASH_SIZE = 32
FIRST = bytes(HASH_SIZE)
"""What stands before the first seal of a city."""

_FORM = 1
_LEAF, _NODE, _SEAL = b"\x00", b"\x01", b"\x02"
_SIDES = ("L", "R")
# Brackets without end, and numbers that are none, such as Infinity where a number of entries stands.
_UNREADABLE = (ValueError, OverflowError, RecursionError)


class UnreadableProofError(ValueError):
    """A text that is no proof."""


def hash_leaf(text: str) -> bytes:
    """Hash what the books say of one entry."""
    return sha256(_LEAF + text.encode()).digest()


def split_leaves(joined: bytes) -> list[bytes]:
    """Take hashes apart that were written one after another."""
    return [joined[place : place + HASH_SIZE] for place in range(0, len(joined), HASH_SIZE)]


class Tree:
    """The Merkle tree over a day's leaves, level by level."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            self._levels.append(_next_level(self._levels[-1]))
        self._places = {leaf: place for place, leaf in enumerate(leaves)}

    @property
    def root(self) -> bytes:
        """The root; over no leaves the hash of nothing."""
        return next(iter(self._levels[-1]), sha256(b"").digest())

    def path(self, leaf: bytes) -> list[tuple[str, str]]:
        """Give what a leaf is hashed with on its way to the root: each neighbour's side and hash."""
        place = self._places[leaf]
        path: list[tuple[str, str]] = []
        for level in self._levels[:-1]:
            neighbour = place ^ 1
            if neighbour < len(level):
                path.append((_SIDES[neighbour > place], level[neighbour].hex()))
            place //= 2
        return path


def _next_level(level: Sequence[bytes]) -> list[bytes]:
    """Hash neighbours together; the last of an odd number goes up as it is."""
    pairs = zip(level[::2], level[1::2], strict=False)
    joined = [sha256(_NODE + left + right).digest() for left, right in pairs]
    return [*joined, level[-1]] if len(level) % 2 else joined


def hash_seal(city: int, day: date, entries: int, root: bytes, before: bytes) -> bytes:
    """Give the seal of a day, which covers the seal before it."""
    return sha256(_SEAL + f"{city}|{day.isoformat()}|{entries}|".encode() + root + before).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That an entry is among those of a sealed day.

    Attributes:
        entry: What the books say of it, as JSON text.
        before: The seal before that of the day.
        seal: The seal of the day.
    """

    city: int
    day: date
    entries: int
    entry: str
    path: Sequence[tuple[str, str]]
    root: bytes
    before: bytes
    seal: bytes

    def write(self) -> str:
        """Write it as a text to be kept beside a receipt."""
        known = {
            "form": _FORM,
            "city": self.city,
            "day": self.day.isoformat(),
            "entries": self.entries,
            "entry": self.entry,
            "path": [list(step) for step in self.path],
            "root": self.root.hex(),
            "before": self.before.hex(),
            "seal": self.seal.hex(),
        }
        return json.dumps(known, ensure_ascii=False, indent=1)

    @classmethod
    def read(cls, text: str) -> "Proof":
        """Read a proof that was written.

        Raises:
            UnreadableProofError: It is none.
        """
        try:
            known = cast("dict[str, Any]", json.loads(text))
            path = [(str(side), bytes.fromhex(other).hex()) for side, other in known["path"]]
            root, before, seal = (bytes.fromhex(known[name]) for name in ("root", "before", "seal"))
            # A text that UTF-8 has no bytes for was never among those of a day.
            str(known["entry"]).encode()
            found = cls(
                city=int(known["city"]),
                day=date.fromisoformat(known["day"]),
                entries=int(known["entries"]),
                entry=str(known["entry"]),
                path=path,
                root=root,
                before=before,
                seal=seal,
            )
            form = known["form"]
        except (*_UNREADABLE, KeyError, TypeError, AttributeError) as error:
            raise UnreadableProofError("the text is no proof of an entry") from error
        if form != _FORM:
            raise UnreadableProofError("the proof is of a form that this program does not know")
        return found

    def facts(self) -> Mapping[str, Any]:
        """Read what the books say of the entry.

        Raises:
            UnreadableProofError: The entry is no JSON object.
        """
        try:
            found = json.loads(self.entry)
        except _UNREADABLE as error:
            raise UnreadableProofError("the entry is no JSON") from error
        if not isinstance(found, dict):
            raise UnreadableProofError("the entry is no JSON object")
        return cast("dict[str, Any]", found)

    def check(self, expected: str | None = None) -> str | None:
        """Tell what is wrong with the proof, or None.

        Args:
            expected: The seal of the day as it was made known elsewhere, in hex.
        """
        found = hash_leaf(self.entry)
        for side, other in self.path:
            if side not in _SIDES:
                return "a step of the path has no side"
            near = bytes.fromhex(other)
            found = sha256(_NODE + (near + found if side == "L" else found + near)).digest()
        if found != self.root:
            return "the entry is not among those of the day, or was changed"
        if hash_seal(self.city, self.day, self.entries, self.root, self.before) != self.seal:
            return "the seal does not cover the day's entries"
        if expected is not None and expected.strip().lower() != self.seal.hex():
            return "the seal is not the one that was made known"
        return None
