"""What people do to orders: draft, fill, hand in, accept, return, approve, reject and print."""

from typing import Annotated, Any

import strawberry
from strawberry.file_uploads import Upload

from domain.orders.flow import Step
from resolvers.act import Done, Work
from resolvers.files import attach, detach
from resolvers.orders.drafts import draft, save
from resolvers.orders.lines import put_lines, remove_lines
from resolvers.orders.sheets import ImportAnswer, export_lines, import_lines
from resolvers.orders.steps import take_step
from resolvers.orders.timeline import Item, Wish
from resolvers.printing import OrderForm, print_order
from resolvers.visit import Visit
from schema.fields import INHERIT, RIGHT, visit_of
from schema.files import File, file_url
from schema.mutation import DRY_RUN, KEY, answer, mutation, row_id, subject
from schema.orders import Order
from schema.orders.contents import OrderContentInput
from schema.orders.unit_line import UnitLineInput
from schema.problem import Rejected, reject

_FIELD: Any = {RIGHT: INHERIT}
OrderFormEnum = strawberry.enum(OrderForm, name="OrderForm", description="Printed forms of an order (表单).")


@strawberry.type(description="What became of an order (办理结果).")
class OrderDone:
    """An order after an act, or after its rehearsal."""

    order: Order = strawberry.field(description="The order as it now stands (业务单).", metadata=_FIELD)
    dry_run: bool = strawberry.field(description="Whether this was only a rehearsal.", metadata=_FIELD)


@strawberry.type(description="A workbook was taken in (导入结果).")
class OrderImported:
    """An import without problems."""

    order: Order = strawberry.field(description="The order with its new lines (业务单).", metadata=_FIELD)
    rows: int = strawberry.field(description="Rows that were read (行数).", metadata=_FIELD)
    remarks: list[str] = strawberry.field(description="What the reader left out or changed (提示).", metadata=_FIELD)
    dry_run: bool = strawberry.field(description="Whether this was only a rehearsal.", metadata=_FIELD)


@strawberry.type(description="A file was made to be fetched (生成文件).")
class FileMade:
    """A printed form or an exported workbook."""

    file: File = strawberry.field(description="The file (文件).", metadata=_FIELD)


OrderResult = Annotated[
    OrderDone | Rejected, strawberry.union("OrderResult", description="What became of an order, or why nothing did.")
]
ImportResult = Annotated[
    OrderImported | Rejected,
    strawberry.union("ImportResult", description="What was imported, or every row that cannot be."),
]
FileResult = Annotated[
    FileMade | Rejected, strawberry.union("FileResult", description="The file that was made, or why none was.")
]


@strawberry.input(description="Open a draft of an order (创建业务单).")
class OrderDraftInput:
    """A new draft."""

    content: OrderContentInput = strawberry.field(description="Its content, by its kind (业务内容).")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)


@strawberry.input(description="Save a draft's content (保存).")
class OrderSaveInput:
    """A draft's content, whole."""

    order_id: strawberry.ID = strawberry.field(description="The order (业务单).")
    content: OrderContentInput = strawberry.field(description="Its content, whole (业务内容).")
    version: int | None = strawberry.field(default=None, description="The version that was read, to notice another's change.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)


@strawberry.input(description="Add units to a draft, or put them in the place of all its units (录入房屋).")
class OrderLinesPutInput:
    """Lines typed by hand."""

    order_id: strawberry.ID = strawberry.field(description="The order (业务单).")
    lines: list[UnitLineInput] = strawberry.field(description="The units (房屋).")
    replace: bool = strawberry.field(default=False, description="Drop all present lines first (覆盖).")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)


@strawberry.input(description="Take lines out of a draft (删除明细).")
class OrderLinesRemoveInput:
    """Lines to drop."""

    order_id: strawberry.ID = strawberry.field(description="The order (业务单).")
    numbers: list[int] = strawberry.field(description="Numbers of the lines (行号).")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)


@strawberry.input(description="Import a filled-in workbook into a draft (导入).")
class OrderImportInput:
    """A workbook for an order."""

    order_id: strawberry.ID = strawberry.field(description="The order (业务单).")
    file: Upload = strawberry.field(description="The workbook, .xlsx or .xls, up to 10 MB (电子表格).")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)


@strawberry.input(description="Export a draft's lines as a workbook for correction (导出).")
class OrderExportInput:
    """An export."""

    order_id: strawberry.ID = strawberry.field(description="The order (业务单).")


@strawberry.input(description="Hand a document in with a draft (上传要件).")
class OrderAttachInput:
    """An attachment."""

    order_id: strawberry.ID = strawberry.field(description="The order (业务单).")
    file_id: strawberry.ID = strawberry.field(description="The uploaded file (文件).")
    kind: str = strawberry.field(description="Code of the document, from the city's list (附件种类).")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)


@strawberry.input(description="Take a document back from a draft (删除要件).")
class OrderDetachInput:
    """An attachment to take back."""

    attachment_id: strawberry.ID = strawberry.field(description="The attachment (附件).")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)


@strawberry.input(description="Take a step of an order (办理).")
class OrderStepInput:
    """A step without words."""

    order_id: strawberry.ID = strawberry.field(description="The order (业务单).")
    version: int | None = strawberry.field(default=None, description="The version that was read, to notice another's change.")
    note: str | None = strawberry.field(default=None, description="What is said with the step (意见).")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)


@strawberry.input(description="Accept an order whose papers are in order (受理).")
class OrderAcceptInput(OrderStepInput):
    """An acceptance."""

    registration_papers_received: bool = strawberry.field(
        default=False, description="The registration papers came with this order (已收注册纸质要件) [J 1.1]."
    )


@strawberry.input(description="One thing to correct (补正事项).")
class CorrectionInput:
    """An item of a return."""

    path: str = strawberry.field(description="The field that is meant (字段).")
    text: str = strawberry.field(description="What is wrong with it (说明).")
    line: int | None = strawberry.field(default=None, description="The line that is meant (行).")


@strawberry.input(description="Return an order for correction, item by item (退回补正).")
class OrderReturnInput(OrderStepInput):
    """A return."""

    items: list[CorrectionInput] = strawberry.field(default_factory=list, description="What to correct (补正事项).")


@strawberry.input(description="Print a form of an order (打印).")
class OrderPrintInput:
    """A print."""

    order_id: strawberry.ID = strawberry.field(description="The order (业务单).")
    form: OrderFormEnum = strawberry.field(description="Which form (表单).")  # pyright: ignore[reportInvalidTypeForm] - Strawberry's enum is the enum


async def _done(visit: Visit, done: Done, *, dry_run: bool) -> OrderDone:
    return OrderDone(order=await subject(visit, done), dry_run=dry_run)


async def _step(info: strawberry.Info, given: OrderStepInput, step: Step, wish: Wish) -> Any:  # noqa: ANN401
    order = row_id(info, given.order_id, "Order", "orderId")

    async def effect(work: Work) -> Any:  # noqa: ANN401
        return await take_step(work, order, step, wish)

    async def read(visit: Visit, done: Done) -> OrderDone:
        return await _done(visit, done, dry_run=given.dry_run)

    return await answer(info, effect, given, read, key=given.idempotency_key, dry_run=given.dry_run)


def _wish(given: OrderStepInput, **more: Any) -> Wish:  # noqa: ANN401
    return Wish(note=given.note, version=given.version, **more)


@strawberry.type
class OrderActs:
    """The mutations of orders."""

    @mutation("order.draft", "Open a draft of an order (创建业务单) [L 2.2][J 1.3.1].")
    async def order_draft(self, info: strawberry.Info, input: OrderDraftInput) -> OrderResult | None:  # noqa: A002
        """Open a draft."""
        kind, values = input.content.chosen()

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await draft(work, kind, values)

        async def read(visit: Visit, done: Done) -> OrderDone:
            return await _done(visit, done, dry_run=input.dry_run)

        return await answer(info, effect, input, read, key=input.idempotency_key, dry_run=input.dry_run)

    @mutation("order.draft", "Save a draft's content (保存).")
    async def order_save(self, info: strawberry.Info, input: OrderSaveInput) -> OrderResult | None:  # noqa: A002
        """Save a draft."""
        order, (kind, values) = row_id(info, input.order_id, "Order", "orderId"), input.content.chosen()

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await save(work, order, kind, values, input.version)

        async def read(visit: Visit, done: Done) -> OrderDone:
            return await _done(visit, done, dry_run=input.dry_run)

        return await answer(info, effect, input, read, key=input.idempotency_key, dry_run=input.dry_run)

    @mutation("order.draft", "Add or replace units typed by hand (录入房屋).")
    async def order_lines_put(self, info: strawberry.Info, input: OrderLinesPutInput) -> OrderResult | None:  # noqa: A002
        """Put lines."""
        order = row_id(info, input.order_id, "Order", "orderId")
        rows = [vars(line) for line in input.lines]

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await put_lines(work, order, rows, replace=input.replace)

        async def read(visit: Visit, done: Done) -> OrderDone:
            return await _done(visit, done, dry_run=input.dry_run)

        return await answer(info, effect, input, read, key=input.idempotency_key, dry_run=input.dry_run)

    @mutation("order.draft", "Take lines out of a draft (删除明细).")
    async def order_lines_remove(self, info: strawberry.Info, input: OrderLinesRemoveInput) -> OrderResult | None:  # noqa: A002
        """Remove lines."""
        order = row_id(info, input.order_id, "Order", "orderId")

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await remove_lines(work, order, input.numbers)

        async def read(visit: Visit, done: Done) -> OrderDone:
            return await _done(visit, done, dry_run=input.dry_run)

        return await answer(info, effect, input, read, key=input.idempotency_key, dry_run=input.dry_run)

    @mutation("order.draft", "Import a filled-in workbook; nothing is taken in while one row is wrong (导入).")
    async def order_import(self, info: strawberry.Info, input: OrderImportInput) -> ImportResult | None:  # noqa: A002
        """Import a workbook."""
        visit, order = visit_of(info), row_id(info, input.order_id, "Order", "orderId")
        upload: Any = input.file
        found = await import_lines(
            visit, order, upload.filename or "", await upload.read(), key=input.idempotency_key, dry_run=input.dry_run
        )
        return await _imported(visit, found, dry_run=input.dry_run)

    @mutation("order.view", "Export an order's lines as a workbook for correction (导出).")
    async def order_export(self, info: strawberry.Info, input: OrderExportInput) -> FileResult | None:  # noqa: A002
        """Export lines."""
        order = row_id(info, input.order_id, "Order", "orderId")

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await export_lines(work, order)

        return await answer(info, effect, input, made)

    @mutation("order.draft", "Hand a document in with a draft (上传要件).")
    async def order_attach(self, info: strawberry.Info, input: OrderAttachInput) -> OrderResult | None:  # noqa: A002
        """Attach a file."""
        order = row_id(info, input.order_id, "Order", "orderId")
        file = row_id(info, input.file_id, "File", "fileId")

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await attach(work, order, file, input.kind)

        async def read(visit: Visit, done: Done) -> OrderDone:
            return await _done(visit, done, dry_run=input.dry_run)

        return await answer(info, effect, input, read, key=input.idempotency_key, dry_run=input.dry_run)

    @mutation("order.draft", "Take a document back from a draft (删除要件).")
    async def order_detach(self, info: strawberry.Info, input: OrderDetachInput) -> OrderResult | None:  # noqa: A002
        """Detach a file."""
        attachment = row_id(info, input.attachment_id, "Attachment", "attachmentId")

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await detach(work, attachment)

        async def read(visit: Visit, done: Done) -> OrderDone:
            return await _done(visit, done, dry_run=input.dry_run)

        return await answer(info, effect, input, read, key=input.idempotency_key, dry_run=input.dry_run)

    @mutation("order.submit", "Submit an order: it is checked whole, locked and frozen (提交).")
    async def order_submit(self, info: strawberry.Info, input: OrderStepInput) -> OrderResult | None:  # noqa: A002
        """Submit."""
        return await _step(info, input, Step.SUBMIT, _wish(input))

    @mutation("order.withdraw", "Withdraw a submitted order; it is a draft again (撤回).")
    async def order_withdraw(self, info: strawberry.Info, input: OrderStepInput) -> OrderResult | None:  # noqa: A002
        """Withdraw."""
        return await _step(info, input, Step.WITHDRAW, _wish(input))

    @mutation("order.draft", "Discard a draft for good (放弃).")
    async def order_discard(self, info: strawberry.Info, input: OrderStepInput) -> OrderResult | None:  # noqa: A002
        """Discard."""
        return await _step(info, input, Step.DISCARD, _wish(input))

    @mutation("order.accept", "Accept a submitted order at the window (受理).")
    async def order_accept(self, info: strawberry.Info, input: OrderAcceptInput) -> OrderResult | None:  # noqa: A002
        """Accept."""
        wish = _wish(input, papers_received=input.registration_papers_received)
        return await _step(info, input, Step.ACCEPT, wish)

    @mutation("order.return", "Return an order for correction, item by item (退回补正).")
    async def order_return(self, info: strawberry.Info, input: OrderReturnInput) -> OrderResult | None:  # noqa: A002
        """Return."""
        items = tuple(Item(item.path, item.text, item.line) for item in input.items)
        return await _step(info, input, Step.RETURN, _wish(input, items=items))

    @mutation("order.review", "Approve an order: everything in it happens at once (审核通过).")
    async def order_approve(self, info: strawberry.Info, input: OrderStepInput) -> OrderResult | None:  # noqa: A002
        """Approve."""
        return await _step(info, input, Step.APPROVE, _wish(input))

    @mutation("order.review", "Reject an order for good (不予通过).")
    async def order_reject(self, info: strawberry.Info, input: OrderStepInput) -> OrderResult | None:  # noqa: A002
        """Reject."""
        return await _step(info, input, Step.REJECT, _wish(input))

    @mutation("order.view", "Print a form of an order as PDF; every print is counted (打印).")
    async def order_print(self, info: strawberry.Info, input: OrderPrintInput) -> FileResult | None:  # noqa: A002
        """Print a form."""
        order = row_id(info, input.order_id, "Order", "orderId")

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await print_order(work, order, OrderForm(input.form))

        return await answer(info, effect, input, made)


async def made(visit: Visit, done: Done) -> FileMade:
    """Read the file that an act made."""
    return FileMade(file=await subject(visit, done))


async def _imported(visit: Visit, found: ImportAnswer, *, dry_run: bool) -> Any:  # noqa: ANN401
    if isinstance(found.outcome, Done):
        order = await subject(visit, found.outcome)
        return OrderImported(order=order, rows=found.rows, remarks=list(found.remarks), dry_run=dry_run)
    url = file_url(visit.signed_in().city, found.correction) if found.correction else None
    return reject(visit, found.outcome, count=found.problem_count, correction_url=url)
