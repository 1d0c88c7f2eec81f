"""Times the matching of a bank's statement of 10,000 lines, over HTTP: `make bench-reconciliation`."""

import asyncio
import io
from time import perf_counter

from openpyxl import Workbook
from sqlalchemy import text

from tests.conftest import NOON
from tests.deposits import Block, Books, build
from tests.scenes import JIANGMEN, Caller, Town, unit
from tests.thrown_away import open_books, throw_away_town

_LINES, _LATE, _ALONE = 10_000, 100, 50
_IMPORT = """mutation($i: StatementImportInput!) { statementImport(input: $i) { __typename
  ... on StatementImported { rows statement { id lineCount
    lines(first: 20) { edges { node { outcome bankTxnNo amount } } } } }
  ... on Rejected { problems { code message cell } } } }"""
_MATCH = "mutation($i: StatementMatchInput!) { statementMatch(input: $i) { __typename } }"
_SUMS = """query($id: ID!) { reconciliation(bankStatementId: $id) { openCount bankIn booksIn
  sums { outcome count openCount } } }"""
# Waiting money is the cheapest of what a bank reports, and is matched as payments are.
_WAITING = text("""
insert into suspense_item (city, id, bank, bank_txn_no, notice_no, amount, channel, reason, paid_at,
    received_at, received_by, status)
select 440700, gen_random_uuid(), 'JM01', 'T' || lpad(n::text, 12, '0'), 'X' || n, 100000 + n, 'BANK',
    'NOTICE_UNKNOWN', :noon, :noon, (select id from principal limit 1), 'OPEN'
from generate_series(1, :count) n
""")


def _tell(told: str) -> None:
    print(told, flush=True)  # noqa: T201 - told to the terminal


def _rows() -> list[tuple[str, str, str]]:
    """Write what the bank tells: some of ours late, some wrong by a fen, and some of its own."""
    told = [(n, 100_000 + n + (n % 500 == 1)) for n in range(1, _LINES - _ALONE + _LATE + 1) if n % 100]
    rows = [("2026-11-22", f"T{n:012d}", f"{fen // 100}.{fen % 100:02d}") for n, fen in told]
    return rows[: _LINES - _ALONE] + [("2026-11-22", f"X{n}", "1.00") for n in range(_ALONE)]


def _commas() -> bytes:
    head = "交易日期,交易流水号,收入金额,支出金额,对方户名,摘要\n"
    lines = (f"{day},{txn},{amount},0.00,某某,交存维修资金" for day, txn, amount in _rows())
    return (head + "\n".join(lines)).encode("gb18030")


def _workbook() -> bytes:
    book, buffer = Workbook(write_only=True), io.BytesIO()
    page = book.create_sheet()
    page.append(["交易日期", "交易流水号", "收入金额", "支出金额"])
    for row in _rows():
        page.append(list(row))
    book.save(buffer)
    return buffer.getvalue()


async def _hand_in(bank: Caller, content: bytes, name: str, day: str) -> str:
    began = perf_counter()
    answer = await bank.upload(_IMPORT, {"day": day}, content, name)
    done = answer["data"]["statementImport"]
    _tell(f"{name}: {done['rows']:,} lines in {perf_counter() - began:.2f} s")
    return done["statement"]["id"]


async def _play(town: Town, books: Books) -> None:
    block: Block = await build(town, lines=[unit()])
    async with books.engine.connect() as connection:
        await connection.execute(_WAITING, {"noon": NOON, "count": _LINES})
    office = await town.authority(JIANGMEN)
    statement = await _hand_in(block.bank, _commas(), "对账单.csv", "2026-11-22")
    began = perf_counter()
    found = await office.ask(_SUMS, id=statement)
    _tell(f"summed up in {perf_counter() - began:.2f} s: {found['reconciliation']}")
    began = perf_counter()
    await office.ask(_MATCH, i={"bankStatementId": statement})
    _tell(f"matched again in {perf_counter() - began:.2f} s")
    await _hand_in(block.bank, _workbook(), "对账单.xlsx", "2026-11-22")


async def run() -> None:
    """Open a throw-away world with 10,000 reported amounts, and hand their statement in."""
    async with throw_away_town() as (town, server), open_books(server, town.desk) as books:
        await _play(town, books)


if __name__ == "__main__":
    asyncio.run(run())
