"""Does the long work that waits: as who asked for it, with the rights of that moment.

What is done is an ordinary act under a key of the job's own: where a runner dies between the commit and the
mark, the next one finds under that key what was done.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import TypeVar

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from db.tables.identity import Principal
from domain.actor import Actor
from domain.jobs import JobStatus
from domain.problem import Problem, ProblemCode
from domain.refusal import Refusal, TooBusy, TooCostly, Unauthenticated
from resolvers.act import Refused
from resolvers.desk import Desk
from resolvers.jobs.kinds import RUNS
from resolvers.jobs.pace import CancelledJob, LostJob, Pace
from resolvers.jobs.results import Result
from resolvers.jobs.taking import Taken, find_committed, finish, give_back, take
from resolvers.sessions import actor_of
from resolvers.visit import Visit

TRIES = 5
"""So often is it begun, whoever was in the way or died."""
_PAUSE = timedelta(seconds=5)
_IN_THE_WAY = (TooBusy, SQLAlchemyError, OSError)
_ENDINGS: Mapping[type[Exception], tuple[JobStatus, ProblemCode]] = {
    Unauthenticated: (JobStatus.REFUSED, ProblemCode.JOB_OWNER_GONE),
    TooBusy: (JobStatus.FAILED, ProblemCode.JOB_FAILED),
    TooCostly: (JobStatus.FAILED, ProblemCode.JOB_FAILED),
    Refusal: (JobStatus.REFUSED, ProblemCode.JOB_NOT_ALLOWED),
    Exception: (JobStatus.FAILED, ProblemCode.JOB_FAILED),
}
"""How the work ends after an exception; the first that fits."""
_log = structlog.get_logger(__name__)
T = TypeVar("T")


async def run_next(desk: Desk, city: int) -> bool:
    """Do the oldest piece of work that waits in a city, and tell whether there was one.

    Raises:
        Exception: A mistake of ours, after the job was marked as failed.
    """
    async with take(desk, city) as job:
        if job is None:
            return False
        try:
            await _treat(desk, job)
        except asyncio.CancelledError:
            # The server stops; another begins anew at once.
            await give_back(desk, job)
            raise
    return True


async def _treat(desk: Desk, job: Taken) -> None:
    committed = await find_committed(desk, job)
    if committed is not None:
        await _tell(desk, job, Result.counted(committed))
    elif job.cancel_asked:
        await finish(desk, job, JobStatus.CANCELLED, None, None)
    elif job.tries > TRIES:
        # Every runner so far died over it.
        await _end(desk, job, JobStatus.FAILED, _because(ProblemCode.JOB_FAILED))
    else:
        await _run(desk, job)


async def _run(desk: Desk, job: Taken) -> None:
    try:
        result = await _beside(Pace(desk, job), _work(desk, job))
    except LostJob:
        return
    except CancelledJob:
        await finish(desk, job, JobStatus.CANCELLED, None, None)
    except Exception as error:
        if isinstance(error, _IN_THE_WAY) and job.tries < TRIES:
            await give_back(desk, job, after=_PAUSE * job.tries)
        else:
            status, code = next(ending for kind, ending in _ENDINGS.items() if isinstance(error, kind))
            await _end(desk, job, status, _because(code))
        if not isinstance(error, Refusal):
            raise
    else:
        await _tell(desk, job, result)


async def _beside(pace: Pace, work: Awaitable[T]) -> T:
    """Do the work while signs of life are given; where it is another's now, it is broken off."""
    keeping = asyncio.ensure_future(pace.keep())
    working = asyncio.ensure_future(work)
    try:
        await asyncio.wait({keeping, working}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise LostJob
        return working.result()
    finally:
        for task in (keeping, working):
            task.cancel()
        await asyncio.gather(keeping, working, return_exceptions=True)


async def _work(desk: Desk, job: Taken) -> Result:
    """Do it in a visit of whoever asked.

    Raises:
        Unauthenticated: That account may act no more.
    """

    async def find() -> Actor | None:
        return await _find_owner(desk, job)

    visit = Visit(desk, await find(), language=_language(job), request_id=job.id.hex)
    visit.signed_in()
    # Rights that change while it goes on are read anew, as for a remembered session.
    pace = Pace(desk, job)
    visit.renew, visit.pace, visit.lease = find, pace.tell, pace.hold
    try:
        return await RUNS[job.kind](visit, job)
    finally:
        await visit.close()


async def _find_owner(desk: Desk, job: Taken) -> Actor | None:
    active = select(Principal).where(
        Principal.city == job.city, Principal.id == job.owner, Principal.status == "ACTIVE"
    )
    async with AsyncSession(desk.databases.engine(Pool.GATE), expire_on_commit=False) as session:
        found = await session.scalar(active)
    return actor_of(found) if found is not None else None


def _language(job: Taken) -> str:
    return str(job.asked.get("language", "zh"))


def _because(code: ProblemCode) -> Result:
    return Result(Refused.because(Problem(code)))


async def _tell(desk: Desk, job: Taken, result: Result) -> None:
    refused = isinstance(result.outcome, Refused)
    await _end(desk, job, JobStatus.REFUSED if refused else JobStatus.DONE, result)


async def _end(desk: Desk, job: Taken, status: JobStatus, result: Result) -> None:
    _log.info("job", job=str(job.id), kind=job.kind.value, city=job.city, status=status.value)
    await finish(desk, job, status, result.keep(_language(job)), result.made)
