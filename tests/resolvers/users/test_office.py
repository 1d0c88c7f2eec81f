"""The fund office's own people, its banks' machines and reporting accounts, and who keeps them."""

from typing import Any

import pytest

from tests.resolvers.users.acting import FIRST, add, codes, come_in, done, look, refused
from tests.scenes import ADMIN_ID, CLERK_ID, JIANGMEN, LUZHOU, REVIEWER_ID, Caller, Town, take
from tests.shelf import Shelf

GOOD: dict[str, Any] = {"name": "赵六", "loginName": "zhaoliu", "password": FIRST, "idNumber": CLERK_ID}
LIST = "{ users { edges { node { id name kind bank status roles { builtIn label } } } } }"


@pytest.fixture
async def keeper(town: Town) -> Caller:
    """Give a system administrator."""
    return await town.office(JIANGMEN, "system_admin", ADMIN_ID, "keeper")


async def users(keeper: Caller) -> list[Any]:
    """Give everybody whom the system administrator sees."""
    return [edge["node"] for edge in (await keeper.ask(LIST))["users"]["edges"]]


async def test_a_system_administrator_appoints_a_clerk_who_works(town: Town, keeper: Caller):
    developer = await town.developer(JIANGMEN)
    order = await town.draft(developer)
    told = await done(keeper, "userAdd", **GOOD, roles=[{"role": "window_clerk"}])
    user = told["user"]
    assert (user["kind"], user["idNumber"], user["status"]) == ("OFFICE", "5105**********0120", "ACTIVE")
    clerk = await come_in(town, "zhaoliu")
    assert (await clerk.ask("{ estates { totalCount } }"))["estates"]["totalCount"] == 0
    # Who appoints does none of the business.
    assert (await keeper.ask("{ orders { totalCount } }"))["orders"]["totalCount"] == 0
    with pytest.raises(AssertionError, match="NOT_FOUND"):
        await take(keeper, "orderAccept", order)
    await done(keeper, "userDeactivate", userId=user["id"], reason="调离")
    assert "errors" in await clerk.send("{ me { name } }")
    await done(keeper, "userActivate", userId=user["id"])
    assert await town.sign_in(JIANGMEN, "zhaoliu", "second words of 2026")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"idNumber": None}, "FIELD_REQUIRED"),
        ({"idNumber": ""}, "FIELD_REQUIRED"),
        ({"roles": [{"role": "viewer"}]}, "VALUE_UNKNOWN"),
        ({"roles": [{"role": "city_reporter"}]}, "VALUE_UNKNOWN"),
        ({"roles": [{"role": "bank_operator"}]}, "VALUE_UNKNOWN"),
        ({"grants": [{"everyEstate": True}]}, "GRANTS_NOT_USED"),
        ({"roles": [{"role": "window_clerk"}, {"role": "reviewer"}]}, "ROLE_CLASH"),
    ],
)
async def test_a_wrong_person_of_the_office_is_refused(
    keeper: Caller, shelf: Shelf, given: dict[str, Any], code: str
):
    assert await refused(shelf, keeper, "userAdd", **{**GOOD, **given}) == [code]


async def test_one_person_is_not_clerk_and_reviewer_by_two_accounts(town: Town, keeper: Caller, shelf: Shelf):
    clerk = (await done(keeper, "userAdd", **GOOD, roles=[{"role": "window_clerk"}]))["user"]["id"]
    again = {**GOOD, "loginName": "zhaoliu2"}
    assert await refused(shelf, keeper, "userAdd", **again, roles=[{"role": "reviewer"}]) == ["ROLE_CLASH"]
    other = await done(keeper, "userAdd", **again, roles=[{"role": "authority_admin"}])
    second = other["user"]["id"]
    roles = [{"role": "reviewer"}]
    assert await refused(shelf, keeper, "userRolesSet", userId=second, roles=roles) == ["ROLE_CLASH"]
    await done(keeper, "userUpdate", userId=second, idNumber=REVIEWER_ID, roles=roles)
    assert await refused(shelf, keeper, "userUpdate", userId=second, idNumber=CLERK_ID) == ["ROLE_CLASH"]
    # Shut out, the one account leaves the person free; it does not come back while the other is a reviewer.
    await done(keeper, "userDeactivate", userId=clerk, reason="调岗")
    await done(keeper, "userUpdate", userId=second, idNumber=CLERK_ID)
    assert await refused(shelf, keeper, "userActivate", userId=clerk) == ["ROLE_CLASH"]


async def test_another_city_and_every_organization_are_out_of_sight(town: Town, keeper: Caller, shelf: Shelf):
    admin = await town.developer(JIANGMEN)
    user = (await add(admin, "lisi", "viewer"))["id"]
    far = await town.office(LUZHOU, "system_admin", ADMIN_ID, "far")
    clerk = (await done(far, "userAdd", **GOOD, roles=[{"role": "window_clerk"}]))["user"]["id"]
    for one in (user, clerk):
        assert await look(keeper, one) is None
        assert await refused(shelf, keeper, "userDeactivate", userId=one, reason="离职") == ["NOT_FOUND"]
    assert {one["kind"] for one in await users(keeper)} == {"OFFICE"}


async def test_nobody_else_of_the_office_keeps_users(town: Town, keeper: Caller, shelf: Shelf):
    told = await done(keeper, "userAdd", **GOOD, roles=[{"role": "window_clerk"}])
    for role, number in (("authority_admin", CLERK_ID), ("reviewer", REVIEWER_ID)):
        person = await town.office(JIANGMEN, role, number)
        assert (await person.ask("{ users { totalCount } }"))["users"]["totalCount"] == 0
        user = told["user"]["id"]
        assert await refused(shelf, person, "userDeactivate", userId=user, reason="离职") == ["NOT_FOUND"]
        given = {**GOOD, "loginName": "wangwu"}
        assert await refused(shelf, person, "userAdd", **given) == ["FORBIDDEN"]


async def test_the_office_has_no_roles_of_its_own_and_no_security_of_an_organization(
    keeper: Caller, shelf: Shelf
):
    given = {"name": "录入员", "actions": ["estate.view"]}
    assert await refused(shelf, keeper, "roleAdd", **given) == ["FORBIDDEN"]
    assert await refused(shelf, keeper, "organizationSecuritySet", totpRequired=True) == ["FORBIDDEN"]


async def test_a_bank_s_machine_is_shut_out_and_let_in_again(town: Town, keeper: Caller, shelf: Shelf):
    bank = await town.bank(JIANGMEN)
    machine = next(one for one in await users(keeper) if one["kind"] == "BANK")
    assert machine["roles"] == [{"builtIn": "bank_operator", "label": "银行接口"}]
    acts: dict[str, dict[str, Any]] = {
        "userPasswordReset": {"password": FIRST},
        "userRolesSet": {"roles": []},
        "userDeniesSet": {"denies": []},
        "userUpdate": {"name": "别名"},
        "invitationResend": {},
    }
    for act, given in acts.items():
        told = await refused(shelf, keeper, act, userId=machine["id"], **given)
        assert told in (["USER_HAS_NO_SIGN_IN"], ["INVITATION_NOT_OPEN"]), act
    await done(keeper, "userDeactivate", userId=machine["id"], reason="更换系统")
    assert (await bank.send("{ me { name } }"))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    await done(keeper, "userActivate", userId=machine["id"])
    # Its old key stays revoked.
    assert (await bank.send("{ me { name } }"))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_reporting_account_is_made_for_the_office_and_for_an_organization(
    town: Town, keeper: Caller, shelf: Shelf
):
    told = await done(keeper, "reporterAdd", name="统计系统")
    assert (told["user"]["kind"], told["user"]["roles"][0]["builtIn"]) == ("REPORTER", "city_reporter")
    every = [{"everyEstate": True}]
    assert await refused(shelf, keeper, "reporterAdd", name="统计", grants=every) == ["GRANTS_NOT_USED"]
    admin = await town.developer(JIANGMEN)
    order = await town.collect(admin)
    grants = [{"estateId": order["estate"]["id"]}]
    made = await done(admin, "reporterAdd", name="本单位报表", grants=grants)
    assert made["user"]["roles"][0]["builtIn"] == "reporter"
    assert made["user"]["grants"][0]["estate"] == {"name": "江畔花园"}
    user = made["user"]["id"]
    acts: dict[str, dict[str, Any]] = {
        "userRolesSet": {"roles": [{"role": "viewer"}]},
        "userPasswordReset": {"password": FIRST},
        "userUpdate": {"roles": []},
    }
    for act, given in acts.items():
        assert await refused(shelf, admin, act, userId=user, **given) == ["USER_HAS_NO_SIGN_IN"], act
    renamed = await done(admin, "userUpdate", userId=user, name="报表二")
    assert renamed["user"]["name"] == "报表二"
    await done(admin, "userGrantsSet", userId=user, grants=[])
    assert await codes(admin, "userDeactivate", userId=user, reason="停用") == ["DONE"]
    assert await refused(shelf, admin, "reporterAdd", name="") == ["FIELD_REQUIRED"]
