"""Hands reports out: kept as a file, or read out to a machine for which nothing is kept."""

from collections.abc import Awaitable, Callable

from domain.actor import PrincipalKind
from domain.problem import Problem
from domain.refusal import Forbidden
from domain.reporting import ReportFormat
from reports.tabular import TabularReport
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.files import Content
from resolvers.printing.tabular import MEDIA_TYPES, draw_report, file_name, keep_report
from resolvers.visit import Visit

RIGHT = "export.create"
Make = Callable[[Visit], Awaitable[TabularReport | Problem]]
"""Makes a report of what the reader sees."""


async def export(work: Work, make: Make, made: ReportFormat) -> Outcome:
    """Hand a report out as a file that is kept."""
    await work.must(RIGHT, organization=work.actor.organization, estate=None)
    report = await make(work.visit)
    if isinstance(report, Problem):
        return Refused.because(report)
    kept = await keep_report(work, report, made, _name_of(report))
    if isinstance(kept, Problem):
        return Refused.because(kept)
    told = {"report": report.imprint.title, "number": report.imprint.number, "rows": len(report.rows)}
    return Done("File", (kept,), {**told, "format": made.value})


async def read_out(visit: Visit, make: Make, made: ReportFormat) -> Content | Refused:
    """Hand a report out to a machine that only reads, and for which nothing can be kept.

    Raises:
        Forbidden: It is no such machine, or may not take reports away.
    """
    actor = visit.signed_in()
    decision = await visit.may(RIGHT, organization=actor.organization, estate=None)
    # What people take away is kept and stands in the audit, so they go by the act.
    if actor.kind is not PrincipalKind.REPORTER or not decision.allowed:
        raise Forbidden
    report = await make(visit)
    if isinstance(report, Problem):
        return Refused.because(report)
    drawn = await draw_report(report, made)
    if isinstance(drawn, Problem):
        return Refused.because(drawn)
    return Content(file_name(_name_of(report), made), MEDIA_TYPES[made], drawn)


def _name_of(report: TabularReport) -> str:
    return f"{report.imprint.title}-{report.imprint.number}"
