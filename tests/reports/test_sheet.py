"""A sheet is declared once; its headers and its documentation follow."""

from reports.sheet import document, header_of, plain_header
from reports.sheets import SHEETS
from tests.reports.books import UNIT_IMPORT


def test_the_unit_sheet_has_the_columns_of_the_domain_analysis_in_order() -> None:
    assert " ".join(header_of(column) for column in UNIT_IMPORT.shown) == (
        "楼栋名称★ 单元 楼层★ 室号★ 地址★ 房屋用途★ 建筑面积★ 套内面积 电梯(有/无)★ 建成年月 建筑结构 "
        "总层数 销售状态 业主姓名 证件类型 证件号 手机号 合同号 备注"
    )


def test_each_sheet_is_known_by_its_own_name() -> None:
    assert all(sheet.name == name for name, sheet in SHEETS.items())


def test_a_header_is_known_whatever_stars_spaces_and_brackets_stand_about_it() -> None:
    for typed in ("电梯(有/无)★", " 电 梯（有/无）", "*电梯", "电梯\n（有／无）", "★电梯　"):
        assert plain_header(typed) == "电梯"


def test_the_documentation_names_every_column_with_its_field_example_and_note() -> None:
    text = document(UNIT_IMPORT)
    assert text.startswith("## 房屋导入 (`UNIT_IMPORT`)\n")
    assert "| 建筑面积★ | `gross_area` | yes | 88.35 | 单位平方米，最多 4 位小数。 |\n" in text
    assert text.count("\n| ") == len(UNIT_IMPORT.fields) + 1
