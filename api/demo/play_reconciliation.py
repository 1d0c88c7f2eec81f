"""The part of the play about reconciliation: the bank's statement of the day beside the books."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from api.demo.caller import Json, codes_of
from api.demo.play_street import Street
from api.demo.stage import FILE
from domain.money import format_yuan, parse_yuan

_BOOKS = """{ payments(first: 100) { edges { node { bankTxnNo amount } } }
  suspenseItems(first: 100) { edges { node { bankTxnNo amount resolution returnTxnNo } } }
  refunds(first: 100, filter: { status: PAID }) { edges { node { bankTxnNo amount } } } }"""
_IMPORTED = "... on StatementImported { statement { id lineCount moneyIn moneyOut } rows }"
_LINES = """query($id: ID!) { node(id: $id) { ... on BankStatement { lines(first: 100, filter: {
  outcome: [AMOUNT_DIFFERS, UNKNOWN, MISSING] }) {
  edges { node { id bankTxnNo amount ours outcome resolution suspenseItem { id } } } } } } }"""
_SUMS = """query($id: ID!) { reconciliation(bankStatementId: $id) {
  bankIn bankOut booksIn booksOut openCount } }"""
_SETTLED = "... on StatementLineSettled { line { resolution suspenseItem { id } } }"
_BALANCE = """query($id: ID!) { bankBalance(bankStatementId: $id) { atBank inBooks bankAdjusted
  booksAdjusted agrees items { kind bankTxnNo amount } missingDays { days } } }"""
_ENTRIES = """query($id: ID!) { node(id: $id) { ... on Unit { account { id entries {
  no type amount why { cause note reversedBy { cause } } } } } } }"""
_RESOLVED = "... on SuspenseResolved { item { status } }"
_HEAD = "交易日期,交易流水号,收入金额,支出金额,对方户名,摘要"
_STRAY = ("STRAY-1", "88.00")

Move = tuple[str, str]
"""A transaction number and its amount; what went out begins with a minus."""


async def reconcile(street: Street) -> tuple[str, str]:
    """Hand the bank's statement in with three differences, settle what can be settled, and tell what is open.

    Returns:
        The statement, and what the bank forgot, which comes with its next one.
    """
    stage, teller = street.stage, street.stage.teller
    told, missing = await _statement(street)
    await _be_refused(street, told)
    content = _write(stage.today(), told)
    name = teller.keep("statement.csv", content)
    closing = stage.amounts.deposits.held[0]
    done = await _hand_in(street, name, content, openingBalance="0.00", closingBalance=closing)
    statement = done["statement"]
    sums = (statement["moneyIn"], statement["moneyOut"])
    teller.compare("what the bank says came and went", sums, stage.amounts.deposits.statement)
    lines = {line["outcome"]: line for line in await _lines(street, statement["id"])}
    found = [f"{line['outcome']} {line['bankTxnNo']} {line['amount']}" for line in lines.values()]
    teller.compare("differences", sorted(lines), ["AMOUNT_DIFFERS", "MISSING", "UNKNOWN"])
    teller.tell(
        f"The bank hands in {name}", f"{done['rows']} lines, {sums[0]} in, {sums[1]} out; {', '.join(found)}"
    )
    await _settle_all(street, statement["id"], lines)
    await _weigh(street, statement["id"], stage.amounts.deposits.held[:3], "balances.pdf")
    return statement["id"], missing


async def _settle_all(street: Street, statement: str, lines: Mapping[str, Json]) -> None:
    """Settle what can be settled, and print the sheet."""
    stage, teller = street.stage, street.stage.teller
    authority = await stage.official("authority_admin")
    settled = [
        await _settle(street, lines["UNKNOWN"], "SUSPENSE"),
        await _settle(street, lines["AMOUNT_DIFFERS"], "NOTED"),
    ]
    item = {
        "suspenseItemId": settled[0]["suspenseItem"]["id"],
        "decision": {"neverCame": True},
        "note": "自行登记",
        "idempotencyKey": "own",
    }
    own = await authority.attempt("suspenseResolve", "SuspenseResolveInput", item, _RESOLVED)
    teller.compare("a decision on what one took in oneself", codes_of(own), ["FOUR_EYES"])
    made = await authority.act(
        "statementPrint", "StatementPrintInput", {"bankStatementId": statement, "format": "PDF"}, FILE
    )
    sheet = await stage.keep_file(authority, made, "reconciliation.pdf")
    left = (await authority.ask(_SUMS, id=statement))["reconciliation"]["openCount"]
    teller.compare("differences that are open", left, 1)
    teller.tell(
        "The authority takes what is unknown into suspense, may not decide on it itself, and notes the other",
        f"{', '.join(line['resolution'] for line in settled)}; {codes_of(own)[0]}; {left} open, {sheet}",
    )


async def reconcile_next_day(street: Street, statement: str, missing: str, back: Move) -> None:
    """Let what the bank forgot come with its next statement, by which the old difference is settled.

    Args:
        street: The estate.
        statement: The statement of the day before.
        missing: What was not on it.
        back: What came back in the morning.
    """
    stage, (txn, amount) = street.stage, missing.split()
    posted = await _posted(street)
    moves = [(txn, amount), back, *((one, fen) for one, (fen, _) in posted.items())]
    content = _write(stage.today(), moves)
    name = stage.teller.keep("statement-2.csv", content)
    closing = stage.amounts.deposits.held[3]
    done = await _hand_in(street, name, content, closingBalance=closing)
    for line in await _lines(street, done["statement"]["id"]):
        _, booking = posted[line["bankTxnNo"]]
        await _settle(street, line, "POSTED", bookings=[booking])
    authority = await stage.official("authority_admin")
    left = (await authority.ask(_SUMS, id=statement))["reconciliation"]["openCount"]
    stage.teller.compare("differences that are open the next day", left, 0)
    stage.teller.tell(
        f"The bank's next statement {name} brings {txn}",
        f"{done['rows']} lines; {left} open of the day before; {len(posted)} stand for interest and use",
    )
    await _weigh(street, done["statement"]["id"], stage.amounts.deposits.held[3:], "balances-2.pdf")


async def _posted(street: Street) -> dict[str, tuple[str, Json]]:
    """Number what the office posted without the bank as the bank does, with one of its entries each."""
    authority, sums = await street.stage.official("authority_admin"), dict[str, int]()
    named: dict[str, Json] = {}
    # Sessions end overnight.
    crew = replace(street.crew, developer=await street.stage.developer())
    for unit in (await crew.look(street.id)).values():
        account = (await authority.ask(_ENTRIES, id=unit["id"]))["node"]["account"]
        for entry in account["entries"]:
            why = entry["why"]
            if why["cause"] in {"INTEREST", "USE"} and why["reversedBy"] is None:
                sums[why["note"]] = sums.get(why["note"], 0) + parse_yuan(entry["amount"])
                named[why["note"]] = {"unitAccountId": account["id"], "no": entry["no"]}
    return {f"POST-{place}": (format_yuan(sums[note]), named[note]) for place, note in enumerate(sums, 1)}


async def _weigh(street: Street, statement: str, written: Sequence[str], paper: str) -> None:
    """Bring the bank's balance and that of the books to one, and print them beside each other."""
    stage, teller = street.stage, street.stage.teller
    authority = await stage.official("authority_admin")
    found = (await authority.ask(_BALANCE, id=statement))["bankBalance"]
    told = (found["atBank"], found["inBooks"], found["booksAdjusted"])
    teller.compare("what the bank holds, what the books say, and both adjusted", told, tuple(written))
    teller.compare("whether both come to one", (found["agrees"], len(found["missingDays"])), (True, 0))
    given = {"bankStatementId": statement, "format": "PDF"}
    made = await authority.act("bankBalancePrint", "BankBalancePrintInput", given, FILE)
    sheet = await stage.keep_file(authority, made, paper)
    alone = ", ".join(f"{one['kind']} {one['amount']}" for one in found["items"])
    teller.tell(
        f"Bring {told[0]} at the bank and {told[1]} in the books to one", f"{told[2]} by {alone}; {sheet}"
    )


async def _statement(street: Street) -> tuple[list[Move], str]:
    """Write what the bank has: all but one amount of ours, one that differs, and one that we do not have."""
    authority = await street.stage.official("authority_admin")
    books = {
        name: [edge["node"] for edge in found["edges"]]
        for name, found in (await authority.ask(_BOOKS)).items()
    }
    moves = [(one["bankTxnNo"], one["amount"]) for one in books["payments"]]
    for item in books["suspenseItems"]:
        if item["resolution"] == "RETURNED":
            moves += [(item["bankTxnNo"], item["amount"]), (item["returnTxnNo"], f"-{item['amount']}")]
    moves += [(one["bankTxnNo"], f"-{one['amount']}") for one in books["refunds"]]
    (missing,) = [f"{txn} {amount}" for txn, amount in moves if txn == "BACK-0"]
    told = [
        (txn, f"{amount[:-2]}99" if txn == "BATCH-1" else amount) for txn, amount in moves if txn != "BACK-0"
    ]
    return [*told, _STRAY], missing


def _write(day: date, moves: Sequence[Move]) -> bytes:
    """Write a statement as the bank's old system does, in GBK."""
    lines = [
        f"{day},{txn},,{amount[1:]},," if amount.startswith("-") else f"{day},{txn},{amount},,,"
        for txn, amount in moves
    ]
    return "\r\n".join([_HEAD, *lines]).encode("gbk")


async def _hand_in(street: Street, name: str, content: bytes, **balances: str) -> Json:
    bank, given = await street.stage.bank(), {"day": street.stage.today().isoformat(), **balances}
    return await bank.act_file("statementImport", "StatementImportInput", given, _IMPORTED, name, content)


async def _be_refused(street: Street, told: Sequence[Move]) -> None:
    """Hand in a statement of which one line says that money came and went."""
    stage, bank = street.stage, await street.stage.bank()
    whole = _write(stage.today(), told)
    wrong, given = whole + f"\r\n{stage.today()},X-1,1.00,1.00,,".encode(), {"day": stage.today().isoformat()}
    kind = "StatementImportInput"
    answer = await bank.attempt_file("statementImport", kind, given, _IMPORTED, "wrong.csv", wrong)
    stage.teller.compare("a line with two sides", codes_of(answer), ["STATEMENT_SIDES"])
    short = {**given, "openingBalance": "0.00", "closingBalance": "0.01"}
    other = await bank.attempt_file("statementImport", kind, short, _IMPORTED, "wrong.csv", whole)
    stage.teller.compare("a balance that does not follow", codes_of(other), ["STATEMENT_BALANCE"])
    stage.teller.tell(
        "The bank hands in a line that came and went, and a balance that does not follow from its lines",
        f"{codes_of(answer)[0]}; {codes_of(other)[0]}",
    )


async def _lines(street: Street, statement: str) -> list[Json]:
    authority = await street.stage.official("authority_admin")
    node = (await authority.ask(_LINES, id=statement))["node"]
    return [edge["node"] for edge in node["lines"]["edges"]]


async def _settle(street: Street, line: Json, resolution: str, **more: object) -> Json:
    authority = await street.stage.official("authority_admin")
    given = {
        "statementLineId": line["id"],
        "resolution": resolution,
        "note": "已与银行核对",
        "idempotencyKey": f"settle {line['bankTxnNo']}",
        **more,
    }
    kind = "StatementLineResolveInput"
    return (await authority.act("statementLineResolve", kind, given, _SETTLED))["line"]
