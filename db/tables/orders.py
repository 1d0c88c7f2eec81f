"""Business orders (业务单): their content, lines, steps and the locks they hold."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Access, Base, Json, Owned, Pool, index, refers, unique

_EDITED: Access = {
    Pool.GATE: "SIUD",
    Pool.DEVELOPER: "SIUD",
    Pool.OFFICE: "SIUD",
    Pool.WORKER: "S",
}
_ADDED: Access = {Pool.GATE: "SI", Pool.DEVELOPER: "SI", Pool.OFFICE: "SI", Pool.WORKER: "S"}


class BusinessOrder(Owned, Base):
    """One order of any kind; `content` holds what its kind declares, `version` rises with every change."""

    __tablename__ = "business_order"
    access = _EDITED
    __table_args__ = (
        unique("order_no"),
        # R-GEN-4: persons are compared, not accounts, so that two accounts of one human do not pass.
        CheckConstraint(
            "accepted_person is distinct from submitted_person or accepted_person is null", "four_eyes_window"
        ),
        CheckConstraint(
            "reviewed_person is null or (accepted_person is not null and reviewed_person <> accepted_person"
            " and reviewed_person is distinct from submitted_person)",
            "four_eyes_review",
        ),
        CheckConstraint(
            "status in ('DRAFT','SUBMITTED','ACCEPTED','RETURNED','REJECTED','COMPLETED','CANCELLED')",
            "status",
        ),
        index("business_order_org_ix", "city", "org_id", "id"),
        index("business_order_status_ix", "city", "status", "kind", "id"),
        index(
            "business_order_claimed_ix",
            "city",
            "claimed_by",
            "id",
            postgresql_where=text("claimed_by is not null"),
        ),
    )

    order_no: Mapped[str]
    kind: Mapped[str]
    route: Mapped[str]
    status: Mapped[str]
    estate_id: Mapped[UUID | None]
    content: Mapped[Json]
    rules: Mapped[Json]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    submitted_by: Mapped[UUID | None]
    submitted_person: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None]
    accepted_person: Mapped[str | None]
    accepted_at: Mapped[datetime | None]
    acceptance_no: Mapped[str | None]
    claimed_by: Mapped[UUID | None]
    claimed_name: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None]
    reviewed_person: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    building_count: Mapped[int]
    unit_count: Mapped[int]
    gross_area: Mapped[int]
    due: Mapped[int]
    print_count: Mapped[int] = mapped_column(server_default=text("0"))
    prints: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    version: Mapped[int] = mapped_column(server_default=text("1"))


class OrderLine(Base):
    """One row of an order: what it aims at, what that was, and what it shall be."""

    __tablename__ = "order_line"
    parent = ("order_id", BusinessOrder)
    access = _EDITED
    __table_args__ = (refers("business_order", "order_id"),)

    city: Mapped[int] = mapped_column(Integer, primary_key=True)
    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    no: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    org_id: Mapped[UUID]
    shape: Mapped[str] = mapped_column(server_default=text("'UNIT'"))
    """What it is about, and so which type its contents have."""
    target: Mapped[UUID | None]
    before: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))


class OrderDifference(Base):
    """One thing that a resubmitted order says otherwise than when it was returned: its head, or a line.

    The rows stand until the order is resubmitted after another return. Personal numbers are masked here.
    """

    __tablename__ = "order_difference"
    parent = ("order_id", BusinessOrder)
    access: ClassVar[Access] = {
        Pool.GATE: "SID",
        Pool.DEVELOPER: "SID",
        Pool.OFFICE: "S",
        Pool.WORKER: "S",
    }
    __table_args__ = (refers("business_order", "order_id"),)

    city: Mapped[int] = mapped_column(Integer, primary_key=True)
    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    no: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    org_id: Mapped[UUID]
    line: Mapped[int | None]
    """The number of the line that it has now, or had; none for the head."""
    shape: Mapped[str]
    kind: Mapped[str]
    fields: Mapped[list[Any]]
    before: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    head_before: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    head_after: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))


class OrderStep(Owned, Base):
    """One line of an order's timeline: who did what, when, and why."""

    __tablename__ = "order_step"
    appended = True
    parent = ("order_id", BusinessOrder)
    access = _ADDED
    __table_args__ = (
        refers("business_order", "order_id"),
        index("order_step_order_ix", "city", "order_id", "id"),
    )

    order_id: Mapped[UUID]
    at: Mapped[datetime]
    step: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    principal_id: Mapped[UUID]
    person: Mapped[str | None]
    side: Mapped[str]
    note: Mapped[str | None]
    items: Mapped[list[Any]]
    snapshot: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))


class OrderLock(Owned, Base):
    """What an order under way keeps others from touching; one live lock a thing."""

    __tablename__ = "order_lock"
    parent = ("order_id", BusinessOrder)
    access: ClassVar[Access] = {
        Pool.GATE: "SID",
        Pool.DEVELOPER: "SID",
        Pool.OFFICE: "SID",
        Pool.WORKER: "S",
    }
    __table_args__ = (
        refers("business_order", "order_id"),
        unique("target_kind", "target"),
        index("order_lock_order_ix", "city", "order_id"),
    )

    order_id: Mapped[UUID]
    target_kind: Mapped[str]
    target: Mapped[str]
