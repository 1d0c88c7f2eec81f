"""A bank's daily statement beside the books, over HTTP: matched, differences told and settled."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from resolvers.ledger_check import verify
from tests.conftest import MovableClock
from tests.deposits import Block, Books, build, codes, places
from tests.scenes import JIANGMEN, Caller, Town, unit
from tests.statement_desk import HEAD, IMPORT, STATEMENT, TODAY, Desk, line_of, told


async def _three(town: Town) -> tuple[Block, list[Any]]:
    block = await build(town, lines=[unit(), unit("302"), unit("303")])
    return block, [await block.notice(room) for room in ("301", "302", "303")]


_ROWS = (
    "2026-11-22,T1,2650.50,0.00,李𬭎喆,交存\n"
    '2026-11-22 10:15:00,T2,"2,650.05",-,,\n'
    "2026-11-22,S1,2650.50,,,\n"
    "2026-11-22,X9,88.00,,某某,来款\n"
    "2026-11-22,F1,,5.00,,手续费\n"
)
_SUMMED = {
    "bankIn": "8039.05",
    "bankOut": "5.00",
    "booksIn": "10602.00",
    "booksOut": "0.00",
    "openCount": 4,
    "sums": [
        {"outcome": "MATCHED", "count": 2, "openCount": 0, "moneyIn": "5301.00", "moneyOut": "0.00"},
        {"outcome": "AMOUNT_DIFFERS", "count": 1, "openCount": 1, "moneyIn": "2650.05", "moneyOut": "0.00"},
        {"outcome": "UNKNOWN", "count": 2, "openCount": 2, "moneyIn": "88.00", "moneyOut": "5.00"},
        {"outcome": "MISSING", "count": 1, "openCount": 1, "moneyIn": "2650.50", "moneyOut": "0.00"},
    ],
}


async def test_a_statement_tells_what_agrees_differs_and_is_one_sides_alone(town: Town, books: Books):
    block, notices = await _three(town)
    for txn, notice in zip(("T1", "T2", "T3"), notices, strict=True):
        await block.pay(notice, txn)
    await block.pay(notices[0], "S1")
    machine, office = Desk(block.bank), Desk(await town.authority(JIANGMEN))
    rehearsed = await machine.send(_ROWS, dryRun=True)
    assert (rehearsed["dryRun"], rehearsed["rows"]) == (True, 5)
    written = await books.counts("bank_statement", "bank_statement_line")
    assert written == {"bank_statement": 0, "bank_statement_line": 0}
    done = (await machine.send(_ROWS))["statement"]
    assert told(done) == [
        ("T2", "2650.05", "AMOUNT_DIFFERS"),
        ("X9", "88.00", "UNKNOWN"),
        ("F1", "-5.00", "UNKNOWN"),
        ("T3", "2650.50", "MISSING"),
        ("T1", "2650.50", "MATCHED"),
        ("S1", "2650.50", "MATCHED"),
    ]
    head = [done[name] for name in ("bank", "day", "lineCount", "moneyIn", "moneyOut")]
    assert head == ["JM01", TODAY, 5, "8039.05", "5.00"]
    # The bank sees how its lines came out, but nothing of what the office keeps; the office sees both.
    assert line_of(done, "S1")["suspenseItem"] is None
    seen = await office.again(done["id"])
    kept = {"bankTxnNo": "S1", "reason": "ALREADY_PAID", "status": "OPEN"}
    assert line_of(seen, "S1")["suspenseItem"] == kept
    assert line_of(seen, "T2")["ours"] == "2650.50"
    assert line_of(seen, "T2")["payment"] == {"bankTxnNo": "T2"}
    assert await office.sums(done["id"]) == _SUMMED
    assert await verify(town.desk, JIANGMEN) == []


async def test_a_statement_is_replaced_until_somebody_settled_a_difference_of_it(town: Town):
    block = await build(town)
    await block.pay(await block.notice(), "T1")
    machine, office = Desk(block.bank), Desk(await town.authority(JIANGMEN))
    rows = "2026-11-22,T1,2650.05,,,\n2026-11-22,F1,,5.00,,手续费\n"
    done = (await machine.send(rows))["statement"]
    assert (await machine.send(rows))["statement"] == done
    fixed = (await office.send(rows.replace("650.05", "650.50"), bank="JM01"))["statement"]
    assert fixed["id"] == done["id"]
    assert told(fixed) == [("F1", "-5.00", "UNKNOWN"), ("T1", "2650.50", "MATCHED")]
    fee = line_of(fixed, "F1")["id"]
    assert codes(await office.settle(fee, "SUSPENSE")) == ["STATEMENT_LINE_NOT_OURS"]
    noted = (await office.settle(fee))["line"]
    assert (noted["resolution"], noted["resolutionNote"], noted["resolvedBy"]) == (
        "NOTED",
        "已与银行核对",
        "authority_admin先生",
    )
    assert places(await office.settle(fee)) == [("STATEMENT_LINE_SETTLED", "statementLineId")]
    assert codes(await office.settle(line_of(fixed, "T1")["id"])) == ["STATEMENT_LINE_AGREES"]
    assert places(await machine.send(rows)) == [("STATEMENT_SETTLED", "day")]
    assert told(await office.again(done["id"])) == told(fixed)


async def test_money_that_the_bank_never_reported_is_taken_into_suspense_and_another_decides(town: Town):
    block = await build(town)
    notice = await block.notice()
    first = Desk(await town.authority(JIANGMEN))
    done = (await first.send("2026-11-21,X1,2650.50,,李𬭎喆,交存\n", day="2026-11-21", bank="jm01"))[
        "statement"
    ]
    kept = (await first.settle(line_of(done, "X1")["id"], "SUSPENSE"))["line"]
    assert (kept["outcome"], kept["resolution"], kept["ours"]) == ("UNKNOWN", "SUSPENSE", "2650.50")
    assert kept["suspenseItem"] == {"bankTxnNo": "X1", "reason": "NOT_REPORTED", "status": "OPEN"}
    found = await first.caller.ask("{ suspenseItems { edges { node { id paidAt noticeNo } } } }")
    (node,) = [edge["node"] for edge in found["suspenseItems"]["edges"]]
    assert (node["paidAt"], node["noticeNo"]) == ("2026-11-21T12:00:00.000+08:00", "")
    # The bank that reports it now is told that the office decides; who took it does not decide.
    assert places(await block.pay(notice, "X1")) == [("NOT_REPORTED", "bankTxnNo")]
    given = {
        "suspenseItemId": node["id"],
        "decision": {"book": {"noticeNo": notice["noticeNo"]}},
        "note": "凭存根入账",
        "idempotencyKey": "K",
    }
    read = "... on SuspenseResolved { item { payment { amount notice { noticeNo } } } }"

    async def decide(by: Caller, key: str) -> Any:
        return await by.act("suspenseResolve", {**given, "idempotencyKey": key}, read, "SuspenseResolveInput")

    assert places(await decide(first.caller, "1")) == [("FOUR_EYES", "suspenseItemId")]
    again = await town.office(JIANGMEN, "authority_admin", "440705200402290126", "second-account")
    assert codes(await decide(again, "2")) == ["FOUR_EYES"]
    other = await town.office(JIANGMEN, "authority_admin", "510502198503150120", "other-person")
    never = {**given, "decision": {"neverCame": True}, "idempotencyKey": "4"}
    assert codes(await other.act("suspenseResolve", never, read, "SuspenseResolveInput")) == [
        "STATEMENT_HAS_IT"
    ]
    booked = await decide(other, "3")
    assert booked["item"]["payment"] == {"amount": "2650.50", "notice": {"noticeNo": notice["noticeNo"]}}
    assert (await block.pay(notice, "X1"))["payment"]["bankTxnNo"] == "X1"
    assert (await block.unit())["account"]["balance"] == "2650.50"
    assert await verify(town.desk, JIANGMEN) == []


async def test_what_was_late_on_either_side_agrees_once_it_is_there(
    town: Town, books: Books, clock: MovableClock
):
    block, (one, other, third) = await _three(town)
    machine = Desk(block.bank)
    await block.pay(one, "T1")
    await block.pay(third, "T3")
    first = (await machine.send("2026-11-22,T2,2650.50,,,\n2026-11-22,T3,2650.50,,,\n"))["statement"]
    assert told(first) == [
        ("T2", "2650.50", "UNKNOWN"),
        ("T1", "2650.50", "MISSING"),
        ("T3", "2650.50", "MATCHED"),
    ]
    clock.move(days=1)
    # The bank booked T1 after its cut-off, reports T2 a day late, and tells T3 twice.
    await block.pay(other, "T2", paidAt="2026-11-22T09:00:00+08:00")
    rows = "2026-11-23,T1,2650.50,,,\n2026-11-23,T3,2650.50,,,\n"
    second = (await machine.send(rows, day="2026-11-23"))["statement"]
    assert told(second) == [("T3", "2650.50", "UNKNOWN"), ("T1", "2650.50", "MATCHED")]
    asked = f"query($id: ID!) {{ node(id: $id) {{ ... on BankStatement {{ {STATEMENT} }} }} }}"
    then = (await machine.caller.ask(asked, id=first["id"]))["node"]
    assert told(then) == [
        ("T1", "2650.50", "MISSING"),
        ("T2", "2650.50", "MATCHED"),
        ("T3", "2650.50", "MATCHED"),
    ]
    assert line_of(then, "T1")["resolution"] == "LATER"
    # A statement that comes in the other's place without T1 opens the difference again.
    await machine.send("2026-11-23,T9,1.00,,,\n", day="2026-11-23")
    then = (await machine.caller.ask(asked, id=first["id"]))["node"]
    assert line_of(then, "T1")["resolution"] is None
    assert await verify(town.desk, JIANGMEN) == []
    await _lists(machine)


async def _lists(machine: Desk) -> None:
    """Ask for the statements of two days, both with differences."""
    listed = (
        "query($f: BankStatementFilter) { bankStatements(filter: $f) { totalCount edges { node { day } } } }"
    )
    for wanted, days in (
        ({}, ["2026-11-23", "2026-11-22"]),
        ({"fromDay": "2026-11-23", "bank": "JM01"}, ["2026-11-23"]),
        ({"hasDifferences": False}, []),
        ({"bank": "JM02"}, []),
    ):
        found = (await machine.caller.ask(listed, f=wanted))["bankStatements"]
        assert [edge["node"]["day"] for edge in found["edges"]] == days, wanted


async def test_a_wrong_row_a_day_to_come_and_another_bank_are_refused(town: Town, books: Books):
    block = await build(town)
    machine, office = Desk(block.bank), Desk(await town.authority(JIANGMEN))
    refused = await machine.send("2026-11-22,A1,1.00,2.00,,\n")
    assert [(one["code"], one["path"], one["cell"]) for one in refused["problems"]] == [
        ("STATEMENT_SIDES", "moneyIn", "C2")
    ]
    good = "2026-11-22,A1,1.00,,,\n"
    assert places(await machine.send(good, day="2026-11-23")) == [("DATE_INVALID", "day")]
    yesterday = "2026-11-21,A1,1.00,,,\n,A2,1.00,,,\n2026-11-20 23:59:00,A3,1.00,,,\n"
    assert places(await machine.send(yesterday)) == [("STATEMENT_OTHER_DAY", "day")]
    assert places(await office.send(good)) == [("FIELD_REQUIRED", "bank")]
    assert places(await office.send(good, bank="XX")) == [("VALUE_UNKNOWN", "bank")]
    # Another bank's statements are nobody's whom a machine knows of.
    assert places(await machine.send(good, bank="JM02")) == [("VALUE_UNKNOWN", "bank")]
    assert await books.counts("bank_statement", "bank_statement_line") == {
        "bank_statement": 0,
        "bank_statement_line": 0,
    }


async def test_lines_of_other_days_come_with_one_of_the_day_or_without_any_day(town: Town):
    await build(town)
    office = Desk(await town.authority(JIANGMEN))
    late = "2026-11-21,B1,1.00,,,\n2026-11-22,B2,2.00,,,\n"
    assert (await office.send(late, bank="JM01"))["rows"] == 2
    assert (await office.send(",B3,1.00,,,\n", bank="JM01"))["rows"] == 1


async def test_a_statement_is_its_banks_and_the_offices_alone(town: Town, books: Books):
    block = await build(town)
    machine = Desk(block.bank)
    done = (await machine.send("2026-11-22,X1,1.00,,,\n"))["statement"]
    line = line_of(done, "X1")["id"]
    other = await town.bank(JIANGMEN, "JM02")
    clerk = await town.clerk(JIANGMEN)
    query = "query($id: ID!) { node(id: $id) { id } reconciliation(bankStatementId: $id) { openCount } }"
    for caller in (other, clerk, block.developer):
        assert await caller.send(query, id=done["id"]) == {"data": {"node": None, "reconciliation": None}}
    given = {"statementLineId": line, "resolution": "NOTED", "note": "无", "idempotencyKey": "K"}
    act = "mutation($i: StatementLineResolveInput!) { statementLineResolve(input: $i) { __typename } }"
    for caller, code in (
        (other, "NOT_FOUND"),
        (clerk, "NOT_FOUND"),
        (block.developer, "NOT_FOUND"),
        (block.bank, "FORBIDDEN"),
    ):
        answer = await caller.send(act, i=given)
        assert answer["errors"][0]["extensions"]["code"] == code
    answer = await clerk.upload(IMPORT, {"day": TODAY, "bank": "JM01"}, HEAD.encode() + b",A,1,,,\n", "x.csv")
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await books.counts("bank_statement_line") == {"bank_statement_line": 1}


async def test_the_paper_of_a_statement_brings_both_sides_together(town: Town):
    block, (one, other, _) = await _three(town)
    await block.pay(one, "T1")
    await block.pay(other, "T2")
    office = Desk(await town.authority(JIANGMEN))
    rows = "2026-11-22,T1,2650.05,,,\n2026-11-22,X1,88.00,,,\n2026-11-22,F1,,5.00,,\n"
    done = (await office.send(rows, bank="JM01"))["statement"]
    await office.settle(line_of(done, "F1")["id"])
    read = "... on FileMade { file { name url } }"
    papers: dict[str, bytes] = {}
    for made in ("PDF", "XLSX"):
        given = {"bankStatementId": done["id"], "format": made}
        printed = await office.caller.act("statementPrint", given, read, "StatementPrintInput")
        assert printed["file"]["name"] == f"银行对账调节表-JM01-20261122.{made.lower()}"
        papers[made] = (await office.caller.fetch(printed["file"]["url"])).content
    assert papers["PDF"].startswith(b"%PDF")
    sheet = load_workbook(BytesIO(papers["XLSX"])).active
    assert sheet is not None
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    begin = next(place for place, row in enumerate(table) if row[0] == "双方一致")
    found, last = table[begin : begin + 6], table[begin + 6]
    assert found == [
        ["双方一致", "共 0 笔", 0, 0, 0, 0, None],
        ["金额不符", "T1", 2650.05, None, 2650.5, None, "未处理"],
        ["银行有、账面无", "X1", 88, None, None, None, "未处理"],
        ["账面有、银行无", "T2", None, None, 2650.5, None, "未处理"],
        ["银行有、账面无", "F1", None, 5, None, None, "已核对：已与银行核对"],
        ["合计", None, 2738.05, 5, 5301, 0, None],
    ]
    # 2738.05 + 2650.50 at the bank; 5301.00 - 2650.50 + 2650.05 + 88.00 and 5.00 out in the books.
    assert last == ["调节后", None, 5388.55, 5, 5388.55, 5, None]
    assert await office.sums(done["id"]) == {
        "bankIn": "2738.05",
        "bankOut": "5.00",
        "booksIn": "5301.00",
        "booksOut": "0.00",
        "openCount": 3,
        "sums": (await office.sums(done["id"]))["sums"],
    }
