"""The guard: whoever was deactivated, or whose rights changed, neither reads nor writes a moment longer."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from uuid_utils.compat import uuid7

from db.base import Pool
from db.scope import RevokedError, Scope, open_transaction
from db.tables.estates import Building
from domain.actor import Actor
from tests.conftest import MovableClock
from tests.db.roles import actor, give_deputy
from tests.scenes import JIANGMEN, PASSWORD, Caller, Town

ROUNDS = 60
_ME = "{ me { name } estates { totalCount } }"


async def _set(town: Town, who: Actor, change: str) -> None:
    async with town.desk.databases.engine(Pool.GATE).begin() as connection:
        where = "where city = :city and id = :id"
        await connection.execute(
            text(f"update principal set {change} {where}"), {"city": who.city, "id": who.principal}
        )


async def _codes(caller: Caller, query: str, **variables: Any) -> set[str]:
    answer = await caller.send(query, **variables)
    return {error["extensions"]["code"] for error in answer.get("errors", [])}


async def test_a_deactivated_principal_is_refused_at_its_next_request(town: Town):
    developer = await town.developer(JIANGMEN)
    await give_deputy(town, developer)
    assert await _codes(developer, _ME) == set()
    await _set(town, await actor(town, developer), "status = 'DEACTIVATED'")
    response = await developer.http.post("/graphql", json={"query": _ME}, headers=developer.headers)
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    refused = await town.stranger.act(
        "signIn", {"city": JIANGMEN, "name": "admin", "password": PASSWORD}, "", "SignInInput"
    )
    assert await town.stranger.refused(refused) == ["SIGN_IN_FAILED"]


@pytest.mark.parametrize("change", ["version = version + 1", "status = 'DEACTIVATED'", "status = 'PENDING'"])
@pytest.mark.parametrize("write", [False, True])
async def test_the_guard_refuses_rights_that_changed_after_they_were_read(
    town: Town, change: str, write: bool
):
    developer = await town.developer(JIANGMEN)
    await give_deputy(town, developer)
    who = await actor(town, developer)
    await _set(town, who, change)
    with pytest.raises(RevokedError):
        async with open_transaction(town.desk.databases, who, town.desk.clock(), write=write):
            raise AssertionError("It was let in.")


async def test_a_changed_version_is_no_hindrance_to_the_next_request_which_reads_the_new_rights(town: Town):
    developer = await town.developer(JIANGMEN)
    who = await actor(town, developer)
    assert (await developer.ask("{ me { roles } }"))["me"]["roles"] == ["org_admin"]
    async with town.desk.databases.engine(Pool.GATE).begin() as connection:
        await connection.execute(
            text(
                "insert into role_assignment (city, id, principal_id, role)"
                " values (:city, gen_random_uuid(), :id, 'viewer')"
            ),
            {"city": who.city, "id": who.principal},
        )
    await _set(town, who, "version = version + 1")
    assert sorted((await developer.ask("{ me { roles } }"))["me"]["roles"]) == ["org_admin", "viewer"]


async def test_no_write_of_a_deactivated_principal_is_committed_after_the_deactivation_returned(town: Town):
    """A write under way either is committed before the deactivation returns, or never is."""
    developer = await town.developer(JIANGMEN)
    await give_deputy(town, developer)
    who = await actor(town, developer)
    late: list[int] = []
    done = refused = 0
    for turn in range(ROUNDS):
        await _set(town, who, "status = 'ACTIVE'")
        begun = asyncio.Event()

        async def write(name: str, begun: asyncio.Event = begun, wait: float = turn % 5) -> bool:
            try:
                async with open_transaction(
                    town.desk.databases, who, town.desk.clock(), write=True
                ) as session:
                    begun.set()
                    await session.execute(text(f"insert into counter values ({JIANGMEN}, '{name}', 1)"))
                    await asyncio.sleep(0.001 * wait)
                    await session.commit()
            except RevokedError:
                return False
            return True

        writers = [asyncio.create_task(write(f"race-{turn}-{place}")) for place in range(3)]
        if turn % 2:
            await begun.wait()
        await _set(town, who, "status = 'DEACTIVATED'")
        before = await _written(town, turn)
        outcomes = await asyncio.gather(*writers)
        after = await _written(town, turn)
        if after != before:
            late.append(turn)
        assert after == sum(outcomes)
        done += sum(outcomes)
        refused += len(outcomes) - sum(outcomes)
    assert late == []
    # Both outcomes occurred, or the test would show nothing.
    assert done > 0
    assert refused > 0


async def _written(town: Town, turn: int) -> int:
    async with town.desk.databases.engine(Pool.OFFICE).begin() as connection:
        await connection.execute(text(f"select set_config('app.city', '{JIANGMEN}', true)"))
        found = await connection.execute(
            text(f"select count(*) from counter where name like 'race-{turn}-%'")
        )
        return found.scalar_one()


async def test_the_race_is_held_over_http_too(town: Town):
    """A mutation that answered after the deactivation returned has written nothing."""
    developer = await town.developer(JIANGMEN)
    await give_deputy(town, developer)
    who = await actor(town, developer)
    mutation = "mutation($i: OrderDraftInput!) { orderDraft(input: $i) { __typename } }"
    for turn in range(10):
        await _set(town, who, "status = 'ACTIVE'")
        content = {"estateCollection": {"name": f"第{turn}期"}}
        sent = [asyncio.create_task(developer.send(mutation, i={"content": content})) for _ in range(3)]
        await asyncio.sleep(0.004 * (turn % 6))
        await _set(town, who, "status = 'DEACTIVATED'")
        at_return = await _orders(town)
        await asyncio.gather(*sent)
        assert await _orders(town) == at_return


async def _orders(town: Town) -> int:
    async with town.desk.databases.engine(Pool.OFFICE).begin() as connection:
        await connection.execute(text(f"select set_config('app.city', '{JIANGMEN}', true)"))
        return (await connection.execute(text("select count(*) from business_order"))).scalar_one()


async def test_the_time_of_the_context_is_the_products_clock(town: Town, clock: MovableClock):
    who = await actor(town, await town.developer(JIANGMEN))
    clock.move(minutes=20)
    async with open_transaction(town.desk.databases, who, town.desk.clock(), write=False) as session:
        told = await session.scalar(text("select current_setting('app.now')::timestamptz"))
        isolation = await session.scalar(text("show transaction_isolation"))
    assert (told, isolation) == (clock.now, "repeatable read")


@pytest.mark.parametrize("write", [False, True])
async def test_a_session_that_ended_opens_no_transaction(town: Town, clock: MovableClock, write: bool):
    developer = await town.developer(JIANGMEN)
    idle = await actor(town, developer)
    clock.move(minutes=31)
    with pytest.raises(RevokedError):
        async with open_transaction(town.desk.databases, idle, town.desk.clock(), write=write):
            pass


def test_an_estate_that_is_denied_takes_nothing_else_away() -> None:
    estate = uuid7()
    scope = Scope(JIANGMEN, estate, denied=frozenset({estate}))
    assert "estate_id IS NULL OR" in str(scope.clause(Building))
