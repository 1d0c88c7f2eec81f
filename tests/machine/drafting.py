"""What editing does to the rows of an order in the plain books: picking, typing, changing, confirming."""

from collections.abc import Iterable
from typing import Any

from tests.machine.model import Books, Codes, Line, Order
from tests.machine.picked import standing

TOO_LATE: Codes = {"INVALID_TRANSITION"}


def pick(books: Books, order: Order, targets: Iterable[str]) -> Codes:
    """Pick things as an order's lines; what is there already is renewed and keeps its edits."""
    if not order.editable:
        return TOO_LATE
    wanted = list(dict.fromkeys(targets))
    if any(standing(books, order, Line(one, {}, {})) == "UNIT_NOT_ACTIVE" for one in wanted):
        return {"NOT_FOUND"}
    for one in wanted:
        content = content_of(books, order, one)
        present = next((line for line in order.lines if line.target == one), None)
        if present is None:
            order.add(Line(one, content, dict(content)))
        else:
            present.before, present.after = content, {**content, **present.changed}
    return set()


def content_of(books: Books, order: Order, target: str) -> dict[str, Any]:
    """Say what an order's line says of a thing as it is now."""
    if order.kind == "buildingChange":
        return books.building_content(books.buildings[target])
    if order.kind == "ownershipChange":
        return books.owners_content(books.units[target])
    return books.unit_content(books.units[target])


def put(order: Order, rows: Iterable[tuple[str, dict[str, Any]]]) -> Codes:
    """Type new units, each with the label that it shall have."""
    if not order.editable:
        return TOO_LATE
    given = list(rows)
    picked = {line.target: line.before for line in order.lines if not line.is_new}
    places = [(row["building"], row["floor"], row["room"]) for _, row in given]
    if len(set(places)) < len(places):
        return {"DUPLICATE_UNIT"}
    if any(set(row.get("sources", ())) - picked.keys() for _, row in given):
        return {"VALUE_UNKNOWN"}
    for label, row in given:
        # Whether a lift serves what comes of a split, the first of the units that it names decides.
        kept = {"lift": picked[row["sources"][0]]["lift"]} if "sources" in row else {}
        order.add(Line(label, {}, {**row, **kept}))
    return set()


def remove(order: Order, target: str) -> Codes:
    """Take a line out."""
    if not order.editable:
        return TOO_LATE
    order.lines = [line for line in order.lines if line.target != target]
    return set()


def edit(books: Books, order: Order, target: str | None, values: dict[str, Any]) -> Codes:
    """Write values into one line or all; of many at once only what the city allows (R-UCH-3)."""
    if not order.editable:
        return TOO_LATE
    lines = [line for line in order.lines if target in {None, line.target}]
    if len(lines) > 1 and not values.keys() - {"seal"} <= _batch(books, order):
        return {"FIELD_NOT_BATCHABLE"}
    afterwards = [{**line.after, **values} for line in lines]
    if order.kind == "unitChange":
        places = [(row["building"], row["floor"], row["room"]) for row in afterwards]
        if len(set(places)) < len(places):
            return {"DUPLICATE_UNIT"}
    for line, after in zip(lines, afterwards, strict=True):
        line.after = after
    return set()


def _batch(books: Books, order: Order) -> frozenset[str]:
    if order.kind == "buildingChange":
        return frozenset({"estate", "year"})
    if order.kind == "ownershipChange":
        return frozenset({"owners"} if books.rules.owner_batch else ())
    return books.rules.batch


def confirm(books: Books, order: Order) -> Codes:
    """Say that money goes back, and to which account for every unit of the order."""
    if not order.editable:
        return TOO_LATE
    if any(books.estate_of(books.units[line.target]) != order.estate for line in order.lines):
        return {"NOT_FOUND"}
    order.confirmed, order.covered = True, {line.target for line in order.lines}
    return set()
