"""Signing in: who is let in, how often one may try, and what a stranger learns, which is nothing."""

import asyncio
from dataclasses import replace
from statistics import median
from time import perf_counter

import pytest
from sqlalchemy import text

from db.base import Pool
from resolvers.passwords import Passwords
from tests.conftest import MovableClock
from tests.resolvers.signing import SIGN_IN, code_of, try_name
from tests.scenes import ADMIN_ID, JIANGMEN, LUZHOU, PASSWORD, Town


async def test_a_stranger_cannot_tell_an_unknown_name_from_a_wrong_password_or_another_city(town: Town):
    await town.authority(LUZHOU)
    name = f"authority_admin-{ADMIN_ID[-4:]}"
    wrong = await try_name(town.stranger, name)
    for answer in (
        await try_name(town.stranger, "nobody"),
        await try_name(town.stranger, name, PASSWORD, JIANGMEN),
        await try_name(town.stranger, name, PASSWORD, 999999),
        await try_name(town.stranger, "", ""),
        await try_name(town.stranger, "x" * 5000, "y" * 5000),
    ):
        assert answer == wrong
    assert wrong["problems"][0]["code"] == "SIGN_IN_FAILED"
    assert wrong["problems"][0]["path"] == ""


async def test_an_unknown_name_costs_as_much_time_as_a_known_one(town: Town):
    # The real cost of a hash, so that leaving it out would show.
    passwords = Passwords()
    town = Town(replace(town.desk, passwords=passwords))
    await town.office(LUZHOU, "authority_admin", ADMIN_ID, "real")
    took: dict[str, list[float]] = {"real": [], "nobody": []}
    for turn in range(5):
        for name, times in took.items():
            stranger = town.at(f"10.0.{turn}.{len(name)}").stranger
            begun = perf_counter()
            assert await code_of(stranger, name) == "SIGN_IN_FAILED"
            times.append(perf_counter() - begun)
    known, unknown = median(took["real"]), median(took["nobody"])
    assert 0.5 < known / unknown < 2
    passwords.close()


async def test_five_failures_slow_an_account_at_that_address_and_each_further_one_doubles_the_wait(
    town: Town, clock: MovableClock
):
    await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    for _ in range(5):
        assert await code_of(town.stranger, "admin") == "SIGN_IN_FAILED"
    for wait in (1, 2, 4, 8, 16, 30, 30):
        answer = await try_name(town.stranger, "admin", PASSWORD)
        assert answer["problems"][0]["code"] == "SIGN_IN_THROTTLED"
        assert answer["problems"][0]["message"] == f"登录尝试次数过多，请稍后（约 {wait} 分钟）再试。"
        clock.move(minutes=wait, seconds=-1)
        assert await code_of(town.stranger, "admin", PASSWORD) == "SIGN_IN_THROTTLED"
        clock.move(seconds=2)
        assert await code_of(town.stranger, "admin") == "SIGN_IN_FAILED"
    clock.move(minutes=31)
    assert await code_of(town.stranger, "admin", PASSWORD) == "SIGNED_IN"
    # The right password forgives: the next five tries are free again.
    for _ in range(5):
        assert await code_of(town.stranger, "admin") == "SIGN_IN_FAILED"


async def test_nobody_is_locked_out_by_somebody_elsewhere(town: Town):
    await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    attacker = town.at("203.0.113.7").stranger
    for _ in range(8):
        await try_name(attacker, "admin")
    assert await code_of(attacker, "admin", PASSWORD) == "SIGN_IN_THROTTLED"
    assert await code_of(attacker, "another") == "SIGN_IN_FAILED"
    assert await code_of(town.at("203.0.113.8").stranger, "admin", PASSWORD) == "SIGNED_IN"


async def test_guesses_from_everywhere_slow_networks_where_the_account_never_was_and_no_other(
    town: Town, clock: MovableClock
):
    await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    home, elsewhere = town.at("198.51.100.1").stranger, town.at("198.51.100.2").stranger
    assert await code_of(home, "admin", PASSWORD) == "SIGNED_IN"
    for name in ("admin", "nobody"):
        codes = [await code_of(town.at(f"203.0.113.{n}").stranger, name) for n in range(52)]
        assert codes == ["SIGN_IN_FAILED"] * 50 + ["SIGN_IN_THROTTLED"] * 2
    assert await code_of(elsewhere, "admin", PASSWORD) == "SIGN_IN_THROTTLED"
    assert await code_of(home, "admin") == "SIGN_IN_FAILED"
    assert await code_of(home, "admin", PASSWORD) == "SIGNED_IN"
    # However long the attack lasts, nobody new waits for more than five minutes.
    for turn in range(6):
        clock.move(minutes=min(2**turn, 5), seconds=1)
        assert await code_of(town.at(f"203.0.112.{turn}").stranger, "admin") == "SIGN_IN_FAILED"
    clock.move(minutes=5, seconds=1)
    assert await code_of(elsewhere, "admin", PASSWORD) == "SIGNED_IN"


async def test_a_network_is_known_for_thirty_days(town: Town, clock: MovableClock):
    await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    home = town.at("198.51.100.1").stranger
    assert await code_of(home, "admin", PASSWORD) == "SIGNED_IN"
    for days, code in ((29, "SIGNED_IN"), (31, "SIGN_IN_THROTTLED")):
        clock.move(days=days)
        for number in range(52):
            await try_name(town.at(f"203.0.113.{number}").stranger, "admin")
        assert await code_of(home, "admin", PASSWORD) == code


async def test_many_names_from_one_address_are_slowed_too_and_one_ipv6_subscriber_is_one_address(town: Town):
    await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    for number in range(30):
        assert (
            await code_of(town.at(f"2001:db8:1:1::{number:x}").stranger, f"name{number}") == "SIGN_IN_FAILED"
        )
    assert await code_of(town.at("2001:db8:1:1::ffff").stranger, "admin", PASSWORD) == "SIGN_IN_THROTTLED"
    assert await code_of(town.at("2001:db8:1:2::1").stranger, "admin", PASSWORD) == "SIGNED_IN"


async def test_guesses_sent_all_at_once_are_held_back_like_guesses_one_by_one(town: Town):
    await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    codes = await asyncio.gather(*(code_of(town.stranger, "admin", f"guess number {n}") for n in range(40)))
    assert codes.count("SIGN_IN_FAILED") == 5
    assert codes.count("SIGN_IN_THROTTLED") == 35


async def test_right_sign_ins_are_never_counted(town: Town):
    await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    for _ in range(35):
        assert await code_of(town.stranger, "admin", PASSWORD) == "SIGNED_IN"


async def test_a_typed_name_is_not_kept_in_clear(town: Town):
    await try_name(town.stranger, "my-password-by-mistake")
    async with town.desk.databases.engine(Pool.GATE).connect() as connection:
        subjects = (await connection.scalars(text("select subject from attempt"))).all()
    assert len(subjects) == 3
    assert not [subject for subject in subjects if "mistake" in subject]


@pytest.mark.parametrize("name", ["admin", "ADMIN", "Ａｄｍｉｎ", "  admin  ", "ad\u200bmin"])
async def test_case_width_and_invisible_signs_make_no_difference_in_a_name(town: Town, name: str):
    await town.office(LUZHOU, "authority_admin", ADMIN_ID, "Admin")
    assert await code_of(town.stranger, name, PASSWORD) == "SIGNED_IN"


async def test_the_same_name_in_two_cities_is_two_accounts(town: Town):
    await town.office(LUZHOU, "authority_admin", ADMIN_ID, "admin")
    await town.office(JIANGMEN, "authority_admin", ADMIN_ID, "admin")
    for city in (LUZHOU, JIANGMEN):
        done = await try_name(town.stranger, "admin", PASSWORD, city)
        assert done["token"].startswith(f"wx_{city}_")


async def test_how_a_registration_stands_is_told_only_to_who_knows_its_password(town: Town):
    await town.register(LUZHOU, login="waiting")
    assert await code_of(town.stranger, "waiting") == "SIGN_IN_FAILED"
    assert await code_of(town.stranger, "waiting", PASSWORD) == "SIGN_IN_PENDING"


async def test_more_sign_ins_than_can_be_compared_are_told_to_come_again(town: Town):
    """The queue of the two hashing threads is short, so a flood costs refusals and not the event loop."""
    # Slower than sign-ins come in, on any machine.
    slow = Passwords(memory_kib=65536)
    town = Town(replace(town.desk, passwords=slow))
    strangers = [town.at(f"10.1.{number // 250}.{number % 250}").stranger for number in range(90)]

    async def flood(number: int) -> str:
        given = {"city": LUZHOU, "name": f"name{number}", "password": "some password"}
        answer = await strangers[number].send(SIGN_IN, i=given)
        return answer["errors"][0]["extensions"]["code"] if "errors" in answer else "ANSWERED"

    async def live() -> float:
        await asyncio.sleep(0.3)
        begun = perf_counter()
        assert (await town.http.get("/health/live")).status_code == 200
        return perf_counter() - begun

    answered = asyncio.gather(*(flood(number) for number in range(90)))
    wait = await live()
    codes = await answered
    assert set(codes) == {"ANSWERED", "TRY_AGAIN"}
    assert codes.count("ANSWERED") >= 50
    assert wait < 0.5
    refused = [number for number, code in enumerate(codes) if code == "TRY_AGAIN"]
    async with town.desk.databases.engine(Pool.GATE).connect() as connection:
        counted = (
            await connection.scalars(text("select failures from attempt where subject like 'address:%'"))
        ).all()
    # Whoever was turned away unheard was not counted.
    assert sum(counted) == 90 - len(refused)
    slow.close()
