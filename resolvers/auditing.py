"""Records what is not an act of its own: sign-ins, refused rights, and what strangers did with a token."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from db.base import Pool
from db.tables.records import Audit
from resolvers.desk import Desk


class AuditOutcome(StrEnum):
    """What became of what somebody wanted."""

    DONE = "DONE"
    REFUSED = "REFUSED"
    DENIED = "DENIED"


@dataclass(frozen=True, slots=True)
class Note:
    """One row of the audit.

    Attributes:
        act: What was wanted, as the graph names it.
        outcome: Done; refused for a reason of the business; denied for want of a right or proof.
        principal: Who wanted it, as far as that is known.
        organization: Whose audit it belongs to; None for the fund office's own.
        rule: The rule by which it was decided.
        detail: What else is to be known; never a clear personal number, password, token or code.
    """

    city: int
    act: str
    outcome: AuditOutcome
    at: datetime
    principal: UUID | None = None
    organization: UUID | None = None
    actor_kind: str | None = None
    actor_name: str | None = None
    address: str | None = None
    request_id: str | None = None
    rule: str | None = None
    subject_type: str | None = None
    subject_id: UUID | None = None
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any])


async def write_note(desk: Desk, note: Note) -> None:
    """Write one row in a transaction of its own, so that it stays although what was wanted did not happen."""
    context = "select set_config('app.city', :city, true), set_config('app.org', '', true)"
    async with AsyncSession(desk.databases.engine(Pool.KEEPER)) as session, session.begin():
        await session.execute(text(context), {"city": str(note.city)})
        await add_note(session, note)


async def add_note(session: AsyncSession, note: Note) -> None:
    """Write one row in an open transaction whose context is the city's."""
    await session.execute(
        insert(Audit).values(
            city=note.city,
            id=uuid7(),
            org_id=note.organization,
            at=note.at,
            principal_id=note.principal,
            actor_kind=note.actor_kind,
            actor_name=note.actor_name,
            act=note.act,
            outcome=note.outcome.value,
            address=note.address or None,
            rule=note.rule,
            request_id=note.request_id or None,
            subject_type=note.subject_type,
            subject_id=note.subject_id,
            detail=msgspec.to_builtins(dict(note.detail)),
        )
    )
