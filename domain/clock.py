"""What time it is: business days in Shanghai, moments with an offset, and a clock that tests can move."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_EARLIEST, _LATEST = date(2, 1, 1), date(9998, 12, 31)

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Tell the present moment, with its offset."""
    return datetime.now(UTC)


def business_day(moment: datetime) -> date:
    """Tell the calendar day on which a moment falls in the cities' own time."""
    return moment.astimezone(SHANGHAI).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Give the moments at which a business day and the one after it begin.

    Days at both ends of the calendar have no neighbours, so others stand for them: nothing happened there.
    """
    start = datetime.combine(min(max(day, _EARLIEST), _LATEST), time(), SHANGHAI)
    return start, start + timedelta(days=1)
