"""One page while it is laid out: a list of what will be printed, kept until the number of pages is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from reports.fonts import measure
from reports.page.style import LEADING


class Align(Enum):
    """Where a text stands between its left and right border."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Text(NamedTuple):
    """A line of text; x and y are its left end and baseline, from the lower left corner, in points."""

    x: float
    y: float
    text: str
    size: float
    bold: bool


class Line(NamedTuple):
    """A straight line between two points."""

    x1: float
    y1: float
    x2: float
    y2: float


class Shade(NamedTuple):
    """A grey rectangle by its lower left corner; it lies under everything else."""

    x: float
    y: float
    width: float
    height: float
    grey: float


class Code(NamedTuple):
    """A square QR code by its lower left corner, quiet zone included."""

    x: float
    y: float
    side: float
    payload: str


@dataclass(slots=True)
class Leaf:
    """What one page carries, in the order in which a reader meets it."""

    width: float
    height: float
    texts: list[Text] = field(default_factory=list[Text])
    lines: list[Line] = field(default_factory=list[Line])
    shades: list[Shade] = field(default_factory=list[Shade])
    codes: list[Code] = field(default_factory=list[Code])

    def write(self, x: float, y: float, text: str, size: float, *, bold: bool = False) -> None:
        """Put a text with its left end at x and its baseline at y."""
        if text:
            self.texts.append(Text(x, y, text, size, bold))

    def write_aligned(
        self, x: float, y: float, width: float, text: str, size: float, align: Align, *, bold: bool = False
    ) -> None:
        """Put a text between x and x + width."""
        if align is Align.CENTER:
            x += (width - measure(text, size)) / 2
        elif align is Align.RIGHT:
            x += width - measure(text, size)
        self.write(x, y, text, size, bold=bold)

    def write_lines(
        self,
        box: tuple[float, float, float, float],
        lines: tuple[str, ...],
        size: float,
        align: Align,
        *,
        bold: bool = False,
    ) -> None:
        """Put lines into a box (left, bottom, width, height), in its middle between top and bottom."""
        left, bottom, width, height = box
        leading = size * LEADING
        # A Chinese character's ink stands from 0.88 above to 0.12 below the baseline.
        y = bottom + (height + leading * len(lines)) / 2 - leading / 2 - size * 0.38
        for line in lines:
            self.write_aligned(left, y, width, line, size, align, bold=bold)
            y -= leading

    def rule(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a line; lines that two cells share come out equal, so that they are printed once."""
        self.lines.append(Line(round(x1, 2), round(y1, 2), round(x2, 2), round(y2, 2)))

    def grid(self, edges: Sequence[float], bottom: float, top: float) -> None:
        """Draw a row of cells: a line at each of the edges, and the upper and lower side."""
        for x in edges:
            self.rule(x, bottom, x, top)
        for y in (top, bottom):
            self.rule(edges[0], y, edges[-1], y)

    def shade(self, x: float, y: float, width: float, height: float, grey: float) -> None:
        """Lay a grey rectangle under what is printed."""
        self.shades.append(Shade(x, y, width, height, grey))
