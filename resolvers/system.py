"""The product itself as somebody who acts (系统): who that is in a city."""

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from db.base import Pool
from db.tables.identity import Principal, RoleAssignment
from domain.actor import Actor, PrincipalKind
from resolvers.desk import Desk


async def system_actor(desk: Desk, city: int) -> Actor:
    """Find the system's own principal in a city; it is made when first asked for."""
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session, session.begin():
        # Two servers that start side by side wait for each other here.
        lock = text("select pg_advisory_xact_lock(hashtextextended('system', :city))")
        await session.execute(lock, {"city": city})
        own = select(Principal.id, Principal.version).where(
            Principal.city == city, Principal.kind == PrincipalKind.SYSTEM.value
        )
        row = (await session.execute(own)).first()
        if row is None:
            await _make_system(desk, session, city)
            row = (await session.execute(own)).one()
    return Actor(city, row.id, PrincipalKind.SYSTEM, "系统", row.version)


async def _make_system(desk: Desk, session: AsyncSession, city: int) -> None:
    principal = uuid7()
    await session.execute(
        insert(Principal).values(
            city=city,
            id=principal,
            kind=PrincipalKind.SYSTEM.value,
            name="系统",
            status="ACTIVE",
            created_at=desk.clock(),
        )
    )
    role = {"city": city, "id": uuid7(), "principal_id": principal, "role": "worker"}
    await session.execute(insert(RoleAssignment).values(**role))
