"""The sheet of top-ups: what is exported comes back, and what is there to be read alone is passed over."""

from reports.sheets import SHEETS
from reports.workbook.intake import read_workbook
from reports.workbook.limits import Limits
from reports.workbook.reading import Reading
from reports.workbook.writing import write_workbook
from tests.customs import fill
from tests.reports.books import LUZHOU, TODAY, told

TOP_UP = SHEETS["TOP_UP"]
_PLACE = {"building": "1栋", "section": "1单元", "floor": 3, "address": "滨江路一段1号"}
_SUMS = {
    "gross_area": 883_500,
    "paid_first": 265_050,
    "balance": 0,
    "low": "是",
    "owners": "=李喆、欧阳·买买提",
}
ROWS = [{"code": f"U{room}", "token": "t", "room_no": room, **_PLACE, **_SUMS} for room in ("301", "302")]


def read_here(data: bytes) -> Reading:
    """Read in this process, which is quicker than a child for each test."""
    return read_workbook(data, TOP_UP, tuple(SHEETS.values()), LUZHOU, TODAY, Limits())


def test_what_was_exported_comes_back_with_the_amounts_that_were_filled_in() -> None:
    reading = read_here(fill(write_workbook(TOP_UP, LUZHOU, ROWS), 1200, "￥99,999,999.99 元"))
    assert told(reading) == []
    assert [row.values for row in reading.rows] == [
        {**ROWS[0], "amount": 120_000},
        {**ROWS[1], "amount": 9_999_999_999},
    ]
    assert (reading.columns["code"], reading.columns["token"], reading.columns["amount"]) == ("A", "B", "M")


def test_whatever_is_typed_over_sums_that_are_there_to_be_read_does_not_matter() -> None:
    book = fill(write_workbook(TOP_UP, LUZHOU, ROWS), None, 0.01, I4="很大", J4=-1, K5="一千", L5="不知道")
    reading = read_here(book)
    assert told(reading) == []
    assert [row.values.get("amount") for row in reading.rows] == [None, 1]


def test_a_unit_twice_an_amount_of_nothing_and_a_missing_token_are_told_by_their_cells() -> None:
    book = fill(write_workbook(TOP_UP, LUZHOU, ROWS), "-5", 1.005, A5="U301", B4=None)
    assert told(read_here(book)) == [
        ("B4", "FIELD_REQUIRED"),
        ("M4", "AMOUNT_INVALID"),
        ("F5", "DUPLICATE_UNIT"),
        ("M5", "AMOUNT_INVALID"),
    ]
