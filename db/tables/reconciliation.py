"""What proves the books: the banks' daily statements (银行对账单) beside ours, and the seal of every day."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Integer, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Access, Base, Keyed, Pool, index, refers, unique


class BankStatement(Keyed, Base):
    """A bank's statement of one day (银行对账单) [165-31]."""

    __tablename__ = "bank_statement"
    access: ClassVar[Access] = {Pool.OFFICE: "SIU", Pool.BANK: "SIU", Pool.WORKER: "S"}
    __table_args__ = (
        unique("bank", "day"),
        index("bank_statement_day_ix", "city", "day", "id"),
        CheckConstraint("(opening is null) = (closing is null) and opening + total = closing", "balances"),
    )

    bank: Mapped[str]
    day: Mapped[date]
    sha256: Mapped[str]
    """By which the same file is known again."""
    line_count: Mapped[int]
    total: Mapped[int]
    money_in: Mapped[int]
    money_out: Mapped[int]
    opening: Mapped[int | None]
    """What the account held before the day's movements; with `closing`, or neither is known."""
    closing: Mapped[int | None]
    received_at: Mapped[datetime]
    received_by: Mapped[UUID]


class BankStatementLine(Keyed, Base):
    """One amount of a bank's statement, or one of ours that it lacks, and what came of it."""

    __tablename__ = "bank_statement_line"
    parent = ("statement_id", BankStatement)
    access: ClassVar[Access] = {Pool.OFFICE: "SIUD", Pool.BANK: "SIUD", Pool.WORKER: "S"}
    __table_args__ = (
        refers("bank_statement", "statement_id"),
        refers("payment"),
        refers("suspense_item", "suspense_id"),
        refers("refund"),
        index("bank_statement_line_ix", "city", "statement_id", "rank", "no"),
        index("bank_statement_line_txn_ix", "city", "bank_txn_no"),
        index("bank_statement_line_outcome_ix", "city", "outcome", "id"),
        index(
            "bank_statement_line_posted_ix",
            "city",
            "statement_id",
            postgresql_where=text("resolution = 'POSTED'"),
        ),
    )

    statement_id: Mapped[UUID]
    rank: Mapped[int]
    """0 while it is a difference that nobody settled, 1 once it is settled, 2 where both sides agree."""
    no: Mapped[int]
    bank_txn_no: Mapped[str]
    amount: Mapped[int]
    """What the bank says, money in positive; of a missing line what our books say."""
    ours: Mapped[int | None]
    booked_on: Mapped[date | None]
    counterparty: Mapped[str | None]
    remark: Mapped[str | None]
    outcome: Mapped[str]
    payment_id: Mapped[UUID | None]
    suspense_id: Mapped[UUID | None]
    refund_id: Mapped[UUID | None]
    booking_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default=text("'{}'"))
    """The bookings without a bank's number of their own for which the line stands: interest and use."""
    resolution: Mapped[str | None]
    resolution_note: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]


class LedgerSeal(Base):
    """One day of a city's ledger: the root over its entries, which also covers the day before."""

    __tablename__ = "ledger_seal"
    appended = True
    access: ClassVar[Access] = {Pool.DEVELOPER: "S", Pool.OFFICE: "S", Pool.BANK: "S", Pool.WORKER: "SI"}

    city: Mapped[int] = mapped_column(Integer, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    entries: Mapped[int]
    root: Mapped[bytes]
    hash: Mapped[bytes]
    sealed_at: Mapped[datetime]
