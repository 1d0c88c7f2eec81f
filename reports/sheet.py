"""One declaration a sheet: its template, import, export, correction copy and documentation follow from it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.field import Field
from domain.identity import fold
from domain.problem import Problem

REQUIRED_MARK = "★"

CODE_LISTS = "代码表"
"""Name of the worksheet that holds a template's longer code lists."""

MARKER = "weixiu_sheet"
"""Name defined in each of our workbooks; its value tells which sheet it is, whatever the file is called."""

Values = Mapping[str, object]
Rows = Mapping[int, Values]
"""Typed values by field name, by the number of the row as the person sees it."""

_DECORATION = re.compile(r"[★☆*\s]|\([^)]*\)|\[[^\]]*\]")


def no_row_rules(_rows: Rows, _today: date) -> Sequence[Problem]:
    """Find nothing wrong: a sheet whose cells do not depend on each other."""
    return ()


def no_likeness(_rows: Rows) -> Sequence[tuple[int, int]]:
    """Find no rows that look alike."""
    return ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A spreadsheet that people fill in.

    Attributes:
        name: Stable name, such as `UNIT_IMPORT`; written into each template with the version.
        version: Raised when columns change.
        title: What stands in row 1 and names the template to people.
        notes: What stands in row 2: how to fill the sheet in.
        fields: Its columns from left to right; a field's label is its header.
        fill_down: Fields whose cells may be merged downwards; elsewhere a merged cell is a problem.
        hidden: Fields whose columns we hide ourselves, and therefore read although they are hidden.
        widths: Widths of columns in characters, by field name; others fit their header.
        check_rows: Rules that need several cells or rows; a problem's `path` is the field's name.
        find_alike: Pairs of rows (earlier, later) that may mean the same thing; told as a notice.
        commas: Whether it may also come as text parted by commas (.csv).
        asides: Rows below the headers that tell one value of the whole sheet, by the label in their first
            cell, such as `期末余额`; labels of one field mean the same.
        may_be_empty: Whether a sheet without any row says something, too.
    """

    name: str
    version: int
    title: str
    notes: tuple[str, ...]
    fields: tuple[Field, ...]
    fill_down: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    widths: Mapping[str, int] = field(default_factory=dict[str, int])
    check_rows: Callable[[Rows, date], Sequence[Problem]] = no_row_rules
    find_alike: Callable[[Rows], Sequence[tuple[int, int]]] = no_likeness
    commas: bool = False
    asides: Mapping[str, Field] = field(default_factory=dict[str, Field])
    may_be_empty: bool = False

    @property
    def marker(self) -> str:
        """What a template carries so that it is known again, such as `UNIT_IMPORT/1`."""
        return f"{self.name}/{self.version}"

    @property
    def shown(self) -> tuple[Field, ...]:
        """The fields whose columns a person sees."""
        return tuple(column for column in self.fields if column.name not in self.hidden)

    @property
    def required(self) -> tuple[Field, ...]:
        """The fields whose columns and cells must be there."""
        return tuple(column for column in self.fields if column.required)


def header_of(column: Field) -> str:
    """Give the header of a column, starred where it must be filled."""
    return column.label + REQUIRED_MARK if column.required else column.label


def plain_header(text: str) -> str:
    """Bring a header to the form by which it is known: no stars, spaces, or remarks in brackets."""
    return _DECORATION.sub("", fold(text))


def document(sheet: Sheet) -> str:
    """Describe the sheet as a Markdown section: a row for each column."""
    lines = [
        f"## {sheet.title} (`{sheet.name}`)",
        "",
        *(f"- {note}" for note in sheet.notes),
        "",
        "| Column | Field | Must be filled | Example | How to fill it in |",
        "|---|---|---|---|---|",
    ]
    for column in sheet.fields:
        required = "yes" if column.required else ""
        cells = (header_of(column), f"`{column.name}`", required, column.example, column.note)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
