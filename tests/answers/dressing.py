"""Dresses a plain document as front ends write them: aliases, fragments, directives and variables."""

from collections.abc import Sequence
from random import Random
from typing import Any

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    get_named_type,
    parse_type,
    print_ast,
    value_from_ast_untyped,
)

from tests.answers.both import Asked
from tests.answers.filling import fill

_MOST_ALIASES = 40
_MOST_DIRECTIVES = 12
_TYPENAME = FieldNode(name=NameNode(value="__typename"), arguments=(), directives=())


def dress(asked: Sequence[SelectionNode], core: GraphQLSchema, chance: Random) -> Asked:
    """Write what is plainly asked as a front end might have written it."""
    assert core.query_type is not None
    return _Dresser(core, chance).document(_set_of(asked), core.query_type)


class _Dresser:
    """One document in the making."""

    def __init__(self, core: GraphQLSchema, chance: Random) -> None:
        self._core = core
        self._chance = chance
        self._aliases = 0
        self._directives = 0
        self._fragments: list[FragmentDefinitionNode] = []
        self._variables: list[VariableDefinitionNode] = []
        self._values: dict[str, Any] = {}

    def document(self, plain: SelectionSetNode, door: GraphQLObjectType) -> Asked:
        """Dress all of it."""
        chosen = self._selections(plain, door)
        name = "Main" if self._likely(0.2) else None
        operation = OperationDefinitionNode(
            operation=OperationType.QUERY,
            name=NameNode(value=name) if name else None,
            variable_definitions=tuple(self._variables),
            directives=(),
            selection_set=chosen,
        )
        text = print_ast(DocumentNode(definitions=(operation, *self._fragments)))
        other = name is not None and self._likely(0.3)
        text = f"query Other {{ __typename }}\n{text}" if other else text
        return Asked(text, self._values, name)

    def _likely(self, share: float) -> bool:
        return self._chance.random() < share

    def _selections(self, plain: SelectionSetNode, parent: Any) -> SelectionSetNode:
        found: list[SelectionNode] = []
        for one in plain.selections:
            dressed = self._selection(one, parent)
            found.append(dressed)
            if self._likely(0.03):
                found.insert(self._chance.randint(0, len(found)), dressed)
        if self._likely(0.12):
            found.insert(self._chance.randint(0, len(found)), _TYPENAME)
        if self._likely(0.1):
            found = [self._wrapped(_set_of(found), parent.name)]
        return _set_of(found)

    def _selection(self, one: SelectionNode, parent: Any) -> SelectionNode:
        if isinstance(one, FieldNode):
            return self._field(one, parent)
        assert isinstance(one, InlineFragmentNode)
        assert one.type_condition is not None
        name = one.type_condition.name.value
        return self._wrapped(self._selections(one.selection_set, self._core.type_map[name]), name)

    def _wrapped(self, inner: SelectionSetNode, kind: str) -> SelectionNode:
        """Put selections of a type into a fragment, named or not."""
        on = NamedTypeNode(name=NameNode(value=kind))
        if self._likely(0.6):
            return InlineFragmentNode(
                type_condition=on, directives=self._maybe_directives(), selection_set=inner
            )
        name = NameNode(value=f"F{len(self._fragments)}")
        self._fragments.append(
            FragmentDefinitionNode(
                name=name, type_condition=on, directives=(), variable_definitions=(), selection_set=inner
            )
        )
        return FragmentSpreadNode(name=name, directives=self._maybe_directives())

    def _field(self, one: FieldNode, parent: Any) -> FieldNode:
        declared: Any = parent.fields[one.name.value]
        inner = one.selection_set
        if inner is not None:
            inner = self._selections(inner, get_named_type(declared.type))
        arguments = fill(one.name.value, one.arguments or (), self._chance)
        return FieldNode(
            alias=one.alias or self._maybe_alias(),
            name=one.name,
            arguments=tuple(self._argument(argument, declared) for argument in arguments),
            directives=self._maybe_directives(),
            selection_set=inner,
        )

    def _maybe_alias(self) -> NameNode | None:
        if self._aliases >= _MOST_ALIASES or not self._likely(0.08):
            return None
        self._aliases += 1
        return NameNode(value=self._chance.choice(("a", "B", "_", "id", "name")) + f"_{self._aliases}")

    def _maybe_directives(self) -> tuple[DirectiveNode, ...]:
        if self._directives >= _MOST_DIRECTIVES or not self._likely(0.04):
            return ()
        self._directives += 1
        truth = BooleanValueNode(value=self._likely(0.5))
        value = self._variable(truth, "Boolean!") if self._likely(0.6) else truth
        argument = ArgumentNode(name=NameNode(value="if"), value=value)
        name = NameNode(value=self._chance.choice(("include", "skip")))
        return (DirectiveNode(name=name, arguments=(argument,)),)

    def _argument(self, one: ArgumentNode, declared: Any) -> ArgumentNode:
        if not self._likely(0.3):
            return one
        kind = str(declared.args[one.name.value].type)
        return ArgumentNode(name=one.name, value=self._variable(one.value, kind))

    def _variable(self, value: ValueNode, kind: str) -> VariableNode:
        """Put a variable in the place of a value: the value is its default, or sent, or both."""
        variable = VariableNode(name=NameNode(value=f"v{len(self._variables)}"))
        defaulted, sent = self._chance.choice(((True, False), (False, True), (True, True)))
        self._variables.append(
            VariableDefinitionNode(
                variable=variable,
                type=parse_type(kind, no_location=True),
                default_value=value if defaulted else None,  # pyright: ignore[reportArgumentType] - it holds no variable
                directives=(),
            )
        )
        if sent:
            self._values[variable.name.value] = value_from_ast_untyped(value)
        return variable


def _set_of(found: Sequence[SelectionNode]) -> SelectionSetNode:
    return SelectionSetNode(selections=tuple(found))
