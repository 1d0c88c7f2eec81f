"""Refunded money that comes back: booked back whole, reserved again, and paid anew."""

from typing import Any

from db.engine import Addresses
from db.migrate import migrate, revert
from resolvers.ledger_check import verify
from tests.conftest import MovableClock
from tests.db.roles import database_of
from tests.office import Office, error_of, open_office
from tests.refunds import account_of, cancel, come_back, correct, promise, refunds_of, settle
from tests.resolvers.changes.deposits import OWNER, pay
from tests.resolvers.changes.unit_changes import estate_of, units_of
from tests.scenes import JIANGMEN, LUZHOU, Caller
from tests.shelf import Shelf
from tests.statement_desk import Desk, told


async def test_a_transfer_that_came_back_is_booked_back_and_paid_again(town: Any, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    units = await promise(office)
    authority = await town.authority(JIANGMEN)
    promised = await refunds_of(authority, status="APPROVED")
    assert await authority.refused(await come_back(authority, promised[0])) == ["REFUND_NOT_PAID"]
    await settle(authority, promised, "1767.00", "R1")
    before = await shelf.standing()
    for more, code in (
        ({"amount": "883.50"}, "REFUND_AMOUNT_DIFFERS"),
        ({"bankTxnNo": "R1"}, "BANK_TXN_USED"),
        ({"paidAt": "2026-11-21T12:00:00+08:00"}, "DATE_INVALID"),
        ({"reason": " "}, "FIELD_REQUIRED"),
    ):
        assert await authority.refused(await come_back(authority, promised[0], **more)) == [code], more
    given = {"refundId": promised[0]["id"], "amount": "1767.00", "bankTxnNo": "B1", "reason": "退"}
    given = {**given, "paidAt": "2026-11-22T12:00:00+08:00", "idempotencyKey": "k"}
    assert await error_of(office.developer, "refundReturn", given, "RefundReturnInput") == "FORBIDDEN"
    assert (await come_back(authority, promised[0], dryRun=True))["dryRun"] is True
    assert await shelf.standing() == before
    done = (await come_back(authority, promised[0]))["refunds"]
    told = [(one["status"], one["returnTxnNo"], one["bankTxnNo"]) for one in done]
    assert told == [("FAILED", "B1", "R1")] * 2
    assert {(one["failure"], one["returnedAt"]) for one in done} == {
        ("账号户名不符", "2026-11-22T12:00:00.000+08:00")
    }
    account = await account_of(authority, units["1栋301"])
    assert (account["balance"], account["paidFirst"], account["reserved"]) == ("2650.50", "2650.50", "883.50")
    assert account["entries"][1:] == [
        {"type": "REFUND", "component": "FIRST", "amount": "-883.50", "balanceAfter": "1767.00"},
        {"type": "REVERSAL", "component": "FIRST", "amount": "883.50", "balanceAfter": "2650.50"},
    ]
    # Told again it is as it was; told otherwise it is refused.
    assert (await come_back(authority, promised[1], idempotencyKey="again"))["__typename"] == "RefundsDone"
    assert await authority.refused(await come_back(authority, promised[1], "B2")) == ["REFUND_NOT_PAID"]
    assert await verify(town.desk, JIANGMEN) == []
    await _on_statement(authority)
    await _pay_again(authority, promised, units["1栋302"])
    assert await verify(town.desk, JIANGMEN) == []


async def _on_statement(authority: Caller) -> None:
    """The bank has one transfer for both refunds, and one by which it came back."""
    rows = "2026-11-22,R1,,1767.00,张三,退款\n2026-11-22,B1,1767.00,,张三,退汇\n"
    statement = (await Desk(authority).send(rows, bank="JM01"))["statement"]
    agreed = [line for line in told(statement) if line[2] == "MATCHED"]
    assert agreed == [("R1", "-1767.00", "MATCHED"), ("B1", "1767.00", "MATCHED")]
    # The deposits are the bank's of another day.
    assert {outcome for _, amount, outcome in told(statement) if amount == "2650.50"} == {"MISSING"}


async def _pay_again(authority: Caller, promised: Any, unit: str) -> None:
    """Pay to a corrected account; it can come back once more, each payment by itself is taken back once."""
    for one in promised:
        await correct(authority, one, "new account")
    again = await settle(authority, promised, "1767.00", "R2")
    assert [one["status"] for one in again["refunds"]] == ["PAID", "PAID"]
    account = await account_of(authority, unit)
    assert (account["balance"], account["reserved"]) == ("1767.00", "0.00")
    assert (await come_back(authority, promised[0], "B3"))["__typename"] == "RefundsDone"


async def test_every_movement_of_a_refund_stays_on_statements_and_stands_for_nothing_else(
    town: Any, shelf: Shelf, clock: MovableClock
):
    office = await open_office(town, JIANGMEN)
    await promise(office)
    desk = Desk(await town.authority(JIANGMEN))
    authority = desk.caller
    both = await refunds_of(authority, status="APPROVED")
    await settle(authority, both, "1767.00", "OUT-0")
    await come_back(authority, both[0], "IN-0")
    await _correct_both(authority, both, "first")
    # What was said again of the transfer that came back is not what pays them now.
    again = await settle(authority, both, "1767.00", "OUT-0", idempotencyKey="again")
    assert await authority.refused(again) == ["BANK_TXN_USED"]
    await settle(authority, both, "1767.00", "OUT-1")
    first = _line("OUT-0", -1767) + _line("IN-0", 1767) + _line("OUT-1", -1767)
    day = (await desk.send(first, bank="JM01"))["statement"]
    agreed = [("OUT-0", "-1767.00"), ("IN-0", "1767.00"), ("OUT-1", "-1767.00")]
    assert _of_refunds(day) == [(*one, "MATCHED") for one in agreed]
    await _sums_of_refunds(desk, day)
    clock.move(days=1)
    authority.headers = await town.sign_in(JIANGMEN, "authority_admin-0126")
    await _once_more(desk, both)
    # The first day is as it was: matched again, sent again with one line more, and without one.
    assert _of_refunds(await desk.again(day["id"])) == [(*one, "MATCHED") for one in agreed]
    day = (await desk.send(first + _line("X", 1), bank="JM01"))["statement"]
    assert _of_refunds(day) == [("X", "1.00", "UNKNOWN"), *((*one, "MATCHED") for one in agreed)]
    lacking = (await desk.send(first.replace("IN-0", "X"), bank="JM01"))["statement"]
    assert [line for line in told(lacking) if line[0] == "IN-0"] == [("IN-0", "1767.00", "MISSING")]
    assert await shelf.rows(_MOVED) == [
        (txn, amount * 88_350, 2)
        for txn, amount in (("OUT-0", -1), ("IN-0", 1), ("OUT-1", -1), ("IN-1", 1), ("OUT-2", -1))
    ]
    assert await verify(town.desk, JIANGMEN) == []
    await _nothing_else(office, authority, both, shelf)


async def _once_more(desk: Desk, both: Any) -> None:
    """On the next day it comes back once more and is paid for good."""
    authority = desk.caller
    later = "2026-11-23T12:00:00+08:00"
    await come_back(authority, both[1], "IN-1", paidAt=later)
    await _correct_both(authority, both, "second")
    early = await settle(authority, both, "1767.00", "OUT-2", idempotencyKey="early")
    assert await authority.refused(early) == ["DATE_INVALID"]
    await settle(authority, both, "1767.00", "OUT-2", paidAt=later)
    second = _line("IN-1", 1767, "2026-11-23") + _line("OUT-2", -1767, "2026-11-23")
    next_day = (await desk.send(second, day="2026-11-23", bank="JM01"))["statement"]
    assert told(next_day) == [("IN-1", "1767.00", "MATCHED"), ("OUT-2", "-1767.00", "MATCHED")]


_MOVED = """select bank_txn_no, amount, count(*) from refund_transfer group by 1, 2, moved_at, bank
    order by min(id::text)"""


def _line(txn: str, yuan: int, day: str = "2026-11-22") -> str:
    sides = f"{yuan}.00," if yuan > 0 else f",{-yuan}.00"
    return f"{day},{txn},{sides},张三,退款\n"


def _of_refunds(statement: Any) -> list[tuple[str, str, str]]:
    """Leave out the deposits, which the bank has on another day."""
    return [line for line in told(statement) if line[1] != "2650.50"]


async def _correct_both(authority: Caller, refunds: Any, key: str) -> None:
    for one in refunds:
        await correct(authority, one, key)


async def _sums_of_refunds(desk: Desk, statement: Any) -> None:
    """Out twice and in once on both sides; beside it stand the two deposits that the bank has not told."""
    sums = await desk.sums(statement["id"])
    assert (sums["bankIn"], sums["bankOut"], sums["booksIn"], sums["booksOut"]) == (
        "1767.00",
        "3534.00",
        "7068.00",
        "3534.00",
    )
    assert sums["sums"][0] == {
        "outcome": "MATCHED",
        "count": 3,
        "openCount": 0,
        "moneyIn": "1767.00",
        "moneyOut": "3534.00",
    }


async def _nothing_else(office: Office, authority: Caller, refunds: Any, shelf: Shelf) -> None:
    """A number of long ago pays no refund, brings none back, gives no money back and is no deposit."""
    bank = await office.town.bank(JIANGMEN)
    later = "2026-11-23T12:00:00+08:00"
    report = {"noticeNo": "JMNO1", "amount": "5.00", "channel": "BANK", "paidAt": later}
    confirm = ("paymentConfirm", "PaymentConfirmInput")
    await bank.act(confirm[0], {**report, "bankTxnNo": "S"}, "", confirm[1])
    item = (await authority.ask("{ suspenseItems { edges { node { id } } } }"))["suspenseItems"]["edges"][0]
    before = await shelf.standing()
    for txn in ("OUT-0", "IN-0", "OUT-1"):
        key = {"idempotencyKey": f"used {txn}"}
        back = await come_back(authority, refunds[0], txn, paidAt=later, **key)
        assert await authority.refused(back) == ["BANK_TXN_USED"]
        given = {"giveBack": {"bankTxnNo": txn, "paidAt": later}}
        decided = await authority.act(
            "suspenseResolve",
            {"suspenseItemId": item["node"]["id"], "decision": given, "note": "退回", **key},
            "",
            "SuspenseResolveInput",
        )
        assert await authority.refused(decided) == ["BANK_TXN_USED"]
        used = {**report, "bankTxnNo": txn}
        assert await bank.refused(await bank.act(confirm[0], used, "", confirm[1])) == ["BANK_TXN_USED"]
        many = {"payments": [{**report, "bankTxnNo": "T"}, used]}
        told = await bank.act("paymentsConfirm", many, "", "PaymentsConfirmInput")
        assert [(one["code"], one["path"]) for one in told["problems"]] == [
            ("BANK_TXN_USED", "payments.1.bankTxnNo")
        ]
    assert await shelf.standing() == before


async def test_the_check_finds_a_transfer_that_is_not_as_booked_or_has_a_number_of_other_money(
    town: Any, shelf: Shelf
):
    office = await open_office(town, JIANGMEN)
    await promise(office)
    authority = await town.authority(JIANGMEN)
    await settle(authority, await refunds_of(authority), "1767.00", "R1")
    first = "where refund_id = (select min(id::text)::uuid from refund)"
    own = "(select j.id from journal j where j.refund_id = refund_transfer.refund_id)"
    for bend, mend, said in (
        ("amount = amount - 1", "amount = -88350", "I7: what moved for a refund"),
        ("journal_id = id", f"journal_id = {own}", "I7: what moved for a refund"),
        ("city = 510500", "city = 440700", "I7: what moved for a refund"),
        (
            "moved_at = moved_at + '1 min'",
            "moved_at = moved_at - '1 min'::interval",
            "R-PAY-2: a transaction",
        ),
        (_DEPOSIT, "bank_txn_no = 'R1'", "R-PAY-2: a transaction"),
    ):
        await shelf.change(f"update refund_transfer set {bend} {first}")
        broken = await verify(town.desk, JIANGMEN)
        assert [told for told in broken if told.startswith(said)], bend
        await shelf.change(f"update refund_transfer set {mend} {first}")
        assert await verify(town.desk, JIANGMEN) == [], mend


async def test_refunds_that_were_paid_before_transfers_were_kept_are_filled_in(
    town: Any, shelf: Shelf, server: Addresses
):
    office = await open_office(town, JIANGMEN)
    await promise(office)
    authority = await town.authority(JIANGMEN)
    one, _ = await refunds_of(authority)
    await settle(authority, [one], "883.50", "R1")
    kept = await shelf.rows(_KEPT)
    database = database_of(town, server)
    await revert(database, "0011")
    await migrate(database, "0012")
    assert await shelf.rows(_KEPT) == kept
    assert [row[2:6] for row in kept] == [("JM01", "R1", -88_350, True)]


_KEPT = """select refund_id, journal_id, bank, bank_txn_no, amount,
    moved_at = '2026-11-22T12:00:00+08:00', org_id, city from refund_transfer"""
_DEPOSIT = "bank_txn_no = (select min(bank_txn_no) from payment)"


async def test_what_came_back_of_a_cancelled_unit_waits_on_its_frozen_account(town: Any, shelf: Shelf):
    office = await open_office(town)
    estate = await estate_of(office, "301")
    unit = (await units_of(office, estate))["2栋101"]
    assert await pay(office, unit["id"], owners=[OWNER]) == "6184.50"
    order = await cancel(office, estate, unit["building"])
    authority = await town.authority(LUZHOU)
    (refund,) = await refunds_of(authority, orderId=order)
    await correct(authority, refund, "a")
    await settle(authority, [refund], "6184.50", "R1")
    assert (await account_of(authority, unit["id"]))["status"] == "CLOSED"
    await come_back(authority, refund, amount="6184.50")
    account = await account_of(authority, unit["id"])
    assert [account[name] for name in ("status", "balance", "reserved")] == ["FROZEN", "6184.50", "6184.50"]
    assert await verify(town.desk, LUZHOU) == []
    await correct(authority, refund, "b")
    await settle(authority, [refund], "6184.50", "R2")
    assert (await account_of(authority, unit["id"]))["status"] == "CLOSED"
    assert await shelf.one("select count(*) from journal where refund_id is not null") == 3
    assert await verify(town.desk, LUZHOU) == []
