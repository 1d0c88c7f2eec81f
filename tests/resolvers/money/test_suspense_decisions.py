"""The fund office decides on money in suspense: booked, given back, or never come; once, and told truly."""

import asyncio
from typing import Any

from resolvers.ledger_check import verify
from resolvers.upkeep import expire_notices
from tests.conftest import MovableClock
from tests.deposits import BOOKED, Block, Books, bank_balances, build, codes, places
from tests.scenes import JIANGMEN, Town, unit
from tests.suspense import Decider

_WHY = """query($id: ID!) { node(id: $id) { ... on Unit { account { balance paidFirst entries { type amount
  why { cause note payment { bankTxnNo } suspenseItem { bankTxnNo reason } } } } } } }"""


_PAYMENT = {"proofNo": "JMPP2026112200001", "amount": "2650.50"}
_BOOKED_ITEM = {
    "status": "RESOLVED",
    "resolution": "BOOKED",
    "resolutionNote": "已与银行核对",
    "resolvedAt": "2026-11-22T12:00:00.000+08:00",
    "resolvedBy": "authority_admin先生",
    "returnTxnNo": None,
    "returnedAt": None,
    "channel": "BANK",
    "reason": "NOTICE_UNKNOWN",
    "amount": "2650.50",
    "notice": None,
}


async def _decider(block: Block) -> Decider:
    return Decider(await block.town.authority(block.city))


async def test_money_reported_for_a_wrong_number_is_booked_to_the_notice_that_it_is_for(
    town: Town, books: Books
):
    block = await build(town)
    notice = await block.notice()
    mistyped = {"noticeNo": "JMNO2026112299999", "total": notice["total"]}
    assert codes(await block.pay(mistyped, "T1")) == ["NOTICE_UNKNOWN"]
    office = await _decider(block)
    (item,) = (await office.items(status="OPEN", number="T1")).values()
    # The number that the bank named is no notice; the office finds the right one.
    assert places(await office.decide(item, book={})) == [("NOTICE_UNKNOWN", "decision.book.noticeNo")]
    right = {"noticeNo": notice["noticeNo"]}
    written = await books.counts(*BOOKED)
    rehearsed = await office.decide(item, book=right, dryRun=True)
    assert (rehearsed["dryRun"], rehearsed["item"]["status"]) == (True, "RESOLVED")
    assert await books.counts(*BOOKED) == written
    done = await office.decide(item, book=right, idempotencyKey="ONCE")
    assert done["item"] == {
        **_BOOKED_ITEM,
        "id": item,
        "bookings": done["item"]["bookings"],
        "payment": {**_PAYMENT, "notice": {"noticeNo": notice["noticeNo"]}},
    }
    assert [
        (one["cause"], one["note"], sorted(entry["amount"] for entry in one["entries"]))
        for one in done["item"]["bookings"]
    ] == [
        ("SUSPENSE", None, ["-2650.50", "2650.50"]),
        ("DEPOSIT", None, ["-2650.50", "2650.50"]),
        ("SUSPENSE", "已与银行核对", ["-2650.50", "2650.50"]),
    ]
    assert await bank_balances(books, JIANGMEN) == {"CLEARING": 0, "SUSPENSE": 0}
    assert (await block.find(notice["noticeNo"]))["status"] == "PAID"
    # Repeated, it is answered as then; decided anew it is refused.
    assert (await office.decide(item, book=right, idempotencyKey="ONCE")) == done
    assert places(await office.decide(item, neverCame=True)) == [("SUSPENSE_RESOLVED", "suspenseItemId")]
    await _is_told(block, mistyped, notice)
    await _says_why(block, office)
    assert await verify(town.desk, JIANGMEN) == []


async def _is_told(block: Block, mistyped: Any, notice: Any) -> None:
    """The bank that repeats its report, with the wrong number or the right one, is told of the payment."""
    payment = (await block.pay(mistyped, "T1"))["payment"]
    assert payment["proofNo"] == "JMPP2026112200001"
    assert (await block.pay(notice, "T1"))["payment"] == payment
    assert codes(await block.pay({**notice, "total": "1.00"}, "T1")) == ["IDEMPOTENCY_CONFLICT"]


async def _says_why(block: Block, office: Decider) -> None:
    """The office sees the waiting money, the developer the payment alone."""
    seen = (await office.admin.ask(_WHY, id=block.units["301"]))["node"]["account"]
    assert (seen["balance"], seen["paidFirst"]) == ("2650.50", "2650.50")
    assert [entry["why"] for entry in seen["entries"]] == [
        {
            "cause": "DEPOSIT",
            "note": None,
            "payment": {"bankTxnNo": "T1"},
            "suspenseItem": {"bankTxnNo": "T1", "reason": "NOTICE_UNKNOWN"},
        }
    ]
    (own,) = (await block.developer.ask(_WHY, id=block.units["301"]))["node"]["account"]["entries"]
    assert own["why"]["suspenseItem"] is None


async def test_money_is_booked_only_to_a_notice_that_asks_for_just_that_and_is_still_asked_for(
    town: Town, books: Books, clock: MovableClock
):
    block = await build(town, lines=[unit(), unit("302"), unit("303")])
    paid, voided, ran_out = [await block.notice(room) for room in ("301", "302", "303")]
    await block.pay(paid, "T0")
    await block.void(voided)
    await block.pay(paid, "DOUBLE")
    await block.pay(voided, "VOID")
    await block.pay(ran_out, "LESS", amount="2650.49")
    await block.pay(ran_out, "THERE", channel="QR")
    clock.move(days=31)
    block.developer.headers = await town.sign_in(JIANGMEN, "admin")
    await block.pay(ran_out, "LATE")
    office = await _decider(block)
    items = await office.items(status="OPEN")
    assert set(items) == {"DOUBLE", "VOID", "LESS", "THERE", "LATE"}
    assert set(await office.items(reason="AMOUNT_MISMATCH", bank="JM01")) == {"LESS"}
    assert await office.items(bank="JM02") == {}
    written = await books.counts(*BOOKED)
    for txn, code in {"DOUBLE": "ALREADY_PAID", "VOID": "NOTICE_NOT_OPEN", "LESS": "AMOUNT_MISMATCH"}.items():
        refused = await office.decide(items[txn], book={})
        assert places(refused) == [(code, "decision.book.noticeNo")]
    # Another bank's notice is none of this bank's, and who only looks decides nothing.
    assert codes(await office.decide(items["LATE"], book={"noticeNo": "X"})) == ["NOTICE_UNKNOWN"]
    assert await books.counts(*BOOKED) == written
    # It ran out, and nothing took its place: paid late, or where the city does not offer it, it counts.
    done = await office.decide(items["LATE"], book={})
    assert done["item"]["payment"]["notice"]["noticeNo"] == ran_out["noticeNo"]
    # The money of the voided one goes to the notice that replaced it.
    again = await block.notice("302")
    booked = await office.decide(items["VOID"], book={"noticeNo": again["noticeNo"]})
    assert booked["item"]["notice"]["noticeNo"] == voided["noticeNo"]
    assert booked["item"]["payment"]["notice"]["noticeNo"] == again["noticeNo"]
    assert codes(await office.decide(items["THERE"], book={})) == ["ALREADY_PAID"]
    assert await bank_balances(books, JIANGMEN) == {"CLEARING": -795149, "SUSPENSE": 795149}
    assert set(await office.items(resolution="BOOKED")) == {"LATE", "VOID"}
    assert await verify(town.desk, JIANGMEN) == []


async def test_a_notice_that_ran_out_is_not_booked_once_less_is_due(
    town: Town, books: Books, clock: MovableClock
):
    block = await build(town)
    first = await block.notice()
    clock.move(days=31)
    await expire_notices(town.desk, JIANGMEN)
    block.developer.headers = await town.sign_in(JIANGMEN, "admin")
    second = await block.notice()
    clock.move(days=31)
    await expire_notices(town.desk, JIANGMEN)
    await block.pay(second, "SECOND")
    await block.pay(first, "FIRST")
    office = await _decider(block)
    items = await office.items()
    assert (await office.decide(items["SECOND"], book={}))["__typename"] == "SuspenseResolved"
    assert codes(await office.decide(items["FIRST"], book={})) == ["NOTICE_NOT_OPEN"]
    block.developer.headers = await town.sign_in(JIANGMEN, "admin")
    assert (await block.unit())["account"]["balance"] == "2650.50"
    assert await verify(town.desk, JIANGMEN) == []


async def test_money_given_back_and_money_that_never_came_leave_suspense_and_the_bank_is_told(
    town: Town, books: Books
):
    block = await build(town)
    notice = await block.notice()
    await block.pay(notice, "T1")
    await block.pay(notice, "T2")
    await block.pay(notice, "T3")
    await block.pay(notice, "T4")
    office = await _decider(block)
    items = await office.items()
    back = {"bankTxnNo": "R1", "paidAt": "2026-11-22T11:00:00+08:00"}
    written = await books.counts(*BOOKED)
    for wrong, code in (
        ({**back, "bankTxnNo": "T2"}, "BANK_TXN_USED"),
        ({**back, "bankTxnNo": "T1"}, "BANK_TXN_USED"),
        ({**back, "bankTxnNo": "流水"}, "TEXT_INVALID"),
        ({**back, "paidAt": "2026-11-21T11:00:00+08:00"}, "DATE_INVALID"),
        ({**back, "paidAt": "2026-11-22T13:00:00+08:00"}, "DATE_INVALID"),
    ):
        assert codes(await office.decide(items["T2"], giveBack=wrong)) == [code], wrong
    assert codes(await office.decide(items["T2"], giveBack=back, note=" ")) == ["FIELD_REQUIRED"]
    assert codes(await office.decide(items["T2"], neverCame=False)) == ["FIELD_REQUIRED"]
    assert await books.counts(*BOOKED) == written
    done = (await office.decide(items["T2"], giveBack=back))["item"]
    assert (done["resolution"], done["returnTxnNo"], done["returnedAt"], done["payment"]) == (
        "RETURNED",
        "R1",
        "2026-11-22T11:00:00.000+08:00",
        None,
    )
    assert codes(await office.decide(items["T3"], giveBack=back)) == ["BANK_TXN_USED"]
    done = (await office.decide(items["T3"], neverCame=True))["item"]
    assert (done["status"], done["resolution"], done["returnTxnNo"]) == ("RESOLVED", "NOT_RECEIVED", None)
    assert await bank_balances(books, JIANGMEN) == {"CLEARING": -265050, "SUSPENSE": 265050}
    await _hears(block, books, notice)
    assert set(await office.items(status="OPEN")) == {"T4"}
    assert set(await office.items(number="R1")) == {"T2"}
    assert await verify(town.desk, JIANGMEN) == []


async def _hears(block: Block, books: Books, notice: Any) -> None:
    """The bank that asks again hears what became of its report."""
    written = await books.counts(*BOOKED)
    assert places(await block.pay(notice, "T2")) == [("REPORT_RETURNED", "bankTxnNo")]
    assert places(await block.pay(notice, "T3")) == [("REPORT_STRUCK_OFF", "bankTxnNo")]
    assert places(await block.pay(notice, "T4")) == [("ALREADY_PAID", "noticeNo")]
    assert await books.counts(*BOOKED) == written


async def test_only_who_decides_on_suspense_may_and_nobody_else_sees_it(town: Town, books: Books):
    block = await build(town)
    await block.pay({"noticeNo": "X", "total": "5.00"}, "T1")
    office = await _decider(block)
    (item,) = (await office.items()).values()
    clerk = await town.clerk(JIANGMEN)
    written = await books.counts(*BOOKED)
    query = "mutation($i: SuspenseResolveInput!) { suspenseResolve(input: $i) { __typename } }"
    given = {"suspenseItemId": item, "decision": {"neverCame": True}, "note": "误报", "idempotencyKey": "K"}
    for caller in (clerk, block.developer, block.bank, town.stranger):
        answer = await caller.send(query, i=given)
        code = answer["errors"][0]["extensions"]["code"]
        assert code in {"NOT_FOUND", "FORBIDDEN", "UNAUTHENTICATED"}, answer
    assert await books.counts(*BOOKED) == written


async def test_of_two_decisions_at_once_one_is_made(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice()
    await block.pay(notice, "T1", channel="QR")
    office = await _decider(block)
    (item,) = (await office.items()).values()
    answers = await asyncio.gather(
        office.decide(item, book={}), office.decide(item, neverCame=True), block.pay(notice, "T2")
    )
    decided = [one for one in answers[:2] if one["__typename"] == "SuspenseResolved"]
    refused = [codes(one) for one in answers[:2] if one["__typename"] == "Rejected"]
    assert len(decided) == 1
    assert refused in ([["SUSPENSE_RESOLVED"]], [["ALREADY_PAID"]])
    assert await books.counts("payment") == {"payment": 1}
    assert (await block.unit())["account"]["balance"] == "2650.50"
    assert await verify(town.desk, JIANGMEN) == []
