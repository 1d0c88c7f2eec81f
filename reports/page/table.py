"""A table of any length: its head comes again on every page, its rows grow with their text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reports.page import style
from reports.page.document import Section
from reports.page.leaf import Align
from reports.page.text import wrap


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head, its share of the width, and where its texts stand."""

    title: str
    weight: float
    align: Align = Align.CENTER


@dataclass(frozen=True, slots=True)
class Row:
    """A row of texts.

    Attributes:
        cells: One text a cell.
        spans: How many columns each cell covers; empty when each covers one.
        marked: Places of the cells that are set off, such as changed values.
        strong: The row is a total or a head of its own.
        tied: The row stays on the page of the row above.
        joined: So many first cells belong to a tied row's row above: there is no line between.
    """

    cells: tuple[str, ...]
    spans: tuple[int, ...] = ()
    marked: frozenset[int] = field(default_factory=frozenset[int])
    strong: bool = False
    tied: bool = False
    joined: int = 0


class _Cell(NamedTuple):
    x: float
    width: float
    lines: tuple[str, ...]
    size: float
    align: Align


class _Ready(NamedTuple):
    """A row whose texts are broken."""

    row: Row
    cells: list[_Cell]
    height: float


class _Table:
    """Where the columns of one table are, and what is open on the page in work."""

    def __init__(self, section: Section, columns: Sequence[Column], size: float) -> None:
        self.section = section
        self.columns = columns
        self.size = size
        total = sum(column.weight for column in columns)
        self.edges = [section.left]
        for column in columns:
            self.edges.append(self.edges[-1] + section.width * column.weight / total)
        self.open: dict[float, float] = {}  # left side of a vertical line → where it began
        self.limit = section.whole  # the tallest row that a page takes
        head = Row(tuple(column.title for column in columns))
        self.head = self.prepare(head, [Align.CENTER] * len(columns))
        self.limit -= self.head.height

    def prepare(self, row: Row, aligns: Sequence[Align]) -> _Ready:
        """Break a row's texts; a row taller than a page is set smaller until it is not."""
        size = self.size
        while True:
            cells = self._break(row, aligns, size)
            height = max(len(cell.lines) for cell in cells) * size * style.LEADING + 2 * style.PADDING
            if height <= self.limit or size <= style.SMALLEST:
                return _Ready(row, cells, height)
            size = max(style.SMALLEST, size - 0.5)

    def _break(self, row: Row, aligns: Sequence[Align], size: float) -> list[_Cell]:
        cells: list[_Cell] = []
        column = 0
        for place, text in enumerate(row.cells):
            span = row.spans[place] if row.spans else 1
            x, width = self.edges[column], self.edges[column + span] - self.edges[column]
            align = aligns[column] if span == 1 else Align.CENTER
            inner = width - 2 * style.PADDING
            lines = wrap(text, inner, size)
            cells.append(_Cell(x, width, lines, size, align))
            column += span
        return cells

    def begin(self) -> None:
        """Draw the head at the upper side of what is left of the page."""
        section = self.section
        section.leaf.shade(
            section.left, section.y - self.head.height, section.width, self.head.height, style.SHADE
        )
        self.draw(self.head)

    def draw(self, ready: _Ready) -> None:
        """Draw a row that fits the page."""
        section, row = self.section, ready.row
        leaf, top, bottom = section.leaf, section.y, section.y - ready.height
        leaf.rule(self.edges[row.joined], top, self.edges[-1], top)
        self._meet(top, {cell.x for cell in ready.cells} | {self.edges[-1]})
        for place, cell in enumerate(ready.cells):
            if place in row.marked:
                leaf.shade(cell.x, bottom, cell.width, ready.height, style.MARKED)
            box = (cell.x + style.PADDING, bottom, cell.width - 2 * style.PADDING, ready.height)
            bold = row.strong or place in row.marked
            leaf.write_lines(box, cell.lines, cell.size, cell.align, bold=bold)
        section.y = bottom

    def _meet(self, y: float, edges: set[float]) -> None:
        """Carry vertical lines on, end those that a row does not have, begin those that are new."""
        for x in [x for x in self.open if x not in edges]:
            self.section.leaf.rule(x, self.open.pop(x), x, y)
        for x in sorted(edges):
            self.open.setdefault(x, y)

    def end(self) -> None:
        """Close the table's lower side on the page in work."""
        y = self.section.y
        self._meet(y, set())
        self.section.leaf.rule(self.edges[0], y, self.edges[-1], y)


def draw_table(
    section: Section, columns: Sequence[Column], rows: Iterable[Row], *, size: float = style.FINE
) -> None:
    """Draw a table from the section's place on, over as many pages as it needs.

    Raises:
        GlyphMissing: A character has no glyph.
        ValueError: A row does not cover the columns.
    """
    table = _Table(section, columns, size)
    aligns = [column.align for column in columns]
    started = False
    for group in _group(rows, len(columns)):
        ready = [table.prepare(row, aligns) for row in group]
        height = sum(row.height for row in ready)
        if not started or height > section.room:
            _start_page(section, table, height, started=started)
            started = True
        for row in ready:
            if row.height > section.room:
                _start_page(section, table, row.height, started=True)
            table.draw(row)
    if not started:
        _start_page(section, table, 0, started=False)
    table.end()


def _start_page(section: Section, table: _Table, height: float, *, started: bool) -> None:
    if started:
        table.end()
        section.turn()
    else:
        section.need(table.head.height + height)
    table.begin()


def _group(rows: Iterable[Row], columns: int) -> Iterable[list[Row]]:
    """Put together the rows that stay on one page."""
    group: list[Row] = []
    for row in rows:
        if (sum(row.spans) if row.spans else len(row.cells)) != columns:
            raise ValueError(f"a row covers other than the table's {columns} columns: {row.cells!r}")
        if group and not row.tied:
            yield group
            group = []
        group.append(row)
    if group:
        yield group
