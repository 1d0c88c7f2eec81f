"""What a bank reports and cannot be booked: refused with its cause over HTTP, and kept in suspense."""

from datetime import timedelta
from typing import Any

from resolvers.ledger_check import verify
from resolvers.upkeep import expire_notices
from tests.banks import BATCH, CONFIRM, SignedBank, told
from tests.conftest import MovableClock
from tests.deposits import BOOKED, Books, bank_balances, build, codes, places, suspended
from tests.scenes import JIANGMEN, LUZHOU, YUNMENG, Town, unit, units

_SUSPENSE = (
    "{ suspenseItems { edges { node { bank bankTxnNo noticeNo amount reason status paidAt receivedAt } } } }"
)


async def test_a_wrong_amount_is_refused_and_kept_in_suspense(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice()
    for place, amount in enumerate(("2650.49", "2650.51", "0.01")):
        refused = await block.pay(notice, f"T{place}", amount=amount)
        assert places(refused) == [("AMOUNT_MISMATCH", "amount")]
        assert "2650.50" in refused["problems"][0]["message"]
    assert await suspended(books) == [("AMOUNT_MISMATCH", n, True) for n in (265049, 265051, 1)]
    assert await bank_balances(books, JIANGMEN) == {"CLEARING": -530101, "SUSPENSE": 530101}
    assert (await block.unit())["account"]["balance"] == "0.00"
    assert (await block.find(notice["noticeNo"]))["status"] == "OPEN"
    assert await books.counts("payment") == {"payment": 0}
    found = (await (await town.authority(JIANGMEN)).ask(_SUSPENSE))["suspenseItems"]["edges"]
    assert found[0]["node"] == {
        "bank": "JM01",
        "bankTxnNo": "T2",
        "noticeNo": notice["noticeNo"],
        "amount": "0.01",
        "reason": "AMOUNT_MISMATCH",
        "status": "OPEN",
        "paidAt": "2026-11-22T12:00:00.000+08:00",
        "receivedAt": "2026-11-22T12:00:00.000+08:00",
    }
    # The right amount is still taken afterwards.
    assert (await block.pay(notice, "T9"))["__typename"] == "PaymentConfirmed"
    assert await verify(town.desk, JIANGMEN) == []


async def test_a_repeated_report_of_suspended_money_is_suspended_once(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice()
    first = await block.pay(notice, "T1", amount="1.00")
    written = await books.counts(*BOOKED)
    assert await block.pay(notice, "T1", amount="1.00") == first
    assert codes(await block.pay(notice, "T1", amount="2.00")) == ["IDEMPOTENCY_CONFLICT"]
    assert codes(await block.pay(notice, "T1")) == ["IDEMPOTENCY_CONFLICT"]
    assert await books.counts(*BOOKED) == written


async def test_a_rehearsed_report_keeps_nothing_whether_booked_or_suspended(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice()
    written = await books.counts(*BOOKED)
    rehearsed = await block.pay(notice, "T1", dryRun=True)
    assert (rehearsed["dryRun"], rehearsed["payment"]["amount"]) == (True, "2650.50")
    assert codes(await block.pay(notice, "T1", amount="1.00", dryRun=True)) == ["AMOUNT_MISMATCH"]
    assert codes(await block.pay({"noticeNo": "X", "total": "1.00"}, dryRun=True)) == ["NOTICE_UNKNOWN"]
    assert await books.counts(*BOOKED) == written
    assert await bank_balances(books, JIANGMEN) == {"CLEARING": 0, "SUSPENSE": 0}
    assert (await block.unit())["account"]["balance"] == "0.00"
    assert (await block.pay(notice, "T1"))["dryRun"] is False


async def test_money_for_no_known_notice_is_kept_in_suspense(town: Town, books: Books):
    block = await build(town)
    nothing = {"noticeNo": "JMNO2026112299999", "total": "88.00"}
    refused = await block.pay(nothing, "T1")
    assert places(refused) == [("NOTICE_UNKNOWN", "noticeNo")]
    assert "JMNO2026112299999" in refused["problems"][0]["message"]
    long = {"noticeNo": "长" * 500, "total": "1.00"}
    assert await block.pay(long, "T2") == await block.pay(long, "T2")
    assert await suspended(books) == [("NOTICE_UNKNOWN", 8800, False), ("NOTICE_UNKNOWN", 100, False)]
    assert await verify(town.desk, JIANGMEN) == []


async def test_a_second_payment_of_a_notice_is_kept_in_suspense(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice()
    await block.pay(notice, "T1")
    refused = await block.pay(notice, "T2")
    assert places(refused) == [("ALREADY_PAID", "noticeNo")]
    assert notice["noticeNo"] in refused["problems"][0]["message"]
    assert await suspended(books) == [("ALREADY_PAID", 265050, True)]
    assert (await block.unit())["account"]["balance"] == "2650.50"
    assert await verify(town.desk, JIANGMEN) == []


async def test_a_payment_of_a_voided_notice_is_kept_in_suspense(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice()
    await block.void(notice)
    assert places(await block.pay(notice)) == [("NOTICE_NOT_OPEN", "noticeNo")]
    assert await suspended(books) == [("NOTICE_NOT_OPEN", 265050, True)]
    assert await verify(town.desk, JIANGMEN) == []


async def test_what_was_paid_late_is_kept_in_suspense_whether_or_not_the_notice_was_closed(
    town: Town, books: Books, clock: MovableClock
):
    block = await build(town, lines=units())
    one, other = await block.notice("301"), await block.notice("302")
    clock.move(days=30)
    assert codes(await block.pay(one)) == ["NOTICE_NOT_OPEN"]
    assert await expire_notices(town.desk, JIANGMEN) == 2
    assert codes(await block.pay(other)) == ["NOTICE_NOT_OPEN"]
    assert await suspended(books) == [("NOTICE_NOT_OPEN", 265050, True), ("NOTICE_NOT_OPEN", 100001, True)]
    assert await verify(town.desk, JIANGMEN) == []


async def test_what_was_paid_in_time_counts_although_the_report_came_late(
    town: Town, books: Books, clock: MovableClock
):
    block = await build(town, lines=units())
    closed, open_still = await block.notice("301"), await block.notice("302")
    clock.move(days=30)
    in_time = (clock.now - timedelta(seconds=1)).isoformat()
    assert (await block.pay(open_still, paidAt=in_time))["payment"]["amount"] == "1000.01"
    await expire_notices(town.desk, JIANGMEN)
    assert (await block.pay(closed, paidAt=in_time))["payment"]["amount"] == "2650.50"
    assert await suspended(books) == []
    assert (
        await books.rows("select status from notice_line union all select status from notice")
        == [("PAID",)] * 4
    )
    assert await verify(town.desk, JIANGMEN) == []


async def test_what_was_paid_in_time_waits_for_a_decision_where_a_new_notice_took_its_place(
    town: Town, books: Books, clock: MovableClock
):
    block = await build(town)
    old = await block.notice()
    clock.move(days=31)
    block.developer.headers = await town.sign_in(JIANGMEN, "admin")
    new = await block.notice()
    in_time = (clock.now - timedelta(days=2)).isoformat()
    assert codes(await block.pay(old, paidAt=in_time)) == ["NOTICE_NOT_OPEN"]
    assert (await block.pay(new))["__typename"] == "PaymentConfirmed"
    assert codes(await block.pay(old, paidAt=in_time)) == ["NOTICE_NOT_OPEN"]
    assert (await block.unit())["account"]["balance"] == "2650.50"
    assert await verify(town.desk, JIANGMEN) == []


async def test_an_expired_notice_that_asks_for_more_than_is_due_by_now_is_booked_through_no_door(
    town: Town, books: Books, clock: MovableClock
):
    rooms = ("301", "302", "303")
    block = await build(town, lines=[unit(room) for room in rooms])
    bank = SignedBank(town.http, block.bank.headers["X-Weixiu-Key"], clock)
    old = [await block.notice(room) for room in rooms]
    clock.move(days=31)
    await expire_notices(town.desk, JIANGMEN)
    block.developer.headers = await town.sign_in(JIANGMEN, "admin")
    new = [await block.notice(room) for room in rooms]
    clock.move(days=31)
    await expire_notices(town.desk, JIANGMEN)
    # Both were paid in time; what was asked once is due once, in whatever order it is told.
    paid_at: dict[str, Any] = {"paidAt": (clock.now - timedelta(days=33)).isoformat()}
    both = [bank.report(one, f"A{place}", **paid_at) for place, one in enumerate((old[0], new[0]))]
    written = await books.counts(*BOOKED)
    assert told(await bank.ask(BATCH, {"payments": both}, 422)) == [
        ("NOTICE_NOT_OPEN", "payments.1.noticeNo")
    ]
    assert await books.counts(*BOOKED) == written
    olds = [bank.report(one, f"O{place}", **paid_at) for place, one in enumerate(old)]
    assert len((await bank.ask(BATCH, {"payments": olds}))["payments"]) == len(rooms)
    assert codes(await block.pay(new[0], "N0", **paid_at)) == ["NOTICE_NOT_OPEN"]
    refused = await bank.ask(CONFIRM, bank.report(new[1], "N1", **paid_at), 422)
    assert told(refused) == [("NOTICE_NOT_OPEN", "noticeNo")]
    last = {"payments": [bank.report(new[2], "N2", **paid_at)]}
    assert told(await bank.ask(BATCH, last, 422)) == [("NOTICE_NOT_OPEN", "payments.0.noticeNo")]
    read = "... on PaymentsConfirmed { dryRun }"
    answer = await block.bank.act("paymentsConfirm", last, read, "PaymentsConfirmInput")
    assert places(answer) == [("NOTICE_NOT_OPEN", "payments.0.noticeNo")]
    # Alone it is kept for the office to decide; of a batch nothing is.
    assert await suspended(books) == [("NOTICE_NOT_OPEN", 265050, True)] * 2
    assert await books.rows("select distinct balance, paid_first from account where kind = 'UNIT'") == [
        (265050, 265050)
    ]
    assert await verify(town.desk, JIANGMEN) == []


async def test_a_channel_that_the_city_does_not_offer_is_kept_in_suspense(town: Town, books: Books):
    offered = {LUZHOU: {"BANK", "QR"}, JIANGMEN: {"BANK", "QIAODU_WINDOW", "POS"}, YUNMENG: {"QR", "POS"}}
    for city, good in offered.items():
        block = await build(town, city)
        notice = await block.notice()
        for channel in sorted({"BANK", "QR", "QIAODU_WINDOW", "POS"} - good):
            refused = await block.pay(notice, f"T{channel}", channel=channel)
            assert places(refused) == [("CHANNEL_NOT_ALLOWED", "channel")]
        assert {row[0] for row in await suspended(books, city)} == {"CHANNEL_NOT_ALLOWED"}
        assert (await block.pay(notice, channel=max(good)))["__typename"] == "PaymentConfirmed"
        assert await verify(town.desk, city) == []


async def test_the_other_bank_knows_nothing_of_a_notice_and_keeps_its_own_suspense(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice()
    other = await town.bank(JIANGMEN, "JM02")
    refused = await block.pay(notice, "T1", by=other)
    assert places(refused) == [("NOTICE_UNKNOWN", "noticeNo")]
    assert "2650.50" not in refused["problems"][0]["message"]
    assert await books.rows("select bank, notice_id from suspense_item") == [("JM02", None)]
    assert await bank_balances(books, JIANGMEN) == {"CLEARING": 0, "SUSPENSE": 0}
    # A transaction number belongs to its bank: the first bank may use the same.
    assert (await block.pay(notice, "T1"))["__typename"] == "PaymentConfirmed"
    stranger = await town.bank(LUZHOU)
    assert codes(await block.pay(notice, "T1", by=stranger)) == ["NOTICE_UNKNOWN"]
    assert await verify(town.desk, JIANGMEN) == []
    assert await verify(town.desk, LUZHOU) == []
