"""A readable field, declared once and in one line: what it stands for, and the sentence that clients read."""

from asyncio import gather
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, cast

import strawberry

from db.base import Base
from db.sorting import Grouping, Sorting
from domain.city_record import ListName
from resolvers.past import moment_of, read_moment
from resolvers.visit import Place, Visit
from schema.bindings import Binding, Coded, Column, Dated, Derived, GlobalId, Kinded, Many, One, Stored
from schema.ids import write_id
from schema.loading import load_many, load_one
from schema.scalars import Moment
from schema.types import BINDING, INHERIT, RIGHT, Declared, Shown

__all__ = [
    "BINDING",
    "INHERIT",
    "RIGHT",
    "coded",
    "column",
    "dated",
    "day",
    "derived",
    "kinded",
    "many",
    "masked",
    "named",
    "node_id",
    "one",
    "stored",
]

AsOfThen = Annotated[Moment | None, strawberry.argument(description="As it was at this moment (历史时点).")]
"""The argument of a field that can be asked for as it was, while the rest of its row is shown as it is."""


def visit_of(info: strawberry.Info) -> Visit:
    """Give the request that a field is read for."""
    return cast("Visit", info.context)


def place_of(info: strawberry.Info) -> Place:
    """Tell where in the answer a field stands, whichever item of its lists it is of."""
    return tuple(key for key in info.path.as_list() if isinstance(key, str))


def bound(resolver: Callable[..., Any], description: str, binding: Binding, right: str = INHERIT) -> Declared:
    """Make a field of its resolver and its binding; the annotation beside it tells the type."""
    return strawberry.field(
        resolver=resolver, description=description, metadata={BINDING: binding, RIGHT: right}
    )


def column(name: str, description: str, right: str | None = None) -> Declared:
    """Declare a field that is a column; where a right is named, null is shown on estates without it."""
    if right is not None:
        return bound(_guarded(name, right), description, Column(name, right), right)

    def resolve(root: Shown) -> Shown:
        return getattr(root, name)

    return bound(resolve, description, Column(name))


def _guarded(name: str, right: str) -> Callable[..., Any]:
    async def resolve(root: Shown, info: strawberry.Info) -> Shown:
        scope = await visit_of(info).scope(right)
        return getattr(root, name) if scope is not None and scope.covers(root) else None

    return resolve


def coded(name: str, codes: ListName, description: str) -> Declared:
    """Declare a field that says a column's code in the words of the city's code list.

    A code that the list no longer has stands for itself.
    """

    def resolve(root: Shown, info: strawberry.Info) -> Shown:
        code = getattr(root, name)
        try:
            return None if code is None else visit_of(info).city.code_label(codes, code)
        except KeyError:
            return code

    return bound(resolve, description, Coded(name, codes))


def dated(name: str, read: Callable[..., Any], description: str) -> Declared:
    """Declare a field that is a column; with `asOf`, what `read` finds of the row at that moment."""

    async def resolve(root: Shown, info: strawberry.Info, as_of: AsOfThen = None) -> Shown:
        visit = visit_of(info)
        moment = read_moment(as_of, visit.now)
        return getattr(root, name) if moment is None else await read(visit, root, moment)

    return bound(resolve, description, Dated(name))


def derived(columns: Sequence[str], read: Callable[..., Any], description: str) -> Declared:
    """Declare a field that `read` computes from the visit and the named columns."""
    names = tuple(columns)

    def resolve(root: Shown, info: strawberry.Info) -> Shown:
        return read(visit_of(info), *(getattr(root, name) for name in names))

    return bound(resolve, description, Derived(names, read))


def kinded(kind: str, content: str, shape: Callable[..., Any], description: str) -> Declared:
    """Declare a field that is a row's stored content in the shape of the row's kind."""

    def resolve(root: Shown) -> Shown:
        return shape(getattr(root, kind), getattr(root, content))

    return bound(resolve, description, Kinded(kind, content))


def stored(key: str, description: str, read: Callable[[Any], Any] | None = None) -> Declared:
    """Declare a field that is a value of a stored content; dots in the key go further in."""
    keys = tuple(key.split("."))

    def resolve(root: Shown) -> Shown:
        found = root
        for one_key in keys:
            found = None if found is None else found.get(one_key)
        return found if read is None or found is None else read(found)

    return bound(resolve, description, Stored(keys, None if read is date.fromisoformat else read))


def masked(key: str, description: str) -> Declared:
    """Declare a field that is the masked text of a sealed personal number in a stored content."""
    return stored(f"{key}.masked", description)


def day(key: str, description: str) -> Declared:
    """Declare a field that is a calendar day in a stored content."""
    return stored(key, description, date.fromisoformat)


def one(entity: type[Base], local: str, description: str, remote: str = "id") -> Declared:
    """Declare a field that is the one row which a column points at; null if there is none to be seen."""
    binding = One(entity, local, remote)

    async def resolve(root: Shown, info: strawberry.Info) -> Shown:
        key = getattr(root, local)
        return None if key is None else await load_one(visit_of(info), binding, key, moment_of(root))

    return bound(resolve, description, binding)


def many(
    entity: type[Base],
    remote: str,
    sorting: Sorting,
    description: str,
    shape: Callable[[list[Any]], Any] | None = None,
    by: Grouping = (),
    **where: str,
) -> Declared:
    """Declare a field that is a list which its parent bounds, of rows with certain values.

    Args:
        entity: The listed table.
        remote: Its column that points back.
        sorting: How it is sorted.
        description: The sentence that clients read.
        shape: Lays the rows out in groups.
        by: By which columns, each with its sorting.
        where: Columns with the values that they must have.
    """
    binding = Many(entity, remote, sorting, tuple(where.items()), by)

    async def resolve(root: Shown, info: strawberry.Info) -> Shown:
        visit = visit_of(info)
        rows = await load_many(visit, binding, root.id, moment_of(root))
        visit.show(place_of(info), len(rows))
        return rows if shape is None else shape(rows)

    return bound(resolve, description, binding)


def named(entity: type[Base], local: str, description: str) -> Declared:
    """Declare a field that is the rows whose ids stand in an array of this row, in the order of their ids."""
    binding = Many(entity, "id", ("id",), local=local)

    async def resolve(root: Shown, info: strawberry.Info) -> Shown:
        visit, moment = visit_of(info), moment_of(root)
        one_of = One(entity, local, "id")
        keys = sorted(getattr(root, local) or ())
        found = await gather(*(load_one(visit, one_of, key, moment) for key in keys))
        rows = [row for row in found if row is not None]
        visit.show(place_of(info), len(rows))
        return rows

    return bound(resolve, description, binding)


def node_id() -> Declared:
    """Declare the global id of a row."""

    def resolve(root: Shown, info: strawberry.Info) -> Shown:
        return write_id(info.path.typename or "", root.city, root.id)

    return bound(resolve, "Global id, opaque and stable.", GlobalId())
