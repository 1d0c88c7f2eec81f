"""自定义交款的交存通知单: what many units are asked in another way, or as a top-up, building by building."""

from dataclasses import dataclass

from reports.forms.shared_notice import AREA, SharedNoticeData, UnitTable, draw_shared, facts_of
from reports.page import Align, Column, Document, Fact

NUMBER = "WX-10"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomNoticeData(SharedNoticeData):
    """A custom notice, whose title names the type of deposit.

    Attributes:
        headers: What the two figures of each unit are, such as 首期应交 and 首期已交.
        top_up: Whether it is a top-up, which names the resolution.
        resolution: Of a top-up: by what the owners' resolution is known; empty where none was handed in.
    """

    headers: tuple[str, str]
    top_up: bool = False
    resolution: str = ""


def render(data: CustomNoticeData) -> bytes:
    """Print one notice.

    Raises:
        GlyphMissing: A character has no glyph.
    """
    document = Document(f"{data.imprint.title} {data.imprint.number}")
    draw(document, data)
    return document.finish()


def draw(document: Document, data: CustomNoticeData) -> None:
    """Draw one notice on pages of its own."""
    kind = [Fact("交款类型", data.deposit_type, strong=True)]
    if data.top_up:
        kind.append(Fact("业主大会决议", data.resolution or "未附", wide=True))
    draw_shared(document, NUMBER, data, facts_of(data, kind), _table(data.headers))


def _table(headers: tuple[str, str]) -> UnitTable:
    columns = (
        Column("业主", 19),
        AREA,
        *(Column(f"{header}\n（元）", 12, Align.RIGHT) for header in headers),
        Column("本次应交\n（元）", 12, Align.RIGHT),
    )
    return UnitTable(columns, summed=True)
