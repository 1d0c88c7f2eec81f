"""The database itself never leaves an organization without an administrator, whoever writes."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.base import Pool
from domain.problem import ProblemCode
from resolvers.constraints import problem_of
from tests.db.roles import give_deputy
from tests.scenes import JIANGMEN, Developer, Town

ADMINS = """select p.id from principal p join role_assignment r on r.city = p.city and r.principal_id = p.id
  where p.kind = 'DEVELOPER' and p.status = 'ACTIVE' and r.role = 'org_admin'
  and r.expires_at is null order by 1"""
WAYS = {
    "deactivated": "update principal set status = 'DEACTIVATED' where city = 440700 and id = :id",
    "demoted": "delete from role_assignment where city = 440700 and principal_id = :id",
    "changed": "update role_assignment set role = 'viewer' where city = 440700 and principal_id = :id",
    "limited": "update role_assignment set expires_at = '2030-01-01' where principal_id = :id",
}


@pytest.fixture
async def admin(town: Town) -> Developer:
    """Give an administrator."""
    return await town.developer(JIANGMEN)


async def _admins(town: Town) -> list[UUID]:
    async with town.desk.databases.engine(Pool.KEEPER).connect() as connection:
        return list((await connection.execute(text(ADMINS))).scalars())


async def _lose(town: Town, way: str, admin: UUID) -> str:
    """Take an administrator away, and give the problem that the database has with it."""
    try:
        async with town.desk.databases.engine(Pool.KEEPER).begin() as connection:
            await connection.execute(text(WAYS[way]), {"id": admin})
    except IntegrityError as broken:
        problem = problem_of(broken)
        assert problem is not None
        return problem.code
    return "DONE"


@pytest.mark.parametrize("way", WAYS)
async def test_the_last_administrator_is_not_lost(town: Town, admin: Developer, way: str):
    (only,) = await _admins(town)
    assert await _lose(town, way, only) == ProblemCode.LAST_ADMIN
    assert await _admins(town) == [only]
    await give_deputy(town, admin)
    assert await _lose(town, way, only) == "DONE"
    (left,) = await _admins(town)
    assert left != only


@pytest.mark.parametrize("way", WAYS)
async def test_of_two_who_go_at_once_one_stays(town: Town, admin: Developer, way: str):
    await give_deputy(town, admin)
    both = await _admins(town)

    async def commit(connection: AsyncConnection) -> str:
        try:
            await connection.commit()
        except DBAPIError as broken:
            return "LAST_ADMIN" if isinstance(broken, IntegrityError) else "FAILED"
        return "DONE"

    told: Counter[tuple[str, ...]] = Counter()
    engine = town.desk.databases.engine(Pool.KEEPER)
    for turn in range(20):
        async with engine.connect() as first, engine.connect() as second:
            await first.execute(text(WAYS[way]), {"id": both[turn % 2]})
            await second.execute(text(WAYS[way]), {"id": both[1 - turn % 2]})
            told[tuple(sorted(await asyncio.gather(commit(first), commit(second))))] += 1
        left = await _admins(town)
        assert len(left) == 1
        await _bring_back(town, (set(both) - set(left)).pop())
    assert told == {("DONE", "LAST_ADMIN"): 20}


async def _bring_back(town: Town, admin: UUID) -> None:
    """Make somebody an active administrator for good."""
    async with town.desk.databases.engine(Pool.KEEPER).begin() as connection:
        for statement in (
            "update principal set status = 'ACTIVE' where city = 440700 and id = :id",
            "delete from role_assignment where city = 440700 and principal_id = :id and role <> 'org_admin'",
            "update role_assignment set expires_at = null where city = 440700 and principal_id = :id",
            (
                "insert into role_assignment (city, id, principal_id, role)"
                " values (440700, gen_random_uuid(), :id, 'org_admin') on conflict do nothing"
            ),
        ):
            await connection.execute(text(statement), {"id": admin})
