"""A worksheet as it stands in the file: cells with types and exact texts, merges, and what is hidden."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple, Protocol

_FAR = 20_000  # more columns than any program has (16,384)


class CellKind(Enum):
    """What the file says that a cell holds."""

    TEXT = auto()
    NUMBER = auto()
    TRUTH = auto()
    DATE = auto()
    ERROR = auto()
    NO_VALUE = auto()


class Cell(NamedTuple):
    """One cell that is not empty.

    Attributes:
        kind: What it holds.
        text: Its exact text in the file: the number as written, `1` or `0` for a truth, the serial
            number or ISO text of a date, the error's name.
        style: Number of its style, which `Grid.formats` turns into a number format.
        formula: The formula that the value was reckoned by.
    """

    kind: CellKind
    text: str
    style: int = 0
    formula: str | None = None


class Range(NamedTuple):
    """A rectangle of cells; rows and columns count from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Grid:
    """One worksheet; rows and columns count from 1, and only cells that hold something are kept."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict[int, dict[int, Cell]])
    merges: list[Range] = field(default_factory=list[Range])
    hidden_rows: set[int] = field(default_factory=set[int])
    hidden_columns: set[int] = field(default_factory=set[int])
    widths: dict[int, float] = field(default_factory=dict[int, float])
    formats: Mapping[int, str] = field(default_factory=dict[int, str])
    epoch_1904: bool = False


class Book(Protocol):
    """A workbook that can be read worksheet by worksheet.

    Attributes:
        suffix: `xlsx` or `xls`, by content.
        marker: Name of the sheet that our template wrote into the file; empty where there is none.
        visible: Names of the worksheets that a person sees.
        hidden: Names of the others.
    """

    suffix: str
    marker: str
    visible: tuple[str, ...]
    hidden: tuple[str, ...]

    def grids(self) -> Iterator[Grid]:
        """Read the visible worksheets in the order of their tabs."""
        ...


def letters_of(column: int) -> str:
    """Name a column as the person sees it: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """Count a column from its letters: A is 1, AA is 27; 0 where they are not letters of a column."""
    column = 0
    for letter in letters:
        if not "A" <= letter <= "Z" or column > _FAR:
            return 0
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def address_of(row: int, column: int) -> str:
    """Name a cell as the person sees it, such as `C7`."""
    return f"{letters_of(column)}{row}"
