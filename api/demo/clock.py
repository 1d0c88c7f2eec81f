"""The demo's clock: the true time, put forward from one day to the next."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from domain.clock import SHANGHAI, system_clock


@dataclass(slots=True)
class DemoClock:
    """Tells how late it is on the stage; it goes on like any other clock."""

    _ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        """Tell the present moment."""
        return system_clock() + self._ahead

    def sleep(self) -> None:
        """Put it forward to three in the morning, when the worker has sealed the day before."""
        today = self().astimezone(SHANGHAI).date()
        self._ahead += datetime.combine(today + timedelta(days=1), time(3), SHANGHAI) - self()
