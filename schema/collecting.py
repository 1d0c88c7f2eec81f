"""Collects what an operation selects of an object, each field with its declaration.

graphql-core itself collects, so that fragments, directives and aliases mean one thing.
"""
# graphql-core leaves the types of what it hands down open; from here on they are known.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import strawberry
from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry.types.arguments import convert_argument
from strawberry.types.field import StrawberryField

from db.base import Base
from db.graph.asked import Form, Said
from schema.arguments import Arguments
from schema.bindings import Binding
from schema.orders.stored_content import kind_of
from schema.past import Histories
from schema.scalars import FORMS
from schema.types import BINDING, ENTITY_OF

_DEFINITION = "strawberry-definition"
_TYPENAME = "__typename"


class Uncompilable(Exception):  # noqa: N818 - the operation is answered another way
    """An operation has a part that is no row of the graph; the text names the part."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a valid document, under the variables of the request for which it is read."""

    node: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    variables: VariableValues


@dataclass(frozen=True, slots=True)
class Picked:
    """A selected field.

    Attributes:
        place: The type and the field's name, for whoever has to be told of it.
        python_name: Its name in the declaration.
        binding: What it stands for, if it says so.
        kind: The type of its values, whatever lists and requirements are around it.
        required: Whether it may not be null.
        many: Whether it is a list.
        type: Its whole type, as graphql-core knows it.
        arguments: Its arguments.
        details: Where the document selects it.
        convert: Makes the input of a coerced `filter`.
    """

    place: str
    python_name: str
    binding: Binding | None
    kind: GraphQLNamedType
    required: bool
    many: bool
    type: Any
    arguments: Arguments
    details: FieldDetailsList
    convert: Callable[[Any], Any]

    @property
    def object_kind(self) -> GraphQLObjectType:
        """The type of its objects.

        Raises:
            Uncompilable: It has none of its own.
        """
        if not isinstance(self.kind, GraphQLObjectType):
            raise Uncompilable(self.place)
        return self.kind

    @property
    def form(self) -> Form:
        """How its values are written.

        Raises:
            Uncompilable: By no form that SQL knows.
        """
        kind = self.kind
        if is_enum_type(kind):
            return Form.NAME
        if kind.name not in FORMS:
            raise Uncompilable(self.place)
        return FORMS[kind.name]

    @property
    def names(self) -> tuple[str, ...]:
        """All that its values may be, if they are an enum's names.

        Raises:
            Uncompilable: The names are not what is stored.
        """
        kind = self.kind
        if not is_enum_type(kind):
            return ()
        if any(name != str(member.value) for name, member in kind.values.items()):
            raise Uncompilable(self.place)
        return tuple(kind.values)


Selected: TypeAlias = Iterator[tuple[str, Picked | Said]]
"""Fields by the names under which they are answered; a type's name is said as it is."""


class Collector:
    """The schema and one operation, as the selection looks at them."""

    def __init__(self, schema: strawberry.Schema, core: GraphQLSchema, operation: Operation) -> None:
        self._schema = schema
        self._core = core
        self._operation = operation
        self._entities = {kind.__name__: entity for kind, entity in ENTITY_OF.items()}

    def collect_query(self) -> Selected:
        """Collect the fields of the outermost door."""
        query, operation = self._core.query_type, self._operation
        if query is None:
            raise Uncompilable("Query")
        found = collect_fields(
            self._core, operation.fragments, operation.variables, query, operation.node
        ).grouped_field_set
        return self._pick(query, found)

    def pick_root(self, details: FieldDetailsList) -> Picked | Said:
        """Give one field of the outermost door."""
        if self._core.query_type is None:
            raise Uncompilable("Query")
        return next(self._pick(self._core.query_type, {"": details}))[1]

    def collect(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Selected:
        """Collect what is selected of objects of a type."""
        operation = self._operation
        found = collect_subfields(
            self._core, operation.fragments, operation.variables, operation.node, kind, details
        ).grouped_field_set
        return self._pick(kind, found)

    def find_timeless(self, kind: GraphQLObjectType, details: FieldDetailsList) -> str | None:
        """Name the first field below objects of a type of which no history is kept; None if there is none."""
        operation = self._operation
        histories = Histories(self._core, operation.node, operation.fragments, operation.variables)
        return histories.find_timeless(kind, details)

    def entity_of(self, kind: GraphQLNamedType) -> type[Base] | None:
        """Give the table behind a type, if its objects are rows."""
        return self._entities.get(kind.name)

    def kinds_of(self, picked: Picked) -> Mapping[GraphQLObjectType, type[Base]]:
        """Give the types that may stand behind an interface, with their tables."""
        return {kind: self._entities[kind.name] for kind in self._possible(picked)}

    def contents_of(self, picked: Picked) -> Mapping[str, GraphQLObjectType]:
        """Give the types of stored contents behind a union, by the kinds whose contents they are."""
        return {kind_of(kind.extensions[_DEFINITION].origin): kind for kind in self._possible(picked)}

    def _possible(self, picked: Picked) -> list[GraphQLObjectType]:
        if not is_abstract_type(picked.kind):
            raise Uncompilable(picked.place)
        return self._core.get_possible_types(picked.kind)

    def _pick(self, kind: GraphQLObjectType, found: GroupedFieldSet) -> Selected:
        for key, details in found.items():
            name = details[0].node.name.value
            yield key, Said(f'"{kind.name}"') if name == _TYPENAME else self._picked(kind, name, details)

    def _picked(self, kind: GraphQLObjectType, name: str, details: FieldDetailsList) -> Picked:
        core = kind.fields.get(name)
        declared: StrawberryField | None = core.extensions.get(_DEFINITION) if core else None
        if core is None or declared is None:
            raise Uncompilable(f"{kind.name}.{name}")
        required = bool(is_non_null_type(core.type))
        bare: Any = core.type
        return Picked(
            f"{kind.name}.{name}",
            declared.python_name,
            declared.metadata.get(BINDING),
            get_named_type(core.type),
            required,
            bool(is_list_type(bare.of_type if required else bare)),
            core.type,
            _arguments(core, details),
            details,
            self._converter(declared),
        )

    def _converter(self, declared: StrawberryField) -> Callable[[Any], Any]:
        kinds = [each.type for each in declared.arguments if each.python_name == "chosen"]
        registry = self._schema.schema_converter.scalar_registry

        def convert(value: object) -> Any:  # noqa: ANN401 - an input type's object
            return convert_argument(value, kinds[0], registry, self._schema.config)

        return convert


def _arguments(core: GraphQLField, details: FieldDetailsList) -> Arguments:
    return Arguments(core, details[0].node, details[0].fragment_variable_values)
