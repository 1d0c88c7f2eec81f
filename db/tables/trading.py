"""What is told to the real-estate transaction system (房地产交易系统), and whether it can be reached."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Access, Base, Json, Owned, Pool, index, refers


class Push(Owned, Base):
    """One message about a unit's deposit, written in the act that caused it and sent by the worker.

    `seq` orders the messages of a unit. `payload` is fixed when it is first sent, so that every try says
    the same under the same idempotency key, which is the row's id.
    """

    __tablename__ = "push"
    # Whoever pays or approves adds messages; a bank reads none of them.
    access: ClassVar[Access] = {
        Pool.DEVELOPER: "SI",
        Pool.OFFICE: "SIU(status,attempts,next_at)",
        Pool.BANK: "I",
        Pool.WORKER: "SU(status,attempts,next_at,payload,answer,sent_at)D",
    }
    __table_args__ = (
        refers("estate"),
        refers("unit"),
        CheckConstraint("status in ('WAITING', 'SENT', 'FAILED', 'SKIPPED')", "status"),
        index("push_org_ix", "city", "org_id", "id"),
        index("push_unit_ix", "city", "unit_id", "seq"),
        index("push_status_ix", "city", "status", "id"),
        index("push_waiting_ix", "city", "next_at", "seq", postgresql_where=text("status = 'WAITING'")),
    )

    estate_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    cause: Mapped[str]
    cause_no: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'WAITING'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_at: Mapped[datetime]
    payload: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    answer: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class TradingBreaker(Base):
    """How a city's transaction system answered lately; all processes read it before they ask.

    After too many failures nobody asks until `open_until`; then one asks first, who writes `probe_until`.
    """

    __tablename__ = "trading_breaker"
    # Whoever asks notes it under the product's own role, so that nobody else can shut a city off.
    access: ClassVar[Access] = {Pool.WORKER: "SIU"}

    city: Mapped[int] = mapped_column(Integer, primary_key=True)
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    open_until: Mapped[datetime | None]
    probe_until: Mapped[datetime | None]
