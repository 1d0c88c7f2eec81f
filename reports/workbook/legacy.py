"""A workbook of Office 2003 (.xls), read through calamine: values and merges, but nothing that is hidden."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from reports.workbook.grid import Cell, CellKind, Grid, Range
from reports.workbook.limits import Limits, beyond, not_a_workbook

_SLACK = 200
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})

Value = int | float | str | bool | time | date | datetime | timedelta


class Legacy:
    """An .xls workbook; a `Book`. What it cannot tell is told to the person as a notice."""

    suffix = "xls"
    marker = ""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        try:
            self._workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        except (CalamineError, ValueError, OSError) as error:
            raise not_a_workbook("xls") from error
        tabs = [tab for tab in self._workbook.sheets_metadata if tab.typ == SheetTypeEnum.WorkSheet]
        self.visible = tuple(tab.name for tab in tabs if tab.visible == SheetVisibleEnum.Visible)
        self.hidden = tuple(tab.name for tab in tabs if tab.visible != SheetVisibleEnum.Visible)
        if not self.visible:
            raise not_a_workbook("xls")

    def grids(self) -> Iterator[Grid]:
        """Read the visible worksheets in the order of their tabs."""
        for name in self.visible:
            try:
                sheet = self._workbook.get_sheet_by_name(name)
            except (CalamineError, ValueError, OSError) as error:
                raise not_a_workbook("xls") from error
            yield self._grid(sheet)

    def _grid(self, sheet: CalamineSheet) -> Grid:
        if sheet.total_height > self._limits.last_row:
            raise beyond("row", self._limits.last_row)
        if sheet.total_width > self._limits.last_column:
            raise beyond("column", self._limits.last_column)
        grid = Grid(sheet.name)
        for row, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
            cells = {column: cell for column, value in enumerate(values, start=1) if (cell := _cell(value))}
            if cells:
                grid.rows[row] = cells
        if len(grid.rows) > self._limits.rows + _SLACK:
            raise beyond("rows", self._limits.rows)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            grid.merges.append(Range(top + 1, left + 1, bottom + 1, right + 1))
        return grid


def _cell(value: Value) -> Cell | None:
    if isinstance(value, str):
        kind = CellKind.ERROR if value in _ERRORS else CellKind.TEXT
        return Cell(kind, value) if value else None
    if isinstance(value, bool):
        return Cell(CellKind.TRUTH, "1" if value else "0")
    if isinstance(value, int | float):
        return Cell(CellKind.NUMBER, repr(value))
    return Cell(CellKind.DATE, value.isoformat() if isinstance(value, date) else str(value))
