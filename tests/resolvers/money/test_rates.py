"""Deposit rates over HTTP: who sets them, which are refused, and which one holds for a unit."""

import asyncio
from typing import Any

from resolvers.founding import found_city
from tests.deposits import Books, build, codes, fresh_key, places
from tests.scenes import JIANGMEN, LUZHOU, Caller, Town, unit

RATE = "... on DepositRateDone { dryRun rate { id category hasLift rate validFrom validTo source isSample } }"
_RATES = "{ depositRates { edges { node { id category hasLift rate validFrom validTo source isSample } } } }"


async def set_rate(caller: Caller, rate: str = "70.00", **more: Any) -> Any:
    given = {
        "category": "RESIDENTIAL",
        "hasLift": True,
        "rate": rate,
        "validFrom": "2020-01-01",
        "source": "样例文件〔2020〕1号",
        "idempotencyKey": fresh_key(),
        **more,
    }
    return await caller.act("depositRateSet", given, RATE, "DepositRateSetInput")


async def end_rate(caller: Caller, rate: str, day: str) -> Any:
    given = {"rateId": rate, "validTo": day, "idempotencyKey": fresh_key()}
    return await caller.act("depositRateEnd", given, RATE, "DepositRateEndInput")


async def rates(caller: Caller) -> list[Any]:
    return [edge["node"] for edge in (await caller.ask(_RATES))["depositRates"]["edges"]]


async def test_only_the_authority_sets_and_ends_rates(town: Town, books: Books):
    before = await books.counts("deposit_rate", "audit")
    people = [await town.clerk(JIANGMEN), await town.reviewer(JIANGMEN), await town.developer(JIANGMEN)]
    before |= await books.counts("audit")
    known = (await rates(people[0]))[0]["id"]
    query = "mutation($i: DepositRateSetInput!) { depositRateSet(input: $i) { __typename } }"
    end = "mutation($i: DepositRateEndInput!) { depositRateEnd(input: $i) { __typename } }"
    given = {
        "category": "EXEMPT",
        "rate": "1.00",
        "validFrom": "2026-01-01",
        "source": "x",
        "idempotencyKey": "a",
    }
    for person in people:
        for text, what in (
            (query, given),
            (end, {"rateId": known, "validTo": "2030-01-01", "idempotencyKey": "b"}),
        ):
            answer = await person.send(text, i=what)
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    bank = await (await town.bank(JIANGMEN)).send(query, i=given)
    assert bank["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (await town.stranger.send(query, i=given))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await books.counts("deposit_rate", "audit") == before


async def test_a_rate_that_overlaps_another_is_refused_and_a_following_one_taken(town: Town, books: Books):
    admin = await town.authority(LUZHOU)
    first = await set_rate(admin, "70.00", validTo="2022-12-31")
    assert first["rate"] | {"id": ""} == {
        "id": "",
        "category": "RESIDENTIAL",
        "hasLift": True,
        "rate": "70.00",
        "validFrom": "2020-01-01",
        "validTo": "2022-12-31",
        "source": "样例文件〔2020〕1号",
        "isSample": False,
    }
    for more in (
        {"validFrom": "2022-12-31"},
        {"validFrom": "2019-01-01"},
        {"validFrom": "2019-01-01", "validTo": "2020-01-01"},
    ):
        refused = await set_rate(admin, "80.00", **more)
        assert places(refused) == [("RATE_OVERLAPS", "validFrom")]
        assert "2020-01-01" in refused["problems"][0]["message"]
    assert await books.one("select count(*) from deposit_rate where city = 510500") == 1
    assert (await set_rate(admin, "80.00", validFrom="2023-01-01"))["rate"]["rate"] == "80.00"
    assert (await set_rate(admin, "40.00", hasLift=False))["rate"]["hasLift"] is False
    assert (await set_rate(admin, "50.00", hasLift=None))["rate"]["hasLift"] is None


async def test_of_two_equal_rates_set_at_once_one_is_refused(town: Town, books: Books):
    admin = await town.authority(LUZHOU)
    answers = await asyncio.gather(
        *(set_rate(admin, "70.00", idempotencyKey=f"at-once-{n}") for n in range(6))
    )
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["DepositRateDone"] + ["Rejected"] * 5
    assert {code for answer in answers if answer["__typename"] == "Rejected" for code in codes(answer)} == {
        "RATE_OVERLAPS"
    }
    assert await books.one("select count(*) from deposit_rate where city = 510500") == 1


async def test_a_rate_is_above_zero_and_at_most_a_thousand_yuan(town: Town, books: Books):
    admin = await town.authority(LUZHOU)
    before = await books.counts("deposit_rate", "audit", "repetition")
    for rate in ("0.00", "-1.00", "1000.01"):
        assert places(await set_rate(admin, rate)) == [("AMOUNT_INVALID", "rate")]
    assert places(await set_rate(admin, "0.00", category="PARKING", hasLift=None)) == [
        ("AMOUNT_INVALID", "rate")
    ]
    assert places(await set_rate(admin, validTo="2019-12-31")) == [("DATE_INVALID", "validTo")]
    assert places(await set_rate(admin, source=" \u3000")) == [("FIELD_REQUIRED", "source")]
    assert places(await set_rate(admin, source="长" * 201)) == [("TEXT_INVALID", "source")]
    assert await books.counts("deposit_rate", "audit", "repetition") == before
    assert (await set_rate(admin, "1000.00"))["rate"]["rate"] == "1000.00"
    assert (await set_rate(admin, "0.00", category="EXEMPT", hasLift=None))["rate"]["rate"] == "0.00"


async def test_a_rate_set_in_a_rehearsal_or_again_is_there_once(town: Town, books: Books):
    admin = await town.authority(LUZHOU)
    before = await books.counts("deposit_rate", "audit", "repetition")
    rehearsed = await set_rate(admin, dryRun=True, idempotencyKey="one")
    assert rehearsed["dryRun"] is True
    assert rehearsed["rate"]["rate"] == "70.00"
    assert await books.counts("deposit_rate", "audit", "repetition") == before
    first = await set_rate(admin, idempotencyKey="one")
    assert (await set_rate(admin, idempotencyKey="one"))["rate"]["id"] == first["rate"]["id"]
    assert codes(await set_rate(admin, "71.00", idempotencyKey="one")) == ["IDEMPOTENCY_CONFLICT"]
    assert await books.counts("deposit_rate", "audit") == {
        key: n + 1 for key, n in before.items() if key != "repetition"
    }


async def test_a_used_rate_ends_only_after_the_units_it_was_used_for(town: Town, books: Books):
    block = await build(town)
    admin = await town.authority(JIANGMEN)
    found = {(rate["category"], rate["hasLift"]): rate for rate in await rates(admin)}
    used, unused = found["RESIDENTIAL", True], found["NON_RESIDENTIAL", True]
    assert codes(await end_rate(admin, used["id"], "2026-11-21")) == ["RATE_USED"]
    assert codes(await end_rate(admin, used["id"], "2022-03-31")) == ["DATE_INVALID"]
    assert (
        await books.one("select count(*) from deposit_rate where city = 440700 and valid_to is not null") == 0
    )
    assert (await end_rate(admin, used["id"], "2026-11-22"))["rate"]["validTo"] == "2026-11-22"
    assert (await end_rate(admin, unused["id"], "2023-01-01"))["rate"]["validTo"] == "2023-01-01"
    assert (await set_rate(admin, "33.00", validFrom="2026-11-23"))["rate"]["rate"] == "33.00"
    # It may end on another day, but not run into the one that follows.
    assert codes(await end_rate(admin, used["id"], "2026-11-23")) == ["RATE_OVERLAPS"]
    assert (await block.unit())["account"]["due"] == "2650.50"
    missing = await admin.send(
        "mutation($i: DepositRateEndInput!) { depositRateEnd(input: $i) { __typename } }",
        i={"rateId": block.units["301"], "validTo": "2026-11-22", "idempotencyKey": "k"},
    )
    assert missing["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_the_deposit_point_picks_the_rate_that_held_on_that_day(town: Town):
    admin = await town.authority(LUZHOU)
    await set_rate(admin, "50.00", validTo="2022-12-31")
    await set_rate(admin, "70.00", validFrom="2023-01-01")
    developer = await town.developer(LUZHOU)
    dues: dict[str, str] = {}
    for day in ("2022-12-31", "2023-01-01"):
        block = await build(town, LUZHOU, developer=developer, name=f"花园{day}", depositPoint=day)
        dues[day] = (await block.unit())["account"]["due"]
    assert dues == {"2022-12-31": "4417.50", "2023-01-01": "6184.50"}
    order = await town.draft(developer, name="太早花园", depositPoint="2019-12-31")
    await town.put(developer, order, [unit()])
    assert "RATE_NOT_CONFIGURED" in codes(await developer.step("orderSubmit", order))


async def test_the_published_rates_are_entered_once_and_never_again(town: Town, books: Books):
    admin = await town.authority(JIANGMEN)
    found = {
        (rate["category"], rate["hasLift"]): (rate["rate"], rate["validFrom"], rate["isSample"])
        for rate in await rates(admin)
    }
    assert found == {
        ("RESIDENTIAL", False): ("20.00", "2022-04-01", False),
        ("RESIDENTIAL", True): ("30.00", "2022-04-01", False),
        ("NON_RESIDENTIAL", False): ("20.00", "2022-04-01", False),
        ("NON_RESIDENTIAL", True): ("30.00", "2022-04-01", False),
        ("PARKING", None): ("20.00", "2022-04-01", False),
    }
    ended = next(rate for rate in await rates(admin) if rate["category"] == "PARKING")
    await end_rate(admin, ended["id"], "2026-12-31")
    before = await books.counts("deposit_rate", "account")
    await asyncio.gather(*(found_city(town.desk, city) for city in town.desk.cities.values()))
    assert await books.counts("deposit_rate", "account") == before
    assert await rates(await town.authority(LUZHOU)) == []
