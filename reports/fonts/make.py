"""Makes the committed font file: `python -m reports.fonts.make`, twenty seconds, the same bytes each time."""

from importlib import metadata
from pathlib import Path

from reports.fonts.outlines import build, notices, published_characters

FOLDER = Path(__file__).parent
NAME = "Weixiu Song"
# Characters of people's names that neither of the two character sets below has.
NAMES = "䶮堃喆犇燚垚骉羴昇珺玥璟珮翀翾祎祺禛赟甯彧頔颀旸暐昫晞晗晟烜炘烔焜煊熹祐祜禔禩囍龑龢靐麤"
_PLAIN = (
    range(0x20, 0x7F),  # what a keyboard types
    range(0xA0, 0x250),  # Latin with accents, for owners from abroad
    range(0x370, 0x460),  # Greek and Cyrillic
    range(0x2000, 0x2700),  # dashes, quotes, ㎡'s relatives, circled numbers, boxes, arrows
    range(0x3000, 0x3400),  # ideographic punctuation, kana, ㎡
    range(0x9FA6, 0xA000),  # characters that Unicode took up late, many of them from the 通用规范汉字表
    range(0xFE30, 0xFE50),
    range(0xFF00, 0xFFF0),  # full-width letters and digits
    range(0x20000, 0x32000),  # beyond U+FFFF: place names and given names of the 通用规范汉字表
)


def characters() -> set[int]:
    """Choose what goes into the committed file; all else is converted when somebody's name needs it.

    GB 2312 whole, the first level of Big5 (the buyers from Hong Kong, Macao and Taiwan), names, and
    everything the published font has beyond U+FFFF.
    """
    wanted = {ord(character) for character in NAMES}
    wanted |= _charset("gb2312", range(0xA1, 0xF8)) | _charset("big5", range(0xA4, 0xC7))
    for block in _PLAIN:
        wanted.update(block)
    return wanted & published_characters().keys()


def _charset(codec: str, rows: range) -> set[int]:
    """List the code points of a double-byte character set, by the first byte of its rows."""
    found: set[int] = set()
    for first in rows:
        for second in range(0x40, 0xFF):
            text = bytes((first, second)).decode(codec, errors="ignore")
            if len(text) == 1:
                found.add(ord(text))
    return found


def main() -> None:
    """Write `song.ttf` and the licence beside this file."""
    (FOLDER / "song.ttf").write_bytes(build(characters(), NAME))
    files = metadata.distribution("pylopdf-fonts-zh-cn").files or []
    licence = next(file for file in files if file.name == "LICENSE").read_text()
    (FOLDER / "OFL.txt").write_text(
        f"{notices()[0]}\nModified version, named {NAME}: a subset with TrueType outlines.\n\n{licence}",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
