"""Kinds of field: what people type, what it means, and what they are told."""

import string
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.area import MAX_AREA, MAX_UNIT_AREA
from domain.city import City, load_cities
from domain.city_record import ListName
from domain.field import (
    Amount,
    Area,
    Code,
    Count,
    Day,
    Field,
    Flag,
    Floor,
    IdNumber,
    Kind,
    Mobile,
    Text,
    Uscc,
    YearMonth,
    parse_field,
    read_text,
)
from domain.identity import fold
from domain.money import MAX_LINE
from domain.problem import Invalid, Problem, ProblemCode

CITY = load_cities()[510500]
TODAY = date(2026, 11, 22)


def _refusal(kind: Kind[Any], text: str) -> Problem:
    with pytest.raises(Invalid) as refused:
        kind.parse(text, CITY, TODAY)
    return refused.value.problem


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (Area(), "88.35", 883500),
        (Area(), "８８．３５", 883500),
        (Area(), " 88.35㎡ ", 883500),
        (Area(), "88.35 m²", 883500),
        (Area(), "88.35M2", 883500),
        (Area(), "88.35ｍ２", 883500),
        (Area(), "88.35平方米", 883500),
        (Area(), "1,088.35", 10883500),
        (Area(), "１，０８８．３５", 10883500),
        (Area(), "33.3335", 333335),
        (Area(), "60.000000", 600000),
        (Area(), "088", 880000),
        (Area(), "0.0001", 1),
        (Area(MAX_AREA), "1,234,567.8901", 12345678901),
        (Amount(), "2650.5", 265050),
        (Amount(), "￥2,650.50 元", 265050),
        (Amount(), "¥1", 100),
        (Count(), "18", 18),
        (Count(), "18.0", 18),
        (Count(1, 200, "层"), "１８ 层", 18),
        (Floor(), "3", 3),
        (Floor(), "３层", 3),
        (Floor(), "3f", 3),
        (Floor(), "3楼", 3),
        (Floor(), "-1", -1),
        (Floor(), "\u22121", -1),
        (Floor(), "b1", -1),
        (Floor(), "Ｂ２", -2),
        (Floor(), "负1层", -1),
        (Floor(), "地下 2 层", -2),
        (Floor(), "3.0", 3),
        (Flag(), "有", True),
        (Flag(), " Ｙ", True),
        (Flag(), "true", True),
        (Flag(), "是", True),
        (Flag(), "1", True),
        (Flag(), "无", False),
        (Flag(), "n", False),
        (Flag(), "0", False),
        (Flag(), "FALSE", False),
        (Code("structure"), "剪力墙", "3"),
        (Code("usage"), "Ｐ１", "P1"),
        (Text(10), " 江畔\u3000花园 ", "江畔 花园"),
        (Uscc(), "91510500ma6200t12b", "91510500MA6200T12B"),
        (IdNumber(), "51050219850315018x", "51050219850315018X"),
        (Mobile(), "+86 138-0013-8000", "13800138000"),
        (Mobile(abroad=True), "+852 9123 4567", "+85291234567"),
    ],
)
def test_what_people_type_is_understood(kind: Kind[Any], typed: str, value: object) -> None:
    assert kind.parse(typed, CITY, TODAY) == value


@pytest.mark.parametrize(
    "typed",
    [
        "201409",
        "201409.0",
        "2014-09",
        "2014-9",
        "2014/9",
        "2014/09",
        "2014.09",
        "2014年9月",
        "2014年09月",
        "2014 年 9 月",
        "2014-09-01",
        "2014/9/1",
        "2014年9月30日",
        "20140901",
        "2014-09-01 00:00:00",
        "２０１４－０９",
    ],
)
def test_a_month_is_understood_in_every_usual_form(typed: str) -> None:
    assert YearMonth().parse(typed, CITY, TODAY) == "201409"


@pytest.mark.parametrize(
    "typed",
    [
        "201413",
        "201400",
        "2014",
        "41883",  # a serial number of a spreadsheet may count from 1900 or 1904
        "2014.1",  # perhaps 2014.10 in a number cell
        "2014-02-30",
        "189912",
        "203612",
        "14-09",
        "09/2014",
        "2014-09/01",
        "2014-09-01 12:30:00",
        "九月",
    ],
)
def test_a_month_that_is_unclear_or_out_of_range_is_refused(typed: str) -> None:
    assert _refusal(YearMonth(), typed).code is ProblemCode.DATE_INVALID


def test_a_month_reaches_from_1900_to_ten_years_ahead() -> None:
    assert YearMonth().parse("190001", CITY, TODAY) == "190001"
    assert YearMonth().parse("203611", CITY, TODAY) == "203611"


@pytest.mark.parametrize(
    "typed", ["2014-09-01", "2014/9/1", "2014.9.1", "20140901", "2014年9月1日", "2014-09-01T00:00:00.000"]
)
def test_a_day_is_understood_in_every_usual_form(typed: str) -> None:
    assert Day().parse(typed, CITY, TODAY) == date(2014, 9, 1)


@pytest.mark.parametrize(
    "typed", ["2014-02-30", "201409", "2014-9", "1899-12-31", "2036-12-01", "41883", "今天"]
)
def test_a_day_that_does_not_exist_or_is_unclear_is_refused(typed: str) -> None:
    assert _refusal(Day(), typed).code is ProblemCode.DATE_INVALID


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        (Area(), "88,35", ProblemCode.NUMBER_FORMAT),  # a decimal comma
        (Area(), "1,0880.5", ProblemCode.NUMBER_FORMAT),
        (Area(), "8.835e1", ProblemCode.NUMBER_FORMAT),
        (Area(), "88.35²", ProblemCode.NUMBER_FORMAT),  # folding alone would read 88.352
        (Area(), "88½", ProblemCode.NUMBER_FORMAT),
        (Area(), "①", ProblemCode.NUMBER_FORMAT),
        (Area(), "88 35", ProblemCode.NUMBER_FORMAT),
        (Area(), "约88", ProblemCode.NUMBER_FORMAT),
        (Area(), "88.35元", ProblemCode.NUMBER_FORMAT),
        (Area(), "㎡", ProblemCode.NUMBER_FORMAT),
        (Area(), "٨٨", ProblemCode.NUMBER_FORMAT),
        (Area(), "NaN", ProblemCode.NUMBER_FORMAT),
        (Area(), "9" * 5000, ProblemCode.NUMBER_FORMAT),
        (Area(), "0", ProblemCode.AREA_INVALID),
        (Area(), "-5", ProblemCode.AREA_INVALID),
        (Area(), "88.35001", ProblemCode.AREA_INVALID),
        (Area(), "88.34999999999999", ProblemCode.AREA_INVALID),
        (Area(), "100000", ProblemCode.AREA_INVALID),
        (Area(), "123456789012", ProblemCode.AREA_INVALID),
        (Amount(), "0.00", ProblemCode.AMOUNT_INVALID),
        (Amount(), "-1", ProblemCode.AMOUNT_INVALID),
        (Amount(), "1.005", ProblemCode.AMOUNT_INVALID),
        (Amount(), "100000000", ProblemCode.AMOUNT_INVALID),
        (Amount(), "1万元", ProblemCode.NUMBER_FORMAT),
        (Count(), "1.5", ProblemCode.COUNT_INVALID),
        (Count(), "-1", ProblemCode.COUNT_INVALID),
        (Count(1, 200), "201", ProblemCode.COUNT_INVALID),
        (Count(), "十八", ProblemCode.NUMBER_FORMAT),
        (Floor(), "0", ProblemCode.FLOOR_INVALID),
        (Floor(), "B0", ProblemCode.FLOOR_INVALID),
        (Floor(), "1.5", ProblemCode.FLOOR_INVALID),
        (Floor(), "1-2", ProblemCode.FLOOR_INVALID),
        (Floor(), "夹层", ProblemCode.FLOOR_INVALID),
        (Floor(), "201", ProblemCode.FLOOR_INVALID),
        (Floor(), "-21", ProblemCode.FLOOR_INVALID),
        (Flag(), "有无", ProblemCode.VALUE_UNKNOWN),
        (Flag(), "2", ProblemCode.VALUE_UNKNOWN),
        (Code("usage"), "城堡", ProblemCode.VALUE_UNKNOWN),
        (Text(3), "一二三四", ProblemCode.TEXT_INVALID),
        (Text(9, "[0-9]+"), "12a", ProblemCode.TEXT_INVALID),
        (Text(9), "王\ue000", ProblemCode.TEXT_INVALID),  # private use, as old systems wrote rare names
        (Text(9), "王\U000f0000", ProblemCode.TEXT_INVALID),
        (Text(9), "王\ud800", ProblemCode.TEXT_INVALID),  # half a character, as JSON may carry it
        (Text(9), "王\ufffe", ProblemCode.TEXT_INVALID),
        (Uscc(), "91510500MA6200T12C", ProblemCode.USCC_CHECKSUM),
        (IdNumber(), "abc", ProblemCode.ID_FORMAT),
        (Mobile(), "+85291234567", ProblemCode.MOBILE_FORMAT),
    ],
)
def test_what_is_wrong_has_its_own_code(kind: Kind[Any], typed: str, code: ProblemCode) -> None:
    assert _refusal(kind, typed).code is code


def test_characters_beyond_the_first_plane_are_taken() -> None:
    assert Text(9).parse("䶮𬭎\U0002ebf0", CITY, TODAY) == "䶮𬭎\U0002ebf0"


def test_an_unknown_value_names_the_first_choices() -> None:
    assert _refusal(Flag(), "x").params == {"allowed": "有、无"}
    allowed = _refusal(Code("usage"), "x").params["allowed"]
    assert allowed.startswith("住宅、成套住宅、")
    assert allowed.endswith("等")
    assert allowed.count("、") == 11


def test_only_fields_with_choices_offer_a_list() -> None:
    assert Flag().choices(CITY) == ("有", "无")
    assert Code("sale_status").choices(CITY) == ("未售", "认购", "已签约", "已备案", "已交付", "自留")
    assert Text(9).choices(CITY) == ()


DAYS = st.dates(date(1900, 1, 1), date(2036, 11, 30))
PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Co", "Cn"]), max_size=40).map(fold)
VALUES: list[st.SearchStrategy[tuple[Kind[Any], object]]] = [
    st.tuples(st.just(Text(1000)), PRINTABLE.filter(bool)),
    st.tuples(st.just(Count()), st.integers(0, 100_000)),
    st.tuples(st.just(Count(1, 200, "层")), st.integers(1, 200)),
    st.tuples(st.just(Floor()), st.integers(-20, 200).filter(bool)),
    st.tuples(st.just(Area()), st.integers(1, MAX_UNIT_AREA)),
    st.tuples(st.just(Area(MAX_AREA)), st.integers(1, MAX_AREA)),
    st.tuples(st.just(Amount()), st.integers(1, MAX_LINE)),
    st.tuples(st.just(Flag()), st.booleans()),
    st.tuples(st.just(YearMonth()), DAYS.map(lambda day: f"{day:%Y%m}")),
    st.tuples(st.just(Day()), DAYS),
    st.tuples(
        st.just(IdNumber()), st.text(string.digits + string.ascii_uppercase + "()/-", min_size=4, max_size=30)
    ),
    st.tuples(st.just(Mobile()), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)),
    st.tuples(st.just(Mobile(abroad=True)), st.from_regex(r"\+[1-79][0-9]{6,14}", fullmatch=True)),
    st.tuples(st.just(Uscc()), st.sampled_from(["91510500MA6200T12B", "914407007321002770"])),
]


@given(st.one_of(VALUES))
def test_what_is_shown_is_read_as_the_same(pair: tuple[Kind[Any], object]) -> None:
    kind, value = pair
    assert kind.parse(kind.show(value, CITY), CITY, TODAY) == value


@pytest.mark.parametrize("list_name", get_args(ListName))
@pytest.mark.parametrize("city", load_cities().values(), ids=lambda city: city.key)
def test_every_code_of_a_city_is_read_from_its_label(list_name: ListName, city: City) -> None:
    codes = [code.code for code in getattr(city.codes, list_name)]
    kind = Code(list_name)
    assert [kind.parse(kind.show(code, city), city, TODAY) for code in codes] == codes


KINDS: list[Kind[Any]] = [
    Text(20),
    Count(),
    Floor(),
    Area(),
    Amount(),
    Code("usage"),
    Flag(),
    YearMonth(),
    Day(),
    IdNumber(),
    Mobile(abroad=True),
    Uscc(),
]
NEARLY = st.text("0123456789.,-/: ０９年月日层元㎡²负BFX+e\u3000有Ｙ", max_size=12)


@given(st.text(max_size=40) | NEARLY, st.sampled_from(KINDS))
def test_any_text_is_read_and_read_again_or_refused_as_invalid(text: str, kind: Kind[Any]) -> None:
    try:
        value = kind.parse(text, CITY, TODAY)
    except Invalid:
        return
    assert kind.parse(kind.show(value, CITY), CITY, TODAY) == value


AREA = Field("gross_area", "建筑面积", Area(), required=True)


def test_a_refused_field_is_named_with_its_label_and_the_value_as_typed() -> None:
    with pytest.raises(Invalid) as refused:
        parse_field(AREA, " 88,35 ", CITY, TODAY)
    assert refused.value.problem == Problem(
        ProblemCode.NUMBER_FORMAT,
        path="gross_area",
        column="建筑面积",
        value=" 88,35 ",
        params={"label": "建筑面积"},
    )


def test_a_long_value_is_quoted_up_to_200_characters() -> None:
    with pytest.raises(Invalid) as refused:
        parse_field(AREA, "长" * 500, CITY, TODAY)
    assert refused.value.problem.value == "长" * 200


@pytest.mark.parametrize("field", [Field("id", "证件号", IdNumber()), Field("mobile", "手机号", Mobile())])
def test_a_personal_number_is_never_quoted(field: Field) -> None:
    with pytest.raises(Invalid) as refused:
        parse_field(field, "13800138000138001380001380013800", CITY, TODAY)
    problem = refused.value.problem
    assert problem.value is None
    assert "1380013" not in repr(problem) + problem.message("zh") + problem.message("en")


@pytest.mark.parametrize("blank", ["", " ", "\u3000\u00a0", "\u200b", "\n"])
def test_blanks_of_every_kind_are_nothing(blank: str) -> None:
    assert parse_field(Field("remark", "备注", Text(9)), blank, CITY, TODAY) is None
    with pytest.raises(Invalid) as refused:
        parse_field(AREA, blank, CITY, TODAY)
    assert (refused.value.problem.code, refused.value.problem.path) == (
        ProblemCode.FIELD_REQUIRED,
        "gross_area",
    )


def test_a_value_is_read_through_its_field() -> None:
    assert parse_field(AREA, "88.35㎡", CITY, TODAY) == 883500


def test_words_are_read_or_what_is_wrong_with_them_is_said() -> None:
    reason = Field("reason", "作废原因", Text(4), required=True)
    assert read_text(reason, " 打印有误 ", CITY, TODAY) == "打印有误"
    said = [read_text(reason, text, CITY, TODAY) for text in (" ", "打印有误了", "有误\ue000")]
    assert [(one.code.value, one.path) for one in said if isinstance(one, Problem)] == [
        ("FIELD_REQUIRED", "reason"),
        ("TEXT_INVALID", "reason"),
        ("TEXT_INVALID", "reason"),
    ]
