"""Registration of a developer enterprise (开发建设单位注册): form, papers, agreement [L 2.1][J 1.1]."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.change import AdmitOrganization, DismissOrganization
from domain.city import City
from domain.field import Code, Field, IdNumber, Mobile, Text, Uscc
from domain.orders.facts import Facts, Line, Target
from domain.orders.flow import Ending
from domain.orders.kind import OrderKind
from domain.people import NewId, Sealed
from domain.problem import Problem, ProblemCode
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


def _targets(content: OrganizationRegistration, _lines: Sequence[Line], _facts: Facts) -> tuple[Target, ...]:
    return (Target("ORGANIZATION", content.uscc, taken=Problem(ProblemCode.USCC_TAKEN, "uscc")),)


def _plan(
    _content: OrganizationRegistration, _lines: Sequence[Line], facts: Facts, _new_id: NewId
) -> tuple[AdmitOrganization, ...]:
    # R-ORG-3: who may sign in at once is provisional until the papers come with the first order [J 1.1 s5];
    # the window has seen them before it accepts [L 2.1].
    papers_seen = _ending(facts.city) is Ending.WINDOW
    return (AdmitOrganization(organization=facts.organization, papers_seen=papers_seen),)


def _undo(_content: OrganizationRegistration, facts: Facts) -> tuple[DismissOrganization, ...]:
    return (DismissOrganization(organization=facts.organization),)


# The form was checked where it was typed; that its code is free is kept by the table itself (R-ORG-1).
ORGANIZATION_REGISTRATION: OrderKind[Any] = OrderKind(
    code="ORGANIZATION_REGISTRATION",
    letters="OR",
    label="开发建设单位注册",
    action="org.register",
    content=OrganizationRegistration,
    fields=FIELDS,
    endings=_ending,
    uploads="ORGANIZATION_REGISTRATION",
    targets=_targets,
    plan=_plan,
    undo=_undo,
    form="registration_form",
)
