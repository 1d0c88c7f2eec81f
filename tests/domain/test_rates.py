"""Deposit rates: which one holds for a unit on a day, and which ones contradict each other."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.city import load_cities
from domain.problem import ProblemCode
from domain.rates import MAX_RATE, RateCategory, RateRow, check_rate, overlaps, pick_rate

JIANGMEN = load_cities()[440700].rates
START = date(2022, 4, 1)


def _row(
    identity: str = "a",
    *,
    category: RateCategory = RateCategory.RESIDENTIAL,
    lift: bool | None = None,
    rate: int = 2000,
    valid_from: date = START,
    valid_to: date | None = None,
) -> RateRow:
    return RateRow(identity, category, lift, rate, valid_from, valid_to, "made up")


@pytest.mark.parametrize(
    ("category", "has_lift", "rate"),
    [
        (RateCategory.RESIDENTIAL, True, 3000),
        (RateCategory.RESIDENTIAL, False, 2000),
        (RateCategory.NON_RESIDENTIAL, True, 3000),
        (RateCategory.NON_RESIDENTIAL, False, 2000),
        (RateCategory.PARKING, True, 2000),
        (RateCategory.PARKING, False, 2000),
    ],
)
def test_jiangmen_publishes_20_without_and_30_with_lift(
    category: RateCategory, *, has_lift: bool, rate: int
) -> None:
    row = pick_rate(JIANGMEN, category=category, has_lift=has_lift, point=date(2026, 11, 22))
    assert row is not None
    assert (row.rate, row.is_sample) == (rate, False)


def test_a_parking_space_beats_the_lift_rule() -> None:
    row = pick_rate(JIANGMEN, category=RateCategory.PARKING, has_lift=True, point=START)
    assert row is not None
    assert row.rate == 2000


def test_no_rate_before_the_first_day_is_none_and_never_zero() -> None:
    day_before = START - timedelta(days=1)
    assert pick_rate(JIANGMEN, category=RateCategory.RESIDENTIAL, has_lift=True, point=day_before) is None


def test_rooms_of_the_property_company_have_no_rate_until_the_office_sets_one() -> None:
    assert pick_rate(JIANGMEN, category=RateCategory.EXEMPT, has_lift=True, point=START) is None
    exempt = _row(category=RateCategory.EXEMPT, rate=0)
    picked = pick_rate([*JIANGMEN, exempt], category=RateCategory.EXEMPT, has_lift=True, point=START)
    assert picked == exempt


def test_a_rate_for_the_lift_beats_one_for_either() -> None:
    either, lift = _row("a"), _row("b", lift=True)
    pick = {
        flag: pick_rate([either, lift], category=RateCategory.RESIDENTIAL, has_lift=flag, point=START)
        for flag in (True, False)
    }
    assert pick == {True: lift, False: either}


def test_both_the_first_and_the_last_day_belong_to_a_rate() -> None:
    row = _row(valid_to=date(2022, 4, 30))
    days = [date(2022, 3, 31), date(2022, 4, 1), date(2022, 4, 30), date(2022, 5, 1)]
    assert [row.holds_on(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("change", "overlap"),
    [
        ({}, True),
        ({"valid_from": date(2030, 1, 1)}, True),  # the other one has no end
        ({"valid_from": date(2020, 1, 1), "valid_to": date(2022, 3, 31)}, False),
        ({"valid_from": date(2020, 1, 1), "valid_to": date(2022, 4, 1)}, True),
        ({"valid_from": date(2020, 1, 1)}, True),
        ({"lift": True}, False),  # the certain one goes first
        ({"category": RateCategory.PARKING}, False),
        ({"id": "a", "rate": 2100}, False),  # the row itself, corrected
    ],
)
def test_rates_overlap_for_the_same_units_on_a_same_day(change: dict[str, object], *, overlap: bool) -> None:
    old = _row("a")
    new = replace(_row("b"), **change)  # pyright: ignore[reportArgumentType] - a table of mixed changes
    assert overlaps([old], new) == ((old,) if overlap else ())


DAYS = st.dates(date(2020, 1, 1), date(2020, 2, 28))


@st.composite
def _rows(draw: st.DrawFn) -> list[RateRow]:
    rows: list[RateRow] = []
    for number in range(draw(st.integers(0, 8))):
        start, end = draw(DAYS), draw(st.none() | DAYS)
        row = _row(
            str(number),
            category=draw(st.sampled_from(list(RateCategory)[:2])),
            lift=draw(st.sampled_from([None, True, False])),
            valid_from=start if end is None else min(start, end),
            valid_to=None if end is None else max(start, end),
        )
        if not overlaps(rows, row):
            rows.append(row)
    return rows


@given(_rows(), st.sampled_from(list(RateCategory)[:2]), st.booleans(), DAYS)
def test_without_overlaps_at_most_one_rate_of_a_kind_holds_and_the_order_of_rows_is_nothing(
    rows: list[RateRow],
    category: RateCategory,
    has_lift: bool,
    point: date,
) -> None:
    holding = [row for row in rows if row.category == category and row.holds_on(point)]
    assert len({row.lift for row in holding}) == len(holding)
    picked = pick_rate(rows, category=category, has_lift=has_lift, point=point)
    assert picked == pick_rate(rows[::-1], category=category, has_lift=has_lift, point=point)
    exact = [row for row in holding if row.lift is has_lift]
    either = [row for row in holding if row.lift is None]
    assert picked == next(iter(exact + either), None)


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (_row(), []),
        (_row(rate=0), [ProblemCode.AMOUNT_INVALID]),
        (_row(rate=-1, category=RateCategory.EXEMPT), [ProblemCode.AMOUNT_INVALID]),
        (_row(rate=0, category=RateCategory.EXEMPT), []),
        (_row(rate=MAX_RATE), []),
        (_row(rate=MAX_RATE + 1), [ProblemCode.AMOUNT_INVALID]),
        (_row(valid_to=date(2022, 3, 31)), [ProblemCode.DATE_INVALID]),
        (_row(valid_to=START), []),
    ],
)
def test_a_rate_is_above_zero_and_does_not_end_before_it_begins(
    row: RateRow, codes: list[ProblemCode]
) -> None:
    assert [problem.code for problem in check_rate(row)] == codes
