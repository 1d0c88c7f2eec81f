"""What banks moved for refunds: every transfer out and every return, whatever came of the refund later."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from db.base import Access, Base, Owned, Pool, index, refers, unique
from db.tables.money import Refund


class RefundTransfer(Owned, Base):
    """A refund's part of what a bank moved: a transfer that paid it, or one by which it came back.

    A refund may be paid, come back and be paid again; each time stays, with its own number (R-PAY-2).
    """

    __tablename__ = "refund_transfer"
    parent = ("refund_id", Refund)
    access: ClassVar[Access] = {
        Pool.OFFICE: "SI",
        # What a bank's statement is matched with, of its own money alone.
        Pool.BANK: "S(city,id,refund_id,bank,bank_txn_no,amount,moved_at)",
        Pool.WORKER: "S",
    }
    appended = True
    __table_args__ = (
        refers("refund"),
        refers("journal"),
        CheckConstraint("amount <> 0", "amount"),
        # One transaction may pay several refunds, but each of them once.
        unique("bank", "bank_txn_no", "refund_id"),
        unique("journal_id"),
        index("refund_transfer_refund_ix", "city", "refund_id"),
        index("refund_transfer_moved_ix", "city", "bank", "moved_at"),
    )

    refund_id: Mapped[UUID]
    journal_id: Mapped[UUID]
    """By which it was booked."""
    bank: Mapped[str]
    bank_txn_no: Mapped[str]
    amount: Mapped[int]
    """As on the bank's statement: what it paid out is negative, what came back positive."""
    moved_at: Mapped[datetime]
