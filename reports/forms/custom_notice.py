"""自定义交款的交存通知单: what many units are asked in another way, or as a top-up, building by building."""

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

NUMBER = "WX-10"


@dataclass(frozen=True, slots=True)
class CustomUnit:
    """A unit on the notice, as it was when the notice was issued.

    Attributes:
        payees: Who stands on its row: its owners, or the developer.
        area: Gross area in 0.0001 m².
        sums: What its account said, in fen, under the notice's two headers.
        amount: In fen.
    """

    building: str
    section: str
    floor: str
    room_no: str
    payees: str
    area: int
    sums: tuple[int, int]
    amount: int


@dataclass(frozen=True, slots=True)
class CustomNoticeData:
    """A custom notice's frozen snapshot and lines.

    Attributes:
        imprint: The copy; its number is the notice number, and its title names the type of deposit.
        headers: What the two sums of each unit are, such as 首期应交 and 首期已交.
        resolution: Of a top-up: by what the owners' resolution is known; empty where none was handed in.
        units: In the order of the notice, building by building.
        notes: How to pay, as the city words it.
        top_up: Whether it is a top-up, which names the resolution.
    """

    imprint: Imprint
    payer: str
    uscc: str
    deposit_type: str
    estate: str
    address: str
    buildings: str
    headers: tuple[str, str]
    units: Sequence[CustomUnit]
    bank: str
    account_name: str
    account_no: str
    issued_on: date
    expires_on: date
    handler: str
    handler_mobile: str
    notes: tuple[str, ...]
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
    draw_table(section, _columns(data.headers), _rows(data.units))


def _columns(headers: tuple[str, str]) -> tuple[Column, ...]:
    return (
        Column("序号", 5),
        Column("楼栋", 9),
        Column("单元", 8),
        Column("楼层", 5),
        Column("室号", 8),
        Column("业主", 19),
        Column("建筑面积\n（㎡）", 10, Align.RIGHT),
        *(Column(f"{header}\n（元）", 12, Align.RIGHT) for header in headers),
        Column("本次应交\n（元）", 12, Align.RIGHT),
    )


def _facts(data: CustomNoticeData) -> list[Fact]:
    total = sum(unit.amount for unit in data.units)
    resolution = [Fact("业主大会决议", data.resolution or "未附", wide=True)] if data.top_up else []
    return [
        Fact("交款单位", data.payer, wide=True),
        Fact("统一社会信用代码", data.uscc),
        Fact("交款类型", data.deposit_type, strong=True),
        *resolution,
        Fact("物业区域", data.estate, wide=True),
        Fact("坐落", data.address, wide=True),
        Fact("楼栋", data.buildings, wide=True),
        Fact("房屋总数", f"{len(data.units)} 户（套、个）"),
        Fact("建筑面积合计", f"{format_area(sum(unit.area for unit in data.units))} ㎡"),
        Fact("应交总额（小写）", f"¥{format_yuan(total)}", wide=True, strong=True),
        Fact("应交总额（大写）", in_words(total), wide=True, strong=True),
        Fact("专户银行", data.bank, wide=True),
        Fact("收款户名", data.account_name, wide=True),
        Fact("收款账号", data.account_no, wide=True),
        Fact("开具日期", print_date(data.issued_on)),
        Fact("有效期至", print_date(data.expires_on)),
        Fact("经办人", data.handler),
        Fact("经办人电话", data.handler_mobile),
    ]


def _rows(units: Sequence[CustomUnit]) -> Iterator[Row]:
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
                    *map(format_yuan, unit.sums),
                    format_yuan(unit.amount),
                )
            )
        yield _sum(f"{building}小计：{len(group)} 户", group)
    yield _sum(f"总计：{len(units)} 户", units)


def _sum(label: str, units: Sequence[CustomUnit]) -> Row:
    area = format_area(sum(unit.area for unit in units))
    sums = (sum(unit.sums[place] for unit in units) for place in (0, 1))
    cells = (label, area, *map(format_yuan, sums), format_yuan(sum(unit.amount for unit in units)))
    return Row(cells, spans=(6, 1, 1, 1, 1), strong=True, tied=True)
