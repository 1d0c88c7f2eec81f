"""Reports read out to machines that only read: the file's content stands in the answer (报表接口)."""

import base64
from typing import Annotated, Any

import strawberry

from domain.reporting import Dimension, ReportFormat
from resolvers.act import Refused
from resolvers.reporting.conditions import Chosen
from resolvers.reporting.exports import Make, read_out
from resolvers.reporting.tables import make_arrears, make_bank_day, make_deposits
from schema.fields import visit_of
from schema.mutation import result
from schema.problem import Rejected, reject
from schema.reporting.deposits import ArrearsFilter, DepositFilter
from schema.scalars import Day
from schema.types import resolved, tells, value


@tells
class ReportFile:
    """A report made for this answer alone (报表文件)."""

    name: str = value("What the file is called (文件名).")
    media_type: str = value("Media type (类型).")
    content: str = value("The file, in base64 (文件内容).")


ReportFileResult = Annotated[
    ReportFile | Rejected, result("ReportFileResult", "The report, or why there is none.")
]
_Format = Annotated[
    ReportFormat | None,
    strawberry.argument(description="What it is made as, a workbook unless told (报表格式)."),
]
_By = Annotated[
    list[Dimension] | None,
    strawberry.argument(description="By what units are put together, the outermost first (统计维度)."),
]
_Deposits = Annotated[
    DepositFilter | None,
    strawberry.argument(name="filter", description="Only units that meet all of these conditions."),
]
_Arrears = Annotated[
    ArrearsFilter | None,
    strawberry.argument(name="filter", description="Only units that meet all of these conditions."),
]
_Bank = Annotated[str, strawberry.argument(description="Code of the bank (银行).")]
_Day = Annotated[Day | None, strawberry.argument(description="The day, today if none is named (日期).")]


async def _read_out(info: strawberry.Info, make: Make, made: ReportFormat | None) -> ReportFile | Rejected:
    visit = visit_of(info)
    found = await read_out(visit, make, made or ReportFormat.XLSX)
    if isinstance(found, Refused):
        return reject(visit, found)
    content = base64.b64encode(found.data).decode()
    return ReportFile(name=found.name, media_type=found.media_type, content=content)


@strawberry.type
class ReportFileQueries:
    """Reports for machines that only read; people have them made by the mutations, which keep them."""

    @resolved("export.create")
    async def deposit_summary_file(
        self,
        info: strawberry.Info,
        by: _By = None,
        chosen: _Deposits = None,
        format: _Format = None,  # noqa: A002 - what clients call it
    ) -> ReportFileResult | None:
        """The summary of deposits as a file, for a reporting account (交存情况统计表)."""
        wanted = Chosen() if chosen is None else chosen.chosen()
        return await _read_out(info, lambda visit: make_deposits(visit, by or (), wanted), format)

    @resolved("export.create")
    async def arrears_file(
        self,
        info: strawberry.Info,
        chosen: _Arrears = None,
        format: _Format = None,  # noqa: A002 - what clients call it
    ) -> ReportFileResult | None:
        """The list of units that owe as a file, for a reporting account (欠交清单)."""
        wanted = Chosen() if chosen is None else chosen.chosen()
        return await _read_out(info, lambda visit: make_arrears(visit, wanted), format)

    @resolved("export.create")
    async def bank_day_file(
        self,
        info: strawberry.Info,
        bank: _Bank,
        day: _Day = None,
        format: _Format = None,  # noqa: A002 - what clients call it
    ) -> ReportFileResult | None:
        """A bank's day as a file, for a reporting account (银行日报)."""
        when: Any = day or visit_of(info).today
        return await _read_out(info, lambda visit: make_bank_day(visit, bank, when), format)
