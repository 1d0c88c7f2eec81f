"""The correction copy: every cell as it was typed, with the problems beside it."""

# openpyxl has no types of its own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false

import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from operator import attrgetter
from typing import Any

import pytest

from domain.problem import Invalid
from reports.workbook import mark
from reports.workbook.limits import Limits
from reports.workbook.marking import mark_workbook
from reports.workbook.writing import write_template
from tests.reports.books import (
    HEADERS,
    LUZHOU,
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


def marked(data: bytes) -> bytes:
    """Read a file and write its correction copy."""
    reading = read_here(data)
    assert reading.markable
    return mark_workbook(data, UNIT_IMPORT, LUZHOU, reading.problems, reading.problem_count, Limits())


def typed(page: Any) -> list[tuple[str, str, object, str]]:
    """Give place, type, value and number format of every cell that is not empty."""
    return [
        (cell.coordinate, cell.data_type, cell.value, cell.number_format)
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def dirty(page: Any) -> None:
    page["G4"] = "88,35"
    page["P4"] = "510502198503150121"
    page["P5"] = 510502198503150000
    page["D5"] = "0101"
    page["E5"] = " 江畔路\u3000８号\n二行<&>"
    page["J5"] = datetime(2014, 9, 1)  # noqa: DTZ001 - cells have no offset
    page["J5"].number_format = "yyyy年m月"
    page["I5"] = True
    page["G5"] = 1088.35
    page["G5"].number_format = "#,##0.00"
    page["S5"] = "=1+1"
    page["S5"].data_type = "s"
    page["U4"] = "自己的备注"


def test_every_cell_comes_back_as_typed_with_its_type_and_number_format() -> None:
    data = make([good(), good()], dirty)
    before, after = typed(opened(data)["房屋导入"]), typed(opened(marked(data))["房屋导入"])
    added = [cell for cell in after if cell[0].startswith("V")]
    assert [cell for cell in after if cell not in added] == before
    assert [cell[0] for cell in added] == ["V2", "V3", "V4", "V5"]


def test_the_problems_stand_beside_the_rows_and_their_cells_are_red() -> None:
    page = opened(marked(make([good(), good("202")], dirty)))["房屋导入"]
    assert page["V2"].value == "共 3 处问题"
    assert page["V3"].value == "问题"
    assert page["V4"].value.startswith("“建筑面积”不是可识别的数字")
    assert "；“证件号”身份证号的校验位不正确" in page["V4"].value
    assert [
        cell.coordinate for row in page["A4:S5"] for cell in row if cell.fill.fgColor.rgb == "FFFFC7CE"
    ] == [
        "G4",
        "P4",
        "P5",
    ]


def test_an_empty_cell_that_must_be_filled_is_red_too() -> None:
    page = opened(marked(make([good(address=None)])))["房屋导入"]
    assert page["E4"].fill.fgColor.rgb == "FFFFC7CE"


def test_a_mended_copy_can_be_sent_back_and_its_problem_column_is_passed_over() -> None:
    book = opened(marked(make([good(gross_area="88,35")])))
    book["房屋导入"]["G4"] = 88.35
    reading = read_here(saved(book))
    assert told(reading) == []
    assert noticed(reading) == {}


def test_a_second_copy_writes_over_the_old_problems() -> None:
    book = opened(marked(make([good(gross_area="88,35"), good("202", floor=0)])))
    book["房屋导入"]["G4"] = 88.35
    page = opened(marked(saved(book)))["房屋导入"]
    assert page["T2"].value == "共 1 处问题"
    assert page["T4"].value is None
    assert page["T5"].value.startswith("“楼层”应为")
    assert page.max_column == 20


def test_formulas_come_back_as_their_values_and_unreckoned_ones_as_text() -> None:
    row = plain_rows([good(address="X", room_no="Y", remark="Z")])
    for letter, xml in {
        "X": '<c t="str"><f>A2&amp;"号"</f><v>1栋号</v></c>',
        "Y": "<c><f>B2+1</f></c>",
        "Z": '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    }.items():
        row = row.replace(f'<c t="inlineStr"><is><t>{letter}</t></is></c>', xml)
    page = opened(marked(package(row)))["房屋导入"]
    assert [page[place].value for place in ("E2", "D2", "S2")] == ["1栋号", "=B2+1", "#DIV/0!"]
    assert {page[place].data_type for place in ("E2", "D2", "S2")} == {"s"}


def test_numbers_keep_every_digit_they_came_with() -> None:
    raw = "88.349999999999994"
    data = package(plain_rows([good(usage="?")]).replace("<v>88.35</v>", f"<v>{raw}</v>"))
    with zipfile.ZipFile(BytesIO(marked(data))) as copy:
        assert f"<v>{raw}</v>" in copy.read("xl/worksheets/sheet1.xml").decode()


def test_merges_widths_and_hidden_rows_and_columns_stay() -> None:
    def shape(page: Any) -> None:
        page.merge_cells("A1:S1")
        page.merge_cells("A4:A5")
        page.row_dimensions[6].hidden = True
        page.column_dimensions["R"].hidden = True
        page.column_dimensions["E"].width = 44

    page = opened(marked(make([good(), good("202"), good("203", floor=0), good("204", floor=0)], shape)))[
        "房屋导入"
    ]
    assert sorted(str(merge) for merge in page.merged_cells.ranges) == ["A1:S1", "A4:A5"]
    assert page.row_dimensions[6].hidden
    assert page.column_dimensions["R"].hidden
    assert round(page.column_dimensions["E"].width) in {44, 45}


def test_a_copy_of_a_template_keeps_drop_downs_and_marker() -> None:
    book = opened(marked(write_template(UNIT_IMPORT, LUZHOU)))
    assert book.defined_names["weixiu_sheet"].value == '"UNIT_IMPORT/1"'
    assert len(book["房屋导入"].data_validations.dataValidation) == 5
    assert book["房屋导入"]["T4"].value.startswith("该行是模板自带的示例")


def test_a_copy_looks_like_the_template() -> None:
    book = opened(write_template(UNIT_IMPORT, LUZHOU))
    dirty(book["房屋导入"])
    template, copy = book["房屋导入"], opened(marked(saved(book)))["房屋导入"]
    for look in ("fill.fgColor.rgb", "font.bold", "font.sz", "alignment.wrap_text", "border.top.style"):
        read = attrgetter(look)
        for cell in ("A1", "A2", *(f"{letter}3" for letter in "ABCGPU")):
            assert read(copy[cell]) == read(template[cell]), (look, cell)
    # Excel counts a height in steps of three quarters of a point.
    assert [copy.row_dimensions[row].height for row in (1, 2)] == [26.25, 18 * len(UNIT_IMPORT.notes)]
    assert (copy.page_setup.orientation, copy.print_title_rows) == ("landscape", "$3:$3")
    assert copy["A3"].comment.text == template["A3"].comment.text


def test_a_copy_holds_nothing_but_its_own_parts() -> None:
    extra = {
        "xl/externalLinks/externalLink1.xml": "<a/>",
        "xl/media/image1.png": "x",
        "customXml/item1.xml": "<a/>",
    }
    with zipfile.ZipFile(BytesIO(marked(package(plain_rows([good(floor=0)]), extra)))) as copy:
        assert not [name for name in copy.namelist() if re.search("external|media|custom", name)]


def test_a_worksheet_name_that_no_program_takes_is_replaced() -> None:
    data = package(plain_rows([good(floor=0)]))
    with zipfile.ZipFile(BytesIO(data)) as parts:
        entries = {name: parts.read(name).decode() for name in parts.namelist()}
    workbook = entries["xl/workbook.xml"].replace('name="房屋导入"', 'name="a/b[1]"')
    assert opened(marked(package(plain_rows([good(floor=0)]), {"xl/workbook.xml": workbook}))).sheetnames == [
        "房屋导入"
    ]


def test_more_problems_than_are_told_are_counted_above_the_header() -> None:
    data = make([good(f"{number}", floor=0) for number in range(5)])
    reading = read_here(data, replace(Limits(), problems=3))
    copy = mark_workbook(data, UNIT_IMPORT, LUZHOU, reading.problems, reading.problem_count, Limits())
    assert opened(copy)["房屋导入"]["T2"].value == "共 5 处问题，以下列出前 3 处"


async def test_a_child_process_writes_the_copy_and_refuses_what_is_no_xlsx() -> None:
    data = make([good(completed_ym=date(2014, 9, 1), floor=0)])
    copy = await mark(data, UNIT_IMPORT, LUZHOU, read_here(data))
    assert opened(copy)["房屋导入"]["T4"].value.startswith("“楼层”应为")
    with pytest.raises(Invalid) as refused:
        await mark(b"a,b", UNIT_IMPORT, LUZHOU, read_here(data))
    assert refused.value.problem.code == "FILE_FORMAT"
    with pytest.raises(Invalid):
        await mark(make([good()], headers=["x"] * len(HEADERS)), UNIT_IMPORT, LUZHOU, read_here(data))
