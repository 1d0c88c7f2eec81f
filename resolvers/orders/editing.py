"""Editing an order: writing a new one, finding one that may be edited now, and keeping what it amounts to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.numbers import take_numbers
from db.tables.orders import BusinessOrder
from domain.clock import business_day
from domain.estate import EXTERNAL_ID
from domain.orders.facts import Line
from domain.orders.flow import Status, Step, transition
from domain.orders.kind import OrderKind
from domain.problem import Problem, ProblemCode
from domain.switch import Route
from resolvers.act import Refused, Work
from resolvers.door import fetch
from resolvers.orders.facts import content_of, kind_of, load_facts, load_lines
from resolvers.orders.rights import must_take
from resolvers.orders.words import as_json


async def open_order(
    work: Work, kind: OrderKind[Any], organization: UUID, content: object, estate: UUID | None = None
) -> BusinessOrder:
    """Write a new order of a kind, with its readable number; it is a draft and amounts to nothing yet."""
    letters, today = work.city.letters + kind.letters, business_day(work.now)
    order = BusinessOrder(
        city=work.actor.city,
        id=work.new_id(),
        org_id=organization,
        order_no=(await take_numbers(work.session, work.actor.city, letters, today))[0],
        kind=kind.code,
        route=Route.TEMPLATE.value,
        status=Status.DRAFT.value,
        estate_id=estate,
        content=as_json(content),
        rules={},
        created_by=work.actor.principal,
        created_at=work.now,
        building_count=0,
        unit_count=0,
        gross_area=0,
        due=0,
    )
    work.session.add(order)
    await work.session.flush()
    return order


async def open_for_editing(work: Work, order_id: UUID, version: int | None) -> BusinessOrder | Refused:
    """Find an order that may be edited now.

    Args:
        work: The act.
        order_id: The order; its row is locked until the act ends.
        version: What the editor looked at, if they say so; `STALE_DATA` if it was changed since.
    """
    order = await fetch(work, BusinessOrder, order_id, lock=True)
    kind = kind_of(order)
    await must_take(work, order, kind, Step.SAVE)
    row = transition(kind.endings(work.city), Status(order.status), Step.SAVE)
    if isinstance(row, Problem):
        return Refused.because(row)
    if version not in {None, order.version}:
        return Refused.because(Problem(ProblemCode.STALE_DATA, params={"version": str(order.version)}))
    return order


def route_of(lines: Sequence[Line]) -> Route:
    """Tell how an order's lines came in: one that was fetched makes it an order by the interface."""
    fetched = any((line.after or {}).get(EXTERNAL_ID.name) for line in lines)
    return Route.INTERFACE if fetched else Route.TEMPLATE


async def count_totals(work: Work, order: BusinessOrder) -> None:
    """Keep what an edited order amounts to, and whence its lines came, as far as it can be told now."""
    content, lines = content_of(order), await load_lines(work.visit, order)
    order.route = route_of(lines).value
    facts = await load_facts(work, order, content, lines)
    totals = kind_of(order).totals(content, lines, facts)
    order.building_count, order.unit_count = totals.buildings, totals.units
    order.gross_area, order.due = totals.gross_area, totals.due
    order.version += 1
    await work.session.flush()
