"""Official receipts (专用票据): who gets one for which part of a payment, and how they are numbered."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

_DIGITS = 8
_MAX_SERIAL = 10**_DIGITS - 1


class ReceiptStatus(StrEnum):
    """Whether a receipt stands; a void one keeps its number for ever."""

    ISSUED = "ISSUED"
    VOID = "VOID"


class ReceiptMode(StrEnum):
    """Whether a payment has one receipt for everything or one for each unit [L 2.3.1 s6]."""

    SUMMARY = "SUMMARY"
    PER_UNIT = "PER_UNIT"


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One unit's part of a payment, as its notice said it; the amount is in fen.

    Attributes:
        owners: Names on the unit's row; none where the developer paid for a unit without owners.
    """

    unit: UUID
    amount: int
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What one receipt is for; no unit means the whole payment."""

    unit: UUID | None
    payee: str
    amount: int


def receipt_parts(mode: ReceiptMode, developer: str, lines: Sequence[PaidLine]) -> tuple[Part, ...]:
    """Tell which receipts a payment has (R-PAY-5): their sum is the sum of the lines, to the fen.

    A summary is made out to the developer who paid; a unit's receipt to the people on its row, or to the
    developer where there are none.
    """
    if mode is ReceiptMode.SUMMARY:
        return (Part(None, developer, sum(line.amount for line in lines)),)
    return tuple(Part(line.unit, "、".join(line.owners) or developer, line.amount) for line in lines)


def receipt_number(letters: str, year: int, serial: int) -> str:
    """Write a receipt's number: the city's letters, the year, and its place in that year's series.

    Raises:
        ValueError: The series is used up.
    """
    if not 0 < serial <= _MAX_SERIAL:
        raise ValueError(f"a year has at most {_MAX_SERIAL} receipts")
    return f"{letters}RC{year}{serial:0{_DIGITS}d}"
