"""Papers of a year as people read them: asked for, fetched, and the table taken out of the workbook."""

# openpyxl has no types of its own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from tests.papers import FILE
from tests.scenes import Caller

_LEDGER = """query($id: ID, $since: DateTime, $until: DateTime) {
  ledgerStatement(subjectId: $id, since: $since, until: $until) { opening closing lines { type amount } } }"""
_FIGURES = """fragment Figures on YearFigures { opening deposits firstDeposits supplements topUps
  otherDeposits interest used refunded transfersIn transfersOut closing }"""
ESTATE_YEAR = f"""query($id: ID!, $year: Int!, $first: Int, $after: String, $last: Int, $before: String) {{
  estateYear(estateId: $id, year: $year) {{ __typename ... on Rejected {{ problems {{ code path }} }}
    ... on EstateYear {{ period {{ year since until over }} unitCount grossArea agrees estate {{ name }}
      figures {{ ...Figures }} specialAccount {{ ...Figures }}
      buildings {{ name unitCount grossArea building {{ name }} figures {{ ...Figures }} }}
      uses {{ no day note amount unitCount reversal }}
      units(first: $first, after: $after, last: $last, before: $before) {{ totalCount
        pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
        edges {{ cursor node {{ buildingName room grossArea accountNo status moved unit {{ roomNo }}
          figures {{ ...Figures }} }} }} }} }} }} }} {_FIGURES}"""
ACCOUNT_YEAR = f"""query($id: ID!, $year: Int!, $first: Int, $after: String) {{
  accountYear(unitId: $id, year: $year) {{ __typename ... on Rejected {{ problems {{ code path message }} }}
    ... on AccountYear {{ period {{ since until over }} estateName place address grossArea owners
      figures {{ ...Figures }} entries(first: $first, after: $after) {{ totalCount
        pageInfo {{ hasNextPage endCursor }}
        edges {{ node {{ day type component cause amount balance }} }} }} }} }} }} {_FIGURES}"""
_DEPOSITS = {"FIRST", "SUPPLEMENT", "TOPUP", "OTHER"}
_MOVED = {"TRANSFER_IN", "TRANSFER_OUT"}


async def ask_year(caller: Caller, what: str, year: int, made: str = "XLSX", **about: str) -> Any:
    """Ask for a paper of a year and give the answer."""
    given = {"year": year, "format": made, **about}
    return await caller.act(what, given, FILE, f"{what[0].upper()}{what[1:]}Input")


async def year_book(caller: Caller, what: str, year: int, **about: str) -> tuple[list[str], list[Any]]:
    """Fetch a paper of a year as a workbook: the lines over the table, and the rows of the table."""
    made = await ask_year(caller, what, year, **about)
    assert made["__typename"] == "FileMade", made
    return read_book((await caller.fetch(made["file"]["url"])).content)


def read_book(data: bytes) -> tuple[list[str], list[Any]]:
    """Take the lines over the table and its rows out of a workbook."""
    page: Any = load_workbook(io.BytesIO(data)).worksheets[0]
    rows = [tuple(cell.value for cell in row) for row in page.iter_rows()]
    head = next(place for place, row in enumerate(rows) if row[0] == "序号")
    facts = [str(row[0]) for row in rows[:head] if row[0]]
    return facts, [row for row in rows[head + 1 :] if any(row[1:])]


def money(row: Any) -> list[str]:
    """Write the seven amounts at the end of a row of an estate's paper as yuan."""
    return [f"{amount or 0:.2f}" for amount in row[-7:]]


def headings(figures: Any) -> list[str]:
    """Write a year's figures as the seven columns of the paper."""
    carried = Decimal(figures["transfersIn"]) - Decimal(figures["transfersOut"])
    parts = (figures[name] for name in ("firstDeposits", "supplements", "topUps", "otherDeposits"))
    assert sum(map(Decimal, parts)) == Decimal(figures["deposits"])
    told = (figures[name] for name in ("opening", "deposits", "interest", "used", "refunded"))
    return [*told, str(carried), figures["closing"]]


async def figures_of(caller: Caller, estate: str, year: int) -> list[list[str]]:
    """Ask for an estate's year and give its rows as `money` does: the units', then the sum."""
    found = (await caller.ask(ESTATE_YEAR, id=estate, year=year, first=100))["estateYear"]
    assert (found["__typename"], found["agrees"]) == ("EstateYear", True), found
    units = [headings(edge["node"]["figures"]) for edge in found["units"]["edges"]]
    return [*units, headings(found["figures"])]


async def ledger_says(
    caller: Caller, year: int, subject: str | None = None, reversed_: str = "USE"
) -> list[str]:
    """Sum up by the ledger's own statement what the last row of an estate's paper must say.

    Args:
        caller: Who asks.
        year: The year.
        subject: The estate; the whole city if none is named.
        reversed_: What the reversals of the year took back, which that statement does not tell.
    """
    span = {"since": f"{year}-01-01T00:00:00+08:00", "until": f"{year + 1}-01-01T00:00:00+08:00"}
    found = (await caller.ask(_LEDGER, id=subject, **span))["ledgerStatement"]
    lines = {line["type"]: line["amount"] for line in found["lines"]}
    fen = {kind: int(amount.replace(".", "")) for kind, amount in lines.items()}

    fen[reversed_] = fen.get(reversed_, 0) + fen.get("REVERSAL", 0)

    def total(*kinds: str, sign: int = 1) -> str:
        whole = sign * sum(fen.get(kind, 0) for kind in kinds)
        return f"{'-' if whole < 0 else ''}{abs(whole) // 100}.{abs(whole) % 100:02d}"

    return [
        found["opening"],
        total(*_DEPOSITS),
        total("INTEREST"),
        total("USE", sign=-1),
        total("REFUND", sign=-1),
        total(*_MOVED),
        found["closing"],
    ]
