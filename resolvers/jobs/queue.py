"""The queue of long work: what was asked for waits there until a runner takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text

from db.tables.jobs import Job
from domain.jobs import OPEN, JobKind
from domain.problem import Problem, ProblemCode
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.files import store_file

MOST_OPEN = 10
"""So many pieces of work may wait for one account."""

_AS_IT_CAME = "application/octet-stream"
# Two requests at once would each find room for one more.
_TURN = text("select pg_advisory_xact_lock(hashtextextended('jobs:' || :principal, :city))")


@dataclass(frozen=True, slots=True)
class Sent:
    """A workbook that was sent to be taken in: its name, and the file as it came."""

    name: str
    data: bytes


async def enqueue(work: Work, kind: JobKind, asked: Mapping[str, Any], book: Sent | None = None) -> Outcome:
    """Put work into the queue, with the workbook that came for it, unless too much of the account's waits."""
    full = await _find_no_room(work)
    if full is not None:
        return full
    file = None if book is None else await store_file(work, book.name, _AS_IT_CAME, book.data)
    job = work.new_id()
    await work.add(
        Job,
        id=job,
        org_id=work.actor.organization,
        kind=kind.value,
        asked={**asked, "language": work.visit.language},
        file_id=file,
        created_by=work.actor.principal,
        created_at=work.now,
    )
    return Done("Job", (job,), {"kind": kind.value})


async def _find_no_room(work: Work) -> Refused | None:
    whose = {"principal": str(work.actor.principal), "city": work.actor.city}
    await work.session.execute(_TURN, whose)
    waiting = select(func.count()).where(
        Job.city == work.actor.city, Job.created_by == work.actor.principal, Job.status.in_(OPEN)
    )
    if (await work.session.scalar(waiting) or 0) < MOST_OPEN:
        return None
    params = {"label": "未完成的任务", "max": str(MOST_OPEN)}
    return Refused.because(Problem(ProblemCode.LIMIT_EXCEEDED, params=params))
