"""Reports that are handed out: made as pages or as a workbook, off the event loop, and kept."""

import asyncio
from dataclasses import replace
from uuid import UUID

from domain.problem import Problem
from domain.reporting import ReportFormat
from reports.fonts import GlyphMissing
from reports.tabular import TabularReport, render, write_sheet
from resolvers.act import Work
from resolvers.files import store_file
from resolvers.printing.counting import Counted, draw_beside
from resolvers.printing.press import PDF, glyph_missing
from resolvers.visit import Visit
from resolvers.workbooks import XLSX

MEDIA_TYPES = {ReportFormat.PDF: PDF, ReportFormat.XLSX: XLSX}
_DRAW = {ReportFormat.PDF: render, ReportFormat.XLSX: write_sheet}


async def draw_report(report: TabularReport, made: ReportFormat) -> bytes | Problem:
    """Make a report in a thread; a character that cannot be printed is a problem."""
    try:
        return await asyncio.to_thread(_DRAW[made], report)
    except GlyphMissing as missing:
        return glyph_missing(missing)


async def draw_counted(visit: Visit, report: TabularReport, made: ReportFormat) -> bytes | Problem:
    """Make a long report in a thread, tell how far it is, and end where it is wanted no more."""
    rows = Counted(report.rows)
    counted = replace(report, rows=rows)
    try:
        return await draw_beside(visit, rows, lambda: _DRAW[made](counted))
    except GlyphMissing as missing:
        return glyph_missing(missing)


async def keep_report(
    work: Work, report: TabularReport, made: ReportFormat, name: str, organization: UUID | None = None
) -> UUID | Problem:
    """Make a report and keep it as a file; a character that cannot be printed is a problem.

    Args:
        work: The act under way.
        report: What is handed out.
        made: As pages or as a workbook.
        name: What the file is called, without an ending.
        organization: Whose file it is; whoever acts, if nobody is named.
    """
    drawn = await draw_report(report, made)
    if isinstance(drawn, Problem):
        return drawn
    return await store_file(work, file_name(name, made), MEDIA_TYPES[made], drawn, organization)


def file_name(name: str, made: ReportFormat) -> str:
    """Put the ending of its format to a file's name."""
    return f"{name}.{made.value.lower()}"
