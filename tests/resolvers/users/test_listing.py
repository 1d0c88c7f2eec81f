"""Users and roles as administrators look them up; a mask is no oracle for what it hides."""

from typing import Any

import pytest

from tests.conftest import MovableClock
from tests.resolvers.users.acting import add, come_in, done
from tests.scenes import JIANGMEN, USCC, YUNMENG, Caller, Developer, Town
from tests.statements import Statements

FOUND = """query($f: UserFilter, $n: Int) { users(filter: $f, first: $n) {
  totalCount pageInfo { hasNextPage } edges { node { loginName } } } }"""
ROLES = "{ roles { key label isOwn actions { name label needsEstate } } }"


@pytest.fixture
async def admin(town: Town) -> Developer:
    """Give an administrator with two users."""
    admin = await town.developer(JIANGMEN)
    await add(admin, "lisi", "viewer", mobile="13900139000", title="会计", idNumber="510502198503150120")
    await add(admin, "wangwu", "estate_editor", name="王五", mobile="13900138111")
    return admin


async def find(caller: Caller, **chosen: Any) -> list[str]:
    """Give the sign-in names that a filter finds."""
    data = (await caller.ask(FOUND, f=chosen))["users"]
    found = [edge["node"]["loginName"] for edge in data["edges"]]
    assert data["totalCount"] == len(found)
    return found


async def test_users_are_found_by_names_and_by_a_whole_mobile_number(admin: Developer):
    assert await find(admin) == ["wangwu", "lisi", "admin"]
    assert await find(admin, search="李") == ["lisi"]
    assert await find(admin, search="WANG") == ["wangwu"]
    assert await find(admin, search="会计") == ["lisi"]
    assert await find(admin, search="139 0013 9000") == ["lisi"]
    assert await find(admin, search="赵") == []


@pytest.mark.parametrize(
    "search",
    ["139", "1390013", "9000", "139****9000", "5105", "510502198503150120", "5105**********0120", "%", "_"],
)
async def test_a_part_of_a_number_finds_nobody(admin: Developer, search: str):
    assert await find(admin, search=search) == []


async def test_users_are_found_by_status_role_and_estate(town: Town, admin: Developer):
    order = await town.collect(admin)
    estate = order["estate"]["id"]
    made = await done(admin, "roleAdd", name="录入员", actions=["estate.view"])
    role = made["role"]["id"]
    user = (await add(admin, "zhaoliu", "viewer", estates=[estate]))["id"]
    await done(admin, "userRolesSet", userId=user, roles=[{"role": "viewer"}, {"role": role}])
    none = (await add(admin, "nobody", estates=[]))["id"]
    assert await find(admin, role="viewer") == ["zhaoliu", "lisi"]
    assert await find(admin, role=role) == ["zhaoliu"]
    assert await find(admin, estateId=estate) == ["zhaoliu", "wangwu", "lisi", "admin"]
    await done(admin, "userDeactivate", userId=none, reason="误加")
    assert await find(admin, status="DEACTIVATED") == ["nobody"]
    assert await find(admin, status="ACTIVE", role="estate_editor") == ["wangwu"]


async def test_a_role_that_has_expired_is_not_found(admin: Developer, clock: MovableClock):
    user = (await add(admin, "zhaoliu"))["id"]
    roles = [{"role": "payment_clerk", "expiresAt": "2026-11-22T12:10:00+08:00"}]
    await done(admin, "userRolesSet", userId=user, roles=roles)
    assert await find(admin, role="payment_clerk") == ["zhaoliu"]
    clock.move(minutes=10)
    assert await find(admin, role="payment_clerk") == []


async def test_a_list_of_users_is_one_statement(town: Town, admin: Developer):
    query = """{ users { totalCount edges { node { id name status mobile
      roles { builtIn label role { name } grantedBy { name } } invitation { status }
      grants { everyEstate kinds estate { name } } denies { action label } sessions { lastSeenAt } } } } }"""
    await admin.ask(query)
    with Statements(town.desk) as statements:
        await admin.ask(query)
    assert (len(statements.compiled), statements.texts) == (1, [])


async def test_users_are_read_by_pages(admin: Developer):
    page = (await admin.ask(FOUND, n=2))["users"]
    assert [edge["node"]["loginName"] for edge in page["edges"]] == ["wangwu", "lisi"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)


async def test_roles_that_can_be_given_tell_what_they_allow(town: Town, admin: Developer):
    await done(admin, "roleAdd", name="录入员", actions=["estate.view", "estate.collect"])
    roles = {one["label"]: one for one in (await admin.ask(ROLES))["roles"]}
    assert [role["key"] for role in roles.values()][:5] == [
        "viewer",
        "estate_editor",
        "contract_clerk",
        "payment_clerk",
        "org_admin",
    ]
    own = roles["录入员"]
    given = {one["name"]: one for one in own["actions"]}
    assert own["isOwn"]
    assert given["estate.collect"] == {"name": "estate.collect", "label": "采集物业区域", "needsEstate": True}
    assert "me.view" in given
    assert given["me.view"]["needsEstate"] is False
    viewer = await come_in(town, "lisi", "first words of 2026")
    answer = await viewer.send(ROLES)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    other = await town.developer(JIANGMEN, USCC[YUNMENG], "other")
    assert "录入员" not in {one["label"] for one in (await other.ask(ROLES))["roles"]}


async def test_the_office_gives_its_own_roles(town: Town):
    keeper = await town.office(JIANGMEN, "system_admin", "440705200402290126", "keeper")
    keys = [one["key"] for one in (await keeper.ask(ROLES))["roles"]]
    assert keys == ["window_clerk", "reviewer", "authority_admin", "system_admin"]


async def test_a_user_s_rights_are_spelled_out(town: Town, admin: Developer):
    order = await town.collect(admin)
    user = (await add(admin, "zhaoliu", "viewer", estates=[order["estate"]["id"]]))["id"]
    read = "action label needsEstate everyEstate estates { name } leftOut { name }"
    query = f"query($u: ID!) {{ userRights(userId: $u) {{ {read} }} }}"
    rights = {one["action"]: one for one in (await admin.ask(query, u=user))["userRights"]}
    assert rights["unit.view"] == {
        "action": "unit.view",
        "label": "查看房屋和楼盘表",
        "needsEstate": True,
        "everyEstate": False,
        "estates": [{"name": "江畔花园"}],
        "leftOut": [],
    }
    assert rights["org.view"]["needsEstate"] is rights["org.view"]["everyEstate"] is False
    assert "order.submit" not in rights
    await done(admin, "userDeactivate", userId=user, reason="离职")
    assert (await admin.ask(query, u=user))["userRights"] == []
