"""Batch deposits by the developer (批量交款): owners by workbook, and one notice for many units."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Protocol

import strawberry
from strawberry.file_uploads import Upload

from domain.batch import PayMode, SkipReason, Terms
from domain.receipts import ReceiptMode
from resolvers.act import Done, Outcome, Work
from resolvers.money.batch_cases import Selection
from resolvers.money.batch_sheets import Batched, export_owners, import_owners
from resolvers.money.batches import issue
from schema.fields import visit_of
from schema.files import File, file_url
from schema.money import Notice
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
from schema.types import asks, given, maybe, tells, value

SKIPPED = "Units that were left out, the first 1,000 of them (未列入的房屋)."
SKIPPED_COUNT = "How many units were left out in all (未列入房屋数)."


@tells
class BatchSkip:
    """A chosen unit that is not on a notice for many units (未列入的房屋)."""

    unit_code: str = value("Code of the unit (房屋编码).")
    room: str = value("Building, section and room (房屋).")
    reason: SkipReason = value("Why (原因).")
    notice_no: str | None = value("Number of the notice on which it stands already (通知单号).")


@tells
class BatchOwnersExported:
    """A workbook with the units of which something is due, to be filled in (导出业主信息表)."""

    file: File = value("The workbook (文件).")
    units: int = value("How many units it has (房屋数).")
    skipped: list[BatchSkip] = value(SKIPPED)
    skipped_count: int = value(SKIPPED_COUNT)


@tells
class BatchOwnersImported:
    """Owners were taken in, and the notice was made where the city makes it then (导入结果)."""

    notice: Notice | None = value("The batch notice; null where a button makes it (批量交存通知单).")
    rows: int = value("Rows that were read (行数).")
    units: int = value("Units whose rows were taken (房屋数).")
    remarks: list[str] = value("What the reader left out or changed (提示).")
    skipped: list[BatchSkip] = value(SKIPPED)
    skipped_count: int = value(SKIPPED_COUNT)
    dry_run: bool = value(REHEARSED)


@tells
class BatchNoticeIssued:
    """One notice for many units, made now or open already (批量交存通知单)."""

    notice: Notice = value("The notice (通知单).")
    units: int = value("Units for which it was made now; 0 if it was open already (房屋数).")
    skipped: list[BatchSkip] = value(SKIPPED)
    skipped_count: int = value(SKIPPED_COUNT)
    dry_run: bool = value(REHEARSED)


BatchExportResult = Annotated[
    BatchOwnersExported | Rejected, result("BatchExportResult", "The workbook, or why there is none.")
]
BatchImportResult = Annotated[
    BatchOwnersImported | Rejected,
    result("BatchImportResult", "What was imported, or every row that cannot be."),
]
BatchNoticeResult = Annotated[
    BatchNoticeIssued | Rejected, result("BatchNoticeResult", "The notice, or why there is none.")
]


@asks
class BatchDepositExportInput(FileActInput):
    """What is ticked for a batch deposit, to be exported (导出批量交款业主信息表)."""

    estate_id: strawberry.ID = given("The estate (物业区域).")
    building_ids: list[strawberry.ID] | None = maybe("Whole buildings (楼幢).")
    unit_ids: list[strawberry.ID] | None = maybe("Single units (房屋).")


@asks
class BatchDepositImportInput(MoneyActInput):
    """The filled-in workbook of a batch deposit; its rows say which units pay (导入批量交款业主信息)."""

    estate_id: strawberry.ID = given("The estate (物业区域).")
    file: Upload = given("The workbook that was exported, filled in (电子表格).")
    pay_mode: PayMode | None = maybe("Advance or on behalf of the owners (垫付或代交).")
    receipt_mode: ReceiptMode | None = maybe("One receipt or one a unit, where the city asks (开票方式).")
    receipt_mobile: str | None = maybe(
        "Mobile number that gets the receipts, where the city asks (领取票据的手机号)."
    )
    ignore_missing_contract: bool = maybe(
        "Go on although contract numbers are missing; those are then filed by hand (人工备案).",
        default=False,
    )


@asks
class BatchNoticeIssueInput(MoneyActInput):
    """What is ticked for a batch notice (打印批量交款通知单) [J 1.4.1]."""

    estate_id: strawberry.ID = given("The estate (物业区域).")
    building_ids: list[strawberry.ID] | None = maybe("Whole buildings (楼幢).")
    unit_ids: list[strawberry.ID] | None = maybe("Single units, where the city lets them be ticked (房屋).")
    pay_mode: PayMode | None = maybe("Advance or on behalf of the owners (垫付或代交).")
    receipt_mode: ReceiptMode | None = maybe("One receipt or one a unit, where the city asks (开票方式).")
    receipt_mobile: str | None = maybe(
        "Mobile number that gets the receipts, where the city asks (领取票据的手机号)."
    )
    ignore_missing_contract: bool = maybe(
        "Go on although contract numbers are missing; those are then filed by hand (人工备案).",
        default=False,
    )


class Ticked(Protocol):
    """An input that names an estate, and buildings or units of it."""

    estate_id: strawberry.ID
    building_ids: list[strawberry.ID] | None
    unit_ids: list[strawberry.ID] | None


def selection_of(info: strawberry.Info, asked: Ticked) -> Selection:
    """Read what was ticked."""
    return Selection(
        row_id(info, asked.estate_id, "Estate", "estateId"),
        [row_id(info, one, "Building", "buildingIds") for one in asked.building_ids or ()],
        [row_id(info, one, "Unit", "unitIds") for one in asked.unit_ids or ()],
    )


async def batched_of(info: strawberry.Info, asked: BatchDepositImportInput) -> Batched:
    """Read a filled-in workbook with what is asked for all of it."""
    upload: Any = asked.file
    return Batched(
        row_id(info, asked.estate_id, "Estate", "estateId"),
        upload.filename or "",
        await upload.read(),
        _terms(asked),
        asked.ignore_missing_contract,
    )


def _terms(asked: BatchDepositImportInput | BatchNoticeIssueInput) -> Terms:
    return Terms(asked.pay_mode, asked.receipt_mode, asked.receipt_mobile or "")


def skipped_of(detail: Mapping[str, Any]) -> list[BatchSkip]:
    """Name what an act says that it left out."""
    named: Sequence[Any] = detail["skipped"]
    return [
        BatchSkip(
            unit_code=one["code"],
            room=one["room"],
            reason=SkipReason(one["reason"]),
            notice_no=one["notice_no"],
        )
        for one in named
    ]


def _exported(done: Answered) -> BatchOwnersExported:
    return BatchOwnersExported(
        file=done.row,
        units=done.detail["units"],
        skipped=skipped_of(done.detail),
        skipped_count=done.detail["skippedCount"],
    )


def _issued(done: Answered) -> BatchNoticeIssued:
    return BatchNoticeIssued(
        notice=done.row,
        units=done.detail["units"],
        skipped=skipped_of(done.detail),
        skipped_count=done.detail["skippedCount"],
        dry_run=done.dry_run,
    )


@strawberry.type
class BatchActs:
    """The mutations of batch deposits."""

    @mutation("payment.batch_create")
    async def batch_deposit_export(
        self, info: strawberry.Info, asked: Annotated[BatchDepositExportInput, INPUT]
    ) -> BatchExportResult | None:
        """Export what is due of the ticked buildings or units, to fill the owners in (导出) [L 2.3.1]."""
        picked = selection_of(info, asked)

        async def effect(work: Work) -> Outcome:
            return await export_owners(work, picked)

        return await answer(info, asked, effect, _exported)

    @mutation("payment.batch_create")
    async def batch_deposit_import(
        self, info: strawberry.Info, asked: Annotated[BatchDepositImportInput, INPUT]
    ) -> BatchImportResult | None:
        """Import the owners, which makes the notice; nothing is taken in while one row is wrong [L 2.3.1]."""
        visit, batched = visit_of(info), await batched_of(info, asked)
        found = await import_owners(visit, batched, key=asked.idempotency_key, dry_run=asked.dry_run)
        done = found.outcome
        if isinstance(done, Done):
            row = (await subjects(visit, done))[0]
            return BatchOwnersImported(
                notice=row if done.type == "Notice" else None,
                rows=found.rows,
                units=done.detail["units"],
                remarks=list(found.remarks),
                skipped=skipped_of(done.detail),
                skipped_count=done.detail["skippedCount"],
                dry_run=asked.dry_run,
            )
        url = file_url(visit.signed_in().city, found.correction) if found.correction else None
        return reject(visit, done, count=found.problem_count, correction_url=url)

    @mutation("payment.batch_create")
    async def batch_notice_issue(
        self, info: strawberry.Info, asked: Annotated[BatchNoticeIssueInput, INPUT]
    ) -> BatchNoticeResult | None:
        """Make one notice for everything that is due of the ticked buildings (打印交款通知单) [J 1.4.1]."""
        picked, terms = selection_of(info, asked), _terms(asked)

        async def effect(work: Work) -> Outcome:
            ignore = asked.ignore_missing_contract
            return await issue(work, picked, terms, ignore_missing_contract=ignore)

        return await answer(info, asked, effect, _issued)
