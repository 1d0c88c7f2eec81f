"""The views of users as each database role reads them: no context is an error, a foreign one shows nobody."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.base import Pool
from db.engine import Addresses
from db.policies import declared_tables
from db.sealing import Keys
from tests.conftest import MovableClock, open_desk
from tests.db.roles import PRIVILEGE, actor, refused, role
from tests.scenes import ADMIN_ID, JIANGMEN, LUZHOU, USCC, YUNMENG, Caller, Town

VIEWS = sorted(table.name for declared, table in declared_tables() if declared.view)
READERS = (Pool.DEVELOPER, Pool.OFFICE, Pool.KEEPER)
NOBODY = UUID(int=0)
PERSONAL = {"person_cipher", "mobile_cipher", "person_blind", "password_hash", "token_hash", "secret_hash"}

FILL = """
with who as (
  select city, id, org_id, gen_random_uuid() as fresh from principal where city = :city and id = :who),
role as (
  insert into custom_role (city, id, org_id, name, actions, created_by, created_at, changed_at)
  select city, fresh, org_id, '录入员', '["estate.view"]', id, now(), now() from who
  where org_id is not null),
deny as (
  insert into estate_deny (city, id, principal_id, action, granted_by, granted_at)
  select city, fresh, id, 'order.draft', id, now() from who),
granted as (
  insert into estate_grant (city, id, principal_id, kinds) select city, fresh, id, '["unit"]' from who),
invited as (
  insert into invitation (city, id, principal_id, token_hash, created_at, expires_at)
  select city, fresh, id, decode(md5(cast(fresh as text)), 'hex'), now(), now() from who)
insert into api_key (city, id, principal_id, prefix, secret_hash, created_at)
select city, fresh, id, fresh, 'x', now() from who
"""


@dataclass(frozen=True)
class World:
    """A city with two organizations and an office, each with a row in every view."""

    town: Town
    mine: UUID
    other: UUID


async def _fill(town: Town, caller: Caller) -> UUID:
    """Write a row of everything that somebody may hold, and give their organization."""
    who = await actor(town, caller)
    given = {"city": who.city, "who": who.principal}
    async with town.desk.databases.engine(Pool.KEEPER).begin() as connection:
        await connection.execute(text(FILL), given)
    return who.organization or NOBODY


@pytest.fixture(scope="module")
async def world(server: Addresses, keys: Keys) -> AsyncIterator[World]:
    """Give such a world."""
    async with open_desk(server, keys, MovableClock()) as desk, Town(desk) as town:
        mine = await _fill(town, await town.developer(JIANGMEN))
        other = await _fill(town, await town.developer(JIANGMEN, USCC[YUNMENG], "other"))
        await _fill(town, await town.office(JIANGMEN, "system_admin", ADMIN_ID))
        yield World(town, mine, other)


async def _organizations(connection: AsyncConnection, view: str) -> set[Any]:
    rows = await connection.execute(text(f"select distinct city, org_id from {view}"))
    return {tuple(row) for row in rows}


def test_there_are_eight_views_of_users():
    assert VIEWS == [
        "member",
        "member_deny",
        "member_grant",
        "member_invitation",
        "member_key",
        "member_role",
        "member_session",
        "organization_role",
    ]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("pool", READERS)
async def test_without_a_context_a_view_raises(world: World, pool: Pool, view: str):
    statement = text(f"select 1 from {view}")
    async with role(world.town, pool, city=JIANGMEN, org=NOBODY, principal=NOBODY) as connection:
        await connection.execute(statement)
        await connection.rollback()
        with pytest.raises(DBAPIError, match=r"unrecognized configuration parameter|invalid input syntax"):
            await connection.execute(statement)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("pool", [pool for pool in Pool if pool not in READERS])
async def test_no_other_role_reads_a_view(world: World, pool: Pool, view: str):
    async with role(world.town, pool, city=JIANGMEN, principal=NOBODY) as connection:
        assert await refused(connection, f"select 1 from {view}") == PRIVILEGE


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("pool", READERS)
async def test_a_context_shows_its_own_organization_alone(world: World, pool: Pool, view: str):
    for own in (world.mine, world.other):
        async with role(world.town, pool, city=JIANGMEN, org=own, principal=NOBODY) as connection:
            assert await _organizations(connection, view) == {(JIANGMEN, own)}
    async with role(world.town, pool, city=JIANGMEN, principal=NOBODY) as connection:
        of_office = set[Any]() if view == "organization_role" else {(JIANGMEN, None)}
        assert await _organizations(connection, view) == of_office


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("pool", READERS)
async def test_a_foreign_context_shows_nobody(world: World, pool: Pool, view: str):
    mine = world.mine
    for city, org in ((LUZHOU, mine), (JIANGMEN, NOBODY), (990100, mine)):
        async with role(world.town, pool, city=city, org=org, principal=NOBODY) as connection:
            assert await _organizations(connection, view) == set()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("pool", READERS)
async def test_nobody_writes_through_a_view(world: World, pool: Pool, view: str):
    mine = world.mine
    async with role(world.town, pool, city=JIANGMEN, org=mine, principal=NOBODY) as connection:
        assert await refused(connection, f"delete from {view}") in {PRIVILEGE, "55000"}
        assert await refused(connection, f"update {view} set city = city") in {PRIVILEGE, "55000"}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_no_secret(view: str):
    columns = {name for _, table in declared_tables() if table.name == view for name in table.columns.keys()}  # noqa: SIM118 - a collection of columns
    assert columns & PERSONAL == set()
