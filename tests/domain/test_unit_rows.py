"""Rules between the cells of a unit's row and between the rows, the same for workbooks and typed rows."""

from datetime import date

from domain.unit_rows import alike_rooms, check_unit_rows

TODAY = date(2026, 11, 22)
UNIT = {"building": "1栋", "section": "1单元", "floor": 2, "gross_area": 883500, "net_area": None}
OWNER = {
    "owner_name": "李四",
    "owner_id_type": "1",
    "owner_id_number": "51050219850315018X",
    "owner_mobile": "13122220002",
}


def told(*rows: dict[str, object]) -> list[tuple[int | None, str, str]]:
    """Give row, field and code of what is wrong with rows numbered from 4."""
    problems = check_unit_rows(dict(enumerate(rows, start=4)), TODAY)
    return [(problem.row, problem.path, str(problem.code)) for problem in problems]


def unit(room: str = "201", **changes: object) -> dict[str, object]:
    return {**UNIT, "room_no": room, **changes}


def test_a_unit_without_an_owner_or_with_a_whole_one_is_in_order() -> None:
    assert told(unit("201"), unit("202", **OWNER)) == []


def test_each_missing_part_of_an_owner_is_named() -> None:
    assert told(unit(owner_mobile="13122220002")) == [
        (4, "owner_name", "OWNER_REQUIRED"),
        (4, "owner_id_type", "OWNER_REQUIRED"),
        (4, "owner_id_number", "OWNER_REQUIRED"),
    ]


def test_a_residents_number_is_checked_and_a_passports_is_not_taken_for_one() -> None:
    wrong = {**OWNER, "owner_id_number": "510502198503150121"}
    assert told(unit(**wrong)) == [(4, "owner_id_number", "ID_CHECKSUM")]
    assert told(unit(**{**wrong, "owner_id_type": "3"})) == []


def test_an_enterprise_as_owner_is_checked_by_its_credit_code() -> None:
    enterprise = {**OWNER, "owner_id_type": "7", "owner_id_number": "91440703MA4W7K2P3E"}
    assert told(unit(**enterprise)) == []
    assert told(unit(**{**enterprise, "owner_id_number": "91510500MA6200T12C"})) == [
        (4, "owner_id_number", "USCC_CHECKSUM")
    ]


def test_only_owners_with_papers_from_elsewhere_may_give_a_foreign_mobile_number() -> None:
    abroad = {**OWNER, "owner_mobile": "+85291234567"}
    assert told(unit(**abroad)) == [(4, "owner_mobile", "MOBILE_FORMAT")]
    assert told(unit(**{**abroad, "owner_id_type": "2", "owner_id_number": "H12345678"})) == []


def test_the_internal_area_is_at_most_the_gross_one() -> None:
    assert told(unit(net_area=883500)) == []
    assert told(unit(net_area=883501)) == [(4, "net_area", "AREA_INVALID")]


def test_a_second_unit_in_a_place_names_the_first_and_another_floor_is_another_place() -> None:
    rows = [unit("201"), unit("201", floor=3), unit("201", section=None), unit(" ２０１ ")]
    assert told(*rows) == [(7, "room_no", "DUPLICATE_UNIT")]
    (problem,) = check_unit_rows(dict(enumerate(rows, start=4)), TODAY)
    assert problem.params == {"row": "4", "room": " ２０１ "}


def test_rows_whose_place_is_not_known_are_not_compared() -> None:
    assert told(unit("201", floor=None), unit("201", floor=None)) == []


def test_rooms_are_alike_when_only_leading_zeros_or_an_ending_differ() -> None:
    rows = dict(enumerate([unit("101"), unit("0101"), unit("101室"), unit("101"), unit("1010")], start=4))
    assert alike_rooms(rows) == [(4, 5), (4, 6)]
