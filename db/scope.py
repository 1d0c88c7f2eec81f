"""Whose rows a transaction sees: the guard that opens it, and the scope that every query carries."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Base, Pool
from db.engine import Databases
from domain.actor import Actor, PrincipalKind

POOLS = {
    PrincipalKind.VISITOR: Pool.GATE,
    PrincipalKind.DEVELOPER: Pool.DEVELOPER,
    PrincipalKind.OFFICE: Pool.OFFICE,
    PrincipalKind.BANK: Pool.BANK,
    PrincipalKind.SYSTEM: Pool.WORKER,
}

_CONTEXT = """
select set_config('app.city', city::text, true),
       set_config('app.org', coalesce(org_id::text, ''), true),
       set_config('app.bank', coalesce(bank, ''), true),
       set_config('app.principal', id::text, true),
       set_config('app.now', cast(:now as text), true)
from principal
where city = :city and id = :principal and status = 'ACTIVE' and version = :version
"""
_READ_GUARD = text(_CONTEXT)
_WRITE_GUARD = text(_CONTEXT + " for share")


class RevokedError(Exception):
    """The principal is no longer active, or its rights changed since they were read."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows that a principal may see of one kind of thing.

    Attributes:
        principal: Who asks; what somebody uploaded is theirs to see.
        organization: Only this organization's rows; None for every organization of the city.
        bank: Only what goes through this bank.
        allowed: Only these estates; None for every estate.
        denied: Never these estates.
        begun: Only orders that the principal began itself; for a registering visitor.
    """

    city: int
    principal: UUID
    organization: UUID | None = None
    bank: str | None = None
    allowed: frozenset[UUID] | None = None
    denied: frozenset[UUID] = frozenset()
    begun: bool = False

    def clause(self, entity: type[Base]) -> ColumnElement[bool]:
        """Write the scope as a condition on one table; a table without tenant columns is refused."""
        columns: Any = entity.__table__.columns
        if "city" not in columns:
            raise TypeError(
                f"{entity.__name__} has no tenant column, so nobody may read it through the graph."
            )
        parts: list[ColumnElement[bool]] = [columns["city"] == self.city]
        if self.organization is not None and "org_id" in columns:
            parts.append(columns["org_id"] == self.organization)
        if self.organization is not None and entity.__tablename__ == "organization":
            parts.append(columns["id"] == self.organization)
        if self.bank is not None and "bank" in columns:
            parts.append(columns["bank"] == self.bank)
        if self.begun and "created_by" in columns:
            parts.append(columns["created_by"] == self.principal)
        return and_(*parts, *self._estate_rules(entity))

    def _estate_rules(self, entity: type[Base]) -> Iterator[ColumnElement[bool]]:
        """Write which estates' rows are in the scope; a row without an own estate follows its parent."""
        columns: Any = entity.__table__.columns
        estate = columns["id"] if entity.__tablename__ == "estate" else columns.get("estate_id")
        if estate is not None:
            if self.allowed is not None:
                yield estate.in_(self.allowed)
            if self.denied:
                # A row without an estate stays: `not in` alone would be null for it.
                yield or_(estate.is_(None), estate.not_in(self.denied))
        elif self.allowed is not None or self.denied or self.bank is not None or self.begun:
            yield from self._parent_rules(entity)

    def _parent_rules(self, entity: type[Base]) -> Iterator[ColumnElement[bool]]:
        columns: Any = entity.__table__.columns
        if entity.parent is not None:
            column, parent = entity.parent
            rows: Any = parent.__table__.columns
            yield columns[column].in_(select(rows["id"]).where(self.clause(parent)))
        elif "uploaded_by" in columns:
            yield columns["uploaded_by"] == self.principal


@asynccontextmanager
async def open_transaction(
    databases: Databases, actor: Actor, now: datetime, *, write: bool
) -> AsyncGenerator[AsyncSession]:
    """Open a transaction whose first statement sets the context and reads whether the actor may still act.

    Nothing is committed here: who opened it commits, and leaving without that rolls back.

    Raises:
        RevokedError: The principal was deactivated or its rights changed.
    """
    engine = databases.engine(POOLS[actor.kind])
    if not write:
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    async with AsyncSession(engine, expire_on_commit=False, autoflush=False) as session:
        guard = _WRITE_GUARD if write else _READ_GUARD
        facts = {
            "now": now.isoformat(),
            "city": actor.city,
            "principal": actor.principal,
            "version": actor.version,
        }
        if (await session.execute(guard, facts)).first() is None:
            raise RevokedError
        yield session
