"""The correction copy: the uploaded worksheet written anew, cells as typed, with the problems beside them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from unicodedata import east_asian_width

from xlsxwriter.format import Format

from domain.city import City
from domain.problem import Problem
from reports.sheet import Sheet
from reports.workbook.book import open_book
from reports.workbook.grid import Cell, CellKind, Grid, Range, column_of
from reports.workbook.header import PROBLEM_HEADER, Header
from reports.workbook.intake import find_grid
from reports.workbook.layout import NOTE_LINE, TITLE_HEIGHT, Layout
from reports.workbook.limits import Limits, not_a_workbook

_RED = "#FFC7CE"
_LONGEST = 32_767  # characters of one cell
_LONGEST_TAB = 31
_WIDEST_MERGE = 5_000  # cells of all merged ranges together, so that a huge one costs nothing
_PROBLEM_WIDTH = 60
_LINE = 15  # points of one line of text
_HIGHEST = 409  # points, the highest that a row may be
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_TAB_REFUSED = re.compile(r"[\[\]:*?/\\]|^'|'$")


class _Exact(float):
    """A number that is written with the digits it came with; the library would write sixteen at most."""

    raw: str

    def __format__(self, _: str, /) -> str:
        return self.raw


def mark_workbook(
    data: bytes, sheet: Sheet, city: City, problems: Sequence[Problem], problem_count: int, limits: Limits
) -> bytes:
    """Write the correction copy of an .xlsx file.

    It is written anew instead of edited, so that nothing but cells, widths, merges and number formats
    comes over: no links, macros, pictures or hidden parts. Formulas come back as the value they had, or
    as their text where they had none.

    Args:
        data: The file as uploaded.
        sheet: The sheet that it was read as.
        city: Gives the drop-downs.
        problems: What was found, with cells.
        problem_count: How many were found in all, if more than are given.
        limits: What the file may cost.

    Raises:
        Invalid: FILE_FORMAT where it is not an .xlsx file with the sheet's headers.
    """
    book = open_book(data, "", limits)
    found = find_grid(book, sheet) if book.suffix == "xlsx" else None
    if found is None:
        raise not_a_workbook(book.suffix)
    grid, header = found
    tab = "" if _TAB_REFUSED.search(grid.name) or not 0 < len(grid.name) <= _LONGEST_TAB else grid.name
    layout = Layout(sheet, city, tab, epoch_1904=grid.epoch_1904)
    _write_shape(layout, grid, header)
    _write_cells(layout, grid, header, {problem.cell for problem in problems if problem.cell})
    _write_problems(layout, header, problems, problem_count)
    places = {name: column - 1 for name, column in header.columns.items()}
    layout.add_drop_downs(places, header.row)
    layout.page.freeze_panes(header.row, 0)
    layout.set_paper(header.row - 1)
    return layout.finish()


def _write_shape(layout: Layout, grid: Grid, header: Header) -> None:
    """Set widths and hidden rows and columns, and merge what was merged."""
    formats = {
        column - 1: layout.column_format(field)
        for field in layout.sheet.fields
        if (column := header.columns.get(field.name))
    }
    for column in {*grid.widths, *grid.hidden_columns, *(column + 1 for column in formats)}:
        hidden = {"hidden": column in grid.hidden_columns}
        layout.page.set_column(
            column - 1, column - 1, grid.widths.get(column), formats.get(column - 1), hidden
        )
    for row in grid.hidden_rows & grid.rows.keys():
        layout.page.set_row(row - 1, None, None, {"hidden": True})
    for row in range(1, header.row):
        # The notes above the header are several lines in one cell.
        lines = max((cell.text.count("\n") + 1 for cell in grid.rows.get(row, {}).values()), default=1)
        if lines > 1:
            layout.page.set_row(row - 1, min(lines * NOTE_LINE, _HIGHEST))
        elif _is_title(layout, grid, row):
            layout.page.set_row(row - 1, TITLE_HEIGHT)
    for top, left, bottom, right in _separate(grid.merges):
        layout.page.merge_range(top - 1, left - 1, bottom - 1, right - 1, "")


def _separate(merges: Iterable[Range]) -> Iterable[Range]:
    """Leave out ranges of one cell, ranges over others, and what would be too much."""
    taken: set[tuple[int, int]] = set()
    for merge in merges:
        size = (merge.bottom - merge.top + 1) * (merge.right - merge.left + 1)
        if merge.top < 1 or merge.left < 1 or not 1 < size <= _WIDEST_MERGE - len(taken):
            continue
        cells = {
            (row, column)
            for row in range(merge.top, merge.bottom + 1)
            for column in range(merge.left, merge.right + 1)
        }
        if not cells & taken:
            taken |= cells
            yield merge


def _is_title(layout: Layout, grid: Grid, row: int) -> bool:
    return any(cell.text == layout.sheet.title for cell in grid.rows.get(row, {}).values())


def _write_cells(layout: Layout, grid: Grid, header: Header, wrong: set[str]) -> None:
    fields = {header.columns.get(field.name): field for field in layout.sheet.fields}
    for row, cells in grid.rows.items():
        for column, cell in cells.items():
            if row == header.row and column in fields:
                layout.write_header(row - 1, column - 1, fields[column], cell.text[:_LONGEST])
            elif row < header.row:
                style = layout.title_format if _is_title(layout, grid, row) else layout.note_format
                _write_cell(layout, row - 1, column - 1, cell, style)
            elif column != header.problem_column:
                _write_cell(layout, row - 1, column - 1, cell, _style(layout, grid, cell))
    for address in wrong:
        row, column = _place(address)
        cell = grid.rows.get(row, {}).get(column)
        if cell:
            _write_cell(layout, row - 1, column - 1, cell, _style(layout, grid, cell, bg_color=_RED))
        else:
            layout.page.write_blank(row - 1, column - 1, None, layout.format(bg_color=_RED, num_format="@"))


def _style(layout: Layout, grid: Grid, cell: Cell, **look: object) -> Format | None:
    if "\n" in cell.text:
        look["text_wrap"] = True
    shown = grid.formats.get(cell.style)
    if shown:
        return layout.format(num_format=shown, **look)
    # A cell without a format of its own must not take on that of the column.
    return layout.format(num_format="General", **look)


def _write_cell(layout: Layout, row: int, column: int, cell: Cell, style: Format | None) -> None:
    page = layout.page
    if cell.kind in {CellKind.NUMBER, CellKind.DATE} and _NUMBER.fullmatch(cell.text):
        number = _Exact(cell.text)
        number.raw = cell.text
        page.write_number(row, column, number, style)
    elif cell.kind is CellKind.TRUTH:
        page.write_boolean(row, column, cell.text == "1", style)
    elif cell.kind is CellKind.NO_VALUE:
        page.write_string(row, column, f"={cell.formula}"[:_LONGEST], style)
    else:
        page.write_string(row, column, cell.text[:_LONGEST], style)


def _write_problems(layout: Layout, header: Header, problems: Sequence[Problem], count: int) -> None:
    """Write each row's problems into one cell, and the count above the header."""
    column = header.problem_column - 1
    red = layout.format(bold=True, bg_color=_RED, text_wrap=True, num_format="@")
    wrapped = layout.format(font_color="#C00000", text_wrap=True, valign="top", num_format="@")
    layout.page.set_column(column, column, _PROBLEM_WIDTH)
    layout.page.write_string(header.row - 1, column, PROBLEM_HEADER, red)
    if header.row > 1:
        shown = f"共 {count} 处问题" + (f"，以下列出前 {len(problems)} 处" if len(problems) < count else "")
        layout.page.write_string(header.row - 2, column, shown, wrapped)
    for row, told in _by_row(problems).items():
        text, place = "；".join(told), (row or header.row + 1) - 1
        layout.page.write_string(place, column, text[:_LONGEST], wrapped)
        # Excel makes rows high enough by itself, LibreOffice does not.
        if (lines := _count_lines(text)) > 1:
            layout.page.set_row(place, min(lines * _LINE, _HIGHEST))


def _count_lines(text: str) -> int:
    width = sum(2 if east_asian_width(char) in {"W", "F", "A"} else 1 for char in text)
    return -(-width // (_PROBLEM_WIDTH - 2))


def _by_row(problems: Sequence[Problem]) -> Mapping[int, list[str]]:
    rows: dict[int, list[str]] = defaultdict(list)
    for problem in problems:
        message = problem.message("zh").rstrip("。")
        named = not problem.column or problem.column in message
        rows[problem.row or 0].append(message if named else f"{problem.column}：{message}")
    return rows


def _place(address: str) -> tuple[int, int]:
    first = address.partition(":")[0]
    letters = first.rstrip("0123456789")
    return int(first[len(letters) :]), column_of(letters)
