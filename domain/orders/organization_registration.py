"""Registration of a developer enterprise (开发建设单位注册): a form, papers and the agreement [L 2.1][J 1.1]."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.change import AdmitOrganization, DismissOrganization
from domain.city import City
from domain.field import Code, Field, IdNumber, Mobile, Text, Uscc
from domain.orders.flow import Ending
from domain.orders.kind import Facts, Line, Needs, OrderKind, Plan, Target, Totals
from domain.people import NewId, Sealed
from domain.problem import Problem
from domain.switch import RegistrationMode


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationRegistration:
    """The registration form as it was handed in; the password is never part of it."""

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
    login_name: str
    agreement_version: str


FIELDS = (
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
    Field("login_name", "登录名", Text(40, r"[A-Za-z0-9][A-Za-z0-9_.@-]{2,39}"), required=True),
)


def _ending(city: City) -> Ending:
    # [L 2.1] the window decides; [J 1.1] the enterprise may sign in at once.
    return Ending.WINDOW if city.registration_mode is RegistrationMode.WINDOW else Ending.SUBMIT


def _needs(_content: OrganizationRegistration, _lines: Sequence[Line]) -> Needs:
    return Needs()


def _targets(content: OrganizationRegistration, _lines: Sequence[Line]) -> tuple[Target, ...]:
    return (Target("ORGANIZATION", content.uscc),)


def _freeze(content: OrganizationRegistration, _facts: Facts) -> OrganizationRegistration:
    return content


def _check(_content: OrganizationRegistration, _lines: Sequence[Line], _facts: Facts) -> list[Problem]:
    # The form was checked where it was typed; that its code is free is kept by the table itself (R-ORG-1).
    return []


def _totals(_content: OrganizationRegistration, _lines: Sequence[Line], _facts: Facts) -> Totals:
    return Totals()


def _plan(
    _content: OrganizationRegistration, _lines: Sequence[Line], facts: Facts, _new_id: NewId
) -> Plan:
    # R-ORG-3: signed in at once, but provisional until the papers come with the first order [J 1.1 s5].
    status = "ACTIVE" if _ending(facts.city) is Ending.WINDOW else "PROVISIONAL"
    return Plan((AdmitOrganization(organization=facts.organization, status=status),), Totals())


def _undo(_content: OrganizationRegistration, facts: Facts) -> tuple[DismissOrganization, ...]:
    return (DismissOrganization(organization=facts.organization),)


ORGANIZATION_REGISTRATION: OrderKind[Any] = OrderKind(
    code="ORGANIZATION_REGISTRATION",
    letters="OR",
    label="开发建设单位注册",
    action="org.register",
    content=OrganizationRegistration,
    fields=FIELDS,
    endings=_ending,
    uploads="ORGANIZATION_REGISTRATION",
    needs=_needs,
    targets=_targets,
    freeze=_freeze,
    check=_check,
    totals=_totals,
    plan=_plan,
    undo=_undo,
    heading=lambda content: content.name,
)
