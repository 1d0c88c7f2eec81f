"""Remembers what an order said when it went back, and what its resubmission changed (退回补正、撤回修改)."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import InstrumentedAttribute

from db.tables.orders import BusinessOrder, OrderDifference, OrderStep
from domain.orders.differences import Difference, compare_heads, compare_lines, without_ciphers
from domain.orders.facts import Line
from domain.orders.flow import Step
from domain.orders.kind import OrderKind
from resolvers.act import Work
from resolvers.orders.facts import kind_of, load_lines


async def remember_submitted(work: Work, order: BusinessOrder) -> dict[str, Any]:
    """Write down what an order says as it is returned or withdrawn, without locked numbers.

    Only going back costs this: what is approved at once is never compared with anything.
    """
    lines = await load_lines(work.visit, order)
    return {"content": without_ciphers(order.content), "lines": [_written(line) for line in lines]}


def _written(line: Line) -> list[Any]:
    target = line.target and line.target.hex
    return [line.no, target, without_ciphers(line.before), without_ciphers(line.after)]


async def write_differences(work: Work, order: BusinessOrder, lines: Sequence[Line]) -> None:
    """Compare an order that is handed in with what it said when it went back, if it ever did."""
    said = await work.session.scalar(_last_seen(order, OrderStep.snapshot))
    if said is None:
        return
    mine = (OrderDifference.city == order.city, OrderDifference.order_id == order.id)
    await work.session.execute(delete(OrderDifference).where(*mine))
    kind = kind_of(order)
    then = [Line(no, after, before, target and UUID(target)) for no, target, before, after in said["lines"]]
    heads = compare_heads(kind, said["content"], without_ciphers(order.content))
    # Of 20,000 lines this takes a second, for which nobody else shall wait.
    found = [*heads, *await asyncio.to_thread(compare_lines, kind, then, lines)]
    rows = [_row(order, kind, no, difference) for no, difference in enumerate(found, start=1)]
    if rows:
        await work.session.execute(insert(OrderDifference), rows)


def _last_seen(order: BusinessOrder, column: InstrumentedAttribute[Any]) -> Select[Any]:
    """Select the step that gave back what the window saw last: its return, or else a withdrawal."""
    returned = OrderStep.step == Step.RETURN.value
    return (
        select(column)
        .where(
            OrderStep.city == order.city,
            OrderStep.order_id == order.id,
            OrderStep.step.in_((Step.RETURN.value, Step.WITHDRAW.value)),
            OrderStep.snapshot.is_not(None),
        )
        .order_by(returned.desc(), OrderStep.id.desc())
        .limit(1)
    )


async def was_returned(work: Work, order: BusinessOrder) -> bool:
    """Tell whether it is a return that an order is compared with, and not only a withdrawal."""
    return await work.session.scalar(_last_seen(order, OrderStep.step)) == Step.RETURN.value


def _row(order: BusinessOrder, kind: OrderKind[Any], no: int, found: Difference) -> dict[str, Any]:
    head = found.line is None
    return {
        "city": order.city,
        "order_id": order.id,
        "no": no,
        "org_id": order.org_id,
        "line": found.line,
        "shape": kind.rows.shape_of(aims=found.aims).value if kind.rows and not head else "",
        "kind": kind.code if head else "",
        "fields": msgspec.to_builtins(found.fields),
        "before": None if head else found.before,
        "after": None if head else found.after,
        "head_before": found.before if head else None,
        "head_after": found.after if head else None,
    }


async def load_differences(work: Work, order: BusinessOrder) -> Sequence[OrderDifference]:
    """Read what the last resubmission changed, the head first."""
    mine = (OrderDifference.city == order.city, OrderDifference.order_id == order.id)
    found = await work.session.scalars(select(OrderDifference).where(*mine).order_by(OrderDifference.no))
    return found.all()
