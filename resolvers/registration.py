"""How an enterprise registers: a visitor's token, the form with its papers, the order that decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from authz.actions import ESTATE_KINDS
from db.base import Pool
from db.tables.identity import EstateGrant, Login, Principal, RoleAssignment
from db.tables.orders import BusinessOrder
from db.tables.organizations import Organization
from domain.actor import PrincipalKind
from domain.clock import business_day
from domain.identity import check_id_number
from domain.orders.content import read_fields
from domain.orders.flow import Status, Step
from domain.orders.organization_registration import ORGANIZATION_REGISTRATION, OrganizationRegistration
from domain.people import NumberKind
from domain.problem import Invalid, Problem, ProblemCode
from domain.refusal import Forbidden, NotFound
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.files import attach, keep_only
from resolvers.orders.editing import open_order
from resolvers.orders.steps import take_step
from resolvers.orders.timeline import Wish
from resolvers.orders.words import as_json
from resolvers.passwords import check_password
from resolvers.sessions import REGISTRATION, SignedIn, drop_refused_login, login_key, open_session
from resolvers.throttle import begin_try, name_network, whole_address
from resolvers.visit import Visit


@dataclass(frozen=True, slots=True)
class Paper:
    """One uploaded document of a registration."""

    kind: str
    file: UUID


async def open_registration(visit: Visit, city: int) -> SignedIn | Problem:
    """Let a stranger begin to register: a token for uploading papers, registering, and asking how it stands.

    Raises:
        NotFound: There is no such city.
    """
    if city not in visit.desk.cities:
        raise NotFound
    now = visit.now
    # Many enterprises may register from one service hall, so the address has its longer patience.
    subject = whole_address(f"registration:{name_network(visit.address)}")
    throttled = await begin_try(visit.desk, city, (subject,))
    if throttled is not None:
        return throttled
    async with AsyncSession(visit.desk.databases.engine(Pool.GATE)) as session, session.begin():
        visitor = uuid7()
        await session.execute(
            insert(Principal).values(
                city=city,
                id=visitor,
                kind=PrincipalKind.VISITOR.value,
                org_id=uuid7(),
                name="注册申请人",
                status="ACTIVE",
                created_at=now,
            )
        )
        return await open_session(session, visit, city, visitor, REGISTRATION, REGISTRATION)


async def register(
    work: Work,
    given: Mapping[str, Any],
    *,
    legal_rep_id_number: str,
    password: str,
    agreement_accepted: bool,
    papers: Sequence[Paper],
) -> Outcome:
    """Hand the registration in, or again after it was returned for correction [L 2.1][J 1.1]."""
    if work.actor.kind is not PrincipalKind.VISITOR:
        raise Forbidden
    content, problems = _read(work, given, legal_rep_id_number)
    if not agreement_accepted:
        problems.append(Problem(ProblemCode.AGREEMENT_REQUIRED, "agreementAccepted"))
    login_name = str(given.get("login_name") or "")
    wrong = check_password(password, login_name)
    if wrong is not None:
        problems.append(wrong)
    if content is None or problems:
        return Refused(tuple(problems))
    order = await _earlier(work)
    if order is not None and order.status != Status.RETURNED.value:
        params = {"status": order.status, "step": Step.SUBMIT.value}
        return Refused.because(Problem(ProblemCode.INVALID_TRANSITION, params=params))
    order = await _write(work, content, order)
    taken = await _write_login(work, content, await work.visit.desk.passwords.hash(password))
    if taken is not None:
        return Refused.because(taken)
    return await _hand_in(work, order, papers)


async def _hand_in(work: Work, order: BusinessOrder, papers: Sequence[Paper]) -> Outcome:
    """Attach the papers given now, in the place of earlier ones, and submit."""
    await keep_only(work, order, {paper.file for paper in papers})
    for paper in papers:
        attached = await attach(work, order.id, paper.file, paper.kind)
        if isinstance(attached, Refused):
            return attached
    submitted = await take_step(work, order.id, Step.SUBMIT, Wish())
    return submitted if isinstance(submitted, Refused) else Done("Order", (order.id,), submitted.detail)


def _read(
    work: Work, given: Mapping[str, Any], legal_rep_id_number: str
) -> tuple[OrganizationRegistration | None, list[Problem]]:
    today = business_day(work.now)
    values, problems = read_fields(
        ORGANIZATION_REGISTRATION, {**given, "legal_rep_id_number": legal_rep_id_number}, work.city, today
    )
    problems += [
        Problem(ProblemCode.FIELD_REQUIRED, field.name, column=field.label, params={"label": field.label})
        for field in ORGANIZATION_REGISTRATION.fields
        if field.required and field.name not in values and not any(p.path == field.name for p in problems)
    ]
    if problems:
        return None, problems
    try:
        number = check_id_number(
            values["legal_rep_id_type"], values.pop("legal_rep_id_number"), today, "legal_rep_id_number"
        )
    except Invalid as wrong:
        return None, [wrong.problem]
    values["legal_rep_id_number"] = as_json(work.visit.desk.sealer(NumberKind.ID_NUMBER, number))
    values["agreement_version"] = work.city.agreement.version
    return msgspec.convert(values, OrganizationRegistration), []


async def _earlier(work: Work) -> BusinessOrder | None:
    """Find what the visitor handed in before; two requests of one visitor wait for each other here."""
    lock = text("select pg_advisory_xact_lock(hashtextextended(:visitor, :city))")
    await work.session.execute(lock, {"visitor": work.actor.principal.hex, "city": work.actor.city})
    return await work.session.scalar(
        select(BusinessOrder).where(
            BusinessOrder.city == work.actor.city,
            BusinessOrder.org_id == work.actor.organization,
            BusinessOrder.kind == ORGANIZATION_REGISTRATION.code,
        )
    )


async def _write(work: Work, content: OrganizationRegistration, order: BusinessOrder | None) -> BusinessOrder:
    """Write the organization, not yet admitted, and the order that decides about it."""
    organization = await work.session.merge(_organization(work, content))
    if order is None:
        return await open_order(work, ORGANIZATION_REGISTRATION, organization.id, content)
    order.content = dict(as_json(content))
    await work.session.flush()
    return order


def _organization(work: Work, content: OrganizationRegistration) -> Organization:
    sealed = content.legal_rep_id_number
    return Organization(
        city=work.actor.city,
        id=work.actor.organization,
        name=content.name,
        uscc=content.uscc,
        org_code=content.org_code,
        legal_representative=content.legal_representative,
        legal_rep_id_type=content.legal_rep_id_type,
        legal_rep_id_cipher=sealed.cipher,
        legal_rep_id_masked=sealed.masked,
        legal_rep_id_blind=sealed.blind,
        contact_name=content.contact_name,
        contact_mobile=content.contact_mobile,
        phone=content.phone,
        registered_address=content.registered_address,
        office_address=content.office_address,
        qualification_no=content.qualification_no,
        status="PENDING_REVIEW",
        papers_status="PENDING",
        agreement_version=content.agreement_version,
        agreement_accepted_at=work.now,
    )


async def _write_login(work: Work, content: OrganizationRegistration, password_hash: str) -> Problem | None:
    """Give the organization its first user, its administrator, who waits until the order is through."""
    city, organization = work.actor.city, work.actor.organization
    await drop_refused_login(work.session, city, content.login_name)
    first = await work.session.scalar(
        select(Principal.id).where(
            Principal.city == city,
            Principal.org_id == organization,
            Principal.kind == PrincipalKind.DEVELOPER.value,
        )
    )
    held = await work.session.scalar(
        select(Login.id).where(Login.city == city, Login.name == login_key(content.login_name))
    )
    if held is not None and held != first:
        return Problem(ProblemCode.NAME_TAKEN, "loginName")
    if first is None:
        first = work.new_id()
        await work.add(
            Principal,
            id=first,
            kind=PrincipalKind.DEVELOPER.value,
            org_id=organization,
            name=content.contact_name,
            status="PENDING",
            created_at=work.now,
        )
        await work.add(RoleAssignment, id=work.new_id(), principal_id=first, role="org_admin")
        await work.add(
            EstateGrant, id=work.new_id(), principal_id=first, estate_id=None, kinds=sorted(ESTATE_KINDS)
        )
    await work.session.execute(delete(Login).where(Login.city == city, Login.id == first))
    await work.add(
        Login, id=first, name=login_key(content.login_name), password_hash=password_hash, changed_at=work.now
    )
    return None
