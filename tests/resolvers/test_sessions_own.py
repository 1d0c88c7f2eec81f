"""One's own sessions and profile: seen, ended, changed, by oneself alone."""

from typing import Any

import pytest
from argon2 import PasswordHasher

from schema.ids import write_id
from tests.conftest import MovableClock
from tests.resolvers.signing import CHANGE, code_of, status_of
from tests.resolvers.steps import outcome
from tests.scenes import ADMIN_ID, JIANGMEN, LUZHOU, PASSWORD, YUNMENG, Caller, Town
from tests.shelf import Shelf

SESSIONS = "{ me { sessions { id createdAt lastSeenAt address agent current } } }"
PROFILE = "{ me { name profile { loginName title mobile hasTotp } } }"
OTHERS = "mutation { sessionsRevokeOthers { ... on SessionsRevoked { count } } }"


async def sessions(caller: Caller) -> list[Any]:
    """Read the own sessions."""
    return (await caller.ask(SESSIONS))["me"]["sessions"]


async def revoke(caller: Caller, session: str) -> Any:
    """End a session; the answer as it came."""
    query = """mutation($i: SessionRevokeInput!) { sessionRevoke(input: $i) { __typename } }"""
    return await caller.send(query, i={"sessionId": session})


async def another(town: Town, city: int = JIANGMEN, agent: str = "", address: str = "127.0.0.1") -> Caller:
    """Sign the admin in once more, with some program and from some address."""
    there = town.at(address)
    if agent:
        there.http.headers["User-Agent"] = agent
    headers = await there.sign_in(city, "admin")
    return Caller(there.http, headers)


async def test_people_see_their_own_living_sessions_and_which_is_theirs_now(town: Town, clock: MovableClock):
    developer = await town.developer(JIANGMEN)
    clock.move(minutes=5)
    phone = await another(town, agent="Telephone/1.0 " + "x" * 300, address="203.0.113.9")
    seen = await sessions(phone)
    assert [one["current"] for one in seen] == [True, False]
    assert [one["address"] for one in seen] == ["203.0.113.9", "127.0.0.1"]
    assert seen[0]["agent"] == ("Telephone/1.0 " + "x" * 300)[:200]
    assert [one["current"] for one in await sessions(developer)] in ([True, False], [False, True])
    clock.move(minutes=29)
    assert len(await sessions(phone)) == 2
    clock.move(minutes=2)
    # The developer's own ran out by itself, and whoever was revoked is not shown.
    assert [one["current"] for one in await sessions(phone)] == [True]


async def test_nobody_sees_the_sessions_of_somebody_else(town: Town):
    developer = await town.developer(JIANGMEN)
    user = await town.sub_user(developer)
    assert [one["current"] for one in await sessions(user)] == [True]
    office = await town.office(JIANGMEN, "authority_admin", ADMIN_ID, "office")
    assert [one["current"] for one in await sessions(office)] == [True]


async def test_machines_and_visitors_have_no_sessions_and_no_profile(town: Town):
    for caller in (await town.bank(LUZHOU), await town.visitor(JIANGMEN)):
        me = (await caller.ask("{ me { sessions { id } profile { loginName } } }"))["me"]
        assert me == {"sessions": [], "profile": None}


async def test_one_session_is_ended_and_the_others_go_on(town: Town, shelf: Shelf):
    developer, phone = await town.developer(JIANGMEN), await another(town)
    theirs = next(one["id"] for one in await sessions(developer) if not one["current"])
    assert (await revoke(developer, theirs))["data"]["sessionRevoke"]["__typename"] == "Accomplished"
    assert (await status_of(developer), await status_of(phone)) == (200, 401)
    again = await revoke(developer, theirs)
    assert again["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    rows = await shelf.rows("select outcome, subject_type from audit where act = 'sessionRevoke'")
    assert rows == [("DONE", "Session")]


async def test_somebody_elses_session_is_not_found(town: Town, shelf: Shelf):
    developer = await town.developer(JIANGMEN)
    user = await town.sub_user(developer)
    theirs = (await sessions(user))[0]["id"]
    before = await shelf.standing()
    row = await shelf.one("select id from session limit 1")
    for session in (theirs, write_id("UserSession", LUZHOU, row), write_id("User", JIANGMEN, row)):
        answer = await revoke(developer, session)
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert (await revoke(developer, "nonsense"))["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert await shelf.standing() == before
    assert await status_of(user) == 200


async def test_the_own_session_can_be_ended_like_any_other(town: Town):
    developer = await town.developer(JIANGMEN)
    ours = (await sessions(developer))[0]["id"]
    assert (await revoke(developer, ours))["data"]["sessionRevoke"]["__typename"] == "Accomplished"
    assert await status_of(developer) == 401


async def test_all_others_are_ended_at_once(town: Town):
    developer = await town.developer(JIANGMEN)
    others = [await another(town) for _ in range(3)]
    user = await town.sub_user(developer)
    assert (await developer.ask(OTHERS))["sessionsRevokeOthers"] == {"count": 3}
    assert [await status_of(one) for one in (developer, user, *others)] == [200, 200, 401, 401, 401]
    assert (await developer.ask(OTHERS))["sessionsRevokeOthers"] == {"count": 0}


async def update(caller: Caller, **given: str) -> Any:
    """Change the own profile."""
    return await caller.act("profileUpdate", given, "", "ProfileUpdateInput")


async def test_people_change_their_own_name_title_and_mobile(town: Town, shelf: Shelf):
    developer = await town.developer(JIANGMEN)
    assert outcome(await update(developer, name=" 王　小明 ", mobile="139 1234 5678")) == "Accomplished"
    assert outcome(await update(developer, title="经理")) == "Accomplished"
    assert (await developer.ask(PROFILE))["me"] == {
        "name": "王 小明",
        "profile": {"loginName": "admin", "title": "经理", "mobile": "139****5678", "hasTotp": False},
    }
    kept = await shelf.rows("select mobile_cipher, mobile_masked from principal where name = '王 小明'")
    assert "13912345678" not in str(kept)
    details = await shelf.rows("select detail::text from audit where act = 'profileUpdate' order by id")
    assert "13912345678" not in str(details)
    assert '"after": {"name": "王 小明"' in details[0][0]
    assert outcome(await update(developer, title="", mobile="")) == "Accomplished"
    assert (await developer.ask(PROFILE))["me"]["profile"]["mobile"] is None


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({}, "NO_CHANGES", ""),
        ({"name": " \u200b "}, "FIELD_REQUIRED", "name"),
        ({"name": "x" * 51}, "TEXT_INVALID", "name"),
        ({"title": "x" * 51}, "TEXT_INVALID", "title"),
        ({"mobile": "12345"}, "MOBILE_FORMAT", "mobile"),
    ],
)
async def test_a_bad_profile_changes_nothing(
    town: Town, shelf: Shelf, given: dict[str, str], code: str, path: str
):
    developer = await town.developer(JIANGMEN)
    before = await shelf.standing()
    answer = await update(developer, **given)
    assert (outcome(answer), answer["problems"][0]["path"]) == (code, path)
    assert await shelf.standing() == before


async def test_a_password_hashed_by_other_rules_is_hashed_anew_at_sign_in(town: Town, shelf: Shelf):
    await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    old = PasswordHasher(time_cost=1, memory_cost=64, parallelism=2).hash(PASSWORD)
    await shelf.change("update login set password_hash = :old", old=old)
    assert await code_of(town.stranger, "admin") == "SIGN_IN_FAILED"
    assert await shelf.one("select password_hash from login") == old
    assert await code_of(town.stranger, "admin", PASSWORD) == "SIGNED_IN"
    renewed = await shelf.one("select password_hash from login")
    assert "m=8,t=2,p=1" in renewed
    assert await code_of(town.stranger, "admin", PASSWORD) == "SIGNED_IN"
    assert await shelf.one("select password_hash from login") == renewed


async def test_a_password_is_changed_with_its_record_or_not_at_all(town: Town, shelf: Shelf):
    developer = await town.developer(JIANGMEN)
    kept = await shelf.one("select password_hash from login where name = 'admin'")
    await shelf.change(
        "create function broken() returns trigger language plpgsql as "
        "$$ begin if new.act = 'passwordChange' then raise 'no paper'; end if; return new; end $$"
    )
    await shelf.change("create trigger broken before insert on audit for each row execute function broken()")
    given = {"oldPassword": PASSWORD, "newPassword": "another long word"}
    assert "errors" in await developer.send(CHANGE, i=given)
    assert await shelf.one("select password_hash from login where name = 'admin'") == kept
    await shelf.change("drop trigger broken on audit")
    done = await developer.ask(CHANGE, i=given)
    assert done["passwordChange"]["__typename"] == "Accomplished"


async def test_signing_out_is_recorded(town: Town, shelf: Shelf):
    developer = await town.developer(YUNMENG)
    await developer.ask("mutation { signOut { __typename } }")
    rows = await shelf.rows("select outcome, actor_kind, org_id is not null from audit where act = 'signOut'")
    assert rows == [("DONE", "DEVELOPER", True)]
