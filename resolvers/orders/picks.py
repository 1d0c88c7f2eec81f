"""Lines that aim at what there is: picking it, and editing what shall become of it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from db.tables.orders import BusinessOrder, OrderLine
from domain.clock import business_day
from domain.field import Field, parse_field
from domain.orders.rows import RowForm
from domain.problem import Invalid, Problem
from domain.refusal import NotFound
from resolvers.act import Work
from resolvers.orders.facts import kind_of, load_lines
from resolvers.orders.subjects import load_present
from resolvers.orders.words import as_json


async def pick(work: Work, order: BusinessOrder, ids: Sequence[UUID]) -> int:
    """Add things to an order's lines as they are now and tell how many; one that is there is renewed.

    Raises:
        NotFound: One of them is not there to be picked.
    """
    form = _form(order)
    present = await load_present(work, order, form.shape, ids)
    if any(one not in present for one in ids):
        raise NotFound
    lines = await load_lines(work.visit, order)
    known = {line.target: line for line in lines}
    last = max((line.no for line in lines), default=0)
    fresh = [one for one in dict.fromkeys(ids) if one not in known]
    rows = [
        {
            "city": order.city,
            "order_id": order.id,
            "no": last + place,
            "org_id": order.org_id,
            "shape": form.shape.value,
            "target": one,
            "before": present[one],
            "after": present[one],
        }
        for place, one in enumerate(fresh, start=1)
    ]
    if rows:
        await work.session.execute(insert(OrderLine), rows)
    for one in set(ids) & known.keys():
        line = known[one]
        edits = {
            name: value
            for name, value in (line.after or {}).items()
            if (line.before or {}).get(name) != value
        }
        await _write(work, order, line.no, before=present[one], after={**present[one], **edits})
    return len(rows)


async def edit_lines(
    work: Work, order: BusinessOrder, numbers: Sequence[int] | None, given: Mapping[str, Any]
) -> list[Problem]:
    """Write the same values into lines; an empty one clears its field. Nothing is written if one is wrong.

    Args:
        work: The act.
        order: An order that is open for editing.
        numbers: Numbers of the lines; None for all of them.
        given: Typed values by field name; what is left out stays as it is.
    """
    form = _form(order)
    values, problems = _parse(work, form, given)
    if problems:
        return problems
    lines = [
        line for line in await load_lines(work.visit, order) if numbers is None or line.no in set(numbers)
    ]
    rows = {line.no: {**form.spread(line.after or {}, None), **values} for line in lines}
    problems = list(form.check(rows, business_day(work.now)))
    if problems:
        return problems
    seal = work.visit.desk.sealer
    for number, row in rows.items():
        await _write(work, order, number, after=as_json(form.store(row, seal)))
    return []


def _form(order: BusinessOrder) -> RowForm:
    form = kind_of(order).rows
    if form is None or not form.picked:
        raise NotFound
    return form


def _parse(work: Work, form: RowForm, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    fields = {field.name: field for field in form.fields}
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in given.items():
        try:
            values[name] = _read(work, fields[name], value)
        except Invalid as wrong:
            problems.append(wrong.problem)
    return values, problems


def _read(work: Work, field: Field, value: Any) -> Any:  # noqa: ANN401 - a field's value is its kind's
    """Read a typed text; what is not text was read by its scalar already."""
    if value is None or isinstance(value, str):
        return parse_field(field, value or "", work.city, business_day(work.now))
    return value


async def _write(work: Work, order: BusinessOrder, number: int, **values: Mapping[str, Any]) -> None:
    await work.session.execute(
        update(OrderLine)
        .where(OrderLine.city == order.city, OrderLine.order_id == order.id, OrderLine.no == number)
        .values(**values)
    )
