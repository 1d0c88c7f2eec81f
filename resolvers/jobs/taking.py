"""Who works on which piece of long work: whoever dies or falls silent loses it to others.

Each line here is a short transaction of its own, so that others see how far the work is while it goes on.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from db.base import Pool
from db.scope import enter_city
from domain.jobs import JobKind, JobStatus
from resolvers.desk import Desk
from resolvers.outcome import Outcome
from resolvers.repetition import find_outcome

SILENT = timedelta(seconds=60)
"""After so long without a sign of life a piece of work is taken over, although its session stands."""

_LIFE = "hashtextextended('job:' || job.id || ':' || job.tries, job.city)"
# One that is tried again waits until the moment in `beat_at`. Who can get a lock by which a runner shows that
# it lives knows that its session is gone. By a case nothing but what is being done is asked for its lock.
_TAKE = text(f"""
with next as (
  select city, id from job
  where city = :city and status in ('WAITING', 'RUNNING') and case status
    when 'WAITING' then beat_at is null or beat_at <= :now
    else beat_at < :dead or pg_try_advisory_xact_lock_shared({_LIFE})
  end
  order by id limit 1 for update skip locked
)
update job set status = 'RUNNING', tries = tries + 1, beat_at = :now,
  started_at = coalesce(started_at, :now)
from next where job.city = next.city and job.id = next.id
returning job.id, kind, asked, file_id, created_by, tries, cancel_asked, pg_try_advisory_lock({_LIFE})
""")  # noqa: S608 - no value in it
# The number of the try tells its runner from one that took the work over.
_MINE = "where city = :city and id = :id and tries = :tries and status = 'RUNNING'"
_BEAT = text(f"update job set beat_at = :now {_MINE} returning cancel_asked")  # noqa: S608 - no value in it
_TELL = text(
    f"update job set beat_at = :now, done = :done, total = :total {_MINE} returning cancel_asked"  # noqa: S608
)
_HOLD = text(f"select cancel_asked from job {_MINE} for update")  # noqa: S608 - no value in it
_GIVE_BACK = text(
    f"update job set status = 'WAITING', beat_at = :not_before, tries = tries - :uncounted {_MINE}"  # noqa: S608
)
_FINISH = text(f"""
update job set status = :status, outcome = :outcome, file_id = :file, finished_at = :now, beat_at = null,
  done = case when :status = 'DONE' then coalesce(total, done) else done end
{_MINE}
""").bindparams(bindparam("outcome", type_=JSONB(none_as_null=True)))  # noqa: S608 - no value in it


@dataclass(frozen=True, slots=True)
class Taken:
    """A piece of work that this process has taken.

    Attributes:
        asked: What was asked for, and the language in which it was.
        file: The workbook that came with it.
        owner: Who asked, as whom it is done.
        tries: How often it was taken.
    """

    city: int
    id: UUID
    kind: JobKind
    asked: Mapping[str, Any]
    file: UUID | None
    owner: UUID
    tries: int
    cancel_asked: bool

    @property
    def key(self) -> str:
        """The idempotency key of its act, by which a second try books nothing twice."""
        return f"job:{self.id.hex}"


@asynccontextmanager
async def take(desk: Desk, city: int) -> AsyncGenerator[Taken | None]:
    """Take the oldest piece of work of a city that nobody works on, and keep it as long as the context lasts.

    A database session is kept open for it, with a lock that PostgreSQL lets go as soon as the process dies:
    others see that at once, and take over what was not brought to its end.
    """
    async with desk.databases.engine(Pool.WORKER).connect() as life:
        is_held = True
        try:
            job = await _take(life, desk, city)
            is_held = job is not None
            yield job
        finally:
            if is_held:
                # The session ends, for a lock that came back into the pool would show a life that is over.
                await life.invalidate()


async def _take(life: AsyncConnection, desk: Desk, city: int) -> Taken | None:
    now = desk.clock()
    async with life.begin():
        await enter_city(life, city)
        row = (await life.execute(_TAKE, {"city": city, "now": now, "dead": now - SILENT})).first()
    if row is None:
        return None
    kind = JobKind(row.kind)
    return Taken(city, row.id, kind, row.asked, row.file_id, row.created_by, row.tries, row.cancel_asked)


async def beat(desk: Desk, job: Taken) -> bool | None:
    """Give a sign of life; tells whether it shall be cancelled, or None if somebody else has it now."""
    async with _session(desk, job.city) as session:
        return await session.scalar(_BEAT, {**_whose(job), "now": desk.clock()})


async def tell(desk: Desk, job: Taken, done: int, total: int | None) -> bool | None:
    """Write down how far it is; tells the same as `beat`."""
    given = {"now": desk.clock(), "done": done, "total": total}
    async with _session(desk, job.city) as session:
        return await session.scalar(_TELL, {**_whose(job), **given})


async def hold(session: AsyncSession, job: Taken) -> bool | None:
    """Keep others from it until a transaction ends; tells the same as `beat`."""
    return await session.scalar(_HOLD, {**_whose(job)})


async def find_committed(desk: Desk, job: Taken) -> Outcome | None:
    """Tell what a runner committed that died, or was stopped, before it could say so."""
    async with _session(desk, job.city) as session:
        return await find_outcome(session, job.city, job.owner, job.key)


async def give_back(desk: Desk, job: Taken, *, after: timedelta | None = None) -> None:
    """Let it be done anew, at once or later; without a pause the try does not count."""
    not_before = None if after is None else desk.clock() + after
    given = {"not_before": not_before, "uncounted": int(after is None)}
    async with _session(desk, job.city) as session:
        await session.execute(_GIVE_BACK, {**_whose(job), **given})


async def finish(
    desk: Desk, job: Taken, status: JobStatus, outcome: Mapping[str, Any] | None, file: UUID | None
) -> None:
    """Write down how it ended."""
    given = {"status": status.value, "outcome": outcome, "file": file, "now": desk.clock()}
    async with _session(desk, job.city) as session:
        await session.execute(_FINISH, {**_whose(job), **given})


def _whose(job: Taken) -> dict[str, Any]:
    return {"city": job.city, "id": job.id, "tries": job.tries}


@asynccontextmanager
async def _session(desk: Desk, city: int) -> AsyncGenerator[AsyncSession]:
    async with AsyncSession(desk.databases.engine(Pool.WORKER)) as session, session.begin():
        await enter_city(session, city)
        yield session
