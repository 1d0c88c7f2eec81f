"""What is kept about every act: audit, messages to send, repeated requests, counters and row history."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Computed, Identity, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Access, Base, Json, Keyed, Pool, index, unique

# Who takes numbers for orders, notices and payments.
_BUSY = (Pool.GATE, Pool.DEVELOPER, Pool.OFFICE, Pool.BANK)
# Everybody's acts are recorded; a developer reads its own organization's, the office its city's.
_ADDED: Access = {
    Pool.GATE: "I",
    Pool.DEVELOPER: "SI",
    Pool.OFFICE: "SI",
    Pool.BANK: "I",
    Pool.WORKER: "SI",
    Pool.KEEPER: "SI",
}


class Audit(Keyed, Base):
    """One act, refusal of a right or sign-in: who, when, what, by which right, on what, with what result."""

    __tablename__ = "audit"
    appended = True
    access = _ADDED
    __table_args__ = (
        index("audit_org_ix", "city", "org_id", "id"),
        index("audit_subject_ix", "city", "subject_id"),
        index("audit_principal_ix", "city", "principal_id", "id"),
        CheckConstraint("outcome in ('DONE', 'REFUSED', 'DENIED')", "outcome"),
    )

    org_id: Mapped[UUID | None]
    at: Mapped[datetime]
    principal_id: Mapped[UUID | None]
    actor_kind: Mapped[str | None]
    actor_name: Mapped[str | None]
    act: Mapped[str]
    outcome: Mapped[str] = mapped_column(server_default=text("'DONE'"))
    address: Mapped[str | None]
    rule: Mapped[str | None]
    request_id: Mapped[str | None]
    subject_type: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    detail: Mapped[Json]


class AuditLink(Base):
    """One link of a city's chain of audit rows: its hash covers the row and the link before it."""

    __tablename__ = "audit_link"
    appended = True
    access: ClassVar[Access] = {Pool.WORKER: "SI"}
    __table_args__ = (unique("audit_id"),)

    city: Mapped[int] = mapped_column(Integer, primary_key=True)
    no: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    audit_id: Mapped[UUID]
    hash: Mapped[bytes]


class OutboxMessage(Keyed, Base):
    """Something the outside must hear of; written with the act, sent by the worker."""

    __tablename__ = "outbox_message"
    access: ClassVar[Access] = {
        Pool.GATE: "I",
        Pool.DEVELOPER: "I",
        Pool.OFFICE: "I",
        Pool.BANK: "I",
        Pool.WORKER: "SIUD",
        Pool.KEEPER: "I",
    }
    __table_args__ = (index("outbox_message_unsent_ix", "city", "sent_at", "id"),)

    org_id: Mapped[UUID | None]
    topic: Mapped[str]
    subject: Mapped[str]
    payload: Mapped[Json]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int]


class Repetition(Base):
    """The stored outcome of a request that may be repeated under the same idempotency key."""

    __tablename__ = "repetition"
    personal = True
    access: ClassVar[Access] = {
        Pool.GATE: "SI",
        Pool.DEVELOPER: "SI",
        Pool.OFFICE: "SI",
        Pool.BANK: "SI",
        Pool.WORKER: "SD",
        Pool.KEEPER: "SI",
    }

    city: Mapped[int] = mapped_column(Integer, primary_key=True)
    principal_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    act: Mapped[str]
    input_hash: Mapped[str]
    outcome: Mapped[Json]
    at: Mapped[datetime]


class Counter(Base):
    """The last number given out under a name; taken last in a transaction, it may leave gaps."""

    __tablename__ = "counter"
    access: ClassVar[Access] = dict.fromkeys((*_BUSY, Pool.WORKER), "SIU")

    city: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


def _link(column: str) -> Computed:
    return Computed(f"((row ->> '{column}')::uuid)", persisted=True)


class RowHistory(Base):
    """Every version of an estate, building, unit, owner or organization, written by the one trigger."""

    __tablename__ = "row_history"
    appended = True
    # Banks and the worker change nothing of which a history is kept. Who registers reads its own.
    access: ClassVar[Access] = {
        Pool.GATE: "SI",
        Pool.DEVELOPER: "SI",
        Pool.OFFICE: "SI",
        Pool.WORKER: "S",
        Pool.KEEPER: "SI",
    }
    __table_args__ = (
        # One row's versions, and whole lists in the order of their ids. The others have all columns that a
        # statement compares, so that they are taken even where nothing was counted yet.
        index("row_history_row_ix", "city", "table_name", "row_id", "seq", "at"),
        index("row_history_org_ix", "city", "table_name", "org_id", "row_id"),
        index(
            "row_history_estate_ix",
            "city",
            "estate_id",
            "table_name",
            "row_id",
            "org_id",
            postgresql_where=text("estate_id is not null"),
        ),
        index(
            "row_history_building_ix",
            "city",
            "building_id",
            "table_name",
            "org_id",
            "row_id",
            postgresql_where=text("building_id is not null"),
        ),
        index(
            "row_history_unit_ix",
            "city",
            "unit_id",
            "table_name",
            "org_id",
            "row_id",
            postgresql_where=text("unit_id is not null"),
        ),
    )

    city: Mapped[int] = mapped_column(Integer, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    org_id: Mapped[UUID | None]
    table_name: Mapped[str]
    row_id: Mapped[UUID]
    operation: Mapped[str]
    at: Mapped[datetime]
    principal_id: Mapped[UUID | None]
    row: Mapped[Any] = mapped_column(JSONB)
    # What rows are looked for by: an index on the stored row would not serve under row-level security.
    estate_id: Mapped[UUID | None] = mapped_column(_link("estate_id"))
    building_id: Mapped[UUID | None] = mapped_column(_link("building_id"))
    unit_id: Mapped[UUID | None] = mapped_column(_link("unit_id"))
