"""Reports: in which forms they are handed out, by what deposits are summed up, and what their figures are."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

MAX_GROUPS = 5_000
"""So many groups a summary has at most."""

MAX_ROWS = 20_000
"""So many units stand on one report at most."""

MAX_SHEET_ROWS = 200_000
"""So many units or groups stand on one workbook that is made beside the requests."""

REPORT_PART = 2_000
"""About so many rows of a long report are read at a time."""


class ReportFormat(StrEnum):
    """What a report is made as: pages to print and seal, or a workbook to reckon with."""

    PDF = "PDF"
    XLSX = "XLSX"


class Dimension(StrEnum):
    """By what units are put together in a summary of deposits."""

    DISTRICT = "DISTRICT"
    ORGANIZATION = "ORGANIZATION"
    ESTATE = "ESTATE"
    BUILDING = "BUILDING"
    USAGE = "USAGE"
    CATEGORY = "CATEGORY"
    MONTH = "MONTH"


DIMENSION_LABELS = {
    Dimension.DISTRICT: "行政区划",
    Dimension.ORGANIZATION: "开发建设单位",
    Dimension.ESTATE: "物业区域",
    Dimension.BUILDING: "楼栋",
    Dimension.USAGE: "房屋用途",
    Dimension.CATEGORY: "交存类别",
    Dimension.MONTH: "交存时点月份",
}
CATEGORY_LABELS = {
    "RESIDENTIAL": "住宅",
    "NON_RESIDENTIAL": "非住宅",
    "PARKING": "车位、车库",
    "EXEMPT": "免交",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What some units have been asked for and hold; money in fen, areas in 0.0001 m².

    Attributes:
        paid: What was paid of the first deposit and its supplements.
        outstanding: What is missing unit by unit: what one paid too much does not make up for another.
        paid_units: How many of the units owe nothing of it.
    """

    units: int = 0
    area: int = 0
    due: int = 0
    paid: int = 0
    outstanding: int = 0
    balance: int = 0
    paid_units: int = 0

    def __add__(self, other: Self) -> "Figures":
        """Put the figures of more units to these."""
        return Figures(
            self.units + other.units,
            self.area + other.area,
            self.due + other.due,
            self.paid + other.paid,
            self.outstanding + other.outstanding,
            self.balance + other.balance,
            self.paid_units + other.paid_units,
        )

    @property
    def rate(self) -> int | None:
        """How much of what is due was paid, in 0.01 %, rounded down; None where nothing is due."""
        return self.paid * 10_000 // self.due if self.due else None


def hide_name(name: str) -> str:
    """Hide a name but for its first character, and how long it is, as on lists that are handed around."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 3)


class BankMovement(StrEnum):
    """What moved on a bank's accounts on a day, or was decided about such money."""

    PAYMENT = "PAYMENT"
    SUSPENSE_RECEIVED = "SUSPENSE_RECEIVED"
    SUSPENSE_BOOKED = "SUSPENSE_BOOKED"
    SUSPENSE_RETURNED = "SUSPENSE_RETURNED"
    SUSPENSE_NOT_RECEIVED = "SUSPENSE_NOT_RECEIVED"
    SUSPENSE_REFUND_RETURNED = "SUSPENSE_REFUND_RETURNED"
    REFUND = "REFUND"
    REFUND_RETURNED = "REFUND_RETURNED"


MOVEMENT_LABELS = {
    BankMovement.PAYMENT: "交款入账",
    BankMovement.SUSPENSE_RECEIVED: "转入待查",
    BankMovement.SUSPENSE_BOOKED: "待查入账",
    BankMovement.SUSPENSE_RETURNED: "待查退回",
    BankMovement.SUSPENSE_NOT_RECEIVED: "待查核销（未到账）",
    BankMovement.SUSPENSE_REFUND_RETURNED: "待查退汇",
    BankMovement.REFUND: "退款",
    BankMovement.REFUND_RETURNED: "退汇",
}


class BankCheck(StrEnum):
    """What of a day is held against the ledger."""

    PAYMENT = "PAYMENT"
    SUSPENSE = "SUSPENSE"
    REFUND = "REFUND"


CHECK_LABELS = {
    BankCheck.PAYMENT: "交款入账",
    BankCheck.SUSPENSE: "待查款项净增",
    BankCheck.REFUND: "退款净额",
}
_CHECKED: dict[BankMovement, tuple[BankCheck, int]] = {
    BankMovement.PAYMENT: (BankCheck.PAYMENT, 1),
    BankMovement.SUSPENSE_RECEIVED: (BankCheck.SUSPENSE, 1),
    BankMovement.SUSPENSE_BOOKED: (BankCheck.SUSPENSE, -1),
    BankMovement.SUSPENSE_RETURNED: (BankCheck.SUSPENSE, -1),
    BankMovement.SUSPENSE_NOT_RECEIVED: (BankCheck.SUSPENSE, -1),
    BankMovement.SUSPENSE_REFUND_RETURNED: (BankCheck.SUSPENSE, -1),
    BankMovement.REFUND: (BankCheck.REFUND, 1),
    BankMovement.REFUND_RETURNED: (BankCheck.REFUND, -1),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """How often something moved by a channel, and how much in fen; refunds have no channel."""

    kind: BankMovement
    channel: str | None
    count: int
    amount: int


def said_of(check: BankCheck, lines: Iterable[Moved]) -> int:
    """Sum up what the lines of a day say of one check."""
    signs = {kind: sign for kind, (of, sign) in _CHECKED.items() if of is check}
    return sum(signs.get(line.kind, 0) * line.amount for line in lines)
