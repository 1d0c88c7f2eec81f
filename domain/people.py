"""People in the fund's papers: owners and handlers, their personal numbers always sealed."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class NumberKind(StrEnum):
    """What a personal number is, which decides how it is masked."""

    ID_NUMBER = "ID_NUMBER"
    MOBILE = "MOBILE"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A personal number as it is kept: unreadable, recognisable by eye, and comparable.

    Attributes:
        cipher: The encrypted number with the id of its key.
        masked: What anybody may read, such as `5105**********0120`.
        blind: A keyed hash by which two equal numbers are found to be equal.
    """

    cipher: str
    masked: str
    blind: str


class Seal(Protocol):
    """Turns a clear number into a sealed one; the keys stay outside the rules."""

    def __call__(self, kind: NumberKind, clear: str) -> Sealed:
        """Seal one normalised number."""
        ...


NewId = Callable[[], UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """One owner of a unit (业主): all four facts are required wherever an owner is named [J 1.4.2]."""

    name: str
    id_type: str
    id_number: Sealed
    mobile: Sealed
    share: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """The developer's clerk who handles an order (经办人)."""

    name: str = ""
    mobile: str = ""
