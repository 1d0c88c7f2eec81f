"""An order's timeline: who took which step, when and why, and who had a part in it before (R-GEN-8)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import select

from db.tables.orders import BusinessOrder, OrderStep
from domain.orders.facts import Line
from domain.orders.flow import Side, Step, part_of
from domain.orders.paper import Figure
from domain.problem import Problem, ProblemCode
from resolvers.act import Work

_MAX_NOTE = 500
_MAX_ITEMS = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to correct, as the window writes it: where, and what is wrong."""

    path: str
    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody says with a step.

    Attributes:
        note: Why, in their own words.
        items: What is to be corrected, one by one.
        papers_received: The registration papers came with this order [J 1.1 s5].
        version: The version that they looked at, so that another's change is noticed.
    """

    note: str | None = None
    items: tuple[Item, ...] = ()
    papers_received: bool = False
    version: int | None = None


def check_words(wish: Wish, *, required: bool) -> list[Problem]:
    """Find what is wrong with the words of a step, of which there may have to be some."""
    note, texts = wish.note or "", [item.text for item in wish.items]
    problems: list[Problem] = []
    if (required and not note.strip() and not texts) or not all(text.strip() for text in texts):
        problems.append(Problem(ProblemCode.FIELD_REQUIRED, "note", params={"label": "原因"}))
    if any(len(text) > _MAX_NOTE for text in (note, *texts, *(item.path for item in wish.items))):
        params = {"label": "原因", "max": str(_MAX_NOTE)}
        problems.append(Problem(ProblemCode.TEXT_INVALID, "note", params=params))
    if len(texts) > _MAX_ITEMS:
        params = {"label": "补正事项", "max": str(_MAX_ITEMS)}
        problems.append(Problem(ProblemCode.LIMIT_EXCEEDED, "items", params=params))
    return problems


def snapshot_of(order: BusinessOrder, lines: Sequence[Line], figures: Sequence[Figure]) -> dict[str, Any]:
    """Write down what was handed in, its lines by their digest, and what it means for each unit's money."""
    rows = [(line.no, line.before, line.after) for line in lines]
    digest = hashlib.sha256(msgspec.json.encode(rows, order="sorted")).hexdigest()
    return {
        "content": order.content,
        "lines_sha256": digest,
        "units": order.unit_count,
        "due": order.due,
        "figures": msgspec.to_builtins(figures),
    }


async def write_step(
    work: Work,
    order: BusinessOrder,
    step: Step,
    before: str | None,
    wish: Wish | None = None,
    snapshot: dict[str, Any] | None = None,
) -> None:
    """Add a line to the order's timeline."""
    said = wish or Wish()
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
        side=part_of(step)[0].value,
        note=(said.note or "").strip() or None,
        items=msgspec.to_builtins(said.items),
        snapshot=snapshot,
    )


async def parts_taken(work: Work, order: BusinessOrder) -> list[tuple[Side, str | None]]:
    """List who had which side's part in the order so far, over all its submissions."""
    rows = await work.session.execute(
        select(OrderStep.side, OrderStep.person).where(
            OrderStep.city == order.city, OrderStep.order_id == order.id
        )
    )
    return [(Side(side), person) for side, person in rows]


async def just_taken(work: Work, order: BusinessOrder, step: Step) -> bool:
    """Tell whether the same principal took this very step last (R-GEN-9)."""
    last = await work.session.scalar(
        select(OrderStep)
        .where(OrderStep.city == order.city, OrderStep.order_id == order.id)
        .order_by(OrderStep.id.desc())
        .limit(1)
    )
    return last is not None and last.step == step.value and last.principal_id == work.actor.principal
