"""Drafting an order: opening it, and saving what it says as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec

from authz.actions import order_needs
from db.tables.estates import Estate, Unit
from db.tables.orders import BusinessOrder
from domain.clock import business_day
from domain.orders import KINDS
from domain.orders.content import read_fields
from domain.orders.flow import Status, Step, transition
from domain.orders.kind import OrderKind
from domain.orders.rows import Shape
from domain.problem import Problem, ProblemCode
from domain.refusal import Forbidden, NotFound
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch, see
from resolvers.orders.editing import count_totals, open_for_editing, open_order
from resolvers.orders.facts import kind_of
from resolvers.orders.picks import edit_lines, pick
from resolvers.orders.steps import take_step
from resolvers.orders.timeline import Wish, write_step
from resolvers.orders.words import as_json


@dataclass(frozen=True, slots=True)
class Head:
    """What an order says as a whole, as it was typed.

    Attributes:
        kind: Code of its kind.
        values: Typed values by the names of the kind's fields, and of its rows' fields where its one line is
            what the order is about; what is left out of those stays as it is.
        estate: The estate that it is about.
        more: What goes into the content as it is, read by its scalars already.
    """

    kind: str
    values: Mapping[str, Any]
    estate: UUID | None = None
    more: Mapping[str, Any] = field(default_factory=dict[str, Any])


async def draft(work: Work, head: Head) -> Outcome:
    """Open a draft of a kind with what is known so far."""
    kind = KINDS[head.kind]
    if not kind.offered(work.city):
        if head.estate is not None:
            await see(work.visit, Estate, head.estate)
        return Refused.because(Problem(ProblemCode.PROFILE_FEATURE_OFF, params={"feature": kind.label}))
    await _must_draft(work, kind, head)
    organization = work.actor.organization
    if organization is None:
        raise Forbidden
    values, problems = read_fields(kind, head.values, work.city, business_day(work.now))
    if problems:
        return Refused(tuple(problems))
    content = msgspec.convert(as_json({**values, **head.more}), kind.content)
    await _must_see(work, kind, content, head.estate)
    order = await open_order(work, kind, organization, content, head.estate)
    await write_step(work, order, Step.SAVE, None)
    if _is_its_own_line(kind):
        itself = organization if kind.about is Shape.ORGANIZATION else head.estate
        await pick(work, order, [itself] if itself else [])
        problems = await _edit_itself(work, order, head)
    return (
        Refused(tuple(problems))
        if problems
        else Done("Order", (order.id,), {"kind": kind.code, "orderNo": order.order_no})
    )


async def _must_draft(work: Work, kind: OrderKind[Any], head: Head) -> None:
    """Make sure that the actor may do this business, on the estate if the order is about one.

    Raises:
        NotFound: The order is about an estate, and there is none of that id to be seen.
    """
    needed = order_needs("order.draft", kind.action)
    if kind.about is Shape.ESTATE:
        if head.estate is None:
            raise NotFound
        await fetch(work, Estate, head.estate, *needed)
        return
    for action in needed:
        await work.must(action, organization=work.actor.organization, estate=None)


async def _must_see(work: Work, kind: OrderKind[Any], content: object, estate: UUID | None) -> None:
    """Make sure that the units which a content names are there and of the order's estate.

    Raises:
        NotFound: One is not.
    """
    for unit in kind.names(content):
        found = await see(work.visit, Unit, unit)
        if found.estate_id != estate:
            raise NotFound


def _is_its_own_line(kind: OrderKind[Any]) -> bool:
    return kind.rows is not None and kind.rows.picked and kind.rows.shape is kind.about


async def _edit_itself(work: Work, order: BusinessOrder, head: Head) -> list[Problem]:
    rows = kind_of(order).rows
    names = {field.name for field in rows.fields} if rows else set[str]()
    given = {name: value for name, value in head.values.items() if name in names}
    return await edit_lines(work, order, None, given) if given else []


async def save(work: Work, order_id: UUID, head: Head, version: int | None) -> Outcome:
    """Replace a draft's content; what was returned stays returned until it is submitted again.

    Where saving completes the kind, it is checked whole and happens.
    """
    order = await open_for_editing(work, order_id, version)
    if isinstance(order, Refused):
        return order
    wrong = _misaddressed(order, head)
    if wrong is not None:
        return Refused.because(wrong)
    kind = kind_of(order)
    values, problems = read_fields(kind, head.values, work.city, business_day(work.now))
    if _is_its_own_line(kind) and not problems:
        problems = await _edit_itself(work, order, head)
    if problems:
        return Refused(tuple(problems))
    content = msgspec.convert(as_json({**values, **head.more}), kind.content)
    await _must_see(work, kind, content, order.estate_id)
    order.content = dict(as_json(content))
    await count_totals(work, order)
    row = transition(kind.endings(work.city), Status(order.status), Step.SAVE)
    if not isinstance(row, Problem) and row.applies:
        return await take_step(work, order.id, Step.SAVE, Wish())
    return Done("Order", (order.id,), {"orderNo": order.order_no})


def _misaddressed(order: BusinessOrder, head: Head) -> Problem | None:
    """Find a content of another kind, or about another estate, than the order that it is given for."""
    kind = kind_of(order)
    if kind.code != head.kind:
        params = {"label": "业务种类", "allowed": kind.label}
        return Problem(ProblemCode.VALUE_UNKNOWN, "content", value=head.kind, params=params)
    if head.estate is not None and head.estate != order.estate_id:
        return Problem(ProblemCode.FIELD_FIXED, "content.estateId", params={"label": "物业区域"})
    return None
