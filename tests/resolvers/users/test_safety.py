"""Nobody raises their own rights, gives what they lack, or manages who holds more; an admin always stays."""

from typing import Any

import pytest

from schema.ids import write_id
from tests.db.roles import actor
from tests.resolvers.users.acting import (
    FIRST,
    add,
    codes,
    come_in,
    deputy,
    done,
    look,
    me,
    refused,
)
from tests.scenes import JIANGMEN, LUZHOU, USCC, YUNMENG, Caller, Developer, Town
from tests.shelf import Shelf

LATER = "2026-12-31T00:00:00+08:00"
VERBS = ("view", "create", "update", "deactivate", "activate", "grant", "invite", "reset", "sign_out")
MANAGES = [*(f"user.{verb}" for verb in VERBS), "role.view", "role.assign"]


@pytest.fixture
async def admin(town: Town) -> Developer:
    """Give an administrator with two estates."""
    admin = await town.developer(JIANGMEN)
    await town.collect(admin, name="江畔花园")
    await town.collect(admin, name="山前花园")
    return admin


async def estates(admin: Caller) -> list[str]:
    """Give the estates, the newest first."""
    data = await admin.ask("{ estates { edges { node { id } } } }")
    return [edge["node"]["id"] for edge in data["estates"]["edges"]]


def acts_on(user: str) -> dict[str, dict[str, Any]]:
    """List every act on a user with an input that would be good."""
    acts: dict[str, dict[str, Any]] = {
        "userUpdate": {"name": "王五"},
        "userRolesSet": {"roles": [{"role": "viewer"}]},
        "userGrantsSet": {"grants": [{"everyEstate": True}]},
        "userDeniesSet": {"denies": [{"action": "order.submit"}]},
        "userDeactivate": {"reason": "离职"},
        "userActivate": {},
        "userPasswordReset": {"password": FIRST},
        "invitationResend": {},
        "invitationRevoke": {},
        "userSignOut": {},
    }
    return {act: {"userId": user, **given} for act, given in acts.items()}


async def test_nobody_does_anything_to_their_own_account(town: Town, admin: Developer, shelf: Shelf):
    await deputy(town, admin)
    for act, given in acts_on(await me(town, admin)).items():
        assert await refused(shelf, admin, act, **given) == ["OWN_ACCOUNT"], act


async def test_users_of_others_are_not_found_in_every_act(town: Town, admin: Developer, shelf: Shelf):
    stranger = await town.developer(JIANGMEN, USCC[YUNMENG], "other")
    other = await add(stranger, "lisi", "viewer")
    far = await add(await town.developer(LUZHOU), "lisi", "viewer")
    clerk = await town.clerk(JIANGMEN)
    office = (await actor(town, clerk)).principal
    for user in (other["id"], far["id"], write_id("User", JIANGMEN, office)):
        assert await look(admin, user) is None
        rights = await admin.ask("query($u: ID!) { userRights(userId: $u) { action } }", u=user)
        assert rights["userRights"] is None
        for act, given in acts_on(user).items():
            assert await refused(shelf, admin, act, **given) == ["NOT_FOUND"], act


async def test_estates_of_others_are_not_found(town: Town, admin: Developer, shelf: Shelf):
    stranger = await town.developer(JIANGMEN, USCC[YUNMENG], "other")
    await town.collect(stranger, name="别处花园")
    (foreign,) = await estates(stranger)
    user = (await add(admin, "lisi", "viewer"))["id"]
    for act, given in {
        "userGrantsSet": {"grants": [{"estateId": foreign}]},
        "userDeniesSet": {"denies": [{"action": "estate.view", "estateId": foreign}]},
    }.items():
        assert await refused(shelf, admin, act, userId=user, **given) == ["NOT_FOUND"]
    given: dict[str, Any] = {"name": "王五", "loginName": "wangwu", "password": FIRST}
    assert await refused(shelf, admin, "userAdd", **given, grants=[{"estateId": foreign}]) == ["NOT_FOUND"]


@pytest.fixture
async def keeper(town: Town, admin: Developer) -> Caller:
    """Give a user who manages others and edits the first of the estates, but is no administrator."""
    role = await done(admin, "roleAdd", name="用户管理", actions=MANAGES)
    first = (await estates(admin))[1]
    added = await add(admin, "keeper", "estate_editor", estates=[first])
    roles = [{"role": "estate_editor"}, {"role": role["role"]["id"]}]
    await done(admin, "userRolesSet", userId=added["id"], roles=roles)
    return await come_in(town, "keeper")


async def test_nobody_gives_what_they_lack(town: Town, admin: Developer, keeper: Caller, shelf: Shelf):
    mine, other = (await estates(admin))[::-1]
    assert await estates(keeper) == [mine]
    given: dict[str, Any] = {"name": "王五", "loginName": "wangwu", "password": FIRST}

    async def ask(role: str, *grants: dict[str, Any]) -> list[str]:
        return await refused(shelf, keeper, "userAdd", **given, roles=[{"role": role}], grants=list(grants))

    assert await ask("org_admin", {"estateId": mine}) == ["RIGHTS_BEYOND_OWN"]
    assert await ask("payment_clerk", {"estateId": mine}) == ["RIGHTS_BEYOND_OWN"]
    assert await ask("viewer", {"everyEstate": True}) == ["RIGHTS_BEYOND_OWN"]
    assert await ask("viewer", {"estateId": other}) == ["NOT_FOUND"]
    user = (await add(keeper, "wangwu", "viewer", estates=[mine]))["id"]
    # What is given stays with who was given it: each of these is a step further on.
    for act, more in {
        "userRolesSet": {"roles": [{"role": "org_admin"}]},
        "userUpdate": {"roles": [{"role": "contract_clerk"}]},
        "userGrantsSet": {"grants": [{"everyEstate": True}]},
    }.items():
        assert await refused(shelf, keeper, act, userId=user, **more) == ["RIGHTS_BEYOND_OWN"], act
    await done(keeper, "userRolesSet", userId=user, roles=[{"role": "estate_editor"}])


async def test_nobody_manages_who_holds_more(town: Town, admin: Developer, keeper: Caller, shelf: Shelf):
    mine = (await estates(admin))[1]
    for user in (await me(town, admin), (await add(admin, "lisi", "viewer"))["id"]):
        for act, given in acts_on(user).items():
            if act == "userActivate":
                continue
            assert await refused(shelf, keeper, act, **given) == ["USER_BEYOND_OWN"], act
    less = (await add(admin, "zhaoliu", "viewer", estates=[mine]))["id"]
    assert (await done(keeper, "userUpdate", userId=less, name="赵六"))["user"]["name"] == "赵六"


async def test_who_holds_more_is_activated_by_nobody_with_less(
    town: Town, admin: Developer, keeper: Caller, shelf: Shelf
):
    user = (await add(admin, "lisi", "payment_clerk"))["id"]
    await done(admin, "userDeactivate", userId=user, reason="离职")
    assert await refused(shelf, keeper, "userActivate", userId=user) == ["USER_BEYOND_OWN"]
    await done(admin, "userActivate", userId=user)


async def test_a_denial_of_the_giver_binds_what_is_given(
    town: Town, admin: Developer, keeper: Caller, shelf: Shelf
):
    mine = (await estates(admin))[1]
    user = (await add(admin, "lisi", "viewer", estates=[mine]))["id"]
    await done(keeper, "userRolesSet", userId=user, roles=[{"role": "estate_editor"}])
    await done(keeper, "userDeniesSet", userId=user, denies=[{"action": "estate.change"}])
    own = next(
        edge["node"]["id"]
        for edge in (await admin.ask("{ users { edges { node { id loginName } } } }"))["users"]["edges"]
        if edge["node"]["loginName"] == "keeper"
    )
    await done(admin, "userDeniesSet", userId=own, denies=[{"action": "estate.change", "estateId": mine}])
    assert await refused(shelf, keeper, "userDeniesSet", userId=user, denies=[]) == ["RIGHTS_BEYOND_OWN"]


async def test_what_is_given_does_not_outlast_what_the_giver_holds(
    town: Town, admin: Developer, keeper: Caller, shelf: Shelf
):
    mine = (await estates(admin))[1]
    name = 'query { users(filter: { search: "keeper" }) { edges { node { id } } } }'
    own = (await admin.ask(name))["users"]["edges"][0]["node"]["id"]
    await done(admin, "userGrantsSet", userId=own, grants=[{"estateId": mine, "expiresAt": LATER}])
    given: dict[str, Any] = {"name": "王五", "loginName": "wangwu", "password": FIRST}
    given["roles"] = [{"role": "viewer"}]
    forever = await refused(shelf, keeper, "userAdd", **given, grants=[{"estateId": mine}])
    assert forever == ["RIGHTS_BEYOND_OWN"]
    grants = [{"estateId": mine, "expiresAt": LATER}]
    assert (await done(keeper, "userAdd", **given, grants=grants))["user"]["grants"][0]["expiresAt"]


async def test_the_last_administrator_stays(town: Town, admin: Developer, shelf: Shelf):
    other = await deputy(town, admin)
    # Behind the product's back: whoever acts is an administrator for a while only, and so the other the last.
    await shelf.change(
        "update role_assignment set expires_at = '2027-01-01' where role = 'org_admin' and principal_id ="
        " (select id from login where name = 'admin')"
    )
    assert await refused(shelf, admin, "userDeactivate", userId=other.id, reason="离职") == ["LAST_ADMIN"]
    roles = [{"role": "viewer", "expiresAt": "2026-12-01T00:00:00+08:00"}]
    assert await refused(shelf, admin, "userRolesSet", userId=other.id, roles=roles) == ["LAST_ADMIN"]
    assert await refused(shelf, admin, "userUpdate", userId=other.id, roles=[]) == ["LAST_ADMIN"]


async def test_an_administrator_deactivates_another_but_not_for_a_while(
    town: Town, admin: Developer, shelf: Shelf
):
    other = await deputy(town, admin)
    roles = [{"role": "org_admin", "expiresAt": LATER}]
    assert await refused(shelf, admin, "userRolesSet", userId=other.id, roles=roles) == ["ADMIN_EXPIRES"]
    assert await codes(admin, "userDeactivate", userId=other.id, reason="离职") == ["DONE"]
    assert await refused(shelf, admin, "userDeactivate", userId=other.id, reason="离职") == ["USER_STATUS"]


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("userRolesSet", {"roles": [{"role": "viewer"}] * 21}, "LIMIT_EXCEEDED"),
    ("userGrantsSet", {"grants": [{"everyEstate": True}] * 501}, "LIMIT_EXCEEDED"),
    ("userDeniesSet", {"denies": [{"action": "order.submit"}] * 201}, "LIMIT_EXCEEDED"),
    ("userRolesSet", {"roles": [{"role": "viewer"}, {"role": "viewer"}]}, "VALUE_UNKNOWN"),
    ("userRolesSet", {"roles": [{"role": "boss"}]}, "VALUE_UNKNOWN"),
    ("userRolesSet", {"roles": [{"role": ""}]}, "VALUE_UNKNOWN"),
    ("userRolesSet", {"roles": [{"role": "window_clerk"}]}, "VALUE_UNKNOWN"),
    ("userRolesSet", {"roles": [{"role": "reporter"}]}, "VALUE_UNKNOWN"),
    (
        "userRolesSet",
        {"roles": [{"role": "viewer", "expiresAt": "2026-11-22T12:00:00+08:00"}]},
        "EXPIRY_PAST",
    ),
    ("userGrantsSet", {"grants": [{}]}, "FIELD_REQUIRED"),
    ("userGrantsSet", {"grants": [{"everyEstate": False}]}, "FIELD_REQUIRED"),
    ("userDeniesSet", {"denies": [{"action": "order.eat"}]}, "VALUE_UNKNOWN"),
    ("userDeactivate", {"reason": " "}, "FIELD_REQUIRED"),
    ("userDeactivate", {"reason": "离" * 201}, "TEXT_INVALID"),
    ("userPasswordReset", {}, "FIELD_REQUIRED"),
    ("userPasswordReset", {"password": FIRST, "invite": True}, "FIELD_REQUIRED"),
    ("userPasswordReset", {"password": "short"}, "PASSWORD_SHORT"),
    ("userActivate", {}, "USER_STATUS"),
    ("invitationResend", {}, "INVITATION_NOT_OPEN"),
    ("invitationRevoke", {}, "INVITATION_NOT_OPEN"),
    ("userUpdate", {"name": ""}, "FIELD_REQUIRED"),
    ("userUpdate", {"mobile": "12"}, "MOBILE_FORMAT"),
    ("userUpdate", {"idNumber": "510502198503150121"}, "ID_CHECKSUM"),
    ("userUpdate", {"title": "职" * 51}, "TEXT_INVALID"),
]


@pytest.mark.parametrize(("act", "given", "code"), WRONG)
async def test_what_is_wrong_has_its_code(
    town: Town, shelf: Shelf, act: str, given: dict[str, Any], code: str
):
    admin = await town.developer(JIANGMEN)
    user = (await add(admin, "lisi", "viewer"))["id"]
    assert await refused(shelf, admin, act, userId=user, **given) == [code]


async def test_a_grant_names_an_estate_or_every_one(town: Town, admin: Developer, shelf: Shelf):
    user, estate = (await add(admin, "lisi", "viewer"))["id"], (await estates(admin))[0]
    both = [{"estateId": estate, "everyEstate": True}]
    assert await refused(shelf, admin, "userGrantsSet", userId=user, grants=both) == ["FIELD_REQUIRED"]
    one = [{"estateId": estate, "action": "user.view"}]
    assert await refused(shelf, admin, "userDeniesSet", userId=user, denies=one) == ["VALUE_UNKNOWN"]
    given = [{"estateId": estate, "kinds": ["UNIT", "UNIT"]}, {"estateId": estate, "kinds": ["UNIT"]}]
    set_once = await done(admin, "userGrantsSet", userId=user, grants=given)
    assert [grant["kinds"] for grant in set_once["user"]["grants"]] == [["UNIT"]]
