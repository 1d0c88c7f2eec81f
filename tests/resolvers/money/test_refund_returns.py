"""Refunded money that comes back: booked back whole, reserved again, and paid anew."""

from typing import Any

from resolvers.ledger_check import verify
from tests.office import error_of, open_office
from tests.resolvers.changes.deposits import OWNER, pay
from tests.resolvers.changes.test_unit_change import estate_of, units_of
from tests.resolvers.money.test_refunds import account_of, cancel, correct, promise, refunds_of, settle
from tests.resolvers.money.test_statements import Desk, told
from tests.scenes import JIANGMEN, LUZHOU, Caller
from tests.shelf import Shelf

_BACK = "... on RefundsDone { dryRun refunds { refundNo status returnedAt returnTxnNo failure bankTxnNo } }"


async def come_back(caller: Caller, refund: Any, txn: str = "B1", **more: Any) -> Any:
    given = {
        "refundId": refund["id"],
        "amount": "1767.00",
        "bankTxnNo": txn,
        "paidAt": "2026-11-22T12:00:00+08:00",
        "reason": "账号户名不符",
        "idempotencyKey": f"back {txn} {sorted(more.items())}",
        **more,
    }
    return await caller.act("refundReturn", given, _BACK, "RefundReturnInput")


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
