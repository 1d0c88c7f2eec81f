"""How often a stranger may try: failures slow an account and an address, and lock nobody out for good."""

import ipaddress
import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from db.tables.identity import Attempt
from domain.problem import Problem, ProblemCode
from resolvers.desk import Desk

_FREE_TRIES = 5
_FREE_TRIES_OF_ADDRESS = 30
# An account that is guessed at from many networks: what it bears from networks where it never signed in.
_FREE_TRIES_FROM_ANYWHERE = 50
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(minutes=30)
_LONGEST_WAIT_FROM_ANYWHERE = timedelta(minutes=5)
_FORGOTTEN_AFTER = timedelta(hours=1)
_WHOLE_ADDRESS = "address:"
_ANYWHERE = "anywhere:"


def name_network(address: str) -> str:
    """Name where somebody comes from: an IPv4 address, or the /64 in which an IPv6 subscriber moves."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(known) if known.version == 4 else str(ipaddress.ip_network((known, 64), strict=False))  # noqa: PLR2004 - IP versions


def whole_address(network: str) -> str:
    """Name everything that comes from one address; it may try more often than one account."""
    return _WHOLE_ADDRESS + network


def from_anywhere(account: str) -> str:
    """Name all guesses at an account from networks where it did not sign in lately."""
    return _ANYWHERE + account


def _patience(subject: str) -> tuple[int, timedelta]:
    """Tell how many tries are free, and how long the wait grows at most."""
    if subject.startswith(_WHOLE_ADDRESS):
        return _FREE_TRIES_OF_ADDRESS, _LONGEST_WAIT
    if subject.startswith(_ANYWHERE):
        return _FREE_TRIES_FROM_ANYWHERE, _LONGEST_WAIT_FROM_ANYWHERE
    return _FREE_TRIES, _LONGEST_WAIT


async def begin_try(desk: Desk, city: int, subjects: Sequence[str]) -> Problem | None:
    """Count a try before it is made, so that many at once are held back too; tell it if it may not be made.

    From the fifth on (the thirtieth of an address) each doubles the wait, up to half an hour. What comes from
    anywhere waits five minutes at most, since its owner may be among those who have never been there before.
    """
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session:
        for subject in sorted(subjects):
            until = await _count(session, city, subject, desk.clock())
            if until is not None:
                minutes = math.ceil((until - desk.clock()) / timedelta(minutes=1))
                return Problem(ProblemCode.SIGN_IN_THROTTLED, params={"minutes": str(minutes)})
        await session.commit()
    return None


async def _count(session: AsyncSession, city: int, subject: str, now: datetime) -> datetime | None:
    """Count one try; give the end of the wait if there is one, and count nothing then."""
    # Long after the last failure the count begins anew.
    failures = case((Attempt.last_at < now - _FORGOTTEN_AFTER, 1), else_=Attempt.failures + 1)
    fresh = insert(Attempt).values(city=city, subject=subject, failures=1, last_at=now)
    counted = await session.scalar(
        fresh.on_conflict_do_update(
            index_elements=["city", "subject"],
            set_={"failures": failures, "last_at": now},
            where=or_(Attempt.blocked_until.is_(None), Attempt.blocked_until <= now),
        ).returning(Attempt.failures)
    )
    row = await session.get_one(Attempt, (city, subject), populate_existing=True)
    if counted is None:
        return row.blocked_until
    free, longest = _patience(subject)
    over = counted - free
    row.blocked_until = now + min(_FIRST_WAIT * 2 ** min(over, 10), longest) if over >= 0 else None
    await session.flush()
    return None


async def take_back(desk: Desk, city: int, subjects: Sequence[str]) -> None:
    """Forget the last try of each: it was none, or it was right."""
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session, session.begin():
        for subject in sorted(subjects):
            await session.execute(
                update(Attempt)
                .where(Attempt.city == city, Attempt.subject == subject)
                .values(failures=func.greatest(Attempt.failures - 1, 0), blocked_until=None)
            )


async def forgive(desk: Desk, city: int, subject: str) -> None:
    """Forget every failure of an account from an address, for it signed in there."""
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session, session.begin():
        await session.execute(delete(Attempt).where(Attempt.city == city, Attempt.subject == subject))
