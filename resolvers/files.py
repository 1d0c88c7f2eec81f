"""Uploaded files: told by their content, kept encrypted, attached to orders, given to who may see them."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select

from db.tables.files import Attachment, File
from db.tables.orders import BusinessOrder
from domain.actor import PrincipalKind
from domain.problem import Problem, ProblemCode
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import see
from resolvers.orders.editing import open_for_editing
from resolvers.orders.facts import kind_of
from resolvers.visit import Visit

MAX_IMAGE_BYTES = 1_048_576
"""Attachments are at most 1 M [L 2.1 note]."""

_MAX_NAME = 200
_SIGNATURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
IMAGES = frozenset(_SIGNATURES.values())
"""What an attachment may be."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file as it is given back."""

    name: str
    media_type: str
    data: bytes


def image_type(data: bytes) -> str | None:
    """Tell JPEG and PNG by their first bytes; a name says nothing."""
    return next((kind for start, kind in _SIGNATURES.items() if data.startswith(start)), None)


async def upload_image(work: Work, name: str, data: bytes) -> Outcome:
    """Take in an attachment: JPG, JPEG or PNG, at most 1 MiB [L 2.1 note]."""
    if work.actor.kind is PrincipalKind.VISITOR:
        work.rules.append("public: registration.attach")
    else:
        await work.must("file.upload", organization=work.actor.organization, estate=None)
    told = {"file": name[-_MAX_NAME:]} if name else {}
    if not 1 <= len(data) <= MAX_IMAGE_BYTES:
        return Refused.because(Problem(ProblemCode.ATTACHMENT_SIZE, "file", params=told))
    media_type = image_type(data)
    if media_type is None:
        return Refused.because(Problem(ProblemCode.ATTACHMENT_TYPE, "file", params=told))
    return Done("File", (await store_file(work, name, media_type, data),), {"bytes": len(data)})


async def store_file(
    work: Work, name: str, media_type: str, data: bytes, organization: UUID | None = None
) -> UUID:
    """Keep a file encrypted whole; what is not attached within a day goes."""
    file_id = work.new_id()
    await work.add(
        File,
        id=file_id,
        org_id=organization or work.actor.organization,
        name=name.replace("\x00", "")[-_MAX_NAME:] or "file",
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        content_cipher=work.visit.desk.sealer.lock_file(data, file_id.bytes),
        uploaded_by=work.actor.principal,
        uploaded_at=work.now,
    )
    return file_id


async def read_file(visit: Visit, file_id: UUID) -> Content:
    """Give a file to who may see it.

    Raises:
        NotFound: There is none, or the caller may not see it.
    """
    file = await see(visit, File, file_id)
    cipher = await visit.run(select(File.content_cipher).where(File.city == file.city, File.id == file.id))
    data = visit.desk.sealer.open_file(cipher.scalar_one(), file.id.bytes)
    return Content(file.name, file.media_type, data)


async def attach(work: Work, order_id: UUID, file_id: UUID, kind_code: str) -> Outcome:
    """Hand a file in with an order as one of the documents that its kind knows."""
    order = await open_for_editing(work, order_id, None)
    if isinstance(order, Refused):
        return order
    file = await see(work.visit, File, file_id)
    if file.media_type not in IMAGES:
        return Refused.because(Problem(ProblemCode.ATTACHMENT_TYPE, "fileId"))
    known = work.city.attachment_kinds(kind_of(order).uploads)
    if kind_code not in known:
        params = {"label": "附件种类", "allowed": "、".join(known)}
        return Refused.because(
            Problem(ProblemCode.VALUE_UNKNOWN, "kind", value=kind_code[:50], params=params)
        )
    # A file stands in an order once: attached again, it is what it is said to be now.
    again = delete(Attachment).where(
        Attachment.city == order.city, Attachment.order_id == order.id, Attachment.file_id == file.id
    )
    await work.session.execute(again)
    await work.add(
        Attachment,
        id=work.new_id(),
        org_id=order.org_id,
        order_id=order.id,
        file_id=file.id,
        kind=kind_code,
        attached_at=work.now,
    )
    await _note_change(work, order)
    return Done("Order", (order.id,), {"attached": kind_code, "file": str(file.id)})


async def detach(work: Work, attachment_id: UUID) -> Outcome:
    """Take a document back from a draft."""
    attachment = await see(work.visit, Attachment, attachment_id)
    order = await open_for_editing(work, attachment.order_id, None)
    if isinstance(order, Refused):
        return order
    await work.session.delete(attachment)
    await _note_change(work, order)
    return Done("Order", (order.id,), {"detached": attachment.kind})


async def keep_only(work: Work, order: BusinessOrder, files: Collection[UUID]) -> None:
    """Take back the documents that are not among the files handed in now."""
    others = delete(Attachment).where(
        Attachment.city == order.city, Attachment.order_id == order.id, Attachment.file_id.not_in(files)
    )
    await work.session.execute(others)


async def _note_change(work: Work, order: BusinessOrder) -> None:
    order.version += 1
    await work.session.flush()
