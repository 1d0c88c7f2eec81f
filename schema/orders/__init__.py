"""Business orders in the graph: what all kinds share, and each kind's own content."""

from enum import StrEnum
from typing import Annotated, Any

import strawberry

from db.tables.estates import Estate as EstateRow
from db.tables.files import Attachment as AttachmentRow
from db.tables.files import File as FileRow
from db.tables.orders import BusinessOrder as OrderRow
from db.tables.orders import OrderLine as OrderLineRow
from db.tables.orders import OrderStep as OrderStepRow
from db.tables.organizations import Organization as OrganizationRow
from domain.orders import KINDS
from domain.orders.flow import Side, Status, Step
from resolvers.orders.rights import steps_offered
from resolvers.page import Order as Sorting
from resolvers.visit import Visit
from schema.estates import Estate
from schema.fields import (
    BINDING,
    INHERIT,
    RIGHT,
    Listed,
    column,
    derived,
    is_row,
    load_connection,
    many,
    node_id,
    one,
    stored,
    visit_of,
)
from schema.files import File
from schema.node import Node
from schema.orders.contents import OrderContent
from schema.orders.stored_content import StoredContent
from schema.orders.unit_line import UnitContent
from schema.organizations import Organization
from schema.paging import After, Before, Connection, First, Last, connection, window
from schema.scalars import Area, Money, Moment

StatusEnum = strawberry.enum(Status, name="OrderStatus", description="Where an order stands (业务单状态).")
StepEnum = strawberry.enum(Step, name="OrderStepKind", description="What somebody did to an order (办理步骤).")
SideEnum = strawberry.enum(Side, name="OrderSide", description="Who took a step: developer, window or reviewer; the office returns orders as a whole (办理方).")
KindEnum = strawberry.enum(
    StrEnum("OrderKind", {code: code for code in KINDS}),
    description="Kinds of business orders (业务种类).",
)
_LINES = Listed(OrderLineRow, Sorting(("no",)), "order_id")


@strawberry.type(description="Something the window asks to be corrected (补正事项).")
class CorrectionItem:
    """One item of a return for correction."""

    path: str = stored("path", "The field that is meant (字段).")
    text: str = stored("text", "What is wrong with it (说明).")
    line: int | None = stored("line", "The line that is meant (行).")


@strawberry.type(description="One step of an order's timeline (办理记录).")
class OrderStep:
    """A step."""

    is_type_of = is_row(OrderStepRow)
    at: Moment = column("at", "When (时间).")
    step: StepEnum = derived(("step",), lambda _visit, step: Step(step), "What was done (步骤).")  # pyright: ignore[reportInvalidTypeForm] - Strawberry's enum is the enum
    side: SideEnum = derived(("side",), lambda _visit, side: Side(side), "Which side did it; a return is the whole office's (办理方).")  # pyright: ignore[reportInvalidTypeForm] - the same
    from_status: str | None = column("from_status", "Status before (之前状态).")
    to_status: str = column("to_status", "Status after (之后状态).")
    note: str | None = column("note", "What was said with it (意见).")
    items: list[CorrectionItem] = derived(("items",), lambda _visit, items: items, "What is to be corrected (补正事项).")


@strawberry.type(description="One row of an order: what it is, and what it shall be (业务单明细).")
class OrderLine:
    """A line; before and after show what approval changes."""

    is_type_of = is_row(OrderLineRow)
    no: int = column("no", "Its number in the order (行号).")
    before: UnitContent | None = column("before", "What is now; null for something new (变更前).")
    after: UnitContent | None = column("after", "What shall be (变更后).")


@strawberry.type(description="A document handed in with an order (要件).")
class Attachment(Node):
    """An attachment."""

    is_type_of = is_row(AttachmentRow)
    id: strawberry.ID = node_id("Attachment")
    kind: str = column("kind", "Code of the kind of document (附件种类).")
    attached_at: Moment = column("attached_at", "When it was attached (上传时间).")
    file: File | None = one(FileRow, "file_id", "The file (文件).")


async def _steps(visit: Visit, kind: str, status: str) -> list[Step]:
    return list(await steps_offered(visit, KINDS[kind], Status(status)))


def _content(_visit: Visit, kind: str, content: Any) -> Any:  # noqa: ANN401 - each kind has its own
    return StoredContent(kind, content)


@strawberry.type(description="A business order: a change that the fund office accepts and reviews (业务单).")
class Order(Node):
    """An order of any kind."""

    is_type_of = is_row(OrderRow)
    id: strawberry.ID = node_id("Order")
    order_no: str = column("order_no", "Its readable number (业务单号).")
    kind: KindEnum = derived(("kind",), lambda _visit, kind: KindEnum(kind), "Kind of business (业务种类).")  # pyright: ignore[reportInvalidTypeForm] - Strawberry's enum is the enum
    kind_label: str = derived(("kind",), lambda _visit, kind: KINDS[kind].label, "Kind of business in words (业务名称).")
    route: str = column("route", "TEMPLATE or INTERFACE: how its units came in (数据来源).")
    status: StatusEnum = derived(("status",), lambda _visit, status: Status(status), "Where it stands (状态).")  # pyright: ignore[reportInvalidTypeForm] - the same
    steps_open: list[StepEnum] = derived(("kind", "status"), _steps, "Steps that the caller may take now (可办步骤).")  # pyright: ignore[reportInvalidTypeForm] - the same
    version: int = column("version", "Rises with every change; send it back to notice another's (版本).")
    content: OrderContent = derived(("kind", "content"), _content, "What the order says as a whole (业务内容).")
    building_count: int = column("building_count", "Number of buildings (楼幢数).")
    unit_count: int = column("unit_count", "Number of units (房屋数).")
    gross_area: Area = column("gross_area", "Gross floor area in all (总建筑面积).")
    due: Money = column("due", "Deposits due in all (应交合计).")
    created_at: Moment = column("created_at", "When it was drafted (创建时间).")
    submitted_at: Moment | None = column("submitted_at", "When it was submitted (提交时间).")
    accepted_at: Moment | None = column("accepted_at", "When it was accepted (受理时间).")
    acceptance_no: str | None = column("acceptance_no", "Number of the acceptance (受理号).")
    reviewed_at: Moment | None = column("reviewed_at", "When it was reviewed (审核时间).")
    print_count: int = column("print_count", "How often its forms were printed (打印次数).")
    estate: Annotated["Estate", strawberry.lazy("schema.estates")] | None = one(
        EstateRow, "estate_id", "The estate it is about, or made (物业区域)."
    )
    organization: Organization | None = one(OrganizationRow, "org_id", "The applicant (申请单位).")
    timeline: list[OrderStep] = many(OrderStepRow, "order_id", ("id",), "Every step so far (办理记录).")
    attachments: list[Attachment] = many(AttachmentRow, "order_id", ("id",), "Documents handed in (要件).")

    @strawberry.field(description="Its lines, by pages (明细).", metadata={RIGHT: INHERIT, BINDING: _LINES})
    async def lines(  # noqa: PLR0913 - the Relay contract's four
        self,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[OrderLine]:
        """List the lines of the order."""
        page = await load_connection(visit_of(info), _LINES, window(first, after, last, before), (), self)
        return connection(page)
