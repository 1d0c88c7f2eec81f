"""批量交存通知单: what a developer pays for many units at once, building by building, and where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

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
    draw_caption,
    draw_facts,
    draw_notes,
    draw_table,
    print_date,
)

NUMBER = "WX-08"
_COLUMNS = (
    Column("序号", 5),
    Column("楼栋", 9),
    Column("单元", 8),
    Column("楼层", 5),
    Column("室号", 8),
    Column("交款人（业主）", 25),
    Column("建筑面积\n（㎡）", 10, Align.RIGHT),
    Column("交存标准\n（元/㎡）", 9, Align.RIGHT),
    Column("应交金额\n（元）", 13, Align.RIGHT),
)


@dataclass(frozen=True, slots=True)
class BatchUnit:
    """A unit on the notice, as it was when the notice was issued.

    Attributes:
        payees: Who stands on its row: its owners, or the developer.
        area: Gross area in 0.0001 m².
        rate: In fen per m².
        amount: In fen.
    """

    building: str
    section: str
    floor: str
    room_no: str
    payees: str
    area: int
    rate: int
    amount: int


@dataclass(frozen=True, slots=True)
class BatchNoticeData:
    """A batch notice's frozen snapshot and lines.

    Attributes:
        imprint: The copy; its number is the notice number.
        pay_mode: 垫付 or 代交; empty where the city does not ask.
        receipt_mode: 汇总开票 or 分户开票.
        receipt_mobile: Masked; empty where the city does not ask.
        units: In the order of the notice, building by building.
        notes: How to pay, as the city words it.
    """

    imprint: Imprint
    payer: str
    uscc: str
    org_code: str
    pay_mode: str
    estate: str
    address: str
    buildings: str
    deposit_type: str
    receipt_mode: str
    receipt_mobile: str
    units: Sequence[BatchUnit]
    bank: str
    account_name: str
    account_no: str
    issued_on: date
    expires_on: date
    handler: str
    handler_mobile: str
    notes: tuple[str, ...]


def render(data: BatchNoticeData) -> bytes:
    """Print one notice.

    Raises:
        GlyphMissing: A character has no glyph.
    """
    document = Document(f"{data.imprint.title} {data.imprint.number}")
    draw(document, data)
    return document.finish()


def draw(document: Document, data: BatchNoticeData) -> None:
    """Draw one notice on pages of its own; sums are sums of the rounded lines (R-NOT-3)."""
    section = document.add(data.imprint.heading(NUMBER))
    draw_facts(section, _facts(data))
    boxes = [
        SignBox("交款单位（盖章）", lines=("经办人（签字）：　　　　", print_date(None))),
        SignBox("收款银行（业务章）", lines=(print_date(None),)),
        SignBox("维修资金管理机构（盖章）", lines=(print_date(None),)),
    ]
    section.y -= 8
    draw_boxes(section, boxes, 90)
    draw_notes(section, "交款说明：", data.notes)
    section.turn()
    draw_caption(section, f"附表：交款房屋明细，共 {len(data.units)} 户（套、个）")
    draw_table(section, _COLUMNS, _rows(data.units))


def _facts(data: BatchNoticeData) -> list[Fact]:
    total = sum(unit.amount for unit in data.units)
    return [
        Fact("交款单位", data.payer, wide=True),
        Fact("统一社会信用代码", data.uscc),
        Fact("组织机构代码", data.org_code),
        Fact("交款方式", data.pay_mode),
        Fact("交款类型", data.deposit_type),
        Fact("物业区域", data.estate, wide=True),
        Fact("坐落", data.address, wide=True),
        Fact("楼栋", data.buildings, wide=True),
        Fact("房屋总数", f"{len(data.units)} 户（套、个）"),
        Fact("建筑面积合计", f"{format_area(sum(unit.area for unit in data.units))} ㎡"),
        Fact("应交总额（小写）", f"¥{format_yuan(total)}", wide=True, strong=True),
        Fact("应交总额（大写）", in_words(total), wide=True, strong=True),
        Fact("开票方式", data.receipt_mode),
        Fact("领取票据手机", data.receipt_mobile),
        Fact("专户银行", data.bank, wide=True),
        Fact("收款户名", data.account_name, wide=True),
        Fact("收款账号", data.account_no, wide=True),
        Fact("开具日期", print_date(data.issued_on)),
        Fact("有效期至", print_date(data.expires_on)),
        Fact("经办人", data.handler),
        Fact("经办人电话", data.handler_mobile),
    ]


def _rows(units: Sequence[BatchUnit]) -> Iterator[Row]:
    number = 0
    for building, some in groupby(units, key=lambda unit: unit.building):
        group = list(some)
        for unit in group:
            number += 1
            yield Row(
                (
                    str(number),
                    unit.building,
                    unit.section,
                    unit.floor,
                    unit.room_no,
                    unit.payees,
                    format_area(unit.area),
                    format_yuan(unit.rate),
                    format_yuan(unit.amount),
                )
            )
        yield _sum(f"{building}小计：{len(group)} 户", group)
    yield _sum(f"总计：{len(units)} 户", units)


def _sum(label: str, units: Sequence[BatchUnit]) -> Row:
    area, amount = sum(unit.area for unit in units), sum(unit.amount for unit in units)
    cells = (label, format_area(area), "", format_yuan(amount))
    return Row(cells, spans=(6, 1, 1, 1), strong=True, tied=True)
