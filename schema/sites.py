"""Places in a document whose arguments choose rows: what a request chooses there, and with which values."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement

from db.base import Base
from db.graph.writer import Chosen
from db.kept import join
from domain.refusal import NoHistory, TooCostly
from resolvers.asker import Asker
from resolvers.lookups import read_number
from resolvers.page import MAX_PAGE, List, Window, read_cursor
from resolvers.past import read_moment
from resolvers.sight import ENTITIES
from schema.arguments import Arguments
from schema.bindings import ByNumber, Conditions, Listed
from schema.ids import read_id
from schema.past import AS_OF
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


def _then(arguments: Arguments, variables: Given, asker: Asker) -> datetime | None:
    """Read the moment at which everything below a site is read as it was; None for the present."""
    return read_moment(arguments.read(variables).get(AS_OF), asker.now)


def _valued(moment: datetime | None) -> Values:
    """Give the slot of a moment, if there is one."""
    return {} if moment is None else {(AS_OF,): moment}


@dataclass(slots=True)
class ListSite:
    """A list read by pages.

    Attributes:
        convert: Makes the filter's input of its coerced value.
        door: The arguments of the outermost field above it, which may choose a moment; its own if it is that.
        timeless: A field below it of which no history is kept, if there is one.
    """

    arguments: Arguments
    binding: Listed
    parent: int | None
    convert: Any
    door: Arguments
    timeless: str | None = None

    _usual: "_Where | None" = None

    def choose(self, variables: Given, asker: Asker) -> Choice:
        """Read the page, the filter and the moment."""
        given = self.arguments.read(variables)
        moment = _then(self.door, variables, asker)
        if moment is not None:
            _insist(self.timeless)
            asker = replace(asker, moment=moment)
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
        past = AS_OF in given and moment is not None
        values.update(_valued(moment))
        chosen = Chosen((), window.backwards, after, before, past, where)
        return Choice(chosen, (window.backwards, after, before, past, shape), values, window.size)

    def _where(self, chosen: Any, asker: Asker) -> _Where:  # noqa: ANN401 - a filter's coerced value
        """Write the filter's conditions; those of no filter stay the same for everybody and are kept."""
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
        if chosen is None and not self.binding.personal and asker.now not in joined.values:
            self._usual = joined.where, joined.shape, values
        return joined.where, joined.shape, values


@dataclass(slots=True)
class IdSite:
    """Any row by its global id.

    Attributes:
        timeless: For each table a field below its rows of which no history is kept, if there is one.
    """

    arguments: Arguments
    parent: int | None = None
    timeless: Mapping[type[Base], str | None] = field(default_factory=dict[type[Base], str | None])

    def choose(self, variables: Given, asker: Asker) -> Choice:
        """Read the id; one of another city, or of no kind that has ids, chooses nothing."""
        name, city, row = read_id(self.arguments.read(variables)["id"], "ids")
        entity = ENTITIES.get(name) if city == asker.city else None
        entities = (entity,) if entity else ()
        return _chosen(self, variables, asker, entities, {("id",): row})


@dataclass(slots=True)
class IdsSite:
    """Any rows by their global ids; for `timeless` see `IdSite`."""

    arguments: Arguments
    parent: int | None = None
    timeless: Mapping[type[Base], str | None] = field(default_factory=dict[type[Base], str | None])

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
        return _chosen(self, variables, asker, entities, values, len(texts))


def _insist(timeless: str | None) -> None:
    """Refuse what nobody knows any more."""
    if timeless is not None:
        raise NoHistory(timeless)


def _chosen(
    site: IdSite | IdsSite,
    variables: Given,
    asker: Asker,
    entities: tuple[type[Base], ...],
    values: Values,
    size: int = 1,
) -> Choice:
    """Choose rows by ids, as they are or as they were."""
    moment = _then(site.arguments, variables, asker)
    for entity in entities if moment is not None else ():
        _insist(site.timeless.get(entity))
    chosen = Chosen(entities, past=moment is not None)
    return Choice(chosen, (entities, moment is not None), {**values, **_valued(moment)}, size)


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
