"""A bank's balance beside that of our books, over HTTP: brought to one sum by what one side alone has."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from resolvers.ledger_check import verify
from tests.conftest import MovableClock
from tests.deposits import Block, Books, build, codes, places
from tests.postings import alone, post
from tests.scenes import JIANGMEN, Town, unit
from tests.statement_desk import Desk, line_of, open_items, weighed

_ROWS = (
    "2026-11-22,T1,2650.50,,,\n"
    "2026-11-22,S1,2650.50,,,\n"
    "2026-11-22,T3,2650.05,,,\n"
    "2026-11-22,X9,88.00,,某某,来款\n"
    "2026-11-22,F1,,5.00,,手续费\n"
)
_FILE = "交易日期,交易流水号,收入金额,支出金额,账户余额,对方户名,摘要\n"
_HELD = (
    "2026-11-22,T1,2650.50,,2650.50,,\n"
    "2026-11-22,I1,120.00,,2770.50,,结息\n"
    "2026-11-22,U1,,60.00,2710.50,,维修\n"
    "2026-11-22,I2,100.00,,2810.50,,结息\n"
)
_ALONE = [
    ("BOOKS_RECEIVED", "T2", "2650.50", None),
    ("BOOKS_RECEIVED", "T3", "0.45", None),
    ("BANK_RECEIVED", "X9", "88.00", None),
    ("BANK_PAID", "F1", "5.00", None),
]
_DAYS = "query($b: String) { statementMissingDays(bank: $b) { bank fromDay untilDay days } }"


async def _paid(town: Town) -> Block:
    """Let three units pay, and one of them twice."""
    block = await build(town, lines=[unit(), unit("302"), unit("303")])
    notices = [await block.notice(room) for room in ("301", "302", "303")]
    for txn, notice in zip(("T1", "T2", "T3"), notices, strict=True):
        await block.pay(notice, txn)
    await block.pay(notices[0], "S1")
    return block


async def _be_refused(machine: Desk, books: Books) -> None:
    """Say balances that do not follow from what moved, or are less than nothing."""
    # Nothing, then 2650.50 twice, 2650.05, 88.00 and 5.00 out: 8034.05.
    for said, place in (
        ({"openingBalance": "0.00", "closingBalance": "8034.06"}, ("STATEMENT_BALANCE", "closingBalance")),
        ({"openingBalance": "-1.00"}, ("STATEMENT_OVERDRAWN", "openingBalance")),
        ({"closingBalance": "8000.00"}, ("STATEMENT_OVERDRAWN", "openingBalance")),
    ):
        assert places(await machine.send(_ROWS, **said)) == [place]
    assert await books.counts("bank_statement") == {"bank_statement": 0}


async def test_both_balances_come_to_one_by_what_one_side_alone_has(
    town: Town, books: Books, clock: MovableClock
):
    block = await _paid(town)
    office, machine = Desk(await town.authority(JIANGMEN)), Desk(block.bank)
    await _be_refused(machine, books)
    first = (await machine.send(_ROWS, closingBalance="8034.05"))["statement"]
    assert (first["openingBalance"], first["closingBalance"]) == ("0.00", "8034.05")
    then = await office.balance(first["id"])
    assert sorted(open_items(then)) == sorted(_ALONE)
    assert [item["bankTxnNo"] for item in then["items"] if item["differs"]] == ["T3"]
    counted = [(one["kind"], one["count"], one["amount"]) for one in then["sums"]]
    assert counted == [
        ("BOOKS_RECEIVED", 2, "2650.95"),
        ("BOOKS_PAID", 0, "0.00"),
        ("BANK_RECEIVED", 1, "88.00"),
        ("BANK_PAID", 1, "5.00"),
    ]
    # 8034.05 + 2650.50 + 0.45, and 4 times 2650.50 with 88.00 less 5.00.
    assert weighed(then) == ["8034.05", "10602.00", "10685.00", "10685.00", "0.00"]
    clock.move(days=1)
    late = "2026-11-23,T2,2650.50,,,\n"
    wrong = await machine.send(late, day="2026-11-23", openingBalance="8034.06")
    assert places(wrong) == [("STATEMENT_OPENING", "openingBalance")]
    second = (await machine.send(late, day="2026-11-23", openingBalance="8034.05"))["statement"]
    # Sessions end overnight.
    other = await town.office(JIANGMEN, "authority_admin", "510502198503150120", "next-day")
    office = Desk(other)
    now = await office.balance(second["id"])
    assert weighed(now) == ["10684.55", "10602.00", "10685.00", "10685.00", "0.00"]
    assert sorted(open_items(now)) == sorted(_ALONE[1:])
    # What was then is as it was, and says when the bank had it.
    settled = ("BOOKS_RECEIVED", "T2", "2650.50", "2026-11-23")
    assert sorted(open_items(await office.balance(first["id"]))) == sorted([settled, *_ALONE[1:]])
    assert await verify(town.desk, JIANGMEN) == []
    await _print(office, first["id"])
    await books.rows("update bank_statement set opening = 1, closing = 803406 where closing = 803405")
    (said,) = await verify(town.desk, JIANGMEN)
    assert said.endswith("1 not so: JM01 2026-11-23")


async def _table(office: Desk, act: str, statement: str) -> list[list[Any]]:
    """Print as a workbook, and read its rows."""
    made = (await office.print(act, statement, "XLSX"))["file"]
    sheet = load_workbook(BytesIO((await office.caller.fetch(made["url"])).content)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


async def _print(office: Desk, statement: str) -> None:
    """Print the paper of the first day, and reckon with it."""
    pdf = (await office.print("bankBalancePrint", statement))["file"]
    assert pdf["name"] == "银行存款余额调节表-JM01-20261122.pdf"
    assert (await office.caller.fetch(pdf["url"])).content.startswith(b"%PDF")
    table = await _table(office, "bankBalancePrint", statement)
    begin = next(place for place, row in enumerate(table) if row[0] == "银行对账单余额")
    assert table[begin : begin + 7] == [
        ["银行对账单余额", 8034.05, "单位账面余额", 10602],
        ["加：单位已收、银行未收", 2650.95, "加：银行已收、单位未收", 88],
        ["11-22 T2 交款（2026-11-23）", 2650.5, "11-22 X9 某某 来款", 88],
        ["11-22 T3 交款 金额不符", 0.45, None, None],
        ["减：单位已付、银行未付", 0, "减：银行已付、单位未付", 5],
        [None, None, "11-22 F1 手续费", 5],
        ["调节后余额", 10685, "调节后余额", 10685],
    ]


async def _break_the_chain(office: Desk) -> None:
    """Hand a file in of which one balance is wrong, and with it the next."""
    broken = (_FILE + _HELD.replace("2770.50", "2770.05")).encode()
    refused = await office.send(broken, bank="JM01")
    assert [(one["code"], one["cell"]) for one in refused["problems"]] == [
        ("STATEMENT_BALANCE", "E3"),
        ("STATEMENT_BALANCE", "E4"),
    ]


async def _print_lines(office: Desk, statement: str) -> None:
    """Print the statement beside the books: lines of interest and use stand on both sides."""
    table = await _table(office, "statementPrint", statement)
    begin = next(place for place, row in enumerate(table) if row[0] == "银行有、账面无")
    assert table[begin : begin + 3] == [
        ["银行有、账面无", "I2", 100, None, None, None, "未处理"],
        ["银行有、账面无", "I1", 120, None, 120, None, "已对应记账凭证：已与银行核对"],
        ["银行有、账面无", "U1", None, 60, None, 60, "已对应记账凭证：已与银行核对"],
    ]


async def _bend_a_line(town: Town, books: Books) -> None:
    """Take its bookings from a line behind the product's back."""
    assert await verify(town.desk, JIANGMEN) == []
    await books.rows("update bank_statement_line set booking_ids = '{}' where bank_txn_no = 'I1'")
    (said,) = await verify(town.desk, JIANGMEN)
    assert said.endswith("1 not so: JM01 I1")


async def test_interest_and_use_stand_for_the_banks_lines_of_them(town: Town, books: Books):
    block = await build(town)
    await block.pay(await block.notice(), "T1")
    authority = await town.authority(JIANGMEN)
    office = Desk(authority)
    for kind, amount in (("INTEREST", "100.00"), ("INTEREST", "20.00"), ("USE", "60.00")):
        await post(authority, block, kind, alone(block.units["301"], amount))
    await _break_the_chain(office)
    done = (await office.send((_FILE + _HELD).encode(), bank="JM01"))["statement"]
    assert (done["openingBalance"], done["closingBalance"]) == ("0.00", "2810.50")
    account = (await block.unit())["account"]["id"]
    named = {no: {"unitAccountId": account, "no": no} for no in (1, 2, 3, 4)}

    async def stand_for(txn: str, *numbers: int) -> Any:
        chosen = [named[no] for no in numbers]
        return await office.settle(line_of(done, txn)["id"], "POSTED", bookings=chosen)

    before = open_items(await office.balance(done["id"]))
    assert [item for item in before if item[1] is None] == [
        ("BOOKS_PAID", None, "60.00", None),
        ("BOOKS_RECEIVED", None, "100.00", None),
        ("BOOKS_RECEIVED", None, "20.00", None),
    ]
    # Another sum, a deposit, nothing, and one side's use for the other's interest stand for no line.
    assert places(await stand_for("I1", 2)) == [("STATEMENT_BOOKINGS", "bookings")]
    assert codes(await stand_for("I1", 1)) == ["STATEMENT_BOOKINGS"]
    assert codes(await stand_for("I1")) == ["FIELD_REQUIRED"]
    assert codes(await stand_for("T1", 1)) == ["STATEMENT_LINE_AGREES"]
    line = (await stand_for("I1", 2, 3))["line"]
    assert (line["resolution"], line["ours"]) == ("POSTED", "120.00")
    assert line["bookings"] == [{"cause": "INTEREST"}, {"cause": "INTEREST"}]
    assert codes(await stand_for("I2", 2)) == ["STATEMENT_BOOKINGS"]
    assert (await stand_for("U1", 4))["line"]["ours"] == "-60.00"
    then = await office.balance(done["id"])
    assert open_items(then) == [("BANK_RECEIVED", "I2", "100.00", None)]
    assert weighed(then) == ["2810.50", "2710.50", "2810.50", "2810.50", "0.00"]
    assert (await office.sums(done["id"]))["booksOut"] == "60.00"
    await _print_lines(office, done["id"])
    await _bend_a_line(town, books)


async def _see_nothing(town: Town, block: Block, statement: str) -> None:
    """What the books have is the office's affair: neither the bank nor who has no part in it sees it."""
    clerk = await town.clerk(JIANGMEN)
    for caller in (block.bank, clerk, await town.bank(JIANGMEN, "JM02")):
        assert await Desk(caller).balance(statement) is None
    given = {"bankStatementId": statement, "format": "PDF"}
    act = "mutation($i: BankBalancePrintInput!) { bankBalancePrint(input: $i) { __typename } }"
    for caller, code in ((block.bank, "FORBIDDEN"), (clerk, "NOT_FOUND")):
        assert (await caller.send(act, i=given))["errors"][0]["extensions"]["code"] == code


async def test_balances_are_compared_from_the_first_day_that_has_them(
    town: Town, books: Books, clock: MovableClock
):
    block = await _paid(town)
    machine = Desk(block.bank)
    old = "2026-11-22,T1,2650.50,,,\n2026-11-22,S1,2650.50,,,\n"
    first = (await machine.send(old))["statement"]
    clock.move(days=3)
    office = Desk(await town.authority(JIANGMEN))
    assert await office.balance(first["id"]) is None
    assert codes(await office.print("bankBalancePrint", first["id"])) == ["STATEMENT_WITHOUT_BALANCE"]
    nothing = ""
    assert places(await machine.send(nothing, day="2026-11-25")) == [("FIELD_REQUIRED", "closingBalance")]
    # T2 and T3 are missing on the old statement, so the bank has two payments of the four.
    done = await machine.send(nothing, day="2026-11-25", closingBalance="5301.00")
    assert done["missingDays"] == {"fromDay": "2026-11-23", "untilDay": "2026-11-24", "days": 2}
    assert (done["rows"], done["statement"]["lineCount"], done["nextBeginsOtherwise"]) == (0, 0, False)
    then = await office.balance(done["statement"]["id"])
    assert (then["since"], then["agrees"], len(then["items"])) == ("2026-11-25", True, 2)
    assert weighed(then) == ["5301.00", "10602.00", "10602.00", "10602.00", "0.00"]
    # The same file with another balance only says the balance; one yuan is not explained by anything.
    more = (await machine.send(nothing, day="2026-11-25", closingBalance="5302.00"))["statement"]
    assert (more["id"], more["closingBalance"]) == (done["statement"]["id"], "5302.00")
    assert weighed(await office.balance(more["id"]))[-1] == "1.00"
    (said,) = await verify(town.desk, JIANGMEN)
    assert "JM01 2026-11-25 by 1.00" in said
    gap = {"bank": "JM01", "fromDay": "2026-11-23", "untilDay": "2026-11-24", "days": 2}
    assert (await office.caller.ask(_DAYS))["statementMissingDays"] == [gap]
    assert (await machine.caller.ask(_DAYS, b="JM02"))["statementMissingDays"] == []
    late = await machine.send("期末余额,,5301.00,,,\n", day="2026-11-24")
    assert (late["nextBeginsOtherwise"], late["missingDays"]["days"]) == (True, 1)
    assert (await office.balance(late["statement"]["id"]))["since"] == "2026-11-24"
    # Once no day is missing, the run of statements leads back to the first, whose lines count then.
    await machine.send("", day="2026-11-23", closingBalance="5301.00")
    whole = await office.balance(late["statement"]["id"])
    assert (whole["since"], whole["agrees"], len(whole["items"])) == ("2026-11-22", True, 2)
    await _see_nothing(town, block, more["id"])
