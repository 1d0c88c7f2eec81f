"""The bank confirms over HTTP: what is exact is booked, once, and the account shows it."""

import asyncio
from datetime import timedelta
from typing import Any

from resolvers.ledger_check import verify
from tests.deposits import BOOKED, OWNER, SPOUSE, Block, Books, build, codes, places, suspended
from tests.scenes import JIANGMEN, Caller, Town, units

_CONFIRM = "mutation($i: PaymentConfirmInput!) { paymentConfirm(input: $i) { __typename } }"


def report(block: Block, notice: Any, **more: Any) -> dict[str, Any]:
    """Give what a bank would say."""
    return {
        "noticeNo": notice["noticeNo"],
        "amount": notice["total"],
        "bankTxnNo": "TXN-1",
        "channel": "BANK",
        "paidAt": block.town.desk.clock().isoformat(),
        **more,
    }


async def test_an_exact_payment_is_booked_and_the_account_shows_it(town: Town, books: Books):
    block = await build(town, lines=units())
    notice = await block.notice()
    done = await block.pay(notice, "ICBC20261122-0001", channel="POS")
    payment = done["payment"]
    assert payment | {"id": ""} == {
        "id": "",
        "proofNo": "JMPP2026112200001",
        "amount": "2650.50",
        "bankTxnNo": "ICBC20261122-0001",
        "channel": "POS",
    }
    account = (await block.unit())["account"]
    assert account | {"id": "", "accountNo": ""} == {
        "id": "",
        "accountNo": "",
        "holder": "OWNER",
        "due": "2650.50",
        "rate": "30.00",
        "paidFirst": "2650.50",
        "outstanding": "0.00",
        "balance": "2650.50",
        "entries": [{"type": "FIRST", "amount": "2650.50", "balanceAfter": "2650.50"}],
    }
    assert await books.rows("select status from notice_line") == [("PAID",)]
    assert await books.rows(
        "select kind, balance from account where estate_id is not null and balance <> 0 order by 1"
    ) == [
        ("SPECIAL", -265050),
        ("UNIT", 265050),
    ]
    assert await books.rows("select topic, subject from outbox_message where topic like 'payment%'") == [
        ("payment.confirmed", str(await books.one("select id from payment")))
    ]
    assert await verify(town.desk, JIANGMEN) == []


async def test_a_paid_notice_tells_when_and_by_which_payment(town: Town):
    block = await build(town)
    notice = await block.notice()
    await block.pay(notice)
    paid = await block.find(notice["noticeNo"])
    assert (paid["status"], paid["paidAt"], paid["payment"]["proofNo"]) == (
        "PAID",
        "2026-11-22T12:00:00.000+08:00",
        "JMPP2026112200001",
    )


async def test_a_bank_looks_a_notice_up_and_learns_the_minimum(town: Town):
    block = await build(town)
    notice = await block.notice(owners=[SPOUSE])
    assert await block.look_up(f"\u3000{notice['noticeNo'].lower()} ") == {
        "noticeNo": notice["noticeNo"],
        "amount": "2650.50",
        "status": "OPEN",
        "expiresAt": "2026-12-22T12:00:00.000+08:00",
        "payer": "欧*****",
    }
    other = await town.bank(JIANGMEN, "JM02")
    assert await block.look_up(notice["noticeNo"], by=other) is None
    for number in ("", "JMNO2026112299999", "x" * 500, "' or 1=1 --", "通知单"):
        assert await block.look_up(number) is None
    await block.pay(notice)
    assert (await block.look_up(notice["noticeNo"]))["status"] == "PAID"
    query = '{ noticeForPayment(noticeNo: "x") { amount } }'
    for caller, code in (
        (block.developer, "FORBIDDEN"),
        (await town.clerk(JIANGMEN), "FORBIDDEN"),
        (town.stranger, "UNAUTHENTICATED"),
    ):
        assert (await caller.send(query))["errors"][0]["extensions"]["code"] == code


async def test_a_bank_reads_nothing_that_it_does_not_need(town: Town):
    block = await build(town)
    await block.notice()
    for query in (
        "{ notices { edges { node { id } } } }",
        "{ estates { edges { node { id } } } }",
        "{ orders { edges { node { id } } } }",
        "{ suspenseItems { edges { node { id } } } }",
    ):
        answer = await block.bank.send(query)
        assert answer.get("errors") or all(not found["edges"] for found in answer["data"].values()), answer
    asked = await block.bank.send("query($i: ID!) { node(id: $i) { id } }", i=block.units["301"])
    assert asked["data"]["node"] is None


async def test_a_repeated_report_is_answered_as_the_first_and_booked_once(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice()
    first = await block.pay(notice, "T1")
    written = await books.counts(*BOOKED)
    assert await block.pay(notice, "T1") == first
    assert await block.pay(notice, "T1", noticeNo=notice["noticeNo"].lower()) == first
    assert places(await block.pay(notice, "T1", amount="2650.51")) == [("IDEMPOTENCY_CONFLICT", "bankTxnNo")]
    assert places(await block.pay(notice, "T1", noticeNo="JMNO2026112200009")) == [
        ("IDEMPOTENCY_CONFLICT", "bankTxnNo")
    ]
    assert await books.counts(*BOOKED) == {key: n + (key == "audit") * 2 for key, n in written.items()}
    assert await verify(town.desk, JIANGMEN) == []


async def test_twenty_reports_of_one_transaction_at_once_make_one_payment(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice()
    answers = await asyncio.gather(*(block.pay(notice, "T1") for _ in range(20)))
    assert len({answer["payment"]["id"] for answer in answers}) == 1
    assert await books.counts("payment", "suspense_item", "journal", "entry") == {
        "payment": 1,
        "suspense_item": 0,
        "journal": 1,
        "entry": 2,
    }
    assert await verify(town.desk, JIANGMEN) == []


async def test_two_transactions_for_one_notice_at_once_make_one_payment_and_one_suspense_item(
    town: Town, books: Books
):
    block = await build(town)
    notice = await block.notice()
    answers = await asyncio.gather(*(block.pay(notice, f"T{n}") for n in range(8)))
    assert sorted(answer["__typename"] for answer in answers) == ["PaymentConfirmed"] + ["Rejected"] * 7
    assert {code for answer in answers if answer["__typename"] == "Rejected" for code in codes(answer)} == {
        "ALREADY_PAID"
    }
    assert await suspended(books) == [("ALREADY_PAID", 265050, True)] * 7
    assert (await block.unit())["account"]["balance"] == "2650.50"
    assert await verify(town.desk, JIANGMEN) == []


async def test_issuing_voiding_and_paying_at_once_leave_true_books(town: Town, books: Books):
    block = await build(town, lines=units())
    notices = [await block.notice(room) for room in ("301", "302", "101")]
    await asyncio.gather(
        *(block.pay(notice) for notice in notices),
        *(block.void(notice) for notice in notices),
        *(block.issue(room) for room in ("301", "302", "101")),
        *(block.issue("301", "302", "101") for _ in range(3)),
    )
    assert await verify(town.desk, JIANGMEN) == []


async def test_only_a_banks_machine_confirms(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice()
    written = await books.counts(*BOOKED)
    people: list[Caller] = [
        block.developer,
        await town.clerk(JIANGMEN),
        await town.reviewer(JIANGMEN),
        await town.authority(JIANGMEN),
    ]
    written |= await books.counts("audit")
    for caller in people:
        answer = await caller.send(_CONFIRM, i=report(block, notice))
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    visitor = await town.visitor(JIANGMEN)
    assert (await visitor.send(_CONFIRM, i=report(block, notice)))["errors"][0]["extensions"][
        "code"
    ] == "FORBIDDEN"
    for headers in (
        {},
        {"X-Weixiu-Key": "wx_440700_wrong"},
        {"Authorization": block.bank.headers["X-Weixiu-Key"]},
    ):
        answer = await Caller(town.http, headers).send(_CONFIRM, i=report(block, notice))
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await books.counts(*BOOKED) == written


async def test_a_report_that_makes_no_sense_is_refused_before_anything_is_kept(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice()
    written = await books.counts(*BOOKED)
    ahead = (town.desk.clock() + timedelta(minutes=6)).isoformat()
    assert places(await block.pay(notice, paidAt=ahead)) == [("DATE_INVALID", "paidAt")]
    for txn in (" ", "A B", "号", "t" * 65, "a\tb"):
        assert places(await block.pay(notice, txn)) == [("TEXT_INVALID", "bankTxnNo")]
    assert places(await block.pay(notice, bankTxnNo="")) == [("TEXT_INVALID", "bankTxnNo")]
    for amount in ("0.00", "-2650.50"):
        assert places(await block.pay(notice, amount=amount)) == [("AMOUNT_INVALID", "amount")]
    assert places(await block.pay(notice, noticeNo="\u200b ")) == [("FIELD_REQUIRED", "noticeNo")]
    for wrong in (
        {"amount": 2650.5},
        {"amount": "2650.505"},
        {"channel": "CASH"},
        {"paidAt": "2026-11-22T12:00:00"},
    ):
        answer = await block.bank.send(_CONFIRM, i=report(block, notice, **wrong))
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert await books.counts(*BOOKED) == written
    a_little_ahead = (town.desk.clock() + timedelta(minutes=4)).isoformat()
    assert (await block.pay(notice, paidAt=a_little_ahead))["__typename"] == "PaymentConfirmed"


async def test_a_payment_is_seen_by_its_developer_and_by_no_other(town: Town):
    block = await build(town)
    paid = await block.pay(await block.notice(owners=[OWNER]))
    other = await town.developer(JIANGMEN, "91510500MA6200T12B", "other")
    query = "{ payments { edges { node { id amount } } } }"
    assert len((await block.developer.ask(query))["payments"]["edges"]) == 1
    assert (await other.ask(query))["payments"]["edges"] == []
    asked = await other.ask("query($i: ID!) { node(id: $i) { id } }", i=paid["payment"]["id"])
    assert asked["node"] is None
