"""专用票据: the official receipt for money paid into the fund, for one unit or for a whole notice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.area import format_area
from domain.money import format_yuan, in_words
from reports.forms.imprint import Imprint
from reports.page import (
    Align,
    Column,
    Document,
    Fact,
    Row,
    SignBox,
    draw_boxes,
    draw_facts,
    draw_notes,
    draw_passage,
    draw_table,
    print_date,
    print_moment,
)

NUMBER = "WX-09"
_COLUMNS = (
    Column("序号", 6),
    Column("房屋坐落", 40),
    Column("业主", 22),
    Column("建筑面积\n（㎡）", 12, Align.RIGHT),
    Column("金额\n（元）", 16, Align.RIGHT),
)


@dataclass(frozen=True, slots=True)
class ReceiptUnit:
    """A unit's part of the money: area in 0.0001 m², amount in fen; no owner's name where none is known."""

    address: str
    owners: tuple[str, ...]
    area: int
    amount: int


@dataclass(frozen=True, slots=True)
class ReceiptData:
    """One receipt; amounts in fen.

    Attributes:
        imprint: The copy; its number is the receipt's. From the second print on it says 补打.
        supervised: Under whose supervision such receipts are made [165-14].
        item: What was paid, such as `住宅专项维修资金（首期）`.
        units: The one unit, or those of a summary, in the order of the notice.
        summary: Whether it is for everything that was paid; the units are then listed in a table.
        mobile: Who is told where to fetch it, masked; empty where the city does not ask.
    """

    imprint: Imprint
    supervised: str
    payee: str
    item: str
    amount: int
    estate: str
    units: Sequence[ReceiptUnit]
    summary: bool
    mobile: str
    notice_no: str
    proof_no: str
    transaction_no: str
    channel: str
    paid_at: datetime
    issued_on: date
    bank: str
    account_name: str
    account_no: str
    notes: tuple[str, ...] = ()


def render(data: ReceiptData) -> bytes:
    """Print the receipt.

    Raises:
        GlyphMissing: A character has no glyph.
    """
    document = Document(f"{data.imprint.title} {data.imprint.number}")
    section = document.add(data.imprint.heading(NUMBER))
    copy = "（补打，与首次打印的票据为同一号码）" if data.imprint.printed > 1 else ""
    draw_passage(section, f"{data.supervised}{copy}")
    section.y -= 6
    draw_facts(section, _facts(data))
    if data.summary:
        section.y -= 8
        draw_table(section, _COLUMNS, _rows(data))
        section.y -= 8
    boxes = [
        SignBox("收款银行（业务章）", lines=("开票人（签字）：　　　　　　", print_date(None))),
        SignBox("维修资金管理机构（盖章）", lines=(print_date(None),)),
    ]
    draw_boxes(section, boxes, 95)
    draw_notes(section, "说明：", data.notes)
    return document.finish()


def _facts(data: ReceiptData) -> list[Fact]:
    return [
        Fact("交款人", data.payee, wide=True),
        Fact("物业区域", data.estate, wide=True),
        *_place(data),
        Fact("收款项目", data.item, wide=True),
        Fact("金额（小写）", f"¥{format_yuan(data.amount)}", wide=True, strong=True),
        Fact("金额（大写）", in_words(data.amount), wide=True, strong=True),
        Fact("通知单编号", data.notice_no),
        Fact("交款证明号", data.proof_no),
        Fact("银行流水号", data.transaction_no),
        Fact("交款渠道", data.channel),
        Fact("交款时间", print_moment(data.paid_at)),
        Fact("开票日期", print_date(data.issued_on)),
        Fact("专户银行", data.bank, wide=True),
        Fact("收款户名", data.account_name),
        Fact("收款账号", data.account_no),
        *([Fact("领取票据的手机号", data.mobile, wide=True)] if data.mobile else []),
    ]


def _place(data: ReceiptData) -> Iterator[Fact]:
    if data.summary:
        yield Fact("房屋", f"共 {len(data.units)} 户，明细见附表")
        yield Fact("建筑面积合计（㎡）", format_area(sum(unit.area for unit in data.units)))
        return
    for unit in data.units:
        yield Fact("房屋坐落", unit.address, wide=True)
        yield Fact("建筑面积（㎡）", format_area(unit.area), wide=True)


def _rows(data: ReceiptData) -> Iterator[Row]:
    for place, unit in enumerate(data.units, start=1):
        yield Row(
            (
                str(place),
                unit.address,
                "、".join(unit.owners),
                format_area(unit.area),
                format_yuan(unit.amount),
            )
        )
    area = format_area(sum(unit.area for unit in data.units))
    total = (f"合计：{len(data.units)} 户", area, format_yuan(data.amount))
    yield Row(total, spans=(3, 1, 1), strong=True, tied=True)
