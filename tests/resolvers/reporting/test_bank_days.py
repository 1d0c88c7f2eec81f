"""A bank's day over HTTP: what moved by kind and channel, and the ledger beside it."""

from typing import Any

from tests.bank_days import day_of, line
from tests.conftest import MovableClock
from tests.office import open_office
from tests.refunds import come_back, promise, refunds_of, settle
from tests.resolvers.reporting.streets import Streets
from tests.scenes import JIANGMEN, LUZHOU, Caller, Town
from tests.suspense import Decider


def check(kind: str, amount: str) -> Any:
    return {"kind": kind, "amount": amount, "booked": amount, "agrees": True}


async def lose(streets: Streets) -> None:
    """Let the bank report money for a notice that there is not."""
    for amount in ("12.34", "2333.35", "5.00"):
        lost = {"noticeNo": "LZPN2026000000001", "total": amount}
        assert (await streets.first.pay(lost, f"T{amount}"))["__typename"] == "Rejected"


async def decide(streets: Streets, now: str) -> None:
    """Decide on each of the amounts in another way."""
    decider = Decider(await streets.authority())
    items = await decider.items(status="OPEN")
    decisions: tuple[tuple[str, dict[str, Any]], ...] = (
        ("2333.35", {"book": {"noticeNo": streets.notice["noticeNo"]}}),
        ("12.34", {"giveBack": {"bankTxnNo": "BACK", "paidAt": now}}),
        ("5.00", {"neverCame": True}),
    )
    for amount, decision in decisions:
        assert (await decider.decide(items[f"T{amount}"], **decision))["__typename"] == "SuspenseResolved"


async def test_a_banks_day_tells_payments_and_suspense_and_agrees_with_the_ledger(
    own_streets: Streets, clock: MovableClock
):
    await lose(own_streets)
    clock.move(hours=13)
    await decide(own_streets, clock().isoformat())
    authority = await own_streets.authority()
    bank = own_streets.town.desk.cities[LUZHOU].banks[0].code
    lines = [line("PAYMENT", "BANK", 2, "13184.50"), line("SUSPENSE_RECEIVED", "BANK", 3, "2350.69")]
    checks = [check("PAYMENT", "13184.50"), check("SUSPENSE", "2350.69"), check("REFUND", "0.00")]
    assert await day_of(authority, bank, "2026-11-22") == [
        {"bank": bank, "day": "2026-11-22", "lines": lines, "checks": checks}
    ]
    (today, *others) = await day_of(authority)
    assert today["day"] == "2026-11-23"
    assert today["lines"] == [
        line("PAYMENT", "BANK", 1, "2333.35"),
        line("SUSPENSE_BOOKED", "BANK", 1, "2333.35"),
        line("SUSPENSE_RETURNED", "BANK", 1, "12.34"),
        line("SUSPENSE_NOT_RECEIVED", "BANK", 1, "5.00"),
    ]
    checks = [check("PAYMENT", "2333.35"), check("SUSPENSE", "-2350.69"), check("REFUND", "0.00")]
    assert today["checks"] == checks
    assert [one["lines"] for one in others] == [[] for _ in others]
    assert await day_of(authority, "NOBANK") == []
    await own_streets.shelf.change("update payment set amount = amount + 1 where amount = 233335")
    (bent, *_) = await day_of(authority)
    wrong = {"kind": "PAYMENT", "amount": "2333.36", "booked": "2333.35", "agrees": False}
    assert bent["checks"] == [wrong, *checks[1:]]


async def test_each_sees_of_a_banks_day_what_the_lists_show_it(streets: Streets):
    bank = streets.town.desk.cities[LUZHOU].banks[0].code

    async def told(caller: Caller) -> Any:
        return [(one["bank"], one["lines"], one["checks"]) for one in await day_of(caller, bank)]

    paid = [line("PAYMENT", "BANK", 2, "13184.50")]
    assert await told(streets.first.developer) == [(bank, paid, None)]
    assert await told(await streets.member([streets.first.estate])) == [
        (bank, [line("PAYMENT", "BANK", 1, "6184.50")], None)
    ]
    assert await told(streets.other.developer) == [(bank, [], None)]
    assert await told(streets.first.bank) == [(bank, paid, None)]
    other = streets.town.desk.cities[LUZHOU].banks[1].code
    assert [one["bank"] for one in await day_of(streets.first.bank)] == [bank]
    assert await day_of(streets.first.bank, other) == []
    assert await told(await streets.reporter()) == [(bank, paid, None)]
    nobody = await streets.nobody()
    assert await day_of(nobody) == []


async def test_refunds_of_a_day_are_told_as_they_were_booked(town: Town):
    office = await open_office(town, JIANGMEN)
    await promise(office)
    authority = await town.authority(JIANGMEN)
    before = (await day_of(authority))[0]
    done = await settle(authority, await refunds_of(authority, status="APPROVED"), "1767.00", "R1")
    assert done["__typename"] == "RefundsDone"
    today = (await day_of(authority))[0]
    assert today["lines"] == [*before["lines"], line("REFUND", None, 2, "1767.00")]
    assert today["checks"] == [*before["checks"][:2], check("REFUND", "1767.00")]
    assert before["checks"][2] == check("REFUND", "0.00")
    (refund, *_) = await refunds_of(authority, status="PAID")
    assert (await come_back(authority, refund))["__typename"] == "RefundsDone"
    later = (await day_of(authority))[0]
    assert later["lines"] == [*today["lines"], line("REFUND_RETURNED", None, 2, "1767.00")]
    assert later["checks"] == before["checks"]
