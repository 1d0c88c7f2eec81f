"""Users written straight into the tables of rights, for tests that are about something else."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from authz.actions import ESTATE_KINDS
from db.base import Pool
from db.tables.identity import EstateGrant, Login, Principal, RoleAssignment
from resolvers.desk import Desk
from resolvers.sessions import login_key
from schema.ids import read_id

PASSWORD = "correct horse battery"


async def write_member(
    desk: Desk, city: int, beside: str, login: str, roles: Sequence[str], estates: Sequence[str] | None
) -> UUID:
    """Write a user of the organization of somebody else, and give its id.

    Args:
        desk: Where.
        city: In which city.
        beside: Sign-in name of a user of the same organization.
        login: The new sign-in name.
        roles: Names of built-in roles.
        estates: Global ids of the granted estates; None = every estate.
    """
    hashed = await desk.passwords.hash(PASSWORD)
    member, now = uuid7(), desk.clock()
    row = {"city": city, "principal_id": member}
    granted = [None] if estates is None else [read_id(estate)[2] for estate in estates]
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session, session.begin():
        other = select(Principal.org_id).join(
            Login, (Login.city == Principal.city) & (Login.id == Principal.id)
        )
        organization = await session.scalar(other.where(Login.city == city, Login.name == login_key(beside)))
        assert organization is not None, beside
        values = {"city": city, "id": member, "org_id": organization, "kind": "DEVELOPER", "status": "ACTIVE"}
        await session.execute(insert(Principal).values(**values, name=f"{login}先生", created_at=now))
        entry = {"name": login_key(login), "password_hash": hashed, "changed_at": now}
        await session.execute(insert(Login).values(city=city, id=member, **entry))
        for role in roles:
            await session.execute(insert(RoleAssignment).values(**row, id=uuid7(), role=role))
        for estate in granted:
            grant = {"estate_id": estate, "kinds": sorted(ESTATE_KINDS)}
            await session.execute(insert(EstateGrant).values(**row, id=uuid7(), **grant))
    return member
