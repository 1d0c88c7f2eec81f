"""Owners of units as a workbook has them (OWNER_IMPORT): one owner a row, or the developer's own row."""

from collections.abc import Hashable, Mapping
from datetime import date

from domain.estate import UNIT_CODE, UNIT_FIELDS, unit_key
from domain.field import Code, Count, Field, Text
from domain.field_kept import KeptIdNumber, KeptPhone, Share, is_landline, is_masked
from domain.identity import ABROAD_ID_TYPES, BUSINESS_LICENCE, check_id_number, check_mobile
from domain.problem import Invalid, Problem, ProblemCode
from domain.shares import check_shares
from domain.unit_rows import Rows

_PLACE = ("building", "section", "floor", "room_no")

OWNER_ROW_FIELDS: tuple[Field, ...] = (
    Field(UNIT_CODE.name, UNIT_CODE.label, UNIT_CODE.kind, note="系统识别房屋用，请勿修改。"),
    *(one for one in UNIT_FIELDS if one.name in _PLACE),
    Field(
        "name",
        "业主姓名",
        Text(100),
        required=True,
        note="没有业主的，填写开发建设单位名称。",
        example="张三",
    ),
    Field(
        "id_type",
        "证件类型",
        Code("id_type"),
        required=True,
        note="从下拉列表中选择；开发建设单位选“营业执照”。",
        example="身份证",
    ),
    Field(
        "id_number",
        "证件号",
        KeptIdNumber(),
        required=True,
        note="单元格须为文本格式；开发建设单位填统一社会信用代码；带*的已登记号码可保持不变。",
        example="510502198503150120",
    ),
    Field(
        "mobile",
        "手机号",
        KeptPhone(),
        required=True,
        note="开发建设单位填经办人电话，可填固定电话。",
        example="13800138000",
    ),
    Field("share", "份额", Share(), note="按份共有时填写，如 50% 或 1/2；共同共有的留空。", example="50%"),
    Field("position", "共有人序号", Count(1, 100), note="有多个业主时的次序。", example="1"),
    Field("org_code", "机构代码", Text(30, "[0-9A-Z-]*"), note="开发建设单位的组织机构代码，可不填。"),
)
"""The columns of the sheet OWNER_IMPORT (domain analysis §6.2), in order; the place is there to be read."""


def home_of(values: Mapping[str, object]) -> Hashable:
    """Tell whose row it is: the unit's code, or its place where a row was added by hand."""
    code = values.get("code")
    return str(code) if code else _place(values)


def _place(values: Mapping[str, object]) -> str | None:
    building, room, floor = values.get("building"), values.get("room_no"), values.get("floor")
    section = values.get("section")
    if isinstance(building, str) and isinstance(room, str) and isinstance(floor, int):
        return unit_key(building, section if isinstance(section, str) else None, floor, room)
    return None


def _homes(rows: Rows) -> Mapping[int, Hashable]:
    """Tell which rows are one unit's, also where only some of them have its code."""
    coded = {_place(values): home_of(values) for values in rows.values() if values.get("code")}
    return {
        number: home_of(values) if values.get("code") else coded.get(_place(values), _place(values))
        for number, values in rows.items()
    }


def check_owner_rows(rows: Rows, today: date) -> list[Problem]:
    """Find what is wrong between the cells of a row, and between the rows of one unit."""
    problems: list[Problem] = []
    first: dict[tuple[Hashable, object], int] = {}
    shares: dict[Hashable, dict[int, str | None]] = {}
    homes = _homes(rows)
    for number, values in rows.items():
        problems += _check_numbers(number, values, today)
        home, share = homes[number], values.get("share")
        shares.setdefault(home, {})[number] = share if isinstance(share, str) else None
        id_number = values.get("id_number")
        if id_number is not None and first.setdefault((home, id_number), number) != number:
            params = {"row": str(first[home, id_number])}
            problems.append(Problem(ProblemCode.DUPLICATE_OWNER, "id_number", row=number, params=params))
    for given in shares.values():
        wrong = check_shares(list(given.values()), "share")
        if wrong is not None:
            problems += [Problem(wrong.code, wrong.path, row=number, params=wrong.params) for number in given]
    return problems


def _check_numbers(row: int, values: Mapping[str, object], today: date) -> list[Problem]:
    """Check a row's number by the type of its document, and its telephone by who may have which."""
    found: list[Problem] = []
    id_type, number, phone = values.get("id_type"), values.get("id_number"), values.get("mobile")
    if not isinstance(id_type, str):
        return found
    try:
        if isinstance(number, str) and not is_masked(number):
            check_id_number(id_type, number, today, "id_number")
    except Invalid as wrong:
        found.append(_placed(wrong.problem, row))
    try:
        if isinstance(phone, str) and not is_masked(phone) and not _is_office(id_type, phone):
            check_mobile(phone, "mobile", abroad=id_type in ABROAD_ID_TYPES)
    except Invalid as wrong:
        found.append(_placed(wrong.problem, row))
    return found


def _is_office(id_type: str, phone: str) -> bool:
    """Only an enterprise may be reached by a landline [L 2.3.1]."""
    return id_type == BUSINESS_LICENCE and is_landline(phone)


def _placed(problem: Problem, row: int) -> Problem:
    return Problem(problem.code, problem.path, row=row, params=problem.params)
