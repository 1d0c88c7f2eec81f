"""The papers of an order: registration form, application form and account-opening list."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.tables.estates import Building, Unit
from db.tables.files import Attachment
from db.tables.identity import Principal
from db.tables.money import Account
from db.tables.orders import BusinessOrder
from db.tables.organizations import Organization
from domain.area import format_area
from domain.clock import business_day
from domain.field import Field
from domain.money import due as reckon_due
from domain.money import format_yuan
from domain.orders.estate_collection import EstateCollection, rate_of, unit_of
from domain.orders.flow import Status
from domain.orders.kind import Line
from domain.orders.organization_registration import ORGANIZATION_REGISTRATION, OrganizationRegistration
from domain.problem import Problem, ProblemCode
from reports.forms import FORMS, Imprint, Opinion
from reports.forms.opening_list import OpeningBuilding, OpeningListData, OpeningUnit
from reports.forms.order_application import DetailLine, OrderApplicationData
from reports.forms.registration_form import RegistrationFormData
from reports.page import Fact
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.orders.facts import content_of, kind_of, load_facts, load_lines
from resolvers.printing.press import press

_COLUMNS = ("楼栋", "单元", "楼层", "室号", "地址", "用途", "电梯", "建筑面积（㎡）", "应交（元）", "业主")


class OrderForm(StrEnum):
    """The forms that an order prints; the application of a registration is its registration form."""

    APPLICATION = "APPLICATION"
    OPENING_LIST = "OPENING_LIST"


async def print_order(work: Work, order_id: UUID, form: OrderForm) -> Outcome:
    """Print a form of an order; order documents exist from its submission on (domain.md §6.1)."""
    order = await fetch(work, BusinessOrder, order_id, lock=True)
    kind = kind_of(order)
    if order.status in (Status.DRAFT.value, Status.CANCELLED.value):
        params = {"status": order.status, "step": "PRINT"}
        return Refused.because(Problem(ProblemCode.INVALID_TRANSITION, params=params))
    if form is OrderForm.OPENING_LIST and not kind.opening_list:
        return Refused.because(Problem(ProblemCode.PROFILE_FEATURE_OFF, "form"))
    order.print_count += 1
    await work.session.flush()
    if form is OrderForm.OPENING_LIST:
        data, name = await _opening_list(work, order), "opening_list"
    elif kind is ORGANIZATION_REGISTRATION:
        data, name = await _registration(work, order), "registration_form"
    else:
        data, name = await _application(work, order), "order_application"
    file = await press(work, f"{order.order_no}-{form.value.lower()}.pdf", FORMS[name].render, data, order.org_id)
    if isinstance(file, Problem):
        return Refused.because(file)
    return Done("File", (file,), {"orderNo": order.order_no, "form": form.value, "print": order.print_count})


def _imprint(work: Work, order: BusinessOrder, title: str) -> Imprint:
    authority = work.city.authority.name
    return Imprint(authority, title, order.order_no, order.print_count, work.now)


async def _organization(work: Work, order: BusinessOrder) -> Organization:
    found = await work.session.get(Organization, (order.city, order.org_id))
    assert found is not None, "An order belongs to an organization."
    return found


async def _attachments(work: Work, order: BusinessOrder) -> tuple[str, ...]:
    labels = work.city.attachment_kinds(kind_of(order).uploads)
    kinds = await work.session.scalars(
        select(Attachment.kind)
        .where(Attachment.city == order.city, Attachment.order_id == order.id)
        .order_by(Attachment.id)
    )
    return tuple(labels.get(code, code) for code in kinds)


async def _opinions(work: Work, order: BusinessOrder) -> tuple[Opinion, Opinion]:
    """Write what the office decided; what is still open stays blank for the pen."""
    people = [who for who in (order.accepted_by, order.reviewed_by) if who is not None]
    rows = await work.session.execute(
        select(Principal.id, Principal.name).where(Principal.city == order.city, Principal.id.in_(people))
    )
    names = {who: name for who, name in rows}
    accepted, reviewed = Opinion(), Opinion()
    if order.accepted_at and order.accepted_by:
        accepted = Opinion("资料齐全，予以受理。", names.get(order.accepted_by, ""), business_day(order.accepted_at))
    if order.reviewed_at and order.reviewed_by:
        text = "审核通过。" if order.status == Status.COMPLETED.value else "不予通过。"
        reviewed = Opinion(text, names.get(order.reviewed_by, ""), business_day(order.reviewed_at))
    return accepted, reviewed


async def _registration(work: Work, order: BusinessOrder) -> RegistrationFormData:
    content: OrganizationRegistration = content_of(order)
    accepted, reviewed = await _opinions(work, order)
    return RegistrationFormData(
        imprint=_imprint(work, order, work.city.forms.registration_title),
        submitted_on=business_day(order.submitted_at or work.now),
        organization=content.name,
        uscc=content.uscc,
        organization_code=content.org_code or "",
        legal_representative=content.legal_representative,
        legal_representative_id_type=work.city.code_label("id_type", content.legal_rep_id_type),
        legal_representative_id_number=content.legal_rep_id_number.masked,
        contact_name=content.contact_name,
        contact_mobile=content.contact_mobile,
        phone=content.phone or "",
        registered_address=content.registered_address,
        office_address=content.office_address or "",
        qualification_no=content.qualification_no or "",
        bank="",
        bank_account_name="",
        bank_account_no="",
        login_name=content.login_name,
        agreement=f"{work.city.agreement.title}（{content.agreement_version}）",
        papers=await _attachments(work, order),
        accepted=accepted,
        reviewed=reviewed,
    )


async def _application(work: Work, order: BusinessOrder) -> OrderApplicationData:
    content: EstateCollection = content_of(order)
    kind, organization = kind_of(order), await _organization(work, order)
    lines = await load_lines(work.visit, order)
    accepted, reviewed = await _opinions(work, order)
    return OrderApplicationData(
        imprint=_imprint(work, order, work.city.forms.application_title),
        kind=kind.label,
        submitted_on=business_day(order.submitted_at or work.now),
        estate=content.name or "",
        estate_address=content.address or "",
        developer=organization.name,
        uscc=organization.uscc,
        reason="",
        handler=content.handler.name,
        handler_mobile=content.handler.mobile,
        facts=_facts(work, kind.fields, order.content),
        figures=_figures(order),
        columns=_COLUMNS,
        lines=await _details(work, order, content, lines),
        attachments=await _attachments(work, order),
        accepted=accepted,
        reviewed=reviewed,
    )


_PRINTED_APART = frozenset({"name", "address", "handler.name", "handler.mobile"})


def _facts(work: Work, fields: Sequence[Field], content: Any) -> tuple[Fact, ...]:  # noqa: ANN401 - stored JSON
    """Print the kind's own fields by their declaration."""
    facts: list[Fact] = []
    for field in fields:
        value = content.get(field.name)
        if value is None or field.name in _PRINTED_APART:
            continue
        if field.name == "bank":
            shown = work.city.bank(value).name
        elif isinstance(value, int):
            shown = format_area(value)
        else:
            shown = work.city.code_label("district", value) if field.name == "district" else str(value)
        facts.append(Fact(field.label, shown))
    return tuple(facts)


def _figures(order: BusinessOrder) -> tuple[Fact, ...]:
    return (
        Fact("楼幢数", str(order.building_count)),
        Fact("房屋数", str(order.unit_count)),
        Fact("建筑面积合计（㎡）", format_area(order.gross_area)),
        Fact("应交合计（元）", format_yuan(order.due), strong=True),
    )


async def _details(
    work: Work, order: BusinessOrder, content: EstateCollection, lines: Sequence[Line]
) -> list[DetailLine]:
    facts = await load_facts(work, order, content, lines)
    details: list[DetailLine] = []
    for line in lines:
        unit = unit_of(line)
        rate = rate_of(unit, content, facts)
        cells = (
            unit.building,
            unit.section,
            str(unit.floor),
            unit.room_no,
            unit.address,
            work.city.code_label("usage", unit.usage),
            "有" if unit.has_lift else "无",
            format_area(unit.gross_area),
            format_yuan(reckon_due(unit.gross_area, rate.rate)) if rate else "",
            unit.owner.name if unit.owner else "",
        )
        details.append(DetailLine(None, cells))
    return details


async def _opening_list(work: Work, order: BusinessOrder) -> OpeningListData:
    content: EstateCollection = content_of(order)
    organization = await _organization(work, order)
    opened = order.status == Status.COMPLETED.value
    units = await _opened_units(work, order) if opened else await _expected_units(work, order, content)
    return OpeningListData(
        imprint=_imprint(work, order, work.city.forms.opening_list_title),
        estate=content.name or "",
        estate_address=content.address or "",
        developer=organization.name,
        uscc=organization.uscc,
        deposit_point=content.deposit_point or business_day(work.now),
        buildings=[OpeningBuilding(name, rows) for name, rows in units.items()],
    )


async def _expected_units(work: Work, order: BusinessOrder, content: EstateCollection) -> dict[str, list[OpeningUnit]]:
    """List the units as the order asks for them, before they have accounts."""
    lines = await load_lines(work.visit, order)
    facts = await load_facts(work, order, content, lines)
    found: dict[str, list[OpeningUnit]] = {}
    for line in lines:
        unit = unit_of(line)
        rate = rate_of(unit, content, facts)
        assert rate is not None, "A submitted order has a rate for every unit."
        row = OpeningUnit(
            unit.section,
            str(unit.floor),
            unit.room_no,
            work.city.code_label("usage", unit.usage),
            unit.has_lift,
            unit.gross_area,
            rate.rate,
            reckon_due(unit.gross_area, rate.rate),
        )
        found.setdefault(unit.building, []).append(row)
    return found


async def _opened_units(work: Work, order: BusinessOrder) -> dict[str, list[OpeningUnit]]:
    """List the units with the accounts that approval opened."""
    rows = await work.session.execute(
        select(Building.name, Unit, Account)
        .join(Unit, (Unit.city == Building.city) & (Unit.building_id == Building.id))
        .join(Account, (Account.city == Unit.city) & (Account.unit_id == Unit.id))
        .where(Building.city == order.city, Building.estate_id == order.estate_id)
        .order_by(Building.position, Unit.id)
    )
    found: dict[str, list[OpeningUnit]] = {}
    for name, unit, account in rows:
        row = OpeningUnit(
            unit.section,
            str(unit.floor),
            unit.room_no,
            work.city.code_label("usage", unit.usage),
            unit.has_lift,
            unit.gross_area,
            account.rate or 0,
            account.due or 0,
            account.account_no,
        )
        found.setdefault(name, []).append(row)
    return found
