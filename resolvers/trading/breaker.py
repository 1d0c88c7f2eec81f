"""Lets nobody ask a city's transaction system for a while after it failed again and again.

What it knows stands in the database, so that all processes share it; every city has its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from db.scope import enter_city
from resolvers.desk import Desk

FAILURES = 5
"""So many failures one after another, and nobody asks any more for a while."""
OPEN = timedelta(seconds=30)
PROBE = timedelta(seconds=60)
"""Whoever asks first after that has so long to tell how it went; then somebody else may try."""

_READ = text("select open_until, probe_until from trading_breaker where city = :city")
_PROBE = text("""
update trading_breaker set probe_until = :until
where city = :city and open_until <= :now and (probe_until is null or probe_until <= :now)
returning city
""")
_FAILED = text("""
insert into trading_breaker as known (city, failures) values (:city, 1)
on conflict (city) do update set
  failures = known.failures + 1,
  open_until = case when known.failures + 1 >= :most then cast(:until as timestamptz) end,
  probe_until = null
""")
_GIVEN_BACK = text("update trading_breaker set probe_until = null where city = :city")
_ANSWERED = text("""
update trading_breaker set failures = 0, open_until = null, probe_until = null
where city = :city and failures > 0
""")


@dataclass(frozen=True, slots=True)
class Entry:
    """Whether somebody may ask now.

    Attributes:
        wait: For how many seconds nobody may; 0 for whoever may ask, and then tells how it went.
        probe: Whether it is the one that asks first after a pause.
    """

    wait: int = 0
    probe: bool = False


async def enter(desk: Desk, city: int) -> Entry:
    """Tell whether somebody may ask; after a pause only one does at first, of all processes."""
    now = desk.clock()
    async with AsyncSession(desk.databases.engine(Pool.WORKER)) as session, session.begin():
        await _see_city(session, city)
        known = (await session.execute(_READ, {"city": city})).first()
        if known is None or known.open_until is None:
            return Entry()
        if known.open_until > now:
            return Entry(_seconds(known.open_until, now))
        given = {"city": city, "now": now, "until": now + PROBE}
        if (await session.execute(_PROBE, given)).first() is not None:
            return Entry(probe=True)
        return Entry(_seconds(known.probe_until or now, now))


async def give_back(desk: Desk, city: int) -> None:
    """Let somebody else ask first: there was nothing to ask."""
    await _write(desk, city, _GIVEN_BACK, {})


async def tell_answered(desk: Desk, city: int) -> None:
    """Note that the system answers, even if not as it was agreed."""
    await _write(desk, city, _ANSWERED, {})


async def tell_failed(desk: Desk, city: int) -> None:
    """Note that the system did not answer."""
    given = {"most": FAILURES, "until": desk.clock() + OPEN}
    await _write(desk, city, _FAILED, given)


async def _write(desk: Desk, city: int, statement: Any, given: dict[str, Any]) -> None:  # noqa: ANN401 - SQL text
    async with AsyncSession(desk.databases.engine(Pool.WORKER)) as session, session.begin():
        await _see_city(session, city)
        await session.execute(statement, {"city": city, **given})


async def _see_city(session: AsyncSession, city: int) -> None:
    await enter_city(session, city)


def _seconds(until: datetime, now: datetime) -> int:
    """Round up, so that whoever comes back then is not too early."""
    return max(1, -(-(until - now) // timedelta(seconds=1)))
