"""Lists a page at a time: keyset order, so that rows neither repeat nor vanish when others are added."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Uuid,
    column,
    exists,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import aliased

from db.base import Base
from db.sorting import Order, at_or_beyond, beyond
from domain.refusal import BadUserInput, TooCostly
from resolvers.past import Rows, rows_at
from resolvers.read import among, see_rows
from resolvers.visit import Visit

MAX_PAGE = 100
_DEFAULT_PAGE = 20
_MAX_CURSOR = 400
_MAX_NUMBER = 2**63

Parents = tuple[str, Sequence[UUID]]
"""The column that points back at a list's parent, and the parents whose lists are asked for."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @property
    def backwards(self) -> bool:
        """Whether the page is counted from the end."""
        return self.last is not None

    @property
    def size(self) -> int:
        """How many rows are asked for.

        Raises:
            BadUserInput: Both `first` and `last`, or a negative number.
            TooCostly: More than a page holds.
        """
        if self.first is not None and self.last is not None:
            raise BadUserInput("last")
        given = self.first if self.first is not None else self.last
        size = _DEFAULT_PAGE if given is None else given
        if size < 0:
            raise BadUserInput("first" if self.first is not None else "last")
        if size > MAX_PAGE:
            raise TooCostly("rows", MAX_PAGE)
        return size


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows with their cursors; `more` follow in the direction in which it was counted."""

    rows: tuple[Any, ...]
    cursors: tuple[str, ...]
    more: bool


EMPTY = Page((), (), more=False)


@dataclass(frozen=True, slots=True)
class List:
    """One sorted list of a table's rows, under the conditions that were asked for.

    Attributes:
        where: The conditions, on the table itself.
        moment: The moment at which it is read as it was; None for the present.
    """

    entity: type[Base]
    order: Order
    where: Sequence[ColumnElement[bool]] = ()
    moment: datetime | None = None

    @property
    def rows(self) -> Rows:
        """The table that one statement reads from."""
        return rows_at(self.entity, self.moment)

    @property
    def kinds(self) -> list[type]:
        """The types of what it is sorted by."""
        columns: Any = self.entity.__table__.columns
        return [columns[key].type.python_type for key in self.order.keys]

    async def seen(self, visit: Visit, rows: Rows) -> list[ColumnElement[bool]] | None:
        """Write its conditions with the scope of who asks; None where that is nothing."""
        scope = await see_rows(visit, rows)
        return None if scope is None else [*map(rows.adapt, self.where), scope]


async def load_pages(
    visit: Visit, listed: List, window: Window, parents: Parents | None = None
) -> Mapping[UUID | None, Page]:
    """Load the same page of one list, or of the lists of many parents, in one statement."""
    size, table = window.size, listed.rows
    clauses = await listed.seen(visit, table)
    if clauses is None:
        return {None: EMPTY} if parents is None else {}
    for text, argument, onwards in ((window.after, "after", True), (window.before, "before", False)):
        if text is not None:
            clauses.append(
                beyond(table.columns, listed.order, read_cursor(text, listed, argument), onwards=onwards)
            )
    upwards = listed.order.descending is window.backwards
    keys = [table.columns[key] for key in listed.order.keys]
    sorting = [key.asc() if upwards else key.desc() for key in keys]
    page = table.select(*clauses).order_by(*sorting).limit(size + 1)
    if parents is None:
        rows = list((await visit.run(page)).scalars())
        return {None: _page(rows, listed, window, size)}
    name, ids = parents
    parent = (
        func.unnest(literal(list(ids), ARRAY(Uuid())))
        .table_valued(column("id", Uuid()))
        .render_derived("parent")
    )
    own = page.where(table.columns[name] == parent.c.id).lateral()
    row: Any = aliased(listed.entity, own)
    found: dict[UUID | None, list[Any]] = {}
    joined = table.keep(select(row).select_from(parent).join(own, true()))
    for one in (await visit.run(joined)).scalars():
        found.setdefault(getattr(one, name), []).append(one)
    return {
        key: _page(_sorted(rows, listed, up=upwards), listed, window, size) for key, rows in found.items()
    }


def _sorted(rows: list[Any], listed: List, *, up: bool) -> list[Any]:
    """Sort a parent's page again: a join promises no order."""
    return sorted(rows, key=lambda row: [getattr(row, key) for key in listed.order.keys], reverse=not up)


def _page(rows: list[Any], listed: List, window: Window, size: int) -> Page:
    more = len(rows) > size
    rows = rows[:size]
    if window.backwards:
        rows.reverse()
    return Page(tuple(rows), tuple(write_cursor(row, listed) for row in rows), more)


async def count_rows(visit: Visit, listed: List, parents: Parents | None = None) -> Mapping[UUID | None, int]:
    """Count lists within the same scope as their pages; asked only when the total is."""
    table = listed.rows
    clauses = await listed.seen(visit, table)
    if clauses is None:
        return {None: 0} if parents is None else {}
    if parents is None:
        statement = select(func.count()).select_from(table.source).where(*clauses)
        return {None: (await visit.run(statement)).scalar_one()}
    name, ids = parents
    column = table.columns[name]
    grouped = select(column, func.count()).where(*clauses, among(column, ids)).group_by(column)
    rows: Any = await visit.run(grouped)
    return {key: count for key, count in rows}  # noqa: C416


async def find_around(
    visit: Visit, listed: List, window: Window, parents: Parents | None = None, *, onwards: bool
) -> frozenset[UUID | None]:
    """Tell which lists go on past the cursor that a page ends at: after `before`, or before `after`."""
    text = (window.before if onwards else window.after) or ""
    values, table = read_cursor(text, listed, "before" if onwards else "after"), listed.rows
    outside = at_or_beyond(table.columns, listed.order, values, onwards=onwards)
    seen = await listed.seen(visit, table)
    if seen is None:
        return frozenset()
    clauses = [*seen, outside]
    if parents is None:
        there = (await visit.run(select(exists().where(*clauses)))).scalar_one()
        return frozenset({None} if there else ())
    name, ids = parents
    column = table.columns[name]
    rows = await visit.run(select(column).where(*clauses, among(column, ids)).distinct())
    return frozenset(rows.scalars())


def write_cursor(row: object, listed: List) -> str:
    """Write the place of a row in a list; it stays right when other rows come and go."""
    return _write([getattr(row, key) for key in listed.order.keys], listed)


def _write(values: Sequence[Any], listed: List) -> str:
    name = f"{listed.entity.__tablename__} {' '.join(listed.order.keys)}"
    plain = [_plain(value) for value in values]
    text = json.dumps([name, *plain], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:  # noqa: ANN401 - a sorting key
    if isinstance(value, date):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value


def read_cursor(text: str, listed: List, argument: str) -> list[Any]:
    """Read a cursor.

    Raises:
        BadUserInput: The product did not write it, or wrote it for another list.
    """
    try:
        _, *found = json.loads(base64.urlsafe_b64decode(text[:_MAX_CURSOR] + "=" * (-len(text) % 4)))
        values = [_typed(value, kind) for value, kind in zip(found, listed.kinds, strict=True)]
    except (ValueError, TypeError):
        raise BadUserInput(argument) from None
    if _write(values, listed) != text:
        raise BadUserInput(argument)
    return values


def _typed(value: object, kind: type) -> object:
    if kind is UUID:
        return UUID(hex=str(value))
    if kind is date:
        return date.fromisoformat(str(value))
    # A bool would pass for a number.
    if type(value) is not int or kind is not int or abs(value) >= _MAX_NUMBER:
        raise TypeError
    return value
