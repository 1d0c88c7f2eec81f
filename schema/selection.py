"""Reads from an operation what is asked of the graph, as the tree that the compiler takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from graphql import GraphQLObjectType
from graphql.execution.collect_fields import FieldDetailsList

from db.base import Base
from db.graph.asked import (
    About,
    ByKind,
    Computed,
    Cursor,
    Edges,
    Fact,
    Found,
    FoundList,
    Group,
    Grouped,
    GroupKey,
    GroupPart,
    GroupRows,
    Identity,
    Inner,
    Label,
    Numbered,
    PagePart,
    Pages,
    Part,
    Related,
    RelatedList,
    Said,
    Shape,
    Total,
    Value,
)
from resolvers.sight import VIEWS
from schema.arguments import Arguments
from schema.bindings import (
    ById,
    ByNumber,
    Coded,
    Column,
    Dated,
    Derived,
    GlobalId,
    Kinded,
    Listed,
    Many,
    One,
    Stored,
)
from schema.collecting import Collector, Picked, Uncompilable
from schema.past import AS_OF
from schema.sites import IdSite, IdsSite, ListSite, NumberSite, Site


@dataclass(frozen=True, slots=True)
class Computation:
    """What Python works out of columns after the database answered.

    Attributes:
        read: Works it out of the visit and the columns' values.
        restore: Make of each value, as JSON has it, what the column held.
        kind: The type in the graph by which the result is written.
    """

    read: Callable[..., Any]
    restore: tuple[Callable[[Any], Any] | None, ...]
    kind: Any


@dataclass(slots=True)
class Tree:
    """What an operation asks, with everything that a request fills in."""

    root: Part | Shape = field(default_factory=lambda: Shape(()))
    sites: list[Site] = field(default_factory=list[Site])
    computations: list[Computation] = field(default_factory=list[Computation])
    actions: dict[str, None] = field(default_factory=dict[str, None])
    """The actions whose scopes the statement needs, in a fixed order."""


_RESTORE: Mapping[type, Callable[[Any], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    UUID: UUID,
}
_FACTS = {
    "start_cursor": Fact.START,
    "end_cursor": Fact.END,
    "has_next_page": Fact.NEXT,
    "has_previous_page": Fact.PREVIOUS,
}


class Selection:
    """Walks what a collector collects and builds the tree of it."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._site: int | None = None
        self._door: Arguments | None = None
        self._tree = Tree()

    def read_query(self) -> Tree:
        """Read a whole query.

        Raises:
            Uncompilable: One of its fields is not a row, or a list of rows, of the graph.
        """
        found = self._collector.collect_query()
        self._tree.root = Shape(tuple((key, self._root(each)) for key, each in found))
        return self._tree

    def read_field(self, details: FieldDetailsList) -> Tree:
        """Read one field of the outermost door by itself; raises the same."""
        self._tree.root = self._root(self._collector.pick_root(details))
        return self._tree

    def read_rows(
        self, site: Site, kind: GraphQLObjectType, entity: type[Base], details: FieldDetailsList
    ) -> Tree:
        """Read what is asked of rows that are at hand already; raises the same."""
        number = self._add(site)
        self._tree.root = FoundList(number, {entity: self._row(kind, entity, details)})
        return self._tree

    def _root(self, picked: Picked | Said) -> Part:
        if isinstance(picked, Said):
            return picked
        self._door = picked.arguments
        match picked.binding:
            case Listed() as binding:
                return self._pages(picked, binding)
            case ById(many=many):
                kinds = self._collector.kinds_of(picked)
                timeless = {entity: self._timeless(picked, kind) for kind, entity in kinds.items()}
                site = self._add((IdsSite if many else IdSite)(picked.arguments, timeless=timeless))
                shapes = {entity: self._row(kind, entity, picked.details) for kind, entity in kinds.items()}
                return FoundList(site, shapes) if many else Found(site, shapes)
            case ByNumber(entity, column) as binding:
                site = self._add(NumberSite(picked.arguments, binding))
                return Numbered(entity, column, site, self._objects(picked, entity))
            case _:
                raise Uncompilable(picked.place)

    def _timeless(self, picked: Picked, kind: GraphQLObjectType) -> str | None:
        """Name a field of which no history is kept, where one might be asked for as it was."""
        given = picked.details[0].node.arguments or ()
        asked = any(argument.name.value == AS_OF for argument in given)
        return self._collector.find_timeless(kind, picked.details) if asked else None

    def _add(self, site: Site) -> int:
        self._tree.sites.append(site)
        return len(self._tree.sites) - 1

    def _objects(self, picked: Picked, entity: type[Base]) -> Shape:
        """Read what is asked of the rows behind a field."""
        return self._row(picked.object_kind, entity, picked.details)

    def _row(self, kind: GraphQLObjectType, entity: type[Base], details: FieldDetailsList) -> Shape:
        """Read what is asked of a row."""
        self._tree.actions[VIEWS[entity]] = None
        found = self._collector.collect(kind, details)
        return Shape(tuple((key, self._field(each, entity)) for key, each in found))

    def _field(self, picked: Picked | Said, entity: type[Base]) -> Part:
        if isinstance(picked, Said):
            return picked
        binding = picked.binding
        if isinstance(binding, One | Many | Listed):
            return self._rows(picked, binding)
        return self._value(picked, entity)

    def _value(self, picked: Picked, entity: type[Base]) -> Part:
        match picked.binding:
            case GlobalId():
                return Identity(picked.place.partition(".")[0])
            case Dated() if picked.details[0].node.arguments:
                # What was, is found for many rows at once by the ordinary executor.
                raise Uncompilable(picked.place)
            case Column(name, right):
                return self._column(picked, name, right)
            case Coded(column, codes):
                return Label(column, codes, picked.required)
            case Derived(columns, read):
                held = [entity.__table__.columns[name].type.python_type for name in columns]
                sources = tuple((name,) for name in columns)
                return self._compute(picked, read, tuple(map(_RESTORE.get, held)), sources)
            case Kinded(column, content):
                kinds = self._collector.contents_of(picked)
                shapes = {code: self._content(kind, picked.details) for code, kind in kinds.items()}
                return ByKind(column, content, shapes, picked.required)
            case _:
                raise Uncompilable(picked.place)

    def _rows(self, picked: Picked, binding: One | Many | Listed) -> Part:
        match binding:
            case One(other, local, remote):
                return Related(other, local, remote, self._objects(picked, other), picked.required)
            case Many(other, remote, sorting, where, by, local) if not by:
                return RelatedList(other, remote, sorting, where, self._objects(picked, other), local)
            case Many():
                return self._grouped(picked, binding)
            case Listed():
                return self._pages(picked, binding)

    def _column(self, picked: Picked, name: str, right: str | None) -> Part:
        if isinstance(picked.kind, GraphQLObjectType):
            return self._inner(picked, (name,))
        if right is not None:
            self._tree.actions[right] = None
        return Value((name,), picked.form, picked.required, right, picked.names)

    def _compute(
        self,
        picked: Picked,
        read: Callable[..., Any],
        restore: tuple[Callable[[Any], Any] | None, ...],
        sources: tuple[tuple[str, ...], ...],
    ) -> Computed:
        self._tree.computations.append(Computation(read, restore, picked.type))
        return Computed(len(self._tree.computations) - 1, sources)

    def _inner(self, picked: Picked, keys: tuple[str, ...]) -> Inner:
        shape = self._content(picked.object_kind, picked.details)
        return Inner(keys, shape, picked.required, picked.many)

    def _content(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Shape:
        """Read what is asked of a stored content."""
        return Shape(tuple((key, self._stored(each)) for key, each in self._collector.collect(kind, details)))

    def _stored(self, picked: Picked | Said) -> Part:
        if isinstance(picked, Said):
            return picked
        binding = picked.binding
        if not isinstance(binding, Stored):
            raise Uncompilable(picked.place)
        if isinstance(picked.kind, GraphQLObjectType):
            return self._inner(picked, binding.keys)
        read = binding.read
        if read is None:
            return Value(binding.keys, picked.form, picked.required, names=picked.names)

        def show(_visit: object, value: object) -> object:
            return None if value is None else read(value)

        return self._compute(picked, show, (None,), (binding.keys,))

    def _grouped(self, picked: Picked, binding: Many) -> Grouped:
        ahead = sum(len(sorting) for _, sorting in binding.by)
        group = self._group(picked, binding.entity)
        where, by, sorting = binding.where, binding.by, binding.sorting[ahead:]
        return Grouped(binding.entity, binding.remote, where, by, sorting, group)

    def _group(self, picked: Picked, entity: type[Base]) -> Group:
        self._tree.actions[VIEWS[entity]] = None
        found = self._collector.collect(picked.object_kind, picked.details)
        return Group(tuple((key, self._group_part(each, entity)) for key, each in found))

    def _group_part(self, picked: Picked | Said, entity: type[Base]) -> GroupPart:
        if isinstance(picked, Said):
            return picked
        if not isinstance(picked.kind, GraphQLObjectType):
            return GroupKey(picked.python_name, picked.form)
        if self._collector.entity_of(picked.kind) is entity:
            return GroupRows(self._objects(picked, entity))
        return self._group(picked, entity)

    def _pages(self, picked: Picked, binding: Listed) -> Pages:
        above = self._site
        timeless = self._timeless(picked, picked.object_kind)
        door = self._door or picked.arguments
        site = ListSite(picked.arguments, binding, above, picked.convert, door, timeless)
        number = self._site = self._add(site)
        self._tree.actions[VIEWS[binding.entity]] = None
        found = self._collector.collect(picked.object_kind, picked.details)
        fields = tuple([(key, self._page_part(each, binding.entity)) for key, each in found])
        self._site = above
        return Pages(binding.entity, binding.order, binding.remote, number, fields)

    def _page_part(self, picked: Picked | Said, entity: type[Base]) -> PagePart:
        if isinstance(picked, Said):
            return picked
        if not isinstance(picked.kind, GraphQLObjectType):
            return Total()
        found = self._collector.collect(picked.kind, picked.details)
        if picked.many:
            return Edges(tuple((key, self._entry(each, entity)) for key, each in found))
        return About(tuple((key, self._fact(each)) for key, each in found))

    def _entry(self, picked: Picked | Said, entity: type[Base]) -> Said | Cursor | Shape:
        if isinstance(picked, Said):
            return picked
        return self._objects(picked, entity) if isinstance(picked.kind, GraphQLObjectType) else Cursor()

    def _fact(self, picked: Picked | Said) -> Said | Fact:
        return picked if isinstance(picked, Said) else _FACTS[picked.python_name]
