"""An uploaded file read as a sheet: the right worksheet found, its headers, its rows, its values."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from domain.city import City
from domain.problem import Invalid, Problem, ProblemCode
from reports.sheet import CODE_LISTS, Sheet
from reports.workbook.book import open_book
from reports.workbook.grid import Book, Grid, letters_of
from reports.workbook.header import Header, find_header
from reports.workbook.limits import Limits
from reports.workbook.notice import Notice, NoticeCode, notice_names, notice_rows
from reports.workbook.reading import Reading
from reports.workbook.rows import DataRows, pick_rows
from reports.workbook.values import read_rows


def read_workbook(
    data: bytes,
    sheet: Sheet,
    others: Sequence[Sheet],
    city: City,
    today: date,
    limits: Limits,
    name: str = "",
) -> Reading:
    """Read an uploaded workbook in this process; callers outside the child use `reports.workbook.process`.

    Args:
        data: The file.
        sheet: What it should be.
        others: The other sheets, so that a wrong template can be named.
        city: Gives the code lists.
        today: The business day.
        limits: What it may cost.
        name: The file's name, if known.
    """
    try:
        book = open_book(data, name, limits, commas=sheet.commas)
        return _read_book(book, sheet, others, city, today, limits)
    except Invalid as found:
        return Reading.refused(found.problem)


def find_grid(book: Book, sheet: Sheet) -> tuple[Grid, Header] | None:
    """Find the worksheet with the most of the sheet's headers; a complete one ends the search."""
    best: tuple[Grid, Header] | None = None
    for grid in book.grids():
        header = find_header(grid, sheet)
        if header and (best is None or len(header.columns) > len(best[1].columns)):
            best = grid, header
        if best and not best[1].missing(sheet):
            break
    return best


def _read_book(
    book: Book, sheet: Sheet, others: Sequence[Sheet], city: City, today: date, limits: Limits
) -> Reading:
    marked = book.marker.partition("/")[0]
    for other in others:
        if other.name == marked != sheet.name:
            return Reading.refused(_wrong_sheet(other, sheet), book.suffix)
    found = find_grid(book, sheet)
    missing = found[1].missing(sheet) if found else tuple(column.label for column in sheet.required)
    if missing:
        for other in others:
            fitting = find_grid(book, other) if other.name != sheet.name else None
            if fitting and not fitting[1].missing(other):
                return Reading.refused(_wrong_sheet(other, sheet), book.suffix)
    if found is None:
        return Reading.refused(_headers_wrong(missing, None), book.suffix)
    grid, header = found
    wrong = (*missing, *(f"{label} ×2" for label in header.repeated))
    if wrong:
        refused = Reading.refused(_headers_wrong(wrong, header.row), book.suffix)
        return replace(refused, notices=_header_notices(book, grid, header, sheet))
    rows = pick_rows(grid, header, sheet, limits)
    reading = read_rows(grid, header, rows, sheet, city, today, limits)
    notices = (*_header_notices(book, grid, header, sheet), *_row_notices(rows), *reading.notices)
    columns = {name: letters_of(column) for name, column in header.columns.items()}
    markable = book.suffix == "xlsx"
    return replace(reading, notices=notices, suffix=book.suffix, markable=markable, columns=columns)


def _wrong_sheet(found: Sheet, expected: Sheet) -> Problem:
    return Problem(ProblemCode.WRONG_SHEET, params={"found": found.title, "expected": expected.title})


def _headers_wrong(labels: Sequence[str], row: int | None) -> Problem:
    return Problem(ProblemCode.HEADER_MISSING, row=row, params={"headers": "、".join(labels)})


def _header_notices(book: Book, grid: Grid, header: Header, sheet: Sheet) -> tuple[Notice, ...]:
    tabs = [tab for tab in (*book.visible, *book.hidden) if tab not in {grid.name, CODE_LISTS}]
    known = {*header.columns}
    absent = [
        column.label
        for column in sheet.shown
        if column.name not in known and not column.required and column.label not in header.concealed
    ]
    return (
        *notice_names(NoticeCode.OTHER_SHEETS_SKIPPED, tabs, grid.name),
        *notice_names(NoticeCode.HIDDEN_COLUMNS_SKIPPED, header.concealed),
        *notice_names(NoticeCode.COLUMNS_UNKNOWN, header.unknown.values()),
        *notice_names(NoticeCode.COLUMNS_ABSENT, absent),
        *((Notice(NoticeCode.HIDDEN_NOT_KNOWN),) if book.suffix == "xls" else ()),
    )


def _row_notices(rows: DataRows) -> tuple[Notice, ...]:
    return (
        *notice_rows(NoticeCode.HIDDEN_ROWS_SKIPPED, rows.concealed),
        *notice_rows(NoticeCode.BLANK_ROWS_SKIPPED, rows.blank),
        *notice_rows(NoticeCode.TOTAL_ROWS_SKIPPED, rows.totals),
    )
