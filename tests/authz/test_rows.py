"""casbin, the snapshot, the list of the graph and the rows under row-level security are one opinion."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from authz.actions import ACTIONS, ESTATE_KINDS
from authz.cities import closed_in
from authz.domains import Side, organization_domain
from authz.enforcer import Engine
from authz.roles import CUSTOM_ACTIONS
from authz.snapshot import compile_snapshot
from db.base import Pool
from db.engine import Addresses, encode_json
from db.tables.identity import CustomRole, EstateDeny, EstateGrant, RoleAssignment
from resolvers.desk import Desk
from resolvers.rights import read_rights
from schema.ids import read_id, write_id
from tests.scenes import JIANGMEN, USCC, YUNMENG, SubUser, Town

CASES = 300
GHOST = uuid4()
_EMPTY = ("role_assignment", "estate_grant", "estate_deny")
_ROLES = ("viewer", "estate_editor", "contract_clerk", "payment_clerk", "org_admin")
_COPY = """
insert into estate select (jsonb_populate_record(e, jsonb_build_object(
  'id', gen_random_uuid(), 'name', e.name || n, 'address', e.address || n, 'code', e.code || n,
  'name_key', e.name_key || n))).*
from estate e, generate_series(1, 4) n
"""


@dataclass(frozen=True)
class Place:
    """Two organizations with five estates each, and a user of the first."""

    town: Town
    owner: AsyncEngine
    user: SubUser
    home: UUID
    estates: dict[UUID, UUID]
    """Every estate and the organization that it is of."""

    @property
    def principal(self) -> UUID:
        """The user's id."""
        return read_id(self.user.id)[2]


@pytest.fixture
async def place(town: Town, desk: Desk, server: Addresses) -> AsyncIterator[Place]:
    """Settle both organizations."""
    mine = await town.developer(JIANGMEN)
    beside = await town.developer(JIANGMEN, USCC[YUNMENG], "beside")
    for number, one in enumerate((mine, beside)):
        await town.collect(one, name=f"{number}期", address=f"{number}路")
    user = await town.sub_user(mine, ("viewer",))
    name = desk.databases.engine(Pool.GATE).url.database
    assert name is not None
    owner = create_async_engine(server.of_database(name).url(), json_serializer=encode_json)
    async with owner.begin() as connection:
        await connection.execute(
            text("select set_config('app.now', :now, true), set_config('app.principal', :who, true)"),
            {"now": desk.clock().isoformat(), "who": str(read_id(user.id)[2])},
        )
        await connection.execute(text(_COPY))
        rows = (await connection.execute(text("select id, org_id from estate"))).all()
        home = await connection.scalar(
            text("select org_id from principal where id = :id"), {"id": read_id(user.id)[2]}
        )
    yield Place(town, owner, user, home, {row.id: row.org_id for row in rows})
    await owner.dispose()


def _row(place: Place, random: Random, **values: Any) -> dict[str, Any]:
    now = place.town.desk.clock()
    ends = random.choice([None, None, now - timedelta(seconds=1), now, now + timedelta(hours=1)])
    given = {"granted_by": place.principal, "granted_at": now, "expires_at": ends}
    return {"city": JIANGMEN, "id": uuid4(), "principal_id": place.principal, **given, **values}


async def _write(place: Place, random: Random, connection: AsyncConnection) -> None:
    """Give the user other rights: any of built-in and custom roles, grants and denials, some of them over."""
    who = {"who": place.principal}
    for table in _EMPTY:
        await connection.execute(text(f"delete from {table} where principal_id = :who"), who)
    await connection.execute(text("delete from custom_role"))
    for role in random.sample(_ROLES, random.choice([0, 1, 1, 2])):
        await connection.execute(insert(RoleAssignment).values(_row(place, random, role=role)))
    for number in range(random.choice([0, 0, 1, 2])):
        await _write_custom(place, random, connection, number)
    own = [one for one, organization in place.estates.items() if organization == place.home]
    where = [None, None, None, GHOST, *place.estates, *own]
    for _ in range(random.choice([0, 1, 2, 4, 8])):
        kinds = random.sample(sorted(ESTATE_KINDS), random.choice([2, 5, 7]))
        grant = _row(place, random, estate_id=random.choice(where), kinds=kinds)
        await connection.execute(insert(EstateGrant).values(grant))
    for _ in range(random.choice([0, 1, 2, 4])):
        action = random.choice(["estate.view", "estate.view", *ACTIONS])
        deny = _row(place, random, estate_id=random.choice(where), action=action)
        await connection.execute(insert(EstateDeny).values(deny))


async def _write_custom(place: Place, random: Random, connection: AsyncConnection, number: int) -> None:
    now = place.town.desk.clock()
    actions = random.sample(sorted(CUSTOM_ACTIONS), random.choice([1, 3, 8]))
    # What such a role may not give, or is not declared any more, gives nothing even if it is written there.
    actions += random.choice([[], ["estate.view"], ["order.review", "role.edit", "gone.since"]])
    role = {"city": JIANGMEN, "id": uuid4(), "org_id": place.home, "name": f"自定义{number}"}
    stamps = {"created_by": place.principal, "created_at": now, "changed_at": now}
    retired = random.choice([None, None, None, now])
    await connection.execute(insert(CustomRole).values(**role, **stamps, actions=actions, retired_at=retired))
    await connection.execute(insert(RoleAssignment).values(_row(place, random, custom_role_id=role["id"])))


async def _listed(place: Place) -> set[UUID]:
    asked = "{ estates(first: 50) { totalCount edges { node { id } } } }"
    found = (await place.user.ask(asked))["estates"]
    ids = {read_id(edge["node"]["id"])[2] for edge in found["edges"]}
    assert found["totalCount"] == len(found["edges"]) == len(ids)
    return ids


async def _found_one_by_one(place: Place) -> set[UUID]:
    ids = [write_id("Estate", JIANGMEN, one) for one in (GHOST, *place.estates)]
    found = await place.user.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    return {read_id(node["id"])[2] for node in found["nodes"] if node}


async def _under_row_security(place: Place) -> set[UUID]:
    """Read all that the database shows a developer's role in the user's context, without any condition."""
    context = "select set_config('app.city', :city, true), set_config('app.org', :org, true)"
    async with AsyncSession(place.town.desk.databases.engine(Pool.DEVELOPER)) as session:
        await session.execute(text(context), {"city": str(JIANGMEN), "org": str(place.home)})
        return set(await session.scalars(text("select id from estate")))


async def test_casbin_snapshot_list_and_rows_agree_on_rights_of_every_make(place: Place):
    random, sizes, desk = Random(4), set[int](), place.town.desk  # noqa: S311 - what is drawn is no secret
    own = {one for one, organization in place.estates.items() if organization == place.home}
    assert (len(own), len(place.estates)) == (5, 10)
    assert await _under_row_security(place) == own
    domain = organization_domain(place.home.hex)
    closed = closed_in(desk.cities[JIANGMEN], Side.ORGANIZATION)
    for case in range(CASES):
        async with place.owner.begin() as connection:
            await _write(place, random, connection)
        async with AsyncSession(desk.databases.engine(Pool.GATE)) as session:
            found = await read_rights(session, JIANGMEN, place.principal, domain, desk.clock(), closed=closed)
        rights = found.rights
        engine, snapshot = Engine(rights), compile_snapshot(rights)
        allowed = {
            one
            for one, organization in place.estates.items()
            if engine.decide(
                "estate.view", domain=organization_domain(organization.hex), estate=one.hex
            ).allowed
        }
        assert allowed <= own, case
        scope = snapshot.estates("estate.view")
        assert {one for one in own if scope.covers(one.hex)} == allowed, case
        assert await _listed(place) == allowed, case
        assert await _found_one_by_one(place) == allowed, case
        sizes.add(len(allowed))
    assert sizes == {0, 1, 2, 3, 4, 5}, "the drawn rights are too much alike to show anything"
