"""The summary of deposits as a table (交存情况统计表): its columns, its groups, and their sums."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.reporting import DIMENSION_LABELS, Dimension, Figures
from reports.packing import PackedRows
from reports.tabular import Level, TabularColumn, TabularKind, TabularRow
from resolvers.reporting.deposits import Key

_WIDTHS = {
    Dimension.DISTRICT: 14,
    Dimension.ORGANIZATION: 26,
    Dimension.ESTATE: 24,
    Dimension.BUILDING: 10,
    Dimension.USAGE: 12,
    Dimension.CATEGORY: 12,
    Dimension.MONTH: 10,
}
_FIGURES = (
    TabularColumn("户数", 7, TabularKind.COUNT),
    TabularColumn("交清户数", 8, TabularKind.COUNT),
    TabularColumn("建筑面积\n（㎡）", 14, TabularKind.AREA),
    TabularColumn("应交金额\n（元）", 16, TabularKind.AMOUNT),
    TabularColumn("已交金额\n（元）", 16, TabularKind.AMOUNT),
    TabularColumn("未交金额\n（元）", 16, TabularKind.AMOUNT),
    TabularColumn("账户余额\n（元）", 16, TabularKind.AMOUNT),
    TabularColumn("交存率", 8, TabularKind.PERCENT),
)


def _columns(by: Sequence[Dimension]) -> Sequence[TabularColumn]:
    """Give the columns: one for each dimension, or one that says "total" where there is none."""
    words = [TabularColumn(DIMENSION_LABELS[one], _WIDTHS[one]) for one in by]
    return (*(words or [TabularColumn("统计范围", 12)]), *_FIGURES)


class DepositsTable:
    """Takes the groups in the order in which they are shown, and closes each outermost value by its sum."""

    def __init__(self, by: Sequence[Dimension], names: Mapping[Dimension, Mapping[Any, str]]) -> None:
        self.columns = _columns(by)
        self.rows = PackedRows(self.columns)
        self.total = Figures()
        self._names = [names[one] for one in by]
        self._outer: Any = None
        self._of_outer = Figures()

    def add(self, groups: Sequence[tuple[Key, Figures]]) -> None:
        """Put groups behind those that are there."""
        self.rows.add(self._write(groups))

    def close(self) -> None:
        """Write the last sums."""
        self.rows.add(self._end_outer())
        self.rows.add([self._sum("总计", self.total, Level.TOTAL)])

    def _write(self, groups: Sequence[tuple[Key, Figures]]) -> Iterator[TabularRow]:
        for key, found in groups:
            if key and key[0] != self._outer:
                yield from self._end_outer()
                self._outer = key[0]
            self._of_outer += found
            self.total += found
            if key:
                words = (known.get(value, "") for known, value in zip(self._names, key, strict=True))
                yield TabularRow((*words, *_cells(found)))

    def _end_outer(self) -> Iterator[TabularRow]:
        """Sum up a value of the outermost of several dimensions; of a single one each row is its sum."""
        if len(self._names) > 1 and self._of_outer.units:
            yield self._sum(f"{self._names[0].get(self._outer, '')}小计", self._of_outer, Level.SUBTOTAL)
        self._of_outer = Figures()

    def _sum(self, label: str, figures: Figures, level: Level) -> TabularRow:
        empty = (None,) * (max(len(self._names), 1) - 1)
        return TabularRow((label, *empty, *_cells(figures)), level)


def _cells(found: Figures) -> tuple[int | None, ...]:
    return (
        found.units,
        found.paid_units,
        found.area,
        found.due,
        found.paid,
        found.outstanding,
        found.balance,
        found.rate,
    )
