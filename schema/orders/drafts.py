"""Filling an order in: its content, its lines by hand or by workbook, and its documents."""

from typing import Annotated, Any

import strawberry
from strawberry.file_uploads import Upload

from resolvers.act import Done, Outcome, Work
from resolvers.files import attach, detach
from resolvers.orders.drafts import draft, save
from resolvers.orders.lines import put_lines, remove_lines
from resolvers.orders.picks import Picked, change_lines, pick_lines
from resolvers.orders.sheets import export_lines, import_lines
from schema.fields import visit_of
from schema.files import FileResult, file_made, file_url
from schema.mutation import (
    INPUT,
    REHEARSED,
    ActInput,
    FileActInput,
    answer,
    mutation,
    result,
    row_id,
    subjects,
)
from schema.orders import Order
from schema.orders.answers import OrderResult, act_on_order
from schema.orders.contents import LineEditInput, OrderContentInput
from schema.orders.unit_line import UnitLineInput
from schema.problem import Rejected, reject
from schema.types import asks, given, maybe, tells, value

_VERSION = "The version that was read, to notice another's change (版本)."


@tells
class OrderImported:
    """A workbook was taken in: its rows are the order's lines now, in their order (导入结果)."""

    order: Order = value("The order with its new lines (业务单).")
    rows: int = value("Rows that were read (行数).")
    remarks: list[str] = value("What the reader left out or changed (提示).")
    dry_run: bool = value(REHEARSED)


ImportResult = Annotated[
    OrderImported | Rejected, result("ImportResult", "What was imported, or every row that cannot be.")
]


@asks
class OrderDraftInput(ActInput):
    """A new draft of an order (创建业务单)."""

    content: OrderContentInput = given("Its content, by its kind (业务内容).")


@asks
class OrderSaveInput(ActInput):
    """A draft's content, whole (保存)."""

    order_id: strawberry.ID = given("The order (业务单).")
    content: OrderContentInput = given("Its content, whole (业务内容).")
    version: int | None = maybe(_VERSION)


@asks
class OrderLinesPutInput(ActInput):
    """Units typed by hand, added to a draft or put in the place of all its units (录入房屋)."""

    order_id: strawberry.ID = given("The order (业务单).")
    lines: list[UnitLineInput] = given("The units (房屋).")
    replace: bool = maybe("Drop all present lines first (覆盖).", default=False)


@asks
class OrderLinesRemoveInput(ActInput):
    """Lines to take out of a draft (删除明细)."""

    order_id: strawberry.ID = given("The order (业务单).")
    numbers: list[int] = given("Numbers of the lines (行号).")


@asks
class OrderLinesPickInput(ActInput):
    """Buildings or units of the order's estate to pick as its lines (选择楼幢、房屋)."""

    order_id: strawberry.ID = given("The order (业务单).")
    building_ids: list[strawberry.ID] | None = maybe(
        "Buildings; where the lines are units, all units of them (楼幢)."
    )
    unit_ids: list[strawberry.ID] | None = maybe("Units (房屋).")

    def picked(self, info: strawberry.Info) -> Picked:
        """Give what is picked."""
        return Picked(
            buildings=[row_id(info, one, "Building", "buildingIds") for one in self.building_ids or ()],
            units=[row_id(info, one, "Unit", "unitIds") for one in self.unit_ids or ()],
        )


@asks
class OrderLinesEditInput(ActInput):
    """The same new values for some lines, or for all (批量变更)."""

    order_id: strawberry.ID = given("The order (业务单).")
    numbers: list[int] | None = maybe("Numbers of the lines; none means all (行号).")
    edit: LineEditInput = given("The new values (变更内容).")
    version: int | None = maybe(_VERSION)


@asks
class OrderImportInput(ActInput):
    """A filled-in workbook for a draft; its rows take the place of all present lines (导入)."""

    order_id: strawberry.ID = given("The order (业务单).")
    file: Upload = given("The workbook, .xlsx or .xls, up to 10 MiB and 20,000 rows (电子表格).")


@asks
class OrderExportInput(FileActInput):
    """An order whose lines are exported as a workbook (导出)."""

    order_id: strawberry.ID = given("The order (业务单).")


@asks
class OrderAttachInput(ActInput):
    """A document to hand in with a draft (上传要件)."""

    order_id: strawberry.ID = given("The order (业务单).")
    file_id: strawberry.ID = given("The uploaded file (文件).")
    kind: str = given("Code of the document, from the city's list (附件种类).")


@asks
class OrderDetachInput(ActInput):
    """A document to take back from a draft (删除要件)."""

    attachment_id: strawberry.ID = given("The attachment (附件).")


@strawberry.type
class DraftActs:
    """The mutations that fill an order in."""

    @mutation("order.draft")
    async def order_draft(
        self, info: strawberry.Info, asked: Annotated[OrderDraftInput, INPUT]
    ) -> OrderResult | None:
        """Open a draft of an order (创建业务单) [L 2.2][J 1.3.1]."""
        head = asked.content.head(info)

        async def effect(work: Work) -> Outcome:
            return await draft(work, head)

        return await act_on_order(info, asked, effect)

    @mutation("order.draft")
    async def order_save(
        self, info: strawberry.Info, asked: Annotated[OrderSaveInput, INPUT]
    ) -> OrderResult | None:
        """Save a draft's content; where saving completes its kind, it happens (保存) [L 2.8][J 1.3.2]."""
        order, head = row_id(info, asked.order_id, "Order", "orderId"), asked.content.head(info)

        async def effect(work: Work) -> Outcome:
            return await save(work, order, head, asked.version)

        return await act_on_order(info, asked, effect)

    @mutation("order.draft")
    async def order_lines_put(
        self, info: strawberry.Info, asked: Annotated[OrderLinesPutInput, INPUT]
    ) -> OrderResult | None:
        """Add or replace units typed by hand (录入房屋)."""
        order = row_id(info, asked.order_id, "Order", "orderId")
        rows = [vars(line) for line in asked.lines]

        async def effect(work: Work) -> Outcome:
            return await put_lines(work, order, rows, replace=asked.replace)

        return await act_on_order(info, asked, effect)

    @mutation("order.draft")
    async def order_lines_remove(
        self, info: strawberry.Info, asked: Annotated[OrderLinesRemoveInput, INPUT]
    ) -> OrderResult | None:
        """Take lines out of a draft (删除明细)."""
        order = row_id(info, asked.order_id, "Order", "orderId")

        async def effect(work: Work) -> Outcome:
            return await remove_lines(work, order, asked.numbers)

        return await act_on_order(info, asked, effect)

    @mutation("order.draft")
    async def order_lines_pick(
        self, info: strawberry.Info, asked: Annotated[OrderLinesPickInput, INPUT]
    ) -> OrderResult | None:
        """Pick buildings or units as the order's lines; picking again renews them (选择) [L 2.6][J 1.3.3]."""
        order, picked = row_id(info, asked.order_id, "Order", "orderId"), asked.picked(info)

        async def effect(work: Work) -> Outcome:
            return await pick_lines(work, order, picked)

        return await act_on_order(info, asked, effect)

    @mutation("order.draft")
    async def order_lines_edit(
        self, info: strawberry.Info, asked: Annotated[OrderLinesEditInput, INPUT]
    ) -> OrderResult | None:
        """Edit one line, or many at once where the city lets their field be (批量变更) [L 2.6][J 1.3.3]."""
        order, edit = row_id(info, asked.order_id, "Order", "orderId"), asked.edit.edit(info)

        async def effect(work: Work) -> Outcome:
            return await change_lines(work, order, asked.numbers or (), edit, asked.version)

        return await act_on_order(info, asked, effect)

    @mutation("order.draft")
    async def order_import(
        self, info: strawberry.Info, asked: Annotated[OrderImportInput, INPUT]
    ) -> ImportResult | None:
        """Import a filled-in workbook; nothing is taken in while one row is wrong (导入)."""
        visit, order = visit_of(info), row_id(info, asked.order_id, "Order", "orderId")
        upload: Any = asked.file
        name, data = upload.filename or "", await upload.read()
        found = await import_lines(visit, order, name, data, key=asked.idempotency_key, dry_run=asked.dry_run)
        if isinstance(found.outcome, Done):
            row = (await subjects(visit, found.outcome))[0]
            return OrderImported(
                order=row, rows=found.rows, remarks=list(found.remarks), dry_run=asked.dry_run
            )
        url = file_url(visit.signed_in().city, found.correction) if found.correction else None
        return reject(visit, found.outcome, count=found.problem_count, correction_url=url)

    @mutation("order.view")
    async def order_export(
        self, info: strawberry.Info, asked: Annotated[OrderExportInput, INPUT]
    ) -> FileResult | None:
        """Export an order's lines as a workbook for correction (导出)."""
        order = row_id(info, asked.order_id, "Order", "orderId")

        async def effect(work: Work) -> Outcome:
            return await export_lines(work, order)

        return await answer(info, asked, effect, file_made)

    @mutation("order.draft")
    async def order_attach(
        self, info: strawberry.Info, asked: Annotated[OrderAttachInput, INPUT]
    ) -> OrderResult | None:
        """Hand a document in with a draft (上传要件)."""
        order = row_id(info, asked.order_id, "Order", "orderId")
        file = row_id(info, asked.file_id, "File", "fileId")

        async def effect(work: Work) -> Outcome:
            return await attach(work, order, file, asked.kind)

        return await act_on_order(info, asked, effect)

    @mutation("order.draft")
    async def order_detach(
        self, info: strawberry.Info, asked: Annotated[OrderDetachInput, INPUT]
    ) -> OrderResult | None:
        """Take a document back from a draft (删除要件)."""
        attachment = row_id(info, asked.attachment_id, "Attachment", "attachmentId")

        async def effect(work: Work) -> Outcome:
            return await detach(work, attachment)

        return await act_on_order(info, asked, effect)
