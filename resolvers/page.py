"""Lists a page at a time: keyset order, so that rows neither repeat nor vanish when others are added."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from db.base import Base
from domain.refusal import BadUserInput, TooCostly
from resolvers.visit import Visit

MAX_PAGE = 100
_DEFAULT_PAGE = 20


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: attribute names, the last of them unique, all ascending or all descending."""

    keys: tuple[str, ...] = ("id",)
    descending: bool = False


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
    """One page of rows, with what lies before and after it."""

    rows: tuple[Any, ...]
    cursors: tuple[str, ...]
    has_next: bool
    has_previous: bool


EMPTY = Page((), (), has_next=False, has_previous=False)


def write_cursor(row: object, order: Order) -> str:
    """Write the place of a row in a list; it stays right when other rows come and go."""
    values = [_plain(getattr(row, key)) for key in order.keys]
    text = json.dumps([",".join(order.keys), *values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return value.hex
    return value.isoformat() if isinstance(value, datetime) else value


def _read_cursor(text: str, order: Order, columns: Mapping[str, Any], argument: str) -> list[Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        name, *values = found
        if name != ",".join(order.keys) or len(values) != len(order.keys):
            raise ValueError
        return [_typed(value, columns[key].type.python_type) for key, value in zip(order.keys, values, strict=True)]
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise BadUserInput(argument) from None


def _typed(value: object, kind: type) -> object:
    if kind is UUID:
        return UUID(str(value))
    if kind is datetime:
        return datetime.fromisoformat(str(value))
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError
    return value


def _beyond(columns: Sequence[Any], values: Sequence[Any], *, greater: bool) -> ColumnElement[bool]:
    """Write "after these values" key by key, so that an index on the keys serves it."""
    parts: list[ColumnElement[bool]] = []
    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
        equal = [columns[i] == values[i] for i in range(place)]
        parts.append(and_(*equal, column > value if greater else column < value))
    return or_(*parts)


async def load_pages(
    visit: Visit,
    entity: type[Base],
    where: Sequence[ColumnElement[bool]],
    order: Order,
    window: Window,
    parent: tuple[str, Sequence[UUID]] | None = None,
) -> Mapping[UUID | None, Page]:
    """Load the same page of one list, or of the lists of many parents, in one statement."""
    size, columns = window.size, entity.__table__.columns
    keys: list[Any] = [columns[key] for key in order.keys]
    scope = await visit.sight(entity)
    clauses: list[ColumnElement[bool]] = [*where, scope.clause(entity) if scope else false()]
    upwards = order.descending is window.backwards
    for text, argument, onwards in ((window.after, "after", True), (window.before, "before", False)):
        if text is not None:
            values = _read_cursor(text, order, columns, argument)
            clauses.append(_beyond(keys, values, greater=onwards is not order.descending))
    sorting = [key.asc() if upwards else key.desc() for key in keys]
    if parent is None:
        statement = select(entity).where(*clauses).order_by(*sorting).limit(size + 1)
        rows = list((await visit.run(statement)).scalars())
        return {None: _page(rows, order, window, size)}
    name, ids = parent
    place = func.row_number().over(partition_by=columns[name], order_by=sorting).label("place")
    inner = select(entity, place).where(*clauses, columns[name].in_(ids)).subquery()
    row: Any = aliased(entity, inner)
    statement = select(row).where(inner.c.place <= size + 1).order_by(inner.c[name], inner.c.place)
    found: dict[UUID | None, list[Any]] = {}
    for one in (await visit.run(statement)).scalars():
        found.setdefault(getattr(one, name), []).append(one)
    return {key: _page(rows, order, window, size) for key, rows in found.items()}


def _page(rows: list[Any], order: Order, window: Window, size: int) -> Page:
    more = len(rows) > size
    rows = rows[:size]
    if window.backwards:
        rows.reverse()
    return Page(
        rows=tuple(rows),
        cursors=tuple(write_cursor(row, order) for row in rows),
        has_next=window.before is not None if window.backwards else more,
        has_previous=more if window.backwards else window.after is not None,
    )


async def count_rows(
    visit: Visit,
    entity: type[Base],
    where: Sequence[ColumnElement[bool]],
    parent: tuple[str, Sequence[UUID]] | None = None,
) -> Mapping[UUID | None, int]:
    """Count lists within the same scope as their pages; asked only when the total is."""
    columns: Any = entity.__table__.columns
    scope = await visit.sight(entity)
    clauses = [*where, scope.clause(entity) if scope else false()]
    if parent is None:
        statement = select(func.count()).select_from(entity).where(*clauses)
        return {None: (await visit.run(statement)).scalar_one()}
    name, ids = parent
    grouped = select(columns[name], func.count()).where(*clauses, columns[name].in_(ids)).group_by(columns[name])
    return {key: count for key, count in await visit.run(grouped)}
