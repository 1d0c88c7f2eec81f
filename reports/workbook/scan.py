"""One worksheet of an .xlsx package, read as a stream: only cells that hold something are kept."""

from collections.abc import Callable, Sequence

from reports.workbook.grid import Cell, CellKind, Grid, Range, column_of
from reports.workbook.limits import Limits, beyond, not_a_workbook
from reports.workbook.package import Attributes, Package, local, unescape

_DIGITS = "0123456789"
_TRUE = frozenset({"1", "true", "on"})
_SLACK = 200  # rows of title, notes, totals and remarks beside the data rows


def scan(
    package: Package, path: str, grid: Grid, texts: Sequence[str], dates: frozenset[int], limits: Limits
) -> None:
    """Read the cells, merges and hidden rows and columns of one worksheet into a grid.

    Args:
        package: The opened package.
        path: The worksheet's part.
        grid: Is filled.
        texts: The shared texts.
        dates: Styles whose numbers are shown as dates.
        limits: Raises FILE_LIMITS where they are passed.
    """
    reader = _Reader(grid, texts, dates, limits)
    package.parse(path, reader.start, end=reader.end, text=reader.text)


class _Reader:
    """Takes the elements of a worksheet one after another; it has no more than one cell open.

    Its methods run once for every cell of 20,000 rows, so they keep to plain comparisons.
    """

    def __init__(self, grid: Grid, texts: Sequence[str], dates: frozenset[int], limits: Limits) -> None:
        self._grid, self._texts, self._dates, self._limits = grid, texts, dates, limits
        self._columns: dict[str, int] = {}
        self._row, self._column = 0, 0
        self._cells: dict[int, Cell] = {}
        self._type, self._style = "", 0
        self._value: str | None = None
        self._formula: str | None = None
        self._pieces: list[str] | None = None
        self._phonetic = False
        self._in_cell = False
        self._starts: dict[str, Callable[[Attributes], None]] = {
            "c": self._open_cell,
            "v": self._open_text,
            "t": self._open_run,
            "f": self._open_text,
            "rPh": self._open_guide,
            "row": self._open_row,
            "col": self._note_columns,
            "mergeCell": self._note_merge,
        }

    def start(self, tag: str, attributes: Attributes) -> None:
        """Take the opening of an element."""
        handle = self._starts.get(tag) or (self._starts.get(local(tag)) if ":" in tag else None)
        if handle:
            handle(attributes)

    def text(self, piece: str) -> None:
        """Take characters between elements."""
        if self._pieces is not None:
            self._pieces.append(piece)

    def end(self, tag: str) -> None:
        """Take the closing of an element."""
        name = local(tag) if ":" in tag else tag
        if name == "c":
            self._close_cell()
        elif name in {"v", "t", "f"} and self._pieces is not None:
            self._close_text(name, "".join(self._pieces))
        elif name == "rPh":
            self._phonetic = False
        elif name == "row":
            self._close_row()

    def _open_row(self, attributes: Attributes) -> None:
        row = int(attributes["r"]) if "r" in attributes else self._row + 1
        if row <= self._row:
            # Rows that come twice or backwards are read differently by different programs.
            raise not_a_workbook("xml")
        self._row, self._column, self._cells = row, 0, {}
        if attributes.get("hidden", "0") in _TRUE:
            self._grid.hidden_rows.add(row)

    def _close_row(self) -> None:
        if not self._cells:
            return
        if self._row > self._limits.last_row:
            raise beyond("row", self._limits.last_row)
        self._grid.rows[self._row] = self._cells
        if len(self._grid.rows) > self._limits.rows + _SLACK:
            raise beyond("rows", self._limits.rows)

    def _open_cell(self, attributes: Attributes) -> None:
        address = attributes.get("r")
        if address is None:
            self._column += 1
        else:
            letters = address.rstrip(_DIGITS)
            column = self._columns.get(letters)
            if column is None:
                column = self._columns[letters] = column_of(letters)
            if not column:
                raise not_a_workbook("xml")
            self._column = column
        self._type = attributes.get("t", "n")
        self._style = int(attributes.get("s", "0"))
        self._value = self._formula = None
        self._in_cell = True

    def _open_text(self, _: Attributes) -> None:
        if self._in_cell:
            self._pieces = []

    def _open_run(self, _: Attributes) -> None:
        if self._in_cell and not self._phonetic:
            self._pieces = []

    def _open_guide(self, _: Attributes) -> None:
        self._phonetic = True

    def _close_text(self, name: str, text: str) -> None:
        self._pieces = None
        if name == "f":
            self._formula = text
        elif name == "v":
            self._value = text
        else:
            self._value = (self._value or "") + text

    def _close_cell(self) -> None:
        self._in_cell = False
        cell = self._cell(self._value)
        if cell is None:
            return
        if self._column > self._limits.last_column:
            raise beyond("column", self._limits.last_column)
        self._cells[self._column] = cell

    def _cell(self, value: str | None) -> Cell | None:
        """Settle what the open cell holds; None where it is empty."""
        written, style, formula = self._type, self._style, self._formula
        if not value:
            # A formula may well reckon an empty text; any other without a value was never reckoned.
            if formula is None or (written == "str" and value is not None):
                return None
            return Cell(CellKind.NO_VALUE, "", style, formula)
        if written == "s":
            return Cell(CellKind.TEXT, self._texts[_index(value, len(self._texts))], style, formula)
        if written == "n":
            return Cell(CellKind.DATE if style in self._dates else CellKind.NUMBER, value, style, formula)
        kind = _KINDS.get(written, CellKind.TEXT)
        return Cell(kind, unescape(value) if kind is CellKind.TEXT else value, style, formula)

    def _note_columns(self, attributes: Attributes) -> None:
        first, last = int(attributes.get("min", "0")), int(attributes.get("max", "0"))
        columns = range(first, min(last, self._limits.last_column) + 1)
        if attributes.get("hidden", "0") in _TRUE:
            self._grid.hidden_columns.update(columns)
        if "width" in attributes:
            self._grid.widths.update(dict.fromkeys(columns, float(attributes["width"])))

    def _note_merge(self, attributes: Attributes) -> None:
        if len(self._grid.merges) >= self._limits.merges:
            raise beyond("merges", self._limits.merges)
        first, _, last = attributes.get("ref", "").partition(":")
        top, left = _place(first)
        bottom, right = _place(last or first)
        self._grid.merges.append(Range(top, left, bottom, right))


_KINDS = {"b": CellKind.TRUTH, "e": CellKind.ERROR, "d": CellKind.DATE}


def _index(value: str, count: int) -> int:
    number = int(value)
    if not 0 <= number < count:
        raise not_a_workbook("xml")
    return number


def _place(address: str) -> tuple[int, int]:
    letters = address.replace("$", "").rstrip(_DIGITS)
    return int(address.replace("$", "")[len(letters) :]), column_of(letters)
