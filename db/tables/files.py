"""Uploaded files, kept encrypted whole, and the orders that they are attached to."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Access, Base, Keyed, Owned, Pool, index, refers, unique
from db.tables.money import Notice
from db.tables.orders import BusinessOrder

# Clerks and banks keep what they print.
_OWN: Access = {
    Pool.GATE: "SI",
    Pool.DEVELOPER: "SI",
    Pool.OFFICE: "SI",
    Pool.BANK: "SI",
    Pool.WORKER: "SD",
}


class File(Keyed, Base):
    """One uploaded file; its content is ciphertext and its type was told by its content.

    What the fund office makes of the whole city, such as a report, is no organization's.
    """

    __tablename__ = "file"
    uploader = "uploaded_by"
    held_by = ("resolution_file_id", Notice)
    access = _OWN
    __table_args__ = (index("file_org_ix", "city", "org_id"),)

    org_id: Mapped[UUID | None]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    # Up to 10 MiB, so it is read only where the file itself is fetched.
    content_cipher: Mapped[bytes] = mapped_column(deferred=True, deferred_raiseload=True)
    uploaded_by: Mapped[UUID]
    uploaded_at: Mapped[datetime]


class Attachment(Owned, Base):
    """A file handed in with an order as one of its required documents (要件)."""

    __tablename__ = "attachment"
    parent = ("order_id", BusinessOrder)
    access: ClassVar[Access] = {Pool.GATE: "SID", Pool.DEVELOPER: "SID", Pool.OFFICE: "S", Pool.WORKER: "S"}
    __table_args__ = (refers("business_order", "order_id"), refers("file"), unique("order_id", "file_id"))

    order_id: Mapped[UUID]
    file_id: Mapped[UUID]
    kind: Mapped[str]
    attached_at: Mapped[datetime]
