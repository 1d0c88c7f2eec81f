"""Long reports as long work: summaries of deposits and lists of units that owe (统计报表)."""

from collections.abc import Sequence

import msgspec

from domain.jobs import JobKind
from domain.reporting import MAX_ROWS, MAX_SHEET_ROWS, Dimension, ReportFormat
from resolvers.act import Outcome, Work
from resolvers.jobs.queue import enqueue
from resolvers.jobs.results import Result
from resolvers.jobs.taking import Taken
from resolvers.reporting.conditions import Chosen
from resolvers.reporting.exports import RIGHT, export_long
from resolvers.reporting.tables import make_arrears, make_deposits, see_chosen
from resolvers.visit import Visit

_MOST = {ReportFormat.PDF: MAX_ROWS, ReportFormat.XLSX: MAX_SHEET_ROWS}


async def ask_deposit_summary(
    work: Work, by: Sequence[Dimension], chosen: Chosen, made: ReportFormat
) -> Outcome:
    """Ask for a summary of deposits as a file."""
    return await _ask(work, JobKind.DEPOSIT_SUMMARY_EXPORT, chosen, made, by)


async def ask_arrears(work: Work, chosen: Chosen, made: ReportFormat) -> Outcome:
    """Ask for the list of units that owe as a file."""
    return await _ask(work, JobKind.ARREARS_EXPORT, chosen, made)


async def _ask(
    work: Work, kind: JobKind, chosen: Chosen, made: ReportFormat, by: Sequence[Dimension] = ()
) -> Outcome:
    await work.must(RIGHT, organization=work.actor.organization, estate=None)
    await see_chosen(work.visit, chosen)
    asked = {"by": list(by), "chosen": msgspec.to_builtins(chosen), "format": made}
    return await enqueue(work, kind, asked)


async def export_deposit_summary(visit: Visit, job: Taken) -> Result:
    """Sum deposits up, as `depositSummaryExport` does, in up to 200,000 groups (导出交存情况统计表)."""
    by, chosen, made = _read(job)
    most = _MOST[made]
    done = await export_long(
        visit,
        lambda visit: make_deposits(visit, by, chosen, most),
        made,
        name="depositSummaryExport",
        key=job.key,
    )
    return Result.counted(done)


async def export_arrears(visit: Visit, job: Taken) -> Result:
    """List units that owe, as `arrearsExport` does, up to 200,000 of them (导出欠交清单)."""
    _, chosen, made = _read(job)
    most = _MOST[made]
    done = await export_long(
        visit, lambda visit: make_arrears(visit, chosen, most), made, name="arrearsExport", key=job.key
    )
    return Result.counted(done)


def _read(job: Taken) -> tuple[list[Dimension], Chosen, ReportFormat]:
    return (
        [Dimension(one) for one in job.asked["by"]],
        msgspec.convert(job.asked["chosen"], type=Chosen),
        ReportFormat(job.asked["format"]),
    )
