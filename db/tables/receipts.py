"""Official receipts for money that was booked (专用票据), and the series of their numbers."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Access, Base, Owned, Pool, index, refers, unique


class Receipt(Owned, Base):
    """A receipt (专用票据) for a payment or one unit's part of it; its number has no gap [165-14]."""

    __tablename__ = "receipt"
    access: ClassVar[Access] = {
        Pool.DEVELOPER: "SU(print_count)",
        Pool.OFFICE: "SU(print_count,voided_at,voided_by,void_reason)",
        Pool.BANK: "SU(print_count)",
        Pool.WORKER: "SI",
    }
    __table_args__ = (
        refers("estate"),
        refers("payment"),
        refers("unit"),
        unique("receipt_no"),
        unique("year", "serial"),
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("num_nulls(voided_at, voided_by, void_reason) in (0, 3)", "voided"),
        # A part of a payment has one receipt that stands; those that were voided keep their numbers.
        index(
            "receipt_part_key",
            "city",
            "payment_id",
            "unit_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("voided_at is null"),
        ),
        index("receipt_org_ix", "city", "org_id", "id"),
        index("receipt_unit_ix", "city", "unit_id"),
    )

    estate_id: Mapped[UUID]
    payment_id: Mapped[UUID]
    unit_id: Mapped[UUID | None]
    bank: Mapped[str]
    receipt_no: Mapped[str]
    year: Mapped[int]
    serial: Mapped[int]
    payee: Mapped[str]
    item: Mapped[str]
    amount: Mapped[int]
    issued_at: Mapped[datetime]
    print_count: Mapped[int] = mapped_column(server_default=text("0"))
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[UUID | None]
    void_reason: Mapped[str | None]


class ReceiptSeries(Base):
    """The last receipt number of a city's year; who takes the next holds the row until the commit."""

    __tablename__ = "receipt_series"
    access: ClassVar[Access] = {Pool.WORKER: "SIU"}

    city: Mapped[int] = mapped_column(Integer, primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int]
