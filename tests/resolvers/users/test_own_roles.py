"""Roles of an organization's own making: of what it may delegate, for its own people, never upwards."""

from typing import Any

import pytest

from tests.resolvers.users.acting import add, come_in, done, refused
from tests.scenes import JIANGMEN, USCC, YUNMENG, Developer, Town
from tests.shelf import Shelf


@pytest.fixture
async def admin(town: Town) -> Developer:
    """Give an administrator."""
    return await town.developer(JIANGMEN)


async def make(admin: Developer, name: str = "录入员", *actions: str) -> str:
    """Make a role and give its id."""
    given = list(actions) or ["estate.view", "order.view"]
    return (await done(admin, "roleAdd", name=name, actions=given))["role"]["id"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"actions": []}, "FIELD_REQUIRED"),
        ({"actions": ["me.view"]}, "FIELD_REQUIRED"),
        ({"actions": ["role.edit"]}, "ACTION_NOT_DELEGABLE"),
        ({"actions": ["security.set"]}, "ACTION_NOT_DELEGABLE"),
        ({"actions": ["key.issue"]}, "ACTION_NOT_DELEGABLE"),
        ({"actions": ["order.accept"]}, "ACTION_NOT_DELEGABLE"),
        ({"actions": ["estate.eat"]}, "ACTION_NOT_DELEGABLE"),
        ({"name": ""}, "FIELD_REQUIRED"),
        ({"name": "名" * 51}, "TEXT_INVALID"),
        ({"name": "已有"}, "NAME_TAKEN"),
    ],
)
async def test_a_wrong_role_is_refused(admin: Developer, shelf: Shelf, given: dict[str, Any], code: str):
    await make(admin, "已有")
    good = {"name": "录入员", "actions": ["estate.view"]}
    assert await refused(shelf, admin, "roleAdd", **{**good, **given}) == [code]
    other = await make(admin, "另一个")
    assert await refused(shelf, admin, "roleUpdate", roleId=other, **given) == [code]


async def test_a_role_is_made_changed_and_retired(admin: Developer, shelf: Shelf):
    made = await done(admin, "roleAdd", name="录入员", actions=["order.view", "estate.view", "me.view"])
    role = made["role"]["id"]
    assert made["role"]["actions"] == ["estate.view", "order.view"]
    told = await done(admin, "roleUpdate", roleId=role, name="查询员二")
    assert (told["role"]["name"], told["role"]["actions"]) == ("查询员二", ["estate.view", "order.view"])
    rehearsed = await done(admin, "roleRetire", roleId=role, dryRun=True)
    assert rehearsed["role"]["retiredAt"] is not None
    retired = await done(admin, "roleRetire", roleId=role)
    assert retired["role"]["retiredAt"] == "2026-11-22T12:00:00.000+08:00"
    for act in ("roleUpdate", "roleRetire"):
        assert await refused(shelf, admin, act, roleId=role) == ["NOT_FOUND"]
    user = (await add(admin, "lisi", "viewer"))["id"]
    roles = [{"role": role}]
    assert await refused(shelf, admin, "userRolesSet", userId=user, roles=roles) == ["NOT_FOUND"]
    assert await make(admin, "查询员二")


async def test_roles_of_others_are_not_found(town: Town, admin: Developer, shelf: Shelf):
    other = await town.developer(JIANGMEN, USCC[YUNMENG], "other")
    role, user = await make(other), (await add(admin, "lisi", "viewer"))["id"]
    for act in ("roleUpdate", "roleRetire"):
        assert await refused(shelf, admin, act, roleId=role) == ["NOT_FOUND"]
    roles = [{"role": role}]
    assert await refused(shelf, admin, "userRolesSet", userId=user, roles=roles) == ["NOT_FOUND"]
    assert (await admin.ask("query($i: ID!) { node(id: $i) { id } }", i=role))["node"] is None


async def test_who_holds_a_role_does_not_write_it(town: Town, admin: Developer, shelf: Shelf):
    role = await make(admin)
    other = await town.sub_user(admin, ["org_admin"], login="deputy")
    roles = [{"role": "org_admin"}, {"role": role}]
    await done(admin, "userRolesSet", userId=other.id, roles=roles)
    other.headers = await town.sign_in(JIANGMEN, "deputy")
    given = {"roleId": role, "actions": ["estate.view", "payment.submit"]}
    assert await refused(shelf, other, "roleUpdate", **given) == ["OWN_ACCOUNT"]
    assert await refused(shelf, other, "roleRetire", roleId=role) == ["OWN_ACCOUNT"]
    await done(admin, "roleUpdate", **given)


async def test_who_keeps_users_writes_no_roles(town: Town, admin: Developer, shelf: Shelf):
    role = await make(admin, "用户管理", "role.view", "role.assign", "user.view")
    user = (await add(admin, "lisi", "viewer"))["id"]
    await done(admin, "userRolesSet", userId=user, roles=[{"role": role}])
    keeper = await come_in(town, "lisi")
    given = {"name": "录入员", "actions": ["estate.view"]}
    assert await refused(shelf, keeper, "roleAdd", **given) == ["FORBIDDEN"]
    assert await refused(shelf, keeper, "roleUpdate", roleId=role, name="别名") == ["FORBIDDEN"]


async def test_an_organization_has_at_most_a_hundred_roles(admin: Developer, shelf: Shelf):
    await shelf.change(
        "insert into custom_role (city, id, org_id, name, actions, created_by, created_at, changed_at)"
        " select city, gen_random_uuid(), org_id, 'r' || n, '[\"estate.view\"]', id, now(), now()"
        " from principal, generate_series(1, 99) n where kind = 'DEVELOPER'"
    )
    await make(admin)
    given = {"name": "多余", "actions": ["estate.view"]}
    assert await refused(shelf, admin, "roleAdd", **given) == ["LIMIT_EXCEEDED"]


async def test_an_organization_sets_what_its_users_need_to_sign_in(town: Town, admin: Developer):
    told = await done(admin, "organizationSecuritySet", totpRequired=True, dryRun=True)
    assert told["organization"]["totpRequired"] is True
    read = "{ me { organization { totpRequired } } }"
    assert (await admin.ask(read))["me"]["organization"]["totpRequired"] is False
    await done(admin, "organizationSecuritySet", totpRequired=True)
    assert (await admin.ask(read))["me"]["organization"]["totpRequired"] is True


async def test_a_role_gives_nobody_more_than_its_writer_holds(town: Town, admin: Developer, shelf: Shelf):
    first = (await town.collect(admin, name="江畔花园"))["estate"]["id"]
    await town.collect(admin, name="山前花园")
    role, user = await make(admin), (await add(admin, "lisi"))["id"]
    await done(admin, "userRolesSet", userId=user, roles=[{"role": role}])
    limited = await town.sub_user(admin, ["org_admin"], estates=[first], login="limited")
    given = {"roleId": role, "actions": ["estate.view", "payment.submit"]}
    assert await refused(shelf, limited, "roleUpdate", **given) == ["RIGHTS_BEYOND_OWN"]
    grants = [{"estateId": first}]
    await done(admin, "userGrantsSet", userId=user, grants=grants)
    told = await done(limited, "roleUpdate", **given)
    assert told["role"]["actions"] == ["estate.view", "payment.submit"]


async def test_an_administrator_of_one_estate_manages_no_other(town: Town, admin: Developer, shelf: Shelf):
    first = (await town.collect(admin, name="江畔花园"))["estate"]["id"]
    limited = await town.sub_user(admin, ["org_admin"], estates=[first], login="limited")
    other = await town.sub_user(admin, ["org_admin"], login="deputy")
    assert await refused(shelf, limited, "userDeactivate", userId=other.id, reason="离职") == [
        "USER_BEYOND_OWN"
    ]
    every = [{"everyEstate": True}]
    user = (await add(limited, "lisi", "viewer", estates=[first]))["id"]
    assert await refused(shelf, limited, "userGrantsSet", userId=user, grants=every) == ["RIGHTS_BEYOND_OWN"]
    await done(other, "userDeactivate", userId=limited.id, reason="离职")
