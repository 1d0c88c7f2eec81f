"""Counts how far a drawing has come, and ends it where nobody wants it any more."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

from resolvers.visit import Visit

_LOOK_SECONDS = 0.5
Item_co = TypeVar("Item_co", covariant=True)
Drawn = TypeVar("Drawn")


class _StoppedError(Exception):
    """Nobody wants the drawing any more."""


class Counted(Sequence[Item_co]):
    """Items that count which of them is drawn, and end the drawing when that is asked for."""

    def __init__(self, items: Sequence[Item_co]) -> None:
        self.done = 0
        self.stop = threading.Event()
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, place: int) -> Item_co: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Item_co]: ...
    def __getitem__(self, place: int | slice) -> Item_co | Sequence[Item_co]:
        return self._items[place]

    def __iter__(self) -> Iterator[Item_co]:
        for place, item in enumerate(self._items):
            if self.stop.is_set():
                raise _StoppedError
            self.done = place
            yield item


async def draw_beside(visit: Visit, counted: Counted[object], draw: Callable[[], Drawn]) -> Drawn:
    """Draw beside the event loop, and tell how far it is; where it is wanted no more, it ends."""
    drawing = asyncio.ensure_future(asyncio.to_thread(draw))
    try:
        while not drawing.done():
            await visit.tell_progress(counted.done, len(counted))
            await asyncio.wait({drawing}, timeout=_LOOK_SECONDS)
        return drawing.result()
    finally:
        counted.stop.set()
        await asyncio.gather(drawing, return_exceptions=True)
