"""Breaks Chinese text into lines that fit: between any two characters, never before a full stop."""

import re

from reports.fonts import measure
from reports.page.style import LEADING, SMALLEST

_CLOSING = "·，。、；：？！）》】」』〉”’…％%℃,.;:?!)]}"
_OPENING = "（《【「『〈“‘([{"
# A word of Latin letters and digits stays whole; every other character may stand alone, with the marks
# that may not begin or end a line tied to their neighbour (GB/T 15834, 5.1).
_PIECE = re.compile(
    rf"[{re.escape(_OPENING)}]*(?:[A-Za-z0-9@#&*+/._'-]+|.)[{re.escape(_CLOSING)}]*",
    re.DOTALL,
)


def wrap(text: str, width: float, size: float) -> tuple[str, ...]:
    """Break a text into lines no wider than `width` points; a text without characters is one empty line.

    Raises:
        GlyphMissing: A character has no glyph.
    """
    paragraphs = text.expandtabs(1).splitlines()
    if len(paragraphs) == 1 and measure(paragraphs[0], size) <= width:
        return (paragraphs[0],)
    lines: list[str] = []
    for paragraph in paragraphs:
        lines.extend(_break(paragraph, width, size))
    return tuple(lines) or ("",)


def _break(paragraph: str, width: float, size: float) -> list[str]:
    """Fill line after line with whole pieces; a piece wider than a line is cut between its characters."""
    lines: list[str] = []
    line, filled = "", 0.0
    for piece in _pieces(paragraph, width, size):
        wide = measure(piece, size)
        if line and filled + wide > width:
            lines.append(line.rstrip())
            line, filled = "", 0.0
            piece = piece.lstrip()  # noqa: PLW2901 (a space that a line break replaces is not printed)
            wide = measure(piece, size)
        line += piece
        filled += wide
    return [*lines, line.rstrip()]


def _pieces(paragraph: str, width: float, size: float) -> list[str]:
    pieces: list[str] = []
    for piece in _PIECE.findall(paragraph):
        pieces.extend([piece] if measure(piece, size) <= width else piece)
    return pieces


def fit(text: str, width: float, height: float, size: float) -> tuple[float, tuple[str, ...]]:
    """Find the largest type, at most `size`, whose lines fit a box; give the size and the lines.

    The search ends at the smallest type that is printed; a box must hold that.
    """
    while True:
        lines = wrap(text, width, size)
        if len(lines) * size * LEADING <= height or size <= SMALLEST:
            return size, lines
        size = max(SMALLEST, size - 0.5)
