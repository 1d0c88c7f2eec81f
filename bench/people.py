"""Whose eyes the benchmark looks through, and where things stand in its world, each id worked out anew."""

from dataclasses import dataclass
from uuid import UUID

CITY = 440700
LOGIN, PASSWORD = "bench", "correct horse battery"
DRAFTS = 64
ROOMS, FLOORS, SECTIONS, BUILDINGS, ESTATES = 3, 10, 2, 10, 10
UNITS = ROOMS * FLOORS * SECTIONS
_BORN = 1_763_000_000_000  # the millisecond at which the first id was made, in November 2025
_APART = 10_000_000
_KINDS = ("organization", "principal", "estate", "building", "unit", "owner", "account", "order", "right")


@dataclass(frozen=True, slots=True)
class Size:
    """How large the world is: organizations of ten estates, of ten buildings, of sixty units each."""

    organizations: int = 20

    @property
    def estates(self) -> int:
        """Estates in all."""
        return self.organizations * ESTATES

    @property
    def buildings(self) -> int:
        """Buildings in all."""
        return self.estates * BUILDINGS

    @property
    def units(self) -> int:
        """Units in all; every fourth has two owners, the others one."""
        return self.buildings * UNITS

    @property
    def reader(self) -> int:
        """The organization whose developer reads: one in the middle."""
        return self.organizations // 2


def ident(kind: str, number: int) -> UUID:
    """Give the id of the so-manieth thing of a kind, a uuidv7 as if they had been made one a millisecond."""
    moment = _BORN + _KINDS.index(kind) * _APART + number
    mixed = (number * 0x9E3779B97F4A7C15 + len(kind)) & 0x3FFFFFFFFFFFFFFF
    return UUID(int=moment << 80 | 0x7 << 76 | (number & 0xFFF) << 64 | 0x2 << 62 | mixed)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who reads, as every contender is told it: a developer's administrator with every right there."""

    token: str
    city: int
    org: str
    principal: str
    version: int = 1


def reader(size: Size, token: str) -> Actor:
    """Give the reading developer, who comes by this token."""
    return Actor(token, CITY, str(ident("organization", size.reader)), str(ident("principal", size.reader)))
