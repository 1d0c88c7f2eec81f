"""The papers of an order: its application form, as its kind declares it, and the account-opening list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.tables.estates import Estate
from db.tables.files import Attachment
from db.tables.identity import Principal
from db.tables.orders import BusinessOrder
from db.tables.organizations import Organization
from domain.area import format_area
from domain.clock import business_day
from domain.field import Area
from domain.money import format_yuan
from domain.orders.content import look
from domain.orders.facts import Facts, Line
from domain.orders.flow import Ending, Status
from domain.orders.kind import OrderKind
from domain.orders.organization_registration import ORGANIZATION_REGISTRATION, OrganizationRegistration
from domain.orders.paper import Cover, Figure
from domain.problem import Problem, ProblemCode
from reports.forms import FORMS, Imprint, Opinion
from reports.forms.change_refund import with_refunds
from reports.forms.order_application import DetailLine, OrderApplicationData
from reports.forms.registration_form import RegistrationFormData
from reports.page import Fact, print_date
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.orders.differences import load_differences, was_returned
from resolvers.orders.facts import content_of, kind_of, load_facts, load_lines
from resolvers.orders.figures import load_submitted
from resolvers.orders.rights import must_view
from resolvers.printing import OrderForm
from resolvers.printing.corrections import corrected_head, corrected_lines
from resolvers.printing.figures import DUE, find_refunds, with_due
from resolvers.printing.opening_list import fill_opening_list
from resolvers.printing.press import press

# What is being filled in, or was given up, has no paper: it would not be what was submitted.
_UNPRINTED = frozenset({Status.DRAFT, Status.RETURNED, Status.CANCELLED})


async def print_order(work: Work, order_id: UUID, form: OrderForm) -> Outcome:
    """Print a form of an order; order documents exist from its submission on (domain.md §6.1)."""
    order = await fetch(work, BusinessOrder, order_id, lock=True)
    kind = kind_of(order)
    await must_view(work, order, kind)
    if Status(order.status) in _UNPRINTED:
        params = {"status": order.status, "step": "PRINT"}
        return Refused.because(Problem(ProblemCode.INVALID_TRANSITION, params=params))
    if form is OrderForm.OPENING_LIST and kind.opens is None:
        return Refused.because(Problem(ProblemCode.PROFILE_FEATURE_OFF, "form"))
    printed = order.prints.get(form.value, 0) + 1
    order.prints, order.print_count = {**order.prints, form.value: printed}, order.print_count + 1
    await work.session.flush()
    name, data = await _fill(work, order, kind, form)
    if isinstance(data, Problem):
        return Refused.because(data)
    file_name = f"{order.order_no}-{data.imprint.title}.pdf"
    file = await press(work, file_name, FORMS[name].render, data, order.org_id)
    if isinstance(file, Problem):
        return Refused.because(file)
    return Done("File", (file,), {"orderNo": order.order_no, "form": form.value, "print": printed})


async def _fill(work: Work, order: BusinessOrder, kind: OrderKind[Any], form: OrderForm) -> tuple[str, Any]:
    """Name the printed form and gather what it says, or why it cannot be printed."""
    forms = work.city.forms
    organization = await work.session.get_one(Organization, (order.city, order.org_id))
    if form is OrderForm.OPENING_LIST:
        imprint = _imprint(work, order, forms.opening_list_title, form)
        cover = await _name_estate(work, order, kind.cover(content_of(order)))
        return "opening_list", await fill_opening_list(work, order, organization, imprint, cover)
    if kind is ORGANIZATION_REGISTRATION:
        return kind.form, await _registration(work, order)
    return await _application(work, order, kind, organization)


def _imprint(work: Work, order: BusinessOrder, title: str, form: OrderForm) -> Imprint:
    authority = work.city.authority.name
    return Imprint(authority, title, order.order_no, order.prints[form.value], work.now)


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
    names = dict(rows.all())
    accepted, reviewed = Opinion(), Opinion()
    if order.accepted_at and order.accepted_by:
        day = business_day(order.accepted_at)
        accepted = Opinion("资料齐全，予以受理。", names.get(order.accepted_by, ""), day)
    if order.reviewed_at and order.reviewed_by:
        text = "审核通过。" if order.status == Status.COMPLETED.value else "不予通过。"
        reviewed = Opinion(text, names.get(order.reviewed_by, ""), business_day(order.reviewed_at))
    return accepted, reviewed


async def _registration(work: Work, order: BusinessOrder) -> RegistrationFormData:
    content: OrganizationRegistration = content_of(order)
    accepted, reviewed = await _opinions(work, order)
    return RegistrationFormData(
        imprint=_imprint(work, order, work.city.forms.registration_title, OrderForm.APPLICATION),
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


async def _application(
    work: Work, order: BusinessOrder, kind: OrderKind[Any], organization: Organization
) -> tuple[str, object]:
    """Name the form of an application, and gather what it says; money that goes back has its own form."""
    content = content_of(order)
    lines = await load_lines(work.visit, order)
    facts = await load_facts(work, order, content, lines)
    figures = await load_submitted(work.session, order)
    refunds = await find_refunds(work, order, lines, figures)
    title = _title(work, kind) if refunds else work.city.forms.application_title
    data = await _gather(work, order, kind, organization, (content, lines, facts, figures))
    data = replace(data, imprint=_imprint(work, order, title, OrderForm.APPLICATION))
    return ("change_refund", with_refunds(data, refunds)) if refunds else (kind.form, data)


def _title(work: Work, kind: OrderKind[Any]) -> str:
    """Name the form by which money goes back, of units that change or that shall be no more."""
    forms = work.city.forms
    ends = kind.rows is not None and kind.rows.ends
    return forms.cancellation_refund_title if ends else forms.change_refund_title


_Case = tuple[Any, Sequence[Line], Facts, Mapping[int, Figure]]


async def _gather(
    work: Work, order: BusinessOrder, kind: OrderKind[Any], organization: Organization, case: _Case
) -> OrderApplicationData:
    content, _, facts, figures = case
    accepted, reviewed = await _opinions(work, order)
    cover = await _name_estate(work, order, kind.cover(content))
    columns = kind.annex.columns if kind.annex else ()
    more = (DUE,) if figures and columns else ()
    corrected = await load_differences(work, order)
    return OrderApplicationData(
        imprint=_imprint(work, order, work.city.forms.application_title, OrderForm.APPLICATION),
        kind=kind.label,
        submitted_on=business_day(order.submitted_at or work.now),
        estate=cover.estate,
        estate_address=cover.address,
        developer=organization.name,
        uscc=organization.uscc,
        reason=cover.reason,
        handler=cover.handler,
        handler_mobile=cover.handler_mobile,
        facts=tuple(_facts(work, kind, content)),
        figures=_figures(order, sum(figure.refund for figure in figures.values())),
        columns=(*columns, *more),
        lines=_details(kind, case),
        attachments=await _attachments(work, order),
        accepted=accepted,
        reviewed=reviewed,
        ended=kind.annex.ended if kind.annex else "",
        added=kind.annex.added if kind.annex else "",
        decided=kind.endings(work.city) is Ending.WINDOW,
        corrected=tuple(corrected_head(kind, corrected, work.city)),
        corrected_lines=list(corrected_lines(kind, corrected, content, facts, len(more))),
        withdrawn=bool(corrected) and not await was_returned(work, order),
    )


async def _name_estate(work: Work, order: BusinessOrder, cover: Cover) -> Cover:
    """Name the estate that an order is about, where its content does not say it."""
    if cover.estate or order.estate_id is None:
        return cover
    estate = await work.session.get_one(Estate, (order.city, order.estate_id))
    return replace(cover, estate=estate.name, address=estate.address)


def _facts(work: Work, kind: OrderKind[Any], content: object) -> Iterator[Fact]:
    """Print the kind's own fields by their declaration, as far as they are filled in."""
    for field in kind.fields:
        value = look(content, field.name)
        if value in {None, ""} or field.name in kind.on_cover:
            continue
        shown = print_date(value) if isinstance(value, date) else field.kind.show(value, work.city)
        yield Fact(field.label, f"{shown} ㎡" if isinstance(field.kind, Area) else shown)


def _figures(order: BusinessOrder, refund: int) -> tuple[Fact, ...]:
    going_back = (Fact("退款合计（元）", format_yuan(refund), strong=True),) if refund else ()
    if not (order.building_count or order.unit_count):
        # Of an order about an enterprise or an estate there is nothing to count.
        return ()
    return (
        Fact("楼幢数", str(order.building_count)),
        Fact("房屋数", str(order.unit_count)),
        Fact("建筑面积合计（㎡）", format_area(order.gross_area)),
        Fact("应交合计（元）", format_yuan(order.due), strong=True),
        *going_back,
    )


def _details(kind: OrderKind[Any], case: _Case) -> list[DetailLine]:
    content, lines, facts, figures = case
    annex = kind.annex
    if annex is None:
        return []

    def side(line: Line, said: Mapping[str, Any] | None, *, before: bool) -> tuple[str, ...] | None:
        if not said:
            return None
        cells = annex.cells(said, content, facts)
        return with_due(cells, figures.get(line.no), before=before) if figures else cells

    return [
        DetailLine(side(line, line.before, before=True), side(line, line.after, before=False))
        for line in lines
    ]
