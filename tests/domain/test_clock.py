"""Business days, as the cities count them."""

from datetime import UTC, date, datetime, timedelta

from domain.clock import business_day, day_bounds


def test_a_business_day_reaches_from_midnight_to_midnight_in_shanghai() -> None:
    since, until = day_bounds(date(2026, 12, 31))
    assert since == datetime(2026, 12, 30, 16, tzinfo=UTC)
    assert until == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert business_day(until - timedelta(microseconds=1)) == date(2026, 12, 31)
    assert business_day(until) == date(2027, 1, 1)


def test_days_at_both_ends_of_the_calendar_hold_nothing_and_break_nothing() -> None:
    for day in (date.min, date.max):
        since, until = day_bounds(day)
        assert (since.astimezone(UTC) < until.astimezone(UTC), business_day(since) == day) == (True, False)
