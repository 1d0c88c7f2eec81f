"""Long work (长任务) that goes on after the request: who asked for it, how far it is, and what came of it."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Access, Base, Json, Keyed, Pool, index, refers


class Job(Keyed, Base):
    """One piece of long work; its runner says by `beat_at` that it lives; after a crash it begins anew."""

    __tablename__ = "job"
    access: ClassVar[Access] = {
        Pool.DEVELOPER: "SIU(cancel_asked)",
        Pool.OFFICE: "SIU(cancel_asked)",
        Pool.WORKER: "SUD",
    }
    __table_args__ = (
        refers("file"),
        CheckConstraint(
            "status in ('WAITING', 'RUNNING', 'DONE', 'REFUSED', 'FAILED', 'CANCELLED')", "status"
        ),
        CheckConstraint("done >= 0 and (total is null or done <= total)", "progress"),
        index("job_org_ix", "city", "org_id", "id"),
        index("job_created_ix", "city", "created_by", "id"),
        index(
            "job_open_ix", "city", "status", "id", postgresql_where=text("status in ('WAITING', 'RUNNING')")
        ),
    )

    org_id: Mapped[UUID | None]
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'WAITING'"))
    asked: Mapped[Json]
    done: Mapped[int] = mapped_column(server_default=text("0"))
    total: Mapped[int | None]
    outcome: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    file_id: Mapped[UUID | None]
    cancel_asked: Mapped[bool] = mapped_column(server_default=text("false"))
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
