"""Asking for long work, and wanting it no more; what can be seen to be wrong is told at once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update

from db.tables.estates import Estate
from db.tables.jobs import Job
from db.tables.orders import BusinessOrder
from domain.jobs import OPEN, JobKind, JobStatus
from domain.problem import Problem, ProblemCode
from domain.yearly import YearAsked
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.files import store_file
from resolvers.money.yearly import YEAR_RIGHTS, find_period
from resolvers.orders.editing import open_for_editing
from resolvers.orders.sheets import sheet_of
from resolvers.printing import MANY_NOTICES, find_printable

MOST_OPEN = 10
"""So many pieces of work may wait for one account."""

_AS_IT_CAME = "application/octet-stream"
# Two requests at once would each find room for one more.
_TURN = text("select pg_advisory_xact_lock(hashtextextended('jobs:' || :principal, :city))")


async def ask_order_import(work: Work, order_id: UUID, name: str, data: bytes) -> Outcome:
    """Ask that a workbook be taken into a draft."""
    order = await open_for_editing(work, order_id, None)
    if isinstance(order, Refused):
        return order
    if sheet_of(order) is None:
        return Refused.because(Problem(ProblemCode.PROFILE_FEATURE_OFF, "file"))
    full = await _find_no_room(work)
    if full is not None:
        return full
    file = await store_file(work, name, _AS_IT_CAME, data)
    return await _add(work, JobKind.ORDER_IMPORT, {"order": order.id.hex}, file)


async def ask_order_export(work: Work, order_id: UUID) -> Outcome:
    """Ask for the workbook of an order's lines."""
    order = await fetch(work, BusinessOrder, order_id, "order.view")
    if sheet_of(order) is None:
        return Refused.because(Problem(ProblemCode.PROFILE_FEATURE_OFF))
    return await _find_no_room(work) or await _add(work, JobKind.ORDER_EXPORT, {"order": order.id.hex})


async def ask_notice_print(work: Work, notices: list[UUID]) -> Outcome:
    """Ask for notices in one PDF."""
    found = await find_printable(work, notices, MANY_NOTICES)
    if found is not None:
        return found
    asked = {"notices": [one.hex for one in dict.fromkeys(notices)]}
    return await _find_no_room(work) or await _add(work, JobKind.NOTICE_PRINT, asked)


async def ask_year_print(work: Work, asked: YearAsked) -> Outcome:
    """Ask for a paper of an estate and year."""
    estate = await fetch(work, Estate, asked.estate, *YEAR_RIGHTS)
    period = await find_period(work.session, estate, asked.year, work.now)
    if isinstance(period, Problem):
        return Refused.because(period)
    kept = {
        "paper": asked.paper.value,
        "estate": asked.estate.hex,
        "year": asked.year,
        "format": asked.made.value,
    }
    return await _find_no_room(work) or await _add(work, JobKind.YEAR_PRINT, kept)


async def cancel(work: Work, job_id: UUID) -> Outcome:
    """Want a piece of work no more; it ends where its runner looks next.

    Raises:
        NotFound: There is none of one's own.
    """
    job = await fetch(work, Job, job_id, "job.cancel", lock=True)
    if JobStatus(job.status).is_over:
        return Refused.because(Problem(ProblemCode.JOB_OVER, "jobId"))
    wanted = update(Job).where(Job.city == job.city, Job.id == job.id).values(cancel_asked=True)
    await work.session.execute(wanted)
    return Done("Job", (job.id,), {"kind": job.kind})


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


async def _add(work: Work, kind: JobKind, asked: Mapping[str, Any], file: UUID | None = None) -> Outcome:
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
