"""Adding users: initial passwords, invitations told once, and everything that is refused."""

from typing import Any

import pytest

from tests.conftest import MovableClock
from tests.resolvers.signing import code_of
from tests.resolvers.users.acting import FIRST, SECOND, add, codes, come_in, do, done, look, refused
from tests.scenes import JIANGMEN, Caller, Developer, Town
from tests.shelf import Shelf

GOOD: dict[str, Any] = {"name": "李四", "loginName": "lisi", "password": FIRST}


@pytest.fixture
async def admin(town: Town) -> Developer:
    """Give an administrator."""
    return await town.developer(JIANGMEN)


async def accept(town: Town, token: str, password: str = SECOND) -> str:
    """Accept an invitation, and give what came of it."""
    read = "... on InvitationAccepted { loginName }"
    given = {"token": token, "password": password}
    told = await town.stranger.act("invitationAccept", given, read, "InvitationAcceptInput")
    return told["problems"][0]["code"] if told["__typename"] == "Rejected" else told["loginName"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"loginName": "admin"}, "NAME_TAKEN"),
        ({"loginName": "ＡＤＭＩＮ"}, "NAME_TAKEN"),
        ({"loginName": ""}, "FIELD_REQUIRED"),
        ({"loginName": "a"}, "TEXT_INVALID"),
        ({"loginName": "li si"}, "TEXT_INVALID"),
        ({"loginName": "<li>"}, "TEXT_INVALID"),
        ({"loginName": "-li"}, "TEXT_INVALID"),
        ({"loginName": "l" * 65}, "TEXT_INVALID"),
        ({"name": "　"}, "FIELD_REQUIRED"),
        ({"name": "名" * 101}, "TEXT_INVALID"),
        ({"name": "李\ue000"}, "TEXT_INVALID"),
        ({"password": None}, "FIELD_REQUIRED"),
        ({"invite": True}, "FIELD_REQUIRED"),
        ({"password": "password123"}, "PASSWORD_COMMON"),
        ({"password": "lisi-2026-lisi"}, "PASSWORD_COMMON"),
        ({"password": "short"}, "PASSWORD_SHORT"),
        ({"mobile": "1390013900"}, "MOBILE_FORMAT"),
        ({"idNumber": "51050219850315012"}, "ID_FORMAT"),
        ({"roles": [{"role": "system_admin"}]}, "VALUE_UNKNOWN"),
        ({"idempotencyKey": "k" * 65}, "TEXT_INVALID"),
    ],
)
async def test_a_wrong_user_is_refused(
    town: Town, admin: Developer, shelf: Shelf, given: dict[str, Any], code: str
):
    assert await refused(shelf, admin, "userAdd", **{**GOOD, **given}) == [code]


async def test_all_that_is_wrong_with_the_details_is_told_at_once(admin: Developer, shelf: Shelf):
    given = {**GOOD, "name": "", "mobile": "1", "idNumber": "1", "title": "职" * 51}
    told = await refused(shelf, admin, "userAdd", **given)
    assert sorted(told) == ["FIELD_REQUIRED", "ID_FORMAT", "MOBILE_FORMAT", "TEXT_INVALID"]


async def test_a_login_name_is_taken_in_its_city_alone(town: Town, admin: Developer):
    other = await town.developer(510500)
    await add(admin, "lisi", "viewer")
    assert (await add(other, "lisi", "viewer"))["loginName"] == "lisi"


async def test_a_rehearsal_writes_nothing_and_tells_no_token(admin: Developer, shelf: Shelf):
    for way in ({"password": FIRST}, {"invite": True}):
        before = await shelf.standing()
        given: dict[str, Any] = {"name": "李四", "loginName": "lisi", **way, "dryRun": True}
        told = await done(admin, "userAdd", **given, roles=[{"role": "viewer"}])
        assert (told["dryRun"], told["invitationToken"], told["invitationExpiresAt"]) == (True, None, None)
        assert [role["builtIn"] for role in told["user"]["roles"]] == ["viewer"]
        assert await shelf.standing() == before


async def test_a_repetition_adds_nobody_and_tells_no_token_again(admin: Developer, shelf: Shelf):
    given: dict[str, Any] = {"name": "李四", "loginName": "lisi", "invite": True, "idempotencyKey": "once"}
    first = await done(admin, "userAdd", **given)
    assert first["invitationToken"].startswith("wxi_440700_")
    before = await shelf.standing()
    again = await done(admin, "userAdd", **given)
    assert (again["user"]["id"], again["invitationToken"]) == (first["user"]["id"], None)
    assert await shelf.standing() == before
    assert await codes(admin, "userAdd", **{**given, "name": "王五"}) == ["IDEMPOTENCY_CONFLICT"]


async def test_no_password_and_no_token_is_kept_in_clear(admin: Developer, shelf: Shelf):
    given: dict[str, Any] = {"name": "王五", "loginName": "wangwu", "invite": True, "idempotencyKey": "x"}
    told = await done(admin, "userAdd", **given, idNumber="510502198503150120", mobile="13900139000")
    await done(admin, "userAdd", **GOOD, idempotencyKey="y")
    kept = str([await shelf.rows(f"select t::text from {table} t") for table in await shelf.standing()])
    for secret in (told["invitationToken"], FIRST, "510502198503150120", "13900139000"):
        assert secret not in kept


async def test_who_is_invited_chooses_a_password_and_comes_in(town: Town, admin: Developer):
    given: dict[str, Any] = {"name": "李四", "loginName": "lisi", "invite": True}
    told = await done(admin, "userAdd", **given, roles=[{"role": "viewer"}])
    assert told["user"]["status"] == "PENDING"
    assert told["user"]["invitation"] == {"status": "OPEN"}
    assert told["invitationExpiresAt"] == "2026-11-25T12:00:00.000+08:00"
    assert await accept(town, told["invitationToken"]) == "lisi"
    assert await accept(town, told["invitationToken"]) == "INVITATION_INVALID"
    seen = await look(admin, told["user"]["id"])
    assert (seen["status"], seen["invitation"]) == ("ACTIVE", {"status": "ACCEPTED"})
    member = Caller(town.http, await town.sign_in(JIANGMEN, "lisi", SECOND))
    assert (await member.ask("{ me { roles } }"))["me"]["roles"] == ["viewer"]


async def test_an_invitation_is_sent_again_and_revoked(
    town: Town, admin: Developer, clock: MovableClock, shelf: Shelf
):
    first = await done(admin, "userAdd", name="李四", loginName="lisi", invite=True)
    user = first["user"]["id"]
    second = await done(admin, "invitationResend", userId=user)
    assert await accept(town, first["invitationToken"]) == "INVITATION_INVALID"
    clock.move(hours=72)
    assert await accept(town, second["invitationToken"]) == "INVITATION_INVALID"
    admin.headers = await town.sign_in(JIANGMEN, "admin")
    assert (await look(admin, user))["invitation"] == {"status": "EXPIRED"}
    rehearsed = await done(admin, "invitationResend", userId=user, dryRun=True)
    assert rehearsed["invitationToken"] is None
    third = await done(admin, "invitationResend", userId=user)
    revoked = await done(admin, "invitationRevoke", userId=user)
    assert revoked["user"]["invitation"] == {"status": "REVOKED"}
    assert await accept(town, third["invitationToken"]) == "INVITATION_INVALID"
    fourth = await done(admin, "invitationResend", userId=user)
    assert await accept(town, fourth["invitationToken"]) == "lisi"
    for act in ("invitationResend", "invitationRevoke"):
        assert await refused(shelf, admin, act, userId=user) == ["INVITATION_NOT_OPEN"]


async def test_who_was_deactivated_cannot_accept_an_invitation(town: Town, admin: Developer):
    told = await done(admin, "userAdd", name="李四", loginName="lisi", invite=True)
    user = told["user"]["id"]
    await done(admin, "userDeactivate", userId=user, reason="误加")
    assert await accept(town, told["invitationToken"]) == "INVITATION_INVALID"
    # Who never came in is still to be invited when it is activated.
    assert (await done(admin, "userActivate", userId=user))["user"]["status"] == "PENDING"
    assert await accept(town, told["invitationToken"]) == "INVITATION_INVALID"
    again = await done(admin, "invitationResend", userId=user)
    assert await accept(town, again["invitationToken"]) == "lisi"


async def test_a_reset_ends_the_sessions_and_wants_a_new_password(town: Town, admin: Developer):
    user = (await add(admin, "lisi", "viewer"))["id"]
    member = await come_in(town, "lisi")
    other = "third words of 2026"
    told = await done(admin, "userPasswordReset", userId=user, password=other)
    assert (told["user"]["mustChangePassword"], told["invitationToken"]) == (True, None)
    assert "errors" in await member.send("{ me { name } }")
    assert await code_of(town.stranger, "lisi", SECOND, JIANGMEN) == "SIGN_IN_FAILED"
    assert await come_in(town, "lisi", other)


async def test_a_reset_by_invitation_makes_the_old_password_useless(town: Town, admin: Developer):
    user = (await add(admin, "lisi", "viewer"))["id"]
    await come_in(town, "lisi")
    rehearsed = await done(admin, "userPasswordReset", userId=user, invite=True, dryRun=True)
    assert rehearsed["invitationToken"] is None
    assert await town.sign_in(JIANGMEN, "lisi", SECOND)
    told = await done(admin, "userPasswordReset", userId=user, invite=True)
    assert await code_of(town.stranger, "lisi", SECOND, JIANGMEN) == "SIGN_IN_FAILED"
    assert await accept(town, told["invitationToken"], "third words of 2026") == "lisi"
    assert await town.sign_in(JIANGMEN, "lisi", "third words of 2026")


async def test_a_reset_takes_one_time_codes_away_if_asked(town: Town, admin: Developer, shelf: Shelf):
    user = (await add(admin, "lisi", "viewer"))["id"]
    await shelf.change(
        "insert into authenticator (city, id, principal_id, kind, secret_cipher, created_at, confirmed_at)"
        " select city, gen_random_uuid(), id, 'TOTP', 'x', now(), now() from login where name = 'lisi'"
    )
    assert (await look(admin, user))["hasTotp"] is True
    told = await done(admin, "userPasswordReset", userId=user, password=SECOND)
    assert told["user"]["hasTotp"] is True
    told = await done(admin, "userPasswordReset", userId=user, password=FIRST, removeTotp=True)
    assert told["user"]["hasTotp"] is False


async def test_details_are_changed_and_taken_away(admin: Developer, shelf: Shelf):
    user = (await add(admin, "lisi", "viewer", title="会计", mobile="13900139000"))["id"]
    told = await done(admin, "userUpdate", userId=user, title="", idNumber="510502198503150120")
    assert (told["user"]["title"], told["user"]["mobile"]) == (None, "139****9000")
    assert told["user"]["idNumber"] == "5105**********0120"
    told = await done(admin, "userUpdate", userId=user, mobile="", idNumber="")
    assert told["user"]["mobile"] is told["user"]["idNumber"] is None
    before = await shelf.standing()
    rehearsed = await do(admin, "userUpdate", userId=user, name="李思", dryRun=True)
    assert (rehearsed["user"]["name"], rehearsed["dryRun"]) == ("李思", True)
    assert await shelf.standing() == before
