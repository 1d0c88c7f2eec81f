"""What is given or taken bites at the next request, also where a token is remembered, and ends in time."""

from typing import Any

import pytest

from tests.conftest import MovableClock
from tests.resolvers.users.acting import add, come_in, done, look, refused
from tests.scenes import JIANGMEN, Caller, Developer, Town
from tests.shelf import Shelf

SEEN = "{ estates { edges { node { name } } } }"
ME = "{ me { roles actions } }"
DRAFT = """mutation { orderDraft(input: { content: { estateCollection: { name: "三期" } } }) {
  __typename ... on OrderDone { order { id } } } }"""


@pytest.fixture
async def admin(town: Town) -> Developer:
    """Give an administrator with two estates."""
    admin = await town.developer(JIANGMEN)
    await town.collect(admin, name="江畔花园")
    await town.collect(admin, name="山前花园")
    return admin


async def estates(caller: Caller) -> dict[str, str]:
    """Give the estates that somebody sees, by their names."""
    data = await caller.ask("{ estates { edges { node { id name } } } }")
    return {edge["node"]["name"]: edge["node"]["id"] for edge in data["estates"]["edges"]}


async def names(caller: Caller) -> list[str]:
    """Give the names of the estates that somebody sees, by a query that is one compiled statement."""
    return sorted(edge["node"]["name"] for edge in (await caller.ask(SEEN))["estates"]["edges"])


async def may_draft(caller: Caller) -> bool:
    """Tell whether somebody may draft an order now."""
    answer = await caller.send(DRAFT)
    if "errors" in answer:
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN", answer
        return False
    return answer["data"]["orderDraft"]["__typename"] == "OrderDone"


async def test_a_grant_bites_at_the_next_request_both_ways(town: Town, admin: Developer):
    of = await estates(admin)
    user = (await add(admin, "lisi", "viewer", estates=[]))["id"]
    member = await come_in(town, "lisi")
    for _ in range(5):
        assert await names(member) == []
        await done(admin, "userGrantsSet", userId=user, grants=[{"estateId": of["江畔花园"]}])
        assert await names(member) == ["江畔花园"]
        await done(admin, "userGrantsSet", userId=user, grants=[{"everyEstate": True}])
        assert await names(member) == ["山前花园", "江畔花园"]
        await done(admin, "userGrantsSet", userId=user, grants=[])


async def test_a_grant_of_one_kind_is_for_that_kind_alone(town: Town, admin: Developer):
    of = await estates(admin)
    grants = [{"estateId": of["江畔花园"], "kinds": ["ESTATE", "BUILDING"]}]
    await add(admin, "lisi", "viewer", grants=grants)
    member = await come_in(town, "lisi")
    seen = await member.ask("{ estates { edges { node { name buildings { name units { code } } } } } }")
    (estate,) = seen["estates"]["edges"]
    assert [building["units"] for building in estate["node"]["buildings"]] == [[], []]


async def test_a_role_bites_at_the_next_act_both_ways(town: Town, admin: Developer):
    user = (await add(admin, "lisi", "viewer"))["id"]
    member = await come_in(town, "lisi")
    for _ in range(5):
        assert not await may_draft(member)
        await done(admin, "userRolesSet", userId=user, roles=[{"role": "estate_editor"}])
        assert await may_draft(member)
        await done(admin, "userDeniesSet", userId=user, denies=[{"action": "order.draft"}])
        assert not await may_draft(member)
        await done(admin, "userDeniesSet", userId=user, denies=[])
        assert await may_draft(member)
        await done(admin, "userRolesSet", userId=user, roles=[])
        assert await names(member) == []
        await done(admin, "userRolesSet", userId=user, roles=[{"role": "viewer"}])


async def test_a_denial_takes_one_estate_out_of_every_one(town: Town, admin: Developer):
    of = await estates(admin)
    user = (await add(admin, "lisi", "viewer"))["id"]
    member = await come_in(town, "lisi")
    denies = [{"action": "estate.view", "estateId": of["山前花园"]}]
    await done(admin, "userDeniesSet", userId=user, denies=denies)
    assert await names(member) == ["江畔花园"]
    read = "action everyEstate estates { name } leftOut { name }"
    query = f"query($u: ID!) {{ userRights(userId: $u) {{ {read} }} }}"
    rights = {one["action"]: one for one in (await admin.ask(query, u=user))["userRights"]}
    assert rights["estate.view"]["leftOut"] == [{"name": "山前花园"}]
    assert rights["estate.view"]["everyEstate"] is True
    assert rights["unit.view"]["leftOut"] == rights["unit.view"]["estates"] == []


async def test_a_role_of_their_own_bites_at_the_next_request(town: Town, admin: Developer):
    made = await done(admin, "roleAdd", name="录入员", actions=["estate.view"])
    role, user = made["role"]["id"], (await add(admin, "lisi"))["id"]
    await done(admin, "userRolesSet", userId=user, roles=[{"role": role}])
    member = await come_in(town, "lisi")
    assert len(await names(member)) == 2
    await done(admin, "roleUpdate", roleId=role, actions=["order.view", "order.draft", "estate.collect"])
    assert await names(member) == []
    assert await may_draft(member)
    await done(admin, "roleRetire", roleId=role)
    assert not await may_draft(member)


async def test_what_expires_ends_in_that_moment(town: Town, admin: Developer, clock: MovableClock):
    of = await estates(admin)
    soon, late = "2026-11-22T12:10:00+08:00", "2026-11-22T12:20:00+08:00"
    user = (await add(admin, "lisi", "viewer", estates=[]))["id"]
    grants = [
        {"estateId": of["江畔花园"], "expiresAt": soon},
        {"estateId": of["山前花园"], "expiresAt": late},
    ]
    await done(admin, "userGrantsSet", userId=user, grants=grants)
    member = await come_in(town, "lisi")
    assert await names(member) == ["山前花园", "江畔花园"]
    clock.move(minutes=9, seconds=59)
    assert await names(member) == ["山前花园", "江畔花园"]
    clock.move(seconds=1)
    assert await names(member) == ["山前花园"]
    clock.move(minutes=10)
    assert await names(member) == []


async def test_what_has_expired_is_dropped_by_an_activation_which_tells(
    town: Town, admin: Developer, clock: MovableClock, shelf: Shelf
):
    soon = "2026-11-22T12:10:00+08:00"
    user = (await add(admin, "lisi", "viewer"))["id"]
    roles = [{"role": "viewer"}, {"role": "estate_editor", "expiresAt": soon}]
    await done(admin, "userRolesSet", userId=user, roles=roles)
    await done(admin, "userDeactivate", userId=user, reason="休假")
    clock.move(minutes=11)
    rehearsed = await done(admin, "userActivate", userId=user, dryRun=True)
    assert (rehearsed["dropped"], rehearsed["dryRun"]) == (["role estate_editor"], True)
    assert (await look(admin, user))["status"] == "DEACTIVATED"
    back: Any = await done(admin, "userActivate", userId=user)
    assert back["dropped"] == ["role estate_editor"]
    assert [role["builtIn"] for role in back["user"]["roles"]] == ["viewer"]
    assert await refused(shelf, admin, "userActivate", userId=user) == ["USER_STATUS"]


async def test_a_user_is_signed_out_of_one_session_or_all(town: Town, admin: Developer, shelf: Shelf):
    user = (await add(admin, "lisi", "viewer"))["id"]
    first = await come_in(town, "lisi")
    second = Caller(town.http, await town.sign_in(JIANGMEN, "lisi", "second words of 2026"))
    query = "query($u: ID!) { node(id: $u) { ... on User { sessions { id endedAt } } } }"
    sessions = (await admin.ask(query, u=user))["node"]["sessions"]
    assert [one["endedAt"] for one in sessions] == [None, None]
    own = (await admin.ask("{ users(last: 1) { edges { node { sessions { id } } } } }"))["users"]["edges"]
    foreign = own[0]["node"]["sessions"][0]["id"]
    assert await refused(shelf, admin, "userSignOut", userId=user, sessionId=foreign) == ["NOT_FOUND"]
    await done(admin, "userSignOut", userId=user, sessionId=sessions[0]["id"])
    assert "errors" in await first.send(ME)
    assert "errors" not in await second.send(ME)
    await done(admin, "userSignOut", userId=user)
    assert "errors" in await second.send(ME)
