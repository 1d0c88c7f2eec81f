"""Long work in the graph: asking for it, looking how far it is, and wanting it no more (后台任务)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.file_uploads import Upload

import schema.money.words  # noqa: F401 # pyright: ignore[reportUnusedImport] - why units are left out
from db.kept import Condition
from db.tables.files import File as FileRow
from db.tables.jobs import Job as JobRow
from domain.batch import SkipReason
from domain.jobs import JobKind, JobStatus
from domain.problem import ProblemCode
from resolvers.act import Outcome, Work
from resolvers.asker import Asker
from resolvers.filters import job_filter
from resolvers.jobs.asking import ask_notice_print, ask_order_export, ask_order_import, cancel
from resolvers.jobs.queue import Sent
from resolvers.visit import Visit
from schema.fields import column, derived, one, stored
from schema.files import File
from schema.ids import write_id
from schema.mutation import INPUT, ActInput, Answered, answer, mutation, result, row_id
from schema.node import Node
from schema.problem import Rejected
from schema.scalars import Moment
from schema.types import asks, closed, given, maybe, shows, tells, value

closed(
    JobKind,
    "What is done beside the requests (任务种类).",
    {
        "ORDER_IMPORT": "A workbook is taken into a draft of an order (导入业务单明细).",
        "ORDER_EXPORT": "An order's lines are written as a workbook (导出业务单明细).",
        "NOTICE_PRINT": "Deposit notices are printed into one PDF (批量打印交款通知单).",
        "YEAR_PRINT": "A paper of an estate's year is made (生成年度对账单或公示表).",
        "BATCH_DEPOSIT_EXPORT": "Owners are written for a batch deposit (导出批量交款业主信息).",
        "BATCH_DEPOSIT_IMPORT": "The owners of a batch deposit are taken in (导入批量交款业主信息).",
        "CUSTOM_DEPOSIT_EXPORT": "Units are written to be topped up (导出续筹房屋).",
        "CUSTOM_DEPOSIT_IMPORT": "The amounts of a top-up are taken in (导入续筹金额).",
        "DEPOSIT_SUMMARY_EXPORT": "Deposits are summed up in a file (导出交存情况统计表).",
        "ARREARS_EXPORT": "Units that owe are listed in a file (导出欠交清单).",
    },
)
closed(
    JobStatus,
    "Where long work stands (任务状态).",
    {
        "WAITING": "It waits for its turn (排队中).",
        "RUNNING": "It is being done (进行中).",
        "DONE": "It is done (已完成).",
        "REFUSED": "It was refused, and nothing was written; its problems say why (未受理).",
        "FAILED": "It could not be finished, and nothing was written (失败).",
        "CANCELLED": "It was cancelled, and nothing was written (已取消).",
    },
)


@tells
class JobProblem:
    """One thing that was wrong, in the language of whoever asked (问题)."""

    code: ProblemCode = stored("code", "The stable cause (问题代码).")
    message: str = stored("message", "What is wrong and what to do next (说明).")
    path: str = stored("path", "The field that is meant, or empty for the whole (字段).")
    row: int | None = stored("row", "Row of the workbook (行).")
    cell: str | None = stored("cell", "Address in the workbook, such as `C7` (单元格).")
    column: str | None = stored("column", "Header of the workbook's column (列).")
    value: str | None = stored("value", "What was found there; never a personal number (内容).")


@tells
class JobSkip:
    """A chosen unit that long work left out (未列入的房屋)."""

    unit_code: str = stored("code", "Code of the unit (房屋编码).")
    room: str = stored("room", "Building, section and room (房屋).")
    reason: SkipReason = stored("reason", "Why (原因).")
    notice_no: str | None = stored("notice_no", "Number of the notice on which it stands already (通知单号).")


@tells
class JobOutcome:
    """What came of long work (任务结果)."""

    rows: int | None = stored("rows", "How many rows or notices it was about (数量).")
    problem_count: int = stored("problemCount", "How many problems there are in all (问题总数).")
    problems: list[JobProblem] = stored("problems", "What was wrong, at most 1,000 entries (问题).")
    remarks: list[str] = stored("remarks", "What was left out or changed (提示).")
    skipped: list[JobSkip] | None = stored(
        "skipped", "Of work on chosen units: those left out, the first 1,000 of them (未列入的房屋)."
    )
    skipped_count: int | None = stored("skippedCount", "How many were left out in all (未列入房屋数).")


def _order(_visit: Visit, city: int, asked: Mapping[str, Any]) -> str | None:
    order = asked.get("order")
    return None if order is None else write_id("Order", city, UUID(order))


def _notice(_visit: Visit, city: int, outcome: Mapping[str, Any] | None) -> str | None:
    notice = None if outcome is None else outcome.get("notice")
    return None if notice is None else write_id("Notice", city, UUID(notice))


@shows(JobRow)
class Job(Node):
    """Long work that goes on beside the requests, as whoever asked for it (后台任务)."""

    kind: JobKind = column("kind", "What is done (任务种类).")
    status: JobStatus = column("status", "Where it stands (任务状态).")
    done: int = column("done", "How much of it is done (已完成数量).")
    total: int | None = column("total", "How much there is in all, once that is known (总数量).")
    cancel_asked: bool = column("cancel_asked", "Whether it is wanted no more (已要求取消).")
    created_at: Moment = column("created_at", "When it was asked for (发起时间).")
    started_at: Moment | None = column("started_at", "When it was begun (开始时间).")
    finished_at: Moment | None = column("finished_at", "When it ended (结束时间).")
    order_id: strawberry.ID | None = derived(
        ("city", "asked"), _order, "The order that it is about (业务单)."
    )
    notice_id: strawberry.ID | None = derived(
        ("city", "outcome"), _notice, "The notice that it made, or found open already (通知单)."
    )
    outcome: JobOutcome | None = column("outcome", "What came of it (任务结果).")
    file: File | None = one(
        FileRow,
        "file_id",
        "What it made, to be fetched within a day, or the workbook with its problems marked;"
        " before its end the workbook that was sent (文件).",
    )


@asks
class JobFilter:
    """Which long work is asked for; all conditions must hold (任务查询条件)."""

    status: JobStatus | None = maybe("Only in this status (任务状态).")
    kind: JobKind | None = maybe("Only of this kind (任务种类).")

    def conditions(self, _asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        return job_filter(self.status, self.kind)


@tells
class JobAccepted:
    """Long work as it now stands; it is looked at by its id, or by `jobChanged` (已受理任务)."""

    job: Job = value("The work (后台任务).")
    dry_run: bool = value("Whether this was only a rehearsal (试运行).")


JobResult = Annotated[
    JobAccepted | Rejected, result("JobResult", "The work that waits now, or why it was not taken.")
]


@asks
class OrderImportJobInput(ActInput):
    """A filled-in workbook for a draft, to be taken in beside the requests (后台导入)."""

    order_id: strawberry.ID = given("The order (业务单).")
    file: Upload = given("The workbook, .xlsx or .xls, up to 10 MiB and 20,000 rows (电子表格).")


@asks
class OrderExportJobInput(ActInput):
    """An order whose lines are exported beside the requests (后台导出)."""

    order_id: strawberry.ID = given("The order (业务单).")


@asks
class NoticePrintJobInput(ActInput):
    """Notices to be printed into one PDF beside the requests (后台批量打印)."""

    notice_ids: list[strawberry.ID] = given("The notices, up to 5,000 (通知单).")


@asks
class JobCancelInput(ActInput):
    """Long work that is wanted no more (取消任务)."""

    job_id: strawberry.ID = given("The work (后台任务).")


@dataclass(frozen=True, slots=True)
class ByContent:
    """What was asked, as a repetition is told from another request: with its file by its content."""

    asked: Mapping[str, Any]
    sha256: str
    idempotency_key: str | None
    dry_run: bool


def known_by_content(asked: Any, book: Sent) -> ByContent:  # noqa: ANN401 - an input with a file
    """Know a request with a workbook again."""
    rest = {one.name: getattr(asked, one.name) for one in fields(asked) if one.name != "file"}
    sha256 = hashlib.sha256(book.data).hexdigest()
    return ByContent(rest, sha256, asked.idempotency_key, asked.dry_run)


def accepted(done: Answered) -> JobAccepted:
    """Answer with the work that was asked for."""
    return JobAccepted(job=done.row, dry_run=done.dry_run)


@strawberry.type
class JobActs:
    """The mutations of long work."""

    @mutation("order.draft")
    async def order_import_job(
        self, info: strawberry.Info, asked: Annotated[OrderImportJobInput, INPUT]
    ) -> JobResult | None:
        """Take a workbook into a draft beside the requests (后台导入)."""
        order = row_id(info, asked.order_id, "Order", "orderId")
        upload: Any = asked.file
        book = Sent(upload.filename or "", await upload.read())

        async def effect(work: Work) -> Outcome:
            return await ask_order_import(work, order, book)

        return await answer(info, known_by_content(asked, book), effect, accepted)

    @mutation("order.view")
    async def order_export_job(
        self, info: strawberry.Info, asked: Annotated[OrderExportJobInput, INPUT]
    ) -> JobResult | None:
        """Write an order's lines as a workbook beside the requests (后台导出)."""
        order = row_id(info, asked.order_id, "Order", "orderId")

        async def effect(work: Work) -> Outcome:
            return await ask_order_export(work, order)

        return await answer(info, asked, effect, accepted)

    @mutation("notice.print")
    async def notice_print_job(
        self, info: strawberry.Info, asked: Annotated[NoticePrintJobInput, INPUT]
    ) -> JobResult | None:
        """Print up to 5,000 notices into one PDF beside the requests (后台批量打印)."""
        ids = [row_id(info, one, "Notice", "noticeIds") for one in asked.notice_ids]

        async def effect(work: Work) -> Outcome:
            return await ask_notice_print(work, ids)

        return await answer(info, asked, effect, accepted)

    @mutation("job.cancel")
    async def job_cancel(
        self, info: strawberry.Info, asked: Annotated[JobCancelInput, INPUT]
    ) -> JobResult | None:
        """Cancel one's own long work; what is committed by then stands (取消任务)."""
        job = row_id(info, asked.job_id, "Job", "jobId")

        async def effect(work: Work) -> Outcome:
            return await cancel(work, job)

        return await answer(info, asked, effect, accepted)
