"""Rows of long reports: packed and drawn as if they were not, whatever is in their cells."""

# openpyxl has no types of its own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from reports.packing import PackedRows
from reports.tabular import Imprint, Level, TabularColumn, TabularKind, TabularReport, TabularRow, write_sheet

_COLUMNS = (
    TabularColumn("名称", 20),
    TabularColumn("日期", 11, TabularKind.DATE),
    TabularColumn("金额", 16, TabularKind.AMOUNT),
)


def test_rows_come_out_of_their_packs_as_they_went_in_and_as_often_as_they_are_wanted():
    rows = [TabularRow((f"={place}", date(2026, 9, 1 + place % 30), place - 5)) for place in range(2_001)]
    rows += [
        TabularRow(("合计", None, None), Level.SUBTOTAL),
        TabularRow(("总计", "不详", 2**40), Level.TOTAL),
    ]
    packed = PackedRows(_COLUMNS)
    packed.add(rows[:7])
    packed.add(iter(rows[7:]))
    assert (list(packed), list(packed), len(packed)) == (rows, rows, 2_003)
    assert (packed[0], packed[1_000], packed[-1], packed[1_999:]) == (
        rows[0],
        rows[1_000],
        rows[-1],
        rows[1_999:],
    )
    with pytest.raises(IndexError):
        _ = packed[2_003]
    assert not PackedRows(_COLUMNS)


def test_a_workbook_of_more_rows_than_memory_should_hold_says_the_same():
    packed = PackedRows(_COLUMNS)
    packed.add(TabularRow((None, None, place)) for place in range(20_000))
    packed.add([TabularRow(("=1+1", date(2026, 9, 1), 309_225_00), Level.TOTAL)])
    imprint = Imprint("泸州", "欠交清单", "LZ1", 1, datetime(2026, 11, 22, 4, tzinfo=UTC))
    book = load_workbook(
        io.BytesIO(write_sheet(TabularReport(imprint, [], _COLUMNS, packed, ["说明"]))), read_only=True
    )
    rows = list(book.worksheets[0].iter_rows(min_row=5, values_only=True))
    assert (len(rows), rows[0], rows[19_999]) == (20_003, ("名称", "日期", "金额"), (None, None, 199.98))
    assert rows[20_001] == ("=1+1", datetime(2026, 9, 1), 309225)  # noqa: DTZ001 - as a workbook says it
    assert rows[20_002][0] == "1．说明"
