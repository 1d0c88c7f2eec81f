"""Pages of lists that Python has worked out whole, by the same contract as the lists of tables."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.refusal import BadUserInput
from resolvers.page import Window
from schema.paging import Connection, Edge, PageInfo

_MAX_CURSOR = 200


@dataclass(frozen=True, slots=True)
class Span:
    """Which places of a whole list a page shows.

    Attributes:
        keys: What each entry is known by, from one request to the next.
        begin: The first place.
        end: The place after the last.
    """

    keys: Sequence[str]
    begin: int
    end: int

    async def count(self) -> int:
        """Count the whole list."""
        return len(self.keys)

    async def goes_on(self) -> bool:
        """Tell whether more follows the page."""
        return self.end < len(self.keys)

    async def began_earlier(self) -> bool:
        """Tell whether more comes before the page."""
        return self.begin > 0


def cut(keys: Sequence[str], window: Window) -> Span:
    """Find the page that a window shows of entries with these keys.

    Raises:
        BadUserInput: A cursor is of no entry, or `first` and `last` are not to be had together.
        TooCostly: More is asked for than a page holds.
    """
    size = window.size
    begin = 0 if window.after is None else _place(keys, window.after, "after") + 1
    end = len(keys) if window.before is None else _place(keys, window.before, "before")
    if window.backwards:
        return Span(keys, max(begin, end - size), max(begin, end))
    return Span(keys, min(begin, len(keys)), max(begin, min(end, begin + size)))


def page(span: Span, entries: Sequence[Any]) -> Connection[Any]:
    """Show the entries of a page; `Span` answers what else may be asked of the list."""
    loaded: Any = span
    edges: list[Any] = [
        Edge(cursor=_write(key), node=entry)
        for key, entry in zip(span.keys[span.begin : span.end], entries, strict=True)
    ]
    start, end = (edges[0].cursor, edges[-1].cursor) if edges else (None, None)
    return Connection(
        edges=edges, page_info=PageInfo(start_cursor=start, end_cursor=end, loaded=loaded), loaded=loaded
    )


def _write(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _place(keys: Sequence[str], cursor: str, argument: str) -> int:
    try:
        return keys.index(base64.urlsafe_b64decode(cursor[:_MAX_CURSOR]).decode())
    except (ValueError, binascii.Error) as error:
        raise BadUserInput(argument) from error
