"""What people type into cells, and what becomes of it (domain analysis §6.3)."""

# openpyxl has no types of its own.
# pyright: reportUnknownMemberType=false, reportUnknownLambdaType=false

from datetime import date, datetime
from typing import Any

import pytest

from reports.workbook.typed import number_text
from tests.reports.books import (
    COLUMN,
    GOOD,
    good,
    inline,
    make,
    noticed,
    package,
    plain_rows,
    read_here,
    told,
)


def value(name: str, typed: object) -> object:
    """Read one row with something typed into one column; it must be free of problems."""
    reading = read_here(make([{**GOOD, name: typed}]))
    assert reading.problems == ()
    return reading.rows[0].values[name]


def problem(name: str, typed: object) -> tuple[str | None, str, str | None]:
    """Read one row with something wrong in one column: its cell, code and value as told."""
    reading = read_here(make([{**GOOD, name: typed}]))
    (found,) = reading.problems
    assert found.path == name
    assert found.row == 4
    assert reading.rows == ()
    return found.cell, str(found.code), found.value


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [
        ("building", "  1栋\u3000", "1栋"),
        ("building", "\u00a01\u200b栋\ufeff", "1栋"),
        ("address", "江畔路 ８ 号（东）：１栋", "江畔路 8 号(东):1栋"),
        ("room_no", "２０１", "201"),
        ("room_no", 101, "101"),
        ("room_no", "0101", "0101"),
        ("room_no", "3-12", "3-12"),
        ("floor", "-1", -1),
        ("floor", 3.0, 3),
        ("gross_area", "８８．３５", 883500),
        ("gross_area", "88.35㎡", 883500),
        ("gross_area", "88.35平方米", 883500),
        ("gross_area", "1,088.35", 10883500),
        ("gross_area", 88.35, 883500),
        ("gross_area", 72.03999999999999, 720400),
        ("gross_area", 88.35000000000001, 883500),
        ("gross_area", 133.3335, 1333335),
        ("gross_area", 72.10000000000001, 721000),
        ("has_lift", "是", True),
        ("has_lift", "N", False),
        ("has_lift", 1, True),
        ("has_lift", True, True),
        ("has_lift", False, False),
        ("completed_ym", 201409, "201409"),
        ("completed_ym", "201409.0", "201409"),
        ("completed_ym", "2014年9月", "201409"),
        ("completed_ym", "2014/9", "201409"),
        ("completed_ym", "2014-09-01", "201409"),
        ("completed_ym", date(2014, 9, 1), "201409"),
        ("completed_ym", datetime(2014, 9, 1, 13, 30), "201409"),  # noqa: DTZ001 - cells have no offset
        ("structure", "框剪", "3"),
        ("usage", "住宅", "10"),
        ("floors_above", "18层", 18),
        ("owner_name", "买买提·艾力", "买买提·艾力"),
        ("owner_name", "䶮𬭎堃喆", "䶮𬭎堃喆"),
        ("owner_id_number", " 51050219850315018x ", "51050219850315018X"),
        ("owner_mobile", 13800138000, "13800138000"),
        ("owner_mobile", "+86 138-0013-8000", "13800138000"),
        ("contract_no", 202609150001, "202609150001"),
        ("remark", " \u3000 ", None),
    ],
)
def test_what_is_meant_is_read(name: str, typed: object, meant: object) -> None:
    assert value(name, typed) == meant


@pytest.mark.parametrize(
    ("name", "typed", "code", "shown"),
    [
        ("room_no", None, "FIELD_REQUIRED", None),
        ("room_no", " \u200b", "FIELD_REQUIRED", ""),
        ("room_no", datetime(2026, 3, 12), "DATE_CELL", "2026-03-12"),  # noqa: DTZ001 - cells have no offset
        ("floor", 0, "FLOOR_INVALID", "0"),
        ("floor", date(2026, 3, 1), "DATE_CELL", "2026-03-01"),
        ("gross_area", "88²", "NUMBER_FORMAT", "882"),
        ("floor", 3.5, "FLOOR_INVALID", "3.5"),
        ("gross_area", "88,35", "NUMBER_FORMAT", "88,35"),
        ("gross_area", 88.35678, "AREA_INVALID", "88.35678"),
        ("gross_area", 0, "AREA_INVALID", "0"),
        ("gross_area", -88.35, "AREA_INVALID", "-88.35"),
        ("gross_area", "约88", "NUMBER_FORMAT", "约88"),
        ("net_area", 88.36, "AREA_INVALID", "88.36"),
        ("has_lift", "？", "VALUE_UNKNOWN", "?"),
        ("usage", "住房儿", "VALUE_UNKNOWN", "住房儿"),
        ("completed_ym", 41883, "DATE_INVALID", "41883"),
        ("completed_ym", "201413", "DATE_INVALID", "201413"),
        ("owner_id_number", 510502198503150000, "ID_NUMERIC_CELL", "5105**********0000"),
        ("owner_id_number", "5.10502E+17", "ID_NUMERIC_CELL", "5.*******17"),
        ("owner_id_number", "510502198503150121", "ID_CHECKSUM", "5105**********0121"),
        ("owner_id_number", "510504200102290125", "ID_DATE", "5105**********0125"),
        ("owner_id_number", "510502850315012", "ID_FORMAT", "510*********012"),
        ("owner_mobile", "12345678901", "MOBILE_FORMAT", "12*******01"),
        ("owner_mobile", "+85291234567", "MOBILE_FORMAT", "+85******567"),
        ("owner_mobile", None, "OWNER_REQUIRED", None),
        ("owner_name", None, "OWNER_REQUIRED", None),
        ("contract_no", 2026091500010002, "ID_NUMERIC_CELL", "2026********0002"),
        ("remark", "业" * 201, "TEXT_INVALID", "业" * 200),
        ("address", "#REF!", "FORMULA_ERROR", "#REF!"),
        ("gross_area", "#N/A", "FORMULA_ERROR", "#N/A"),
        ("gross_area", "=F4*2", "FORMULA_NO_VALUE", "=F4*2"),
        ("owner_mobile", "=A1", "FORMULA_NO_VALUE", "***"),
    ],
)
def test_what_cannot_be_meant_is_told_with_cell_code_and_value(
    name: str, typed: object, code: str, shown: str | None
) -> None:
    letter = "ABCDEFGHIJKLMNOPQRS"[COLUMN[name] - 1]
    assert problem(name, typed) == (f"{letter}4", code, shown)


def test_owners_from_abroad_may_give_a_number_of_their_country() -> None:
    row = good(owner_id_type="护照", owner_id_number="E1234567", owner_mobile="+85291234567")
    assert read_here(make([row])).rows[0].values["owner_mobile"] == "+85291234567"


def test_an_owner_may_be_left_out_altogether() -> None:
    row = good(owner_name=None, owner_id_type=None, owner_id_number=None, owner_mobile=None)
    assert told(read_here(make([row]))) == []


def test_a_personal_number_in_another_column_is_masked_too() -> None:
    reading = read_here(make([good(usage="张三 510502198503150120 13800138000")]))
    assert reading.problems[0].value == "张三 5105**********0120 13*******00"


def test_rooms_typed_as_numbers_are_taken_with_a_notice_about_leading_zeros() -> None:
    assert noticed(read_here(make([good("x"), {**GOOD, "room_no": 101}])))["NUMBERS_AS_TEXT"] == "室号"


def test_a_cell_with_a_problem_has_one_problem_only() -> None:
    reading = read_here(make([good(owner_id_number=510502198503150000)]))
    assert told(reading) == [("P4", "ID_NUMERIC_CELL")]


def test_a_number_cell_is_read_through_its_shortest_digits() -> None:
    raws = [
        "101.0",
        "88.349999999999994",
        "5.10502198503150E+17",
        "1E-5",
        "-0.5",
        "33.3335",
        "1e400",
        "88.350",
    ]
    texts = ["101", "88.35", "510502198503150000", "0.00001", "-0.5", "33.3335", "1e400", "88.35"]
    assert [number_text(raw) for raw in raws] == texts


def test_dates_counted_from_1904_are_refused_instead_of_guessed() -> None:
    def shift(page: Any) -> None:
        page.parent.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - cells have no offset

    reading = read_here(make([good(completed_ym=date(2014, 9, 1))], shift))
    assert told(reading) == [("J4", "DATE_INVALID")]


def test_a_formula_with_a_stored_value_is_read_by_it() -> None:
    row = plain_rows([good(address="<地址>")])
    page = row.replace(
        '<c t="inlineStr"><is><t><地址></t></is></c>', '<c t="str"><f>A2&amp;"号"</f><v>1栋号</v></c>'
    ).replace("<c><v>70.1</v></c>", '<c t="str"><f>""</f><v></v></c>')
    reading = read_here(package(page))
    assert reading.rows[0].values["address"] == "1栋号"
    assert reading.rows[0].values["net_area"] is None


def test_rich_text_is_joined_and_phonetic_guides_are_left_out() -> None:
    shared = (
        '<si><r><t>江畔</t></r><r><rPr><b/></rPr><t xml:space="preserve">路 1号</t></r>'
        '<rPh sb="0" eb="1"><t>guide</t></rPh><phoneticPr fontId="1"/></si>'
    )
    page = plain_rows([good(address="X")]).replace(
        '<c t="inlineStr"><is><t>X</t></is></c>', '<c t="s"><v>0</v></c>'
    )
    assert read_here(package(page, shared=shared)).rows[0].values["address"] == "江畔路 1号"


def test_elements_with_prefixes_cells_without_addresses_and_escaped_characters_are_read() -> None:
    page = plain_rows([good(remark="甲_x4E59_丙")])
    prefixed = page.replace("<", "<x:").replace("<x:/", "</x:")
    data = package("", {"xl/worksheets/sheet1.xml": f'<x:worksheet xmlns:x="urn:x">{prefixed}</x:worksheet>'})
    assert read_here(data).rows[0].values["remark"] == "甲乙丙"


def test_a_thousand_problems_are_told_and_all_are_counted() -> None:
    rows = [good(f"{number}", gross_area=0, usage="无此用途") for number in range(600)]
    reading = read_here(make(rows))
    assert len(reading.problems) == 1000
    assert reading.problem_count == 1200
    assert reading.row_count == 600
    assert [problem.row for problem in reading.problems[-2:]] == [503, 503]


def test_inline_cells_of_reporting_programs_are_read() -> None:
    assert inline(1, ["甲", 2]) == '<row r="1"><c t="inlineStr"><is><t>甲</t></is></c><c><v>2</v></c></row>'
    assert read_here(package(plain_rows([good()]))).rows[0].number == 2
