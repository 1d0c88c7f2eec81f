"""Refunds as the office handles them: promised by orders, settled, failed, corrected, come back."""

from typing import Any

from tests.office import Office, done
from tests.resolvers.changes.deposits import pay
from tests.resolvers.changes.unit_changes import Change, estate_of, units_of
from tests.scenes import Caller

_REFUND = """id refundNo amount status payeeName payeeBank payeeAccount paidAt bankTxnNo failure failedAt
  unit { roomNo } order { orderNo } account { balance }"""
_DONE = f"... on RefundsDone {{ dryRun refunds {{ {_REFUND} }} }}"
_LIST = f"query($f: RefundFilter) {{ refunds(first: 50, filter: $f) {{ edges {{ node {{ {_REFUND} }} }} }} }}"
_ACCOUNT = """query($id: ID!) { node(id: $id) { ... on Unit { status account {
  status due paidFirst balance reserved outstanding entries { type component amount balanceAfter } } } } }"""
_BACK = "... on RefundsDone { dryRun refunds { refundNo status returnedAt returnTxnNo failure bankTxnNo } }"
_PAYEE = {"holder": "张三", "number": "6222020000000123", "bank": "中国银行江门分行"}
PAID_AT = "2026-11-22T12:00:00+08:00"


async def refunds_of(caller: Caller, **wanted: str) -> list[Any]:
    """List the refunds that are asked for, the oldest first."""
    found = await caller.ask(_LIST, f=wanted)
    return [edge["node"] for edge in found["refunds"]["edges"]][::-1]


async def account_of(caller: Caller, unit: str) -> Any:
    """Read a unit's account with its entries."""
    return (await caller.ask(_ACCOUNT, id=unit))["node"]["account"]


async def settle(caller: Caller, refunds: list[Any], amount: str, txn: str, **more: Any) -> Any:
    """Enter that the bank has paid refunds by one transfer."""
    given = {"refundIds": [one["id"] for one in refunds], "amount": amount, "bankTxnNo": txn}
    given = {**given, "paidAt": PAID_AT, "idempotencyKey": f"settle {txn}", **more}
    return await caller.act("refundSettle", given, _DONE, "RefundSettleInput")


async def fail(caller: Caller, refund: Any, reason: str = "户名不符", key: str = "fail") -> Any:
    """Enter that the bank could not pay a refund."""
    given = {"refundId": refund["id"], "reason": reason, "idempotencyKey": key}
    return await caller.act("refundFail", given, _DONE, "RefundFailInput")


async def correct(caller: Caller, refund: Any, key: str, **payee: Any) -> Any:
    """Correct the account to which a refund goes."""
    given = {"refundId": refund["id"], **_PAYEE, **payee, "idempotencyKey": f"{key} {refund['refundNo']}"}
    return await caller.act("refundCorrect", given, _DONE, "RefundCorrectInput")


async def promise(office: Office) -> dict[str, str]:
    """Take the lift from two units that are paid for, and give their ids; 883.50 goes back of each."""
    estate = await estate_of(office, "301", "302")
    units = {room: found["id"] for room, found in (await units_of(office, estate)).items() if "30" in room}
    for one in units.values():
        await pay(office, one)
    change = await Change(office, estate).begin()
    await change.pick(*units.values())
    await change.edit(hasLift="无")
    account = {"unitIds": list(units.values()), **_PAYEE}
    await change.save(refundConfirmed=True, refundAccounts=[account])
    await change.approve()
    return units


async def cancel(office: Office, estate: str, building: str) -> str:
    """Cancel a whole building, and give the completed order."""
    content = {"unitCancellation": {"estateId": estate, "reason": "拆迁"}}
    opened = "... on OrderDone { order { id } }"
    drafted = await office.developer.act("orderDraft", {"content": content}, opened, "OrderDraftInput")
    order = drafted["order"]["id"]
    picked = {"orderId": order, "buildingIds": [building]}
    await office.developer.act("orderLinesPick", picked, opened, "OrderLinesPickInput")
    await done(office.developer, "SUBMIT", order)
    await done(office.clerk, "ACCEPT", order, registrationPapersReceived=True)
    await done(office.reviewer, "APPROVE", order)
    return order


async def come_back(caller: Caller, refund: Any, txn: str = "B1", **more: Any) -> Any:
    """Enter that the transfer of a refund came back."""
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
