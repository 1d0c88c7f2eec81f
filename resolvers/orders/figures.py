"""What an order means for the money of its units: as things stand while it is drafted, else as handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from db.tables.orders import BusinessOrder, OrderStep
from domain.clock import business_day
from domain.orders.facts import Facts, Line
from domain.orders.flow import Status, Step
from domain.orders.paper import Figure
from domain.refusal import NotFound
from domain.switch import Route
from resolvers.door import see
from resolvers.orders.facts import content_of, kind_of, load_lines, load_rates
from resolvers.orders.unit_facts import load_unit_facts
from resolvers.reading import Reads, TakingTurns
from resolvers.visit import Visit

_DRAFTED = frozenset({Status.DRAFT, Status.RETURNED})


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """What an order means for the money of one unit."""

    unit: UUID
    figure: Figure


async def find_figures(visit: Visit, order_id: UUID) -> Sequence[UnitFigure] | None:
    """Give what changes of the units' money, line by line; None for who may not see order or accounts."""
    try:
        order = await see(visit, BusinessOrder, order_id)
    except NotFound:
        return None
    accounts = await visit.scope("account.view")
    if accounts is None or not accounts.covers(order):
        return None
    lines = await load_lines(visit, order)
    drafted = Status(order.status) in _DRAFTED
    figures = await _work_out(visit, order, lines) if drafted else await _load(visit, order)
    units = {line.no: line.target for line in lines}
    return [
        UnitFigure(unit, figure)
        for figure in figures
        if (unit := units.get(figure.line)) is not None and (figure.refund or figure.due != figure.due_before)
    ]


async def _load(visit: Visit, order: BusinessOrder) -> Sequence[Figure]:
    return list((await load_submitted(TakingTurns(visit), order)).values())


async def _work_out(visit: Visit, order: BusinessOrder, lines: Sequence[Line]) -> Sequence[Figure]:
    """Work out what the form would say if the draft were handed in now."""
    kind, content = kind_of(order), content_of(order)
    needs = kind.needs(content, lines)
    units = await load_unit_facts(TakingTurns(visit), order, needs.units)
    facts = Facts(
        city=visit.city,
        today=business_day(visit.now),
        organization=order.org_id,
        route=Route(order.route),
        rates=await load_rates(visit) if needs.rates else (),
        units=units,
    )
    # What is no more, or was changed since it was picked, is told at the submission.
    return kind.figures(content, [line for line in lines if line.target in units], facts)


async def load_submitted(reads: Reads, order: BusinessOrder) -> Mapping[int, Figure]:
    """Read what the last submission wrote down, by the numbers of the lines.

    The form is printed after the change as well, when the accounts already say something else.
    """
    rows = await reads.execute(
        select(OrderStep.snapshot)
        .where(
            OrderStep.city == order.city,
            OrderStep.order_id == order.id,
            OrderStep.step.in_((Step.SUBMIT.value, Step.SAVE.value)),
            OrderStep.snapshot.is_not(None),
        )
        .order_by(OrderStep.id.desc())
        .limit(1)
    )
    snapshot: Any = rows.scalar() or {}
    figures = msgspec.convert(snapshot.get("figures", []), list[Figure])
    return {figure.line: figure for figure in figures}
