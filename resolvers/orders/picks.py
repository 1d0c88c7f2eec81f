"""Lines that aim at what there is: picking it, and editing what shall become of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Text, cast, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB

from authz.actions import order_needs
from db.engine import encode_json
from db.given import among, rows_of
from db.tables.estates import Estate, Unit
from db.tables.orders import BusinessOrder, OrderLine
from domain.city import City
from domain.clock import business_day
from domain.field import Field, parse_field
from domain.orders.facts import Line
from domain.orders.rows import RowForm, Shape
from domain.problem import Invalid, Problem, ProblemCode
from domain.refusal import NotFound
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.orders.completing import complete_rows
from resolvers.orders.editing import count_totals, open_for_editing
from resolvers.orders.facts import kind_of, load_lines
from resolvers.orders.owners import GivenShare, read_owners
from resolvers.orders.subjects import load_present
from resolvers.orders.words import as_json

MAX_LINES = 20_000

_LABELS = {"estate": "物业区域", "owners": "业主"}


@dataclass(frozen=True, slots=True)
class Edit:
    """New values for lines of a shape, as typed.

    Attributes:
        estate: Another estate that buildings shall move to.
        owners: Who shall own units, as typed.
    """

    shape: Shape
    values: Mapping[str, Any]
    estate: UUID | None = None
    owners: Sequence[GivenShare] | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """What somebody ticked in the building list and the grid."""

    buildings: Sequence[UUID] = ()
    units: Sequence[UUID] = ()


async def pick_lines(work: Work, order_id: UUID, picked: Picked) -> Outcome:
    """Pick things of the order's estate as its lines.

    Raises:
        NotFound: The order has no such lines, or one of the things is not there.
    """
    order = await open_for_editing(work, order_id, None)
    if isinstance(order, Refused):
        return order
    ids = await _ids_of(work, order, _form(order).shape, picked)
    lines = await load_lines(work.visit, order)
    if len({line.target for line in lines} | set(ids)) > MAX_LINES:
        params = {"label": "明细", "max": str(MAX_LINES)}
        return Refused.because(Problem(ProblemCode.LIMIT_EXCEEDED, "lines", params=params))
    count = await pick(work, order, ids)
    await count_totals(work, order)
    return Done("Order", (order.id,), {"orderNo": order.order_no, "picked": count})


async def change_lines(
    work: Work, order_id: UUID, numbers: Sequence[int], edit: Edit, version: int | None
) -> Outcome:
    """Write the same values into some lines, or into all of them if none are named.

    Of many lines at once only the fields that the city allows are edited (R-UCH-3).
    """
    order = await open_for_editing(work, order_id, version)
    if isinstance(order, Refused):
        return order
    form = _form(order).edited
    if form is None or edit.shape not in (form.edits or {form.shape}):
        params = {"label": "明细"}
        return Refused.because(Problem(ProblemCode.VALUE_UNKNOWN, "edit", params=params))
    known = {line.no for line in await load_lines(work.visit, order) if _is_of(form, line)}
    wrong = [
        Problem(ProblemCode.VALUE_UNKNOWN, "numbers", value=str(number), params={"label": "行号"})
        for number in numbers
        if number not in known
    ]
    if form.edits:
        wrong += _not_there(form, edit.values)
    if not wrong and len(numbers or known) > 1:
        names = [
            *edit.values,
            *(["estate"] if edit.estate else []),
            *(["owners"] if edit.owners is not None else []),
        ]
        wrong = _not_at_once(form, names, work.city)
    if wrong:
        return Refused(tuple(wrong))
    values = {**edit.values, **(await _estate_of(work, order, edit.estate) if edit.estate else {})}
    if edit.owners is not None:
        owners = await read_owners(work, order, edit.owners)
        if isinstance(owners, Refused):
            return owners
        values["owners"] = owners
    problems = await edit_lines(work, order, numbers or None, values)
    if problems:
        return Refused(tuple(problems))
    await count_totals(work, order)
    return Done("Order", (order.id,), {"orderNo": order.order_no, "edited": len(numbers or known)})


def _is_of(form: RowForm, line: Line) -> bool:
    """Tell whether a line is one of a form's: what was picked aims at something, what was typed does not."""
    return form.picked is (line.target is not None)


def _not_there(form: RowForm, names: Iterable[str]) -> list[Problem]:
    """Find values of fields that lines of the form do not have, though others of that shape do."""
    own = {field.name for field in form.fields}
    return [
        Problem(ProblemCode.FIELD_FIXED, f"edit.{name}", params={"label": name})
        for name in names
        if name not in own
    ]


async def _ids_of(work: Work, order: BusinessOrder, shape: Shape, picked: Picked) -> list[UUID]:
    """Tell which lines are meant; where they are units, a building stands for all its units [J 1.3.6]."""
    if shape is Shape.BUILDING and not picked.units:
        return list(picked.buildings)
    if not shape.is_of_unit:
        raise NotFound
    ids = list(picked.units)
    if picked.buildings:
        present = await load_present(work, order, Shape.BUILDING, picked.buildings)
        if any(building not in present for building in picked.buildings):
            raise NotFound
        ids += await work.session.scalars(
            select(Unit.id)
            .where(
                Unit.city == order.city, Unit.status == "ACTIVE", among(Unit.building_id, picked.buildings)
            )
            .order_by(Unit.building_id, Unit.section_key, Unit.floor, Unit.room_key)
        )
    return ids


def _not_at_once(form: RowForm, names: Sequence[str], city: City) -> list[Problem]:
    labels = {**_LABELS, **{field.name: field.label for field in form.fields}}
    allowed = form.batch(city)
    named = "、".join(labels[name] for name in labels if name in allowed)
    return [
        Problem(
            ProblemCode.FIELD_NOT_BATCHABLE,
            name,
            params={"label": _LABELS.get(name) or labels.get(name, name), "allowed": named},
        )
        for name in names
        if name not in allowed
    ]


async def _estate_of(work: Work, order: BusinessOrder, estate_id: UUID) -> Mapping[str, Any]:
    """Find the estate to which buildings shall move: the mover's own, with the same right on it (R-BLD-1)."""
    estate = await fetch(work, Estate, estate_id, *order_needs("order.draft", kind_of(order).action))
    return {"estate": estate.id, "estate_name": estate.name, "bank": estate.bank}


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
            "after": None if form.ends else present[one],
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
        after = None if form.ends else {**present[one], **edits}
        await _write_line(work, order, line.no, before=present[one], after=after)
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
    form = _form(order).edited or _form(order)
    values, problems = _parse(work, form, given)
    if problems:
        return problems
    chosen = None if numbers is None else set(numbers)
    rows = {
        line.no: {**form.spread(line.after or {}, None), **values}
        for line in await load_lines(work.visit, order)
        if _is_of(form, line) and (chosen is None or line.no in chosen)
    }
    whole = await complete_rows(work, order, form, rows)
    if isinstance(whole, Refused):
        return list(whole.problems)
    problems = list(form.check(whole, business_day(work.now)))
    if problems:
        return problems
    await write_lines(work, order, form, whole)
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
        if name not in fields:
            values[name] = value
            continue
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


async def write_lines(
    work: Work, order: BusinessOrder, form: RowForm, rows: Mapping[int, Mapping[str, Any]]
) -> None:
    """Write what lines shall say, by their numbers."""
    seal = work.visit.desk.sealer
    await write_contents(work, order, {number: form.store(row, seal) for number, row in rows.items()})


async def write_contents(work: Work, order: BusinessOrder, contents: Mapping[int, object]) -> None:
    """Write the contents of lines as they are, by their numbers, in one statement."""
    texts = [encode_json(as_json(content)) for content in contents.values()]
    given = rows_of("given", no=(BigInteger(), list(contents)), after=(Text(), texts))
    await work.session.execute(
        update(OrderLine)
        .where(OrderLine.city == order.city, OrderLine.order_id == order.id, OrderLine.no == given.c.no)
        .values(after=cast(given.c.after, JSONB))
    )


async def _write_line(
    work: Work, order: BusinessOrder, number: int, **values: Mapping[str, Any] | None
) -> None:
    """Write what a line says."""
    await work.session.execute(
        update(OrderLine)
        .where(OrderLine.city == order.city, OrderLine.order_id == order.id, OrderLine.no == number)
        .values(**values)
    )
