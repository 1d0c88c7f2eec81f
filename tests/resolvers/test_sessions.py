"""What comes after signing in: how long it lasts, how it ends, passwords and machine keys."""

import asyncio
import base64
from typing import Any

import pytest
from sqlalchemy import text

from db.base import Pool
from resolvers.keys import make_key
from resolvers.sessions import forget_sessions
from tests.conftest import MovableClock
from tests.resolvers.signing import CHANGE, code_of, count_rows, status_of, try_name
from tests.scenes import ADMIN_ID, JIANGMEN, LUZHOU, PASSWORD, USCC, YUNMENG, Caller, Town


async def test_a_token_of_another_city_is_nobodys(town: Town):
    developer = await town.developer(JIANGMEN)
    token = developer.headers["Authorization"]
    assert await status_of(developer) == 200
    moved = token.replace(str(JIANGMEN), str(LUZHOU))
    assert await status_of(Caller(town.http, {"Authorization": moved})) == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": ""},
        {"Authorization": "Bearer x"},
        {"Authorization": "Bearer wx_510500_"},
        {"Authorization": "Bearer wx_510500_" + "A" * 43},
        {"Authorization": "Bearer wx_999999_" + "A" * 43},
        {"Authorization": "Bearer wx_-10500_" + "A" * 43},
        {"Authorization": "Bearer wx_99999999999_x"},
        {"Authorization": "Bearer wx_510500_" + "A" * 5000},
        {"Authorization": "Basic " + base64.b64encode(b"admin:admin").decode()},
        {"Authorization": "wx_510500_" + "A" * 43},
        {"Authorization": b"Bearer wx_510500_\xe5\xbc\xa0"},
        {"X-Weixiu-Key": ""},
        {"X-Weixiu-Key": "wxk"},
        {"X-Weixiu-Key": "wxk_510500_abc"},
        {"X-Weixiu-Key": "wxk_510500_00000000_" + "A" * 43},
        {"X-Weixiu-Key": "wxk_999999_00000000_" + "A" * 43},
        {"X-Weixiu-Key": "wxk_510500_'; drop table api_key --_x"},
        {"X-Weixiu-Key": b"wxk_510500_\xff_\xff"},
    ],
)
async def test_a_token_or_key_that_is_none_is_401_everywhere(town: Town, headers: Any):
    for method, path in (("POST", "/graphql"), ("GET", "/files/anything"), ("POST", "/files")):
        body = {"query": "{ cities { code } }"} if path == "/graphql" else None
        response = await town.http.request(method, path, json=body, headers=headers)
        assert response.status_code == 401, path
        assert "UNAUTHENTICATED" in response.text
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_a_session_ends_after_half_an_hour_without_use(town: Town, clock: MovableClock):
    developer = await town.developer(JIANGMEN)
    for _ in range(3):
        clock.move(minutes=29, seconds=59)
        assert await status_of(developer) == 200
    clock.move(minutes=30)
    assert await status_of(developer) == 401
    clock.move(minutes=-29)
    assert await status_of(developer) == 200


async def test_a_session_ends_after_twelve_hours_however_much_it_is_used(town: Town, clock: MovableClock):
    developer = await town.developer(JIANGMEN)
    for _ in range(35):
        clock.move(minutes=20)
        assert await status_of(developer) == 200
    clock.move(minutes=20)
    assert await status_of(developer) == 401


async def test_signing_out_ends_this_session_and_no_other(town: Town):
    developer = await town.developer(JIANGMEN)
    other = Caller(town.http, await town.sign_in(JIANGMEN, "admin"))
    done = await developer.ask("mutation { signOut { __typename } }")
    assert done["signOut"]["__typename"] == "Accomplished"
    assert (await status_of(developer), await status_of(other)) == (401, 200)


async def test_a_revoked_session_is_refused(town: Town):
    developer = await town.developer(JIANGMEN)
    async with town.desk.databases.engine(Pool.GATE).begin() as connection:
        await connection.execute(text("update session set revoked_at = now()"))
    assert await status_of(developer) == 401


async def test_only_hashes_of_tokens_and_keys_are_kept(town: Town):
    developer, bank = await town.developer(JIANGMEN), await town.bank(JIANGMEN)
    secrets = [
        developer.headers["Authorization"].split("_")[-1],
        bank.headers["X-Weixiu-Key"].split("_", 3)[3],
    ]
    async with town.desk.databases.engine(Pool.GATE).connect() as connection:
        kept = [
            row
            for table in ("session", "api_key", "login", "principal", "attempt")
            for row in await connection.scalars(text(f"select t::text from {table} t"))
        ]
    assert not [secret for secret in secrets for row in kept if secret in row]
    assert not [row for row in kept if PASSWORD in row]


async def test_changing_the_password_ends_the_other_sessions_and_keeps_the_own(town: Town):
    developer = await town.developer(JIANGMEN)
    other = Caller(town.http, await town.sign_in(JIANGMEN, "admin"))
    given = {"oldPassword": PASSWORD, "newPassword": "another long word"}
    done = await developer.ask(CHANGE, i=given)
    assert done["passwordChange"]["__typename"] == "Accomplished"
    assert (await status_of(developer), await status_of(other)) == (200, 401)
    assert await code_of(town.stranger, "admin", PASSWORD, JIANGMEN) == "SIGN_IN_FAILED"
    assert await code_of(town.stranger, "admin", "another long word", JIANGMEN) == "SIGNED_IN"
    async with town.desk.databases.engine(Pool.OFFICE).begin() as connection:
        await connection.execute(text(f"select set_config('app.city', '{JIANGMEN}', true)"))
        kept = await connection.execute(
            text("select act, rule, detail::text from audit where act = 'passwordChange'")
        )
        ((act, rule, detail),) = kept.all()
    assert act == "passwordChange"
    assert "password.change" in rule
    assert "word" not in detail


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("not the password", "another long word", "PASSWORD_WRONG"),
        (PASSWORD, "short", "PASSWORD_SHORT"),
        (PASSWORD, "x" * 201, "PASSWORD_SHORT"),
        (PASSWORD, "1234567890", "PASSWORD_COMMON"),
        (PASSWORD, "aaaaaaaaaaaa", "PASSWORD_COMMON"),
        (PASSWORD, "the admin of us", "PASSWORD_COMMON"),
        (PASSWORD, "PASSWORD123", "PASSWORD_COMMON"),
    ],
)
async def test_a_bad_change_of_password_changes_nothing(town: Town, old: str, new: str, code: str):
    developer = await town.developer(JIANGMEN)
    other = Caller(town.http, await town.sign_in(JIANGMEN, "admin"))
    answer = await developer.ask(CHANGE, i={"oldPassword": old, "newPassword": new})
    assert [problem["code"] for problem in answer["passwordChange"]["problems"]] == [code]
    assert await status_of(other) == 200
    assert await code_of(town.stranger, "admin", PASSWORD, JIANGMEN) == "SIGNED_IN"


async def test_the_old_password_cannot_be_guessed_with_a_stolen_session(town: Town, clock: MovableClock):
    developer = await town.developer(JIANGMEN)
    codes: list[str] = []
    for number in range(6):
        given = {"oldPassword": f"guess number {number}", "newPassword": "another long word"}
        answer = await developer.ask(CHANGE, i=given)
        codes += [problem["code"] for problem in answer["passwordChange"]["problems"]]
    assert codes == ["PASSWORD_WRONG"] * 5 + ["SIGN_IN_THROTTLED"]
    clock.move(minutes=1, seconds=1)
    right = {"oldPassword": PASSWORD, "newPassword": "another long word"}
    assert (await developer.ask(CHANGE, i=right))["passwordChange"]["__typename"] == "Accomplished"


async def test_of_two_changes_at_once_the_first_wins_and_the_other_is_told(town: Town):
    developer = await town.developer(JIANGMEN)
    sent = [
        developer.ask(CHANGE, i={"oldPassword": PASSWORD, "newPassword": f"a new long word {n}"})
        for n in range(2)
    ]
    kinds = sorted(answer["passwordChange"]["__typename"] for answer in await asyncio.gather(*sent))
    assert kinds == ["Accomplished", "Rejected"]


async def test_a_city_may_leave_the_change_of_passwords_to_the_office(town: Town):
    person = await town.office(YUNMENG, "authority_admin", ADMIN_ID, "admin")
    answer = await person.ask(CHANGE, i={"oldPassword": PASSWORD, "newPassword": "another long word"})
    (problem,) = answer["passwordChange"]["problems"]
    assert problem["code"] == "PROFILE_FEATURE_OFF"
    assert problem["message"] == "本市未开通此项业务（修改密码），请到维修资金管理部门窗口办理。"
    assert await code_of(town.stranger, "admin", PASSWORD, YUNMENG) == "SIGNED_IN"


async def test_machines_and_visitors_have_no_password_to_change(town: Town):
    for caller in (await town.bank(LUZHOU), await town.visitor(LUZHOU)):
        answer = await caller.send(CHANGE, i={"oldPassword": PASSWORD, "newPassword": "another long word"})
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    answer = await (await town.bank(LUZHOU)).send("mutation { signOut { __typename } }")
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    answer = await town.stranger.send(CHANGE, i={"oldPassword": PASSWORD, "newPassword": "another long word"})
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_machines_key_is_refused_when_revoked_expired_or_wrong(town: Town, clock: MovableClock):
    bank = await town.bank(LUZHOU)
    key = bank.headers["X-Weixiu-Key"]
    other = Caller(town.http, {"X-Weixiu-Key": key[:-1] + ("A" if key[-1] != "A" else "B")})
    moved = Caller(town.http, {"X-Weixiu-Key": key.replace(str(LUZHOU), str(JIANGMEN))})
    assert [await status_of(caller) for caller in (bank, other, moved)] == [200, 401, 401]

    async def mark(change: str) -> int:
        async with town.desk.databases.engine(Pool.GATE).begin() as connection:
            given = {"now": clock.now} if ":now" in change else {}
            await connection.execute(text(f"update api_key set {change}"), given)
        return await status_of(bank)

    assert await mark("expires_at = cast(:now as timestamptz) + interval '1 hour'") == 200
    clock.move(hours=1)
    assert await status_of(bank) == 401
    assert await mark("expires_at = null") == 200
    assert await mark("revoked_at = :now") == 401
    assert await mark("revoked_at = null") == 200
    async with town.desk.databases.engine(Pool.GATE).begin() as connection:
        await connection.execute(text("update principal set status = 'DEACTIVATED' where kind = 'BANK'"))
    assert await status_of(bank) == 401


def test_a_machines_key_holds_256_random_bits_and_a_public_prefix():
    key, prefix, secret_hash = make_key(LUZHOU)
    kind, city, known, secret = key.split("_", 3)
    assert (kind, city, known) == ("wxk", "510500", prefix)
    assert len(base64.urlsafe_b64decode(secret + "=")) == 32
    assert len(secret_hash) == 32
    assert len({make_key(LUZHOU)[0] for _ in range(100)}) == 100


async def test_old_sessions_and_tries_are_swept_away(town: Town, clock: MovableClock):
    await town.developer(JIANGMEN, USCC[JIANGMEN])
    await try_name(town.stranger, "nobody", city=JIANGMEN)
    sessions = await count_rows(town, "session")
    assert await forget_sessions(town.desk, JIANGMEN) == 0
    clock.move(days=130)
    assert await forget_sessions(town.desk, LUZHOU) == 0
    assert await forget_sessions(town.desk, JIANGMEN) == sessions
    assert (await count_rows(town, "session"), await count_rows(town, "attempt")) == (0, 0)
