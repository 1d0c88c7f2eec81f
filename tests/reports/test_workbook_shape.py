"""Headers, hidden things, merges, blanks, totals: how a worksheet may stand and what is told of it."""

# openpyxl has no types of its own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.field import Field, Text
from reports.sheet import Sheet
from reports.workbook.intake import read_workbook
from reports.workbook.limits import Limits
from reports.workbook.notice import NoticeCode, notice_rows, rows_text
from reports.workbook.reading import Reading
from reports.workbook.writing import write_template
from tests.reports.books import (
    HEADERS,
    LUZHOU,
    TODAY,
    UNIT_IMPORT,
    good,
    make,
    noticed,
    opened,
    package,
    plain_rows,
    read_here,
    saved,
    told,
)

CONTRACTS = Sheet(
    "CONTRACT_NO",
    1,
    "合同号录入",
    (),
    (
        Field("unit", "房屋ID", Text(40), required=True),
        Field("owner", "业主姓名", Text(50), required=True),
        Field("contract_no", "房屋合同号", Text(50), required=True),
        Field("remark", "备注", Text(50)),
    ),
)


def read_beside(data: bytes) -> Reading:
    """Read as units where another sheet exists too."""
    return read_workbook(data, UNIT_IMPORT, (UNIT_IMPORT, CONTRACTS), LUZHOU, TODAY, Limits())


def rooms(reading: Reading) -> list[object]:
    """Give the rooms that were read, and see that nothing was wrong."""
    assert told(reading) == []
    return [row.values["room_no"] for row in reading.rows]


def test_headers_are_found_by_name_wherever_the_title_went() -> None:
    for above in (0, 1, 2, 7):
        reading = read_here(make([good()], above=above))
        assert rooms(reading) == ["201"]
        assert reading.rows[0].number == above + 2


def test_columns_may_stand_in_any_order_and_unknown_ones_are_named() -> None:
    def reorder(page: Any) -> None:
        page.move_range("A3:A9", cols=25)
        page["A3"] = "序号"
        page["A4"] = 1

    reading = read_here(make([good()], reorder))
    assert rooms(reading) == ["201"]
    assert reading.rows[0].values["building"] == "1栋"
    assert noticed(reading) == {"COLUMNS_UNKNOWN": "序号"}


def test_headers_may_lack_stars_or_have_spaces_and_wide_brackets() -> None:
    headers = [header.replace("★", " ").replace("(", "（").replace(")", "）") for header in HEADERS]
    assert rooms(read_here(make([good()], headers=headers))) == ["201"]


def test_renamed_required_headers_are_named() -> None:
    headers = ["幢号", *HEADERS[1:3], "房间号", *HEADERS[4:]]
    reading = read_here(make([good()], headers=headers))
    assert told(reading) == [(None, "HEADER_MISSING")]
    assert reading.problems[0].params == {"headers": "楼栋名称、室号"}
    assert noticed(reading) == {"COLUMNS_UNKNOWN": "幢号、房间号"}


def test_a_header_that_stands_twice_is_told() -> None:
    headers = [*HEADERS[:-1], "地址"]
    reading = read_here(make([good()], headers=headers))
    assert reading.problems[0].params == {"headers": "地址 ×2"}


def test_an_optional_column_may_be_absent_and_that_is_said() -> None:
    headers = [*HEADERS[:-1], "自定义"]
    assert noticed(read_here(make([good()], headers=headers))) == {
        "COLUMNS_UNKNOWN": "自定义",
        "COLUMNS_ABSENT": "备注",
    }


def test_a_workbook_without_any_of_the_headers_names_all_that_it_lacks() -> None:
    reading = read_here(make([good()], headers=[f"列{number}" for number in range(19)]))
    assert reading.problems[0].params["headers"].startswith("楼栋名称、楼层、室号、地址")


def test_the_template_of_another_sheet_is_known_by_its_marker_even_when_renamed() -> None:
    book = opened(write_template(CONTRACTS, LUZHOU))
    for column, header in enumerate(HEADERS, start=1):
        book.worksheets[0].cell(3, column).value = header
    reading = read_beside(saved(book))
    assert [problem.code for problem in reading.problems] == ["WRONG_SHEET"]
    assert reading.problems[0].params == {"found": "合同号录入", "expected": "房屋导入"}


def test_the_template_of_another_sheet_is_known_by_its_headers_when_the_marker_is_gone() -> None:
    book = opened(write_template(CONTRACTS, LUZHOU))
    del book.defined_names["weixiu_sheet"]
    assert [problem.code for problem in read_beside(saved(book)).problems] == ["WRONG_SHEET"]


def test_hidden_and_filtered_rows_are_passed_over_and_named() -> None:
    def hide(page: Any) -> None:
        page.auto_filter.ref = "A3:S6"
        page.row_dimensions[5].hidden = True

    reading = read_here(make([good("201"), good("202"), good("203")], hide))
    assert rooms(reading) == ["201", "203"]
    assert noticed(reading) == {"HIDDEN_ROWS_SKIPPED": "5"}


def test_hidden_columns_are_passed_over_and_named() -> None:
    def hide(page: Any) -> None:
        page.column_dimensions["R"].hidden = True

    reading = read_here(make([good()], hide))
    assert reading.rows[0].values["contract_no"] is None
    assert noticed(reading) == {"HIDDEN_COLUMNS_SKIPPED": "合同号"}


def test_a_required_column_that_is_hidden_is_missing_and_the_notice_says_why() -> None:
    def hide(page: Any) -> None:
        page.column_dimensions["D"].hidden = True

    reading = read_here(make([good()], hide))
    assert reading.problems[0].params == {"headers": "室号"}
    assert noticed(reading) == {"HIDDEN_COLUMNS_SKIPPED": "室号"}


def test_a_column_that_we_hide_ourselves_is_read() -> None:
    def hide(page: Any) -> None:
        page.column_dimensions["R"].hidden = True

    own = replace(UNIT_IMPORT, hidden=frozenset({"contract_no"}))
    reading = read_workbook(make([good()], hide), own, (), LUZHOU, TODAY, Limits())
    assert reading.rows[0].values["contract_no"] == "HT-1"


def test_blank_rows_between_data_are_passed_over_and_named_but_not_those_behind() -> None:
    blank: dict[str, object] = {"remark": " \u3000"}
    reading = read_here(make([good("201"), {}, blank, good("202"), {}, blank]))
    assert rooms(reading) == ["201", "202"]
    assert noticed(reading) == {"BLANK_ROWS_SKIPPED": "5-6"}


def test_rows_of_totals_are_passed_over_and_named() -> None:
    totals: Sequence[dict[str, object]] = (
        {"building": " 合 计：", "gross_area": "=SUM(G4:G4)"},
        {"address": "总计"},
    )
    reading = read_here(make([good(), *totals]))
    assert rooms(reading) == ["201"]
    assert noticed(reading) == {"TOTAL_ROWS_SKIPPED": "5-6"}


def test_a_row_with_something_in_foreign_columns_only_is_no_data() -> None:
    def remark(page: Any) -> None:
        page["Z7"] = "填表人：王五"

    assert rooms(read_here(make([good()], remark))) == ["201"]


def test_building_and_section_may_be_merged_downwards() -> None:
    def merge(page: Any) -> None:
        page.merge_cells("A4:A6")
        page.merge_cells("B4:B5")

    reading = read_here(make([good("201"), good("202"), good("203", section="2单元")], merge))
    assert rooms(reading) == ["201", "202", "203"]
    assert [row.values["building"] for row in reading.rows] == ["1栋"] * 3
    assert [row.values["section"] for row in reading.rows] == ["1单元", "1单元", "2单元"]


def test_a_merge_in_any_other_column_or_across_columns_is_a_problem_at_its_place() -> None:
    def merge(page: Any) -> None:
        page.merge_cells("E4:E5")
        page.merge_cells("A6:B6")

    reading = read_here(make([good("201"), good("202"), good("203")], merge))
    assert told(reading) == [("E4:E5", "MERGED_CELL"), ("E5", "FIELD_REQUIRED"), ("A6:B6", "MERGED_CELL")]


def test_merged_titles_and_merges_beside_the_data_do_no_harm() -> None:
    def merge(page: Any) -> None:
        page.merge_cells("A1:S1")
        page.merge_cells("X4:Z9")

    assert rooms(read_here(make([good()], merge))) == ["201"]


def test_a_merge_over_the_whole_worksheet_below_the_data_costs_nothing() -> None:
    merged = '<mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells>'
    assert rooms(read_here(package(plain_rows([good()]) + merged))) == ["201"]


def test_other_worksheets_are_named_and_the_one_with_the_headers_is_read() -> None:
    def surround(page: Any) -> None:
        page.parent.create_sheet("封面", 0)["A1"] = "填报说明"
        page.parent.create_sheet("暗表").sheet_state = "hidden"

    reading = read_here(make([good()], surround))
    assert rooms(reading) == ["201"]
    assert noticed(reading) == {"OTHER_SHEETS_SKIPPED": "封面、暗表"}
    assert reading.notices[0].message("zh") == "只读取了工作表“房屋导入”，其他工作表未读取：封面、暗表。"


def test_a_workbook_without_data_rows_is_told_to_be_empty() -> None:
    reading = read_here(make([]))
    assert [(problem.code, problem.params) for problem in reading.problems] == [
        ("FIELD_REQUIRED", {"label": "数据行"})
    ]


def test_an_example_row_is_known_without_its_remark_too() -> None:
    def drop_remark(page: Any) -> None:
        page["S4"] = None

    book = opened(write_template(UNIT_IMPORT, LUZHOU))
    drop_remark(book.worksheets[0])
    assert told(read_here(saved(book))) == [("A4", "SAMPLE_ROW")]


def test_a_place_that_comes_twice_names_its_first_row_whatever_width_case_and_spaces() -> None:
    rows = [good("A201"), good("B1"), good("ａ ２０１", building=" 1 栋")]
    reading = read_here(make(rows))
    assert told(reading) == [("D6", "DUPLICATE_UNIT")]
    assert reading.problems[0].params["row"] == "4"


def test_rooms_that_differ_only_by_an_ending_are_a_notice_and_no_problem() -> None:
    reading = read_here(make([good("101"), good("101室"), good("102")]))
    assert rooms(reading) == ["101", "101室", "102"]
    assert noticed(reading) == {"ALIKE_ROWS": "5"}


def test_problems_come_in_the_order_of_rows_and_columns() -> None:
    rows = [good("1", net_area=99), good("2", floor=0, usage="?"), good("1")]
    assert told(read_here(make(rows))) == [
        ("H4", "AREA_INVALID"),
        ("C5", "FLOOR_INVALID"),
        ("F5", "VALUE_UNKNOWN"),
        ("D6", "DUPLICATE_UNIT"),
    ]


def test_row_numbers_are_written_in_stretches() -> None:
    assert rows_text([5, 6, 7, 12]) == "5-7, 12"
    assert rows_text(list(range(1, 100, 2))).endswith("39, …")
    (notice,) = notice_rows(NoticeCode.TOTAL_ROWS_SKIPPED, [9])
    assert notice.message("en") == "Rows of totals were skipped: 9."
