"""Sends what is queued for a city's transaction system: at least once, a unit's messages in their order.

A message is taken for a while, sent with no transaction open, and marked; whoever dies between the two leaves
it to be sent again, in the same words and under the same key.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from db.scope import enter_city
from domain.trading import PushStatus, RefusedError, TradingError
from resolvers.desk import Desk
from resolvers.trading.breaker import enter, give_back, tell_answered, tell_failed
from resolvers.trading.messages import Message, write_messages
from resolvers.trading.system import TradingSystem

BATCH = 10
"""So many messages are under way at once, each of another unit."""
TAKEN = timedelta(minutes=2)
"""After so long a message is free again: whoever took it has died. No try takes so long."""
TRIES = 20
_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 3_600.0
_log = structlog.get_logger(__name__)

# The first waiting message of each unit, if nobody has taken it and its time has come. One that is tried
# again by hand waits for a later one that is under way.
_TAKE = text("""
with due as (
  select p.city, p.id from push p
  where p.city = :city and p.status = 'WAITING' and p.next_at <= :now
    and not exists (
      select from push e
      where e.city = p.city and e.unit_id = p.unit_id and e.status = 'WAITING'
        and (e.seq < p.seq or (e.seq > p.seq and e.attempts > 0 and e.next_at > :now))
    )
  order by p.next_at, p.seq limit :batch
  for update of p skip locked
)
update push p set next_at = :until, attempts = p.attempts + 1
from due where p.city = due.city and p.id = due.id
returning p.id
""")
_MARK = text("""
update push set status = :status, next_at = :next_at, answer = :answer, sent_at = :sent_at
where city = :city and id = :id and status = 'WAITING'
""")


async def deliver(desk: Desk, city: int, *, batch: int = BATCH) -> int:
    """Send one batch of what is due in a city, and say of how many messages it disposed.

    While the other side is down nothing is sent but one message after each pause, so that no tries are used
    up on it.
    """
    system = desk.trading.get(city)
    if system is None:
        return 0
    entry = await enter(desk, city)
    if entry.wait:
        return 0
    taken, messages = await _take(desk, city, 1 if entry.probe else batch)
    if entry.probe and not messages:
        await give_back(desk, city)
    found = await asyncio.gather(
        *(_send(desk, city, system, message) for message in messages), return_exceptions=True
    )
    await _tell(desk, city, found)
    for error in found:
        if isinstance(error, BaseException) and not isinstance(error, TradingError):
            raise error
    return taken


async def _tell(desk: Desk, city: int, found: Sequence[BaseException | None]) -> None:
    """Note for everybody how a batch went: one answer is enough to know that the other side answers."""
    answers = [error for error in found if error is None or isinstance(error, TradingError)]
    failed = [error for error in answers if error is not None and not error.answered]
    if len(failed) < len(answers):
        await tell_answered(desk, city)
        return
    for _ in failed:
        await tell_failed(desk, city)


async def _take(desk: Desk, city: int, batch: int) -> tuple[int, Sequence[Message]]:
    """Take messages; what they say is written down before anybody is told."""
    now = desk.clock()
    given = {"city": city, "now": now, "until": now + TAKEN, "batch": batch}
    async with _session(desk, city) as session:
        ids = [row.id for row in await session.execute(_TAKE, given)]
        return len(ids), await write_messages(session, city, ids, now) if ids else ()


async def _send(desk: Desk, city: int, system: TradingSystem, message: Message) -> None:
    """Send one message and mark how it went; a mistake of ours is a failed try, too.

    Raises:
        TradingError: The other side did not take it.
    """
    try:
        await system.push(message.unit_code, str(message.id), message.payload)
    except Exception as error:
        marked = _after(error, message, desk.clock())
        _log.warning("push", city=city, push=str(message.id), status=marked["status"], why=marked["answer"])
        await _mark(desk, city, message, marked)
        raise
    now = desk.clock()
    sent = {"status": PushStatus.SENT.value, "next_at": now, "answer": None, "sent_at": now}
    await _mark(desk, city, message, sent)


def _after(error: Exception, message: Message, now: datetime) -> dict[str, Any]:
    """Tell where a message stands after a failure: it waits longer each time, but not for ever."""
    over = isinstance(error, RefusedError) or message.attempts >= TRIES
    seconds = SystemRandom().uniform(0.5, 1) * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**message.attempts)
    if isinstance(error, TradingError) and not error.answered:
        seconds = max(seconds, error.seconds)
    return {
        "status": (PushStatus.FAILED if over else PushStatus.WAITING).value,
        "next_at": now + timedelta(seconds=seconds),
        "answer": str(error) if isinstance(error, TradingError) else type(error).__name__,
        "sent_at": None,
    }


async def _mark(desk: Desk, city: int, message: Message, marked: dict[str, Any]) -> None:
    desk.tally.count("pushes", city=str(city), status=marked["status"])
    async with _session(desk, city) as session:
        await session.execute(_MARK, {"city": city, "id": message.id, **marked})


@asynccontextmanager
async def _session(desk: Desk, city: int) -> AsyncGenerator[AsyncSession]:
    async with AsyncSession(desk.databases.engine(Pool.WORKER)) as session, session.begin():
        await enter_city(session, city)
        yield session
