"""Business orders in the graph: what all kinds share, and each kind's own content."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import strawberry

from db.kept import Condition
from db.sorting import Order as Sorting
from db.tables.estates import Estate as EstateRow
from db.tables.files import Attachment as AttachmentRow
from db.tables.files import File as FileRow
from db.tables.money import Refund as RefundRow
from db.tables.orders import BusinessOrder as OrderRow
from db.tables.orders import OrderDifference as OrderDifferenceRow
from db.tables.orders import OrderLine as OrderLineRow
from db.tables.orders import OrderStep as OrderStepRow
from db.tables.organizations import Organization as OrganizationRow
from domain.orders import KINDS
from domain.orders.flow import Claimed, Side, Status, Step
from domain.switch import Route
from resolvers.asker import Asker
from resolvers.filters import order_filter, queue_filter
from resolvers.orders.rights import steps_offered
from resolvers.visit import Visit
from schema.estates import Estate
from schema.fields import column, derived, kinded, many, one, stored
from schema.files import File
from schema.ids import read_key
from schema.money import Refund
from schema.node import Node
from schema.orders import words as words
from schema.orders.contents import LineContent, OrderContent, OrderKind
from schema.orders.stored_content import StoredContent
from schema.organizations import Organization
from schema.paging import Connection, connection
from schema.scalars import Area, Moment, Money
from schema.types import asks, maybe, shows, tells


@tells
class CorrectionItem:
    """Something the window asks to be corrected (补正事项)."""

    path: str = stored("path", "The field that is meant (字段).")
    text: str = stored("text", "What is wrong with it (说明).")
    line: int | None = stored("line", "The line that is meant (行).")


@shows(OrderStepRow)
class OrderStep:
    """One step of an order's timeline (办理记录)."""

    at: Moment = column("at", "When (时间).")
    step: Step = column("step", "What was done (步骤).")
    side: Side = column("side", "Which side did it; a return is the whole office's (办理方).")
    from_status: Status | None = column("from_status", "Status before (之前状态).")
    to_status: Status = column("to_status", "Status after (之后状态).")
    note: str | None = column("note", "What was said with it (意见).")
    items: list[CorrectionItem] = column("items", "What is to be corrected (补正事项).")


def _line_content(shape: str, content: Mapping[str, Any] | None) -> StoredContent | None:
    return None if content is None else StoredContent(shape, content)


@shows(OrderLineRow)
class OrderLine:
    """One row of an order: what it is, and what approval makes of it (业务单明细)."""

    no: int = column("no", "Its number; imported rows are numbered from 1 in the workbook's order (行号).")
    before: LineContent | None = kinded(
        "shape", "before", _line_content, "What is now; null for something new (变更前)."
    )
    after: LineContent | None = kinded("shape", "after", _line_content, "What shall be (变更后).")


@tells
class ChangedField:
    """A field that is not as it was (变更字段)."""

    path: str = stored("path", "Its name in the content (字段).")
    label: str = stored("label", "What the form calls it (名称).")


@shows(OrderDifferenceRow)
class OrderDifference:
    """One thing that a resubmitted order says otherwise than when it was returned or withdrawn (补正变化)."""

    no: int = column("no", "Its place among them; the head comes first (序号).")
    line: int | None = column("line", "The line's number now, or then if gone; null for the head (行号).")
    fields: list[ChangedField] = column("fields", "What of it changed; none if it is new or gone (变更字段).")
    before: LineContent | None = kinded(
        "shape", "before", _line_content, "What the line said when it was returned (退回前明细)."
    )
    after: LineContent | None = kinded("shape", "after", _line_content, "What it says now (补正后明细).")
    head_before: OrderContent | None = kinded(
        "kind", "head_before", _line_content, "What the head said when it was returned (退回前内容)."
    )
    head_after: OrderContent | None = kinded(
        "kind", "head_after", _line_content, "What the head says now (补正后内容)."
    )


@shows(AttachmentRow)
class Attachment(Node):
    """A document handed in with an order (要件)."""

    kind: str = column("kind", "Code of the kind of document (附件种类).")
    attached_at: Moment = column("attached_at", "When it was attached (上传时间).")
    file: File | None = one(FileRow, "file_id", "The file (文件).")


async def _steps(visit: Visit, kind: str, status: str, claimed_by: UUID | None) -> Sequence[Step]:
    return await steps_offered(visit, KINDS[kind], Status(status), claimed_by)


def _mine(visit: Visit, claimed_by: UUID | None) -> bool:
    return claimed_by is not None and claimed_by == visit.signed_in().principal


def _label(_visit: Visit, kind: str) -> str:
    return KINDS[kind].label


@shows(OrderRow)
class Order(Node):
    """A business order: a change that the fund office accepts and reviews (业务单)."""

    order_no: str = column("order_no", "Its readable number (业务单号).")
    kind: OrderKind = column("kind", "Kind of business (业务种类).")
    kind_label: str = derived(("kind",), _label, "Kind of business in words (业务名称).")
    route: Route = column("route", "How its units came in (数据来源).")
    status: Status = column("status", "Where it stands (状态).")
    steps_open: list[Step] = derived(
        ("kind", "status", "claimed_by"),
        _steps,
        "Steps that the caller may take now; the office's none while another has claimed it (可办步骤).",
    )
    version: int = column("version", "Rises with every change; send it back to notice another's (版本).")
    content: OrderContent = kinded(
        "kind", "content", StoredContent, "What the order says as a whole (业务内容)."
    )
    building_count: int = column("building_count", "Number of buildings (楼幢数).")
    unit_count: int = column("unit_count", "Number of units (房屋数).")
    gross_area: Area = column("gross_area", "Gross floor area in all (总建筑面积).")
    due: Money = column("due", "Deposits due in all (应交合计).")
    created_at: Moment = column("created_at", "When it was drafted (创建时间).")
    submitted_at: Moment | None = column("submitted_at", "When it was submitted (提交时间).")
    accepted_at: Moment | None = column("accepted_at", "When it was accepted (受理时间).")
    acceptance_no: str | None = column("acceptance_no", "Number of the acceptance (受理号).")
    reviewed_at: Moment | None = column("reviewed_at", "When it was reviewed (审核时间).")
    claimed_by: str | None = column(
        "claimed_name", "Who of the office has claimed it; shown to the office alone (领取人).", "order.queue"
    )
    claimed_at: Moment | None = column(
        "claimed_at", "When it was claimed; shown to the office alone (领取时间).", "order.queue"
    )
    claimed_by_me: bool = derived(("claimed_by",), _mine, "Whether the caller has claimed it (本人领取).")
    print_count: int = column("print_count", "How often its forms were printed (打印次数).")
    estate: Estate | None = one(EstateRow, "estate_id", "The estate it is about, or made (物业区域).")
    organization: Organization | None = one(OrganizationRow, "org_id", "The applicant (申请单位).")
    timeline: list[OrderStep] = many(OrderStepRow, "order_id", ("id",), "Every step so far (办理记录).")
    changes_since_return: Connection[OrderDifference] = connection(
        OrderDifferenceRow,
        Sorting(("no",)),
        "What its last resubmission changed since it was returned, or, if it never was, since it was"
        " withdrawn, by pages (退回或撤回后的变化).",
        remote="order_id",
    )
    attachments: list[Attachment] = many(AttachmentRow, "order_id", ("id",), "Documents handed in (要件).")
    refunds: list[Refund] = many(RefundRow, "order_id", ("id",), "Refunds that it promised (退款).")
    lines: Connection[OrderLine] = connection(
        OrderLineRow, Sorting(("no",)), "Its lines, by pages (明细).", remote="order_id"
    )


@asks
class OrderFilter:
    """Which orders are asked for; all conditions must hold (业务单查询条件)."""

    status: list[Status] | None = maybe("Only in one of these statuses (状态).")
    kind: list[OrderKind] | None = maybe("Only of one of these kinds (业务种类).")
    estate_id: strawberry.ID | None = maybe("Only about this estate (物业区域).")
    claimed: Claimed | None = maybe("Only claimed by me, by nobody, or by anybody; for the office (领取).")
    submitted_from: Moment | None = maybe("Only submitted at this moment or later (提交时间起).")
    submitted_before: Moment | None = maybe("Only submitted before this moment (提交时间止).")
    order_no: str | None = maybe("Only those whose number begins so (业务单号).")

    def conditions(self, asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        estate = read_key(self.estate_id, "Estate", "filter.estateId")
        queued = queue_filter(self.claimed, self.submitted_from, self.submitted_before, self.order_no, asker)
        return [*order_filter(self.status, self.kind, estate), *queued]
