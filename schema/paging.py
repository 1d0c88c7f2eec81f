"""Connections by the Relay contract: edges with cursors, page information, and a total if it is asked for."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from db.base import Base
from db.kept import whole
from db.sorting import Order
from resolvers.asker import asker_of
from resolvers.page import Window
from resolvers.past import moment_of
from schema.bindings import Conditions, Listed
from schema.fields import bound, visit_of
from schema.loading import Asked, Loaded, load_list
from schema.past import AsOf, check_past
from schema.types import INHERIT, Declared, Shown, resolved, tells, value

Node = TypeVar("Node")

First = Annotated[
    int | None, strawberry.argument(description="At most this many from the beginning, up to 100.")
]
After = Annotated[str | None, strawberry.argument(description="Only what comes after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="At most this many from the end, up to 100.")]
Before = Annotated[str | None, strawberry.argument(description="Only what comes before this cursor.")]


@tells
class PageInfo:
    """What lies before and after a page (分页信息)."""

    start_cursor: str | None = value("Cursor of the first edge.")
    end_cursor: str | None = value("Cursor of the last edge.")
    loaded: strawberry.Private[Loaded]

    @resolved()
    async def has_next_page(self) -> bool:
        """Whether more follows."""
        return await self.loaded.goes_on()

    @resolved()
    async def has_previous_page(self) -> bool:
        """Whether more comes before."""
        return await self.loaded.began_earlier()


@tells
class Edge(Generic[Node]):
    """One entry of a list with its place in it."""

    cursor: str = value("The place of this entry.")
    node: Node = value("The entry.")


@tells
class Connection(Generic[Node]):
    """A list that is read by pages (分页列表)."""

    edges: list[Edge[Node]] = value("The entries of this page.")
    page_info: PageInfo = value("What lies before and after.")
    loaded: strawberry.Private[Loaded]

    @resolved()
    async def total_count(self) -> int:
        """How many there are in all; counted only when asked."""
        return await self.loaded.count()


def connection(  # noqa: PLR0913 - what a list is declared by, all of it named
    entity: type[Base],
    order: Order,
    description: str,
    *,
    remote: str | None = None,
    right: str = INHERIT,
    filters: type[Conditions] | None = None,
    personal: bool = False,
    past: bool = False,
) -> Declared:
    """Declare a field that is a list read by pages: of its parent's rows if `remote` points back at it.

    Args:
        entity: The listed table.
        order: How it is sorted.
        description: The sentence that clients read.
        remote: The column that points back at the parent; None for the whole list.
        right: The right that the list asks for.
        filters: The input type of its argument `filter`.
        personal: Whether its conditions depend on who asks even where no filter is given.
        past: Whether it can be asked for as it was.
    """
    binding = Listed(entity, order, remote, filters, personal)

    async def read(
        root: Shown,
        info: strawberry.Info,
        window: Window,
        chosen: Conditions | None,
        as_of: datetime | None = None,
    ) -> Shown:
        chosen = chosen or (filters() if filters else None)
        visit = visit_of(info)
        # What belongs to a row is read at the row's own moment.
        moment = moment_of(root) if remote else check_past(info, visit, as_of)
        asker = replace(await asker_of(visit), moment=moment)
        where = whole(chosen.conditions(asker)) if chosen else ()
        asked = Asked(binding, window, repr(chosen), moment)
        return _connection(await load_list(visit, asked, where, root.id if remote else None))

    resolver = _with_filter(read, filters, past=past) if filters else _without_filter(read)
    return bound(resolver, description, binding, right)


_Read = Callable[..., Awaitable[Shown]]


def _without_filter(read: _Read) -> Callable[..., Awaitable[Shown]]:
    async def resolve(
        root: Shown,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Shown:
        return await read(root, info, Window(first, after, last, before), None)

    return resolve


def _with_filter(read: _Read, filters: type[Conditions], *, past: bool) -> Callable[..., Awaitable[Shown]]:
    async def resolve_past(  # noqa: PLR0913, PLR0917 - the arguments that clients may give
        root: Shown,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        chosen: Any = None,  # noqa: ANN401 - the annotation is written below
        as_of: AsOf = None,
    ) -> Shown:
        return await read(root, info, Window(first, after, last, before), chosen, as_of)

    async def resolve(
        root: Shown,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        chosen: Any = None,  # noqa: ANN401 - the annotation is written below
    ) -> Shown:
        return await read(root, info, Window(first, after, last, before), chosen)

    declared = resolve_past if past else resolve
    argument = strawberry.argument(name="filter", description="Only what meets all of these conditions.")
    declared.__annotations__["chosen"] = Annotated[filters | None, argument]
    return declared


def _connection(loaded: Loaded) -> Connection[Any]:
    page = loaded.page
    edges: list[Any] = [
        Edge(cursor=cursor, node=row) for cursor, row in zip(page.cursors, page.rows, strict=True)
    ]
    start, end = (page.cursors[0], page.cursors[-1]) if page.cursors else (None, None)
    info = PageInfo(start_cursor=start, end_cursor=end, loaded=loaded)
    return Connection(edges=edges, page_info=info, loaded=loaded)
