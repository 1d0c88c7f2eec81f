"""A bank's statement is read as banks write it, and what is wrong with a row is told by its cell."""

import pytest

from domain.statements import read_line
from reports.sheets.bank_statement import BANK_STATEMENT
from reports.workbook.intake import read_workbook
from reports.workbook.limits import Limits
from reports.workbook.reading import Reading
from tests.reports.books import LUZHOU, TODAY

HEAD = "交易日期,交易流水号,收入金额,支出金额,对方户名,摘要\n"


def read(data: bytes, name: str = "22.csv") -> Reading:
    """Read a file as a statement."""
    return read_workbook(data, BANK_STATEMENT, (), LUZHOU, TODAY, Limits(), name)


@pytest.mark.parametrize(
    "data",
    [
        (HEAD + '2026/11/22,="007","1,234.50",0.00,李某,交存\n').encode("gb18030"),
        b"\xef\xbb\xbf" + (HEAD + "2026-11-22 09:15:00,'007,1234.5,-,李某,交存\n").encode(),
        (HEAD.replace(",", "\t") + "20261122\t007\t1234.50\t\t李某\t交存\n").encode("utf-16"),
        ("某银行对账单\n\n" + HEAD.replace(",", ";") + "2026年11月22日;007;1234.50;;李某;交存\n").encode(),
    ],
    ids=["gbk", "mark", "tabs", "title"],
)
def test_a_table_as_text_is_read_in_the_ways_of_banks(data: bytes):
    reading = read(data)
    assert (reading.problems, reading.suffix, reading.markable) == ((), "csv", False)
    (row,) = reading.rows
    told = read_line(row.values)
    assert (told.txn, told.amount, str(told.booked_on)) == ("007", 123450, "2026-11-22")
    assert (told.counterparty, told.remark) == ("李某", "交存")


def test_money_that_went_out_is_below_zero():
    (row,) = read((HEAD + ",F1,0.00,5.00,,手续费\n").encode()).rows
    assert read_line(row.values).amount == -500


def test_every_wrong_row_is_told_by_its_cell():
    rows = (
        "2026-11-22,A1,1.00,2.00,,\n"
        "2026-11-22,A2,0,0.00,,\n"
        "2026-11-22,,3.00,,,\n"
        "2026-13-22,A4,3.00,,,\n"
        "2026-11-22,A5,3.001,,,\n"
        "2026-11-22,A6,3.00,,,\n"
        "2026-11-22,A6,4.00,,,\n"
        "2026-11-22,A6,,4.00,,\n"
        "2026-11-22,流水,4.00,,,\n"
    )
    reading = read((HEAD + rows).encode())
    assert [(one.code.value, one.cell) for one in reading.problems] == [
        ("STATEMENT_SIDES", "C2"),
        ("STATEMENT_SIDES", "C3"),
        ("FIELD_REQUIRED", "B4"),
        ("DATE_INVALID", "A5"),
        ("AMOUNT_INVALID", "C6"),
        ("BANK_TXN_USED", "B8"),
        ("TEXT_INVALID", "B10"),
    ]
    assert reading.rows == ()


def test_balances_are_read_from_rows_of_their_own():
    head = HEAD.replace("对方户名", "账户余额,对方户名")
    rows = '承前余额：,,,,"1,000.00",,\n2026-11-22,A1,3.00,,1003.00,,\n期末余额,,,,1003.00,,\n'
    reading = read((head + rows).encode())
    assert (len(reading.rows), dict(reading.asides)) == (1, {"opening": 100000, "closing": 100300})
    assert reading.notices == ()
    wrong = read((head + rows.replace(",1003.00,,\n期末余额,,,,1003.00", ",,,\n期末余额,,,,见附页")).encode())
    assert [(one.code.value, one.cell, one.path) for one in wrong.problems] == [
        ("NUMBER_FORMAT", "E4", "closing")
    ]
    empty = read((head + "期末余额,,,,0.00,,\n").encode())
    assert (empty.problems, empty.rows, dict(empty.asides)) == ((), (), {"closing": 0})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x89PNG....", "FILE_FORMAT"),
        (b"a,b\n1,2\n", "HEADER_MISSING"),
        (b"\xff\xff,\xff\n", "FILE_FORMAT"),
        (b"", "FILE_FORMAT"),
        ((HEAD + "," * 300 + "\n").encode(), "FILE_LIMITS"),
        ((HEAD + "2026-11-22,A1,1.00,,,\n" * 20_300).encode(), "FILE_LIMITS"),
    ],
    ids=["picture", "other table", "no text", "empty", "too wide", "too long"],
)
def test_what_is_no_statement_is_refused_as_a_whole(data: bytes, code: str):
    (problem,) = read(data).problems
    assert problem.code.value == code
