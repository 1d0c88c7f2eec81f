"""Changing an account before anybody is signed in to it: one transaction, its record within."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from db.tables.identity import Principal
from resolvers.auditing import write_note
from resolvers.desk import Desk
from resolvers.note import AuditOutcome, Note
from resolvers.visit import Visit

_CONTEXT = text("select set_config('app.city', :city, true), set_config('app.org', '', true)")


@asynccontextmanager
async def keeping(desk: Desk, city: int) -> AsyncGenerator[AsyncSession]:
    """Open a transaction of the keeper in a city; leaving it without a failure commits."""
    async with (
        AsyncSession(desk.databases.engine(Pool.KEEPER), expire_on_commit=False) as session,
        session.begin(),
    ):
        await session.execute(_CONTEXT, {"city": str(city)})
        yield session


def note_of(
    visit: Visit,
    city: int,
    act: str,
    outcome: AuditOutcome,
    principal: Principal | None = None,
    **detail: object,
) -> Note:
    """Write down what somebody did at the door; of an unknown account there is nobody to name."""
    return Note(
        city=city,
        act=act,
        outcome=outcome,
        at=visit.now,
        principal=principal.id if principal else None,
        organization=principal.org_id if principal else None,
        actor_kind=principal.kind if principal else None,
        actor_name=principal.name if principal else None,
        address=visit.address,
        request_id=visit.request_id,
        subject_type="Principal" if principal else None,
        subject_id=principal.id if principal else None,
        detail=detail,
    )


async def record_alone(desk: Desk, note: Note) -> None:
    """Keep a record of what did not happen; a city that is not served keeps none."""
    if note.city in desk.cities:
        await write_note(desk, note)
