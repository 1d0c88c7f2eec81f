"""What must hold between the cells of a unit's row, and between the rows: owners, areas, no place twice."""

from collections.abc import Mapping
from datetime import date

from domain.estate import loose_room, unit_key
from domain.identity import ABROAD_ID_TYPES, check_id_number, check_mobile
from domain.problem import Invalid, Problem, ProblemCode

Rows = Mapping[int, Mapping[str, object]]
"""Parsed values by field name of `domain.estate.UNIT_FIELDS`, by row number as the person sees it."""

OWNER_FIELDS = {
    "owner_name": "业主姓名",
    "owner_id_type": "证件类型",
    "owner_id_number": "证件号",
    "owner_mobile": "手机号",
}
"""The owner block: all of it or nothing [J 1.4.2]."""


def check_unit_rows(rows: Rows, today: date) -> list[Problem]:
    """Find what is wrong with rows whose cells are each in order.

    Args:
        rows: The rows in order; a field that is empty, or whose cell had a problem, is None or left out.
        today: The business day, after which nobody was born.

    Returns:
        Problems in the order of the rows; each names its `row` and, as `path`, its field:
        `ALREADY_IMPORTED` for a fetched unit that an earlier row has, `OWNER_REQUIRED`, the causes of
        `check_id_number` and `check_mobile`, `AREA_INVALID` for a net
        area over the gross one, `DUPLICATE_UNIT` that names the first row of the place (R-EST-3).
    """
    problems: list[Problem] = []
    first: dict[str, int] = {}
    fetched: dict[object, int] = {}
    for number, values in rows.items():
        problems += _check_source(number, values, fetched)
        problems += _check_owner(number, values, today)
        problems += _check_areas(number, values)
        problems += _check_place(number, values, first)
    return problems


def alike_rooms(rows: Rows) -> list[tuple[int, int]]:
    """Find rows whose room differs from an earlier one only as 101 from 0101 or 101室 (`loose_room`).

    Returns:
        Pairs of the earlier and the later row; both may be right, so this is good for a warning only.
    """
    found: list[tuple[int, int]] = []
    first: dict[str, tuple[int, str]] = {}
    for number, values in rows.items():
        place = _place(values)
        if place:
            earlier, written = first.setdefault(_place(values, loose=True), (number, place))
            if written != place:
                found.append((earlier, number))
    return found


def _check_source(number: int, values: Mapping[str, object], first: dict[object, int]) -> list[Problem]:
    """A row that was copied in a spreadsheet still carries, out of sight, where the first one came from."""
    source = values.get("external_id")
    earlier = first.setdefault(source, number) if source else number
    if earlier == number:
        return []
    params = {"row": str(earlier), "room": str(values.get("room_no"))}
    return [Problem(ProblemCode.ALREADY_IMPORTED, "room_no", row=number, params=params)]


def _check_owner(number: int, values: Mapping[str, object], today: date) -> list[Problem]:
    filled = [name for name in OWNER_FIELDS if values.get(name) is not None]
    if not filled:
        return []
    problems = [
        Problem(ProblemCode.OWNER_REQUIRED, name, row=number, params={"label": label})
        for name, label in OWNER_FIELDS.items()
        if name not in filled
    ]
    id_type, id_number = values.get("owner_id_type"), values.get("owner_id_number")
    mobile = values.get("owner_mobile")
    try:
        if isinstance(id_type, str) and isinstance(id_number, str):
            check_id_number(id_type, id_number, today, "owner_id_number")
    except Invalid as found:
        problems.append(_in_row(found.problem, number))
    try:
        if isinstance(id_type, str) and isinstance(mobile, str):
            check_mobile(mobile, "owner_mobile", abroad=id_type in ABROAD_ID_TYPES)
    except Invalid as found:
        problems.append(_in_row(found.problem, number))
    return problems


def _check_areas(number: int, values: Mapping[str, object]) -> list[Problem]:
    gross, net = values.get("gross_area"), values.get("net_area")
    if isinstance(gross, int) and isinstance(net, int) and net > gross:
        return [Problem(ProblemCode.AREA_INVALID, "net_area", row=number, params={"label": "套内面积"})]
    return []


def _check_place(number: int, values: Mapping[str, object], first: dict[str, int]) -> list[Problem]:
    place = _place(values)
    earlier = first.setdefault(place, number) if place else number
    if earlier == number:
        return []
    params = {"row": str(earlier), "room": str(values.get("room_no"))}
    return [Problem(ProblemCode.DUPLICATE_UNIT, "room_no", row=number, params=params)]


def _place(values: Mapping[str, object], *, loose: bool = False) -> str:
    """Give the key of the unit's place; empty where a part of it is not known."""
    building, floor, room = values.get("building"), values.get("floor"), values.get("room_no")
    if not (isinstance(building, str) and isinstance(floor, int) and isinstance(room, str)):
        return ""
    section = values.get("section")
    own_section = section if isinstance(section, str) else ""
    return unit_key(building, own_section, floor, loose_room(room) if loose else room)


def _in_row(problem: Problem, number: int) -> Problem:
    return Problem(problem.code, problem.path, row=number, params=problem.params)
