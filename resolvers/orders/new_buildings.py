"""The buildings of an order's new units: corrected as a whole, for all units that name them (F18)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.clock import business_day
from domain.estate import EXTERNAL_ID
from domain.field import parse_field
from domain.orders.new_units import place_key
from domain.orders.rows import RowForm, Shape
from domain.problem import Invalid, Problem, ProblemCode
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.orders.editing import count_totals, open_for_editing
from resolvers.orders.facts import kind_of, load_lines
from resolvers.orders.lines import NO_CORRECTION, NO_LINES
from resolvers.orders.picks import write_contents
from resolvers.orders.words import as_json


async def edit_building(
    work: Work, order_id: UUID, name: str, given: Mapping[str, str | None], version: int | None
) -> Outcome:
    """Write what a new building is into all the lines of its units; an empty value clears its field.

    Args:
        work: The act.
        order_id: An order of new units.
        name: What its lines call the building now.
        given: Typed values by the names of the rows' fields; what is left out stays as it is.
        version: What the editor looked at, if they say so.
    """
    order = await open_for_editing(work, order_id, version)
    if isinstance(order, Refused):
        return order
    form = kind_of(order).rows
    if form is None or form.picked or form.shape is not Shape.UNIT:
        return Refused.because(NO_LINES)
    lines = {line.no: line.after or {} for line in await load_lines(work.visit, order)}
    mine = {no: row for no, row in lines.items() if place_key(row.get("building")) == place_key(name)}
    if not mine:
        params = {"label": "楼栋名称"}
        return Refused.because(Problem(ProblemCode.VALUE_UNKNOWN, "building", value=name[:50], params=params))
    if not work.city.fetched_data_correction and any(row.get(EXTERNAL_ID.name) for row in mine.values()):
        return Refused.because(NO_CORRECTION)
    values, problems = _read(work, form, given)
    if problems:
        return Refused(tuple(problems))
    # The rest of a line stays as it is stored, so that no sealed number is opened for it.
    await write_contents(work, order, {no: {**row, **as_json(values)} for no, row in mine.items()})
    await count_totals(work, order)
    return Done("Order", (order.id,), {"orderNo": order.order_no, "edited": len(mine)})


def _read(work: Work, form: RowForm, given: Mapping[str, str | None]) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for field in form.fields:
        if field.name in given:
            try:
                typed = given[field.name] or ""
                values[field.name] = parse_field(field, typed, work.city, business_day(work.now))
            except Invalid as wrong:
                problems.append(wrong.problem)
    return values, problems
