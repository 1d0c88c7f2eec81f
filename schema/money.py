"""The fund's money in the graph: accounts and entries, rates, notices, payments and suspense items."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from db.tables.estates import Estate as EstateRow
from db.tables.estates import Unit as UnitRow
from db.tables.money import Account as AccountRow
from db.tables.money import DepositRate as DepositRateRow
from db.tables.money import Entry as EntryRow
from db.tables.money import Notice as NoticeRow
from db.tables.money import NoticeLine as NoticeLineRow
from db.tables.money import Payment as PaymentRow
from db.tables.money import SuspenseItem as SuspenseItemRow
from domain.deposits import DepositType, NoticeStatus, SuspenseReason
from domain.money import in_words
from domain.rates import RateCategory
from domain.switch import Channel, NoticeKind
from resolvers.visit import Visit
from schema.estates import Estate, Unit
from schema.fields import column, derived, is_row, many, node_id, one, stored
from schema.node import Node
from schema.scalars import Area, Day, Money, Moment

ChannelEnum = strawberry.enum(Channel, name="Channel", description="Where a notice can be paid (交款渠道).")
NoticeKindEnum = strawberry.enum(
    NoticeKind, name="NoticeKind", description="For one unit's owner, a developer's batch, or a custom deposit."
)
NoticeStatusEnum = strawberry.enum(
    NoticeStatus, name="NoticeStatus", description="Where a deposit notice stands (通知单状态)."
)
DepositTypeEnum = strawberry.enum(DepositType, name="DepositType", description="What a deposit is for (交款类型).")
RateCategoryEnum = strawberry.enum(
    RateCategory, name="RateCategory", description="Category of units for deposit rates (交存类别)."
)
SuspenseReasonEnum = strawberry.enum(
    SuspenseReason, name="SuspenseReason", description="Why reported money could not be booked (待查原因)."
)
_Estate = Annotated["Estate", strawberry.lazy("schema.estates")]
_Unit = Annotated["Unit", strawberry.lazy("schema.estates")]


def _negated(_visit: Visit, amount: int) -> int:
    return -amount


def _outstanding(_visit: Visit, due: int | None, paid_first: int) -> int:
    return max(0, (due or 0) - paid_first)


def _words(_visit: Visit, amount: int) -> str:
    return in_words(amount)


@strawberry.type(description="One entry of an account's ledger, never changed afterwards (分录).")
class Entry:
    """A ledger entry."""

    is_type_of = is_row(EntryRow)
    type: str = column("type", "FIRST, SUPPLEMENT, TOPUP or another type of entry (类型).")
    amount: Money = column("amount", "Amount; money into the account is positive (金额).")
    balance_after: Money = column("balance_after", "Balance after this entry (余额).")
    booked_at: Moment = column("booked_at", "When it was booked (记账时间).")


@strawberry.type(description="A unit's account with the fund (分户账).")
class Account(Node):
    """A unit account."""

    is_type_of = is_row(AccountRow)
    id: strawberry.ID = node_id("Account")
    account_no: str = column("account_no", "The product's readable number of the account (账号).")
    status: str = column("status", "OPEN, FROZEN or CLOSED (状态).")
    holder: str | None = column("holder", "OWNER or DEVELOPER: whose money it is (账户持有人).")
    rate: Money | None = column("rate", "Yuan a square metre that held for the unit (交存标准).")
    due: Money | None = column("due", "First deposit that is due (首期应交).")
    paid_first: Money = column("paid_first", "What of it was paid (首期已交).")
    outstanding: Money = derived(("due", "paid_first"), _outstanding, "What of it is still to be paid (未交).")
    balance: Money = column("balance", "Present balance (余额).")
    opened_at: Moment = column("opened_at", "When the account was opened (开户时间).")
    unit: _Unit | None = one(UnitRow, "unit_id", "The unit (房屋).")
    entries: list[Entry] = many(EntryRow, "account_id", ("no",), "Its ledger in order (分户明细).")


@strawberry.type(description="Yuan a square metre for a category of units over a time (交存标准).")
class DepositRate(Node):
    """A deposit rate."""

    is_type_of = is_row(DepositRateRow)
    id: strawberry.ID = node_id("DepositRate")
    category: str = column("category", "Category of units (交存类别).")
    has_lift: bool | None = column("has_lift", "With a lift, without, or null for either (电梯).")
    rate: Money = column("rate", "Yuan a square metre (元/㎡).")
    valid_from: Day = column("valid_from", "First day (生效日期).")
    valid_to: Day | None = column("valid_to", "Last day, null while it holds (截止日期).")
    source: str = column("source", "The decision it rests on (依据).")
    is_sample: bool = column("is_sample", "Made up for the demo world, not official (样例).")


@strawberry.type(description="An owner as a notice shows them, masked (业主).")
class NoticeOwner:
    """An owner on a frozen notice."""

    name: str = stored("name", "Name (姓名).")
    id_number: str = stored("id_number", "ID number, masked (证件号).", lambda sealed: sealed["masked"])
    mobile: str = stored("mobile", "Mobile number, masked (手机号).", lambda sealed: sealed["masked"])


def _owners(_visit: Visit, owners: list[Mapping[str, Any]]) -> list[Any]:
    return list(owners)


@strawberry.type(description="One unit on a notice, as it was when the notice was issued (通知单明细).")
class NoticeLine:
    """A line of a notice."""

    is_type_of = is_row(NoticeLineRow)
    no: int = column("no", "Its place (序号).")
    address: str = column("address", "Address of the unit (地址).")
    gross_area: Area = column("gross_area", "Gross floor area (建筑面积).")
    rate: Money = column("rate", "Yuan a square metre (交存标准).")
    amount: Money = column("amount", "Amount (金额).")
    owners: list[NoticeOwner] = derived(("owners",), _owners, "Owners (业主).")
    unit: _Unit | None = one(UnitRow, "unit_id", "The unit as it is now (房屋).")


@strawberry.type(description="A deposit notice that the bank confirms (交存通知单).")
class Notice(Node):
    """A deposit notice."""

    is_type_of = is_row(NoticeRow)
    id: strawberry.ID = node_id("Notice")
    notice_no: str = column("notice_no", "Its readable number (通知单号).")
    kind: NoticeKindEnum = derived(("kind",), lambda _visit, kind: NoticeKind(kind), "Kind of notice (种类).")  # pyright: ignore[reportInvalidTypeForm] - Strawberry's enum is the enum
    deposit_type: DepositTypeEnum = derived(  # pyright: ignore[reportInvalidTypeForm] - the same
        ("deposit_type",), lambda _visit, kind: DepositType(kind), "What the deposit is for (交款类型)."
    )
    status: NoticeStatusEnum = derived(  # pyright: ignore[reportInvalidTypeForm] - the same
        ("status", "expires_at"),
        lambda visit, status, expires_at: NoticeStatus.EXPIRED
        if status == "OPEN" and expires_at <= visit.now
        else NoticeStatus(status),
        "Where it stands; an open one that ran out is EXPIRED (状态).",
    )
    total: Money = column("total", "Amount to be paid (金额).")
    total_in_words: str = derived(("total",), _words, "The amount in Chinese capital numerals (大写金额).")
    bank: str = column("bank", "Code of the bank that takes the money (专户银行).")
    qr_payload: str | None = column("qr_payload", "What its QR code says, where the city prints one (二维码).")
    issued_at: Moment = column("issued_at", "When it was issued (开具时间).")
    expires_at: Moment = column("expires_at", "Until when it can be paid (有效期至).")
    paid_at: Moment | None = column("paid_at", "When its payment was booked (入账时间).")
    print_count: int = column("print_count", "How often it was printed (打印次数).")
    estate: _Estate | None = one(EstateRow, "estate_id", "Estate (物业区域).")
    lines: list[NoticeLine] = many(NoticeLineRow, "notice_id", ("no",), "Its units (明细).")
    payment: Annotated["Payment", strawberry.lazy("schema.money")] | None = one(
        PaymentRow, "id", "The payment that was booked (交款).", remote="notice_id"
    )


@strawberry.type(description="Money that the bank confirmed and that is booked (交款).")
class Payment(Node):
    """A booked payment."""

    is_type_of = is_row(PaymentRow)
    id: strawberry.ID = node_id("Payment")
    proof_no: str = column("proof_no", "Number of the proof of payment (交款证明号).")
    bank: str = column("bank", "Code of the bank (银行).")
    bank_txn_no: str = column("bank_txn_no", "The bank's transaction number (银行流水号).")
    amount: Money = column("amount", "Amount (金额).")
    channel: ChannelEnum = derived(("channel",), lambda _visit, channel: Channel(channel), "Where it was paid (渠道).")  # pyright: ignore[reportInvalidTypeForm] - Strawberry's enum is the enum
    paid_at: Moment = column("paid_at", "When it was paid (交款时间).")
    confirmed_at: Moment = column("confirmed_at", "When the bank confirmed it (确认时间).")
    print_count: int = column("print_count", "How often its proof was printed (打印次数).")
    notice: Notice | None = one(NoticeRow, "notice_id", "The notice it pays (通知单).")
    estate: _Estate | None = one(EstateRow, "estate_id", "Estate (物业区域).")


@strawberry.type(description="Reported money that fits no open notice and waits for a decision (待查款项).")
class SuspenseItem(Node):
    """A suspense item."""

    is_type_of = is_row(SuspenseItemRow)
    id: strawberry.ID = node_id("SuspenseItem")
    bank: str = column("bank", "Code of the bank (银行).")
    bank_txn_no: str = column("bank_txn_no", "The bank's transaction number (银行流水号).")
    notice_no: str = column("notice_no", "The notice that the bank named (通知单号).")
    amount: Money = column("amount", "Amount (金额).")
    reason: SuspenseReasonEnum = derived(  # pyright: ignore[reportInvalidTypeForm] - Strawberry's enum is the enum
        ("reason",), lambda _visit, reason: SuspenseReason(reason), "Why it could not be booked (原因)."
    )
    status: str = column("status", "OPEN or RESOLVED (状态).")
    paid_at: Moment = column("paid_at", "When it was paid (交款时间).")
    received_at: Moment = column("received_at", "When the bank reported it (收到时间).")


