"""The list of units that owe as a table (欠交清单): its columns, its rows, and the sums of each estate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from reports.packing import PackedRows
from reports.tabular import Level, TabularColumn, TabularKind, TabularRow
from resolvers.reporting.arrears import Arrear

ARREARS_COLUMNS = (
    TabularColumn("序号", 6, TabularKind.COUNT),
    TabularColumn("物业区域", 20),
    TabularColumn("楼栋", 8),
    TabularColumn("单元", 8),
    TabularColumn("楼层", 5, TabularKind.COUNT),
    TabularColumn("室号", 8),
    TabularColumn("业主", 16),
    TabularColumn("建筑面积\n（㎡）", 11, TabularKind.AREA),
    TabularColumn("交存时点", 11, TabularKind.DATE),
    TabularColumn("应交金额\n（元）", 13, TabularKind.AMOUNT),
    TabularColumn("已交金额\n（元）", 13, TabularKind.AMOUNT),
    TabularColumn("未交金额\n（元）", 13, TabularKind.AMOUNT),
    TabularColumn("未交款通知单号", 21),
)


@dataclass(frozen=True, slots=True)
class _Sum:
    """What some units come to; area in 0.0001 m², money in fen."""

    units: int = 0
    area: int = 0
    due: int = 0
    paid: int = 0
    outstanding: int = 0

    @classmethod
    def of(cls, one: Arrear) -> Self:
        """Give what one unit comes to."""
        return cls(1, one.area, one.due, one.paid, one.outstanding)

    def __add__(self, other: "_Sum") -> "_Sum":
        """Put others to these."""
        return _Sum(
            self.units + other.units,
            self.area + other.area,
            self.due + other.due,
            self.paid + other.paid,
            self.outstanding + other.outstanding,
        )

    def row(self, label: str, level: Level) -> TabularRow:
        """Write the sum as a row of the table."""
        sums = (self.area, None, self.due, self.paid, self.outstanding)
        told = f"{label}：{self.units} 户"
        return TabularRow((told, None, None, None, None, None, None, *sums, None), level)


class ArrearsTable:
    """Takes the units in the order in which they are shown, and closes each estate by its sum."""

    def __init__(self) -> None:
        self.rows = PackedRows(ARREARS_COLUMNS)
        self._estate: str = ""
        self._of_estate = _Sum()
        self._total = _Sum()

    def add(self, units: Sequence[Arrear]) -> None:
        """Put units behind those that are there."""
        self.rows.add(self._write(units))

    def close(self) -> None:
        """Write the last sums."""
        self.rows.add(self._end_estate())
        self.rows.add([self._total.row("总计", Level.TOTAL)])

    def _write(self, units: Sequence[Arrear]) -> Iterator[TabularRow]:
        for one in units:
            if one.estate != self._estate:
                yield from self._end_estate()
                self._estate = one.estate
            mine = _Sum.of(one)
            self._of_estate += mine
            self._total += mine
            yield _row(self._total.units, one)

    def _end_estate(self) -> Iterator[TabularRow]:
        if self._of_estate.units:
            yield self._of_estate.row(f"{self._estate}小计", Level.SUBTOTAL)
        self._of_estate = _Sum()


def _row(number: int, one: Arrear) -> TabularRow:
    place = (one.estate, one.building, one.section, one.floor, one.room_no)
    sums = (one.area, one.deposit_point, one.due, one.paid, one.outstanding)
    return TabularRow((number, *place, one.owners, *sums, one.notice_no or None))
