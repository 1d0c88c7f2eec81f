"""Deposit rates: which one holds for a unit on a day, and which ones contradict each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.problem import Problem, ProblemCode

MAX_RATE = 100_000
"""The highest rate that is taken: 1,000.00 yuan a square metre."""


class RateCategory(StrEnum):
    """What a unit is used for, as far as the rate is concerned; the city's usage codes name one each."""

    RESIDENTIAL = "RESIDENTIAL"
    NON_RESIDENTIAL = "NON_RESIDENTIAL"
    PARKING = "PARKING"
    EXEMPT = "EXEMPT"


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rate of a city for a time.

    Attributes:
        id: Identity of the row; of a rate from a city file, made from what it says.
        category: The units it holds for.
        lift: Only with (true) or without (false) a lift; none means either.
        rate: Fen for a square metre of gross floor area.
        valid_from: First day.
        valid_to: Last day, itself included; none while it holds.
        source: The notice or decision it rests on.
        is_sample: Made up for the demo world, not official.
    """

    id: str
    category: RateCategory
    lift: bool | None
    rate: int
    valid_from: date
    valid_to: date | None
    source: str
    is_sample: bool = False

    def holds_on(self, day: date) -> bool:
        """Tell if the rate is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def pick_rate(
    rows: Iterable[RateRow], *, category: RateCategory, has_lift: bool, point: date
) -> RateRow | None:
    """Find the rate of a unit at its deposit reference date (交存时点), or none, which is never zero.

    Of the rows of its own category a row for its lift goes before one for either. A parking space beats the
    lift rule because it is a category of its own (Jiangmen's notice of 2022-03-31, part 2).
    """
    fitting = [
        row
        for row in rows
        if row.category == category and row.lift in {None, has_lift} and row.holds_on(point)
    ]
    return max(fitting, key=lambda row: (row.lift is not None, row.valid_from), default=None)


def overlaps(rows: Iterable[RateRow], new: RateRow) -> tuple[RateRow, ...]:
    """List the other rows that would hold for the same units on a same day as a new one.

    A row for either kind of lift does not contradict one for a certain kind: the certain one goes first.
    """
    return tuple(
        row
        for row in rows
        if row.id != new.id
        and row.category == new.category
        and row.lift == new.lift
        and (row.valid_to is None or new.valid_from <= row.valid_to)
        and (new.valid_to is None or row.valid_from <= new.valid_to)
    )


def check_rate(row: RateRow) -> tuple[Problem, ...]:
    """List what is wrong with a row by itself.

    A rate is above zero and at most `MAX_RATE`, and only `EXEMPT` may be zero; the last day is not before the
    first.
    """
    lowest = 0 if row.category is RateCategory.EXEMPT else 1
    problems: list[Problem] = []
    if not lowest <= row.rate <= MAX_RATE:
        problems.append(Problem(ProblemCode.AMOUNT_INVALID, "rate", params={"max": "1000.00"}))
    if row.valid_to is not None and row.valid_to < row.valid_from:
        problems.append(Problem(ProblemCode.DATE_INVALID, "valid_to"))
    return tuple(problems)
