"""What an order of split or merge says of its units: of those that give way, and of those that come."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from domain.city import City
from domain.estate import UNIT_FIELDS
from domain.field import Field, Text
from domain.orders.facts import Line
from domain.orders.rows import RowForm, Shape
from domain.people import Owner, Seal
from domain.problem import Problem, ProblemCode
from domain.switch import SplitMergeSource
from domain.unit import Reveal
from domain.unit_rows import check_unit_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceContent:
    """A unit that is split, or merged with others, as it stands now; `code` is its readable number."""

    code: str
    building: str
    section: str = ""
    floor: int
    room_no: str
    address: str
    usage: str
    gross_area: int
    net_area: int | None = None
    has_lift: bool
    sale_status: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultContent:
    """A unit that shall come of others.

    Attributes:
        sources: The readable numbers of the units that it comes of, in order.
        owners: Who shall own it; nobody said means the owners that its sources have in common (R-SPL-2).
    """

    sources: tuple[str, ...]
    building: str
    section: str = ""
    floor: int
    room_no: str
    address: str
    usage: str
    gross_area: int
    net_area: int | None = None
    has_lift: bool
    sale_status: str | None = None
    remark: str | None = None
    owners: tuple[Owner, ...] = ()


SOURCES = Field(
    "sources",
    "原房屋编号",
    Text(2000),
    required=True,
    note="拆分或合并前的房屋编号；合并时填写多个，用分号隔开。",
    example="LZUN2026112200001",
)
_DEFAULT = "不填则与原房屋相同。"


def _new(name: str, label: str, *, note: str, required: bool = False) -> Field:
    known = next(field for field in UNIT_FIELDS if field.name == name)
    return replace(known, label=label, note=note, required=required)


RESULT_FIELDS: tuple[Field, ...] = (
    SOURCES,
    _new("building", "新楼栋", note=f"小区内已有的楼栋；{_DEFAULT}"),
    _new("section", "新单元", note=_DEFAULT),
    _new("floor", "新楼层", note=_DEFAULT),
    _new("room_no", "新室号", note="同一楼栋、单元、楼层内不得重复；可沿用原室号。", required=True),
    _new("address", "新地址", note="房屋坐落的完整地址。", required=True),
    _new(
        "gross_area",
        "新建筑面积",
        note="单位平方米，最多 4 位小数；合计须与原房屋建筑面积合计相等。",
        required=True,
    ),
    _new("net_area", "新套内面积", note="单位平方米，不大于建筑面积。"),
    _new("usage", "用途", note=f"交存类别不得改变；{_DEFAULT}"),
    _new("sale_status", "销售状态", note=_DEFAULT),
    _new("remark", "备注", note="其他需要说明的情况。"),
)
"""The columns of the sheet SPLIT_MERGE (domain.md §6.2); size, place and number are new, the rest is kept."""

_GIVEN_BY_SOURCE = ("building", "section", "floor", "address", "usage", "has_lift", "sale_status")
_BETWEEN = re.compile(r"[;；,，、\s]+")


def read_codes(text: str) -> tuple[str, ...]:
    """Read the numbers of units, however people part them."""
    return tuple(dict.fromkeys(code.upper() for code in _BETWEEN.split(text) if code))


def _store_source(values: Mapping[str, Any], _seal: Seal) -> SourceContent:
    return msgspec.convert(_known(values), SourceContent)


def _store_result(values: Mapping[str, Any], _seal: Seal) -> ResultContent:
    return msgspec.convert(_known({**values, "sources": read_codes(values["sources"])}), ResultContent)


def _known(values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as it is stored
    return msgspec.to_builtins({name: value for name, value in values.items() if value is not None})


def _spread_source(content: Mapping[str, Any], _reveal: Reveal | None) -> dict[str, Any]:
    return dict(content)


def _spread_result(content: Mapping[str, Any], _reveal: Reveal | None) -> dict[str, Any]:
    return {**content, "sources": ";".join(content.get("sources", ()))}


def _complete(row: Mapping[str, Any], lines: Sequence[Line]) -> Mapping[str, Any] | Problem:
    """Fill in from the first of its sources what a row leaves open (R-SPL-5)."""
    codes = read_codes(row.get("sources") or "")
    picked = {before["code"]: before for line in lines if (before := line.before) and "code" in before}
    unknown = [code for code in codes if code not in picked]
    if unknown or not codes:
        params = {"label": SOURCES.label}
        value = ";".join(unknown)[:200]
        return Problem(ProblemCode.VALUE_UNKNOWN, SOURCES.name, value=value, params=params)
    first = picked[codes[0]]
    given = {name: first.get(name) for name in _GIVEN_BY_SOURCE if row.get(name) is None}
    return {**row, **given}


def _begin(source: Mapping[str, Any], city: City) -> dict[str, Any]:
    """Begin with the unit as it is [J 1.3.4], unless the city begins with an empty template [L 2.7]."""
    if city.split_merge_source is SplitMergeSource.TEMPLATE:
        return {}
    names = {field.name for field in RESULT_FIELDS}
    row = {name: value for name, value in source.items() if name in names}
    return {**row, "sources": source["code"]}


RESULT_ROWS = RowForm(
    RESULT_FIELDS,
    check_unit_rows,
    _store_result,
    _spread_result,
    shape=Shape.RESULT,
    edits=frozenset({Shape.UNIT, Shape.OWNERS}),
    batch=lambda _city: frozenset({"owners"}),
    complete=_complete,
    begin=_begin,
)
"""The units that come of a split or merge, one a row."""

SOURCE_ROWS = RowForm(
    (),
    lambda _rows, _today: (),
    _store_source,
    _spread_source,
    shape=Shape.SOURCE,
    picked=True,
    ends=True,
    becomes=RESULT_ROWS,
)
"""The units that are picked to be split or merged."""
