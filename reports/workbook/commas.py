"""A table as text (.csv), as banks' systems write it, in UTF-8 or GBK; semicolons or tabs part it as well."""

import csv
import io
from collections.abc import Iterator

from reports.workbook.grid import Cell, CellKind, Grid
from reports.workbook.limits import Limits, beyond, not_a_workbook

_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_HEAD = 4_000
_SLACK = 200


class Commas:
    """A table as text; a `Book` of one worksheet."""

    suffix = "csv"
    marker = ""
    hidden: tuple[str, ...] = ()
    visible: tuple[str, ...] = ("csv",)

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._text, self._limits = _decode(data), limits

    def grids(self) -> Iterator[Grid]:
        """Read the only worksheet.

        Raises:
            Invalid: It has more rows or columns than are read, or is no table.
        """
        head = self._text[:_HEAD]
        parted = max(",;\t", key=head.count)
        grid = Grid("csv")
        try:
            for number, values in enumerate(csv.reader(io.StringIO(self._text), delimiter=parted), start=1):
                self._keep(grid, number, values)
        except csv.Error as error:
            raise not_a_workbook("csv") from error
        yield grid

    def _keep(self, grid: Grid, number: int, values: list[str]) -> None:
        if number > self._limits.last_row:
            raise beyond("row", self._limits.last_row)
        if len(values) > self._limits.last_column:
            raise beyond("column", self._limits.last_column)
        texts = {place: _bare(text) for place, text in enumerate(values, start=1)}
        cells = {place: Cell(CellKind.TEXT, text) for place, text in texts.items() if text}
        if cells:
            grid.rows[number] = cells
        if len(grid.rows) > self._limits.rows + _SLACK:
            raise beyond("rows", self._limits.rows)


def _decode(data: bytes) -> str:
    """Read the text: as its mark says, else UTF-8, else the encoding of China's systems."""
    for mark, encoding in _ENCODINGS:
        if data.startswith(mark):
            return _try(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _try(data, "gb18030")


def _try(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise not_a_workbook("csv") from error


def _bare(text: str) -> str:
    """Take off what programs write so that a spreadsheet keeps long numbers whole: `="0012"` or `'0012`."""
    found = text.strip()
    if found.startswith('="') and found.endswith('"'):
        return found[2:-1]
    return found.removeprefix("'")
