"""Turns the published OpenType font, whose outlines no PDF writer of ours takes, into TrueType outlines."""

# fontTools is typed only in part; its objects are handled inside this file.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from threading import Lock

import pylopdf_fonts_zh_cn
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

UNITS = 1000
ASCENT = 880
DESCENT = -120
_TOLERANCE = 1.0  # of 1000 units; a third of the finest line a laser printer draws at 10 points
_reading = Lock()  # fontTools reads glyphs lazily and is not made for several threads


@cache
def _published() -> TTFont:
    return TTFont(pylopdf_fonts_zh_cn.serif_path(), lazy=True, recalcTimestamp=False)


@cache
def published_characters() -> dict[int, str]:
    """Map every code point of the published font to its glyph's name (about 31,000)."""
    with _reading:
        return _published().getBestCmap() or {}


def notices() -> tuple[str, str]:
    """Give the copyright line and the licence line that the published font carries."""
    names = _published()["name"]
    return str(names.getDebugName(0)), str(names.getDebugName(13))


def build(codes: Iterable[int], name: str) -> bytes:
    """Make a TrueType font of these code points from the published one.

    Args:
        codes: Code points, all of them in `published_characters()`.
        name: Family name; never the published one, which is a trademark.

    Returns:
        The font file; the same bytes for the same input.
    """
    mapping = {code: published_characters()[code] for code in sorted(set(codes))}
    order = [".notdef", *dict.fromkeys(mapping.values())]
    with _reading:
        outlines, widths = _convert(order)
    maker = FontBuilder(UNITS, isTTF=True)
    maker.font.recalcTimestamp = False
    maker.setupHead(unitsPerEm=UNITS, created=0, modified=0)
    maker.setupGlyphOrder(order)
    maker.setupCharacterMap(mapping)
    maker.setupGlyf(outlines)
    table = maker.font["glyf"]
    maker.setupHorizontalMetrics({glyph: (widths[glyph], table[glyph].xMin) for glyph in order})
    maker.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    maker.setupNameTable(_name_table(name), mac=False)
    maker.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    maker.setupPost(keepGlyphNames=False)
    file = BytesIO()
    maker.save(file)
    return file.getvalue()


def _name_table(name: str) -> dict[str, str]:
    """Name the font, and keep the copyright and the licence of the one it is made from."""
    copyright_line, licence = notices()
    return {
        "copyright": copyright_line,
        "familyName": name,
        "styleName": "Regular",
        "uniqueFontIdentifier": name,
        "fullName": name,
        "version": "Version 1.000",
        "psName": name.replace(" ", ""),
        "licenseDescription": licence,
    }


def _convert(order: list[str]) -> tuple[dict[str, object], dict[str, int]]:
    """Draw each glyph with quadratic curves; give the outlines and the advance widths."""
    shapes = _published().getGlyphSet()
    outlines: dict[str, object] = {}
    widths: dict[str, int] = {}
    for glyph in order:
        pen = TTGlyphPen(None)
        shapes[glyph].draw(Cu2QuPen(pen, _TOLERANCE, reverse_direction=True))
        outlines[glyph] = pen.glyph()
        widths[glyph] = round(shapes[glyph].width)
    return outlines, widths
