"""A batch deposit's rules by themselves: what each city asks, what its rows may say, what is left out."""

from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.batch import (
    PayMode,
    Skip,
    SkipReason,
    Terms,
    batch_type,
    check_selection,
    check_terms,
    nothing_left,
)
from domain.city import load_cities
from domain.deposits import DepositType, UnitAccount
from domain.owner_rows import OWNER_ROW_FIELDS, check_owner_rows
from domain.problem import Problem
from domain.receipts import ReceiptMode

CITIES = load_cities(Path(__file__).parents[1] / "cities")
LUZHOU, JIANGMEN, YUNMENG = (CITIES[code] for code in (510500, 440700, 990100))
TODAY = date(2026, 11, 22)
ROW: dict[str, Any] = {
    "code": "U1",
    "building": "1栋",
    "section": "1单元",
    "floor": 3,
    "room_no": "301",
    "name": "张三",
    "id_type": "1",
    "id_number": "510502198503150120",
    "mobile": "13800138000",
}


def told(problems: Any) -> list[tuple[int | None, str, str]]:
    return [(problem.row, problem.path, problem.code.value) for problem in problems]


def paths(problem: Problem | None) -> tuple[str, str] | None:
    return None if problem is None else (problem.path, problem.code.value)


def test_each_city_asks_for_its_own_terms():
    asked = {city.key: told(check_terms(city, Terms())) for city in (LUZHOU, JIANGMEN, YUNMENG)}
    assert asked == {
        "luzhou": [(None, one, "FIELD_REQUIRED") for one in ("payMode", "receiptMode", "receiptMobile")],
        "jiangmen": [],
        "yunmeng": [(None, one, "FIELD_REQUIRED") for one in ("payMode", "receiptMobile")],
    }
    full = Terms(PayMode.ADVANCE, ReceiptMode.SUMMARY, "１３８ 0013 8000")
    assert check_terms(LUZHOU, full) == ()
    assert told(check_terms(JIANGMEN, full)) == [
        (None, "receiptMode", "PROFILE_FEATURE_OFF"),
        (None, "receiptMobile", "PROFILE_FEATURE_OFF"),
    ]
    assert told(check_terms(LUZHOU, Terms(PayMode.ADVANCE, ReceiptMode.SUMMARY, "+85291234567"))) == [
        (None, "receiptMobile", "MOBILE_FORMAT")
    ]


def test_a_city_lets_buildings_units_or_both_be_picked():
    off = "PROFILE_FEATURE_OFF"
    assert [paths(check_selection(LUZHOU, buildings=one, units=not one)) for one in (True, False)] == [
        None
    ] * 2
    assert paths(check_selection(JIANGMEN, buildings=True, units=True)) == ("unitIds", off)
    assert paths(check_selection(YUNMENG, buildings=True, units=True)) == ("buildingIds", off)
    assert paths(check_selection(JIANGMEN, buildings=False, units=False)) == ("buildingIds", "FIELD_REQUIRED")
    assert paths(check_selection(YUNMENG, buildings=False, units=False)) == ("unitIds", "FIELD_REQUIRED")


def test_one_notice_asks_for_one_kind_of_deposit():
    first, more = UnitAccount(100, 0, 0), UnitAccount(100, 60, 60)
    assert batch_type([first, more]) is DepositType.FIRST
    assert batch_type([more]) is DepositType.SUPPLEMENT
    assert batch_type([]) is DepositType.FIRST


def test_nothing_due_names_the_notices_that_are_open():
    skips = [Skip("U1", "301", SkipReason.FULLY_PAID), Skip("U2", "302", SkipReason.OPEN_NOTICE, "LZNO1")]
    due, other = nothing_left(skips)
    assert "其中 1 套" in due.message("zh")
    assert "LZNO1" in other.message("zh")
    assert "其中" not in nothing_left(skips[:1])[0].message("zh")


def test_rows_of_one_unit_belong_together_by_code_or_by_place():
    spouse = {**ROW, "code": None, "name": "李四", "id_number": "51050219850315018X"}
    shared = {4: {**ROW, "share": "1/3"}, 5: {**spouse, "share": "2/3"}}
    assert check_owner_rows(shared, TODAY) == []
    assert told(check_owner_rows({4: ROW, 5: {**ROW, "code": None}}, TODAY)) == [
        (5, "id_number", "DUPLICATE_OWNER")
    ]
    other = {**ROW, "code": "U2", "room_no": "302"}
    assert check_owner_rows({4: ROW, 5: other}, TODAY) == []
    assert told(check_owner_rows({4: shared[4], 5: {**shared[5], "share": None}}, TODAY)) == [
        (4, "share", "SHARE_SUM"),
        (5, "share", "SHARE_SUM"),
    ]


def test_only_an_enterprise_has_a_landline_and_masked_numbers_wait_for_the_record():
    company = {**ROW, "id_type": "7", "id_number": "91510500MA6200T12B", "mobile": "0830-2345678"}
    masked = {**ROW, "id_number": "5105**********0120", "mobile": "138****8000"}
    assert check_owner_rows({4: company, 5: {**masked, "code": "U2"}}, TODAY) == []
    wrong = {4: {**company, "id_type": "1"}}
    assert told(check_owner_rows(wrong, TODAY)) == [
        (4, "id_number", "ID_FORMAT"),
        (4, "mobile", "MOBILE_FORMAT"),
    ]


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(OWNER_ROW_FIELDS), st.text(max_size=20))
def test_what_a_column_takes_it_writes_and_takes_again(field: Any, text: str):
    try:
        value = field.kind.parse(text, LUZHOU, TODAY)
    except ValueError:
        return
    assert field.kind.parse(field.kind.show(value, LUZHOU), LUZHOU, TODAY) == value
