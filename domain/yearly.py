"""What a unit or an estate held in a year, and what changed it: by days of the cities' own time [165-30]."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from operator import add, attrgetter
from types import MappingProxyType
from typing import Final
from uuid import UUID

from domain.clock import SHANGHAI, business_day, day_bounds
from domain.problem import Problem, ProblemCode
from domain.reporting import ReportFormat
from domain.status import EntryType


class YearPaper(StrEnum):
    """What is printed of an estate and year."""

    STATEMENT = "STATEMENT"
    PUBLICATION = "PUBLICATION"


@dataclass(frozen=True, slots=True)
class YearAsked:
    """A paper of an estate and year that is asked for."""

    paper: YearPaper
    estate: UUID
    year: int
    made: ReportFormat


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a year that have begun.

    Attributes:
        year: The year.
        last: The last day that is told of: the year's last, or today while the year runs.
    """

    year: int
    last: date

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, 1, 1)

    @property
    def since(self) -> datetime:
        """The moment with which it begins."""
        return day_bounds(self.first)[0]

    @property
    def until(self) -> datetime:
        """The moment with which it has ended, itself not included."""
        return day_bounds(self.last)[1]

    @property
    def end(self) -> datetime:
        """The last moment of it."""
        return self.until - timedelta(microseconds=1)

    @property
    def over(self) -> bool:
        """Whether the year is over, so that nothing of it will change any more."""
        return self.last == date(self.year, 12, 31)


def read_period(year: int, opened_at: datetime, now: datetime) -> Period | Problem:
    """Give the days of a year of something that was opened in it or before, and not later than today."""
    opened, today = business_day(opened_at), business_day(now)
    if not opened.year <= year <= today.year:
        allowed = f"{opened.year}—{today.year}"
        return Problem(ProblemCode.VALUE_UNKNOWN, "year", params={"label": "年度", "allowed": allowed})
    return Period(year, min(today, date(year, 12, 31)))


class Heading(StrEnum):
    """Under what a yearly statement sums up entries."""

    FIRST = "FIRST"
    SUPPLEMENT = "SUPPLEMENT"
    TOPUP = "TOPUP"
    OTHER = "OTHER"
    GAINS = "GAINS"
    USED = "USED"
    REFUNDED = "REFUNDED"
    TRANSFERS_IN = "TRANSFERS_IN"
    TRANSFERS_OUT = "TRANSFERS_OUT"


_HEADINGS: Final[Mapping[EntryType, Heading]] = MappingProxyType(
    {
        EntryType.FIRST: Heading.FIRST,
        EntryType.SUPPLEMENT: Heading.SUPPLEMENT,
        EntryType.TOPUP: Heading.TOPUP,
        EntryType.OTHER: Heading.OTHER,
        EntryType.REFUND: Heading.REFUNDED,
        EntryType.INTEREST: Heading.GAINS,
        EntryType.USE: Heading.USED,
        EntryType.TRANSFER_IN: Heading.TRANSFERS_IN,
        EntryType.TRANSFER_OUT: Heading.TRANSFERS_OUT,
        # Neither stands in an account by itself; were it so, it would not be lost.
        EntryType.REVERSAL: Heading.TRANSFERS_IN,
        EntryType.SUSPENSE: Heading.TRANSFERS_IN,
    }
)


def heading_of(kind: EntryType, component: str | None, *, refund: bool = False) -> Heading:
    """Tell where an entry is summed up; what was taken back is summed up where it had been.

    Args:
        kind: The entry's type.
        component: Of what was taken back, what it was; of a refund that came back, what that was paid of.
        refund: Whether it is of a refund.
    """
    if kind is EntryType.REVERSAL and (component or refund):
        return Heading.REFUNDED if refund else _HEADINGS[EntryType(component)]
    return _HEADINGS[kind]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was held at the beginning and what changed it, in fen, what went out below zero."""

    opening: int = 0
    first: int = 0
    supplement: int = 0
    topup: int = 0
    other: int = 0
    gains: int = 0
    used: int = 0
    refunded: int = 0
    transfers_in: int = 0
    transfers_out: int = 0

    @property
    def deposits(self) -> int:
        """Deposits of every kind."""
        return self.first + self.supplement + self.topup + self.other

    @property
    def transfers(self) -> int:
        """What was carried over, in less out."""
        return self.transfers_in + self.transfers_out

    @property
    def closing(self) -> int:
        """What was held at the end."""
        return self.opening + self.deposits + self.gains + self.used + self.refunded + self.transfers

    @property
    def empty(self) -> bool:
        """Whether nothing was held and nothing happened."""
        return self == Figures()

    def __add__(self, other: "Figures") -> "Figures":
        """Sum up two."""
        return Figures(*map(add, _amounts(self), _amounts(other)))


_amounts = attrgetter(*Figures.__slots__)


def sum_figures(many: Iterable[Figures]) -> Figures:
    """Sum up many."""
    return sum(many, Figures())


@dataclass(frozen=True, slots=True)
class Stay:
    """A time through which a unit belonged to an estate, within the period of a statement.

    Attributes:
        since: When it came; the period's beginning, if it was there before.
        until: When it left; the period's end, if it was still there.
        arrived: It came within the period, and what it held came with it.
        left: It left within the period, and what it held went with it.
    """

    since: datetime
    until: datetime
    arrived: bool
    left: bool


def figures_of(stay: Stay, held: int, changes: Mapping[Heading, int]) -> Figures:
    """Say what a stay meant for the estate.

    Args:
        stay: The stay.
        held: What the unit held when it began, in fen.
        changes: What its entries came to meanwhile.
    """
    leaving = -(held + sum(changes.values())) if stay.left else 0
    moved_in, moved_out = (changes.get(one, 0) for one in (Heading.TRANSFERS_IN, Heading.TRANSFERS_OUT))
    return Figures(
        opening=0 if stay.arrived else held,
        first=changes.get(Heading.FIRST, 0),
        supplement=changes.get(Heading.SUPPLEMENT, 0),
        topup=changes.get(Heading.TOPUP, 0),
        other=changes.get(Heading.OTHER, 0),
        gains=changes.get(Heading.GAINS, 0),
        used=changes.get(Heading.USED, 0),
        refunded=changes.get(Heading.REFUNDED, 0),
        transfers_in=moved_in + (held if stay.arrived else 0),
        transfers_out=moved_out + leaving,
    )


def stays_of(versions: Iterable[tuple[datetime, bool]], period: Period) -> list[Stay]:
    """Tell when a unit belonged to an estate within a period.

    Args:
        versions: From when on it did or did not, in the order in which that was written.
        period: The days of the statement.
    """
    found: list[Stay] = []
    begin: datetime | None = None
    at = datetime.min.replace(tzinfo=SHANGHAI)
    for moment, there in versions:
        # Of two acts the one that was written later may have begun earlier.
        at = max(at, moment)
        if there and begin is None:
            begin = at
        elif not there and begin is not None:
            found += _within(begin, at, period)
            begin = None
    return found if begin is None else [*found, *_within(begin, None, period)]


def _within(begin: datetime, end: datetime | None, period: Period) -> list[Stay]:
    if begin >= period.until or (end is not None and end <= period.since):
        return []
    arrived, left = begin >= period.since, end is not None and end < period.until
    until = end if end is not None and left else period.until
    return [Stay(max(begin, period.since), until, arrived, left)]
