"""Bank statements handed in and settled over HTTP (银行对账单), for whoever tests what came of them."""

from typing import Any

from tests.deposits import fresh_key
from tests.scenes import Caller

LINE = (
    "id no bankTxnNo amount ours bookedOn counterparty remark outcome resolution resolutionNote resolvedBy"
    " payment { bankTxnNo } bookings { cause } suspenseItem { bankTxnNo reason status } refund { refundNo }"
)
STATEMENT = (
    "id bank day lineCount moneyIn moneyOut openingBalance closingBalance receivedBy"
    f" lines(first: 100) {{ edges {{ node {{ {LINE} }} }} }}"
)
IMPORT = f"""mutation($i: StatementImportInput!) {{ statementImport(input: $i) {{ __typename
  ... on StatementImported {{ rows dryRun remarks missingDays {{ fromDay untilDay days }}
  nextBeginsOtherwise statement {{ {STATEMENT} }} }}
  ... on Rejected {{ problemCount problems {{ code path row cell }} }} }} }}"""
SUMS = """query($id: ID!) { reconciliation(bankStatementId: $id) { bankIn bankOut booksIn booksOut openCount
  sums { outcome count openCount moneyIn moneyOut } } }"""
BALANCE = """query($id: ID!) { bankBalance(bankStatementId: $id) { bank day since atBank inBooks bankAdjusted
  booksAdjusted unexplained agrees missingDays { fromDay untilDay days }
  sums { kind count amount } items { kind amount differs bankTxnNo day said bookedAs settledOn } } }"""
HEAD = "交易日期,交易流水号,收入金额,支出金额,对方户名,摘要\n"
TODAY = "2026-11-22"


class Desk:
    """Who hands statements in and settles differences."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    async def send(self, rows: str | bytes, day: str = TODAY, name: str = "22.csv", **more: Any) -> Any:
        """Hand a statement in."""
        content = rows if isinstance(rows, bytes) else (HEAD + rows).encode()
        answer = await self.caller.upload(IMPORT, {"day": day, **more}, content, name)
        assert "errors" not in answer, answer
        return answer["data"]["statementImport"]

    async def settle(self, line: str, resolution: str = "NOTED", **more: Any) -> Any:
        """Settle a difference."""
        given = {"statementLineId": line, "resolution": resolution, "note": "已与银行核对", **more}
        read = f"... on StatementLineSettled {{ dryRun line {{ {LINE} }} }}"
        return await self.caller.act(
            "statementLineResolve",
            {"idempotencyKey": fresh_key(), **given},
            read,
            "StatementLineResolveInput",
        )

    async def again(self, statement: str) -> Any:
        """Match a statement again."""
        read = f"... on StatementMatched {{ statement {{ {STATEMENT} }} }}"
        given = {"bankStatementId": statement}
        return (await self.caller.act("statementMatch", given, read, "StatementMatchInput"))["statement"]

    async def sums(self, statement: str) -> Any:
        """Sum a statement up."""
        return (await self.caller.ask(SUMS, id=statement))["reconciliation"]

    async def balance(self, statement: str) -> Any:
        """Bring a statement's balance to that of our books."""
        return (await self.caller.ask(BALANCE, id=statement))["bankBalance"]

    async def print(self, act: str, statement: str, made: str = "PDF") -> Any:
        """Print a statement beside our books, or its balance, and give the answer."""
        given = {"bankStatementId": statement, "format": made}
        kind = f"{act[0].upper()}{act[1:]}Input"
        return await self.caller.act(act, given, "... on FileMade { file { name url } }", kind)


def told(statement: Any) -> list[tuple[str, str, str]]:
    """Give number, amount and outcome of the lines as they are listed."""
    nodes = [edge["node"] for edge in statement["lines"]["edges"]]
    return [(node["bankTxnNo"], node["amount"], node["outcome"]) for node in nodes]


def line_of(statement: Any, txn: str) -> Any:
    """Give the line of a number."""
    (found,) = [edge["node"] for edge in statement["lines"]["edges"] if edge["node"]["bankTxnNo"] == txn]
    return found


def open_items(balance: Any) -> list[tuple[str, str | None, str, str | None]]:
    """Give kind, number, amount and the day on which it was settled of what one side has alone."""
    return [(item["kind"], item["bankTxnNo"], item["amount"], item["settledOn"]) for item in balance["items"]]


def weighed(balance: Any) -> list[str]:
    """Give both balances, both as adjusted, and what nobody can explain."""
    names = ("atBank", "inBooks", "bankAdjusted", "booksAdjusted", "unexplained")
    return [balance[name] for name in names]
