"""Whoever acts at the same moment: an organization keeps an admin, and a deactivated user writes no more."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.resolvers.users.acting import codes, deputy, done, me
from tests.scenes import JIANGMEN, PASSWORD, Caller, Developer, SubUser, Town
from tests.shelf import Shelf

ADMINS = """select count(*) from principal p
  join role_assignment r on r.city = p.city and r.principal_id = p.id
  where p.city = 440700 and p.kind = 'DEVELOPER' and p.status = 'ACTIVE' and r.role = 'org_admin'"""
DRAFT = """mutation { orderDraft(input: { content: { estateCollection: { name: "三期" } } }) {
  __typename ... on OrderDone { order { id } } } }"""
DRAFTS = "select count(*) from business_order where kind = 'ESTATE_COLLECTION'"


@pytest.fixture
async def admin(town: Town) -> Developer:
    """Give an administrator."""
    return await town.developer(JIANGMEN)


async def at_once(
    admin: Caller, other: Caller, act: str, of_admin: dict[str, Any], of_other: dict[str, Any], turn: int
) -> tuple[str, str]:
    """Let two administrators do something to each other, each beginning first in turn."""

    async def later(caller: Caller, given: dict[str, Any], wait: float) -> str:
        await asyncio.sleep(wait)
        return (await codes(caller, act, **given))[0]

    # Every other time one of them is a good deal earlier, however busy the machine is.
    wait = (0.0, 0.0, 0.05, 0.0)[turn % 4]
    waits = (0.0, wait) if turn % 8 < 4 else (wait, 0.0)
    first, second = await asyncio.gather(later(admin, of_other, waits[0]), later(other, of_admin, waits[1]))
    return first, second


async def test_two_administrators_who_deactivate_each_other_leave_one(
    town: Town, admin: Developer, shelf: Shelf
):
    other = await deputy(town, admin)
    callers: list[Developer] = [admin, other]
    ids = [await me(town, admin), other.id]
    won: Counter[int] = Counter()
    for turn in range(60):
        of_admin, of_other = ({"userId": one, "reason": "离职"} for one in ids)
        told = await at_once(callers[0], callers[1], "userDeactivate", of_admin, of_other, turn)
        assert sorted(told) == ["DONE", "UNAUTHENTICATED"], told
        assert await shelf.one(ADMINS) == 1
        winner = told.index("DONE")
        won[winner] += 1
        await done(callers[winner], "userActivate", userId=ids[1 - winner])
        loser = callers[1 - winner]
        loser.headers = await town.sign_in(JIANGMEN, loser.login_name)
    assert set(won) == {0, 1}


async def test_two_administrators_who_demote_each_other_leave_one(town: Town, admin: Developer, shelf: Shelf):
    other = await deputy(town, admin)
    callers: list[Developer] = [admin, other]
    ids = [await me(town, admin), other.id]
    won: Counter[int] = Counter()
    for turn in range(60):
        of_admin, of_other = ({"userId": one, "roles": [{"role": "viewer"}]} for one in ids)
        told = await at_once(callers[0], callers[1], "userRolesSet", of_admin, of_other, turn)
        assert told.count("DONE") == 1, told
        # Who was demoted meanwhile is signed in still, and sees no users any more.
        assert {*told} - {"DONE"} <= {"UNAUTHENTICATED", "NOT_FOUND"}, told
        assert await shelf.one(ADMINS) == 1
        winner = told.index("DONE")
        won[winner] += 1
        await done(callers[winner], "userRolesSet", userId=ids[1 - winner], roles=[{"role": "org_admin"}])
    assert set(won) == {0, 1}


async def write_on(user: Caller, outcomes: list[str], enough: int, written: asyncio.Event) -> None:
    """Draft one order after another until that is refused."""
    while "errors" not in (answer := await user.send(DRAFT)):
        outcomes.append(answer["data"]["orderDraft"]["__typename"])
        if len(outcomes) >= enough:
            written.set()
    outcomes.append(answer["errors"][0]["extensions"]["code"])


async def deactivate_amid_writers(
    admin: Developer, user: SubUser, shelf: Shelf, turn: int
) -> tuple[Counter[str], int]:
    """Deactivate a user who is writing; give what came of the writes, and how many were committed late."""
    outcomes: list[str] = []
    written = asyncio.Event()
    async with asyncio.TaskGroup() as writers:
        for _ in range(3):
            writers.create_task(write_on(user, outcomes, 1 + turn % 3, written))
        await written.wait()
        told = await codes(admin, "userDeactivate", userId=user.id, reason="离职")
        then = await shelf.one(DRAFTS)
        assert told == ["DONE"]
    return Counter(outcomes), await shelf.one(DRAFTS) - then


async def test_no_write_is_committed_after_the_deactivation_of_its_user(
    town: Town, admin: Developer, shelf: Shelf
):
    user = await town.sub_user(admin, ["estate_editor"], login="writer")
    total: Counter[str] = Counter()
    late = 0
    for turn in range(200):
        outcomes, after = await deactivate_amid_writers(admin, user, shelf, turn)
        # Each writer was amid its writes, and each was stopped.
        assert outcomes["UNAUTHENTICATED"] == 3
        assert outcomes["OrderDone"] > turn % 3
        total += outcomes
        late += after
        await done(admin, "userActivate", userId=user.id)
        user.headers = await town.sign_in(JIANGMEN, user.login_name, PASSWORD)
    assert late == 0
    assert set(total) == {"OrderDone", "UNAUTHENTICATED"}
    assert total["OrderDone"] == await shelf.one(DRAFTS)
