"""Files that other programs saved, old ones among them, and files as large as they may be."""

# xlwt has no types of its own.
# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false, reportUnknownVariableType=false

import io
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import xlwt

from reports.workbook import mark, read
from tests.reports.books import (
    HEADERS,
    LUZHOU,
    TODAY,
    UNIT_IMPORT,
    good,
    noticed,
    package,
    plain_rows,
    read_here,
    told,
)

KEPT = Path(__file__).parent / "workbooks"
UNKNOWN = {"HIDDEN_NOT_KNOWN": ""}


def old_file(rows: Sequence[Mapping[str, object]], *, locked: bool = False) -> bytes:
    """Make an .xls file; a locked one has the record that says so where its second record was."""
    book = xlwt.Workbook()
    page = book.add_sheet("房屋导入")
    for column, header in enumerate(HEADERS):
        page.write(0, column, header)
    for number, row in enumerate(rows, start=1):
        for column, field in enumerate(UNIT_IMPORT.shown):
            page.write(number, column, row.get(field.name))
    buffer = io.BytesIO()
    book.save(buffer)
    data = buffer.getvalue()
    start = data.find(b"\x09\x08")
    second = start + 4 + int.from_bytes(data[start + 2 : start + 4], "little")
    return data[:second] + b"\x2f\x00" + data[second + 2 :] if locked else data


def test_a_file_that_libreoffice_saved_is_read() -> None:
    reading = read_here((KEPT / "libreoffice.xlsx").read_bytes())
    assert told(reading) == []
    assert [(row.number, row.values["room_no"]) for row in reading.rows] == [
        (4, "0201"),
        (6, "203"),
        (7, "204"),
    ]
    assert [row.values["gross_area"] for row in reading.rows] == [883500] * 3
    assert [row.values["building"] for row in reading.rows] == ["1栋"] * 3
    assert reading.rows[1].values["address"] == "1栋201"
    assert reading.rows[1].values["completed_ym"] == "201409"
    assert noticed(reading) == {"HIDDEN_ROWS_SKIPPED": "5", "TOTAL_ROWS_SKIPPED": "8"}


def test_a_file_as_wps_saves_it_is_read() -> None:
    reading = read_here((KEPT / "wps.xlsx").read_bytes())
    assert told(reading) == []
    assert [row.values["room_no"] for row in reading.rows] == ["0201", "202"]
    assert reading.rows[1].values["address"] == "江畔路8号"
    assert reading.rows[1].values["gross_area"] == 883500


async def test_an_old_file_is_read_in_the_child_and_says_what_it_cannot_tell() -> None:
    reading = await read((KEPT / "libreoffice.xls").read_bytes(), UNIT_IMPORT, LUZHOU, TODAY)
    assert told(reading) == []
    assert [row.number for row in reading.rows] == [4, 5, 6, 7]
    assert reading.rows[3].values["building"] == "1栋"
    assert reading.rows[2].values["completed_ym"] == "201409"
    assert (reading.suffix, reading.markable) == ("xls", False)
    assert noticed(reading) == {**UNKNOWN, "TOTAL_ROWS_SKIPPED": "8"}


def test_problems_of_an_old_file_are_told_by_cell_too() -> None:
    rows = [
        good(owner_id_number=510502198503150000),
        good("202", has_lift=True, gross_area=88.34999999999999),
    ]
    reading = read_here(old_file(rows))
    assert told(reading) == [("P2", "ID_NUMERIC_CELL")]
    assert noticed(reading) == UNKNOWN


def test_an_old_file_named_as_a_new_one_is_read_by_its_content() -> None:
    assert read_here(old_file([good()]), name="小区.xlsx").suffix == "xls"


def test_an_old_file_with_a_password_is_told_to_be_encrypted() -> None:
    reading = read_here(old_file([good()], locked=True))
    assert [problem.code for problem in reading.problems] == ["FILE_ENCRYPTED"]


def test_an_old_file_has_no_correction_copy_and_that_is_known_beforehand() -> None:
    assert not read_here(old_file([good(floor=0)])).markable


@pytest.mark.parametrize(("rows", "seconds"), [(2_000, 2), (20_000, 10)])
async def test_the_largest_files_are_read_in_the_time_they_may_take(rows: int, seconds: int) -> None:
    data = package(plain_rows([good(f"{number}", contract_no=f"HT-{number}") for number in range(rows)]))
    began = time.monotonic()
    reading = await read(data, UNIT_IMPORT, LUZHOU, TODAY)
    assert time.monotonic() - began < seconds
    assert len(reading.rows) == reading.row_count == rows
    assert reading.rows[-1].values["contract_no"] == f"HT-{rows - 1}"


async def test_a_large_file_full_of_problems_is_answered_and_copied() -> None:
    data = package(plain_rows([good(f"{number}", floor=0) for number in range(2_000)]))
    reading = await read(data, UNIT_IMPORT, LUZHOU, TODAY)
    assert len(reading.problems) == 1_000
    assert reading.problem_count == 2_000
    assert (await mark(data, UNIT_IMPORT, LUZHOU, reading)).startswith(b"PK")
