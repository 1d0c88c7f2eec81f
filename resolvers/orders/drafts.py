"""Drafting an order: opening it, saving its content, and filling its lines."""

from collections.abc import Mapping, Sequence
from dataclasses import replace as at_row
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, insert, select

from authz.actions import order_needs
from db.numbers import take_numbers
from db.tables.orders import BusinessOrder, OrderLine
from domain.clock import business_day
from domain.estate import UNIT_FIELDS
from domain.field import parse_field
from domain.orders import KINDS
from domain.orders.content import read_fields
from domain.orders.flow import Status, Step, transition
from domain.orders.kind import OrderKind
from domain.problem import Invalid, Problem, ProblemCode
from domain.switch import Route
from domain.unit import unit_content
from domain.unit_rows import check_unit_rows
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch, must
from resolvers.orders.facts import as_json, content_of, kind_of, load_facts, load_lines
from resolvers.orders.steps import write_step

MAX_LINES = 20_000


async def draft(work: Work, kind_code: str, given: Mapping[str, Any]) -> Outcome:
    """Open a draft of a kind with what is known so far."""
    kind = KINDS[kind_code]
    today = business_day(work.now)
    organization = work.actor.organization
    for action in order_needs("order.draft", kind.action):
        await work.must(action, organization=organization, estate=None)
    values, problems = read_fields(kind, given, work.city, today)
    if problems:
        return Refused(tuple(problems))
    assert organization is not None, "Only an organization holds the right to draft."
    order = BusinessOrder(
        city=work.actor.city,
        id=work.new_id(),
        org_id=organization,
        order_no=(await take_numbers(work.session, work.actor.city, work.city.letters + kind.letters, today))[0],
        kind=kind.code,
        route=Route.TEMPLATE.value,
        status=Status.DRAFT.value,
        content=as_json(msgspec.convert(values, kind.content)),
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
    await write_step(work, order, Step.SAVE, None)
    return Done("Order", (order.id,), {"kind": kind.code, "orderNo": order.order_no})


async def open_for_editing(work: Work, order_id: UUID, version: int | None) -> BusinessOrder | Refused:
    """Find an order that may be edited now."""
    order = await fetch(work, BusinessOrder, order_id, lock=True)
    kind = kind_of(order)
    row = transition(kind.endings(work.city), Status(order.status), Step.SAVE)
    for action in order_needs("order.draft", kind.action):
        await must(work, order, action)
    if isinstance(row, Problem):
        return Refused.because(row)
    if version is not None and version != order.version:
        return Refused.because(Problem(ProblemCode.STALE_DATA, params={"version": str(order.version)}))
    return order


async def save(
    work: Work, order_id: UUID, kind_code: str, given: Mapping[str, Any], version: int | None
) -> Outcome:
    """Replace a draft's content; an order returned for correction stays returned until it is submitted again."""
    order = await open_for_editing(work, order_id, version)
    if isinstance(order, Refused):
        return order
    kind = kind_of(order)
    if kind.code != kind_code:
        params = {"label": "业务种类", "known": kind.code}
        return Refused.because(Problem(ProblemCode.VALUE_UNKNOWN, "content", value=kind_code, params=params))
    values, problems = read_fields(kind, given, work.city, business_day(work.now))
    if problems:
        return Refused(tuple(problems))
    order.content = dict(as_json(msgspec.convert(values, kind.content)))
    await count_totals(work, order)
    return Done("Order", (order.id,), {"orderNo": order.order_no})


async def put_lines(work: Work, order_id: UUID, rows: Sequence[Mapping[str, Any]], *, replace: bool) -> Outcome:
    """Add units typed by hand, or put them in the place of all present ones.

    A row may carry `no`: then it takes the place of the line of that number.
    """
    order = await open_for_editing(work, order_id, None)
    if isinstance(order, Refused):
        return order
    values, problems = _read_rows(work, rows)
    if problems:
        return Refused(tuple(problems))
    return await store_units(work, order, values, replace=replace)


def _read_rows(
    work: Work, rows: Sequence[Mapping[str, Any]]
) -> tuple[dict[int, dict[str, Any]], list[Problem]]:
    """Read typed rows by the same fields and row rules as a workbook's."""
    today = business_day(work.now)
    found: dict[int, dict[str, Any]] = {}
    problems: list[Problem] = []
    for place, row in enumerate(rows, start=1):
        values: dict[str, Any] = {"no": row.get("no")}
        for field in UNIT_FIELDS:
            try:
                values[field.name] = parse_field(field, row.get(field.name) or "", work.city, today)
            except Invalid as wrong:
                problems.append(at_row(wrong.problem, row=place))
        found[place] = values
    return found, problems + check_unit_rows(found, today)


async def store_units(
    work: Work, order: BusinessOrder, rows: Mapping[int, Mapping[str, Any]], *, replace: bool
) -> Outcome:
    """Store parsed units as lines, their personal numbers sealed."""
    if replace:
        await work.session.execute(_lines_of(order, delete(OrderLine)))
    last = 0 if replace else await _last_line(work, order)
    stored: list[dict[str, Any]] = []
    for values in rows.values():
        number = values.get("no")
        if number is None:
            number = last = last + 1
        unit = {name: value for name, value in values.items() if name != "no"}
        stored.append(
            {
                "city": order.city,
                "order_id": order.id,
                "no": number,
                "org_id": order.org_id,
                "after": as_json(unit_content(unit, work.visit.desk.sealer)),
            }
        )
    if last > MAX_LINES:
        return Refused.because(Problem(ProblemCode.LIMIT_EXCEEDED, "lines", params={"max": str(MAX_LINES)}))
    numbers = [row["no"] for row in stored]
    await work.session.execute(_lines_of(order, delete(OrderLine)).where(OrderLine.no.in_(numbers)))
    await work.session.execute(insert(OrderLine), stored)
    await count_totals(work, order)
    return Done("Order", (order.id,), {"orderNo": order.order_no, "lines": len(stored)})


async def remove_lines(work: Work, order_id: UUID, numbers: Sequence[int]) -> Outcome:
    """Take lines out of a draft."""
    order = await open_for_editing(work, order_id, None)
    if isinstance(order, Refused):
        return order
    await work.session.execute(_lines_of(order, delete(OrderLine)).where(OrderLine.no.in_(numbers)))
    await count_totals(work, order)
    return Done("Order", (order.id,), {"orderNo": order.order_no, "removed": list(numbers)})


async def count_totals(work: Work, order: BusinessOrder) -> None:
    """Keep what the order amounts to, as far as it can be told now."""
    kind: OrderKind[Any] = kind_of(order)
    content, lines = content_of(order), await load_lines(work.visit, order)
    totals = kind.totals(content, lines, await load_facts(work, order, content, lines))
    order.building_count = totals.buildings
    order.unit_count = totals.units
    order.gross_area = totals.gross_area
    order.due = totals.due
    order.version += 1
    await work.session.flush()


async def _last_line(work: Work, order: BusinessOrder) -> int:
    last = select(func.max(OrderLine.no)).where(OrderLine.city == order.city, OrderLine.order_id == order.id)
    return await work.session.scalar(last) or 0


def _lines_of(order: BusinessOrder, statement: Any) -> Any:  # noqa: ANN401 - select, update or delete alike
    return statement.where(OrderLine.city == order.city, OrderLine.order_id == order.id)

