"""The part of the play about money that goes back: refused, failed, corrected, and paid once."""

from decimal import Decimal

from api.demo.caller import Caller, Json, codes_of
from api.demo.play_orders import Crew
from api.demo.stage import FILE

RETURNED = "RETURNED-1"
"""The bank's number under which a refund comes back."""
_UNSEEN = "RETURNED-2"
"""The number under which it comes back once more, told as if somebody had paid."""
_REFUND = "id refundNo amount status payeeName payeeAccount bankTxnNo"
_DONE = f"... on RefundsDone {{ refunds {{ {_REFUND} }} }}"
_LIST = f"""{{ refunds(first: 10, filter: {{ status: APPROVED }}) {{ edges {{ node {{ {_REFUND}
  account {{ balance reserved }} unit {{ id }} }} }} }} }}"""
_PAID = f"{{ refunds(first: 10, filter: {{ status: PAID }}) {{ edges {{ node {{ {_REFUND} }} }} }} }}"
_RESERVED = """query($id: ID!) { node(id: $id) { ... on Refund { status account { balance reserved } } } }"""
_WAITING = """{ suspenseItems(first: 100, filter: { status: OPEN }) {
  edges { node { id bankTxnNo amount } } } }"""
_RESOLVED = "... on SuspenseResolved { item { resolution } }"
_ACCOUNT = """query($id: ID!) { node(id: $id) { ... on Unit {
  account { balance reserved outstanding entries { type amount balanceAfter } } } } }"""


async def pay_back(crew: Crew) -> None:
    """Settle the refunds of 301, one for each owner with a share; the bank fails to pay the first at once."""
    stage, teller = crew.stage, crew.stage.teller
    authority = await stage.official("authority_admin")
    waiting = [edge["node"] for edge in (await authority.ask(_LIST))["refunds"]["edges"]][::-1]
    promised = sum(map(Decimal, stage.amounts.refunds))
    teller.compare("what is reserved", waiting[0]["account"]["reserved"], f"{promised:.2f}")
    told = [f"{one['refundNo']} {one['amount']} yuan to {one['payeeName']}" for one in waiting]
    teller.tell("The authority lists the refunds that wait", f"{', '.join(told)}, reserved")
    await _fail(crew, authority, waiting[0])
    for place, refund in enumerate(waiting):
        await _settle(crew, authority, refund, place)
    await _look(crew, waiting)


async def _correct(authority: Caller, refund: Json, number: str) -> Json:
    payee = {"holder": refund["payeeName"], "number": number, "bank": "示范银行"}
    given = {"refundId": refund["id"], **payee, "idempotencyKey": f"{refund['refundNo']} {number}"}
    (corrected,) = (await authority.act("refundCorrect", "RefundCorrectInput", given, _DONE))["refunds"]
    return corrected


async def _fail(crew: Crew, authority: Caller, refund: Json) -> None:
    """Name an account that does not exist; the bank says so."""
    await _correct(authority, refund, "6222020000000018")
    given = {"refundId": refund["id"], "reason": "账号不存在", "idempotencyKey": "returned"}
    (failed,) = (await authority.act("refundFail", "RefundFailInput", given, _DONE))["refunds"]
    crew.stage.teller.compare("a refund that the bank cannot pay", failed["status"], "FAILED")
    crew.stage.teller.tell("The bank cannot pay the first: no such account", failed["status"])


async def _settle(crew: Crew, authority: Caller, refund: Json, place: int) -> None:
    """Correct the account; settle with a wrong amount, with the right one, and by another transfer."""
    teller, number = crew.stage.teller, f"62220200000000{26 + place}"
    corrected = await _correct(authority, refund, number)
    payout: dict[str, object] = {
        "refundIds": [refund["id"]],
        "amount": refund["amount"],
        "bankTxnNo": f"OUT-{place}",
        "paidAt": crew.stage.house.desk.clock().isoformat(),
        "idempotencyKey": f"payout {place}",
    }
    wrong = {**payout, "amount": "0.01"}
    refused = await authority.attempt("refundSettle", "RefundSettleInput", wrong, _DONE)
    teller.compare("a settlement with a wrong amount", codes_of(refused), ["REFUND_AMOUNT_DIFFERS"])
    (paid,) = (await authority.act("refundSettle", "RefundSettleInput", payout, _DONE))["refunds"]
    twice = {**payout, "bankTxnNo": f"OUT-{place}-2", "idempotencyKey": f"again {place}"}
    again = await authority.attempt("refundSettle", "RefundSettleInput", twice, _DONE)
    teller.compare("a refund that is paid twice", codes_of(again), ["REFUND_PAID"])
    teller.tell(
        f"Name the account of {refund['payeeName']}; settle 0.01 yuan, {refund['amount']}, and that again",
        f"{corrected['payeeAccount']}; {codes_of(refused)[0]}, {paid['status']}, {codes_of(again)[0]}",
    )


async def come_back(crew: Crew) -> Json:
    """Let money that was refunded come back, as its account was closed meanwhile; give the refund."""
    stage, teller = crew.stage, crew.stage.teller
    authority = await stage.official("authority_admin")
    refund = [edge["node"] for edge in (await authority.ask(_PAID))["refunds"]["edges"]][-1]
    given: dict[str, object] = {
        "refundId": refund["id"],
        "amount": refund["amount"],
        "bankTxnNo": RETURNED,
        "paidAt": stage.clock().isoformat(),
        "reason": "账户已销户",
        "idempotencyKey": "came back",
    }
    kind = "RefundReturnInput"
    wrong = {**given, "amount": "0.01", "idempotencyKey": "came back wrongly"}
    refused = await authority.attempt("refundReturn", kind, wrong, _DONE)
    (failed,) = (await authority.act("refundReturn", kind, given, _DONE))["refunds"]
    account = (await authority.ask(_RESERVED, id=refund["id"]))["node"]["account"]
    teller.compare("a refund that came back", failed["status"], "FAILED")
    teller.compare("what is reserved again", account["reserved"], stage.amounts.refunds[0])
    teller.tell(
        f"{refund['amount']} yuan come back from a closed account, reported as 0.01 yuan and rightly",
        f"{codes_of(refused)[0]}; {failed['status']}, balance {account['balance']} yuan,"
        f" {account['reserved']} reserved",
    )
    return refund


async def pay_anew(crew: Crew, refund: Json) -> None:
    """Correct the account once more, and pay."""
    authority = await crew.stage.official("authority_admin")
    await _settle(crew, authority, refund, 9)
    account = (await authority.ask(_RESERVED, id=refund["id"]))["node"]["account"]
    crew.stage.teller.compare("what is reserved in the end", account["reserved"], "0.00")


async def come_back_unseen(crew: Crew, refund: Json) -> None:
    """Let the bank report money that came back as a payment; the office finds out, and pays anew."""
    stage, teller = crew.stage, crew.stage.teller
    authority = await stage.official("authority_admin")
    (answer,) = await stage.confirm(refund["refundNo"], amount=refund["amount"], txn_no=_UNSEEN)
    teller.compare("what the bank is told of it", codes_of(answer), ["NOTICE_UNKNOWN"])
    waiting = [edge["node"] for edge in (await authority.ask(_WAITING))["suspenseItems"]["edges"]]
    (item,) = [one for one in waiting if one["bankTxnNo"] == _UNSEEN]
    teller.compare("what waits in suspense of it", item["amount"], stage.amounts.refunds[0])
    decided = [await _decide(authority, item, refund, time) for time in ("once", "again")]
    teller.compare("what is decided on it, and again", decided, ["REFUND_RETURNED", "SUSPENSE_RESOLVED"])
    back = (await authority.ask(_RESERVED, id=refund["id"]))["node"]
    teller.compare("that refund, and what is reserved", _state(back), ("FAILED", stage.amounts.refunds[0]))
    teller.tell(
        f"The bank reports {item['amount']} yuan for {refund['refundNo']}; the authority decides that the"
        " refund came back, and that again",
        f"{codes_of(answer)[0]}; {', '.join(decided)}; balance {back['account']['balance']} yuan",
    )
    await _settle(crew, authority, refund, 8)
    paid = (await authority.ask(_RESERVED, id=refund["id"]))["node"]
    teller.compare("that refund in the end, and what is reserved", _state(paid), ("PAID", "0.00"))
    held = (back["account"]["balance"], paid["account"]["balance"])
    teller.compare("balances with it and without", held, stage.amounts.returned)


async def _decide(authority: Caller, item: Json, refund: Json, time: str) -> str:
    """Say that waiting money is a refund that came back; give what was decided, or why not."""
    given: dict[str, object] = {
        "suspenseItemId": item["id"],
        "decision": {"refundReturn": {"refundId": refund["id"]}},
        "note": "银行退汇，原退款账户已销户",
        "idempotencyKey": f"{_UNSEEN} {time}",
    }
    done = await authority.attempt("suspenseResolve", "SuspenseResolveInput", given, _RESOLVED)
    return done["item"]["resolution"] if "item" in done else codes_of(done)[0]


def _state(refund: Json) -> tuple[str, str]:
    return refund["status"], refund["account"]["reserved"]


async def _look(crew: Crew, refunds: list[Json]) -> None:
    """Look at the account and at the paper."""
    teller, developer = crew.stage.teller, crew.developer
    account = (await developer.ask(_ACCOUNT, id=refunds[0]["unit"]["id"]))["node"]["account"]
    gone = [entry["amount"] for entry in account["entries"] if entry["type"] == "REFUND"]
    teller.compare("refunds in the account", gone, [f"-{part}" for part in crew.stage.amounts.refunds])
    teller.compare("what is still reserved", account["reserved"], "0.00")
    teller.compare("what is to be paid after the refunds", account["outstanding"], "0.00")
    teller.tell("Read the account of 301", f"{', '.join(gone)}, balance {account['balance']} yuan")
    given = {"refundId": refunds[0]["id"]}
    printed = await developer.act("refundPrint", "RefundPrintInput", given, FILE)
    teller.tell(
        "Print the notice of the refund", await crew.stage.keep_file(developer, printed, "refund.pdf")
    )
