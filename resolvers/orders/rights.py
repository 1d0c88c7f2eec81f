"""Who may take which step of an order: the step's own right, and for its preparation the business's too."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from authz.actions import order_needs
from authz.public import PUBLIC
from db.tables.orders import BusinessOrder
from domain.actor import PrincipalKind
from domain.orders.flow import Side, Step, part_of, transitions_open
from domain.orders.flow import Status as OrderStatus
from domain.orders.kind import OrderKind
from domain.refusal import Forbidden
from resolvers.act import Work
from resolvers.door import must
from resolvers.visit import Visit


async def must_take(work: Work, order: BusinessOrder, kind: OrderKind[Any], step: Step) -> None:
    """Make sure that the actor may take a step of an order that it sees, be it the time for it or not.

    Raises:
        Forbidden: A right is missing.
    """
    if _is_public(kind, step):
        # Anybody may register; that it is their own registration the door has made sure of.
        if work.actor.kind is not PrincipalKind.VISITOR:
            raise Forbidden
        work.rules.append(f"public: {kind.action}")
        return
    for action in _needed(kind, step):
        await must(work, order, action)


async def must_view(work: Work, order: BusinessOrder, kind: OrderKind[Any]) -> None:
    """Make sure that the actor may look into an order that it sees, and remember by which right.

    Raises:
        Forbidden: The right is missing.
    """
    if kind.action in PUBLIC and work.actor.kind is PrincipalKind.VISITOR:
        work.rules.append("public: registration.view")
    else:
        await must(work, order, "order.view")


async def steps_offered(
    visit: Visit, kind: OrderKind[Any], status: OrderStatus, claimed_by: UUID | None
) -> Sequence[Step]:
    """List the steps that the caller may take of an order where it stands.

    What somebody of the office has claimed, the others of the office cannot move on.
    """
    open_now = transitions_open(kind.endings(visit.city), status)
    if claimed_by not in {None, visit.signed_in().principal}:
        open_now = tuple(row for row in open_now if row.side is Side.DEVELOPER)
    return [row.step for row in open_now if await _may_take(visit, kind, row.step)]


async def _may_take(visit: Visit, kind: OrderKind[Any], step: Step) -> bool:
    if _is_public(kind, step):
        return visit.signed_in().kind is PrincipalKind.VISITOR
    scopes = [await visit.scope(action) for action in _needed(kind, step)]
    return all(scope is not None for scope in scopes)


def _is_public(kind: OrderKind[Any], step: Step) -> bool:
    return kind.action in PUBLIC and part_of(step)[0] is Side.DEVELOPER


def _needed(kind: OrderKind[Any], step: Step) -> Iterator[str]:
    action = part_of(step)[1]
    yield from (action,) if kind.action in PUBLIC else order_needs(action, kind.action)
