"""The part of the play about official receipts: issued by the worker, printed, one voided."""

from collections.abc import Sequence

from api.demo.caller import Json
from api.demo.play_street import Street
from api.demo.stage import FILE
from resolvers.money.receipts import issue_receipts

_RECEIPTS = """query($id: ID!) { receipts(first: 100, filter: { paymentId: $id }) {
  edges { node { id receiptNo mode status payee amount unit { roomNo } } } } }"""
_VOIDED = "... on ReceiptVoided { receipt { receiptNo status } }"


async def give_receipts(street: Street, paid: Sequence[Json]) -> None:
    """Issue the receipts of the batches as the worker does, print one, void one, and see another follow."""
    stage, teller, developer = street.stage, street.stage.teller, street.crew.developer
    await issue_receipts(stage.house.desk, stage.city.code)
    found = [receipt for one in paid for receipt in await _of(street, one)]
    teller.compare("receipts of the batches", len(found), stage.amounts.deposits.receipts)
    for one in paid:
        told = [f"{receipt['receiptNo']} {receipt['amount']}" for receipt in await _of(street, one)]
        teller.tell(f"Receipts for {one['amount']} yuan", ", ".join(told))
    last = found[-1]
    printed = await developer.act("receiptPrint", "ReceiptPrintInput", {"receiptId": last["id"]}, FILE)
    teller.tell(
        f"Print the receipt {last['receiptNo']} of {last['payee']}",
        await stage.keep_file(developer, printed, "batch-receipt.pdf"),
    )
    authority = await stage.official("authority_admin")
    given = {"receiptId": last["id"], "reason": "开票内容有误", "idempotencyKey": last["receiptNo"]}
    await authority.act("receiptVoid", "ReceiptVoidInput", given, _VOIDED)
    await issue_receipts(stage.house.desk, stage.city.code)
    after = {receipt["receiptNo"]: receipt for one in paid for receipt in await _of(street, one)}
    (fresh,) = after.keys() - {receipt["receiptNo"] for receipt in found}
    teller.compare("the voided receipt", after[last["receiptNo"]]["status"], "VOID")
    teller.compare("the amount of the receipt in its place", after[fresh]["amount"], last["amount"])
    teller.tell(f"The authority voids {last['receiptNo']}", f"{fresh} is issued in its place")


async def _of(street: Street, paid: Json) -> list[Json]:
    edges = (await street.crew.developer.ask(_RECEIPTS, id=paid["id"]))["receipts"]["edges"]
    return sorted((edge["node"] for edge in edges), key=lambda receipt: receipt["receiptNo"])
