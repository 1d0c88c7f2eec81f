"""The window's queue: somebody claims an order, so that no two people work on the same one (领取)."""

from uuid import UUID

from db.tables.orders import BusinessOrder
from domain.orders.flow import Side, Status, awaited, four_eyes
from domain.problem import Problem, ProblemCode
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch, must
from resolvers.orders.facts import kind_of
from resolvers.orders.rights import must_take
from resolvers.orders.timeline import parts_taken


async def claim(work: Work, order_id: UUID) -> Outcome:
    """Claim an order that waits for a step which the actor may take; claiming it again changes nothing."""
    order = await fetch(work, BusinessOrder, order_id, "order.queue", lock=True)
    kind = kind_of(order)
    row = awaited(kind.endings(work.city), Status(order.status))
    if row is None:
        params = {"status": order.status, "step": "CLAIM"}
        return Refused.because(Problem(ProblemCode.INVALID_TRANSITION, params=params))
    await must_take(work, order, kind, row.step)
    # Whoever could not take the step would only keep the others from it.
    wrong = held_by_another(work, order) or four_eyes(
        row.side, work.actor.person, await parts_taken(work, order)
    )
    if wrong is not None:
        return Refused.because(wrong)
    if order.claimed_by is None:
        order.claimed_by, order.claimed_name = work.actor.principal, work.actor.name
        order.claimed_at = work.now
        await work.session.flush()
    return Done("Order", (order.id,), {"orderNo": order.order_no, "status": order.status})


async def release(work: Work, order_id: UUID) -> Outcome:
    """Put an order back into the queue: the holder may, and whoever has the right over others' claims."""
    order = await fetch(work, BusinessOrder, order_id, "order.queue", lock=True)
    if order.claimed_by not in {None, work.actor.principal}:
        await must(work, order, "order.release")
    detail = {"orderNo": order.order_no, "claimedBy": order.claimed_name}
    end_claim(order)
    await work.session.flush()
    return Done("Order", (order.id,), detail)


def end_claim(order: BusinessOrder) -> None:
    """Let a claim end: every step hands the order on to somebody else."""
    order.claimed_by = order.claimed_name = order.claimed_at = None


def check_claim(work: Work, order: BusinessOrder, side: Side) -> Problem | None:
    """Keep the office's other people from an order that one of them has claimed; its applicant may act."""
    return None if side is Side.DEVELOPER else held_by_another(work, order)


def held_by_another(work: Work, order: BusinessOrder) -> Problem | None:
    """Say whose claim stands in the way, if one does."""
    if order.claimed_by in {None, work.actor.principal}:
        return None
    return Problem(ProblemCode.ORDER_CLAIMED, params={"name": order.claimed_name or ""})
