"""The days of a yearly statement, and what a unit that comes and goes means for its estate."""

from datetime import UTC, date, datetime

import pytest

from domain.clock import SHANGHAI
from domain.problem import Problem
from domain.status import EntryType
from domain.yearly import (
    Figures,
    Heading,
    Period,
    Stay,
    figures_of,
    heading_of,
    read_period,
    stays_of,
    sum_figures,
)

OPENED = datetime(2025, 6, 30, 16, 30, tzinfo=UTC)
"""Half past midnight of the first of July in Shanghai."""
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
YEAR = Period(2025, date(2025, 12, 31))


def _at(month: int, day: int, year: int = 2025) -> datetime:
    return datetime(year, month, day, 12, tzinfo=SHANGHAI)


def test_a_year_begins_and_ends_at_midnight_in_shanghai():
    past = read_period(2025, OPENED, NOW)
    assert isinstance(past, Period)
    assert past == YEAR
    assert past.over
    assert past.since == datetime(2024, 12, 31, 16, tzinfo=UTC)
    assert past.until == datetime(2025, 12, 31, 16, tzinfo=UTC)
    running = read_period(2026, OPENED, NOW)
    assert isinstance(running, Period)
    assert running == Period(2026, date(2026, 11, 22))
    assert not running.over
    assert running.until == datetime(2026, 11, 22, 16, tzinfo=UTC)
    # At five in the afternoon of New Year's Eve by Greenwich the new year has begun.
    eve = datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert read_period(2027, OPENED, eve) == Period(2027, date(2027, 1, 1))


@pytest.mark.parametrize("year", [2024, 2027, 0, -1, 10**9])
def test_a_year_before_the_books_or_after_today_is_refused(year: int):
    refused = read_period(year, OPENED, NOW)
    assert isinstance(refused, Problem)
    assert (refused.code.value, refused.path) == ("VALUE_UNKNOWN", "year")
    assert "2025—2026" in refused.message("zh")


def test_every_type_of_entry_has_its_place_and_a_reversal_that_of_what_it_takes_back():
    assert {kind: heading_of(kind, None) for kind in EntryType}.keys() == set(EntryType)
    assert heading_of(EntryType.REVERSAL, "USE") is Heading.USED
    assert heading_of(EntryType.REVERSAL, "INTEREST") is Heading.GAINS
    # Of a refund that came back the entry says of what it had been paid.
    assert heading_of(EntryType.REVERSAL, "FIRST", refund=True) is Heading.REFUNDED
    assert heading_of(EntryType.REVERSAL, None, refund=True) is Heading.REFUNDED
    assert heading_of(EntryType.REFUND, "FIRST", refund=True) is Heading.REFUNDED
    assert heading_of(EntryType.TRANSFER_IN, "FIRST") is Heading.TRANSFERS_IN


def test_a_unit_that_moves_away_and_back_stays_twice():
    coming_and_going = [(_at(2, 1), True), (_at(3, 1), True), (_at(5, 1), False), (_at(9, 1), True)]
    assert stays_of(coming_and_going, YEAR) == [
        Stay(_at(2, 1), _at(5, 1), arrived=True, left=True),
        Stay(_at(9, 1), YEAR.until, arrived=True, left=False),
    ]
    # Of the year after, only the second is told, and not as a coming.
    later = Period(2026, date(2026, 12, 31))
    assert stays_of(coming_and_going, later) == [Stay(later.since, later.until, arrived=False, left=False)]
    assert stays_of([(_at(2, 1, 2026), True)], YEAR) == []
    assert stays_of([(_at(2, 1, 2023), True), (_at(2, 1, 2024), False)], YEAR) == []
    # Written later although begun earlier: it counts from what was written before.
    assert stays_of([(_at(5, 1), True), (_at(4, 1), False)], YEAR) == [
        Stay(_at(5, 1), _at(5, 1), arrived=True, left=True)
    ]


def test_what_a_unit_holds_goes_with_it_and_the_sum_stays():
    changes = {Heading.FIRST: 300_000, Heading.USED: -12_345}
    there = figures_of(Stay(YEAR.since, YEAR.until, arrived=False, left=False), 1_000, changes)
    assert there == Figures(opening=1_000, first=300_000, used=-12_345)
    assert there.closing == 288_655
    left = figures_of(Stay(YEAR.since, _at(5, 1), arrived=False, left=True), 1_000, changes)
    assert (left.transfers_in, left.transfers_out, left.closing) == (0, -288_655, 0)
    came = figures_of(Stay(_at(5, 1), YEAR.until, arrived=True, left=False), 288_655, {Heading.GAINS: 5})
    assert (came.opening, came.transfers, came.closing) == (0, 288_655, 288_660)
    both = sum_figures([left, came])
    assert (both.transfers_in, both.transfers_out, both.transfers) == (288_655, -288_655, 0)
    kinds = {Heading.SUPPLEMENT: 1, Heading.TOPUP: 20, Heading.OTHER: 300, Heading.FIRST: 4_000}
    paid = figures_of(Stay(YEAR.since, YEAR.until, arrived=False, left=False), 0, kinds)
    assert (paid.deposits, paid.closing) == (4_321, 4_321)
    assert Figures().empty
    assert not left.empty
