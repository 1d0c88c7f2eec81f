"""Picked lines on their round trip through a workbook: each row is known again by its unit's code."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.given import among
from db.tables.estates import Unit
from db.tables.orders import BusinessOrder
from domain.clock import business_day
from domain.orders.rows import RowForm
from domain.problem import Problem, ProblemCode
from domain.refusal import NotFound
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.orders.editing import count_totals
from resolvers.orders.facts import kind_of, load_lines
from resolvers.orders.picks import write_lines


def is_picked(order: BusinessOrder) -> bool:
    """Tell whether all of an order's lines aim at what there is."""
    rows = kind_of(order).rows
    return rows is not None and rows.picked and rows.becomes is None


async def unit_codes(work: Work, order: BusinessOrder) -> Mapping[UUID, str]:
    """Read the codes of the units at which an order's lines aim."""
    targets = [line.target for line in await load_lines(work.visit, order) if line.target is not None]
    rows = await work.session.execute(
        select(Unit.id, Unit.code).where(Unit.city == order.city, among(Unit.id, targets))
    )
    return {unit: code for unit, code in rows}  # noqa: C416 - rows are no mapping


async def give_back(work: Work, order: BusinessOrder, rows: Mapping[int, Mapping[str, Any]]) -> Outcome:
    """Write a workbook's rows into the lines of their units; units that it leaves out stay as they are.

    Nothing is written if a row's unit is no line of the order, or stands there twice.
    """
    form = form_of(order)
    codes = {code: unit for unit, code in (await unit_codes(work, order)).items()}
    lines = {line.target: line for line in await load_lines(work.visit, order)}
    problems: list[Problem] = []
    edited: dict[int, dict[str, Any]] = {}
    for number, row in rows.items():
        line = lines.get(codes.get(str(row.get("code"))))
        if line is None or line.no in edited:
            params = {"label": "房屋编码"}
            problems.append(
                Problem(
                    ProblemCode.VALUE_UNKNOWN, "code", row=number, value=str(row.get("code")), params=params
                )
            )
            continue
        values = {name: value for name, value in row.items() if name != "code"}
        edited[line.no] = {**form.spread(line.after or {}, None), **values}
    problems = problems or list(form.check(edited, business_day(work.now)))
    if problems:
        return Refused(tuple(problems))
    await write_lines(work, order, form, edited)
    await count_totals(work, order)
    return Done("Order", (order.id,), {"orderNo": order.order_no, "lines": len(edited)})


def form_of(order: BusinessOrder) -> RowForm:
    """Give the form of the rows of an order's workbook.

    Raises:
        NotFound: The order has no rows.
    """
    form = kind_of(order).rows
    if form is None:
        raise NotFound
    return form.typed or form
