"""Records what is not an act of its own: sign-ins, refused rights, and what strangers did with a token."""

import msgspec
import structlog
from sqlalchemy import insert, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from db.base import Pool
from db.tables.records import Audit
from resolvers.desk import Desk
from resolvers.note import About, AuditOutcome, Note
from resolvers.visit import Visit

__all__ = ["AuditOutcome", "Note", "add_note", "tell_denial", "write_counted_denials", "write_note"]

_log = structlog.get_logger(__name__)


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


async def tell_denial(visit: Visit, act: str, rule: str | None, about: About | None) -> None:
    """Record that somebody was refused a right; what was answered does not depend on it."""
    actor = visit.signed_in()
    note = Note(
        city=actor.city,
        act=act,
        outcome=AuditOutcome.DENIED,
        at=visit.now,
        principal=actor.principal,
        organization=actor.organization,
        actor_kind=actor.kind.value,
        actor_name=actor.name,
        address=visit.address,
        request_id=visit.request_id,
        rule=rule,
        subject_type=about.type if about else None,
        subject_id=about.id if about else None,
    )
    for due in visit.desk.denials.take(note):
        await _try_to_write(visit.desk, due)


async def write_counted_denials(desk: Desk) -> None:
    """Write the counts of the minutes that are over; the worker does this, for whoever comes no more."""
    for due in desk.denials.end(desk.clock()):
        await _try_to_write(desk, due)


async def _try_to_write(desk: Desk, note: Note) -> None:
    """Write a row, or say in the log that it is missing."""
    try:
        await write_note(desk, note)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        _log.error(
            "denial not recorded", act=note.act, request_id=note.request_id, error=type(error).__name__
        )
