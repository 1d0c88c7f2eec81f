"""What time it is: business days in Shanghai, moments with an offset, and a clock that tests can move."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Tell the present moment, with its offset."""
    return datetime.now(UTC)


def business_day(moment: datetime) -> date:
    """Tell the calendar day on which a moment falls in the cities' own time."""
    return moment.astimezone(SHANGHAI).date()
