"""批量交存通知单: what a developer pays for many units at once, building by building, and where."""

from dataclasses import dataclass

from reports.forms.shared_notice import AREA, SharedNoticeData, UnitTable, draw_shared, facts_of
from reports.page import Align, Column, Document, Fact

NUMBER = "WX-08"
_TABLE = UnitTable(
    (
        Column("交款人（业主）", 25),
        AREA,
        Column("交存标准\n（元/㎡）", 9, Align.RIGHT),
        Column("应交金额\n（元）", 13, Align.RIGHT),
    ),
    summed=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchNoticeData(SharedNoticeData):
    """A batch notice; the figure of each unit is the rate in fen per m².

    Attributes:
        pay_mode: 垫付 or 代交; empty where the city does not ask.
        receipt_mode: 汇总开票 or 分户开票.
        receipt_mobile: Masked; empty where the city does not ask.
    """

    org_code: str
    pay_mode: str
    receipt_mode: str
    receipt_mobile: str


def render(data: BatchNoticeData) -> bytes:
    """Print one notice.

    Raises:
        GlyphMissing: A character has no glyph.
    """
    document = Document(f"{data.imprint.title} {data.imprint.number}")
    draw(document, data)
    return document.finish()


def draw(document: Document, data: BatchNoticeData) -> None:
    """Draw one notice on pages of its own."""
    draw_shared(document, NUMBER, data, _facts(data), _TABLE)


def _facts(data: BatchNoticeData) -> list[Fact]:
    """What a city does not ask for leaves no empty box behind."""
    kind = [
        Fact("组织机构代码", data.org_code),
        Fact("交款方式", data.pay_mode),
        Fact("交款类型", data.deposit_type),
    ]
    receipts = [Fact("开票方式", data.receipt_mode), Fact("领取票据手机", data.receipt_mobile)]
    return facts_of(data, [fact for fact in kind if fact.value], [fact for fact in receipts if fact.value])
