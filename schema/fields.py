"""A readable field, declared once: bound to a column, to a relation, or to a stored content's key.

The binding tells the Strawberry field, its ordinary resolver, and what a compiler of queries needs to know.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import strawberry
from strawberry.dataloader import DataLoader

from db.base import Base
from resolvers.page import EMPTY, List, Order, Page, Window, count_rows, load_pages
from resolvers.read import load_lists, load_rows
from resolvers.visit import Visit
from schema.ids import write_id

BINDING = "binding"
RIGHT = "right"
INHERIT = "inherit"
"""A field that shows no more than its row: who may see the row may see it."""


@dataclass(frozen=True)
class Column:
    """A field that is a column of its row."""

    name: str


@dataclass(frozen=True)
class One:
    """A field that is the one row which a column points at."""

    entity: type[Base]
    local: str
    remote: str = "id"


@dataclass(frozen=True)
class Many:
    """A field that is a bounded list of rows that point back."""

    entity: type[Base]
    remote: str
    order: tuple[str, ...]
    where: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)


@dataclass(frozen=True)
class Listed:
    """A field that is a connection: a list read by pages."""

    entity: type[Base]
    order: Order
    remote: str | None = None


@dataclass(frozen=True)
class Derived:
    """A field computed from named columns of its row."""

    columns: tuple[str, ...]


@dataclass(frozen=True)
class Stored:
    """A field that is a key of a stored content."""

    key: str


Binding = Column | One | Many | Listed | Derived | Stored


def visit_of(info: strawberry.Info) -> Visit:
    """Give the request that a field is read for."""
    return cast("Visit", info.context)


def _bound(resolver: Callable[..., Any], description: str, binding: Binding, right: str = INHERIT) -> Any:  # noqa: ANN401
    return strawberry.field(resolver=resolver, description=description, metadata={BINDING: binding, RIGHT: right})


def column(name: str, description: str) -> Any:  # noqa: ANN401 - the annotation beside it tells the type
    """Declare a field that is a column."""

    def resolve(root: Any) -> Any:  # noqa: ANN401
        return getattr(root, name)

    return _bound(resolve, description, Column(name))


def stored(key: str, description: str, read: Callable[[Any], Any] | None = None) -> Any:  # noqa: ANN401
    """Declare a field that is a key of a stored content."""

    def resolve(root: Any) -> Any:  # noqa: ANN401
        value = root.get(key)
        return read(value) if read is not None and value is not None else value

    return _bound(resolve, description, Stored(key))


def derived(columns: Sequence[str], read: Callable[..., Any], description: str) -> Any:  # noqa: ANN401
    """Declare a field computed from named columns; a `read` of one more argument also gets the visit."""
    names = tuple(columns)

    def resolve(root: Any, info: strawberry.Info) -> Any:  # noqa: ANN401
        return read(visit_of(info), *(getattr(root, name) for name in names))

    return _bound(resolve, description, Derived(names))


def one(entity: type[Base], local: str, description: str, remote: str = "id") -> Any:  # noqa: ANN401
    """Declare a field that is the one row which a column points at; null if there is none to be seen."""
    binding = One(entity, local, remote)

    async def resolve(root: Any, info: strawberry.Info) -> Any:  # noqa: ANN401
        key = getattr(root, local)
        return None if key is None else await _loader(visit_of(info), binding, _load_one(binding)).load(key)

    return _bound(resolve, description, binding)


def many(  # noqa: ANN401
    entity: type[Base], remote: str, order: Sequence[str], description: str, where: Mapping[str, Any] | None = None
) -> Any:
    """Declare a field that is a list which its parent bounds."""
    binding = Many(entity, remote, tuple(order), dict(where or {}))

    async def resolve(root: Any, info: strawberry.Info) -> Any:  # noqa: ANN401
        return await _loader(visit_of(info), binding, _load_many(binding)).load(root.id)

    return _bound(resolve, description, binding)


def node_id(type_name: str) -> Any:  # noqa: ANN401
    """Declare the global id of a type."""

    def resolve(root: Any) -> Any:  # noqa: ANN401
        return write_id(type_name, root.city, root.id)

    return _bound(resolve, "Global id, opaque and stable.", Derived(("city", "id")))


def _loader(visit: Visit, key: object, load: Callable[[Visit, list[Any]], Any]) -> DataLoader[Any, Any]:
    """Give the request's loader for a binding; many fields asked side by side become one statement."""
    if key not in visit.loaders:

        async def load_keys(keys: list[Any]) -> Sequence[Any]:
            return await load(visit, keys)

        visit.loaders[key] = DataLoader(load_fn=load_keys)
    return visit.loaders[key]


def _load_one(binding: One) -> Callable[[Visit, list[Any]], Any]:
    async def load(visit: Visit, keys: list[Any]) -> Sequence[Any]:
        rows = await load_rows(visit, binding.entity, binding.remote, keys)
        return [rows.get(key) for key in keys]

    return load


def _load_many(binding: Many) -> Callable[[Visit, list[Any]], Any]:
    async def load(visit: Visit, keys: list[Any]) -> Sequence[Any]:
        lists = await load_lists(visit, binding.entity, binding.remote, keys, binding.order, tuple(binding.where.items()))
        return [lists.get(key, []) for key in keys]

    return load


@dataclass(frozen=True)
class _Pages:
    """What makes two nested connections the same question: then they are one statement for all parents."""

    binding: Listed
    window: Window
    filters: str


async def load_connection(
    visit: Visit, binding: Listed, window: Window, where: Sequence[Any], parent: Any = None, filters: str = ""  # noqa: ANN401
) -> "Connected":
    """Load a connection's page, together with those of its siblings."""
    if binding.remote is None:
        page = (await load_pages(visit, List(binding.entity, binding.order, where), window))[None]
        return Connected(visit, binding, where, page, None, filters)
    remote = binding.remote

    async def load(visit: Visit, keys: list[Any]) -> Sequence[Page]:
        pages = await load_pages(visit, List(binding.entity, binding.order, where), window, (remote, keys))
        return [pages.get(key, EMPTY) for key in keys]

    page = await _loader(visit, _Pages(binding, window, filters), load).load(parent.id)
    return Connected(visit, binding, where, page, parent.id, filters)


@dataclass(frozen=True)
class Connected:
    """A loaded page, and how to count the whole list if that is asked too."""

    visit: Visit
    binding: Listed
    where: Sequence[Any]
    page: Page
    parent: Any
    filters: str

    async def count(self) -> int:
        """Count the list."""
        if self.binding.remote is None:
            return (await count_rows(self.visit, List(self.binding.entity, self.binding.order, self.where)))[None]
        remote = self.binding.remote

        async def load(visit: Visit, keys: list[Any]) -> Sequence[int]:
            counts = await count_rows(visit, List(self.binding.entity, self.binding.order, self.where), (remote, keys))
            return [counts.get(key, 0) for key in keys]

        return await _loader(self.visit, ("count", self.binding, self.filters), load).load(self.parent)


def is_row(entity: type[Base]) -> Callable[..., bool]:
    """Let a type recognise its rows where an interface or union has to choose."""

    def is_type_of(root: object, _info: object) -> bool:
        return isinstance(root, entity)

    return is_type_of
