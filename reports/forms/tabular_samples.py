"""A made-up report of deposits by estate and building, as the pictures show it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from reports.tabular import (
    DRAWN_UP,
    Fact,
    Imprint,
    Level,
    TabularColumn,
    TabularKind,
    TabularReport,
    TabularRow,
)

_COLUMNS = (
    TabularColumn("物业区域", 22),
    TabularColumn("楼栋", 10),
    TabularColumn("交存时点", 11, TabularKind.DATE),
    TabularColumn("户数", 6, TabularKind.COUNT),
    TabularColumn("建筑面积\n（㎡）", 12, TabularKind.AREA),
    TabularColumn("应交金额\n（元）", 14, TabularKind.AMOUNT),
    TabularColumn("已交金额\n（元）", 14, TabularKind.AMOUNT),
    TabularColumn("未交金额\n（元）", 14, TabularKind.AMOUNT),
    TabularColumn("交存率", 8, TabularKind.PERCENT),
)
_BUILDINGS = 35
_FLOOR = 4_010_570
_FLOOR_DUE = 2_807_399


def _rows() -> list[TabularRow]:
    rows: list[TabularRow] = []
    for number in range(1, _BUILDINGS + 1):
        cells = (
            "样例花园（一期）",
            f"{number}栋",
            date(2026, 9, 1),
            24,
            6 * _FLOOR,
            6 * _FLOOR_DUE,
            _FLOOR_DUE * 3,
            _FLOOR_DUE * 3,
            50_00,
        )
        rows.append(TabularRow(cells))
    half = 3 * _BUILDINGS * _FLOOR_DUE
    sums = (24 * _BUILDINGS, 6 * _BUILDINGS * _FLOOR, 2 * half, half, half, 50_00)
    rows.append(TabularRow((f"样例花园（一期）小计：{_BUILDINGS} 栋", None, None, *sums), Level.SUBTOTAL))
    rows.append(TabularRow((f"总计：{_BUILDINGS} 栋", None, None, *sums), Level.TOTAL))
    return rows


def _summary() -> TabularReport:
    return TabularReport(
        imprint=Imprint(
            "泸州市住宅专项维修资金管理中心",
            "维修资金交存情况统计表",
            "20261122-153005",
            1,
            datetime(2026, 11, 22, 7, 30, 5, tzinfo=UTC),
        ),
        facts=(Fact("统计口径", "物业区域、楼栋"), Fact("房屋状态", "正常")),
        columns=_COLUMNS,
        rows=_rows(),
        notes=("交存率为已交金额占应交金额的百分比。", "本表按生成时的账户余额统计。"),
        signed=DRAWN_UP,
    )


TABULAR_SAMPLES: Mapping[str, tuple[str, Any]] = {"tabular_report": ("tabular_report", _summary())}
