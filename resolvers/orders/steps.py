"""Taking an order's steps: one function for all of them, led by the table of `domain.orders.flow`."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from authz.actions import order_needs
from authz.public import PUBLIC
from db.changes import Site, apply_changes
from db.numbers import take_numbers
from db.tables.orders import BusinessOrder, OrderLine, OrderLock, OrderStep
from db.tables.organizations import Organization
from domain.actor import PrincipalKind
from domain.change import CreateEstate
from domain.city import City
from domain.clock import business_day
from domain.orders.content import find_missing
from domain.orders.flow import Locking, Side, Status, Step, Transition, four_eyes, transition
from domain.orders.kind import Facts, Holder, Line, OrderKind, Target
from domain.problem import Problem, ProblemCode
from domain.refusal import Forbidden
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch, must
from resolvers.orders.facts import as_json, content_of, kind_of, load_facts, load_lines

_MAX_NOTE = 500
_KEPT_TARGETS = frozenset({"ESTATE"})
"""A collected estate keeps its name for good, so that nobody collects it again (R-EST-1)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to correct, as the window writes it: where, and what is wrong."""

    path: str
    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody says with a step."""

    note: str | None = None
    items: tuple[Item, ...] = ()
    papers_received: bool = False
    version: int | None = None


@dataclass(slots=True)
class _Case:
    """An order in the middle of a step."""

    work: Work
    order: BusinessOrder
    kind: OrderKind[Any]
    row: Transition
    wish: Wish
    content: Any = None
    lines: tuple[Line, ...] = ()
    facts: Facts | None = None
    problems: list[Problem] = field(default_factory=list[Problem])


async def take_step(work: Work, order_id: UUID, step: Step, wish: Wish) -> Outcome:
    """Take one step of an order: is it seen, allowed, the time for it, in order — then it happens.

    Repeating a step that the same person has just taken changes nothing and says the same (R-GEN-9).
    """
    order = await fetch(work, BusinessOrder, order_id, lock=True)
    kind = kind_of(order)
    row = transition(kind.endings(work.city), Status(order.status), step)
    if isinstance(row, Problem):
        if await _just_taken(work, order, step):
            return Done("Order", (order.id,), {"repeated": step.value})
        await _must_any(work, order, kind, step)
        return Refused.because(row)
    await _must(work, order, kind, row)
    case = _Case(work, order, kind, row, wish)
    for check in (_check_wish, _check_people, _check_whole, _take_locks):
        await check(case)
        if case.problems:
            return Refused(tuple(case.problems))
    return await _carry_out(case)


async def _must(work: Work, order: BusinessOrder, kind: OrderKind[Any], row: Transition) -> None:
    if kind.action in PUBLIC and row.side is Side.DEVELOPER:
        # Anybody may register; that it is their own registration the door has made sure of.
        if work.actor.kind is not PrincipalKind.VISITOR:
            raise Forbidden
        work.rules.append(f"public: {kind.action}")
        return
    needed = (row.action,) if kind.action in PUBLIC else order_needs(row.action, kind.action)
    for action in needed:
        await must(work, order, action)


async def _must_any(work: Work, order: BusinessOrder, kind: OrderKind[Any], step: Step) -> None:
    """Say FORBIDDEN before "not now" to who may never take this step."""
    for origin in Status:
        row = transition(kind.endings(work.city), origin, step)
        if isinstance(row, Transition):
            await _must(work, order, kind, row)
            return


async def _just_taken(work: Work, order: BusinessOrder, step: Step) -> bool:
    last = await work.session.scalar(
        select(OrderStep)
        .where(OrderStep.city == order.city, OrderStep.order_id == order.id)
        .order_by(OrderStep.id.desc())
        .limit(1)
    )
    return last is not None and last.step == step.value and last.principal_id == work.actor.principal


async def _check_wish(case: _Case) -> None:
    wish, order = case.wish, case.order
    if wish.version is not None and wish.version != order.version:
        case.problems.append(Problem(ProblemCode.STALE_DATA, params={"version": str(order.version)}))
    if case.row.note_required and not (wish.note or "").strip() and not wish.items:
        case.problems.append(Problem(ProblemCode.FIELD_REQUIRED, "note", params={"label": "原因"}))
    if any(len(text) > _MAX_NOTE for text in (wish.note or "", *(item.text for item in wish.items))):
        case.problems.append(Problem(ProblemCode.TEXT_INVALID, "note", params={"label": "原因", "max": str(_MAX_NOTE)}))


async def _check_people(case: _Case) -> None:
    """Keep the sides apart, and an unproven organization's orders from being approved (R-GEN-4, R-ORG-3)."""
    steps = await case.work.session.execute(
        select(OrderStep.side, OrderStep.person).where(
            OrderStep.city == case.order.city, OrderStep.order_id == case.order.id
        )
    )
    earlier = [(Side(side), person) for side, person in steps]
    same = four_eyes(case.row.side, case.work.actor.person, earlier)
    if same is not None:
        case.problems.append(same)
    if case.row.step is Step.ACCEPT and case.wish.papers_received:
        await _receive_papers(case)
    if case.row.step is Step.APPROVE and await _papers_missing(case):
        case.problems.append(Problem(ProblemCode.REGISTRATION_PAPERS_MISSING))


async def _organization(case: _Case) -> Organization:
    found = await case.work.session.get(Organization, (case.order.city, case.order.org_id), populate_existing=True)
    assert found is not None, "An order belongs to an organization."
    return found


async def _receive_papers(case: _Case) -> None:
    """Record that the registration papers came with the first order [J 1.1 s5]."""
    organization = await _organization(case)
    if organization.papers_status == "PENDING":
        organization.papers_status = "RECEIVED"
        organization.papers_received_on = business_day(case.work.now)
        organization.status = "ACTIVE" if organization.status == "PROVISIONAL" else organization.status
        organization.version += 1


async def _papers_missing(case: _Case) -> bool:
    return (await _organization(case)).status == "PROVISIONAL"


async def _check_whole(case: _Case) -> None:
    """Check the whole order against present data, and freeze at submission what it leaves open (R-GEN-6)."""
    work, order, kind = case.work, case.order, case.kind
    case.content = content_of(order)
    case.lines = await load_lines(work.visit, order)
    case.facts = await load_facts(work, order, case.content, case.lines)
    if case.row.step is Step.SUBMIT:
        case.facts = replace(case.facts, today=business_day(work.now))
        case.content = kind.freeze(case.content, case.facts)
    if case.row.checks:
        case.problems += find_missing(kind, case.content)
        case.problems += check_attachments(work.city, kind, case.facts)
        case.problems += kind.check(case.content, case.lines, case.facts)


def check_attachments(city: City, kind: OrderKind[Any], facts: Facts) -> list[Problem]:
    """Name the required documents (要件) that are not attached."""
    labels = city.attachment_kinds(kind.uploads)
    return [
        Problem(ProblemCode.ATTACHMENT_REQUIRED, "attachments", params={"label": labels[code], "kind": code})
        for code in city.required_attachments(kind.uploads, facts.route)
        if code not in facts.attached
    ]


async def _take_locks(case: _Case) -> None:
    if case.row.locking is not Locking.TAKE:
        return
    wanted: Sequence[Target] = case.kind.targets(case.content, case.lines)
    for target in sorted(wanted, key=lambda t: (t.kind, t.key)):
        if not await _take_lock(case, target):
            case.problems.append(await _lock_problem(case, target))


async def _take_lock(case: _Case, target: Target) -> bool:
    order = case.order
    row = insert(OrderLock).values(
        city=order.city,
        id=case.work.new_id(),
        org_id=order.org_id,
        order_id=order.id,
        target_kind=target.kind,
        target=target.key,
    )
    taken = await case.work.session.execute(row.on_conflict_do_nothing().returning(OrderLock.id))
    return taken.first() is not None


async def _lock_problem(case: _Case, target: Target) -> Problem:
    """Name the other order if the applicant may know it."""
    number = await case.work.session.scalar(
        select(BusinessOrder.order_no)
        .join(OrderLock, (OrderLock.city == BusinessOrder.city) & (OrderLock.order_id == BusinessOrder.id))
        .where(
            OrderLock.city == case.order.city, OrderLock.target_kind == target.kind, OrderLock.target == target.key
        )
    )
    match target.kind:
        case "ESTATE":
            return Problem(ProblemCode.ESTATE_EXISTS, "name", params={"holder": Holder.OTHER.value})
        case "ORGANIZATION":
            return Problem(ProblemCode.USCC_TAKEN, "uscc")
        case _:
            return Problem(ProblemCode.UNIT_LOCKED, params={"order_no": number or "—"})


async def _carry_out(case: _Case) -> Outcome:
    work, order, row = case.work, case.order, case.row
    assert case.facts is not None
    before = order.status
    order.content = dict(as_json(case.content))
    order.status = row.to.value
    await _sign(case)
    if row.step is Step.SUBMIT:
        order.rules = _rules(work.city)
        totals = case.kind.totals(case.content, case.lines, case.facts)
        order.building_count, order.unit_count = totals.buildings, totals.units
        order.gross_area, order.due = totals.gross_area, totals.due
    if row.applies:
        await _apply(case, case.facts)
    if row.undoes:
        await apply_changes(_site(work), case.kind.undo(case.content, case.facts))
    if row.locking is Locking.RELEASE:
        await _release(case)
    order.version += 1
    await work.session.flush()
    await write_step(work, order, row.step, before, case.wish, row.side)
    work.tell("order.step", str(order.id), {"order_no": order.order_no, "status": order.status}, order.org_id)
    detail = {"orderNo": order.order_no, "from": before, "to": order.status}
    return Done("Order", (order.id,), detail)


async def _sign(case: _Case) -> None:
    """Write who submitted, accepted or reviewed; a new submission clears what the office had signed."""
    order, actor, now = case.order, case.work.actor, case.work.now
    match case.row.step:
        case Step.SUBMIT:
            order.submitted_by, order.submitted_person, order.submitted_at = actor.principal, actor.person, now
            order.accepted_by = order.accepted_person = order.accepted_at = order.acceptance_no = None
        case Step.ACCEPT:
            order.accepted_by, order.accepted_person, order.accepted_at = actor.principal, actor.person, now
            numbers = await take_numbers(case.work.session, order.city, case.work.city.letters + "AC", business_day(now))
            order.acceptance_no = numbers[0]
        case Step.APPROVE | Step.REJECT:
            order.reviewed_by, order.reviewed_person, order.reviewed_at = actor.principal, actor.person, now
        case _:
            pass


def _site(work: Work) -> Site:
    return Site(work.session, work.actor.city, work.city.letters, work.now, business_day(work.now), work.new_id)


async def _apply(case: _Case, facts: Facts) -> None:
    """Apply everything in this transaction or nothing (R-GEN-1)."""
    plan = case.kind.plan(case.content, case.lines, facts, case.work.new_id)
    await case.work.session.flush()
    await apply_changes(_site(case.work), plan.changes)
    for change in plan.changes:
        if isinstance(change, CreateEstate):
            case.order.estate_id = change.estate


async def _release(case: _Case) -> None:
    locks = delete(OrderLock).where(OrderLock.city == case.order.city, OrderLock.order_id == case.order.id)
    if case.row.applies:
        locks = locks.where(OrderLock.target_kind.not_in(_KEPT_TARGETS))
    await case.work.session.execute(locks)


def _rules(city: City) -> dict[str, Any]:
    """Record which rules of the city applied."""
    digest = hashlib.sha256(msgspec.json.encode(city, order="sorted")).hexdigest()
    return {"city": city.key, "sha256": digest}


async def write_step(  # noqa: PLR0913, PLR0917 - one row of the timeline
    work: Work,
    order: BusinessOrder,
    step: Step,
    before: str | None,
    wish: Wish | None = None,
    side: Side = Side.DEVELOPER,
) -> None:
    """Add a line to the order's timeline; a submission keeps what was handed in (R-GEN-8)."""
    snapshot = None
    if step is Step.SUBMIT:
        lines = await work.session.scalars(
            select(OrderLine.after).where(OrderLine.city == order.city, OrderLine.order_id == order.id).order_by(OrderLine.no)
        )
        digest = hashlib.sha256(msgspec.json.encode(list(lines))).hexdigest()
        snapshot = {"content": order.content, "lines_sha256": digest, "units": order.unit_count, "due": order.due}
    await work.add(
        OrderStep,
        id=work.new_id(),
        org_id=order.org_id,
        order_id=order.id,
        at=work.now,
        step=step.value,
        from_status=before,
        to_status=order.status,
        principal_id=work.actor.principal,
        person=work.actor.person,
        side=side.value,
        note=(wish.note or None) if wish else None,
        items=msgspec.to_builtins(wish.items) if wish else [],
        snapshot=snapshot,
    )
