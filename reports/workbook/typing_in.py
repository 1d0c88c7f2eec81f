"""Types into a workbook that was exported and saves it, as a person at a spreadsheet does in the demo."""

# openpyxl has no types of its own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import load_workbook

FIRST_ROW = 4
"""The first row below title, hints and heads."""

Cells = Mapping[int, str]
"""What is typed into a row, by the number of the column."""


def rows_of(book: bytes) -> list[tuple[Any, ...]]:
    """Read the rows of a workbook as they stand."""
    page: Any = load_workbook(io.BytesIO(book)).worksheets[0]
    return [tuple(cell.value for cell in row) for row in page.iter_rows(min_row=FIRST_ROW)]


def type_into(book: bytes, rows: Sequence[Cells], added: Sequence[Cells] = ()) -> bytes:
    """Type into the rows of a workbook, one after the other, and into new ones after the last."""
    loaded = load_workbook(io.BytesIO(book))
    page: Any = loaded.worksheets[0]
    for row, cells in enumerate([*rows, *added], start=FIRST_ROW):
        for column, value in cells.items():
            page.cell(row, column).value = value
    saved = io.BytesIO()
    loaded.save(saved)
    return saved.getvalue()
