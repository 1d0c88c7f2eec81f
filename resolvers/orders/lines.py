"""Filling an order's lines: rows typed by hand or read from a workbook, by the kind's own form."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as at_row
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, delete, insert, literal, select

from db.tables.orders import BusinessOrder, OrderLine
from domain.clock import business_day
from domain.estate import EXTERNAL_ID
from domain.field import parse_field
from domain.orders.rows import RowForm, Shape
from domain.problem import Invalid, Problem, ProblemCode
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.orders.completing import complete_rows
from resolvers.orders.editing import count_totals, open_for_editing
from resolvers.orders.facts import kind_of, load_lines
from resolvers.orders.picks import MAX_LINES
from resolvers.orders.words import as_json

NO_CORRECTION = Problem(ProblemCode.PROFILE_FEATURE_OFF, "lines", params={"feature": "更正接口获取的数据"})
_CHUNK = 2_000
"""So many lines are written at once; between them long work tells how far it is."""
NO_LINES = Problem(ProblemCode.PROFILE_FEATURE_OFF, "lines", params={"feature": "明细"})


async def put_lines(
    work: Work, order_id: UUID, rows: Sequence[Mapping[str, Any]], *, replace: bool
) -> Outcome:
    """Add rows typed by hand, or put them in the place of all present ones.

    A row may carry `no`: then it takes the place of the line of that number.
    """
    order = await open_for_editing(work, order_id, None)
    if isinstance(order, Refused):
        return order
    form = _typed_form(order)
    if form is None:
        return Refused.because(NO_LINES)
    values, problems = read_rows(work, form, rows)
    if problems:
        return Refused(tuple(problems))
    whole = await complete_rows(work, order, form, dict(enumerate(values, start=1)))
    if isinstance(whole, Refused):
        return whole
    places = [row.get("no") for row in rows]
    return await store_lines(work, order, list(whole.values()), replace=replace, places=places)


def _typed_form(order: BusinessOrder) -> RowForm | None:
    form = kind_of(order).rows
    return form.typed if form else None


def read_rows(
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
    fetched: bool = False,
) -> Outcome:
    """Store read rows as lines, their personal numbers sealed.

    Args:
        work: The act.
        order: An order that is open for editing.
        rows: Values by field name.
        replace: Whether all present lines go first.
        places: For each row the number of the line whose place it takes, or none for a new line.
        fetched: Whether they are as the transaction system says; not every city lets that be corrected.
    """
    form = _typed_form(order)
    if form is None:
        return Refused.because(NO_LINES)
    places = places or [None] * len(rows)
    # What was picked stays, whatever is typed beside it.
    standing, own = await _numbers(work, order), await _numbers(work, order, form.shape)
    present: set[int] = set() if replace else own
    wrong = [*_misplaced(places, present), *_too_many(places, present)]
    if wrong:
        return Refused(tuple(wrong))
    gone = [number for number in places if number is not None]
    rows = await _keep(work, order, form, rows, places) if gone else rows
    corrects = not fetched and any(row.get(EXTERNAL_ID.name) for row in rows)
    if corrects and not work.city.fetched_data_correction:
        return Refused.because(NO_CORRECTION)
    await _delete(work, order, own if replace else gone)
    numbers = _count_on(places, max(standing - own if replace else standing, default=0))
    seal = work.visit.desk.sealer
    stored = [
        _row(order, form, number, as_json(form.store(values, seal)))
        for number, values in zip(numbers, rows, strict=True)
    ]
    for start in range(0, len(stored), _CHUNK):
        await work.visit.tell_progress(start, len(stored))
        await work.session.execute(insert(OrderLine), stored[start : start + _CHUNK])
    await count_totals(work, order)
    return Done("Order", (order.id,), {"orderNo": order.order_no, "lines": len(stored)})


async def _keep(
    work: Work,
    order: BusinessOrder,
    form: RowForm,
    rows: Sequence[Mapping[str, Any]],
    places: Sequence[int | None],
) -> list[Mapping[str, Any]]:
    """Let rows keep of the lines whose places they take what nobody types, such as whence they came."""
    if not form.kept:
        return list(rows)
    lines = {line.no: line.after or {} for line in await load_lines(work.visit, order)}
    kept = ({name: lines.get(number or 0, {}).get(name) for name in form.kept} for number in places)
    return [{**row, **known} for row, known in zip(rows, kept, strict=True)]


def _row(order: BusinessOrder, form: RowForm, number: int, after: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "city": order.city,
        "order_id": order.id,
        "no": number,
        "org_id": order.org_id,
        "shape": form.shape.value,
        "after": after,
    }


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


async def _numbers(work: Work, order: BusinessOrder, shape: Shape | None = None) -> set[int]:
    """Read the numbers of an order's lines, of all or of those of one shape."""
    lines = select(OrderLine.no).where(*_of(order))
    if shape is not None:
        lines = lines.where(OrderLine.shape == shape.value)
    return set(await work.session.scalars(lines))


async def _delete(work: Work, order: BusinessOrder, numbers: Collection[int]) -> None:
    """Delete the lines of these numbers."""
    gone = OrderLine.no == any_(literal(list(numbers), ARRAY(BigInteger)))
    await work.session.execute(delete(OrderLine).where(*_of(order), gone))


def _of(order: BusinessOrder) -> tuple[ColumnElement[bool], ...]:
    return (OrderLine.city == order.city, OrderLine.order_id == order.id)
