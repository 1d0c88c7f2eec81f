"""The own authenticator: set up, proven, moved to another device, and taken away."""

from typing import Any

import pytest

from tests.conftest import MovableClock
from tests.resolvers.signing import status_of
from tests.resolvers.steps import Device, begin, confirm, finish, outcome, own_device
from tests.scenes import ADMIN_ID, JIANGMEN, LUZHOU, PASSWORD, Caller, Town
from tests.shelf import Shelf

BEGUN = "... on TotpBegun { setup { secret otpauthUri } }"
TOLD = "... on RecoveryCodesTold { recoveryCodes }"


async def start(caller: Caller, **given: str) -> Any:
    """Begin to set an authenticator up."""
    return await caller.act("totpBegin", {"password": PASSWORD, **given}, BEGUN, "TotpBeginInput")


async def remove(caller: Caller, code: str, password: str = PASSWORD) -> Any:
    """Take the authenticator away."""
    return await caller.act("totpRemove", {"password": password, "code": code}, "", "OwnProofInput")


async def renew(caller: Caller, code: str, password: str = PASSWORD) -> Any:
    """Ask for other recovery codes."""
    return await caller.act("recoveryCodesRenew", {"password": password, "code": code}, TOLD, "OwnProofInput")


@pytest.fixture
async def admin(town: Town) -> Caller:
    """Give somebody of the office, signed in."""
    return await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")


async def test_an_authenticator_counts_only_after_its_first_code(town: Town, admin: Caller):
    begun = await start(admin)
    assert begun["setup"]["otpauthUri"].startswith("otpauth://totp/")
    assert begun["setup"]["secret"] in begun["setup"]["otpauthUri"]
    assert outcome(await begin(town.stranger, "admin")) == "SignedInDone"
    assert outcome(await confirm(admin, "000000")) == "CODE_WRONG"
    assert outcome(await begin(town.stranger, "admin")) == "SignedInDone"
    told = await confirm(admin, Device(town.desk, begun["setup"]["secret"]).code())
    assert len(set(told["recoveryCodes"])) == 10
    assert (await begin(town.stranger, "admin"))["needs"] == ["CODE"]
    profile = (await admin.ask("{ me { profile { loginName hasTotp } } }"))["me"]["profile"]
    assert profile == {"loginName": "admin", "hasTotp": True}


async def test_the_password_is_asked_again_and_nothing_is_begun_without_it(admin: Caller, shelf: Shelf):
    before = await shelf.standing()
    assert outcome(await start(admin, password="not the password")) == "PASSWORD_WRONG"
    assert await shelf.standing() == before
    assert outcome(await confirm(admin, "123456")) == "TOTP_OFF"


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_code_is_taken_half_a_minute_around_its_time(
    town: Town, admin: Caller, steps: int, clock: MovableClock, *, taken: bool
):
    device, _ = await own_device(town, admin)
    clock.move(minutes=5)
    ticket = (await begin(town.stranger, "admin"))["ticket"]
    answer = await finish(town.stranger, ticket, code=device.code(steps))
    assert outcome(answer) == ("SignedInDone" if taken else "CODE_WRONG")


async def test_no_code_is_taken_twice_nor_one_before_it(town: Town, admin: Caller, clock: MovableClock):
    device, _ = await own_device(town, admin)
    clock.move(minutes=5)
    codes = [device.code(1), device.code(1), device.code(0), device.code(-1)]
    answers: list[str] = []
    for code in codes:
        ticket = (await begin(town.stranger, "admin"))["ticket"]
        answers.append(outcome(await finish(town.stranger, ticket, code=code)))
    assert answers == ["SignedInDone", "CODE_WRONG", "CODE_WRONG", "CODE_WRONG"]


@pytest.mark.parametrize(
    "typed", ["123 456", "１２３４５６", " 123456 ", "", "12345", "1234567", "abcdef", "9" * 900]
)
async def test_a_code_is_read_as_people_type_it(town: Town, admin: Caller, clock: MovableClock, typed: str):
    device, _ = await own_device(town, admin)
    clock.move(minutes=5)
    if "123" in typed.replace(" ", "") or "１２３" in typed:
        code = device.code()
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
        typed = {"123 456": f"{code[:3]} {code[3:]}", " 123456 ": f" {code} ", "１２３４５６": wide}.get(
            typed, typed
        )
    ticket = (await begin(town.stranger, "admin"))["ticket"]
    answer = outcome(await finish(town.stranger, ticket, code=typed))
    good = len(typed.replace(" ", "")) == 6 and typed != "abcdef"
    assert answer == ("SignedInDone" if good else "FIELD_REQUIRED" if not typed else "CODE_WRONG")


async def test_another_device_wants_a_code_of_the_present_one_which_stays_good_until_then(
    town: Town, admin: Caller, clock: MovableClock
):
    old, old_codes = await own_device(town, admin)
    clock.move(minutes=1)
    assert outcome(await start(admin)) == "FIELD_REQUIRED"
    assert outcome(await start(admin, code="000000")) == "CODE_WRONG"
    begun = await start(admin, code=old.code())
    new = Device(town.desk, begun["setup"]["secret"])
    clock.move(minutes=1)
    ticket = (await begin(town.stranger, "admin"))["ticket"]
    assert outcome(await finish(town.stranger, ticket, code=old.code())) == "SignedInDone"
    clock.move(minutes=1)
    told = await confirm(admin, new.code())
    assert set(told["recoveryCodes"]).isdisjoint(old_codes)
    clock.move(minutes=1)
    answers: list[str] = []
    for code in (old.code(), old_codes[0], new.code()):
        ticket = (await begin(town.stranger, "admin"))["ticket"]
        answers.append(outcome(await finish(town.stranger, ticket, code=code)))
    assert answers == ["CODE_WRONG", "CODE_WRONG", "SignedInDone"]


async def test_an_authenticator_is_removed_with_password_and_code(
    town: Town, admin: Caller, shelf: Shelf, clock: MovableClock
):
    assert outcome(await remove(admin, "123456")) == "TOTP_OFF"
    device, _ = await own_device(town, admin)
    clock.move(minutes=1)
    assert outcome(await remove(admin, device.code(), "not the password")) == "PASSWORD_WRONG"
    assert outcome(await remove(admin, "000000")) == "CODE_WRONG"
    assert outcome(await remove(admin, device.code())) == "Accomplished"
    assert outcome(await begin(town.stranger, "admin")) == "SignedInDone"
    assert await shelf.one("select count(*) from authenticator") == 0
    assert await shelf.one("select count(*) from recovery_code") == 0


async def test_where_codes_are_asked_for_nobody_does_without(town: Town, shelf: Shelf, clock: MovableClock):
    developer = await town.developer(JIANGMEN)
    device, _ = await own_device(town, developer)
    await shelf.change("update organization set totp_required = true")
    clock.move(minutes=1)
    assert outcome(await remove(developer, device.code())) == "TOTP_REQUIRED"
    assert (await begin(town.stranger, "admin", city=JIANGMEN))["needs"] == ["CODE"]


async def test_recovery_codes_are_made_anew_and_the_earlier_ones_are_good_no_more(
    town: Town, admin: Caller, clock: MovableClock
):
    device, earlier = await own_device(town, admin)
    clock.move(minutes=1)
    assert outcome(await renew(admin, "000000")) == "CODE_WRONG"
    told = (await renew(admin, device.code()))["recoveryCodes"]
    assert len(set(told) - set(earlier)) == 10
    ticket = (await begin(town.stranger, "admin"))["ticket"]
    assert outcome(await finish(town.stranger, ticket, code=earlier[0])) == "CODE_WRONG"
    assert outcome(await finish(town.stranger, ticket, code=told[0])) == "SignedInDone"


async def test_codes_cannot_be_guessed_with_a_stolen_session_and_password(
    town: Town, admin: Caller, clock: MovableClock
):
    device, _ = await own_device(town, admin)
    clock.move(minutes=1)
    codes = [outcome(await remove(admin, "000000")) for _ in range(4)]
    # A try for which no code was compared takes nothing back of those before it.
    assert outcome(await confirm(admin, "123456")) == "TOTP_OFF"
    codes += [outcome(await remove(admin, "000000")) for _ in range(2)]
    assert codes == ["CODE_WRONG"] * 5 + ["SIGN_IN_THROTTLED"]
    clock.move(minutes=1, seconds=1)
    assert outcome(await remove(admin, device.code())) == "Accomplished"


async def test_machines_visitors_and_strangers_have_no_authenticator(town: Town):
    for caller, code in (
        (await town.bank(LUZHOU), "FORBIDDEN"),
        (await town.visitor(JIANGMEN), "FORBIDDEN"),
        (town.stranger, "UNAUTHENTICATED"),
    ):
        query = 'mutation { totpBegin(input: {password: "x"}) { __typename } }'
        answer = await caller.send(query)
        assert answer["errors"][0]["extensions"]["code"] == code


async def test_nothing_in_clear_is_kept(town: Town, admin: Caller, shelf: Shelf, clock: MovableClock):
    begun = await start(admin)
    device = Device(town.desk, begun["setup"]["secret"])
    codes = (await confirm(admin, device.code()))["recoveryCodes"]
    clock.move(minutes=1)
    waiting = await begin(town.stranger, "admin")
    done = await finish(town.stranger, waiting["ticket"], code=device.code())
    secrets = [
        device.secret,
        waiting["ticket"].split("_", 2)[2],
        done["token"].split("_", 2)[2],
        *codes,
        *(code.replace("-", "") for code in codes),
        f'"{device.code()}"',
    ]
    kept = await everything(shelf)
    assert "admin" in kept
    assert [secret for secret in secrets if secret in kept] == []
    assert await status_of(admin) == 200


async def everything(shelf: Shelf) -> str:
    """Give the text of every row of every table."""
    tables = await shelf.rows("select tablename from pg_tables where schemaname = 'public'")
    parts = [str(row) for (table,) in tables for row in await shelf.rows(f'select t::text from "{table}" t')]
    return "\n".join(parts)
