"""Remembers what a returned order said, and tells the window what its resubmission changed (退回补正)."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, select

from db.tables.orders import BusinessOrder, OrderDifference, OrderStep
from domain.orders.differences import Difference, compare_heads, compare_lines, without_ciphers
from domain.orders.facts import Line
from domain.orders.flow import Step
from domain.orders.kind import OrderKind
from resolvers.act import Work
from resolvers.orders.facts import kind_of, load_lines


async def remember_returned(work: Work, order: BusinessOrder) -> dict[str, Any]:
    """Write down what an order says as it is returned, without locked numbers.

    Only a return costs this: what is approved at once is never compared with anything.
    """
    lines = await load_lines(work.visit, order)
    return {"content": without_ciphers(order.content), "lines": [_written(line) for line in lines]}


def _written(line: Line) -> list[Any]:
    target = line.target and line.target.hex
    return [line.no, target, without_ciphers(line.before), without_ciphers(line.after)]


async def write_differences(work: Work, order: BusinessOrder, lines: Sequence[Line]) -> None:
    """Compare an order that is handed in with what it said when it was returned last, if it ever was."""
    returned = await _last_returned(work, order)
    if returned is None:
        return
    mine = (OrderDifference.city == order.city, OrderDifference.order_id == order.id)
    await work.session.execute(delete(OrderDifference).where(*mine))
    kind = kind_of(order)
    then = [
        Line(no, after, before, target and UUID(target)) for no, target, before, after in returned["lines"]
    ]
    heads = compare_heads(kind, returned["content"], without_ciphers(order.content))
    # Of 20,000 lines this takes a second, for which nobody else shall wait.
    found = [*heads, *await asyncio.to_thread(compare_lines, kind, then, lines)]
    rows = [_row(order, kind, no, difference) for no, difference in enumerate(found, start=1)]
    if rows:
        await work.session.execute(insert(OrderDifference), rows)


async def _last_returned(work: Work, order: BusinessOrder) -> dict[str, Any] | None:
    return await work.session.scalar(
        select(OrderStep.snapshot)
        .where(
            OrderStep.city == order.city,
            OrderStep.order_id == order.id,
            OrderStep.step == Step.RETURN.value,
            OrderStep.snapshot.is_not(None),
        )
        .order_by(OrderStep.id.desc())
        .limit(1)
    )


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
