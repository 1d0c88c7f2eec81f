"""A request of the usual way: one session of SQLAlchemy's ORM, and a DataLoader for every relation."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Executable, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from strawberry.dataloader import DataLoader

from bench.people import Actor
from db.tables.estates import Building, Estate, Owner, Unit
from db.tables.money import Account
from db.tables.orders import OrderLine

_GUARD = text("""
select set_config('app.city', city::text, true), set_config('app.org', org_id::text, true),
       set_config('app.principal', id::text, true), set_config('app.now', now()::text, true)
from principal where city = :city and id = :principal and status = 'ACTIVE' and version = :version
""")


class Visit:
    """One request: its session, opened with the context of who asks, and its loaders."""

    def __init__(self, engine: AsyncEngine, actor: Actor) -> None:
        self.city = actor.city
        self._actor = actor
        self._lock = asyncio.Lock()
        self._begun = False
        self.session = AsyncSession(engine, expire_on_commit=False, autoflush=False)
        self.estate = self._rows(Estate)
        self.building = self._rows(Building)
        self.buildings = self._lists(Building, "estate_id", (Building.position, Building.id), active=True)
        self.units = self._lists(Unit, "building_id", _GRID, active=True)
        self.owners = self._lists(Owner, "unit_id", (Owner.position, Owner.id))
        self.accounts = self._lists(Account, "unit_id", (Account.id.desc(),))
        self.lines = self._lists(OrderLine, "order_id", (OrderLine.no,))

    async def scalars(self, statement: Executable, given: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """Run a statement and give its rows; a session is never used by two at once."""
        async with self._lock:
            if not self._begun:
                await self._begin()
            return (await self.session.scalars(cast("Any", statement), given)).all()

    async def close(self) -> None:
        """Give the connection back."""
        await self.session.close()

    async def _begin(self) -> None:
        self._begun = True
        actor = self._actor
        known = {"city": actor.city, "principal": UUID(actor.principal), "version": actor.version}
        if (await self.session.execute(_GUARD, known)).first() is None:
            raise PermissionError

    def _rows(self, entity: Any) -> DataLoader[UUID, Any]:  # noqa: ANN401 - any mapped class
        async def load(keys: list[UUID]) -> list[Any]:
            statement = select(entity).where(entity.city == self.city, entity.id.in_(keys))
            found = {row.id: row for row in await self.scalars(statement)}
            return [found.get(key) for key in keys]

        return DataLoader(load_fn=load)

    def _lists(
        self,
        entity: Any,  # noqa: ANN401 - any mapped class
        column: str,
        order: Sequence[Any],
        *,
        active: bool = False,
    ) -> DataLoader[UUID, list[Any]]:
        async def load(keys: list[UUID]) -> list[list[Any]]:
            statement = select(entity).where(entity.city == self.city, getattr(entity, column).in_(keys))
            if active:
                statement = statement.where(entity.status == "ACTIVE")
            found: defaultdict[UUID, list[Any]] = defaultdict(list)
            for row in await self.scalars(statement.order_by(*order)):
                found[getattr(row, column)].append(row)
            return [found[key] for key in keys]

        return DataLoader(load_fn=load)


_GRID: Sequence[Any] = (Unit.section_key, Unit.section, Unit.floor.desc(), Unit.room_key, Unit.id)
