"""The part of the play about money in suspense: the office decides on each amount, once."""

from collections.abc import Mapping

from api.demo.caller import Caller, Json, codes_of
from api.demo.play_street import Street
from api.sim.bank import BankMistake

_RESOLVED = (
    "... on SuspenseResolved { item { status resolution payment { proofNo amount notice { noticeNo } } } }"
)


async def decide_on_waiting(street: Street, notice: Json) -> None:
    """Book one amount to the notice that was issued anew, give three back, and strike one that never came.

    Args:
        street: The estate.
        notice: The notice in the place of the voided one.
    """
    teller, authority = street.stage.teller, await street.stage.official("authority_admin")
    first, wrong, double, late, stray = await street.waiting()
    booked = await _decide(authority, double, {"book": {}})
    teller.compare("money for a paid notice", codes_of(booked), ["ALREADY_PAID"])
    done = await _decide(authority, late, {"book": {"noticeNo": notice["noticeNo"]}})
    paid = done["item"]["payment"]
    teller.compare("the notice to which it is booked", paid["notice"]["noticeNo"], notice["noticeNo"])
    teller.compare("what is booked out of suspense", paid["amount"], late["amount"])
    now = street.stage.clock().isoformat()
    for place, item in enumerate((first, wrong, double)):
        back = {"giveBack": {"bankTxnNo": f"BACK-{place}", "paidAt": now}}
        done = await _decide(authority, item, back)
        teller.compare(f"what is given back, {item['amount']}", done["item"]["resolution"], "RETURNED")
    done = await _decide(authority, stray, {"neverCame": True})
    teller.compare("what never came", done["item"]["resolution"], "NOT_RECEIVED")
    again = await _decide(authority, stray, {"neverCame": True}, "again")
    teller.compare("a second decision", codes_of(again), ["SUSPENSE_RESOLVED"])
    teller.compare("what waits in suspense at the end", await street.waiting(), [])
    teller.tell(
        "The authority books the money of the voided notice to the new one, gives three amounts back,"
        " strikes one, and that again",
        f"{paid['proofNo']} {paid['amount']} yuan for {notice['noticeNo']}; RETURNED, NOT_RECEIVED;"
        f" {codes_of(again)[0]}",
    )
    await _repeat(street, late, paid)


async def _decide(authority: Caller, item: Json, decision: Mapping[str, object], key: str = "decide") -> Json:
    given = {
        "suspenseItemId": item["id"],
        "decision": decision,
        "note": "已与银行核对",
        "idempotencyKey": f"{key} {item['bankTxnNo']} {next(iter(decision))}",
    }
    return await authority.attempt("suspenseResolve", "SuspenseResolveInput", given, _RESOLVED)


async def _repeat(street: Street, late: Json, paid: Json) -> None:
    """Let the bank repeat its report of money that was booked meanwhile."""
    (answer,) = await street.stage.confirm(
        late["noticeNo"], BankMistake.NONE, amount=late["amount"], txn_no=late["bankTxnNo"]
    )
    found = answer.get("payment", {}).get("proofNo") or codes_of(answer)[0]
    street.stage.teller.compare("what the bank is told then", found, paid["proofNo"])
    street.stage.teller.tell("The bank repeats its old report", f"booked meanwhile, {found}")
