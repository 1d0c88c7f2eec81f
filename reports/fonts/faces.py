"""The typeface as the PDF writer needs it: the committed file, and rare characters converted when met."""

# reportlab is typed only in part; its objects are handled inside this file.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

from reports.fonts.missing import GlyphMissing

SONG = "WeixiuSong"
_FILE = Path(__file__).parent / "song.ttf"
_BLOCK = 100  # the most pairs that one beginbfchar may hold, ISO 32000-1, 9.10.3
_loading = Lock()


class Run(NamedTuple):
    """A piece of a text that one face prints."""

    font: str
    text: str


class PrintFont(TTFont):
    """A TrueType face whose text is found again when it is copied or searched.

    ReportLab writes the code points beyond U+FFFF with five digits, which every reader takes for another
    character; the table wants UTF-16.
    """

    def addObjects(self, doc: Any) -> None:  # noqa: ANN401, N802 (reportlab's name and untyped document)
        """Add the subsets to the document, and correct what their characters are called."""
        subsets = list(self.state[doc].subsets)
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            name = b"".join((SUBSETN(number), b"+", self.face.name, self.face.subfontNameX)).decode("ascii")
            doc.idToObject[f"toUnicodeCMap:{name}"].content = _to_unicode(name, subset)


def _to_unicode(name: str, subset: list[int]) -> str:
    """Write the table from the codes of a font subset to Unicode (ISO 32000-1, 9.10.3)."""
    pairs = [
        f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>" for code, point in enumerate(subset)
    ]
    blocks = [pairs[start : start + _BLOCK] for start in range(0, len(pairs), _BLOCK)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        f"/CMapName /{name} def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


# Loaded with the module (0.02 s), so that no two threads ever do it.
_FONT = PrintFont(SONG, BytesIO(_FILE.read_bytes()), asciiReadable=False, shapable=False)
_CHARACTERS = frozenset(map(chr, _FONT.face.charToGlyph))
pdfmetrics.registerFont(_FONT)


@cache
def _rare(character: str) -> str:
    """Convert one character of the published font and register it; give the name of its face."""
    # Loading the converter takes longer than printing a page, and most forms never need it.
    from reports.fonts import outlines  # noqa: PLC0415

    if ord(character) not in outlines.published_characters():
        raise GlyphMissing(character)
    name = f"{SONG}-U{ord(character):04X}"
    file = BytesIO(outlines.build([ord(character)], name))
    pdfmetrics.registerFont(PrintFont(name, file, asciiReadable=False, shapable=False))
    return name


def _load(character: str) -> str:
    if character in _CHARACTERS:
        return SONG
    with _loading:
        return _rare(character)


def split(text: str) -> tuple[Run, ...]:
    """Cut a text into the pieces that one face prints.

    Raises:
        GlyphMissing: A character has no glyph in any face.
    """
    if _CHARACTERS.issuperset(text):
        return (Run(SONG, text),)
    return tuple(Run(font, "".join(piece)) for font, piece in groupby(text, _load))


def check(text: str) -> None:
    """Refuse a text that cannot be printed.

    Raises:
        GlyphMissing: A character has no glyph in any face.
    """
    split(text)


def measure(text: str, size: float) -> float:
    """Tell how wide a text is in points.

    Raises:
        GlyphMissing: A character has no glyph in any face.
    """
    if _CHARACTERS.issuperset(text):
        return float(_FONT.stringWidth(text, size))
    return float(sum(pdfmetrics.getFont(run.font).stringWidth(run.text, size) for run in split(text)))
