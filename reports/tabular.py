"""A report as one table, declared once: the same rows give pages to print and a workbook to reckon with."""

# xlsxwriter's classes are typed only in part; its objects are handled inside this file.
# pyright: reportUnknownMemberType=false

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from tempfile import TemporaryDirectory

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from domain.area import format_area
from domain.money import format_yuan
from reports.imprint import Imprint
from reports.page import (
    Align,
    Column,
    Document,
    Fact,
    Row,
    SignBox,
    draw_boxes,
    draw_facts,
    draw_notes,
    draw_table,
    print_moment,
)

__all__ = [
    "DRAWN_UP",
    "SEALED",
    "Fact",
    "Imprint",
    "Level",
    "TabularColumn",
    "TabularKind",
    "TabularReport",
    "TabularRow",
]

NUMBER = "WX-20"
_UPRIGHT = 118  # characters at the table's size that fit across a standing page
_CELL_SIDES = 1.5  # characters that a cell's borders and padding take
_LONGEST = 32_767  # characters of one cell of a workbook
_LONGEST_TAB = 31
_SIGNED = 56  # points of a box in which somebody signs
_NOTE = 16  # points of a note of one line
_LINE = 15  # points of one line of a workbook
_MOST_IN_MEMORY = 20_000  # rows of a workbook
_TAB_REFUSED = re.compile(r"[\[\]:*?/\\']")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


DRAWN_UP = ("制表人", "复核人")
"""Who signs a report that somebody made for their own use."""
SEALED = (*DRAWN_UP, "维修资金管理机构（盖章）")
"""Who signs and seals what is handed to owners."""


class TabularKind(StrEnum):
    """What the numbers of a column are.

    A count is as it is, an amount is in fen, an area in 0.0001 m², a percentage in 0.01 %.
    """

    TEXT = "TEXT"
    COUNT = "COUNT"
    AMOUNT = "AMOUNT"
    AREA = "AREA"
    DATE = "DATE"
    PERCENT = "PERCENT"


class Level(StrEnum):
    """Whether a row is one of many, sums up those above it, or sums up everything."""

    PLAIN = "PLAIN"
    SUBTOTAL = "SUBTOTAL"
    TOTAL = "TOTAL"


_FORMATS = {
    TabularKind.COUNT: "0",
    TabularKind.AMOUNT: "#,##0.00",
    TabularKind.AREA: "#,##0.00##",
    TabularKind.DATE: "yyyy-mm-dd",
    TabularKind.PERCENT: "0.00%",
    TabularKind.TEXT: "@",
}
_SCALES = {
    TabularKind.COUNT: 0,
    TabularKind.AMOUNT: 2,
    TabularKind.AREA: 4,
    TabularKind.PERCENT: 4,
}
"""By how many places a whole number is moved to be what people read."""


@dataclass(frozen=True, slots=True)
class TabularColumn:
    """A column: its head, and its width in Latin letters, of which a Chinese character takes two."""

    label: str
    width: int
    kind: TabularKind = TabularKind.TEXT


@dataclass(frozen=True, slots=True)
class TabularRow:
    """A row of the table.

    Attributes:
        cells: One value a column; None stays empty, and a text stands as it is in any column.
        level: Whether it is a sum. On paper the label of a sum takes the empty cells behind it.
    """

    cells: tuple[str | int | date | None, ...]
    level: Level = Level.PLAIN


@dataclass(frozen=True, slots=True)
class TabularReport:
    """A report.

    Attributes:
        imprint: Whose it is, what it is called, and when it was made.
        facts: What stands over the table, such as the estate and the period.
        columns: The columns from left to right; together they decide whether the pages lie or stand.
        rows: The rows from top to bottom, sums included.
        notes: What is to be known when reading it.
        form: The number of the form, the same on every copy.
        signed: Who signs below the notes, such as who drew the report up; nobody signs most reports.
    """

    imprint: Imprint
    facts: Sequence[Fact]
    columns: Sequence[TabularColumn]
    rows: Sequence[TabularRow]
    notes: Sequence[str] = ()
    form: str = NUMBER
    signed: Sequence[str] = ()

    @property
    def lying(self) -> bool:
        """Whether the columns need the long side of the paper."""
        return sum(column.width + _CELL_SIDES for column in self.columns) > _UPRIGHT


def render(report: TabularReport) -> bytes:
    """Print the report on A4.

    Raises:
        GlyphMissing: A character has no glyph.
        ValueError: A row has other than one cell a column.
    """
    document = Document(f"{report.imprint.title} {report.imprint.number}".strip())
    section = document.add(report.imprint.heading(report.form), lying=report.lying)
    if report.facts:
        draw_facts(section, report.facts)
        section.y -= 8
    columns = [
        Column(column.label, column.width + _CELL_SIDES, _align(column.kind)) for column in report.columns
    ]
    draw_table(section, columns, _printed(report))
    if report.signed:
        # Nobody seals a page on which nothing else stands.
        section.need(_SIGNED + 18 + _NOTE * (len(report.notes) + 1))
    draw_notes(section, "说明：", report.notes)
    if report.signed:
        section.y -= 10
        draw_boxes(
            section, [SignBox(f"{who}：", lines=("年　　月　　日",)) for who in report.signed], _SIGNED
        )
    return document.finish()


def _align(kind: TabularKind) -> Align:
    if kind is TabularKind.TEXT:
        return Align.LEFT
    return Align.CENTER if kind is TabularKind.DATE else Align.RIGHT


def _printed(report: TabularReport) -> Iterator[Row]:
    """Write the cells as texts; a sum stays on the page of the row above it."""
    kinds = [column.kind for column in report.columns]
    for number, row in enumerate(report.rows):
        texts = [show(value, kind) for value, kind in zip(row.cells, kinds, strict=True)]
        if row.level is Level.PLAIN:
            yield Row(tuple(texts))
            continue
        behind = next((place for place, cell in enumerate(row.cells[1:], 1) if cell is not None), len(texts))
        spans = (behind, *(1 for _ in texts[behind:]))
        yield Row((texts[0], *texts[behind:]), spans=spans, strong=True, tied=number > 0)


def show(value: str | int | date | None, kind: TabularKind) -> str:
    """Write a value as it is printed, such as `2650.50`, `88.35`, `30.00%` or `2026-11-22`."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, date):
        return value.isoformat()
    if kind is TabularKind.AMOUNT:
        return format_yuan(value)
    if kind is TabularKind.AREA:
        return format_area(value)
    # A percentage has two decimals, just as an amount has.
    return f"{format_yuan(value)}%" if kind is TabularKind.PERCENT else str(value)


def write_sheet(report: TabularReport) -> bytes:
    """Write the report as a workbook: numbers are numbers, days are days, and texts are never formulas.

    Raises:
        ValueError: A row has other than one cell a column.
    """
    buffer = io.BytesIO()
    # A cell takes some 200 bytes until the workbook is finished, so many rows go to a file at once.
    is_long = len(report.rows) > _MOST_IN_MEMORY
    with TemporaryDirectory(prefix="weixiu-report-") if is_long else nullcontext() as folder:
        _write_book(report, buffer, {"constant_memory": True, "tmpdir": folder} if is_long else {})
    return buffer.getvalue()


def _write_book(report: TabularReport, buffer: io.BytesIO, where: Mapping[str, object]) -> None:
    options = {
        "in_memory": not where,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        **where,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": report.imprint.title, "author": report.imprint.authority})
        page: Worksheet = book.add_worksheet(_TAB_REFUSED.sub(" ", report.imprint.title)[:_LONGEST_TAB])
        pens = _Pens(book)
        head = _write_facts(page, pens, report)
        last = _write_table(page, pens, report, head)
        for place, note in enumerate(report.notes, start=1):
            page.write_string(last + place, 0, f"{place}．{note}"[:_LONGEST], pens.quiet)
        below = last + len(report.notes) + 2
        for place, who in enumerate(report.signed):
            page.write_string(below + place, 0, f"{who}：", pens.fact)
        _set_paper(page, report, head)


class _Pens:
    """The formats of a workbook; each is made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, bool, bool], Format] = {}
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.quiet = book.add_format({"font_color": "#7F7F7F", "num_format": "@"})
        self.fact = book.add_format({"num_format": "@"})
        self.head = book.add_format(
            {
                "bold": True,
                "bg_color": "#DDEBF7",
                "border": 1,
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
            }
        )

    def cell(self, shown: str, *, strong: bool, quoted: bool = False) -> Format:
        """Give the format of a cell with this number format; a quoted text is kept from being reckoned."""
        key = shown, strong, quoted
        if key not in self._made:
            look: dict[str, object] = {
                "num_format": shown,
                "border": 1,
                "quote_prefix": quoted,
                # The label of a sum runs on over the empty cells behind it.
                "text_wrap": shown == "@" and not strong,
                "valign": "vcenter",
            }
            if strong:
                look |= {"bold": True, "bg_color": "#F2F2F2"}
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _write_facts(page: Worksheet, pens: _Pens, report: TabularReport) -> int:
    """Write what stands over the table; give the row of its head."""
    imprint = report.imprint
    page.write_string(0, 0, imprint.title, pens.title)
    told = [imprint.authority, f"编号：{imprint.number}" if imprint.number else ""]
    told += [f"{fact.label}：{fact.value}" for fact in report.facts]
    told.append(f"生成时间：{print_moment(imprint.generated_at)}")
    lines = [line for line in told if line]
    for row, line in enumerate(lines, start=1):
        page.write_string(row, 0, line[:_LONGEST], pens.fact)
    return len(lines) + 1


def _write_table(page: Worksheet, pens: _Pens, report: TabularReport, head: int) -> int:
    """Write the head and all rows; give the row of the last."""
    lines = max(column.label.count("\n") + 1 for column in report.columns)
    page.set_row(head, _LINE * lines + 5)
    for place, column in enumerate(report.columns):
        page.set_column(place, place, column.width + 2)
        page.write_string(head, place, column.label, pens.head)
    for number, row in enumerate(report.rows, start=head + 1):
        strong = row.level is not Level.PLAIN
        for place, (value, column) in enumerate(zip(row.cells, report.columns, strict=True)):
            _write_cell(page, pens, (number, place), value, column.kind, strong=strong)
    return head + len(report.rows)


def _write_cell(
    page: Worksheet,
    pens: _Pens,
    at: tuple[int, int],
    value: str | int | date | None,
    kind: TabularKind,
    *,
    strong: bool,
) -> None:
    if value is None or value == "":
        page.write_blank(*at, None, pens.cell("@", strong=strong))
    elif isinstance(value, date):
        page.write_datetime(
            *at, datetime.combine(value, time()), pens.cell(_FORMATS[TabularKind.DATE], strong=strong)
        )
    elif isinstance(value, str) or kind in {TabularKind.TEXT, TabularKind.DATE}:
        text = str(value)[:_LONGEST]
        page.write_string(*at, text, pens.cell("@", strong=strong, quoted=text.startswith(_RISKY)))
    else:
        page.write(*at, Decimal(value).scaleb(-_SCALES[kind]), pens.cell(_FORMATS[kind], strong=strong))


def _set_paper(page: Worksheet, report: TabularReport, head: int) -> None:
    """Keep the heads in sight, and print as wide as one page of A4 with the heads on each."""
    page.freeze_panes(head + 1, 0)
    page.repeat_rows(head)
    page.set_paper(9)
    if report.lying:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_footer("&C第 &P 页　共 &N 页")
