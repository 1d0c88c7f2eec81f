"""Hands reports out: kept as a file, or read out to a machine for which nothing is kept."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from domain.actor import PrincipalKind
from domain.problem import Problem
from domain.refusal import Forbidden
from domain.reporting import ReportFormat
from reports.tabular import TabularReport
from resolvers.act import Done, Outcome, Refused, Work, act, settle
from resolvers.files import Content, store_file
from resolvers.printing.tabular import MEDIA_TYPES, draw_counted, draw_report, file_name, keep_report
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
    return _kept(kept, report, made)


async def export_long(visit: Visit, make: Make, made: ReportFormat, *, name: str, key: str) -> Outcome:
    """Hand a very long report out: read in one snapshot, drawn with no transaction open, and then kept.

    Args:
        visit: Whose eyes it is seen with.
        make: Makes the report.
        made: As pages or as a workbook.
        name: The act in whose name it is kept.
        key: The key under which it is kept once.

    Raises:
        Forbidden: Whoever asks may take no reports away.
    """
    actor = visit.signed_in()
    if not (await visit.may(RIGHT, organization=actor.organization, estate=None)).allowed:
        raise Forbidden
    report = await make(visit)
    await visit.forget()
    if isinstance(report, Problem):
        return Refused.because(report)
    drawn = await draw_counted(visit, report, made)
    if isinstance(drawn, Problem):
        return Refused.because(drawn)

    async def effect(work: Work) -> Outcome:
        # The right may have gone while it was made.
        await work.must(RIGHT, organization=work.actor.organization, estate=None)
        file = file_name(_name_of(report), made)
        return _kept(await store_file(work, file, MEDIA_TYPES[made], drawn), report, made)

    outcome = await act(visit, name, effect, given=made, key=key)
    await settle(visit)
    return outcome


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


def _kept(file: UUID, report: TabularReport, made: ReportFormat) -> Done:
    told = {"report": report.imprint.title, "number": report.imprint.number, "rows": len(report.rows)}
    return Done("File", (file,), {**told, "format": made.value})


def _name_of(report: TabularReport) -> str:
    return f"{report.imprint.title}-{report.imprint.number}"
