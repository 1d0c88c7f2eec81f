"""Organization change (机构信息变更): the own enterprise's data; saving completes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from domain.change import Change, UpdateOrganization
from domain.city import City
from domain.field import Code, Field, IdNumber, Mobile, Text, Uscc
from domain.identity import check_id_number
from domain.orders.facts import Facts, Line, Needs, checked
from domain.orders.flow import Ending
from domain.orders.kind import OrderKind
from domain.orders.paper import Annex, Cover
from domain.orders.picked import changed, check_picked
from domain.orders.rows import RowForm, Shape
from domain.people import NewId, NumberKind, Seal, Sealed
from domain.problem import Invalid, Problem, ProblemCode
from domain.status import OrganizationStatus
from domain.unit import Reveal
from domain.unit_rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationContent:
    """What an order says of an enterprise that there is; its status is the office's alone."""

    name: str
    uscc: str
    org_code: str | None = None
    legal_representative: str
    legal_rep_id_type: str
    legal_rep_id_number: Sealed
    contact_name: str
    contact_mobile: str
    phone: str | None = None
    registered_address: str
    office_address: str | None = None
    qualification_no: str | None = None
    status: OrganizationStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationChange:
    """Why the enterprise's data change; the enterprise itself is the order's one line."""

    reason: str | None = None


ORGANIZATION_FIELDS = (
    Field("name", "单位名称", Text(100), required=True),
    Field("uscc", "统一社会信用代码", Uscc(), required=True),
    Field("org_code", "机构代码", Text(50)),
    Field("legal_representative", "法定代表人", Text(50), required=True),
    Field("legal_rep_id_type", "法定代表人证件类型", Code("id_type"), required=True),
    Field("legal_rep_id_number", "法定代表人证件号", IdNumber(), required=True),
    Field("contact_name", "联系人", Text(50), required=True),
    Field("contact_mobile", "联系人手机", Mobile(), required=True),
    Field("phone", "单位电话", Text(30)),
    Field("registered_address", "注册地址", Text(200), required=True),
    Field("office_address", "办公地址", Text(200)),
    Field("qualification_no", "资质证书号", Text(50)),
)

_NAMES = tuple(field.name for field in ORGANIZATION_FIELDS)


def _check_rows(rows: Rows, today: date) -> list[Problem]:
    problems: list[Problem] = []
    for number, values in rows.items():
        id_type, clear = values.get("legal_rep_id_type"), values.get("legal_rep_id_number")
        # A number that was not typed again is there sealed, and was checked when it came.
        if isinstance(id_type, str) and isinstance(clear, str):
            try:
                check_id_number(id_type, clear, today, "legal_rep_id_number")
            except Invalid as wrong:
                problems.append(
                    Problem(
                        wrong.problem.code, "legal_rep_id_number", row=number, params=wrong.problem.params
                    )
                )
    return problems


def _store(values: Mapping[str, Any], seal: Seal) -> OrganizationContent:
    number = values["legal_rep_id_number"]
    sealed = seal(NumberKind.ID_NUMBER, number) if isinstance(number, str) else number
    known = {name: value for name, value in values.items() if value is not None}
    return msgspec.convert(msgspec.to_builtins({**known, "legal_rep_id_number": sealed}), OrganizationContent)


def _spread(content: Mapping[str, Any], _reveal: Reveal | None) -> dict[str, Any]:
    return dict(content)


def _check(_content: OrganizationChange, lines: Sequence[Line], facts: Facts) -> list[Problem]:
    problems = check_picked(lines, facts, label="机构信息")
    for line in lines:
        # R-ORG-4: the credit code is what an enterprise is known by; before its papers came it may be mended.
        provisional = (line.before or {}).get("status") == OrganizationStatus.PROVISIONAL.value
        if "uscc" in changed(line) and not provisional:
            params = {"label": "统一社会信用代码"}
            problems.append(Problem(ProblemCode.FIELD_FIXED, "uscc", params=params))
    return problems


def _needs(_content: OrganizationChange, _lines: Sequence[Line]) -> Needs:
    return Needs(present=True)


def _plan(
    _content: OrganizationChange, lines: Sequence[Line], _facts: Facts, _new_id: NewId
) -> tuple[Change, ...]:
    after = msgspec.convert(checked(lines[0].after), OrganizationContent)
    values = {name: getattr(after, name) for name in _NAMES if name != "legal_rep_id_number"}
    sealed = after.legal_rep_id_number
    values |= {
        "legal_rep_id_cipher": sealed.cipher,
        "legal_rep_id_masked": sealed.masked,
        "legal_rep_id_blind": sealed.blind,
    }
    return (UpdateOrganization(organization=checked(lines[0].target), values=values),)


def _save(_city: City) -> Ending:
    return Ending.SAVE


def _cells(row: Mapping[str, Any], _content: OrganizationChange, facts: Facts) -> tuple[str, ...]:
    return tuple(_cell(field, row.get(field.name), facts.city) for field in ORGANIZATION_FIELDS)


def _cell(field: Field, value: Any, city: City) -> str:  # noqa: ANN401 - a field's value is its kind's
    if value is None:
        return ""
    return value["masked"] if field.name == "legal_rep_id_number" else field.kind.show(value, city)


def _cover(content: OrganizationChange) -> Cover:
    return Cover(reason=content.reason or "")


ORGANIZATION_CHANGE: OrderKind[Any] = OrderKind(
    code="ORGANIZATION_CHANGE",
    letters="OX",
    label="机构信息变更",
    action="org.update",
    content=OrganizationChange,
    fields=(Field("reason", "变更原因", Text(200)),),
    endings=_save,
    uploads="ORGANIZATION_CHANGE",
    about=Shape.ORGANIZATION,
    rows=RowForm(ORGANIZATION_FIELDS, _check_rows, _store, _spread, shape=Shape.ORGANIZATION, picked=True),
    needs=_needs,
    check=_check,
    plan=_plan,
    cover=_cover,
    on_cover=frozenset({"reason"}),
    annex=Annex(tuple(field.label for field in ORGANIZATION_FIELDS), _cells),
)
