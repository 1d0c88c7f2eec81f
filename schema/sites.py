"""Places in a document whose arguments choose rows: what a request chooses there, and with which values."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement

from db.base import Base
from db.graph.writer import Chosen
from db.kept import join
from domain.refusal import TooCostly
from resolvers.asker import Asker
from resolvers.lookups import read_number
from resolvers.page import MAX_PAGE, List, Window, read_cursor
from resolvers.sight import ENTITIES
from schema.arguments import Arguments
from schema.bindings import ByNumber, Conditions, Listed
from schema.ids import read_id
from schema.variables import Given

Values = Mapping[tuple[Hashable, ...], Any]
"""The values of a site's slots, by the rest of the slot's name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a request chose at a site.

    Attributes:
        chosen: What the statement's text depends on.
        shape: The same, to tell one text from another.
        values: The values of its slots, by the rest of the slot's name.
        size: How many rows it gives at most, for what is asked of each of them.
    """

    chosen: Chosen
    shape: Hashable
    values: Values = field(default_factory=dict[tuple[Hashable, ...], Any])
    size: int = 1


class Site(Protocol):
    """A place in a document where rows are chosen."""

    @property
    def arguments(self) -> Arguments | None:
        """Its arguments; None for rows that are at hand already."""
        ...

    @property
    def parent(self) -> int | None:
        """Number of the site whose rows each have this one."""
        ...

    def choose(self, variables: Given, asker: Asker) -> Choice:
        """Read the arguments of a request.

        Raises:
            Refusal: They cannot be meant, or ask for too much.
            GraphQLError: They do not fit.
        """
        ...


_Where = tuple[ColumnElement[bool] | None, Hashable, Values]


@dataclass(slots=True)
class ListSite:
    """A list read by pages."""

    arguments: Arguments
    binding: Listed
    parent: int | None
    convert: Any
    """Makes the filter's input of its coerced value."""

    _usual: "_Where | None" = None

    def choose(self, variables: Given, asker: Asker) -> Choice:
        """Read the page and the filter."""
        given = self.arguments.read(variables)
        window = Window(given.get("first"), given.get("after"), given.get("last"), given.get("before"))
        values: dict[tuple[Hashable, ...], Any] = {("size",): window.size}
        for name in ("after", "before"):
            text = getattr(window, name)
            if text is not None:
                read = read_cursor(text, List(self.binding.entity, self.binding.order), name)
                values.update({(name, place): value for place, value in enumerate(read)})
        where, shape, bound = self._where(given.get("filter"), asker)
        values.update(bound)
        after, before = window.after is not None, window.before is not None
        chosen = Chosen((), window.backwards, after, before, where)
        return Choice(chosen, (window.backwards, after, before, shape), values, window.size)

    def _where(self, chosen: Any, asker: Asker) -> _Where:  # noqa: ANN401 - a filter's coerced value
        """Write the filter's conditions; those of no filter at all stay the same and are kept."""
        if self.binding.filters is None:
            return None, None, {}
        if chosen is None and self._usual is not None:
            return self._usual
        asked: Conditions = self.binding.filters() if chosen is None else self.convert(chosen)
        conditions = asked.conditions(asker)
        if not conditions:
            return None, None, {}
        joined = join(conditions)
        values: dict[tuple[Hashable, ...], Any] = {
            ("where", place): value for place, value in enumerate(joined.values)
        }
        if chosen is None and asker.now not in joined.values:
            self._usual = joined.where, joined.shape, values
        return joined.where, joined.shape, values


@dataclass(slots=True)
class IdSite:
    """Any row by its global id."""

    arguments: Arguments
    parent: int | None = None

    def choose(self, variables: Given, asker: Asker) -> Choice:
        """Read the id; one of another city, or of no kind that has ids, chooses nothing."""
        name, city, row = read_id(self.arguments.read(variables)["id"], "ids")
        entity = ENTITIES.get(name) if city == asker.city else None
        entities = (entity,) if entity else ()
        return Choice(Chosen(entities), entities, {("id",): row})


@dataclass(slots=True)
class IdsSite:
    """Any rows by their global ids."""

    arguments: Arguments
    parent: int | None = None

    def choose(self, variables: Given, asker: Asker) -> Choice:
        """Read the ids, up to a page of them."""
        texts = self.arguments.read(variables)["ids"]
        if len(texts) > MAX_PAGE:
            raise TooCostly("rows", MAX_PAGE)
        city = asker.city
        read = [read_id(text, "ids") for text in texts]
        found = [(ENTITIES.get(name) if where == city else None, row) for name, where, row in read]
        entities = tuple(sorted({one for one, _ in found if one}, key=lambda one: one.__tablename__))
        values: Values = {
            ("ids",): [row for _, row in found],
            ("kinds",): [one.__tablename__ if one else "" for one, _ in found],
        }
        return Choice(Chosen(entities), entities, values, len(texts))


@dataclass(slots=True)
class NumberSite:
    """A row by its readable number."""

    arguments: Arguments
    binding: ByNumber
    parent: int | None = None

    def choose(self, variables: Given, asker: Asker) -> Choice:  # noqa: ARG002 - a site's form
        """Read the number, however it was typed."""
        (text,) = self.arguments.read(variables).values()
        number = read_number(text)
        entities: tuple[type[Base], ...] = (self.binding.entity,) if number else ()
        return Choice(Chosen(entities), entities, {("number",): number})


@dataclass(slots=True)
class RowsSite:
    """Rows that are at hand already, as an act's answer has them."""

    entity: type[Base]
    rows: Sequence[UUID]
    parent: int | None = None
    arguments: Arguments | None = None

    def choose(self, variables: Given, asker: Asker) -> Choice:  # noqa: ARG002 - a site's form
        """Choose the rows themselves, in their order."""
        kinds = [self.entity.__tablename__] * len(self.rows)
        values: Values = {("ids",): list(self.rows), ("kinds",): kinds}
        return Choice(Chosen((self.entity,)), (self.entity,), values, len(self.rows))
