"""Jiangmen's chapter 1.2.2 from the first step to the last, as an administrator and as a user [J 1.2.2]."""

from typing import Any

import pytest

from tests.resolvers.signing import code_of, status_of
from tests.resolvers.users.acting import SECOND, add, codes, come_in, done, look
from tests.scenes import JIANGMEN, LUZHOU, Caller, Developer, Town
from tests.shelf import Shelf

SEEN = "{ estates { totalCount edges { node { name } } } units { totalCount } }"
LIST = """{ users { totalCount edges { node { name loginName status roles { builtIn } } } } }"""
DRAFT = """mutation { orderDraft(input: { content: { estateCollection: { name: "三期" } } }) {
  __typename ... on OrderDone { order { id } } } }"""


async def estates_of(town: Town, admin: Developer) -> tuple[str, str]:
    """Collect two estates."""
    if admin.city == LUZHOU:
        await town.set_rates(LUZHOU)
    first = await town.collect(admin, name="江畔花园")
    second = await town.collect(admin, name="山前花园")
    return first["estate"]["id"], second["estate"]["id"]


async def draft_code(caller: Caller) -> str:
    """Try to draft an order, and give the kind of answer or the code of the error."""
    answer = await caller.send(DRAFT)
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]
    return answer["data"]["orderDraft"]["__typename"]


@pytest.mark.parametrize("city", [JIANGMEN, LUZHOU])
async def test_an_administrator_adds_changes_views_deactivates_and_activates_a_user(
    town: Town, shelf: Shelf, city: int
):
    admin = await town.developer(city)
    mine, other = await estates_of(town, admin)
    # 添加用户
    added = await add(admin, "LiSi", "viewer", estates=[mine], title="会计", mobile="13900139000")
    assert (added["loginName"], added["status"], added["mustChangePassword"]) == ("lisi", "ACTIVE", True)
    assert (added["mobile"], added["title"], added["kind"]) == ("139****9000", "会计", "DEVELOPER")
    user = await come_in(town, "lisi", city=city)
    await check_estates(user, ["江畔花园"], 3)
    assert await draft_code(user) == "FORBIDDEN"
    # 修改用户
    changed = await done(
        admin, "userUpdate", userId=added["id"], name="李思", roles=[{"role": "estate_editor"}]
    )
    assert [role["builtIn"] for role in changed["user"]["roles"]] == ["estate_editor"]
    assert await draft_code(user) == "FORBIDDEN"
    await done(admin, "userGrantsSet", userId=added["id"], grants=[{"estateId": mine}, {"estateId": other}])
    await check_estates(user, ["山前花园", "江畔花园"], 6)
    await done(admin, "userGrantsSet", userId=added["id"], grants=[{"everyEstate": True}])
    assert await draft_code(user) == "OrderDone"
    # 查看用户
    seen = await look(admin, added["id"])
    assert (seen["name"], seen["mustChangePassword"]) == ("李思", False)
    assert seen["createdBy"] == {"name": "王小明"} == seen["roles"][0]["grantedBy"]
    listed = (await admin.ask(LIST))["users"]
    assert listed["totalCount"] == 2
    assert listed["edges"][0]["node"]["loginName"] == "lisi"
    await leave_and_return(town, shelf, admin, user, added["id"])
    await check_audit(shelf, city)


async def leave_and_return(town: Town, shelf: Shelf, admin: Developer, user: Caller, member: str) -> None:
    """Deactivate a user and activate it again."""
    city = admin.city
    # 注销用户
    gone = await done(admin, "userDeactivate", userId=member, reason="离职")
    assert (gone["user"]["status"], gone["user"]["deactivationReason"]) == ("DEACTIVATED", "离职")
    assert gone["user"]["deactivatedAt"] == "2026-11-22T12:00:00.000+08:00"
    await check_shut_out(town, shelf, user, city)
    # 激活用户
    back = await done(admin, "userActivate", userId=member)
    assert (back["user"]["status"], back["dropped"]) == ("ACTIVE", [])
    assert back["user"]["deactivatedAt"] is back["user"]["deactivationReason"] is None
    assert await status_of(user) == 401
    again = Caller(town.http, await town.sign_in(city, "lisi", SECOND))
    assert await draft_code(again) == "OrderDone"


async def check_estates(user: Caller, names: list[str], units: int) -> None:
    """Insist on what somebody sees."""
    seen = await user.ask(SEEN)
    assert sorted(edge["node"]["name"] for edge in seen["estates"]["edges"]) == sorted(names)
    assert (seen["estates"]["totalCount"], seen["units"]["totalCount"]) == (len(names), units)


async def check_shut_out(town: Town, shelf: Shelf, user: Caller, city: int) -> None:
    """Insist that neither the open session nor the password is good any more."""
    before = await shelf.standing()
    assert await status_of(user) == 401
    assert await draft_code(user) == "UNAUTHENTICATED"
    assert await shelf.standing() == before
    assert await code_of(town.stranger, "lisi", SECOND, city) == "SIGN_IN_FAILED"


async def check_audit(shelf: Shelf, city: int) -> None:
    """Insist that each step is recorded with what stood there before and after."""
    rows: list[Any] = await shelf.rows(
        "select act, detail->'before', detail->'after' from audit where city = :city and act like 'user%'"
        " and outcome = 'DONE' order by id",
        city=city,
    )
    assert [act for act, _, _ in rows] == [
        "userAdd",
        "userUpdate",
        "userGrantsSet",
        "userGrantsSet",
        "userDeactivate",
        "userActivate",
    ]
    told = {act: (before, after) for act, before, after in rows}
    assert told["userAdd"][0] is None
    assert told["userUpdate"][0]["roles"] == ["viewer"]
    assert told["userUpdate"][1]["roles"] == ["estate_editor"]
    assert [side["status"] for side in told["userDeactivate"]] == ["ACTIVE", "DEACTIVATED"]
    assert "13900139000" not in str(rows)


async def test_a_user_manages_nobody(town: Town):
    admin = await town.developer(JIANGMEN)
    added = await add(admin, "lisi", "estate_editor")
    user = await come_in(town, "lisi")
    assert (await user.ask("{ users { totalCount } }"))["users"]["totalCount"] == 0
    assert await look(user, added["id"]) is None
    acts: dict[str, dict[str, Any]] = {
        "userDeactivate": {"userId": added["id"], "reason": "离职"},
        "userRolesSet": {"userId": added["id"], "roles": []},
    }
    for act, wanted in acts.items():
        assert await codes(user, act, **wanted) == ["NOT_FOUND"]
    given: dict[str, Any] = {"name": "王五", "loginName": "wangwu", "password": SECOND}
    assert await codes(user, "userAdd", **given) == ["FORBIDDEN"]
