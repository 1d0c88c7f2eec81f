"""Refunds: settled once, failed, corrected and settled then, and what that leaves in the books."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.base import Pool
from resolvers.ledger_check import verify
from tests.office import error_of, open_office
from tests.refunds import PAID_AT, account_of, cancel, correct, fail, promise, refunds_of, settle
from tests.resolvers.changes.deposits import OWNER, pay
from tests.resolvers.changes.unit_changes import estate_of, units_of
from tests.scenes import JIANGMEN, LUZHOU
from tests.shelf import Shelf

_CHECKED = "select refund_id is not null, payment_id, order_id, reason from journal where reason = 'REFUND'"
_TAKEN = """with booked as (
    insert into journal (city, id, org_id, reason, booked_at, booked_by)
    select city, gen_random_uuid(), org_id, 'USE', now(), gen_random_uuid() from refund limit 1
    returning city, id, org_id, booked_at)
  insert into entry (city, id, org_id, journal_id, account_id, type, amount, booked_at)
  select b.city, gen_random_uuid(), b.org_id, b.id, r.account_id, 'USE', {amount}, b.booked_at
  from booked b, (select account_id from refund order by id limit 1) r"""


async def test_what_the_bank_cannot_have_paid_is_refused_and_leaves_nothing(town: Any, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    await promise(office)
    authority = await town.authority(JIANGMEN)
    promised = await refunds_of(authority, status="APPROVED")
    assert [(one["amount"], one["unit"]["roomNo"]) for one in promised] == [
        ("883.50", "301"),
        ("883.50", "302"),
    ]
    assert {(one["payeeName"], one["payeeAccount"]) for one in promised} == {("张三", "************0123")}
    before = await shelf.standing()
    payment = await shelf.one("select min(bank_txn_no) from payment")
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"amount": "1766.99"}, "REFUND_AMOUNT_DIFFERS"),
        ({"txn": payment}, "BANK_TXN_USED"),
        ({"txn": "R 1"}, "TEXT_INVALID"),
        ({"paidAt": "2026-11-20T13:00:00+08:00"}, "DATE_INVALID"),
        ({"paidAt": "2027-11-20T13:00:00+08:00"}, "DATE_INVALID"),
        ({"refundIds": []}, "FIELD_REQUIRED"),
    )
    for more, code in wrong:
        asked = {"amount": "1767.00", "txn": "R1", **more}
        assert await authority.refused(await settle(authority, promised, **asked)) == [code], more
    given = {"refundIds": [promised[0]["id"]], "amount": "883.50", "bankTxnNo": "R1", "paidAt": PAID_AT}
    given["idempotencyKey"] = "k"
    for caller, code in ((office.developer, "FORBIDDEN"), (office.clerk, "FORBIDDEN")):
        assert await error_of(caller, "refundSettle", given, "RefundSettleInput") == code
    rehearsed = await settle(authority, promised, "1767.00", "R1", dryRun=True)
    assert [one["status"] for one in rehearsed["refunds"]] == ["PAID", "PAID"]
    assert await shelf.standing() == before


async def test_one_transfer_pays_refunds_to_one_account_once_and_the_books_follow(town: Any, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    units = await promise(office)
    authority = await town.authority(JIANGMEN)
    promised = await refunds_of(authority)
    paid = await settle(authority, promised, "1767.00", "R1")
    assert [(one["status"], one["bankTxnNo"], one["unit"]["roomNo"]) for one in paid["refunds"]] == [
        ("PAID", "R1", "301"),
        ("PAID", "R1", "302"),
    ]
    assert await account_of(office.developer, units["1栋301"]) == {
        "status": "OPEN",
        "due": "1767.00",
        "paidFirst": "1767.00",
        "balance": "1767.00",
        "reserved": "0.00",
        "outstanding": "0.00",
        "entries": [
            {"type": "FIRST", "component": None, "amount": "2650.50", "balanceAfter": "2650.50"},
            {"type": "REFUND", "component": "FIRST", "amount": "-883.50", "balanceAfter": "1767.00"},
        ],
    }
    assert await shelf.rows(_CHECKED) == [(True, None, None, "REFUND")] * 2
    assert await shelf.one("select balance from account where kind = 'SPECIAL'") == -353_400
    told = await shelf.rows("select cause_no from push where cause = 'REFUND' order by cause_no")
    assert told == [(one["refundNo"],) for one in promised]
    after = await shelf.standing()
    again = await settle(authority, promised, "1767.00", "R1")
    assert again["refunds"] == paid["refunds"]
    anew = await settle(authority, promised, "1767.00", "R1", idempotencyKey="another key")
    assert anew["refunds"] == paid["refunds"]
    twice = await settle(authority, promised, "1767.00", "R2")
    assert await authority.refused(twice) == ["REFUND_PAID", "REFUND_PAID"]
    assert (await shelf.standing())["entry"] == after["entry"]
    assert await verify(town.desk, JIANGMEN) == []


async def test_a_failed_refund_is_corrected_before_it_is_paid(town: Any, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    units = await promise(office)
    authority = await town.authority(JIANGMEN)
    first, second = await refunds_of(authority)
    assert (await account_of(authority, units["1栋301"]))["reserved"] == "883.50"
    assert await authority.refused(await fail(authority, first, " ", "no reason")) == ["FIELD_REQUIRED"]
    (failed,) = (await fail(authority, first))["refunds"]
    assert (failed["status"], failed["failure"], failed["failedAt"] is None) == ("FAILED", "户名不符", False)
    before = await shelf.standing()
    refused = await settle(authority, [first, second], "1767.00", "R1")
    assert await authority.refused(refused) == ["REFUND_FAILED"]
    stranger = {"holder": "李四"}
    assert await authority.refused(await correct(authority, first, "a", **stranger)) == [
        "REFUND_PAYEE_UNKNOWN"
    ]
    wrong = await correct(authority, first, "b", number="账号", bank="")
    assert await authority.refused(wrong) == ["TEXT_INVALID", "FIELD_REQUIRED"]
    assert await shelf.standing() == before
    # What is promised stays reserved: nothing of it is demanded, nothing promised again.
    demand = {"units": [{"unitId": units["1栋301"], "owners": [OWNER]}], "idempotencyKey": "n"}
    answer = await office.developer.act("noticeIssue", demand, "", "NoticeIssueInput")
    assert await authority.refused(answer) == ["NOTHING_DUE"]

    (corrected,) = (await correct(authority, first, "c", number="6222 0200 0000 0456"))["refunds"]
    assert (corrected["status"], corrected["failure"]) == ("APPROVED", None)
    assert corrected["payeeAccount"] == "************0456"
    apart = await settle(authority, [first, second], "1767.00", "R1")
    assert await authority.refused(apart) == ["REFUND_PAYEES_DIFFER"]
    done_now = await settle(authority, [first], "883.50", "R1")
    assert [one["status"] for one in done_now["refunds"]] == ["PAID"]
    assert await verify(town.desk, JIANGMEN) == []


async def test_of_two_transfers_at_once_only_one_is_booked(town: Any, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    units = await promise(office)
    authority = await town.authority(JIANGMEN)
    first, second = await refunds_of(authority)
    both = await asyncio.gather(
        settle(authority, [first], "883.50", "R1"), settle(authority, [first], "883.50", "R2")
    )
    assert sorted(answer["__typename"] for answer in both) == ["RefundsDone", "Rejected"]
    other = next(answer for answer in both if answer["__typename"] == "Rejected")
    assert await authority.refused(other) == ["REFUND_PAID"]
    assert await authority.refused(await fail(authority, first, key="late")) == ["REFUND_PAID"]
    assert await authority.refused(await correct(authority, first, "late")) == ["REFUND_PAID"]
    used = await shelf.one("select bank_txn_no from refund where bank_txn_no is not null")
    assert await authority.refused(
        await settle(authority, [second], "883.50", used, idempotencyKey="used")
    ) == ["BANK_TXN_USED"]
    assert (await account_of(office.developer, units["1栋301"]))["balance"] == "1767.00"
    assert [one["status"] for one in await refunds_of(authority, unitId=units["1栋302"])] == ["APPROVED"]
    assert await verify(town.desk, JIANGMEN) == []


async def write_as_office(town: Any, statement: str) -> None:
    async with town.desk.databases.engine(Pool.OFFICE).begin() as connection:
        await connection.execute(text("select set_config('app.city', '440700', true)"))
        await connection.execute(text(statement))


async def test_nothing_but_a_refund_touches_what_is_reserved(town: Any, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    await promise(office)
    # 2650.50 is there and 883.50 promised, so one fen more than 1767.00 would be taken of that.
    for statement, said in (
        ("update account set reserved = 0 where kind = 'UNIT'", "moves by entries alone"),
        (_TAKEN.format(amount=-176_701), "account_reserved_check"),
        (_TAKEN.format(amount=-176_700), "does not sum to zero"),
    ):
        with pytest.raises(DBAPIError, match=said):
            await write_as_office(town, statement)
    held = "select distinct balance, reserved from account where reserved > 0"
    assert await shelf.rows(held) == [(265_050, 88_350)]


async def test_a_lost_units_money_goes_to_its_owners_by_shares_and_the_last_part_closes_the_account(
    town: Any, shelf: Shelf
):
    office = await open_office(town)
    estate = await estate_of(office, "301")
    unit = (await units_of(office, estate))["2栋101"]
    wife = {**OWNER, "name": "李四", "idNumber": "51050219850315018X"}
    assert await pay(office, unit["id"], owners=[OWNER, wife]) == "6184.50"
    await shelf.change("update owner set share = case name when '李四' then '10/11' else '1/11' end")
    order = await cancel(office, estate, unit["building"])
    authority = await town.authority(LUZHOU)
    first, second = await refunds_of(authority, orderId=order)
    # 6184.50 in elevenths is 562.227… and 5622.272…: the larger remainder gets the fen.
    assert [(one["payeeName"], one["amount"]) for one in (first, second)] == [
        ("张三", "562.23"),
        ("李四", "5622.27"),
    ]
    missing = await settle(authority, [first], "562.23", "R1")
    assert await authority.refused(missing) == ["REFUND_ACCOUNT_MISSING"]
    await correct(authority, first, "a")
    answer = await correct(authority, second, "b", holder="王五", payeeConfirmed=True)
    assert [one["payeeName"] for one in answer["refunds"]] == ["王五"]
    await settle(authority, [first], "562.23", "R2")
    frozen = await account_of(authority, unit["id"])
    assert (frozen["status"], frozen["balance"], frozen["reserved"]) == ("FROZEN", "5622.27", "5622.27")
    await settle(authority, [second], "5622.27", "R3")
    closed = await account_of(authority, unit["id"])
    assert (closed["status"], closed["balance"], closed["paidFirst"]) == ("CLOSED", "0.00", "0.00")
    assert closed["reserved"] == "0.00"
    assert await shelf.one("select balance from account where kind = 'SPECIAL'") == 0
    assert await shelf.one("select count(*) from push") == 0
    assert await verify(town.desk, LUZHOU) == []
