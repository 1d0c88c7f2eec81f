"""The fund's money in the graph: accounts and entries, rates, notices, payments and suspense items."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from db.kept import Condition
from db.tables.estates import Estate as EstateRow
from db.tables.estates import Unit as UnitRow
from db.tables.files import File as FileRow
from db.tables.money import Account as AccountRow
from db.tables.money import DepositRate as DepositRateRow
from db.tables.money import Entry as EntryRow
from db.tables.money import Journal as JournalRow
from db.tables.money import Notice as NoticeRow
from db.tables.money import NoticeLine as NoticeLineRow
from db.tables.money import Payment as PaymentRow
from db.tables.money import Refund as RefundRow
from db.tables.money import SuspenseItem as SuspenseItemRow
from db.tables.orders import BusinessOrder as OrderRow
from db.tables.receipts import Receipt as ReceiptRow
from domain.batch import PayMode
from domain.custom_deposits import is_low
from domain.deposits import DepositType, NoticeStatus, SuspenseReason, standing
from domain.rates import RateCategory
from domain.receipts import ReceiptMode
from domain.refunds import hide_account
from domain.status import AccountHolder, AccountStatus, EntryType, RefundStatus, SuspenseStatus
from domain.suspense import SuspenseResolution
from domain.switch import Channel, NoticeKind
from resolvers.asker import Asker
from resolvers.filters import suspense_filter
from resolvers.money.bookers import name_bookers
from resolvers.money.summaries import read_balances
from resolvers.reporting.arrears import find_open_notices
from resolvers.visit import Visit
from schema.cities import bank_name
from schema.estates import Estate, Unit
from schema.fields import column, dated, derived, many, masked, one, stored
from schema.files import File
from schema.loading import load_value
from schema.money import figures
from schema.money import words as words
from schema.node import Node
from schema.scalars import Area, Day, Moment, Money
from schema.types import asks, maybe, shows, tells

if TYPE_CHECKING:
    from schema.money.booking import Booking
    from schema.money.receipts import Receipt
    from schema.orders import Order


def _outstanding(_visit: Visit, due: int | None, paid_first: int) -> int:
    return max(0, (due or 0) - paid_first)


def _hidden_account(_visit: Visit, number: str | None) -> str | None:
    return hide_account(number) if number else None


async def _balance(visit: Visit, account: AccountRow, moment: datetime) -> int:
    return await load_value(visit, read_balances, account.id, moment) or 0


async def _decider(visit: Visit, principal: UUID | None) -> str | None:
    return await load_value(visit, name_bookers, principal) if principal else None


async def _open_notice(visit: Visit, unit: UUID | None) -> str | None:
    return None if unit is None else await load_value(visit, find_open_notices, unit)


def _is_low(_visit: Visit, status: str, paid_first: int, balance: int) -> bool:
    return is_low(status, paid_first, balance)


def _notice_status(visit: Visit, status: str, expires_at: datetime) -> NoticeStatus:
    return standing(status, expires_at, visit.now)


@shows(RefundRow)
class Refund(Node):
    """Money that goes back to whoever paid it (退款)."""

    refund_no: str = column("refund_no", "Its readable number (退款单号).")
    amount: Money = column("amount", "Amount (金额).")
    amount_in_words: str = derived(
        ("amount",), figures.words, "The amount in Chinese capital numerals (大写金额)."
    )
    status: RefundStatus = column("status", "Where it stands (状态).")
    payee_name: str | None = column("payee_name", "Holder of the account that it goes to (户名).")
    payee_bank: str | None = column("payee_bank", "Bank of that account (开户银行).")
    payee_account: str | None = derived(
        ("payee_account",), _hidden_account, "Number of that account, its last four characters alone (账号)."
    )
    payee_account_in_full: str | None = column(
        "payee_account", "The whole number, for those who settle refunds (完整账号).", "refund.settle"
    )
    approved_at: Moment = column("approved_at", "When it was promised (核准时间).")
    paid_at: Moment | None = column("paid_at", "When the bank had paid it (退款时间).")
    bank_txn_no: str | None = column(
        "bank_txn_no", "The bank's transaction number of that payment (银行流水号)."
    )
    failed_at: Moment | None = column(
        "failed_at", "When the bank last said that it could not pay it (退款失败时间)."
    )
    failure: str | None = column("failure", "Why the bank could not pay it (退款失败原因).")
    returned_at: Moment | None = column("returned_at", "When refunded money last came back (退汇时间).")
    return_txn_no: str | None = column(
        "return_txn_no", "The bank's transaction number by which it came back (退汇流水号)."
    )
    print_count: int = column("print_count", "How often its notice was printed (打印次数).")
    unit: Unit | None = one(UnitRow, "unit_id", "The unit whose money it is (房屋).")
    estate: Estate | None = one(EstateRow, "estate_id", "The unit's estate (物业区域).")
    account: "Account | None" = one(AccountRow, "account_id", "The account that it is taken from (分户账).")
    order: Annotated["Order", strawberry.lazy("schema.orders")] | None = one(
        OrderRow, "order_id", "The order that promised it (业务单)."
    )


@shows(EntryRow)
class Entry:
    """One entry of an account's ledger, never changed afterwards (分录)."""

    no: int = column("no", "Its place in the account (序号).")
    type: EntryType = column("type", "What it is (类型).")
    component: EntryType | None = column(
        "component", "Of what is carried over or goes back: by what it once came in (转出、退回款项类型)."
    )
    amount: Money = column("amount", "Amount; money into the account is positive (金额).")
    balance_after: Money = column("balance_after", "Balance after this entry (余额).")
    booked_at: Moment = column("booked_at", "When it was booked (记账时间).")
    why: Annotated["Booking", strawberry.lazy("schema.money.booking")] | None = one(
        JournalRow, "journal_id", "The booking that it belongs to, and what that came of (记账凭证)."
    )
    account: "Account | None" = one(AccountRow, "account_id", "The account (账户).")


@shows(AccountRow)
class Account(Node):
    """A unit's account with the fund (分户账)."""

    account_no: str = column("account_no", "The product's readable number of the account (账号).")
    status: AccountStatus = column("status", "Whether money can move on it (状态).")
    holder: AccountHolder | None = column("holder", "Whose money it is (账户持有人).")
    rate: Money | None = column("rate", "Yuan a square metre that held for the unit (交存标准).")
    due: Money | None = column("due", "First deposit that is due (首期应交).")
    paid_first: Money = column("paid_first", "What of it was paid (首期已交).")
    outstanding: Money = derived(
        ("due", "paid_first"), _outstanding, "What of it is still to be paid (未交)."
    )
    balance: Money = dated("balance", _balance, "Balance, the present one unless a moment is named (余额).")
    is_low: bool = derived(
        ("status", "paid_first", "balance"),
        _is_low,
        "Whether less than 30 % of the first deposit is left, so that a top-up is due (余额不足30%).",
    )
    reserved: Money = column(
        "reserved", "What of the balance is promised back and not paid yet (待退款金额)."
    )
    opened_at: Moment = column("opened_at", "When the account was opened (开户时间).")
    open_notice_no: str | None = derived(
        ("unit_id",), _open_notice, "Number of the notice that waits for its payment (未交款通知单号)."
    )
    unit: Unit | None = one(UnitRow, "unit_id", "The unit (房屋).")
    entries: list[Entry] = many(EntryRow, "account_id", ("no",), "Its ledger in order (分户明细).")


@shows(DepositRateRow)
class DepositRate(Node):
    """Yuan a square metre for a category of units over a time (交存标准)."""

    category: RateCategory = column("category", "Category of units (交存类别).")
    has_lift: bool | None = column("has_lift", "With a lift, without, or null for either (电梯).")
    rate: Money = column("rate", "Yuan a square metre (元/㎡).")
    valid_from: Day = column("valid_from", "First day (生效日期).")
    valid_to: Day | None = column("valid_to", "Last day, null while it holds (截止日期).")
    source: str = column("source", "The decision it rests on (依据).")
    is_sample: bool = column("is_sample", "Made up for the demo world, not official (样例).")


@tells
class NoticeOwner:
    """An owner as a notice shows them, masked (业主)."""

    name: str = stored("name", "Name (姓名).")
    id_number: str = masked("id_number", "ID number, masked (证件号).")
    mobile: str = masked("mobile", "Mobile number, masked (手机号).")


@shows(NoticeLineRow)
class NoticeLine:
    """One unit on a notice, as it was when the notice was issued (通知单明细)."""

    no: int = column("no", "Its place (序号).")
    address: str = column("address", "Address of the unit (地址).")
    gross_area: Area = column("gross_area", "Gross floor area (建筑面积).")
    rate: Money = column("rate", "Yuan a square metre (交存标准).")
    amount: Money = column("amount", "Amount (金额).")
    owners: list[NoticeOwner] = column("owners", "Its owners as they were (业主).")
    unit: Unit | None = one(UnitRow, "unit_id", "The unit as it is now (房屋).")


@shows(NoticeRow)
class Notice(Node):
    """A deposit notice that the bank confirms (交存通知单)."""

    notice_no: str = column("notice_no", "Its readable number (通知单号).")
    kind: NoticeKind = column("kind", "Kind of notice (种类).")
    deposit_type: DepositType = column("deposit_type", "What the deposit is for (交款类型).")
    status: NoticeStatus = derived(
        ("status", "expires_at"),
        _notice_status,
        "Where it stands; an open one that ran out is EXPIRED (状态).",
    )
    pay_mode: PayMode | None = column(
        "pay_mode", "Of a batch: out of whose pocket the developer pays (批量交款方式)."
    )
    receipt_mode: ReceiptMode = column("receipt_mode", "How its receipts are made out (开票方式).")
    receipt_mobile: str | None = derived(
        ("snapshot",),
        figures.receipt_mobile,
        "Of a batch: the mobile number that gets the receipts, masked (领取票据的手机号).",
    )
    total: Money = column("total", "Amount to be paid (金额).")
    total_in_words: str = derived(
        ("total",), figures.words, "The amount in Chinese capital numerals (大写金额)."
    )
    payer: str = derived(
        ("snapshot",), figures.payer, "Who pays: its owners, or the developer of a batch (交款人)."
    )
    unit_count: int = derived(("snapshot",), figures.unit_count, "How many units it asks for (房屋数).")
    gross_area: Area = derived(
        ("snapshot",), figures.gross_area, "Gross floor area of its units in all (建筑面积合计)."
    )
    handler: str = derived(("snapshot",), figures.handler, "Who issued it (经办人).")
    bank: str = column("bank", "Code of the bank that takes the money (专户银行).")
    bank_label: str = derived(
        ("snapshot",), figures.bank_then, "Name of that bank when it was issued (专户银行)."
    )
    account_name: str = derived(
        ("snapshot",), figures.account_name, "Holder of the account to pay into (收款户名)."
    )
    account_no: str = derived(
        ("snapshot",), figures.account_no, "Number of the account to pay into (收款账号)."
    )
    qr_payload: str | None = column(
        "qr_payload", "What its QR code says, where the city prints one (二维码)."
    )
    issued_at: Moment = column("issued_at", "When it was issued (开具时间).")
    expires_at: Moment = column("expires_at", "Until when it can be paid (有效期至).")
    paid_at: Moment | None = column("paid_at", "When its payment was booked (入账时间).")
    voided_at: Moment | None = column("voided_at", "When it was voided (作废时间).")
    print_count: int = column("print_count", "How often it was printed (打印次数).")
    estate: Estate | None = one(EstateRow, "estate_id", "Estate (物业区域).")
    lines: list[NoticeLine] = many(NoticeLineRow, "notice_id", ("no", "id"), "Its units (明细).")
    payment: "Payment | None" = one(
        PaymentRow, "id", "The payment that was booked (交款).", remote="notice_id"
    )
    resolution: File | None = one(
        FileRow,
        "resolution_file_id",
        "Of a top-up: the owners' resolution that was handed in with it (业主大会决议).",
    )


@shows(PaymentRow)
class Payment(Node):
    """Money that the bank confirmed and that is booked (交款)."""

    proof_no: str = column("proof_no", "Number of the proof of payment (交款证明号).")
    bank: str = column("bank", "Code of the bank (银行).")
    bank_label: str = derived(("bank",), bank_name, "Name of the bank (银行).")
    bank_txn_no: str = column("bank_txn_no", "The bank's transaction number (银行流水号).")
    amount: Money = column("amount", "Amount (金额).")
    amount_in_words: str = derived(
        ("amount",), figures.words, "The amount in Chinese capital numerals (大写金额)."
    )
    channel: Channel = column("channel", "Where it was paid (渠道).")
    paid_at: Moment = column("paid_at", "When it was paid (交款时间).")
    confirmed_at: Moment = column("confirmed_at", "When the bank confirmed it (确认时间).")
    print_count: int = column("print_count", "How often its proof was printed (打印次数).")
    notice: Notice | None = one(NoticeRow, "notice_id", "The notice it pays (通知单).")
    receipts: list[Annotated["Receipt", strawberry.lazy("schema.money.receipts")]] = many(
        ReceiptRow,
        "payment_id",
        ("serial", "id"),
        "Its receipts, once they are issued; void ones too (专用票据).",
    )
    estate: Estate | None = one(EstateRow, "estate_id", "Estate (物业区域).")


@shows(SuspenseItemRow)
class SuspenseItem(Node):
    """Reported money that fits no open notice and waits for a decision (待查款项)."""

    bank: str = column("bank", "Code of the bank (银行).")
    bank_label: str = derived(("bank",), bank_name, "Name of the bank (银行).")
    bank_txn_no: str = column("bank_txn_no", "The bank's transaction number (银行流水号).")
    notice_no: str = column("notice_no", "The notice that the bank named (通知单号).")
    amount: Money = column("amount", "Amount (金额).")
    reason: SuspenseReason = column("reason", "Why it could not be booked (原因).")
    status: SuspenseStatus = column("status", "Whether it still waits (状态).")
    paid_at: Moment = column("paid_at", "When it was paid (交款时间).")
    received_at: Moment = column(
        "received_at", "When the bank reported it, or the office found it on a statement (收到时间)."
    )
    channel: Channel = column("channel", "Where it was paid (渠道).")
    resolution: SuspenseResolution | None = column("resolution", "How it was decided (处理结果).")
    resolution_note: str | None = column("resolution_note", "What who decided said of it (处理说明).")
    resolved_at: Moment | None = column("resolved_at", "When it was decided (处理时间).")
    resolved_by: str | None = derived(("resolved_by",), _decider, "Who decided it (处理人).")
    return_txn_no: str | None = column(
        "return_txn_no", "The bank's number of the transaction that gave it back (退回流水号)."
    )
    returned_at: Moment | None = column("returned_at", "When the bank gave it back (退回时间).")
    notice: Notice | None = one(
        NoticeRow, "notice_id", "The notice that the bank named, if there is one (通知单)."
    )
    payment: Payment | None = one(PaymentRow, "payment_id", "The payment that it was booked as (交款).")
    refund: Refund | None = one(
        RefundRow, "refund_id", "The refund whose transfer came back with it; its bookings name all (退款)."
    )
    bookings: list[Annotated["Booking", strawberry.lazy("schema.money.booking")]] = many(
        JournalRow, "suspense_id", ("booked_at", "id"), "What was booked of it, in order (记账凭证)."
    )


@asks
class SuspenseFilter:
    """Which suspense items are asked for (待查款项查询条件)."""

    status: SuspenseStatus | None = maybe("Only in this status (状态).")
    bank: str | None = maybe("Only of the bank with this code (银行).")
    reason: SuspenseReason | None = maybe("Only what could not be booked for this reason (原因).")
    resolution: SuspenseResolution | None = maybe("Only what was decided so (处理结果).")
    received_from: Moment | None = maybe("Only received at this moment or later (收到时间起).")
    received_before: Moment | None = maybe("Only received before this moment (收到时间止).")
    number: str | None = maybe(
        "Only with this notice number or bank transaction number (通知单号、流水号、退回流水号)."
    )

    def conditions(self, _asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        return suspense_filter(
            status=self.status,
            bank=self.bank,
            reason=self.reason,
            resolution=self.resolution,
            since=self.received_from,
            until=self.received_before,
            number=self.number,
        )
