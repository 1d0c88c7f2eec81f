"""Handing reports out: deposits, arrears and banks' days as a PDF or a workbook (导出报表)."""

from typing import Annotated, Any

import strawberry

from domain.reporting import Dimension, ReportFormat
from resolvers.act import Outcome, Work
from resolvers.jobs.reports import ask_arrears, ask_deposit_summary
from resolvers.reporting.conditions import Chosen
from resolvers.reporting.exports import export
from resolvers.reporting.tables import make_arrears, make_bank_day, make_deposits
from schema.files import FileResult, file_made
from schema.jobs import JobResult, accepted
from schema.mutation import INPUT, ActInput, FileActInput, answer, mutation, row_id
from schema.reporting.deposits import ArrearsFilter, DepositFilter
from schema.scalars import Day
from schema.types import asks, closed, given, maybe

closed(
    ReportFormat,
    "What a report is made as (报表格式).",
    {"PDF": "Pages to print and seal (PDF).", "XLSX": "A workbook to reckon with (Excel)."},
)

_FORMAT = "What it is made as (报表格式)."


@asks
class DepositSummaryExportInput(FileActInput):
    """A summary of deposits to be handed out (导出交存情况统计表)."""

    by: list[Dimension] = given("By what units are put together, the outermost first (统计维度).")
    filter: DepositFilter | None = maybe("Only units that meet all of these conditions (统计条件).")
    format: ReportFormat = given(_FORMAT)


@asks
class ArrearsExportInput(FileActInput):
    """The list of units that owe, to be handed out (导出欠交清单)."""

    filter: ArrearsFilter | None = maybe("Only units that meet all of these conditions (欠交查询条件).")
    format: ReportFormat = given(_FORMAT)


@asks
class DepositSummaryExportJobInput(DepositSummaryExportInput, ActInput):
    """A summary of deposits to be made beside the requests (后台导出交存情况统计表)."""


@asks
class ArrearsExportJobInput(ArrearsExportInput, ActInput):
    """The list of units that owe, to be made beside the requests (后台导出欠交清单)."""


@asks
class BankDayExportInput(FileActInput):
    """A bank's day to be handed out (导出银行日报)."""

    bank: str = given("Code of the bank (银行).")
    day: Day = given("The day (日期).")
    format: ReportFormat = given(_FORMAT)


def _chosen(info: strawberry.Info, asked: DepositFilter | ArrearsFilter | None) -> Chosen:
    """Read a filter; what it names and the caller cannot see is told to be not there, as by every act.

    Raises:
        NotFound: An id names a thing of another type or city.
    """
    if asked is None:
        return Chosen()
    named = (
        ("Organization", asked.organization_id),
        ("Estate", asked.estate_id),
        ("Building", asked.building_id),
    )
    for kind, text in named:
        if text is not None:
            row_id(info, text, kind, f"filter.{kind.lower()}Id")
    return asked.chosen()


@strawberry.type
class ReportActs:
    """The mutations that hand out reports."""

    @mutation("export.create")
    async def deposit_summary_export(
        self, info: strawberry.Info, asked: Annotated[DepositSummaryExportInput, INPUT]
    ) -> FileResult | None:
        """Make the summary of deposits as a file, up to 5,000 groups (导出交存情况统计表)."""
        chosen = _chosen(info, asked.filter)

        async def effect(work: Work) -> Outcome:
            return await export(work, lambda visit: make_deposits(visit, asked.by, chosen), asked.format)

        return await answer(info, asked, effect, file_made)

    @mutation("export.create")
    async def arrears_export(
        self, info: strawberry.Info, asked: Annotated[ArrearsExportInput, INPUT]
    ) -> FileResult | None:
        """Make the list of units that owe as a file, up to 20,000 of them (导出欠交清单)."""
        chosen = _chosen(info, asked.filter)

        async def effect(work: Work) -> Outcome:
            return await export(work, lambda visit: make_arrears(visit, chosen), asked.format)

        return await answer(info, asked, effect, file_made)

    @mutation("export.create")
    async def deposit_summary_export_job(
        self, info: strawberry.Info, asked: Annotated[DepositSummaryExportJobInput, INPUT]
    ) -> JobResult | None:
        """Make a large summary beside the requests: 200,000 groups as a workbook, 20,000 as pages."""
        chosen = _chosen(info, asked.filter)

        async def effect(work: Work) -> Outcome:
            return await ask_deposit_summary(work, asked.by, chosen, asked.format)

        return await answer(info, asked, effect, accepted)

    @mutation("export.create")
    async def arrears_export_job(
        self, info: strawberry.Info, asked: Annotated[ArrearsExportJobInput, INPUT]
    ) -> JobResult | None:
        """List units that owe beside the requests: 200,000 as a workbook, 20,000 as pages."""
        chosen = _chosen(info, asked.filter)

        async def effect(work: Work) -> Outcome:
            return await ask_arrears(work, chosen, asked.format)

        return await answer(info, asked, effect, accepted)

    @mutation("export.create")
    async def bank_day_export(
        self, info: strawberry.Info, asked: Annotated[BankDayExportInput, INPUT]
    ) -> FileResult | None:
        """Make a bank's day as a file (导出银行日报)."""
        day: Any = asked.day

        async def effect(work: Work) -> Outcome:
            return await export(work, lambda visit: make_bank_day(visit, asked.bank, day), asked.format)

        return await answer(info, asked, effect, file_made)
