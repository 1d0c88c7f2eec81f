"""Custom deposits (自定义交款): what is due in another way, and top-ups by workbook [J 1.4.3]."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry
from strawberry.file_uploads import Upload

from domain.custom_deposits import CustomType
from domain.deposits import DepositType
from resolvers.act import Done, Outcome, Work
from resolvers.money.customs import issue_custom
from resolvers.money.top_ups import FilledIn, export_top_up, import_top_up
from schema.fields import visit_of
from schema.files import File, file_url
from schema.money import Notice
from schema.money.batches import SKIPPED, SKIPPED_COUNT, BatchSkip, selection_of, skipped_of
from schema.mutation import (
    INPUT,
    REHEARSED,
    Answered,
    FileActInput,
    MoneyActInput,
    answer,
    mutation,
    result,
    row_id,
    subjects,
)
from schema.problem import Rejected, reject
from schema.scalars import Money
from schema.types import asks, closed, given, maybe, tells, value

closed(
    CustomType,
    "What a custom deposit is for whose amounts the product works out (自定义交款类型).",
    {
        "FIRST": "First deposits alone (首期).",
        "SUPPLEMENT": "What changes added to first deposits that were paid (补交).",
        "OTHER": "Whatever is still due, of either kind (其他).",
    },
)


@tells
class TopUpExported:
    """A workbook with the units that can be topped up, to fill the amounts in (导出续筹房屋)."""

    file: File = value("The workbook (文件).")
    units: int = value("How many units it has (房屋数).")
    low: int = value("How many of them have less than 30 % of the first deposit left (余额不足30%的房屋数).")
    skipped: list[BatchSkip] = value(SKIPPED)
    skipped_count: int = value(SKIPPED_COUNT)


@tells
class CustomNoticeMade:
    """A custom notice for many units, made now or open already (自定义交款通知单)."""

    notice: Notice = value("The notice (通知单).")
    deposit_type: DepositType = value("What the deposit is for (交款类型).")
    units: int = value("Units for which it was made now; 0 if it was open already (房屋数).")
    total: Money = value("What it asks in all (合计金额).")
    rows: int | None = value("Of a top-up: rows of the workbook that were read (行数).")
    remarks: list[str] = value("Of a top-up: what the reader left out or changed (提示).")
    skipped: list[BatchSkip] = value(SKIPPED)
    skipped_count: int = value(SKIPPED_COUNT)
    dry_run: bool = value(REHEARSED)


TopUpExportResult = Annotated[
    TopUpExported | Rejected, result("TopUpExportResult", "The workbook, or why there is none.")
]
CustomNoticeResult = Annotated[
    CustomNoticeMade | Rejected, result("CustomNoticeResult", "The notice, or why there is none.")
]


@asks
class CustomDepositExportInput(FileActInput):
    """What is ticked to be topped up (导出续筹房屋)."""

    estate_id: strawberry.ID = given("The estate (物业区域).")
    building_ids: list[strawberry.ID] | None = maybe("Whole buildings (楼幢).")
    unit_ids: list[strawberry.ID] | None = maybe("Single units (房屋).")
    only_low: bool = maybe(
        "Only those with less than 30 % of the first deposit left (仅余额不足30%的房屋).", default=False
    )


@asks
class CustomDepositImportInput(MoneyActInput):
    """The exported workbook with the amounts of the top-up filled in (导入续筹金额)."""

    estate_id: strawberry.ID = given("The estate (物业区域).")
    file: Upload = given("The workbook that was exported, filled in (电子表格).")
    resolution_file_id: strawberry.ID | None = maybe(
        "An uploaded picture of the owners' resolution behind it (业主大会决议)."
    )


@asks
class CustomDepositIssueInput(MoneyActInput):
    """What is ticked for a custom notice over what is still due (打印自定义交款通知单)."""

    estate_id: strawberry.ID = given("The estate (物业区域).")
    type: CustomType = given("What the deposit is for (交款类型).")
    building_ids: list[strawberry.ID] | None = maybe("Whole buildings (楼幢).")
    unit_ids: list[strawberry.ID] | None = maybe("Single units (房屋).")
    ignore_missing_contract: bool = maybe(
        "Go on although contract numbers are missing; those are then filed by hand (人工备案).",
        default=False,
    )


async def filled_in_of(info: strawberry.Info, asked: CustomDepositImportInput) -> FilledIn:
    """Read a workbook with its amounts, and the file of the resolution behind them."""
    upload: Any = asked.file
    resolution = asked.resolution_file_id
    return FilledIn(
        row_id(info, asked.estate_id, "Estate", "estateId"),
        upload.filename or "",
        await upload.read(),
        row_id(info, resolution, "File", "resolutionFileId") if resolution else None,
    )


def _exported(done: Answered) -> TopUpExported:
    return TopUpExported(
        file=done.row,
        units=done.detail["units"],
        low=done.detail["low"],
        skipped=skipped_of(done.detail),
        skipped_count=done.detail["skippedCount"],
    )


def _made(done: Answered, *, rows: int | None = None, remarks: Sequence[str] = ()) -> CustomNoticeMade:
    return CustomNoticeMade(
        notice=done.row,
        deposit_type=DepositType(done.detail["depositType"]),
        units=done.detail["units"],
        total=done.detail["amount"],
        rows=rows,
        remarks=list(remarks),
        skipped=skipped_of(done.detail),
        skipped_count=done.detail["skippedCount"],
        dry_run=done.dry_run,
    )


@strawberry.type
class CustomActs:
    """The mutations of custom deposits."""

    @mutation("custom_payment.create")
    async def custom_deposit_export(
        self, info: strawberry.Info, asked: Annotated[CustomDepositExportInput, INPUT]
    ) -> TopUpExportResult | None:
        """Export the ticked units with what is left of each, to fill top-ups in (导出续筹房屋) [J 1.4.3]."""
        picked = selection_of(info, asked)

        async def effect(work: Work) -> Outcome:
            return await export_top_up(work, picked, only_low=asked.only_low)

        return await answer(info, asked, effect, _exported)

    @mutation("custom_payment.create")
    async def custom_deposit_import(
        self, info: strawberry.Info, asked: Annotated[CustomDepositImportInput, INPUT]
    ) -> CustomNoticeResult | None:
        """Import the amounts of a top-up, which makes the notice; nothing is taken while one row is wrong."""
        visit, filled = visit_of(info), await filled_in_of(info, asked)
        found = await import_top_up(visit, filled, key=asked.idempotency_key, dry_run=asked.dry_run)
        done = found.outcome
        if isinstance(done, Done):
            made = Answered(visit, await subjects(visit, done), asked.dry_run, done.detail)
            return _made(made, rows=found.rows, remarks=found.remarks)
        url = file_url(visit.signed_in().city, found.correction) if found.correction else None
        return reject(visit, done, count=found.problem_count, correction_url=url)

    @mutation("custom_payment.create")
    async def custom_deposit_issue(
        self, info: strawberry.Info, asked: Annotated[CustomDepositIssueInput, INPUT]
    ) -> CustomNoticeResult | None:
        """Make one notice for what is still due of the ticked units (打印交款通知单) [J 1.4.3]."""
        picked = selection_of(info, asked)

        async def effect(work: Work) -> Outcome:
            ignore = asked.ignore_missing_contract
            return await issue_custom(work, picked, asked.type, ignore_missing_contract=ignore)

        return await answer(info, asked, effect, _made)
