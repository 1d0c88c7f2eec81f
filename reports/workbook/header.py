"""Where the headers stand: found by their names, wherever title and notes have gone."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.sheet import Sheet, plain_header
from reports.workbook.grid import CellKind, Grid

PROBLEM_HEADER = "问题"
"""Header of the column that a correction copy adds; on the way back in it is passed over."""

_ROWS_SEARCHED = 30
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Header:
    """The row of headers.

    Attributes:
        row: Its number.
        columns: Column of each field that was found and can be seen, by field name.
        concealed: Labels of fields whose columns are hidden.
        repeated: Labels that stand in more than one column.
        unknown: Texts of headers that belong to no field, by column.
        problem_column: Where a correction copy writes: the old problem column, else the first free one.
    """

    row: int
    columns: Mapping[str, int]
    concealed: tuple[str, ...]
    repeated: tuple[str, ...]
    unknown: Mapping[int, str]
    problem_column: int

    def missing(self, sheet: Sheet) -> tuple[str, ...]:
        """Give the labels of the required fields that have no column."""
        return tuple(column.label for column in sheet.required if column.name not in self.columns)


def find_header(grid: Grid, sheet: Sheet) -> Header | None:
    """Find the row that has the most of the sheet's headers, or none that could be meant as such."""
    labels = {plain_header(column.label): column.name for column in sheet.fields}
    searched = sorted(grid.rows)[:_ROWS_SEARCHED]
    texts = {row: _plain_texts(grid, row) for row in searched}
    best = max(searched, key=lambda row: len(labels.keys() & texts[row].values()), default=0)
    if best and len(labels.keys() & texts[best].values()) >= _FEWEST:
        return _settle(grid, sheet, best, texts[best])
    return None


def _plain_texts(grid: Grid, row: int) -> dict[int, str]:
    return {
        column: plain_header(cell.text)
        for column, cell in grid.rows[row].items()
        if cell.kind is CellKind.TEXT
    }


def _settle(grid: Grid, sheet: Sheet, row: int, texts: Mapping[int, str]) -> Header:
    labels = {plain_header(column.label): column for column in sheet.fields}
    columns: dict[str, int] = {}
    concealed: list[str] = []
    repeated: list[str] = []
    unknown: dict[int, str] = {}
    problems = 0
    for column, text in sorted(texts.items()):
        found = labels.get(text)
        if text == PROBLEM_HEADER:
            problems = problems or column
        elif found is None:
            unknown[column] = grid.rows[row][column].text
        elif column in grid.hidden_columns and found.name not in sheet.hidden:
            concealed.append(found.label)
        elif found.name in columns:
            repeated.append(found.label)
        else:
            columns[found.name] = column
    last = max(column for cells in grid.rows.values() for column in cells)
    return Header(row, columns, tuple(concealed), tuple(repeated), unknown, problems or last + 1)
