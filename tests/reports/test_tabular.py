"""Tabular reports: one declaration, two outputs, and nothing of a cell becomes what it is not."""

# openpyxl and pypdfium2 have no types of their own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zipfile import ZipFile

import pypdfium2
import pytest
from openpyxl import load_workbook

from reports.tabular import (
    DRAWN_UP,
    Fact,
    Imprint,
    Level,
    TabularColumn,
    TabularKind,
    TabularReport,
    TabularRow,
    render,
    show,
    write_sheet,
)

_DAY = date(2026, 9, 1)
_COLUMNS = (
    TabularColumn("名称", 20),
    TabularColumn("日期", 11, TabularKind.DATE),
    TabularColumn("户数", 6, TabularKind.COUNT),
    TabularColumn("面积", 12, TabularKind.AREA),
    TabularColumn("金额", 16, TabularKind.AMOUNT),
    TabularColumn("比例", 8, TabularKind.PERCENT),
)


def report(*rows: TabularRow, columns: tuple[TabularColumn, ...] = _COLUMNS) -> TabularReport:
    imprint = Imprint("某市", "某表", "BB01", 1, datetime(2026, 11, 22, 4, tzinfo=UTC))
    return TabularReport(imprint, (Fact("期间", "2026年"),), columns, rows, ("看仔细。",))


def cells(book: bytes) -> Any:
    return load_workbook(io.BytesIO(book)).worksheets[0]


def test_amounts_areas_counts_days_and_percentages_are_numbers_in_the_workbook():
    row = TabularRow(("一", _DAY, 3, 333_335, 9_999_999_999_999, 3_000))
    page = cells(write_sheet(report(row)))
    values = {page.cell(6, place).value: page.cell(7, place) for place in range(1, 7)}
    assert {name: cell.value for name, cell in values.items()} == {
        "名称": "一",
        "日期": datetime(2026, 9, 1),  # noqa: DTZ001 - a workbook knows no offsets
        "户数": 3,
        "面积": 33.3335,
        "金额": 99_999_999_999.99,
        "比例": 0.3,
    }
    assert [values[name].number_format for name in ("日期", "户数", "面积", "金额", "比例")] == [
        "yyyy-mm-dd",
        "0",
        "#,##0.00##",
        "#,##0.00",
        "0.00%",
    ]


def test_the_digits_of_an_amount_are_written_exactly():
    book = write_sheet(report(TabularRow(("一", None, None, None, 9_007_199_254_740_993, None))))
    with ZipFile(io.BytesIO(book)) as package:
        assert b"<v>90071992547409.93</v>" in package.read("xl/worksheets/sheet1.xml")


def test_a_text_is_never_a_formula_or_a_link_and_a_long_one_is_cut_at_what_a_cell_holds():
    texts = ("=1+1", "+1", "-1", "@x", "\tx", "http://example.com")
    rows = [TabularRow((text, *[None] * 5)) for text in (*texts, "长" * 40_000)]
    page = cells(write_sheet(report(*rows)))
    for place, text in enumerate(texts, start=7):
        cell = page.cell(place, 1)
        assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
        assert cell.quotePrefix is text.startswith(("=", "+", "-", "@", "\t"))
    assert len(page.cell(13, 1).value) == 32_767


def test_a_workbook_keeps_its_head_in_sight_and_says_what_it_is():
    sums = TabularRow(("总计", None, 3, None, 300, None), Level.TOTAL)
    page = cells(write_sheet(report(sums)))
    assert page.freeze_panes == "A7"
    assert [page.cell(row, 1).value for row in (*range(1, 7), 8)] == [
        "某表",
        "某市",
        "编号：BB01",
        "期间：2026年",
        "生成时间：2026年11月22日 12:00:00",
        "名称",
        "1．看仔细。",
    ]
    assert page.cell(7, 1).font.bold
    assert page.page_setup.paperSize == 9


@pytest.mark.parametrize(("title", "tab"), [("甲/乙:[丙]*?", "甲 乙  丙   "), ("长" * 40, "长" * 31)])
def test_a_title_that_no_tab_can_have_is_made_one(title: str, tab: str):
    made = report()
    page = cells(write_sheet(replace(made, imprint=replace(made.imprint, title=title))))
    assert page.title == tab


def test_pages_repeat_the_head_count_themselves_and_keep_a_sum_with_the_row_above():
    rows = [TabularRow((f"第{number}行", _DAY, 1, 10_000, 100, 10_000)) for number in range(1, 101)]
    total = TabularRow(("总计：100 行", None, 100, 1_000_000, 10_000, None), Level.TOTAL)
    document = pypdfium2.PdfDocument(render(report(*rows, total)))
    pages = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    assert len(pages) == 3
    assert all("名称日期户数面积金额比例" in page for page in pages)
    assert all(f"第{number}页共3页" in page for number, page in enumerate(pages, start=1))
    assert "第100行2026-09-0111.001.00100.00%总计：100行100100.00100.00" in pages[-1]


@pytest.mark.parametrize(("width", "size"), [(20, (595, 842)), (90, (842, 595))])
def test_wide_tables_lie_and_narrow_ones_stand(width: int, size: tuple[int, int]):
    columns = (TabularColumn("名称", width), *_COLUMNS[1:])
    (page,) = pypdfium2.PdfDocument(render(report(columns=columns)))
    assert tuple(round(side) for side in page.get_size()) == size


def test_values_are_shown_as_everywhere():
    shown = [
        show(None, TabularKind.AMOUNT),
        show(-5, TabularKind.AMOUNT),
        show(883_500, TabularKind.AREA),
        show(12_345, TabularKind.PERCENT),
        show(7, TabularKind.COUNT),
        show(_DAY, TabularKind.DATE),
        show("合计", TabularKind.AMOUNT),
    ]
    assert shown == ["", "-0.05", "88.35", "123.45%", "7", "2026-09-01", "合计"]


@pytest.mark.parametrize("make", [render, write_sheet])
def test_a_row_with_a_cell_too_few_is_a_mistake_of_ours(make: Any):
    with pytest.raises(ValueError, match="zip"):
        make(report(TabularRow(("一",))))


def test_the_label_of_a_sum_runs_on_in_a_workbook_where_other_texts_are_wrapped():
    rows = (
        TabularRow(("江畔花园二期", None, None, None, 1, None)),
        TabularRow(("江畔花园小计：49 户", None, None, None, 1, None), Level.SUBTOTAL),
    )
    page = cells(write_sheet(report(*rows)))
    assert [page.cell(row, 1).alignment.wrap_text for row in (7, 8)] == [True, None]
    assert page.cell(8, 2).value is None, "it runs on over empty cells alone"


def test_whoever_signs_does_so_below_the_notes_and_never_on_a_page_of_its_own():
    ends: list[int] = []
    asked = replace(report(), signed=DRAWN_UP)
    for rows in range(20, 40):
        many = replace(asked, rows=[TabularRow(("一", *[None] * 5))] * rows)
        document = pypdfium2.PdfDocument(render(many))
        last = "".join(document[len(document) - 1].get_textpage().get_text_range().split())
        assert -1 < last.find("看仔细。") < last.find("制表人：") < last.find("复核人：")
        ends.append(len(document))
    assert sorted(set(ends)) == [1, 2], "the rows came to the end of the page"
    column = [cell.value for cell in cells(write_sheet(asked))["A"]]
    assert column[-4:] == ["1．看仔细。", None, "制表人：", "复核人："]
