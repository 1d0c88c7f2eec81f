"""The typeface: every character is printed and copied as itself, or refused by name."""

# fontTools and pypdfium2 are typed only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportOptionalSubscript=false, reportArgumentType=false

from datetime import UTC, datetime
from io import BytesIO

import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from reports import fonts
from reports.fonts import GlyphMissing, make, outlines
from reports.page import Document, Heading, wrap

HEADING = Heading("某市中心", "某表", "WX-99", "N1", 3, datetime(2026, 11, 22, 7, 30, tzinfo=UTC))
NAMES = "䶮𬭎堃喆𣲘𫘦"


def extract(pdf: bytes) -> list[str]:
    """Give the text of each page as a reader copies it."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def print_text(text: str) -> bytes:
    document = Document("试印")
    section = document.add(HEADING)
    section.leaf.write(section.left, section.y - 100, text, 20)
    return document.finish()


@pytest.mark.parametrize("name", [*NAMES, "囎", "囏", "陳", "〇", "㎡", "¥"])
def test_a_rare_character_is_printed_and_copied_as_itself(name: str) -> None:
    assert f"甲{name}乙" in extract(print_text(f"甲{name}乙"))[0]


def test_every_character_beyond_the_first_plane_is_copied_as_itself() -> None:
    wanted = sorted(chr(code) for code in make.characters() if code > 0xFFFF)
    document = Document("试印")
    section = document.add(HEADING)
    lines = ["".join(wanted[start : start + 40]) for start in range(0, len(wanted), 40)]
    for place, line in enumerate(lines):
        section.leaf.write(section.left, 600 - place * 16, line, 10)
    assert len(wanted) > 200
    text = extract(document.finish())[0]
    assert [line for line in lines if line not in text] == []


def test_a_character_without_a_glyph_is_an_error_that_names_it() -> None:
    with pytest.raises(GlyphMissing, match="U\\+20BB7") as caught:
        wrap("吉野家是𠮷野家", 500, 10)
    assert caught.value.character == "𠮷"
    with pytest.raises(GlyphMissing):
        fonts.check("名\u0007字")


def test_no_rare_name_looks_like_the_box_of_a_missing_glyph() -> None:
    font = TTFont(BytesIO((make.FOLDER / "song.ttf").read_bytes()))
    shapes, box = font["glyf"], font["glyf"][".notdef"]
    drawn = [shapes[font.getBestCmap()[ord(name)]] for name in NAMES]
    assert all(glyph.numberOfContours > 2 for glyph in drawn)
    assert all(glyph != box for glyph in drawn)
    assert len({tuple(glyph.coordinates) for glyph in drawn}) == len(NAMES)


def test_the_committed_font_holds_what_its_recipe_says_under_a_name_of_its_own() -> None:
    font = TTFont(make.FOLDER / "song.ttf")
    assert set(font.getBestCmap()) == make.characters()
    assert font["name"].getDebugName(1) == "Weixiu Song"
    assert "SIL Open Font License" in str(font["name"].getDebugName(13))
    licence = (make.FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert licence.startswith("© 2017-2024 Adobe")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_a_character_converted_on_the_way_is_the_one_that_the_recipe_would_commit() -> None:
    alone = TTFont(BytesIO(outlines.build([ord("䶮")], "Alone")))
    committed = TTFont(make.FOLDER / "song.ttf")
    first, second = (font["glyf"][font.getBestCmap()[ord("䶮")]] for font in (alone, committed))
    assert first == second
    assert outlines.build([ord("䶮")], "Alone") == outlines.build([ord("䶮")], "Alone")


def test_the_committed_font_has_the_whole_of_gb_2312() -> None:
    characters = {
        bytes((row, cell)).decode("gb2312", "ignore")
        for row in range(0xB0, 0xF8)
        for cell in range(0xA1, 0xFF)
    }
    characters.discard("")
    assert len(characters) == 6763
    assert {fonts.split(character)[0].font for character in characters} == {fonts.SONG}
