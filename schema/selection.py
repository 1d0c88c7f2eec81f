"""Reads from an operation what is asked of the graph, as the tree that the compiler takes.

graphql-core itself collects the fields, so that fragments, directives and aliases mean one thing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

import strawberry
from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_enum_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry.types.arguments import convert_argument
from strawberry.types.field import StrawberryField

from db.base import Base
from db.graph.asked import (
    About,
    ByKind,
    Computed,
    Cursor,
    Edges,
    Fact,
    Form,
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
from schema.bindings import (
    Binding,
    ById,
    ByNumber,
    Coded,
    Column,
    Derived,
    GlobalId,
    Kinded,
    Listed,
    Many,
    One,
    Stored,
)
from schema.orders.stored_content import kind_of
from schema.scalars import FORMS
from schema.sites import Arguments, IdSite, IdsSite, ListSite, NumberSite, Site
from schema.types import BINDING, ENTITY_OF

_DEFINITION = "strawberry-definition"
_TYPENAME = "__typename"

Selected: TypeAlias = Mapping[str, FieldDetailsList]


class Uncompilable(Exception):  # noqa: N818 - the operation is answered another way
    """An operation has a part that is no row of the graph; the text names the part."""


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
    kind: GraphQLOutputType


@dataclass(slots=True)
class Tree:
    """What an operation asks, with everything that a request fills in."""

    root: Part | Shape = field(default_factory=lambda: Shape(()))
    sites: list[Site] = field(default_factory=list[Site])
    computations: list[Computation] = field(default_factory=list[Computation])
    actions: dict[str, None] = field(default_factory=dict[str, None])
    """The actions whose scopes the statement needs, in a fixed order."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a valid document, under the values of its variables."""

    node: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    variables: VariableValues
    """Of the request for which it is read; what depends on them is asked of the sites anew."""


class Graph:
    """The schema as the compiler looks at it: for each object type its table, for each field its binding."""

    def __init__(self, schema: strawberry.Schema, core: GraphQLSchema) -> None:
        self.schema = schema
        self.core = core
        self.entities = {kind.__name__: entity for kind, entity in ENTITY_OF.items()}
        self.names = {entity: name for name, entity in self.entities.items()}

    def entity_of(self, kind: GraphQLNamedType) -> type[Base] | None:
        """Give the table behind a type, if its objects are rows."""
        return self.entities.get(kind.name)

    def field(
        self, kind: GraphQLObjectType, details: FieldDetailsList
    ) -> tuple[GraphQLField, StrawberryField]:
        """Give a selected field as graphql-core and as Strawberry know it."""
        core = kind.fields.get(details[0].node.name.value)
        declared = core.extensions.get(_DEFINITION) if core else None
        if core is None or declared is None:
            raise Uncompilable(f"{kind.name}.{details[0].node.name.value}")
        return core, declared

    def converter(self, declared: StrawberryField) -> Callable[[Any], Any]:
        """Give what makes the input of a list's coerced `filter`."""
        kinds = [each.type for each in declared.arguments if each.python_name == "chosen"]

        def convert(value: object) -> Any:  # noqa: ANN401 - an input type's object
            registry = self.schema.schema_converter.scalar_registry
            return convert_argument(value, kinds[0], registry, self.schema.config)

        return convert


class Selection:
    """Walks one operation and builds its tree."""

    def __init__(self, graph: Graph, operation: Operation) -> None:
        self._graph = graph
        self._operation = operation
        self._site: int | None = None
        self.tree = Tree()

    def read_query(self) -> Tree:
        """Read a whole query.

        Raises:
            Uncompilable: One of its fields is not a row, or a list of rows, of the graph.
        """
        query, operation = self._graph.core.query_type, self._operation
        if query is None:
            raise Uncompilable("Query")
        found = collect_fields(
            self._graph.core, operation.fragments, operation.variables, query, operation.node
        ).grouped_field_set
        self.tree.root = Shape(tuple((key, self.read_root(query, details)) for key, details in found.items()))
        return self.tree

    def read_root(self, query: GraphQLObjectType, details: FieldDetailsList) -> Part:
        """Read one field of the outermost door."""
        if details[0].node.name.value == _TYPENAME:
            return _name(query)
        core, declared = self._graph.field(query, details)
        binding, arguments = declared.metadata.get(BINDING), _arguments(core, details)
        match binding:
            case Listed():
                return self._pages(core, declared, binding, details)
            case ById(many=False):
                return Found(self._add(IdSite(arguments)), self._shapes(core, details))
            case ById():
                return FoundList(self._add(IdsSite(arguments)), self._shapes(core, details))
            case ByNumber(entity, column):
                site = self._add(NumberSite(arguments, binding))
                return Numbered(entity, column, site, self._row(self._type(core), entity, details))
            case _:
                raise Uncompilable(f"Query.{details[0].node.name.value}")

    def read_field(self, query: GraphQLObjectType, details: FieldDetailsList) -> Tree:
        """Read one field of the outermost door by itself; raises the same."""
        self.tree.root = self.read_root(query, details)
        return self.tree

    def read_rows(self, site: Site, kind: GraphQLObjectType, details: FieldDetailsList) -> Tree:
        """Read what is asked of rows that are at hand already."""
        entity = self._graph.entities[kind.name]
        self.tree.root = FoundList(self._add(site), {entity: self._row(kind, entity, details)})
        return self.tree

    def _add(self, site: Site) -> int:
        self.tree.sites.append(site)
        return len(self.tree.sites) - 1

    def _subfields(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Selected:
        operation = self._operation
        return collect_subfields(
            self._graph.core, operation.fragments, operation.variables, operation.node, kind, details
        ).grouped_field_set

    def _type(self, core: GraphQLField) -> GraphQLObjectType:
        kind = get_named_type(core.type)
        if not isinstance(kind, GraphQLObjectType):
            raise Uncompilable(str(kind))
        return kind

    def _see(self, entity: type[Base]) -> type[Base]:
        self.tree.actions[VIEWS[entity]] = None
        return entity

    def _shapes(self, core: GraphQLField, details: FieldDetailsList) -> Mapping[type[Base], Shape]:
        """Read what is asked of each type that may stand behind an interface."""
        kinds = self._graph.core.get_possible_types(get_named_type(core.type))  # pyright: ignore[reportArgumentType]
        entities = {kind: self._graph.entities[kind.name] for kind in kinds}
        return {entity: self._row(kind, entity, details) for kind, entity in entities.items()}

    def _row(self, kind: GraphQLObjectType, entity: type[Base], details: FieldDetailsList) -> Shape:
        """Read what is asked of a row."""
        self._see(entity)
        found = self._subfields(kind, details)
        return Shape(tuple((key, self._field(kind, entity, each)) for key, each in found.items()))

    def _field(self, kind: GraphQLObjectType, entity: type[Base], details: FieldDetailsList) -> Part:
        if details[0].node.name.value == _TYPENAME:
            return _name(kind)
        core, declared = self._graph.field(kind, details)
        binding: Binding | None = declared.metadata.get(BINDING)
        required = is_non_null_type(core.type)
        match binding:
            case GlobalId():
                return Identity(kind.name)
            case Column(name, right):
                return self._column(core, name, right, details)
            case Coded(column, codes):
                return Label(column, codes, required)
            case Derived(columns, read):
                restore = tuple(
                    _RESTORE.get(entity.__table__.columns[name].type.python_type) for name in columns
                )
                return self._compute(read, restore, core, tuple((name,) for name in columns))
            case Kinded(kind=column, content=content):
                return ByKind(column, content, self._contents(core, details))
            case One(other, local, remote):
                shape = self._row(self._type(core), self._see(other), details)
                return Related(other, local, remote, shape, required)
            case Many(other, remote, sorting, where, by):
                if by:
                    return self._grouped(core, binding, details)
                shape = self._row(self._type(core), self._see(other), details)
                return RelatedList(other, remote, sorting, where, shape)
            case Listed():
                return self._pages(core, declared, binding, details)
            case _:
                raise Uncompilable(f"{kind.name}.{details[0].node.name.value}")

    def _column(self, core: GraphQLField, name: str, right: str | None, details: FieldDetailsList) -> Part:
        named = get_named_type(core.type)
        if isinstance(named, GraphQLObjectType):
            return self._inner(core, (name,), named, details)
        if right is not None:
            self.tree.actions[right] = None
        return Value((name,), _form(named), is_non_null_type(core.type), right)

    def _compute(
        self,
        read: Callable[..., Any],
        restore: tuple[Callable[[Any], Any] | None, ...],
        core: GraphQLField,
        sources: tuple[tuple[str, ...], ...],
    ) -> Computed:
        self.tree.computations.append(Computation(read, restore, core.type))
        return Computed(len(self.tree.computations) - 1, sources)

    def _inner(
        self, core: GraphQLField, keys: tuple[str, ...], kind: GraphQLObjectType, details: FieldDetailsList
    ) -> Inner:
        nullable = core.type.of_type if is_non_null_type(core.type) else core.type
        shape = self._content(kind, details)
        return Inner(keys, shape, is_non_null_type(core.type), is_list_type(nullable))

    def _contents(self, core: GraphQLField, details: FieldDetailsList) -> Mapping[str, Shape]:
        kinds = self._graph.core.get_possible_types(get_named_type(core.type))  # pyright: ignore[reportArgumentType]
        return {kind_of(kind.extensions[_DEFINITION].origin): self._content(kind, details) for kind in kinds}

    def _content(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Shape:
        """Read what is asked of a stored content."""
        found = self._subfields(kind, details)
        return Shape(tuple((key, self._stored(kind, each)) for key, each in found.items()))

    def _stored(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Part:
        if details[0].node.name.value == _TYPENAME:
            return _name(kind)
        core, declared = self._graph.field(kind, details)
        binding = declared.metadata.get(BINDING)
        if not isinstance(binding, Stored):
            raise Uncompilable(f"{kind.name}.{details[0].node.name.value}")
        named = get_named_type(core.type)
        if isinstance(named, GraphQLObjectType):
            return self._inner(core, binding.keys, named, details)
        read = binding.read
        if read is not None:

            def show(_visit: object, value: object) -> object:
                return None if value is None else read(value)

            return self._compute(show, (None,), core, (binding.keys,))
        return Value(binding.keys, _form(named), is_non_null_type(core.type))

    def _grouped(self, core: GraphQLField, binding: Many, details: FieldDetailsList) -> Grouped:
        sorting = binding.sorting[sum(len(sorted_by) for _, sorted_by in binding.by) :]
        self._see(binding.entity)
        group = self._group(self._type(core), binding.entity, details)
        return Grouped(binding.entity, binding.remote, binding.where, binding.by, sorting, group)

    def _group(self, kind: GraphQLObjectType, entity: type[Base], details: FieldDetailsList) -> Group:
        found = self._subfields(kind, details)
        return Group(tuple((key, self._group_part(kind, entity, each)) for key, each in found.items()))

    def _group_part(
        self, kind: GraphQLObjectType, entity: type[Base], details: FieldDetailsList
    ) -> GroupPart:
        if details[0].node.name.value == _TYPENAME:
            return _name(kind)
        core, declared = self._graph.field(kind, details)
        named = get_named_type(core.type)
        if not isinstance(named, GraphQLObjectType):
            return GroupKey(declared.python_name, _form(named))
        if self._graph.entity_of(named) is entity:
            return GroupRows(self._row(named, entity, details))
        return self._group(named, entity, details)

    def _pages(
        self, core: GraphQLField, declared: StrawberryField, binding: Listed, details: FieldDetailsList
    ) -> Pages:
        arguments = _arguments(core, details)
        site = ListSite(arguments, binding, self._site, self._graph.converter(declared))
        above, self._site = self._site, self._add(site)
        number = self._site
        self._see(binding.entity)
        kind = self._type(core)
        parts = [
            (key, self._page_part(kind, binding.entity, each))
            for key, each in self._subfields(kind, details).items()
        ]
        self._site = above
        return Pages(binding.entity, binding.order, binding.remote, number, tuple(parts))

    def _page_part(self, kind: GraphQLObjectType, entity: type[Base], details: FieldDetailsList) -> PagePart:
        if details[0].node.name.value == _TYPENAME:
            return _name(kind)
        core, declared = self._graph.field(kind, details)
        inner = get_named_type(core.type)
        if not isinstance(inner, GraphQLObjectType):
            return Total()
        found = self._subfields(inner, details)
        if declared.python_name == "edges":
            return Edges(tuple((key, self._entry(inner, entity, each)) for key, each in found.items()))
        return About(tuple((key, self._fact(inner, each)) for key, each in found.items()))

    def _entry(
        self, kind: GraphQLObjectType, entity: type[Base], details: FieldDetailsList
    ) -> Said | Cursor | Shape:
        if details[0].node.name.value == _TYPENAME:
            return _name(kind)
        core, declared = self._graph.field(kind, details)
        if declared.python_name == "cursor":
            return Cursor()
        return self._row(self._type(core), entity, details)

    def _fact(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Said | Fact:
        if details[0].node.name.value == _TYPENAME:
            return _name(kind)
        _, declared = self._graph.field(kind, details)
        return _FACTS[declared.python_name]


_FACTS = {
    "start_cursor": Fact.START,
    "end_cursor": Fact.END,
    "has_next_page": Fact.NEXT,
    "has_previous_page": Fact.PREVIOUS,
}


def _name(kind: GraphQLObjectType) -> Said:
    return Said(f'"{kind.name}"')


def _arguments(core: GraphQLField, details: FieldDetailsList) -> Arguments:
    return Arguments(core, details[0].node, details[0].fragment_variable_values)


def _form(kind: GraphQLNamedType) -> Form:
    """Tell how values of a type are written."""
    if is_enum_type(kind):
        if any(name != str(value.value) for name, value in kind.values.items()):
            raise Uncompilable(kind.name)
        return Form.NAME
    if kind.name not in FORMS:
        raise Uncompilable(kind.name)
    return FORMS[kind.name]


_RESTORE: Mapping[type, Callable[[Any], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    UUID: UUID,
}
