"""Taking an order's steps: one function for all of them, led by the table of `domain.orders.flow`."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from db.changes import apply_changes
from db.numbers import take_numbers
from db.site import Site
from db.tables.orders import BusinessOrder
from domain.change import Changes, CreateEstate
from domain.city import City
from domain.clock import business_day
from domain.orders.content import find_missing, find_missing_papers
from domain.orders.facts import Facts, Line
from domain.orders.flow import Locking, Status, Step, Transition, four_eyes, transition
from domain.orders.kind import OrderKind
from domain.problem import Problem, ProblemCode
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.orders.admission import is_provisional, receive_papers
from resolvers.orders.claims import check_claim, end_claim
from resolvers.orders.differences import remember_submitted, write_differences
from resolvers.orders.facts import content_of, kind_of, load_facts, load_lines
from resolvers.orders.locks import release_locks, take_locks
from resolvers.orders.rights import must_take
from resolvers.orders.timeline import Wish, check_words, just_taken, parts_taken, snapshot_of, write_step
from resolvers.orders.words import as_json
from resolvers.trading.telling import tell_changes

_FILLED = "filled"


@dataclass(slots=True)
class _Case:
    """An order in the middle of a step."""

    work: Work
    order: BusinessOrder
    kind: OrderKind[Any]
    row: Transition
    wish: Wish
    content: Any
    lines: tuple[Line, ...]
    facts: Facts


async def take_step(work: Work, order_id: UUID, step: Step, wish: Wish) -> Outcome:
    """Take one step of an order: is it seen, allowed, the time for it, in order — then it happens.

    Repeating a step that the same person has just taken changes nothing and says the same (R-GEN-9).
    """
    order = await fetch(work, BusinessOrder, order_id, lock=True)
    kind = kind_of(order)
    await must_take(work, order, kind, step)
    row = transition(kind.endings(work.city), Status(order.status), step)
    if isinstance(row, Problem):
        return await _repeat(work, order, step, wish) or Refused.because(row)
    case = await _open_case(work, order, row, wish)
    for check in (_check_wish, _check_people, _check_whole, _take_locks):
        problems = await check(case)
        if problems:
            return Refused(tuple(problems))
    return await _carry_out(case)


async def _repeat(work: Work, order: BusinessOrder, step: Step, wish: Wish) -> Done | None:
    """Say again what the same person has just done; a clerk may add to an acceptance that the papers came."""
    if not await just_taken(work, order, step):
        return None
    if step is Step.ACCEPT and wish.papers_received:
        await receive_papers(work, order)
    return Done("Order", (order.id,), {"orderNo": order.order_no, "repeated": step.value})


async def _open_case(work: Work, order: BusinessOrder, row: Transition, wish: Wish) -> _Case:
    """Load what the step looks at: the lines only where the whole order is checked."""
    kind, content = kind_of(order), content_of(order)
    lines = await load_lines(work.visit, order) if row.checks else ()
    facts = await load_facts(work, order, content, lines, hold=row.checks)
    if row.hands_in:
        content = kind.freeze(content, facts)
    return _Case(work, order, kind, row, wish, content, lines, facts)


async def _check_wish(case: _Case) -> list[Problem]:
    version = case.order.version
    if case.wish.version not in {None, version}:
        return [Problem(ProblemCode.STALE_DATA, params={"version": str(version)})]
    return check_words(case.wish, required=case.row.note_required)


async def _check_people(case: _Case) -> list[Problem]:
    """Keep the sides apart, and an unproven organization's orders from being approved (R-GEN-4, R-ORG-3)."""
    same = four_eyes(case.row.side, case.work.actor.person, await parts_taken(case.work, case.order))
    held = check_claim(case.work, case.order, case.row.side)
    problems = [one for one in (same, held) if one]
    if case.row.step is Step.APPROVE and await is_provisional(case.work, case.order):
        problems.append(Problem(ProblemCode.REGISTRATION_PAPERS_MISSING))
    return problems


async def _check_whole(case: _Case) -> list[Problem]:
    """Check the whole order against present data, at submission and again at approval (R-GEN-6)."""
    if not case.row.checks:
        return []
    return [
        *find_missing(case.kind, case.content),
        *find_missing_papers(case.kind, case.facts),
        *case.kind.check(case.content, case.lines, case.facts),
    ]


async def _take_locks(case: _Case) -> list[Problem]:
    if case.row.locking not in {Locking.TAKE, Locking.TOUCH}:
        return []
    return await take_locks(case.work, case.order, case.kind.targets(case.content, case.lines, case.facts))


async def _carry_out(case: _Case) -> Outcome:
    work, order, row = case.work, case.order, case.row
    goes_back = row.step in {Step.WITHDRAW, Step.RETURN}
    before, snapshot = order.status, await remember_submitted(work, order) if goes_back else None
    order.status = row.to.value
    await _sign(case)
    if goes_back:
        _thaw(order)
    if row.hands_in:
        _freeze(case)
        figures = case.kind.figures(case.content, case.lines, case.facts)
        snapshot = snapshot_of(order, case.lines, figures)
        await write_differences(work, order, case.lines)
    order.version += 1
    # What follows acts as the order's new status lets it.
    await work.session.flush()
    if row.applies:
        await _apply(case, case.kind.plan(case.content, case.lines, case.facts, work.new_id))
    if row.undoes:
        await _apply(case, case.kind.undo(case.content, case.facts))
    if row.step is Step.ACCEPT and case.wish.papers_received:
        await receive_papers(work, order)
    await _release(case)
    await write_step(work, order, row.step, before, case.wish, snapshot)
    work.tell("order.step", str(order.id), {"order_no": order.order_no, "status": order.status}, order.org_id)
    detail = {
        "orderNo": order.order_no,
        "before": {"status": before},
        "after": {"status": order.status, "due": order.due, "units": order.unit_count},
    }
    return Done("Order", (order.id,), detail)


async def _sign(case: _Case) -> None:
    """Write who submitted, accepted or reviewed; what goes back loses what was signed on it."""
    order, actor, now = case.order, case.work.actor, case.work.now
    end_claim(order)
    match case.row.step:
        case Step.SUBMIT | Step.SAVE:
            order.submitted_by, order.submitted_person, order.submitted_at = (
                actor.principal,
                actor.person,
                now,
            )
        case Step.ACCEPT:
            order.accepted_by, order.accepted_person, order.accepted_at = actor.principal, actor.person, now
            letters, today = case.work.city.letters + "AC", business_day(now)
            order.acceptance_no = (await take_numbers(case.work.session, order.city, letters, today))[0]
        case Step.APPROVE | Step.REJECT:
            order.reviewed_by, order.reviewed_person, order.reviewed_at = actor.principal, actor.person, now
        case Step.WITHDRAW | Step.RETURN:
            order.submitted_by = order.submitted_person = order.submitted_at = None
            order.accepted_by = order.accepted_person = order.accepted_at = order.acceptance_no = None
        case _:
            pass


def _freeze(case: _Case) -> None:
    """Fix what is handed in, what it amounts to, and by which rules of the city.

    What was filled in for the applicant is remembered, so that it can be taken out again.
    """
    order, totals = case.order, case.kind.totals(case.content, case.lines, case.facts)
    typed, order.content = order.content, dict(as_json(case.content))
    filled = {name: typed.get(name) for name, value in order.content.items() if typed.get(name) != value}
    order.rules = {**_rules(case.work.city), _FILLED: filled}
    order.building_count, order.unit_count = totals.buildings, totals.units
    order.gross_area, order.due = totals.gross_area, totals.due


def _thaw(order: BusinessOrder) -> None:
    """Let go of what was filled in for the day of a submission that does not count any more."""
    order.content = {**order.content, **order.rules.get(_FILLED, {})}


def _rules(city: City) -> dict[str, Any]:
    digest = hashlib.sha256(msgspec.json.encode(city, order="sorted")).hexdigest()
    return {"city": city.key, "sha256": digest}


async def _apply(case: _Case, changes: Changes) -> None:
    """Apply everything in this transaction or nothing (R-GEN-1)."""
    work = case.work
    today, sealer = business_day(work.now), work.visit.desk.sealer
    site = Site(
        work.session,
        work.actor.city,
        work.city.letters,
        work.now,
        today,
        work.new_id,
        sealer,
        case.order.id,
        work.actor.principal,
        work.visit.request_id or None,
    )
    await apply_changes(site, changes)
    await tell_changes(work, case.order.order_no, changes)
    made = [change.estate for change in changes if isinstance(change, CreateEstate)]
    if made:
        case.order.estate_id = made[0]
        await work.session.flush()


async def _release(case: _Case) -> None:
    if case.row.locking not in {Locking.RELEASE, Locking.TOUCH}:
        return
    targets = case.kind.targets(case.content, case.lines, case.facts) if case.row.applies else ()
    await release_locks(case.work, case.order, [target for target in targets if target.kept])
