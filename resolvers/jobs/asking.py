"""Asking for long work, and wanting it no more; what can be seen to be wrong is told at once."""

from uuid import UUID

from sqlalchemy import update

from db.tables.estates import Estate
from db.tables.jobs import Job
from db.tables.orders import BusinessOrder
from domain.jobs import JobKind, JobStatus
from domain.problem import Problem, ProblemCode
from domain.yearly import YearAsked
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.jobs.queue import Sent, enqueue
from resolvers.money.yearly import YEAR_RIGHTS, find_period
from resolvers.orders.editing import open_for_editing
from resolvers.orders.sheets import sheet_of
from resolvers.printing import MANY_NOTICES, find_printable


async def ask_order_import(work: Work, order_id: UUID, book: Sent) -> Outcome:
    """Ask that a workbook be taken into a draft."""
    order = await open_for_editing(work, order_id, None)
    if isinstance(order, Refused):
        return order
    if sheet_of(order) is None:
        return Refused.because(Problem(ProblemCode.PROFILE_FEATURE_OFF, "file"))
    return await enqueue(work, JobKind.ORDER_IMPORT, {"order": order.id.hex}, book)


async def ask_order_export(work: Work, order_id: UUID) -> Outcome:
    """Ask for the workbook of an order's lines."""
    order = await fetch(work, BusinessOrder, order_id, "order.view")
    if sheet_of(order) is None:
        return Refused.because(Problem(ProblemCode.PROFILE_FEATURE_OFF))
    return await enqueue(work, JobKind.ORDER_EXPORT, {"order": order.id.hex})


async def ask_notice_print(work: Work, notices: list[UUID]) -> Outcome:
    """Ask for notices in one PDF."""
    found = await find_printable(work, notices, MANY_NOTICES)
    if found is not None:
        return found
    asked = {"notices": [one.hex for one in dict.fromkeys(notices)]}
    return await enqueue(work, JobKind.NOTICE_PRINT, asked)


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
    return await enqueue(work, JobKind.YEAR_PRINT, kept)


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
