"""How often a stranger may try: failures by account and address slow further tries, and lock nobody out for good."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.tables.identity import Attempt

_FREE_TRIES = 5
_FREE_TRIES_OF_ADDRESS = 30
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(minutes=30)
_FORGOTTEN_AFTER = timedelta(hours=1)


async def blocked_until(
    session: AsyncSession, city: int, subjects: Sequence[str], now: datetime
) -> datetime | None:
    """Tell until when somebody must wait, if at all."""
    return await session.scalar(
        select(func.max(Attempt.blocked_until)).where(
            Attempt.city == city, Attempt.subject.in_(subjects), Attempt.blocked_until > now
        )
    )


async def count_failure(session: AsyncSession, city: int, subjects: Sequence[str], now: datetime) -> None:
    """Count a failed try; from the fifth on (the thirtieth of an address) each doubles the wait, up to half an hour."""
    for subject in sorted(subjects):
        free = _FREE_TRIES_OF_ADDRESS if subject.startswith("address:") else _FREE_TRIES
        fresh = insert(Attempt).values(city=city, subject=subject, failures=1, last_at=now)
        counted = await session.scalar(
            fresh.on_conflict_do_update(
                index_elements=["city", "subject"],
                set_={
                    # Long after the last failure the count begins anew.
                    "failures": case(
                        (Attempt.last_at < now - _FORGOTTEN_AFTER, 1), else_=Attempt.failures + 1
                    ),
                    "last_at": now,
                },
            ).returning(Attempt.failures)
        )
        over = (counted or 0) - free
        if over >= 0:
            wait = min(_FIRST_WAIT * 2 ** min(over, 10), _LONGEST_WAIT)
            row = await session.get(Attempt, (city, subject))
            if row is not None:
                row.blocked_until = now + wait
                await session.flush()


async def forgive(session: AsyncSession, city: int, subject: str) -> None:
    """Forget an account's failures after it signed in."""
    await session.execute(delete(Attempt).where(Attempt.city == city, Attempt.subject == subject))
