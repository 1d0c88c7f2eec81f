"""What a notice over many units says, whatever it is for: who pays where, who signs, and each unit's part."""

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

_PLACE = (
    Column("序号", 5),
    Column("楼栋", 9),
    Column("单元", 8),
    Column("楼层", 5),
    Column("室号", 8),
)
AREA = Column("建筑面积\n（㎡）", 10, Align.RIGHT)


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit on the notice, as it was when the notice was issued.

    Attributes:
        payees: Who stands on its row: its owners, or the developer.
        area: Gross area in 0.0001 m².
        figures: What its amount is worked out of or seen beside, in fen, such as the rate.
        amount: In fen.
    """

    building: str
    section: str
    floor: str
    room_no: str
    payees: str
    area: int
    figures: tuple[int, ...]
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedNoticeData:
    """The frozen snapshot and lines of a notice over many units.

    Attributes:
        imprint: The copy; its number is the notice number.
        units: In the order of the notice, building by building.
        notes: How to pay, as the city words it.
    """

    imprint: Imprint
    payer: str
    uscc: str
    deposit_type: str
    estate: str
    address: str
    buildings: str
    units: Sequence[ListedUnit]
    bank: str
    account_name: str
    account_no: str
    issued_on: date
    expires_on: date
    handler: str
    handler_mobile: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitTable:
    """How the units are listed.

    Attributes:
        columns: From whoever pays on; before them stands where the unit is.
        summed: Whether the figures are amounts that add up, or rates that do not.
    """

    columns: tuple[Column, ...]
    summed: bool


def draw_shared(
    document: Document, form: str, data: SharedNoticeData, facts: Sequence[Fact], table: UnitTable
) -> None:
    """Draw one notice on pages of its own; sums are sums of the rounded lines (R-NOT-3)."""
    section = document.add(data.imprint.heading(form))
    draw_facts(section, facts)
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
    draw_table(section, (*_PLACE, *table.columns), _rows(data.units, summed=table.summed))


def facts_of(data: SharedNoticeData, kind: Sequence[Fact], receipts: Sequence[Fact] = ()) -> list[Fact]:
    """Give what stands in the notice's frame, with what this kind of notice says of itself."""
    total = sum(unit.amount for unit in data.units)
    return [
        Fact("交款单位", data.payer, wide=True),
        Fact("统一社会信用代码", data.uscc),
        *kind,
        Fact("物业区域", data.estate, wide=True),
        Fact("坐落", data.address, wide=True),
        Fact("楼栋", data.buildings, wide=True),
        Fact("房屋总数", f"{len(data.units)} 户（套、个）"),
        Fact("建筑面积合计", f"{format_area(sum(unit.area for unit in data.units))} ㎡"),
        Fact("应交总额（小写）", f"¥{format_yuan(total)}", wide=True, strong=True),
        Fact("应交总额（大写）", in_words(total), wide=True, strong=True),
        *receipts,
        Fact("专户银行", data.bank, wide=True),
        Fact("收款户名", data.account_name, wide=True),
        Fact("收款账号", data.account_no, wide=True),
        Fact("开具日期", print_date(data.issued_on)),
        Fact("有效期至", print_date(data.expires_on)),
        Fact("经办人", data.handler),
        Fact("经办人电话", data.handler_mobile),
    ]


def _rows(units: Sequence[ListedUnit], *, summed: bool) -> Iterator[Row]:
    number = 0
    for building, some in groupby(units, key=lambda unit: unit.building):
        group = list(some)
        for unit in group:
            number += 1
            yield _row(number, unit)
        yield _sum(f"{building}小计：{len(group)} 户", group, summed=summed)
    yield _sum(f"总计：{len(units)} 户", units, summed=summed)


def _row(number: int, unit: ListedUnit) -> Row:
    place = (str(number), unit.building, unit.section, unit.floor, unit.room_no)
    sums = (*unit.figures, unit.amount)
    return Row((*place, unit.payees, format_area(unit.area), *map(format_yuan, sums)))


def _sum(label: str, units: Sequence[ListedUnit], *, summed: bool) -> Row:
    sums = [sum(column) for column in zip(*(unit.figures for unit in units), strict=True)]
    figures = [format_yuan(one) if summed else "" for one in sums]
    area, amount = sum(unit.area for unit in units), sum(unit.amount for unit in units)
    cells = (label, format_area(area), *figures, format_yuan(amount))
    return Row(cells, spans=(6, *(1 for _ in cells[1:])), strong=True, tied=True)
