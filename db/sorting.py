"""How lists are sorted: by columns, and pages by a key; texts with numbers in them as people count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

Sorting = tuple[str, ...]
"""Columns that a list is sorted by: `-floor` from the highest."""

Grouping = tuple[tuple[str, Sorting], ...]
"""Columns that lay rows out in groups, the outermost first, each with the sorting of its groups."""

_PLACES = 12


@dataclass(frozen=True, slots=True)
class Order:
    """How a list read by pages is sorted: attribute names, the last of them unique, all up or all down."""

    keys: tuple[str, ...] = ("id",)
    descending: bool = False


NEWEST_FIRST = Order(("id",), descending=True)
"""Ids are time-ordered."""


def column_of(name: str) -> str:
    """Name the column of one part of a sorting."""
    return name.removeprefix("-")


def sorted_by(columns: Any, sorting: Sorting) -> list[ColumnElement[Any]]:  # noqa: ANN401 - SQLAlchemy's
    """Write a sorting over a table's columns."""
    return [columns[name[1:]].desc() if name[0] == "-" else columns[name] for name in sorting]


def natural(column: str) -> str:
    """Write a text column's sorting key, in which 2单元 stands before 10单元: numbers are of one length."""
    padded = f"regexp_replace({column}, '([0-9]+)', '{'0' * _PLACES}\\1', 'g')"
    return f"regexp_replace({padded}, '[0-9]*([0-9]{{{_PLACES}}})', '\\1', 'g')"


def beyond(columns: Any, order: Order, values: Sequence[Any], *, onwards: bool) -> ColumnElement[bool]:  # noqa: ANN401 - SQLAlchemy's
    """Write "past these values" key by key, so that an index on the keys serves it."""
    keys, greater = [columns[key] for key in order.keys], onwards is not order.descending
    parts: list[ColumnElement[bool]] = []
    for place, (key, value) in enumerate(zip(keys, values, strict=True)):
        equal = [keys[i] == values[i] for i in range(place)]
        parts.append(and_(*equal, key > value if greater else key < value))
    return or_(*parts)


def at_or_beyond(columns: Any, order: Order, values: Sequence[Any], *, onwards: bool) -> ColumnElement[bool]:  # noqa: ANN401 - SQLAlchemy's
    """Write "at these values or past them"."""
    here = and_(*(columns[key] == value for key, value in zip(order.keys, values, strict=True)))
    return or_(here, beyond(columns, order, values, onwards=onwards))
