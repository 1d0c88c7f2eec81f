"""The variables of a request: coerced at once where that is plain, else as graphql-core does."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    get_variable_values,
    visit,
)
from graphql.execution.values import VariableValues

Simple = tuple[tuple[str, type, bool], ...] | None
"""An operation's variables, if all are plain scalars without defaults: name, type, and whether required."""

_PLAIN: Mapping[str, type] = {"ID": str, "String": str, "Boolean": bool, "Int": int}
_MAX_INT = 2**31


def list_simple(operation: OperationDefinitionNode) -> Simple:
    """List an operation's variables with their types, if all are plain scalars without defaults."""
    found: list[tuple[str, type, bool]] = []
    for definition in operation.variable_definitions or ():
        kind: Any = definition.type
        required = isinstance(kind, NonNullTypeNode)
        named = kind.type if required else kind
        if not isinstance(named, NamedTypeNode) or named.name.value not in _PLAIN or definition.default_value:
            return None
        found.append((definition.variable.name.value, _PLAIN[named.name.value], required))
    return tuple(found)


def read_simple(simple: Simple, sent: Mapping[str, Any]) -> dict[str, Any] | None:
    """Take values that are of the right type as they are; None if one has to be looked at more closely."""
    if simple is None:
        return None
    coerced: dict[str, Any] = {}
    for name, kind, required in simple:
        value: Any = sent.get(name)
        if value is None and not required:
            if name in sent:
                coerced[name] = None
        elif type(value) is not kind or (isinstance(value, int) and not -_MAX_INT <= value < _MAX_INT):
            return None
        else:
            coerced[name] = value
    return coerced


class Given:
    """The variables of a request.

    Attributes:
        coerced: The coerced values that were sent, or are an operation's defaults.
    """

    __slots__ = ("_full", "coerced")

    def __init__(self, coerced: Mapping[str, Any], full: Callable[[], VariableValues]) -> None:
        self.coerced = coerced
        self._full = full

    @classmethod
    def of(cls, values: VariableValues) -> "Given":
        """Take variables that graphql-core coerced."""
        return cls(values.coerced, lambda: values)

    def full(self) -> VariableValues:
        """Give the values with what graphql-core wants to know beside, for the arguments that need it."""
        return self._full()


def coerce_variables(
    core: GraphQLSchema, operation: OperationDefinitionNode, sent: Mapping[str, Any]
) -> VariableValues:
    """Coerce the variables of an operation.

    Raises:
        GraphQLError: They do not fit.
    """
    found = get_variable_values(core, operation.variable_definitions or (), dict(sent))
    if isinstance(found, list):
        raise found[0]
    return found


def list_conditions(document: DocumentNode) -> tuple[str, ...]:
    """List the variables on which it depends what is skipped or included."""
    names = _Directives()
    visit(document, names)
    return tuple(sorted(names.found))


class _Directives(Visitor):
    """Collects the variables by which fields are skipped or included."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        """Look at the condition of a directive."""
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.found.add(argument.value.name.value)
