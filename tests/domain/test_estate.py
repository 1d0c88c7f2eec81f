"""The columns of a unit's row, and the key of its place."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.city import City, load_cities
from domain.estate import UNIT_FIELDS, loose_room, unit_key
from domain.field import parse_field
from domain.identity import check_id_number

TODAY = date(2026, 11, 22)


def test_the_columns_are_those_of_the_import_template_in_order() -> None:
    assert [field.label for field in UNIT_FIELDS] == [
        "楼栋名称",
        "单元",
        "楼层",
        "室号",
        "地址",
        "房屋用途",
        "建筑面积",
        "套内面积",
        "电梯(有/无)",
        "建成年月",
        "建筑结构",
        "总层数",
        "销售状态",
        "业主姓名",
        "证件类型",
        "证件号",
        "手机号",
        "合同号",
        "备注",
    ]


def test_seven_columns_are_required() -> None:
    assert [field.name for field in UNIT_FIELDS if field.required] == [
        "building",
        "floor",
        "room_no",
        "address",
        "usage",
        "gross_area",
        "has_lift",
    ]


@pytest.mark.parametrize("city", load_cities().values(), ids=lambda city: city.key)
def test_the_example_row_is_a_good_row_in_every_city(city: City) -> None:
    row = {field.name: parse_field(field, field.example, city, TODAY) for field in UNIT_FIELDS}
    assert row["gross_area"] == 883500
    assert row["net_area"] == 701200
    assert row["completed_ym"] == "201409"
    assert None not in row.values()
    number = str(row["owner_id_number"])
    assert check_id_number(str(row["owner_id_type"]), number, TODAY, "owner_id_number") == number


def test_every_column_has_one_chinese_sentence_of_advice() -> None:
    for field in UNIT_FIELDS:
        assert field.note.endswith("。")
        assert field.note.count("。") == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("1栋", "1单元", 3, "301"), (" １栋", "１ 单元", 3, "3０1 ")),
        (("A座", "", 3, "3a"), ("a座", None, 3, "3A")),
        (("1栋", "甲", -1, "B01"), ("1 栋", "甲\u200b", -1, "Ｂ01")),
    ],
)
def test_width_case_and_spaces_do_not_make_another_unit(
    one: tuple[str, str, int, str], other: tuple[str, str | None, int, str]
) -> None:
    assert unit_key(*one) == unit_key(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("1栋", "1", 3, "301"), ("11栋", "", 3, "301")),
        (("1", "11", 1, "1"), ("11", "1", 1, "1")),
        (("1栋", "1", 3, "301"), ("1栋", "1", -3, "301")),
        (("1栋", "1", 3, "301"), ("1栋", "1", 3, "301室")),
        (("1栋", "1", 3, "0301"), ("1栋", "1", 3, "301")),
    ],
)
def test_different_places_have_different_keys(
    one: tuple[str, str, int, str], other: tuple[str, str, int, str]
) -> None:
    assert unit_key(*one) != unit_key(*other)


PARTS = st.tuples(st.text(max_size=6), st.text(max_size=6), st.integers(-3, 30), st.text(max_size=6))


@given(PARTS)
def test_no_part_of_a_key_can_imitate_two(parts: tuple[str, str, int, str]) -> None:
    assert unit_key(*parts).count("\x1f") == 3


@pytest.mark.parametrize(
    ("room", "bare"),
    [
        ("101室", "101"),
        ("0101", "101"),
        ("１０１ 号", "101"),
        ("301房", "301"),
        ("A1", "a1"),
        ("室", "室"),
        ("00", "00"),
    ],
)
def test_rooms_that_look_alike_are_found_for_a_warning(room: str, bare: str) -> None:
    assert loose_room(room) == bare
