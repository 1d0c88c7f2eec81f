"""How bound fields are read by the ordinary executor: what is asked side by side becomes one statement."""

from collections.abc import Callable, Coroutine, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from strawberry.dataloader import DataLoader

from resolvers.page import EMPTY, List, Page, Window, count_rows, find_around, load_pages
from resolvers.read import load_lists, load_rows
from resolvers.visit import Visit
from schema.bindings import Listed, Many, One

_Load = Callable[[Visit, list[Any]], Coroutine[Any, Any, Sequence[Any]]]


def _loader(visit: Visit, question: Hashable, load: _Load) -> DataLoader[Any, Any]:
    """Give the request's loader for a question; an act that changed something begins with new ones."""
    if question not in visit.loaders:

        async def load_keys(keys: list[Any]) -> Sequence[Any]:
            return await load(visit, keys)

        visit.loaders[question] = DataLoader(load_fn=load_keys)
    return visit.loaders[question]


async def load_value(
    visit: Visit, read: Callable[..., Coroutine[Any, Any, Mapping[UUID, Any]]], key: UUID, *given: Hashable
) -> Any:  # noqa: ANN401 - whatever is read
    """Give what `read` finds for a key and what else is given; what is asked side by side is read at once."""

    async def load(visit: Visit, keys: list[Any]) -> Sequence[Any]:
        found = await read(visit, keys, *given)
        return [found.get(key) for key in keys]

    return await _loader(visit, (read, *given), load).load(key)


async def load_one(visit: Visit, binding: One, key: UUID, moment: datetime | None = None) -> Any:  # noqa: ANN401 - a row
    """Give the row that a key points at, or pointed at, at a moment; None if there is none to be seen."""

    async def load(visit: Visit, keys: list[Any]) -> Sequence[Any]:
        rows = await load_rows(visit, binding.entity, binding.remote, keys, moment)
        return [rows.get(key) for key in keys]

    return await _loader(visit, (binding.entity, binding.remote, moment), load).load(key)


async def load_many(visit: Visit, binding: Many, key: UUID, moment: datetime | None = None) -> list[Any]:
    """Give the rows that point back at a key, or pointed back at it, at a moment."""
    entity, remote, sorting, where = binding.entity, binding.remote, binding.sorting, binding.where

    async def load(visit: Visit, keys: list[Any]) -> Sequence[Any]:
        lists = await load_lists(visit, entity, remote, keys, sorting, where, moment)
        return [lists.get(key, []) for key in keys]

    return await _loader(visit, (entity, remote, sorting, where, moment), load).load(key)


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as it was asked for; two nested ones with one question are read for all their parents at once.

    Attributes:
        filters: What was given as `filter`.
        moment: The moment at which it is read as it was; None for the present.
    """

    binding: Listed
    window: Window
    filters: str
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A loaded page, and what else can be asked about its list."""

    visit: Visit
    asked: Asked
    listed: List
    page: Page
    parent: UUID | None

    async def count(self) -> int:
        """Count the whole list."""

        async def load(visit: Visit, keys: list[Any]) -> Sequence[int]:
            counts = await count_rows(visit, self.listed, self._parents(keys))
            return [counts.get(key, 0) for key in keys]

        question = "count", self.asked.binding, self.asked.filters, self.asked.moment
        return await self._load(question, load)

    async def goes_on(self) -> bool:
        """Tell whether more follows the page."""
        more = self.page.more and not self.asked.window.backwards
        return more or (self.asked.window.before is not None and await self._around(onwards=True))

    async def began_earlier(self) -> bool:
        """Tell whether more comes before the page."""
        more = self.page.more and self.asked.window.backwards
        return more or (self.asked.window.after is not None and await self._around(onwards=False))

    async def _around(self, *, onwards: bool) -> bool:
        async def load(visit: Visit, keys: list[Any]) -> Sequence[bool]:
            window = self.asked.window
            found = await find_around(visit, self.listed, window, self._parents(keys), onwards=onwards)
            return [key in found for key in keys]

        return await self._load(("around", onwards, self.asked), load)

    def _parents(self, keys: Sequence[Any]) -> tuple[str, Sequence[UUID]] | None:
        remote = self.asked.binding.remote
        return None if remote is None else (remote, keys)

    async def _load(self, question: Hashable, load: _Load) -> Any:  # noqa: ANN401 - a number or a truth
        return await _loader(self.visit, question, load).load(self.parent)


async def load_list(visit: Visit, asked: Asked, where: Sequence[Any], parent: UUID | None) -> Loaded:
    """Load a page of a list, together with those of its siblings under other parents."""
    binding, window = asked.binding, asked.window
    listed = List(binding.entity, binding.order, where, asked.moment)

    async def load(visit: Visit, keys: list[Any]) -> Sequence[Page]:
        pages = await load_pages(visit, listed, window, (binding.remote, keys) if binding.remote else None)
        return [pages.get(key, EMPTY) for key in keys]

    page = await _loader(visit, asked, load).load(parent)
    return Loaded(visit, asked, listed, page, parent)
