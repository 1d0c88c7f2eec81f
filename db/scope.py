"""Whose rows a transaction sees: the guard that opens it, and the scope that every query carries."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Integer,
    Text,
    Uuid,
    all_,
    and_,
    any_,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.types import TypeEngine

from db.base import Base, Pool
from db.engine import Databases
from domain.actor import Actor, PrincipalKind

POOLS = {
    PrincipalKind.VISITOR: Pool.GATE,
    PrincipalKind.DEVELOPER: Pool.DEVELOPER,
    PrincipalKind.OFFICE: Pool.OFFICE,
    PrincipalKind.BANK: Pool.BANK,
    PrincipalKind.SYSTEM: Pool.WORKER,
    PrincipalKind.REPORTER: Pool.REPORT,
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
# A person acts only as long as the session stands by which the request came.
_STANDING = """
  and exists (
    select from session
    where session.city = :city and session.id = :session and session.revoked_at is null
      and session.expires_at > cast(:now as timestamptz)
      and session.seen_at + session.idle_seconds * interval '1 second' > cast(:now as timestamptz)
  )
"""
# A machine, as long as its key is good.
_KEY_STANDING = """
  and exists (
    select from api_key
    where api_key.city = :city and api_key.id = :key and api_key.revoked_at is null
      and (api_key.expires_at is null or api_key.expires_at > cast(:now as timestamptz))
  )
"""


Given = Callable[[str, Any, TypeEngine[Any]], ColumnElement[Any]]
"""Writes a value of a scope into a condition: its name, the value, and the value's type."""


def as_value(_name: str, value: object, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    """Write a value of a scope as the value that it is."""
    return literal(value, kind)


_GIVEN = ("city", "principal", "version", "now")


def way_in(actor: Actor) -> str:
    """Name what an actor came by and what has to stand for it to act: a session, a key, or neither."""
    return "session" if actor.session else "key" if actor.key else ""


# Share locks of a row let later ones pass before a change that waits, so that somebody who writes on and on
# could never be shut out. This lock keeps the order in which it is asked for.
_WRITERS_TURN = """from principal cross join lateral (
  select pg_advisory_xact_lock_shared(
    hashtextextended('principal:' || cast(principal.id as text), principal.city))
) as turn
"""
KEEPERS_HOLD = text("select pg_advisory_xact_lock(hashtextextended('principal:' || :principal, :city))")
"""Whoever changes an account first waits for what it is writing, and lets nothing more begin."""

_IN_CITY = text("select set_config('app.city', :city, true)")
_PATIENTLY = text("select set_config('app.city', :city, true), set_config('statement_timeout', '0', true)")
_STANDINGS = {"session": _STANDING, "key": _KEY_STANDING, "": ""}
_GUARDS = {
    (came_by, write): text(
        _CONTEXT.replace("from principal\n", _WRITERS_TURN) + standing + " for share of principal"
        if write
        else _CONTEXT + standing
    )
    for came_by, standing in _STANDINGS.items()
    for write in (False, True)
}


# Acts on the users of an organization, or of a fund office, come one after another, so that each is judged by
# what the one before it left. Taken before anything else is locked, so that two never wait for each other.
_KEEPERS_TURN = text("select pg_advisory_xact_lock(hashtextextended('admins:' || :whose, :city))")


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

    def clause(
        self, entity: type[Base], rows: FromClause | None = None, given: Given = as_value
    ) -> ColumnElement[bool]:
        """Write the scope as a condition on one table; a table without tenant columns is refused.

        Args:
            entity: The table's declaration.
            rows: The table under another name, as a statement may have it more than once.
            given: Writes a value of the scope; a statement that is kept puts a parameter there.

        Raises:
            TypeError: The table has no tenant column.
        """
        columns: Any = (entity.__table__ if rows is None else rows).c
        if "city" not in columns:
            raise TypeError(
                f"{entity.__name__} has no tenant column, so nobody may read it through the graph."
            )
        parts: list[ColumnElement[bool]] = [columns["city"] == given("city", self.city, Integer())]
        if self.organization is not None:
            own = columns["id"] if entity.__tablename__ == "organization" else columns.get("org_id")
            if own is not None:
                parts.append(own == given("organization", self.organization, Uuid()))
        if self.bank is not None and "bank" in columns:
            parts.append(columns["bank"] == given("bank", self.bank, Text()))
        if self.begun and "created_by" in columns:
            parts.append(columns["created_by"] == given("principal", self.principal, Uuid()))
        return and_(*parts, *self._estate_rules(entity, columns, given))

    def _estate_rules(
        self,
        entity: type[Base],
        columns: Any,  # noqa: ANN401 - SQLAlchemy's columns, by name
        given: Given,
    ) -> Iterator[ColumnElement[bool]]:
        """Write which estates' rows are in the scope; a row without an own estate follows its parent."""
        estate = columns["id"] if entity.__tablename__ == "estate" else columns.get("estate_id")
        if estate is not None:
            if self.allowed is not None:
                yield estate == any_(given("allowed", list(self.allowed), ARRAY(Uuid())))
            if self.denied:
                # A row without an estate stays: the comparison alone would be null for it.
                denied = given("denied", list(self.denied), ARRAY(Uuid()))
                yield or_(estate.is_(None), estate != all_(denied))
        elif self.allowed is not None or self.denied or self.bank is not None or self.begun:
            yield from self._parent_rules(entity, columns, given)

    def _parent_rules(
        self,
        entity: type[Base],
        columns: Any,  # noqa: ANN401 - SQLAlchemy's columns, by name
        given: Given,
    ) -> Iterator[ColumnElement[bool]]:
        if entity.parent is not None:
            column, parent = entity.parent
            rows: Any = parent.__table__.columns
            yield columns[column].in_(select(rows["id"]).where(self.clause(parent, given=given)))
        elif "uploaded_by" in columns:
            own = columns["uploaded_by"] == given("principal", self.principal, Uuid())
            held = self._held_rule(entity, columns, given)
            yield own if held is None else or_(own, held)

    def _held_rule(
        self,
        entity: type[Base],
        columns: Any,  # noqa: ANN401 - SQLAlchemy's columns, by name
        given: Given,
    ) -> ColumnElement[bool] | None:
        """Write that something in the scope names the row, where people of an organization ask."""
        if entity.held_by is None or self.bank is not None or self.begun:
            return None
        name, holder = entity.held_by
        rows: Any = holder.__table__.columns
        named = select(rows[name]).where(self.clause(holder, given=given), rows[name].is_not(None))
        return columns["id"].in_(named)

    @property
    def shape(self) -> tuple[bool, ...]:
        """Tell which limits the scope has, whatever their values: what a kept statement depends on."""
        return (
            self.organization is not None,
            self.bank is not None,
            self.allowed is not None,
            bool(self.denied),
            self.begun,
        )

    def value(self, name: str) -> object:
        """Give what a kept statement puts in a parameter of the scope."""
        if name in ("allowed", "denied"):
            return list(getattr(self, name) or ())
        return getattr(self, name)

    def covers(self, row: Any) -> bool:  # noqa: ANN401 - a row that names its estate
        """Tell whether a row that may be seen lies in this scope's estates, too."""
        estate = row.estate_id
        return (self.allowed is None or estate in self.allowed) and estate not in self.denied


def guard_text(actor: Actor) -> str:
    """Write the statement that sets the context, if the actor may still act; else it gives no row."""
    return _CONTEXT + _STANDINGS[way_in(actor)]


def reader_facts(actor: Actor) -> dict[str, Any]:
    """Give the values of the guard, the present moment excepted, and of every scope of an actor."""
    return {
        "city": actor.city,
        "principal": actor.principal,
        "version": actor.version,
        "session": actor.session,
        "key": actor.key,
        "organization": actor.organization,
        "bank": actor.bank,
    }


@asynccontextmanager
async def open_transaction(
    databases: Databases, actor: Actor, now: datetime, *, write: bool, pool: Pool | None = None
) -> AsyncGenerator[AsyncSession]:
    """Open a transaction whose first statement sets the context and reads whether the actor may still act.

    Nothing is committed here: who opened it commits, and leaving without that rolls back.

    Args:
        databases: The pools.
        actor: Who acts, as a session or key showed it.
        now: The present moment.
        write: Whether something may be written; the actor's row is locked against being changed then.
        pool: The role that is used, where it is not the one of the actor's own kind.

    Raises:
        RevokedError: The principal was deactivated or its rights changed.
    """
    engine = databases.engine(pool or POOLS[actor.kind])
    if not write:
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    async with AsyncSession(engine, expire_on_commit=False, autoflush=False) as session:
        came_by = way_in(actor)
        facts = {**reader_facts(actor), "now": now.isoformat()}
        guard = _GUARDS[came_by, write]
        if pool is Pool.KEEPER and write:
            whose = str(actor.organization or "office")
            await session.execute(_KEEPERS_TURN, {"whose": whose, "city": actor.city})
        given = {name: facts[name] for name in (*_GIVEN, *([came_by] if came_by else []))}
        if (await session.execute(guard, given)).first() is None:
            raise RevokedError
        yield session


async def enter_city(session: AsyncSession | AsyncConnection, city: int, *, patient: bool = False) -> None:
    """Let a transaction of the system's own see a city's rows; a patient one is not ended by the clock."""
    settings = _PATIENTLY if patient else _IN_CITY
    await session.execute(settings, {"city": str(city)})
