"""Filling an order's lines: rows typed by hand or read from a workbook, by the kind's own form."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as at_row
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, delete, insert, literal, select

from db.tables.orders import BusinessOrder, OrderLine
from domain.clock import business_day
from domain.field import parse_field
from domain.orders.rows import RowForm
from domain.problem import Invalid, Problem, ProblemCode
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.orders.editing import count_totals, open_for_editing
from resolvers.orders.facts import kind_of
from resolvers.orders.picks import MAX_LINES
from resolvers.orders.words import as_json

_NO_LINES = Problem(ProblemCode.PROFILE_FEATURE_OFF, "lines", params={"feature": "明细"})


async def put_lines(
    work: Work, order_id: UUID, rows: Sequence[Mapping[str, Any]], *, replace: bool
) -> Outcome:
    """Add rows typed by hand, or put them in the place of all present ones.

    A row may carry `no`: then it takes the place of the line of that number.
    """
    order = await open_for_editing(work, order_id, None)
    if isinstance(order, Refused):
        return order
    form = kind_of(order).rows
    if form is None or form.picked:
        return Refused.because(_NO_LINES)
    values, problems = _read_rows(work, form, rows)
    if problems:
        return Refused(tuple(problems))
    return await store_lines(work, order, values, replace=replace, places=[row.get("no") for row in rows])


def _read_rows(
    work: Work, form: RowForm, rows: Sequence[Mapping[str, Any]]
) -> tuple[list[Mapping[str, Any]], list[Problem]]:
    """Read typed rows by the same fields and row rules as a workbook's."""
    city, today = work.city, business_day(work.now)
    found: dict[int, dict[str, Any]] = {}
    problems: list[Problem] = []
    for place, row in enumerate(rows, start=1):
        values: dict[str, Any] = {}
        for field in form.fields:
            try:
                values[field.name] = parse_field(field, row.get(field.name) or "", city, today)
            except Invalid as wrong:
                problems.append(at_row(wrong.problem, row=place))
        found[place] = values
    problems += form.check(found, today)
    return list(found.values()), sorted(problems, key=lambda problem: problem.row or 0)


async def store_lines(
    work: Work,
    order: BusinessOrder,
    rows: Sequence[Mapping[str, Any]],
    *,
    replace: bool,
    places: Sequence[int | None] = (),
) -> Outcome:
    """Store read rows as lines, their personal numbers sealed.

    Args:
        work: The act.
        order: An order that is open for editing.
        rows: Values by field name.
        replace: Whether all present lines go first.
        places: For each row the number of the line whose place it takes, or none for a new line.
    """
    form = kind_of(order).rows
    if form is None:
        return Refused.because(_NO_LINES)
    places = places or [None] * len(rows)
    present: set[int] = set() if replace else await _numbers(work, order)
    wrong = [*_misplaced(places, present), *_too_many(places, present)]
    if wrong:
        return Refused(tuple(wrong))
    gone = [number for number in places if number is not None]
    await _delete(work, order, None if replace else gone)
    numbers = _count_on(places, max(present, default=0))
    seal = work.visit.desk.sealer
    stored = [
        _row(order, number, as_json(form.store(values, seal)))
        for number, values in zip(numbers, rows, strict=True)
    ]
    if stored:
        await work.session.execute(insert(OrderLine), stored)
    await count_totals(work, order)
    return Done("Order", (order.id,), {"orderNo": order.order_no, "lines": len(stored)})


def _row(order: BusinessOrder, number: int, after: Mapping[str, Any]) -> dict[str, Any]:
    return {"city": order.city, "order_id": order.id, "no": number, "org_id": order.org_id, "after": after}


def _misplaced(places: Iterable[int | None], present: set[int]) -> Iterator[Problem]:
    """Find rows that shall take the place of a line that is not there, or that an earlier row takes."""
    free = set(present)
    for row, number in enumerate(places, start=1):
        if number is None:
            continue
        if number not in free:
            params = {"label": "行号"}
            yield Problem(ProblemCode.VALUE_UNKNOWN, "no", row=row, value=str(number), params=params)
        free.discard(number)


def _too_many(places: Sequence[int | None], present: set[int]) -> Iterator[Problem]:
    if len(present) + places.count(None) > MAX_LINES:
        yield Problem(ProblemCode.LIMIT_EXCEEDED, "lines", params={"label": "明细", "max": str(MAX_LINES)})


def _count_on(places: Iterable[int | None], last: int) -> Iterator[int]:
    """Number the rows: those with a place have it, the others follow the last line."""
    for number in places:
        last = last if number is not None else last + 1
        yield number if number is not None else last


async def remove_lines(work: Work, order_id: UUID, numbers: Sequence[int]) -> Outcome:
    """Take lines out of a draft."""
    order = await open_for_editing(work, order_id, None)
    if isinstance(order, Refused):
        return order
    wrong = list(_misplaced(numbers, await _numbers(work, order)))
    if wrong:
        return Refused(tuple(wrong))
    await _delete(work, order, numbers)
    await count_totals(work, order)
    return Done("Order", (order.id,), {"orderNo": order.order_no, "removed": list(numbers)})


async def _numbers(work: Work, order: BusinessOrder) -> set[int]:
    return set(await work.session.scalars(select(OrderLine.no).where(*_of(order))))


async def _delete(work: Work, order: BusinessOrder, numbers: Sequence[int] | None) -> None:
    """Delete the lines of these numbers; all of them for none given."""
    lines = delete(OrderLine).where(*_of(order))
    if numbers is not None:
        lines = lines.where(OrderLine.no == any_(literal(list(numbers), ARRAY(BigInteger))))
    await work.session.execute(lines)


def _of(order: BusinessOrder) -> tuple[ColumnElement[bool], ...]:
    return (OrderLine.city == order.city, OrderLine.order_id == order.id)
