"""The part of the play about reconciliation: the bank's statement of the day beside the books."""

from collections.abc import Mapping, Sequence
from datetime import date

from api.demo.caller import Json, codes_of
from api.demo.play_street import Street
from api.demo.stage import FILE

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
    done = await _hand_in(street, stage.today(), name, content)
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
    content = _write(stage.today(), [(txn, amount), back])
    name = stage.teller.keep("statement-2.csv", content)
    done = await _hand_in(street, stage.today(), name, content)
    authority = await stage.official("authority_admin")
    left = (await authority.ask(_SUMS, id=statement))["reconciliation"]["openCount"]
    stage.teller.compare("differences that are open the next day", left, 0)
    stage.teller.tell(
        f"The bank's next statement {name} brings {txn}",
        f"{done['rows']} lines; {left} open of the day before",
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


async def _hand_in(street: Street, day: date, name: str, content: bytes) -> Json:
    bank, given = await street.stage.bank(), {"day": day.isoformat()}
    return await bank.act_file("statementImport", "StatementImportInput", given, _IMPORTED, name, content)


async def _be_refused(street: Street, told: Sequence[Move]) -> None:
    """Hand in a statement of which one line says that money came and went."""
    stage, bank = street.stage, await street.stage.bank()
    whole = _write(stage.today(), told)
    wrong, given = whole + f"\r\n{stage.today()},X-1,1.00,1.00,,".encode(), {"day": stage.today().isoformat()}
    kind = "StatementImportInput"
    answer = await bank.attempt_file("statementImport", kind, given, _IMPORTED, "wrong.csv", wrong)
    stage.teller.compare("a line with two sides", codes_of(answer), ["STATEMENT_SIDES"])
    stage.teller.tell("The bank hands in a line that came and went", codes_of(answer)[0])


async def _lines(street: Street, statement: str) -> list[Json]:
    authority = await street.stage.official("authority_admin")
    node = (await authority.ask(_LINES, id=statement))["node"]
    return [edge["node"] for edge in node["lines"]["edges"]]


async def _settle(street: Street, line: Json, resolution: str) -> Json:
    authority = await street.stage.official("authority_admin")
    given = {
        "statementLineId": line["id"],
        "resolution": resolution,
        "note": "已与银行核对",
        "idempotencyKey": f"settle {line['bankTxnNo']}",
    }
    kind = "StatementLineResolveInput"
    return (await authority.act("statementLineResolve", kind, given, _SETTLED))["line"]
