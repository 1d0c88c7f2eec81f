"""Connections by the Relay contract: edges with cursors, page information, and a total if it is asked for."""

from typing import Annotated, Any, Generic, TypeVar

import strawberry

from resolvers.page import Window
from schema.fields import INHERIT, RIGHT, Connected

Node = TypeVar("Node")
_FIELD: Any = {RIGHT: INHERIT}

First = Annotated[int | None, strawberry.argument(description="At most this many from the beginning, up to 100.")]
After = Annotated[str | None, strawberry.argument(description="Only what comes after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="At most this many from the end, up to 100.")]
Before = Annotated[str | None, strawberry.argument(description="Only what comes before this cursor.")]


@strawberry.type(description="What lies before and after a page (分页信息).")
class PageInfo:
    """The Relay contract's page information."""

    has_next_page: bool = strawberry.field(description="Whether more follows.", metadata=_FIELD)
    has_previous_page: bool = strawberry.field(description="Whether more comes before.", metadata=_FIELD)
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge.", metadata=_FIELD)
    end_cursor: str | None = strawberry.field(description="Cursor of the last edge.", metadata=_FIELD)


@strawberry.type(description="One entry of a list with its place in it.")
class Edge(Generic[Node]):
    """The Relay contract's edge."""

    cursor: str = strawberry.field(description="The place of this entry.", metadata=_FIELD)
    node: Node = strawberry.field(description="The entry.", metadata=_FIELD)


@strawberry.type(description="A list that is read by pages (分页列表).")
class Connection(Generic[Node]):
    """The Relay contract's connection."""

    edges: list[Edge[Node]] = strawberry.field(description="The entries of this page.", metadata=_FIELD)
    page_info: PageInfo = strawberry.field(description="What lies before and after.", metadata=_FIELD)
    connected: strawberry.Private[Connected]

    @strawberry.field(description="How many there are in all; counted only when asked.", metadata=_FIELD)
    async def total_count(self) -> int:
        """Count the whole list."""
        return await self.connected.count()


def connection(connected: Connected) -> Any:  # noqa: ANN401 - the field's annotation names the node
    """Write a loaded page as a connection."""
    page = connected.page
    edges: list[Any] = [Edge(cursor=cursor, node=row) for cursor, row in zip(page.cursors, page.rows, strict=True)]
    info = PageInfo(
        has_next_page=page.more,
        has_previous_page=False,
        start_cursor=page.cursors[0] if page.cursors else None,
        end_cursor=page.cursors[-1] if page.cursors else None,
    )
    return Connection(edges=edges, page_info=info, connected=connected)


def window(first: int | None, after: str | None, last: int | None, before: str | None) -> Window:
    """Gather the four paging arguments."""
    return Window(first, after, last, before)
