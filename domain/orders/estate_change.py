"""Estate change (物业区域变更): an estate's name, address and other data; saving completes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from domain.area import MAX_AREA
from domain.change import Change, UpdateEstate
from domain.city import City
from domain.field import Area, Code, Day, Field, Mobile, Text
from domain.orders.facts import Facts, Line, Needs, Target, checked
from domain.orders.flow import Ending
from domain.orders.kind import OrderKind
from domain.orders.new_units import place_key
from domain.orders.paper import Annex, Cover
from domain.orders.picked import check_picked
from domain.orders.rows import RowForm, Shape
from domain.people import Handler, NewId, Seal
from domain.problem import Problem, ProblemCode
from domain.unit import Reveal
from domain.unit_rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateContent:
    """What an order says of an estate; developer, bank and code never change (domain.md §3.2)."""

    name: str
    address: str
    district: str
    property_company: str | None = None
    project_name: str | None = None
    presale_permit_no: str | None = None
    total_land_area: int | None = None
    started_on: date | None = None
    completed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateChange:
    """Why an estate is changed, and by whom; the estate itself is the order's one line."""

    reason: str | None = None
    handler: Handler = field(default_factory=Handler)


ESTATE_FIELDS = (
    Field("name", "物业区域名称", Text(100), required=True),
    Field("address", "坐落地址", Text(200), required=True),
    Field("district", "行政区划", Code("district"), required=True),
    Field("property_company", "物业服务企业", Text(100)),
    Field("project_name", "项目名称", Text(100)),
    Field("presale_permit_no", "预售许可证号", Text(50)),
    Field("total_land_area", "用地面积", Area(MAX_AREA)),
    Field("started_on", "开工日期", Day()),
    Field("completed_on", "竣工日期", Day()),
)

FIELDS = (
    Field("reason", "变更原因", Text(200)),
    Field("handler.name", "经办人", Text(50)),
    Field("handler.mobile", "经办人手机", Mobile()),
)


def _check_rows(rows: Rows, _today: date) -> list[Problem]:
    problems: list[Problem] = []
    for number, values in rows.items():
        begun, ended = values.get("started_on"), values.get("completed_on")
        if isinstance(begun, date) and isinstance(ended, date) and ended < begun:
            params = {"label": "竣工日期"}
            problems.append(Problem(ProblemCode.DATE_INVALID, "completed_on", row=number, params=params))
    return problems


def _store(values: Mapping[str, Any], _seal: Seal) -> EstateContent:
    return EstateContent(**{name: value for name, value in values.items() if value is not None})


def _spread(content: Mapping[str, Any], _reveal: Reveal | None) -> dict[str, Any]:
    return _values(_typed(content))


def _typed(content: Mapping[str, Any]) -> EstateContent:
    return msgspec.convert(content, EstateContent)


def _values(content: EstateContent) -> dict[str, Any]:
    return {field.name: getattr(content, field.name) for field in ESTATE_FIELDS}


def _key(content: EstateContent) -> tuple[str, str]:
    return place_key(content.name), place_key(content.address)


def _after(lines: Sequence[Line]) -> EstateContent:
    return _typed(checked(lines[0].after))


def _is_renamed(lines: Sequence[Line]) -> bool:
    return bool(lines) and _key(_after(lines)) != _key(_typed(checked(lines[0].before)))


def _needs(_content: EstateChange, lines: Sequence[Line]) -> Needs:
    return Needs(present=True, estate_key=_key(_after(lines)) if _is_renamed(lines) else None)


def _targets(_content: EstateChange, lines: Sequence[Line], _facts: Facts) -> tuple[Target, ...]:
    """Keep the new name for good; nothing else is locked (domain.md §3.3)."""
    if not _is_renamed(lines):
        return ()
    taken = Problem(ProblemCode.ESTATE_EXISTS, "name")
    return (Target("ESTATE", "\x1f".join(_key(_after(lines))), taken=taken, kept=True, own=lines[0].target),)


def _check(_content: EstateChange, lines: Sequence[Line], facts: Facts) -> list[Problem]:
    problems = check_picked(lines, facts, label="物业区域")
    if facts.estate_holder is not None:
        params = {"holder": facts.estate_holder.value}
        problems.append(Problem(ProblemCode.ESTATE_EXISTS, "name", params=params))
    return problems


def _plan(_content: EstateChange, lines: Sequence[Line], _facts: Facts, _new_id: NewId) -> tuple[Change, ...]:
    after = _after(lines)
    name_key, address_key = _key(after)
    values = {**_values(after), "name_key": name_key, "address_key": address_key}
    return (UpdateEstate(estate=checked(lines[0].target), values=values),)


def _save(_city: City) -> Ending:
    return Ending.SAVE


def _cells(row: Mapping[str, Any], _content: EstateChange, facts: Facts) -> tuple[str, ...]:
    values = _values(_typed(row))
    return tuple(
        "" if values[field.name] is None else field.kind.show(values[field.name], facts.city)
        for field in ESTATE_FIELDS
    )


def _cover(content: EstateChange) -> Cover:
    return Cover(
        reason=content.reason or "", handler=content.handler.name, handler_mobile=content.handler.mobile
    )


ESTATE_CHANGE: OrderKind[Any] = OrderKind(
    code="ESTATE_CHANGE",
    letters="EX",
    label="物业区域变更",
    action="estate.change",
    content=EstateChange,
    fields=FIELDS,
    endings=_save,
    uploads="ESTATE_CHANGE",
    about=Shape.ESTATE,
    rows=RowForm(ESTATE_FIELDS, _check_rows, _store, _spread, shape=Shape.ESTATE, picked=True),
    needs=_needs,
    targets=_targets,
    check=_check,
    plan=_plan,
    cover=_cover,
    on_cover=frozenset({"reason", "handler.name", "handler.mobile"}),
    annex=Annex(tuple(field.label for field in ESTATE_FIELDS), _cells),
)
