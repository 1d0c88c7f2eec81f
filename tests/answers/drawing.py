"""Lets the library draw plain documents: what is asked of a list, and what is asked of the things in it."""

from functools import cache
from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLObjectType,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    get_named_type,
    parse,
)
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from api.execution import core_of
from schema.roots import schema
from schema.types import BINDING, ENTITY_OF
from tests.answers.pool import DAYS, IDS, MOMENTS, NUMBERS, TEXTS
from tests.answers.steady import STEADY

CORE = core_of(schema)
_ROWS = {kind.__name__ for kind in ENTITY_OF}

_UNCHECKED = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)


def _texts(values: tuple[str, ...]) -> st.SearchStrategy[StringValueNode]:
    return st.sampled_from(values).map(nodes.String)


_SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "ID": _texts(IDS),
    "String": _texts(TEXTS),
    "Int": st.sampled_from(NUMBERS).map(nodes.Int),
    "Money": _texts(("0.00", "6184.50", "99999999999.99")),
    "Area": _texts(("0.0001", "88.35", "99999999.9999")),
    "Date": _texts(DAYS),
    "DateTime": _texts(MOMENTS),
    # Recorded contents are only read.
    "JSON": st.nothing(),
    # An upload comes only by a multipart request, and no query asks for one.
    "Upload": st.nothing(),
}


def draw_field(name: str, number: int, most: int) -> list[tuple[SelectionNode, ...]]:
    """Draw what may be asked of one field of the outermost door; of a list mostly its arguments."""
    return _draw(queries(CORE, fields=(name,), custom_scalars=_SCALARS, allow_x00=False), name, number, most)


def draw_thing(name: str, number: int, most: int) -> list[tuple[SelectionNode, ...]]:
    """Draw what may be asked of a thing of a type, as if the outermost door had its fields."""
    documents = queries(_door_of(name), custom_scalars=_SCALARS, allow_x00=False)
    return _draw(documents, name, number, most)


@cache
def _door_of(name: str) -> GraphQLSchema:
    """Make a schema whose outermost door has the fields of a type."""
    kind: Any = CORE.type_map[name]
    # The more types there are, the more is selected: those out of reach count as well.
    others = [each for other, each in CORE.type_map.items() if other not in {"Query", "Mutation"}]
    return GraphQLSchema(GraphQLObjectType("Query", dict(kind.fields)), types=others)


def _draw(
    documents: st.SearchStrategy[str], name: str, number: int, most: int
) -> list[tuple[SelectionNode, ...]]:
    """Draw documents, none twice."""
    found: dict[str, None] = {}

    @seed(f"{name} {number}")
    @settings(
        max_examples=most,
        backend=STEADY,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=_UNCHECKED,
    )
    @given(documents)
    def collect(document: str) -> None:
        found[document] = None

    collect()
    return [_selected(document) for document in found]


def _selected(document: str) -> tuple[SelectionNode, ...]:
    (operation,) = parse(document, no_location=True).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return tuple(operation.selection_set.selections)


def graft(asked: SelectionNode, thing: tuple[SelectionNode, ...], *, listed: bool) -> FieldNode:
    """Ask of each thing in a list, or of the one thing that a field is, what was drawn for it."""
    assert isinstance(asked, FieldNode)
    assert asked.selection_set is not None
    if listed:
        kept = [one for one in asked.selection_set.selections if _name(one) != "edges"]
        thing = (*kept, _field("edges", (_field("node", thing),)))
    return FieldNode(
        name=asked.name,
        alias=asked.alias,
        arguments=asked.arguments,
        directives=(),
        selection_set=SelectionSetNode(selections=thing),
    )


def only_past(thing: tuple[SelectionNode, ...], kind: Any) -> tuple[SelectionNode, ...]:
    """Leave out of what was drawn for a type whatever has no history."""
    declared: Any = CORE.type_map[kind] if isinstance(kind, str) else kind
    return tuple(one for one in (_with_past(one, declared) for one in thing) if one is not None)


def _with_past(one: SelectionNode, declared: Any) -> SelectionNode | None:
    if not isinstance(one, FieldNode):
        return None
    field = declared.fields[one.name.value]
    binding = field.extensions["strawberry-definition"].metadata.get(BINDING)
    shown = getattr(binding, "entity", None)
    if (shown is not None and not shown.history) or (binding is None and declared.name in _ROWS):
        return None
    if one.selection_set is None:
        return one
    inner = only_past(tuple(one.selection_set.selections), get_named_type(field.type))
    arguments = tuple(argument for argument in one.arguments or () if argument.name.value != "filter")
    if not inner:
        return None
    selected = SelectionSetNode(selections=inner)
    return FieldNode(
        name=one.name, alias=one.alias, arguments=arguments, directives=(), selection_set=selected
    )


def at_moment(asked: FieldNode, moment: str) -> FieldNode:
    """Ask for all of a field as it was."""
    kept = tuple(
        argument for argument in asked.arguments or () if argument.name.value not in {"asOf", "filter"}
    )
    then = ArgumentNode(name=NameNode(value="asOf"), value=StringValueNode(value=moment))
    return FieldNode(
        name=asked.name,
        alias=asked.alias,
        arguments=(*kept, then),
        directives=(),
        selection_set=asked.selection_set,
    )


def _field(name: str, inner: tuple[SelectionNode, ...]) -> FieldNode:
    selected = SelectionSetNode(selections=inner)
    return FieldNode(name=NameNode(value=name), arguments=(), directives=(), selection_set=selected)


def _name(one: SelectionNode) -> str | None:
    return one.name.value if isinstance(one, FieldNode) else None


@cache
def size(thing: tuple[SelectionNode, ...]) -> int:
    """Count the fields that were drawn."""
    return sum(1 + size(tuple(_inner(one))) for one in thing)


def _inner(one: SelectionNode) -> tuple[SelectionNode, ...]:
    selected: SelectionSetNode | None = getattr(one, "selection_set", None)
    return tuple(selected.selections) if selected else ()
