"""The part of the play about the books: interest and use, a reversal, a statement, a seal, a proof."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from api.demo.caller import Caller, Json, codes_of
from api.demo.play_street import Street
from api.proving import check_file
from domain.clock import SHANGHAI
from resolvers.money.seals import seal_days

_SHARING = ("1栋 101", "1栋 102", "1栋 201")
_POSTED = "... on LedgerPosted { accounts { id unit { id } } }"
_ACCOUNT = """query($id: ID!) { node(id: $id) { ... on Unit { account { id balance
  entries { no type amount why { cause } } } } } }"""
_STATEMENT = """query($id: ID!, $since: DateTime) { ledgerStatement(subjectId: $id, since: $since) {
  opening closing lines { type amount } } }"""
_SEALS = "{ ledgerSeals(first: 1) { day entries seal } }"
_PROOF = "query($id: ID!) { entryProof(unitAccountId: $id, no: 1) { amount seal document } }"


async def keep_books(street: Street) -> None:
    """Post interest and what was used, and take one back."""
    authority = await street.stage.official("authority_admin")
    await _post(street, authority)
    await _take_back(street, authority)


async def _book(
    street: Street, authority: Caller, kind: str, amounts: Mapping[str, object], note: str
) -> Json:
    given = {
        "estateId": street.id,
        "type": kind,
        "amounts": amounts,
        "note": note,
        "idempotencyKey": note,
    }
    return await authority.attempt("ledgerPost", "LedgerPostInput", given, _POSTED)


async def _post(street: Street, authority: Caller) -> None:
    """Share out interest by balance and what was used by area, to the fen."""
    units, amounts, teller = await street.units(), street.stage.amounts.deposits, street.stage.teller
    ids = [units[place]["id"] for place in _SHARING]
    interest = {"shared": {"total": "100.00", "unitIds": ids}}
    await _book(street, authority, "INTEREST", interest, "上年度结息")
    used = {"shared": {"total": "60.00", "unitIds": ids[:2]}}
    await _book(street, authority, "USE", used, "屋面维修 XW-001")
    accounts = [await _account(street, unit) for unit in ids]
    got = tuple(_amount(account, "INTEREST") for account in accounts)
    gone = tuple(_amount(account, "USE") for account in accounts[:2])
    teller.compare("interest shared out", got, amounts.interest)
    teller.compare("use shared out", gone, tuple(f"-{part}" for part in amounts.used))
    balances = tuple(account["balance"] for account in accounts)
    teller.compare("balances after interest and use", balances, amounts.balances)
    teller.tell("Post 100.00 yuan of interest and 60.00 of use", f"{', '.join(got)}; {', '.join(gone)}")


async def _account(street: Street, unit: str) -> Json:
    return (await street.crew.developer.ask(_ACCOUNT, id=unit))["node"]["account"]


def _amount(account: Json, kind: str) -> str:
    return next(entry["amount"] for entry in account["entries"] if entry["type"] == kind)


async def _take_back(street: Street, authority: Caller) -> None:
    """Ask for more than there is; post to the wrong unit, and take that back."""
    unit, teller = (await street.units())["地下室 P1"]["id"], street.stage.teller
    line = {"unitId": unit, "amount": "9999.00"}
    refused = await _book(street, authority, "USE", {"lines": [line]}, "超支")
    teller.compare("use beyond the balance", codes_of(refused), ["BALANCE_SHORT"])
    await _book(street, authority, "USE", {"lines": [{**line, "amount": "5.00"}]}, "登记错户")
    account = await _account(street, unit)
    given = {
        "unitAccountId": account["id"],
        "no": account["entries"][-1]["no"],
        "note": "登记错户，冲正",
        "idempotencyKey": "reverse",
    }
    await authority.act("ledgerReverse", "LedgerReverseInput", given, _POSTED)
    twice = {**given, "idempotencyKey": "reverse again"}
    again = await authority.attempt("ledgerReverse", "LedgerReverseInput", twice, _POSTED)
    teller.compare("a second reversal", codes_of(again), ["BOOKING_REVERSED"])
    after = await _account(street, unit)
    teller.compare(
        "balance after the reversal", after["balance"], street.stage.amounts.deposits.due["地下室 P1"]
    )
    why = [f"{entry['why']['cause']} {entry['amount']}" for entry in after["entries"]]
    teller.tell(
        "Use beyond the balance; 5.00 yuan by mistake, taken back, and that again",
        f"{codes_of(refused)[0]}; {', '.join(why)}; {codes_of(again)[0]}",
    )


async def sum_up(street: Street) -> None:
    """Read what the estate holds and what changed it this year."""
    stage, amounts = street.stage, street.stage.amounts.deposits
    since = datetime(stage.today().year, 1, 1, tzinfo=SHANGHAI).isoformat()
    told = (await street.crew.developer.ask(_STATEMENT, id=street.id, since=since))["ledgerStatement"]
    lines = {line["type"]: line["amount"] for line in told["lines"]}
    stage.teller.compare("opening of the estate", told["opening"], "0.00")
    stage.teller.compare("what was deposited", lines["FIRST"], amounts.booked)
    stage.teller.compare("closing of the estate", told["closing"], amounts.closing)
    changed = ", ".join(f"{kind} {amount}" for kind, amount in lines.items())
    stage.teller.tell(
        "Sum the estate's year up", f"from {told['opening']} by {changed} to {told['closing']} yuan"
    )


async def prove_entry(street: Street) -> None:
    """Sleep until the day is sealed, and check an entry's proof without the product; then bend it."""
    stage, teller, place = street.stage, street.stage.teller, "1栋 102"
    stage.sleep()
    await seal_days(stage.house.desk, stage.city.code)
    developer = await stage.developer()
    seal = (await developer.ask(_SEALS))["ledgerSeals"][0]
    unit = (await replace(street.crew, developer=developer).look(street.id))[place]["id"]
    account = (await developer.ask(_ACCOUNT, id=unit))["node"]["account"]
    proof = (await developer.ask(_PROOF, id=account["id"]))["entryProof"]
    teller.compare("the proved amount", proof["amount"], stage.amounts.deposits.due[place])
    name = teller.keep("proof.json", proof["document"].encode())
    whole, holds = check_file(teller.folder / name, seal["seal"])
    bent = teller.keep("bent.json", proof["document"].replace("FIRST", "OTHER").encode())
    told, still = check_file(teller.folder / bent, seal["seal"])
    teller.compare("whether the proof holds, and a bent one", [holds, still], [True, False])
    why = told[-1].rpartition(": ")[2]
    teller.tell(
        f"The next morning {seal['day']} is sealed; prove the deposit of {place} offline",
        f"{seal['entries']} entries, {name} holds: {whole[0].rstrip(',')}; {bent} does not: {why}",
    )
