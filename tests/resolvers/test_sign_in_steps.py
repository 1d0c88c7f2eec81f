"""Sign-in in steps: a first password that is not one's own, a code, an authenticator that is set up."""

import asyncio
from collections import Counter

import pytest

from resolvers.accounts import OfficeAccount, make_office_account
from tests.conftest import MovableClock
from tests.resolvers.signing import CHANGE, code_of, status_of
from tests.resolvers.steps import NEW, Device, begin, finish, outcome, own_device, signed_in
from tests.scenes import ADMIN_ID, CLERK_ID, JIANGMEN, LUZHOU, PASSWORD, YUNMENG, Caller, Town
from tests.shelf import Shelf
from tests.statements import Statements


async def make(
    town: Town, city: int = LUZHOU, role: str = "window_clerk", *, must_change: bool = True
) -> None:
    """Make an account whose first password somebody else chose."""
    account = OfficeAccount(city, role, "newcomer", PASSWORD, "新来的", CLERK_ID, must_change=must_change)
    assert await make_office_account(town.desk, account) is None


async def test_a_password_that_somebody_else_chose_is_changed_before_there_is_a_token(
    town: Town, shelf: Shelf
):
    await make(town)
    sessions = await shelf.one("select count(*) from session")
    waiting = await begin(town.stranger, "newcomer")
    assert (waiting["__typename"], waiting["needs"], waiting["setup"]) == (
        "SignInUnfinished",
        ["NEW_PASSWORD"],
        None,
    )
    assert await shelf.one("select count(*) from session") == sessions
    done = await finish(town.stranger, waiting["ticket"], newPassword=NEW)
    assert (done["__typename"], done["recoveryCodes"]) == ("SignedInDone", [])
    assert await status_of(Caller(town.http, {"Authorization": f"Bearer {done['token']}"})) == 200
    assert await code_of(town.stranger, "newcomer") == "SIGN_IN_FAILED"
    assert await code_of(town.stranger, "newcomer", NEW) == "SIGNED_IN"


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({}, "FIELD_REQUIRED", "newPassword"),
        ({"code": "123456"}, "SIGN_IN_ENDED", ""),
        ({"newPassword": ""}, "FIELD_REQUIRED", "newPassword"),
        ({"newPassword": "short"}, "PASSWORD_SHORT", "newPassword"),
        ({"newPassword": "1234567890"}, "PASSWORD_COMMON", "newPassword"),
        ({"newPassword": "newcomer it is"}, "PASSWORD_COMMON", "newPassword"),
        ({"newPassword": PASSWORD}, "PASSWORD_SAME", "newPassword"),
    ],
)
async def test_a_bad_new_password_is_told_and_the_ticket_stays_good(
    town: Town, shelf: Shelf, given: dict[str, str], code: str, path: str
):
    await make(town)
    ticket = (await begin(town.stranger, "newcomer"))["ticket"]
    before = await shelf.standing()
    answer = await finish(town.stranger, ticket, **given)
    if code == "SIGN_IN_ENDED":
        # A code that nothing asks for changes nothing.
        assert (answer["__typename"], answer["needs"]) == ("SignInUnfinished", ["NEW_PASSWORD"])
    else:
        assert (answer["problems"][0]["code"], answer["problems"][0]["path"]) == (code, path)
        assert await shelf.standing() == before
    assert outcome(await finish(town.stranger, ticket, newPassword=NEW)) == "SignedInDone"


async def test_a_ticket_is_used_once(town: Town):
    await make(town)
    ticket = (await begin(town.stranger, "newcomer"))["ticket"]
    assert outcome(await finish(town.stranger, ticket, newPassword=NEW)) == "SignedInDone"
    for given in ({"newPassword": "yet another sentence"}, {}):
        assert outcome(await finish(town.stranger, ticket, **given)) == "SIGN_IN_ENDED"


async def test_of_two_who_finish_one_ticket_at_once_one_signs_in(town: Town):
    codes: list[list[str]] = []
    for number in range(20):
        account = OfficeAccount(
            LUZHOU, "window_clerk", f"n{number}", PASSWORD, "新来的", CLERK_ID, must_change=True
        )
        assert await make_office_account(town.desk, account) is None
        ticket = (await begin(town.stranger, f"n{number}"))["ticket"]
        both = await asyncio.gather(
            *(finish(town.stranger, ticket, newPassword=f"sentence {word}") for word in ("one", "two"))
        )
        codes.append(sorted(outcome(one) for one in both))
    assert codes == [["SIGN_IN_ENDED", "SignedInDone"]] * 20


async def test_a_ticket_lasts_ten_minutes(town: Town, clock: MovableClock):
    await make(town)
    first = (await begin(town.stranger, "newcomer"))["ticket"]
    clock.move(minutes=9, seconds=59)
    second = (await begin(town.stranger, "newcomer"))["ticket"]
    clock.move(seconds=1)
    assert outcome(await finish(town.stranger, first, newPassword=NEW)) == "SIGN_IN_ENDED"
    assert outcome(await finish(town.stranger, second, newPassword=NEW)) == "SignedInDone"


async def test_a_changed_password_kills_every_ticket_of_the_one_before(town: Town, shelf: Shelf):
    await make(town)
    first = (await begin(town.stranger, "newcomer"))["ticket"]
    second = (await begin(town.stranger, "newcomer"))["ticket"]
    assert outcome(await finish(town.stranger, first, newPassword=NEW)) == "SignedInDone"
    before = await shelf.standing()
    assert outcome(await finish(town.stranger, second, newPassword="my own by theft")) == "SIGN_IN_ENDED"
    assert await shelf.standing() == before


async def test_a_deactivated_account_finishes_nothing(town: Town, shelf: Shelf):
    await make(town)
    ticket = (await begin(town.stranger, "newcomer"))["ticket"]
    await shelf.change("update principal set status = 'DEACTIVATED' where name = '新来的'")
    assert outcome(await finish(town.stranger, ticket, newPassword=NEW)) == "SIGN_IN_ENDED"


@pytest.mark.parametrize(
    "ticket",
    [
        "",
        "x",
        "wxt_510500_",
        "wxt_510500_" + "A" * 43,
        "wxt_999999_" + "A" * 43,
        "wx_510500_" + "A" * 43,
        "A" * 9000,
    ],
)
async def test_what_is_no_ticket_gets_the_same_answer_as_one_that_ended(town: Town, ticket: str):
    await make(town)
    true = (await begin(town.stranger, "newcomer"))["ticket"]
    await finish(town.stranger, true, newPassword=NEW)
    ended = await finish(town.stranger, true, newPassword=NEW)
    assert await finish(town.stranger, ticket, newPassword=NEW) == ended


async def test_a_ticket_opens_nothing_by_itself(town: Town):
    await make(town)
    ticket = (await begin(town.stranger, "newcomer"))["ticket"]
    assert await status_of(Caller(town.http, {"Authorization": f"Bearer {ticket}"})) == 401
    assert await status_of(Caller(town.http, {"X-Weixiu-Key": ticket})) == 401


async def test_who_has_an_authenticator_is_asked_for_a_code(town: Town, clock: MovableClock):
    admin = await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    device, _ = await own_device(town, admin)
    clock.move(minutes=1)
    waiting = await begin(town.stranger, "admin")
    assert (waiting["needs"], waiting["setup"]) == (["CODE"], None)
    done = await finish(town.stranger, waiting["ticket"], code=device.code())
    assert (done["__typename"], done["recoveryCodes"]) == ("SignedInDone", [])


async def test_the_code_is_asked_before_a_new_password_is_taken(
    town: Town, shelf: Shelf, clock: MovableClock
):
    admin = await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    device, _ = await own_device(town, admin)
    await shelf.change("update login set must_change = true")
    clock.move(minutes=1)
    waiting = await begin(town.stranger, "admin")
    assert waiting["needs"] == ["NEW_PASSWORD", "CODE"]
    kept = await shelf.rows("select password_hash from login")
    assert outcome(await finish(town.stranger, waiting["ticket"], newPassword=NEW)) == "FIELD_REQUIRED"
    wrong = await finish(town.stranger, waiting["ticket"], newPassword=NEW, code="000000")
    assert outcome(wrong) == "CODE_WRONG"
    assert await shelf.rows("select password_hash from login") == kept
    step = await finish(town.stranger, waiting["ticket"], code=device.code())
    assert (step["__typename"], step["needs"]) == ("SignInUnfinished", ["NEW_PASSWORD"])
    assert outcome(await finish(town.stranger, waiting["ticket"], newPassword=NEW)) == "SignedInDone"


async def test_five_wrong_codes_end_a_ticket_and_slow_the_account(
    town: Town, shelf: Shelf, clock: MovableClock
):
    admin = await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    device, _ = await own_device(town, admin)
    clock.move(minutes=1)
    ticket = (await begin(town.stranger, "admin"))["ticket"]
    for _ in range(5):
        assert outcome(await finish(town.stranger, ticket, code="000000")) == "CODE_WRONG"
    assert outcome(await finish(town.stranger, ticket, code=device.code())) == "SIGN_IN_ENDED"
    # Another ticket from another address does not begin to count anew.
    other = town.at("203.0.113.9").stranger
    ticket = (await begin(other, "admin"))["ticket"]
    assert outcome(await finish(other, ticket, code=device.code())) == "SIGN_IN_THROTTLED"
    clock.move(minutes=1, seconds=1)
    assert outcome(await finish(other, ticket, code=device.code())) == "SignedInDone"
    assert await shelf.one("select count(*) from attempt where subject like 'code:%'") == 0


async def test_the_organization_asks_for_codes_and_a_device_is_set_up_at_the_next_sign_in(
    town: Town, shelf: Shelf, clock: MovableClock
):
    developer = await town.developer(JIANGMEN)
    await shelf.change("update organization set totp_required = true")
    waiting = await begin(town.stranger, "admin", city=JIANGMEN)
    assert waiting["needs"] == ["CODE_SETUP"]
    assert waiting["setup"]["otpauthUri"].startswith("otpauth://totp/")
    device = Device(town.desk, waiting["setup"]["secret"])
    assert outcome(await finish(town.stranger, waiting["ticket"], code="000000")) == "CODE_WRONG"
    done = await finish(town.stranger, waiting["ticket"], code=device.code())
    assert (done["__typename"], len(set(done["recoveryCodes"]))) == ("SignedInDone", 10)
    # Who is signed in already goes on; the next sign-in wants the code.
    assert await status_of(developer) == 200
    clock.move(minutes=1)
    assert (await begin(town.stranger, "admin", city=JIANGMEN))["needs"] == ["CODE"]


async def test_a_city_asks_for_codes_by_role(town: Town):
    await make(town, YUNMENG, "system_admin")
    waiting = await begin(town.stranger, "newcomer", city=YUNMENG)
    assert waiting["needs"] == ["NEW_PASSWORD", "CODE_SETUP"]
    device = Device(town.desk, waiting["setup"]["secret"])
    step = await finish(town.stranger, waiting["ticket"], newPassword=NEW)
    assert (step["needs"], step["setup"]["secret"]) == (["CODE_SETUP"], device.secret)
    done = await finish(town.stranger, waiting["ticket"], code=device.code())
    assert (done["__typename"], len(done["recoveryCodes"])) == ("SignedInDone", 10)


@pytest.mark.parametrize(("city", "role"), [(YUNMENG, "authority_admin"), (LUZHOU, "system_admin")])
async def test_another_role_or_city_asks_for_none(town: Town, city: int, role: str):
    await make(town, city, role, must_change=False)
    assert outcome(await begin(town.stranger, "newcomer", city=city)) == "SignedInDone"


async def test_each_sign_in_sets_up_a_device_of_its_own(town: Town):
    await make(town, YUNMENG, "system_admin", must_change=False)
    first, second = [await begin(town.stranger, "newcomer", city=YUNMENG) for _ in range(2)]
    devices = [Device(town.desk, one["setup"]["secret"]) for one in (first, second)]
    assert devices[0].secret != devices[1].secret
    # A stranger's code is worth nothing in somebody else's sign-in.
    assert outcome(await finish(town.stranger, first["ticket"], code=devices[1].code())) == "CODE_WRONG"
    assert outcome(await finish(town.stranger, first["ticket"], code=devices[0].code())) == "SignedInDone"


async def test_a_recovery_code_stands_in_for_a_code_once(town: Town, clock: MovableClock):
    admin = await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    _, codes = await own_device(town, admin)
    clock.move(minutes=1)
    answers: list[str] = []
    for code in (codes[0], codes[0], codes[1].upper().replace("-", " "), "aaaa-bbbb-cccc"):
        ticket = (await begin(town.stranger, "admin"))["ticket"]
        answers.append(outcome(await finish(town.stranger, ticket, code=code)))
    assert answers == ["SignedInDone", "CODE_WRONG", "SignedInDone", "CODE_WRONG"]


async def test_two_equal_codes_at_once_let_one_in(town: Town, clock: MovableClock):
    admin = await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    device, recovery = await own_device(town, admin)
    seen: list[list[str]] = []
    for turn in range(20):
        clock.move(minutes=2)
        code = device.code() if turn % 2 else recovery[turn // 2]
        tickets = [(await begin(town.stranger, "admin"))["ticket"] for _ in range(2)]
        both = await asyncio.gather(*(finish(town.stranger, ticket, code=code) for ticket in tickets))
        seen.append(sorted(outcome(one) for one in both))
    assert seen == [["CODE_WRONG", "SignedInDone"]] * 20


async def test_codes_sent_all_at_once_are_held_back_like_codes_one_by_one(town: Town, clock: MovableClock):
    admin = await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    await own_device(town, admin)
    clock.move(minutes=1)
    tickets = [(await begin(town.stranger, "admin"))["ticket"] for _ in range(4)]
    answers = await asyncio.gather(
        *(finish(town.stranger, tickets[n % 4], code=f"{n:06}") for n in range(40))
    )
    codes = Counter(outcome(one) for one in answers)
    assert codes == {"CODE_WRONG": 5, "SIGN_IN_THROTTLED": 35}


async def test_every_step_is_recorded_without_what_was_typed(town: Town, shelf: Shelf, clock: MovableClock):
    admin = await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    device, _ = await own_device(town, admin)
    clock.move(minutes=1)
    await begin(town.stranger, "admin", "my secret by mistake")
    await begin(town.stranger, "no-such-name")
    ticket = (await begin(town.stranger, "admin"))["ticket"]
    await finish(town.stranger, ticket, code="000000")
    await finish(town.stranger, ticket, code=device.code())
    person = await shelf.one("select id from principal where kind = 'OFFICE'")
    rows = await shelf.rows(
        "select act, outcome, principal_id, detail::text, address from audit where at = :now order by id",
        now=clock.now,
    )
    assert [(act, outcome, who == person, address) for act, outcome, who, _, address in rows] == [
        ("signIn", "DENIED", True, "127.0.0.1"),
        ("signIn", "DENIED", False, "127.0.0.1"),
        ("signIn", "DONE", True, "127.0.0.1"),
        ("signInFinish", "DENIED", True, "127.0.0.1"),
        ("signInFinish", "DONE", True, "127.0.0.1"),
    ]
    told = " ".join(detail for _, _, _, detail, _ in rows)
    assert not [one for one in ("mistake", "no-such", "000000", device.code(), ticket) if one in told]


async def test_every_name_that_is_not_let_in_costs_the_same_statements_and_one_comparison(
    town: Town, shelf: Shelf
):
    """Not only the answer but the work is the same, whoever it is that is not let in."""
    for number, name in enumerate(("wrong", "deactivated", "refused", "invited", "waiting")):
        account = OfficeAccount(
            LUZHOU, "window_clerk", name, PASSWORD, name, CLERK_ID, must_change=bool(number % 2)
        )
        assert await make_office_account(town.desk, account) is None
    for status in ("DEACTIVATED", "REFUSED"):
        await shelf.change("update principal set status = :status where name = lower(:status)", status=status)
    await shelf.change("update principal set status = 'PENDING' where name in ('invited', 'waiting')")
    await shelf.change("update login set password_hash = '!' where name = 'invited'")
    answers: list[str] = []
    work: list[list[str]] = []
    for name in ("unknown", "wrong", "deactivated", "refused", "invited", "waiting", "x" * 5000, ""):
        right = PASSWORD if name in {"deactivated", "refused"} else "not the password"
        with Statements(town.desk) as statements:
            answers.append(str(await begin(town.stranger, name, right)))
        work.append(statements.texts)
    assert answers == [answers[0]] * len(answers)
    assert [one for one in work if one != work[0]] == []
    # Counting, looking up, and the record.
    assert len(work[0]) > 5


async def test_a_password_changed_beside_a_sign_in_leaves_no_session_of_the_old_one(town: Town):
    """Whichever comes first, nobody is in by the old password after it was changed."""
    developer = await town.developer(JIANGMEN)
    passwords = [PASSWORD, "another long word"]
    seen: Counter[str] = Counter()
    for turn in range(30):
        old, new = passwords if turn % 2 == 0 else passwords[::-1]
        given = {"oldPassword": old, "newPassword": new}
        there = town.at(f"10.2.0.{turn}")
        entering = asyncio.create_task(begin(there.stranger, "admin", old, JIANGMEN))
        # Sometimes the one is first, sometimes the other.
        await asyncio.sleep(turn % 6 * 0.02)
        changed, entered = await developer.ask(CHANGE, i=given), await entering
        assert changed["passwordChange"]["__typename"] == "Accomplished"
        seen[outcome(entered)] += 1
        if outcome(entered) == "SignedInDone":
            caller = Caller(town.http, {"Authorization": f"Bearer {entered['token']}"})
            assert await status_of(caller) == 401
    assert set(seen) == {"SignedInDone", "SIGN_IN_FAILED"}
    assert await status_of(developer) == 200


async def test_an_account_without_steps_signs_in_at_once(town: Town):
    await make(town, must_change=False)
    caller = await signed_in(town, "newcomer")
    assert await status_of(caller) == 200
