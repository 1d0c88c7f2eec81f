"""开户清册: the accounts that an order opens, building by building, with what is due on each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

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
    draw_table,
    print_date,
)

NUMBER = "WX-03"
_COLUMNS = (
    Column("序号", 5),
    Column("楼栋", 9),
    Column("单元", 7),
    Column("楼层", 5),
    Column("室号", 8),
    Column("房屋用途", 9),
    Column("电梯", 4.5),
    Column("建筑面积\n（㎡）", 10, Align.RIGHT),
    Column("交存标准\n（元/㎡）", 8.5, Align.RIGHT),
    Column("应交金额\n（元）", 12, Align.RIGHT),
    Column("账号", 19),
)


@dataclass(frozen=True, slots=True)
class OpeningUnit:
    """A unit and its account.

    Attributes:
        area: Gross area in 0.0001 m².
        rate: In fen per m².
        due: In fen.
        account_no: Empty until the account is open.
    """

    section: str
    floor: str
    room_no: str
    usage: str
    has_lift: bool
    area: int
    rate: int
    due: int
    account_no: str = ""


@dataclass(frozen=True, slots=True)
class OpeningBuilding:
    """A building and its units, in the order of the list."""

    name: str
    units: Sequence[OpeningUnit]


@dataclass(frozen=True, slots=True)
class OpeningListData:
    """The accounts of one order; the list's number is the order number."""

    imprint: Imprint
    estate: str
    estate_address: str
    developer: str
    uscc: str
    deposit_point: date
    buildings: Sequence[OpeningBuilding]


def render(data: OpeningListData) -> bytes:
    """Print the list; sums are sums of the rounded lines.

    Raises:
        GlyphMissing: A character has no glyph.
    """
    document = Document(f"{data.imprint.title} {data.imprint.number}")
    section = document.add(data.imprint.heading(NUMBER))
    draw_facts(section, _facts(data))
    section.y -= 8
    draw_table(section, _COLUMNS, _rows(data.buildings))
    section.y -= 8
    boxes = [
        SignBox("开发建设单位（盖章）", lines=("经办人（签字）：　　　　　　", print_date(None))),
        SignBox("维修资金管理机构（盖章）", lines=("审核人（签字）：　　　　　　", print_date(None))),
    ]
    draw_boxes(section, boxes, 90)
    return document.finish()


def _facts(data: OpeningListData) -> list[Fact]:
    units = [unit for building in data.buildings for unit in building.units]
    total = sum(unit.due for unit in units)
    return [
        Fact("物业区域", data.estate, wide=True),
        Fact("坐落", data.estate_address, wide=True),
        Fact("开发建设单位", data.developer, wide=True),
        Fact("统一社会信用代码", data.uscc),
        Fact("交存时点", print_date(data.deposit_point)),
        Fact("楼栋数", f"{len(data.buildings)} 栋"),
        Fact("房屋总数", f"{len(units)} 户（套、个）"),
        Fact("建筑面积合计", f"{format_area(sum(unit.area for unit in units))} ㎡"),
        Fact("应交金额合计", f"¥{format_yuan(total)}", strong=True),
        Fact("合计（大写）", in_words(total), wide=True, strong=True),
    ]


def _rows(buildings: Sequence[OpeningBuilding]) -> Iterator[Row]:
    number = 0
    for building in buildings:
        for unit in building.units:
            number += 1
            yield Row(
                (
                    str(number),
                    building.name,
                    unit.section,
                    unit.floor,
                    unit.room_no,
                    unit.usage,
                    "有" if unit.has_lift else "无",
                    format_area(unit.area),
                    format_yuan(unit.rate),
                    format_yuan(unit.due),
                    unit.account_no,
                )
            )
        yield _sum(f"{building.name}小计：{len(building.units)} 户", building.units)
    units = [unit for building in buildings for unit in building.units]
    yield _sum(f"总计：{len(units)} 户", units)


def _sum(label: str, units: Sequence[OpeningUnit]) -> Row:
    area, due = sum(unit.area for unit in units), sum(unit.due for unit in units)
    cells = (label, format_area(area), "", format_yuan(due), "")
    return Row(cells, spans=(7, 1, 1, 1, 1), strong=True, tied=True)
