"""Developer organizations (开发建设单位) and how far their registration has come."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Access, Base, Keyed, Pool, index


class Organization(Keyed, Base):
    """A developer enterprise: its `id` is the `org_id` of every row that belongs to it."""

    __tablename__ = "organization"
    history = True
    access: ClassVar[Access] = {
        Pool.GATE: "SIU",
        Pool.DEVELOPER: "SU",
        Pool.OFFICE: "SU",
        Pool.WORKER: "S",
        Pool.KEEPER: "SU(totp_required,version)",
    }
    __table_args__ = (
        CheckConstraint("status in ('PENDING_REVIEW', 'PROVISIONAL', 'ACTIVE', 'REJECTED')", "status"),
        CheckConstraint("papers_status in ('PENDING', 'RECEIVED')", "papers"),
        # R-ORG-1: a rejected registration frees its code for another try.
        index(
            "organization_uscc_key",
            "city",
            "uscc",
            unique=True,
            postgresql_where=text("status <> 'REJECTED'"),
        ),
    )

    name: Mapped[str]
    uscc: Mapped[str]
    org_code: Mapped[str | None]
    legal_representative: Mapped[str]
    legal_rep_id_type: Mapped[str]
    legal_rep_id_cipher: Mapped[str]
    legal_rep_id_masked: Mapped[str]
    legal_rep_id_blind: Mapped[str]
    contact_name: Mapped[str]
    contact_mobile: Mapped[str]
    phone: Mapped[str | None]
    registered_address: Mapped[str]
    office_address: Mapped[str | None]
    qualification_no: Mapped[str | None]
    status: Mapped[str]
    papers_status: Mapped[str]
    papers_received_on: Mapped[date | None]
    agreement_version: Mapped[str]
    agreement_accepted_at: Mapped[datetime]
    totp_required: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
