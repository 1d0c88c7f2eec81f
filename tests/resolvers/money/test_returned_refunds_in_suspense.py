"""A refund that came back and stood in suspense: booked back out of it, told truly, and paid anew."""

from typing import Any

from resolvers.ledger_check import verify
from tests.bank_days import day_of, line
from tests.banks import CONFIRM, SignedBank
from tests.banks import told as told_to
from tests.office import Office, error_of, open_office
from tests.refunds import account_of, come_back, correct, promise, refunds_of, settle
from tests.scenes import JIANGMEN, Caller, Town
from tests.shelf import Shelf
from tests.statement_desk import Desk, line_of, told
from tests.suspense import Decider

_REPORT = {"noticeNo": "JMNO1", "amount": "1767.00", "channel": "BANK"}
_REPORT["paidAt"] = "2026-11-22T12:00:00+08:00"
_RESOLVED = """... on SuspenseResolved { dryRun item { status resolution resolutionNote returnTxnNo
  payment { proofNo } refund { refundNo status returnTxnNo failure }
  bookings { cause note refund { refundNo } entries { type amount } } } }"""
_WHY = """query($id: ID!) { node(id: $id) { ... on Unit { account { entries { type amount
  why { cause note refund { refundNo } suspenseItem { bankTxnNo resolution } } } } } } }"""
_PLACE = "decision.refundReturn.refundId"
_ROWS = "2026-11-22,R1,,1767.00,张三,退款\n2026-11-22,B1,1767.00,,张三,退汇\n"


async def _report(bank: Caller, txn: str, **more: Any) -> Any:
    given = {**_REPORT, "bankTxnNo": txn, **more}
    return await bank.act("paymentConfirm", given, "", "PaymentConfirmInput")


def _decision(item: str, refund: Any, **more: Any) -> dict[str, Any]:
    decided = {"refundReturn": {"refundId": refund["id"]}}
    given = {"suspenseItemId": item, "decision": decided, "note": "账号户名不符", "idempotencyKey": "once"}
    return {**given, **more}


async def _decide(caller: Caller, item: str, refund: Any, **more: Any) -> Any:
    given = _decision(item, refund, **more)
    return await caller.act("suspenseResolve", given, _RESOLVED, "SuspenseResolveInput")


def _places(answer: Any) -> list[tuple[str, str]]:
    assert answer["__typename"] == "Rejected", answer
    return [(one["code"], one["path"]) for one in answer["problems"]]


async def test_a_refund_reported_as_a_deposit_is_booked_back_out_of_suspense(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    units = await promise(office)
    authority, bank = await town.authority(JIANGMEN), await town.bank(JIANGMEN)
    both = await refunds_of(authority, status="APPROVED")
    early = {"paidAt": "2026-11-21T12:00:00+08:00"}
    for txn, more in (("B1", {}), ("LESS", {"amount": "883.50"}), ("EARLY", early)):
        assert await bank.refused(await _report(bank, txn, **more)) == ["NOTICE_UNKNOWN"]
    await _report(await town.bank(JIANGMEN, "JM02"), "OTHER")
    items = await Decider(authority).items()
    assert _places(await _decide(authority, items["B1"], both[0])) == [("REFUND_NOT_PAID", _PLACE)]
    await settle(authority, both, "1767.00", "R1")
    desk = Desk(authority)
    statement = (await desk.send(_ROWS, bank="JM01"))["statement"]
    assert line_of(statement, "B1")["suspenseItem"]["status"] == "OPEN"
    await _refused(office, authority, items, both, shelf)
    before = (await day_of(authority))[0]
    done = await _decide(authority, items["B1"], both[1])
    _is_decided(done["item"], both)
    assert await _decide(authority, items["B1"], both[1]) == done
    anew = await _decide(authority, items["B1"], both[1], idempotencyKey="anew")
    assert _places(anew) == [("SUSPENSE_RESOLVED", "suspenseItemId")]
    found = await refunds_of(authority, status="FAILED")
    assert [(one["failure"], one["bankTxnNo"]) for one in found] == [("账号户名不符", "R1")] * 2
    await _is_on_accounts(authority, units)
    await _hears(town, bank, shelf)
    await _is_told_of_the_day(authority, before)
    await _is_on_the_statement(desk, statement, found)
    assert await verify(town.desk, JIANGMEN) == []
    await _pay_again(authority, both)


async def _refused(office: Office, authority: Caller, items: Any, both: Any, shelf: Shelf) -> None:
    """Refuse what cannot be this refund's return, and who may not; a rehearsal writes nothing either."""
    standing = await shelf.standing()
    for txn, more, place in (
        ("LESS", {}, ("REFUND_AMOUNT_DIFFERS", _PLACE)),
        ("EARLY", {}, ("DATE_INVALID", _PLACE)),
        ("OTHER", {}, ("REFUND_BANK_DIFFERS", _PLACE)),
        ("B1", {"note": " "}, ("FIELD_REQUIRED", "note")),
    ):
        given = {"idempotencyKey": txn, **more}
        assert _places(await _decide(authority, items[txn], both[0], **given)) == [place], txn
    assert await authority.refused(await come_back(authority, both[0], "B1")) == ["BANK_TXN_USED"]
    for caller, refund, code in (
        (office.developer, both[0]["id"], "NOT_FOUND"),
        (office.clerk, both[0]["id"], "NOT_FOUND"),
        (authority, items["LESS"], "NOT_FOUND"),
    ):
        given = _decision(items["B1"], {"id": refund})
        assert await error_of(caller, "suspenseResolve", given, "SuspenseResolveInput") == code
    rehearsed = await _decide(authority, items["B1"], both[0], dryRun=True)
    assert (rehearsed["dryRun"], rehearsed["item"]["resolution"]) == (True, "REFUND_RETURNED")
    assert await shelf.standing() == standing


def _is_decided(item: Any, both: Any) -> None:
    """The item shows the refund that was named, and by its bookings each that the transfer had paid."""
    assert {name: item[name] for name in ("status", "resolution", "resolutionNote", "returnTxnNo")} == {
        "status": "RESOLVED",
        "resolution": "REFUND_RETURNED",
        "resolutionNote": "账号户名不符",
        "returnTxnNo": None,
    }
    numbers = [one["refundNo"] for one in both]
    failed = {"refundNo": numbers[1], "status": "FAILED", "returnTxnNo": "B1", "failure": "账号户名不符"}
    assert (item["refund"], item["payment"]) == (failed, None)
    assert sorted(
        (one["cause"], one["note"] or "", (one["refund"] or {"refundNo": ""})["refundNo"])
        for one in item["bookings"]
    ) == [
        ("REVERSAL", "账号户名不符", numbers[0]),
        ("REVERSAL", "账号户名不符", numbers[1]),
        ("SUSPENSE", "", ""),
        ("SUSPENSE", "账号户名不符", ""),
    ]


async def _is_on_accounts(authority: Caller, units: dict[str, str]) -> None:
    account = await account_of(authority, units["1栋301"])
    assert (account["balance"], account["paidFirst"], account["reserved"]) == ("2650.50", "2650.50", "883.50")
    entries = (await authority.ask(_WHY, id=units["1栋302"]))["node"]["account"]["entries"]
    assert [(one["type"], one["amount"]) for one in entries[1:]] == [
        ("REFUND", "-883.50"),
        ("REVERSAL", "883.50"),
    ]
    why = entries[2]["why"]
    assert (why["cause"], why["note"]) == ("REVERSAL", "账号户名不符")
    assert why["suspenseItem"] == {"bankTxnNo": "B1", "resolution": "REFUND_RETURNED"}


async def _hears(town: Town, bank: Caller, shelf: Shelf) -> None:
    """The bank that reports it again is told at every door that it was a refund's return."""
    standing = await shelf.standing()
    code = "REPORT_REFUND_RETURNED"
    assert _places(await _report(bank, "B1")) == [(code, "bankTxnNo")]
    assert _places(await _report(bank, "B1", amount="1.00")) == [("IDEMPOTENCY_CONFLICT", "bankTxnNo")]
    many = {"payments": [{**_REPORT, "bankTxnNo": "B1"}]}
    answer = await bank.act("paymentsConfirm", many, "", "PaymentsConfirmInput")
    assert _places(answer) == [(code, "payments.0.bankTxnNo")]
    signed = SignedBank(town.http, bank.headers["X-Weixiu-Key"], town.desk.clock)
    heard = await signed.ask(CONFIRM, {**_REPORT, "bankTxnNo": "B1"}, 422)
    assert told_to(heard) == [(code, "bankTxnNo")]
    assert await shelf.standing() == standing


async def _is_told_of_the_day(authority: Caller, before: Any) -> None:
    """The day tells both, what left suspense and what came back of refunds, and the ledger agrees."""
    today = (await day_of(authority))[0]
    new = [one for one in today["lines"] if one not in before["lines"]]
    assert new == [
        line("SUSPENSE_REFUND_RETURNED", "BANK", 1, "1767.00"),
        line("REFUND_RETURNED", None, 2, "1767.00"),
    ]
    was = {one["kind"]: one["amount"] for one in before["checks"]}
    now = {one["kind"]: (one["amount"], one["agrees"]) for one in today["checks"]}
    # 1767.00, 883.50 and 1767.00 waited at this bank; one of them is decided.
    assert (was["SUSPENSE"], was["REFUND"]) == ("4417.50", "1767.00")
    assert now["SUSPENSE"] == ("2650.50", True)
    assert now["REFUND"] == ("0.00", True)


async def _is_on_the_statement(desk: Desk, statement: Any, both: Any) -> None:
    """The number agrees once: as the waiting money before, as the refund's transfer when told again."""
    agreed = [("R1", "-1767.00", "MATCHED"), ("B1", "1767.00", "MATCHED")]
    sums = await desk.sums(statement["id"])
    seen = await desk.again(statement["id"])
    assert told(seen)[-2:] == agreed
    assert await desk.sums(statement["id"]) == sums
    again = (await desk.send(_ROWS.replace("张三", "李四"), bank="JM01"))["statement"]
    assert told(again) == told(seen)
    found = line_of(again, "B1")
    assert (found["suspenseItem"], found["refund"]["refundNo"]) in [(None, one["refundNo"]) for one in both]
    assert await desk.sums(statement["id"]) == sums
    assert sums["sums"][0] == {
        "outcome": "MATCHED",
        "count": 2,
        "openCount": 0,
        "moneyIn": "1767.00",
        "moneyOut": "1767.00",
    }


async def _pay_again(authority: Caller, both: Any) -> None:
    """Its number stands for nothing else; told once more as a return it is known, and it is paid anew."""
    known = await come_back(authority, both[0], "B1", idempotencyKey="known")
    assert known["__typename"] == "RefundsDone"
    for one in both:
        await correct(authority, one, "new account")
    used = await settle(authority, both, "1767.00", "B1")
    assert await authority.refused(used) == ["BANK_TXN_USED"]
    again = await settle(authority, both, "1767.00", "R2")
    assert [one["status"] for one in again["refunds"]] == ["PAID", "PAID"]


async def test_a_return_that_the_office_found_on_a_statement_is_decided_by_another(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    await promise(office)
    first = Desk(await town.authority(JIANGMEN))
    both = await refunds_of(first.caller, status="APPROVED")
    await settle(first.caller, both, "1767.00", "R1")
    statement = (await first.send(_ROWS, bank="JM01"))["statement"]
    kept = (await first.settle(line_of(statement, "B1")["id"], "SUSPENSE"))["line"]
    assert kept["suspenseItem"] == {"bankTxnNo": "B1", "reason": "NOT_REPORTED", "status": "OPEN"}
    item = (await Decider(first.caller).items())["B1"]
    before = await shelf.standing()
    assert _places(await _decide(first.caller, item, both[0])) == [("FOUR_EYES", "suspenseItemId")]
    assert await shelf.standing() == before
    other = await town.office(JIANGMEN, "authority_admin", "510502198503150120", "other-person")
    done = await _decide(other, item, both[0])
    assert (done["item"]["status"], done["item"]["refund"]["status"]) == ("RESOLVED", "FAILED")
    sums = await first.sums(statement["id"])
    seen = await first.again(statement["id"])
    assert line_of(seen, "B1")["suspenseItem"]["status"] == "RESOLVED"
    assert (line_of(seen, "B1")["resolution"], line_of(seen, "B1")["ours"]) == ("SUSPENSE", "1767.00")
    assert [found for found in told(seen) if found[0] == "B1"] == [("B1", "1767.00", "UNKNOWN")]
    assert await first.sums(statement["id"]) == sums
    # Whatever notice the bank names for it now, it was no deposit.
    bank = await town.bank(JIANGMEN)
    assert await bank.refused(await _report(bank, "B1")) == ["REPORT_REFUND_RETURNED"]
    assert await verify(town.desk, JIANGMEN) == []
    for bend, mend in (
        ("paid_at = paid_at + '1 min'", "paid_at = paid_at - '1 min'::interval"),
        ("bank_txn_no = 'B9'", "bank_txn_no = 'B1'"),
    ):
        await shelf.change(f"update suspense_item set {bend}")
        (broken,) = await verify(town.desk, JIANGMEN)
        assert broken.startswith("R-PAY-3: waiting money that was decided"), bend
        await shelf.change(f"update suspense_item set {mend}")
