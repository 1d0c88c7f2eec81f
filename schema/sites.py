"""Places in a document whose arguments choose rows: what each request chooses there, and with which values."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from graphql import FieldNode, GraphQLField
from graphql.execution.values import FragmentVariableValues, VariableValues, get_argument_values
from sqlalchemy import and_

from db.base import Base
from db.graph.clauses import shape_of
from db.graph.writer import Chosen
from domain.refusal import TooCostly
from resolvers.lookups import read_number
from resolvers.page import MAX_PAGE, List, Window, read_cursor
from resolvers.sight import ENTITIES
from resolvers.visit import Visit
from schema.bindings import ByNumber, Conditions, Listed
from schema.ids import read_id


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
    values: Mapping[tuple[Hashable, ...], Any] = field(default_factory=dict[tuple[Hashable, ...], Any])
    size: int = 1


class Site(Protocol):
    """A place in a document where rows are chosen."""

    @property
    def parent(self) -> int | None:
        """Number of the site whose rows each have this one."""
        ...

    def choose(self, variables: VariableValues, visit: Visit) -> Choice:
        """Read the arguments of a request.

        Raises:
            Refusal: They cannot be meant, or ask for too much.
            GraphQLError: They do not fit.
        """
        ...


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a field as a document has them."""

    declared: GraphQLField
    node: FieldNode
    fragment: FragmentVariableValues | None

    def read(self, variables: VariableValues) -> dict[str, Any]:
        """Give the values, by the names that clients use."""
        return get_argument_values(self.declared, self.node, variables, self.fragment)


@dataclass(slots=True)
class ListSite:
    """A list read by pages."""

    arguments: Arguments
    binding: Listed
    parent: int | None
    convert: Any
    """Makes the filter's input of its coerced value."""

    def choose(self, variables: VariableValues, visit: Visit) -> Choice:
        """Read the page and the filter."""
        given = self.arguments.read(variables)
        window = Window(given.get("first"), given.get("after"), given.get("last"), given.get("before"))
        values: dict[tuple[Hashable, ...], Any] = {("size",): window.size}
        for name in ("after", "before"):
            text = getattr(window, name)
            if text is not None:
                read = read_cursor(text, List(self.binding.entity, self.binding.order), name)
                values.update({(name, place): value for place, value in enumerate(read)})
        where, shape = None, None
        conditions = self._conditions(given, visit)
        if conditions:
            where = and_(*conditions)
            shape, bound = shape_of(where)
            values.update({("where", place): value.effective_value for place, value in enumerate(bound)})
        after, before = window.after is not None, window.before is not None
        chosen = Chosen((), window.backwards, after, before, where)
        return Choice(chosen, (window.backwards, after, before, shape), values, window.size)

    def _conditions(self, given: Mapping[str, Any], visit: Visit) -> Sequence[Any]:
        if self.binding.filters is None:
            return ()
        chosen = given.get("filter")
        asked: Conditions = self.binding.filters() if chosen is None else self.convert(chosen)
        return asked.conditions(visit.now)


@dataclass(slots=True)
class IdSite:
    """Any row by its global id."""

    arguments: Arguments
    parent: int | None = None

    def choose(self, variables: VariableValues, visit: Visit) -> Choice:
        """Read the id; one of another city, or of no kind that has ids, chooses nothing."""
        name, city, row = read_id(self.arguments.read(variables)["id"], "ids")
        entity = ENTITIES.get(name) if city == visit.signed_in().city else None
        entities = (entity,) if entity else ()
        return Choice(Chosen(entities), entities, {("id",): row})


_NOBODY = UUID(int=0)


@dataclass(slots=True)
class IdsSite:
    """Any rows by their global ids."""

    arguments: Arguments
    parent: int | None = None

    def choose(self, variables: VariableValues, visit: Visit) -> Choice:
        """Read the ids, up to a page of them."""
        texts = self.arguments.read(variables)["ids"]
        if len(texts) > MAX_PAGE:
            raise TooCostly("rows", MAX_PAGE)
        city = visit.signed_in().city
        read = [read_id(text, "ids") for text in texts]
        found = [(ENTITIES.get(name) if where == city else None, row) for name, where, row in read]
        entities = tuple(sorted({one for one, _ in found if one}, key=lambda one: one.__tablename__))
        values = {
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

    def choose(self, variables: VariableValues, visit: Visit) -> Choice:
        """Read the number, however it was typed."""
        visit.signed_in()
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

    def choose(self, _variables: VariableValues, _visit: Visit) -> Choice:
        """Choose the rows themselves, in their order."""
        kinds = [self.entity.__tablename__] * len(self.rows)
        values = {("ids",): list(self.rows), ("kinds",): kinds}
        return Choice(Chosen((self.entity,)), (self.entity,), values, len(self.rows))
