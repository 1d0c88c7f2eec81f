"""交存通知书（单）: tells the owner of one unit what to pay into the fund, where, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.area import format_area
from domain.money import format_yuan, in_words
from reports.forms import batch_notice, custom_notice
from reports.forms.batch_notice import BatchNoticeData
from reports.forms.custom_notice import CustomNoticeData
from reports.forms.imprint import Imprint
from reports.page import (
    Align,
    Column,
    Document,
    Fact,
    Row,
    Section,
    SignBox,
    draw_boxes,
    draw_facts,
    draw_notes,
    draw_table,
    fit,
    print_date,
)
from reports.page.leaf import Code
from reports.page.style import LEADING, MM, SMALL

NUMBER = "WX-04"
_CODE_SIDE = 30 * MM
_OWNER_COLUMNS = (
    Column("序号", 1),
    Column("业主姓名（名称）", 6),
    Column("证件类型", 3),
    Column("证件号码", 5),
    Column("手机号码", 4),
)


@dataclass(frozen=True, slots=True)
class NoticeOwner:
    """An owner as the notice names him; number and mobile come masked."""

    name: str
    id_type: str
    id_number: str
    mobile: str


@dataclass(frozen=True, slots=True)
class Supplemented:
    """What a notice over a difference is the difference of: the due, and what of it was paid, in fen."""

    due: int
    paid: int


@dataclass(frozen=True, slots=True)
class DepositNoticeData:
    """A notice's frozen snapshot.

    Attributes:
        imprint: The copy; its number is the notice number.
        unit: Building, section, floor and room, such as `1栋 1单元 3层 301室`.
        area: Gross area in 0.0001 m².
        rate: In fen per m².
        amount: In fen.
        notes: How to pay, what to bring, as the city words it.
        paid: Of a notice over a difference, what was due and paid; none of a first deposit.
        qr: What the QR code says, `v1|city|notice no.|fen|check`; empty prints none.
    """

    imprint: Imprint
    owners: tuple[NoticeOwner, ...]
    estate: str
    unit: str
    address: str
    contract_no: str
    usage: str
    has_lift: bool
    area: int
    rate: int
    amount: int
    deposit_type: str
    deposit_point: date
    bank: str
    account_name: str
    account_no: str
    issued_on: date
    expires_on: date
    developer: str
    handler: str
    handler_mobile: str
    notes: tuple[str, ...]
    paid: Supplemented | None = None
    qr: str = ""
    qr_caption: str = "扫码交款"


NoticePaper = DepositNoticeData | BatchNoticeData | CustomNoticeData
"""What is printed of a notice: one unit's, or a developer's for many."""


def render(data: DepositNoticeData) -> bytes:
    """Print one notice.

    Raises:
        GlyphMissing: A character has no glyph.
        ValueError: The QR payload is not short plain ASCII.
    """
    return render_many([data])


def render_many(notices: Sequence[NoticePaper]) -> bytes:
    """Print notices one after the other, each from a new page and with its own page numbers.

    Raises:
        GlyphMissing: A character has no glyph.
        ValueError: There is no notice, or a QR payload is not short plain ASCII.
    """
    numbers = [notice.imprint.number for notice in notices]
    title = notices[0].imprint.title if notices else ""
    document = Document(f"{title} {numbers[0]}" if len(numbers) == 1 else f"{title}（{len(numbers)} 份）")
    for notice in notices:
        if isinstance(notice, BatchNoticeData):
            batch_notice.draw(document, notice)
        elif isinstance(notice, CustomNoticeData):
            custom_notice.draw(document, notice)
        else:
            _draw(document, notice)
    return document.finish()


def _draw(document: Document, data: DepositNoticeData) -> None:
    section = document.add(data.imprint.heading(NUMBER), aside=_CODE_SIDE if data.qr else 0)
    if data.qr:
        _draw_code(section, data)
    draw_table(section, _OWNER_COLUMNS, _owner_rows(data.owners), size=SMALL)
    section.y -= 6
    draw_facts(section, _facts(data))
    boxes = [
        SignBox("交款人（签字）", lines=(print_date(None),)),
        SignBox("收款银行（业务章）", lines=(print_date(None),)),
        SignBox("维修资金管理机构（盖章）", lines=(print_date(None),)),
    ]
    draw_boxes(section, boxes, 95)
    draw_notes(section, "交款说明：", data.notes)


def _draw_code(section: Section, data: DepositNoticeData) -> None:
    """Put the code into the upper right corner of the first page, its caption under it."""
    leaf = section.leaf
    x, top = section.left + section.width - _CODE_SIDE, section.leaf.height - section.left - 6
    leaf.codes.append(Code(x, top - _CODE_SIDE, _CODE_SIDE, data.qr))
    size, lines = fit(data.qr_caption, _CODE_SIDE, SMALL * LEADING, SMALL)
    height = size * LEADING * len(lines)
    bottom = top - _CODE_SIDE - height
    leaf.write_lines((x, bottom, _CODE_SIDE, height), lines, size, Align.CENTER)
    section.y = min(section.y, bottom - 6)


def _owner_rows(owners: Sequence[NoticeOwner]) -> list[Row]:
    return [
        Row((str(number), owner.name, owner.id_type, owner.id_number, owner.mobile))
        for number, owner in enumerate(owners, start=1)
    ]


def _facts(data: DepositNoticeData) -> list[Fact]:
    return [
        Fact("物业区域", data.estate, wide=True),
        Fact("房屋坐落", data.address, wide=True),
        Fact("房屋", data.unit),
        Fact("合同编号", data.contract_no),
        Fact("房屋用途", data.usage),
        Fact("电梯", "有" if data.has_lift else "无"),
        Fact("建筑面积（㎡）", format_area(data.area)),
        Fact("交存标准（元/㎡）", format_yuan(data.rate)),
        Fact("交款类型", data.deposit_type),
        Fact("交存时点", print_date(data.deposit_point)),
        *_difference(data.paid),
        Fact("应交金额（小写）", f"¥{format_yuan(data.amount)}", wide=True, strong=True),
        Fact("应交金额（大写）", in_words(data.amount), wide=True, strong=True),
        Fact("专户银行", data.bank, wide=True),
        Fact("收款户名", data.account_name, wide=True),
        Fact("收款账号", data.account_no, wide=True),
        Fact("开具日期", print_date(data.issued_on)),
        Fact("有效期至", print_date(data.expires_on)),
        Fact("开发建设单位", data.developer, wide=True),
        Fact("经办人", data.handler),
        Fact("经办人电话", data.handler_mobile),
    ]


def _difference(paid: Supplemented | None) -> list[Fact]:
    if paid is None:
        return []
    return [
        Fact("首期应交（元）", format_yuan(paid.due)),
        Fact("首期已交（元）", format_yuan(paid.paid)),
    ]
