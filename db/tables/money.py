"""The fund's money: rates, unit accounts, the double-entry ledger, notices, payments and suspense."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Access, Base, Json, Keyed, Owned, Pool, index, refers, unique

_READ = {Pool.DEVELOPER: "S", Pool.OFFICE: "S", Pool.BANK: "S", Pool.WORKER: "S"}
_BOOKED: Access = {Pool.DEVELOPER: "S", Pool.OFFICE: "SI", Pool.BANK: "SI", Pool.WORKER: "S"}


class DepositRate(Keyed, Base):
    """Yuan (in fen) a square metre for a category of units, from one day to another (交存标准)."""

    __tablename__ = "deposit_rate"
    access: ClassVar[Access] = {**_READ, Pool.OFFICE: "SIU"}
    __table_args__ = (
        CheckConstraint("rate > 0 or (rate = 0 and category = 'EXEMPT')", "rate"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", "valid"),
        index("deposit_rate_category_ix", "city", "category", "valid_from"),
    )

    category: Mapped[str]
    has_lift: Mapped[bool | None]
    rate: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str]
    is_sample: Mapped[bool]


class Account(Keyed, Base):
    """A ledger account; credit is positive: a unit's balance is at least 0, the bank's side at most 0."""

    __tablename__ = "account"
    access: ClassVar[Access] = {
        Pool.DEVELOPER: "SU(holder)",
        Pool.OFFICE: "SIU",
        Pool.BANK: "SU(balance,paid_first,entry_count)",
        Pool.WORKER: "S",
    }
    __table_args__ = (
        refers("estate"),
        refers("unit"),
        unique("account_no"),
        CheckConstraint("kind in ('UNIT', 'SPECIAL', 'CLEARING', 'SUSPENSE')", "kind"),
        CheckConstraint("(kind = 'UNIT') = (unit_id is not null)", "unit"),
        CheckConstraint("kind <> 'UNIT' or (due is not null and rate is not null)", "due"),
        CheckConstraint("kind <> 'UNIT' or balance >= 0", "unit_balance"),
        CheckConstraint("kind <> 'SPECIAL' or balance <= 0", "special_balance"),
        CheckConstraint("status <> 'CLOSED' or balance = 0", "closed"),
        CheckConstraint("reserved between 0 and greatest(balance, 0)", "reserved"),
        # I5: a unit has one account that is not closed; an estate one special one; a bank one of each other.
        index(
            "account_unit_key", "city", "unit_id", unique=True, postgresql_where=text("status <> 'CLOSED'")
        ),
        index(
            "account_special_key", "city", "estate_id", unique=True, postgresql_where=text("kind = 'SPECIAL'")
        ),
        index(
            "account_bank_key",
            "city",
            "bank",
            "kind",
            unique=True,
            postgresql_where=text("kind in ('CLEARING', 'SUSPENSE')"),
        ),
        index("account_estate_ix", "city", "estate_id", "id"),
        index("account_unit_ix", "city", "unit_id", "id"),
        index("account_order_ix", "city", "order_id", "id", postgresql_where=text("order_id is not null")),
        # Accounts that need a top-up are few [165-17]. An index over the balance would be written anew, and
        # with it every other, by each booking.
        index("account_low_ix", "city", "unit_id", postgresql_where=text("is_low")),
    )

    org_id: Mapped[UUID | None]
    kind: Mapped[str]
    account_no: Mapped[str]
    bank: Mapped[str]
    estate_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    holder: Mapped[str | None]
    due: Mapped[int | None]
    rate: Mapped[int | None]
    rate_id: Mapped[UUID | None]
    paid_first: Mapped[int] = mapped_column(server_default=text("0"))
    balance: Mapped[int] = mapped_column(server_default=text("0"))
    entry_count: Mapped[int] = mapped_column(server_default=text("0"))
    reserved: Mapped[int] = mapped_column(server_default=text("0"))
    """What is promised back and not paid yet; the database itself keeps it by the refunds."""
    is_low: Mapped[bool] = mapped_column(Computed("balance * 10 < paid_first * 3", persisted=True))
    """Whether less than 30 % is left of what was paid of the first deposit."""
    status: Mapped[str]
    opened_at: Mapped[datetime]
    order_id: Mapped[UUID | None]
    """The order that opened it, whose account-opening list it stands on."""


class Journal(Keyed, Base):
    """One booking: entries that sum to zero, with what caused it and who booked it."""

    __tablename__ = "journal"
    access: ClassVar[Access] = {**_BOOKED, Pool.BANK: "I"}
    appended = True
    __table_args__ = (
        refers("payment"),
        refers("business_order", "order_id"),
        refers("refund"),
        refers("suspense_item", "suspense_id"),
        refers("journal", "reverses_id"),
        # A booking is taken back once.
        index(
            "journal_reverses_key",
            "city",
            "reverses_id",
            unique=True,
            postgresql_where=text("reverses_id is not null"),
        ),
        index("journal_booked_ix", "city", "booked_at", "id"),
        index("journal_payment_ix", "city", "payment_id"),
        index("journal_refund_ix", "city", "refund_id"),
        index("journal_suspense_ix", "city", "suspense_id"),
    )

    org_id: Mapped[UUID | None]
    reason: Mapped[str]
    payment_id: Mapped[UUID | None]
    order_id: Mapped[UUID | None]
    refund_id: Mapped[UUID | None]
    suspense_id: Mapped[UUID | None]
    reverses_id: Mapped[UUID | None]
    note: Mapped[str | None]
    booked_at: Mapped[datetime]
    booked_by: Mapped[UUID]
    request_id: Mapped[str | None]


class Entry(Keyed, Base):
    """One side of a booking; never changed, corrected only by a reversing entry.

    The database itself gives `no`, the entry's place in its account, and `balance_after`. What a split or
    merge carries over, and what goes back, says in `component` the type of entry by which it once came in
    (R-SPL-3).
    """

    __tablename__ = "entry"
    parent = ("account_id", Account)
    access = _BOOKED
    appended = True
    __table_args__ = (
        refers("journal"),
        refers("account"),
        CheckConstraint("amount <> 0", "amount"),
        unique("account_id", "no"),
        index("entry_journal_ix", "city", "journal_id", "id"),
    )

    org_id: Mapped[UUID | None]
    journal_id: Mapped[UUID]
    account_id: Mapped[UUID]
    no: Mapped[int] = mapped_column(server_default=text("0"))
    type: Mapped[str]
    component: Mapped[str | None]
    amount: Mapped[int]
    balance_after: Mapped[int] = mapped_column(server_default=text("0"))
    booked_at: Mapped[datetime]


class Notice(Owned, Base):
    """A deposit notice (交存通知单): a frozen demand that the bank confirms."""

    __tablename__ = "notice"
    access: ClassVar[Access] = {
        Pool.DEVELOPER: "SIU(status,print_count,voided_at,voided_by)",
        Pool.OFFICE: "SIU",
        Pool.BANK: "SU(status,paid_at)",
        Pool.WORKER: "SU(status)",
    }
    __table_args__ = (
        refers("estate"),
        unique("notice_no"),
        CheckConstraint("status in ('OPEN', 'PAID', 'VOIDED', 'EXPIRED')", "status"),
        CheckConstraint("total > 0", "total"),
        CheckConstraint("receipt_mode in ('SUMMARY', 'PER_UNIT')", "receipt_mode"),
        CheckConstraint("pay_mode in ('ADVANCE', 'ON_BEHALF')", "pay_mode"),
        index("notice_org_ix", "city", "org_id", "id"),
        index("notice_estate_ix", "city", "estate_id", "id"),
        refers("file", "resolution_file_id"),
        index(
            "notice_resolution_ix",
            "city",
            "resolution_file_id",
            postgresql_where=text("resolution_file_id is not null"),
        ),
        index("notice_top_up_ix", "city", "top_up_id", postgresql_where=text("top_up_id is not null")),
    )

    estate_id: Mapped[UUID]
    notice_no: Mapped[str]
    kind: Mapped[str]
    deposit_type: Mapped[str]
    pay_mode: Mapped[str | None]
    receipt_mode: Mapped[str] = mapped_column(server_default=text("'PER_UNIT'"))
    bank: Mapped[str]
    status: Mapped[str]
    total: Mapped[int]
    snapshot: Mapped[Json]
    qr_payload: Mapped[str | None]
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID]
    expires_at: Mapped[datetime]
    print_count: Mapped[int] = mapped_column(server_default=text("0"))
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[UUID | None]
    paid_at: Mapped[datetime | None]
    resolution_file_id: Mapped[UUID | None]
    """The owners' resolution behind a top-up [CC-278]."""
    top_up_id: Mapped[UUID | None]
    """By which export of units the amounts of a top-up came; the units of one are asked once by it."""


class NoticeLine(Owned, Base):
    """One unit on a notice, as it was when the notice was issued."""

    __tablename__ = "notice_line"
    parent = ("notice_id", Notice)
    access: ClassVar[Access] = {
        Pool.DEVELOPER: "SIU(status)",
        Pool.OFFICE: "SIU",
        Pool.BANK: "SU(status)",
        Pool.WORKER: "SU(status)",
    }
    __table_args__ = (
        refers("notice"),
        refers("unit"),
        refers("account"),
        CheckConstraint("amount > 0", "amount"),
        # R-NOT-1: at most one open notice a unit.
        index(
            "notice_line_open_key", "city", "unit_id", unique=True, postgresql_where=text("status = 'OPEN'")
        ),
        index("notice_line_notice_ix", "city", "notice_id", "no"),
        index("notice_line_unit_ix", "city", "unit_id"),
    )

    notice_id: Mapped[UUID]
    no: Mapped[int]
    unit_id: Mapped[UUID]
    account_id: Mapped[UUID]
    status: Mapped[str]
    amount: Mapped[int]
    gross_area: Mapped[int]
    rate: Mapped[int]
    address: Mapped[str]
    place: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    """On a notice for many units: building, section, floor and room as they were, and sums to be shown."""
    owners: Mapped[list[Any]]


class Payment(Owned, Base):
    """Money that the bank confirmed and that is booked (银行确认交款)."""

    __tablename__ = "payment"
    access: ClassVar[Access] = {
        Pool.DEVELOPER: "SU(print_count)",
        Pool.OFFICE: "SIU(print_count,receipted_at)",
        Pool.BANK: "SIU(print_count)",
        Pool.WORKER: "SU(receipted_at)",
    }
    __table_args__ = (
        refers("estate"),
        refers("notice"),
        unique("notice_id"),
        unique("bank", "bank_txn_no"),
        unique("proof_no"),
        CheckConstraint("amount > 0", "amount"),
        index("payment_org_ix", "city", "org_id", "id"),
        index("payment_paid_ix", "city", "bank", "paid_at"),
        # What still waits for its receipts is found without looking at all that has them.
        index("payment_receipt_ix", "city", "id", postgresql_where=text("receipted_at is null")),
    )

    estate_id: Mapped[UUID]
    notice_id: Mapped[UUID]
    bank: Mapped[str]
    bank_txn_no: Mapped[str]
    amount: Mapped[int]
    channel: Mapped[str]
    paid_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[UUID]
    proof_no: Mapped[str]
    print_count: Mapped[int] = mapped_column(server_default=text("0"))
    receipted_at: Mapped[datetime | None]


class Refund(Owned, Base):
    """Money that goes back (退款): promised by an order, paid when the bank has paid it."""

    __tablename__ = "refund"
    parent = ("account_id", Account)
    access: ClassVar[Access] = {
        Pool.DEVELOPER: "SU(print_count)",
        Pool.OFFICE: "SIU",
        Pool.WORKER: "S",
    }
    __table_args__ = (
        refers("estate"),
        refers("unit"),
        refers("account"),
        refers("business_order", "order_id"),
        unique("refund_no"),
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("status in ('APPROVED', 'PAID', 'FAILED')", "status"),
        index("refund_org_ix", "city", "org_id", "id"),
        index("refund_account_ix", "city", "account_id"),
        index("refund_order_ix", "city", "order_id"),
    )

    estate_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    account_id: Mapped[UUID]
    order_id: Mapped[UUID]
    refund_no: Mapped[str]
    amount: Mapped[int]
    status: Mapped[str]
    payee_name: Mapped[str | None]
    payee_account: Mapped[str | None]
    payee_bank: Mapped[str | None]
    approved_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    """When and by which transaction it was paid last; every one stands in its transfers."""
    bank_txn_no: Mapped[str | None]
    settled_by: Mapped[UUID | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    print_count: Mapped[int] = mapped_column(server_default=text("0"))
    returned_at: Mapped[datetime | None]
    """When money that had been paid out last came back to the special account (退汇)."""
    return_txn_no: Mapped[str | None]


class SuspenseItem(Keyed, Base):
    """Money the bank reported that fits no open notice exactly; it waits for the authority's decision."""

    __tablename__ = "suspense_item"
    access: ClassVar[Access] = {Pool.OFFICE: "SIU", Pool.BANK: "SI", Pool.WORKER: "S"}
    __table_args__ = (
        refers("payment"),
        refers("refund"),
        unique("bank", "bank_txn_no"),
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("resolution is null or status <> 'OPEN'", "resolution"),
        CheckConstraint(
            "(resolution is not distinct from 'BOOKED') = (payment_id is not null)"
            " and (resolution is not distinct from 'RETURNED') = (return_txn_no is not null)"
            " and (resolution is not distinct from 'REFUND_RETURNED') = (refund_id is not null)",
            "decided",
        ),
        index("suspense_item_status_ix", "city", "status", "id"),
        index("suspense_item_paid_ix", "city", "bank", "paid_at"),
        # One transfer gives one amount back.
        index(
            "suspense_item_return_key",
            "city",
            "bank",
            "return_txn_no",
            unique=True,
            postgresql_where=text("return_txn_no is not null"),
        ),
    )

    bank: Mapped[str]
    bank_txn_no: Mapped[str]
    notice_no: Mapped[str]
    notice_id: Mapped[UUID | None]
    amount: Mapped[int]
    channel: Mapped[str]
    reason: Mapped[str]
    paid_at: Mapped[datetime]
    received_at: Mapped[datetime]
    received_by: Mapped[UUID]
    status: Mapped[str]
    resolution: Mapped[str | None]
    resolution_note: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    received_person: Mapped[str | None]
    """Whose person took it from a bank's statement, for four eyes; None where the bank reported it."""
    payment_id: Mapped[UUID | None]
    refund_id: Mapped[UUID | None]
    """The refund whose transfer came back with it; the others that this had paid are found by the number."""
    return_txn_no: Mapped[str | None]
    returned_at: Mapped[datetime | None]
