"""What may be asked for as it was: that of which a history is kept, looked at before anything is read."""
# graphql-core leaves the types of what it hands down open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import strawberry
from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FieldDetailsList,
    FragmentDetails,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from domain.refusal import NoHistory
from resolvers.past import read_moment
from resolvers.visit import Visit
from schema.scalars import Moment
from schema.types import BINDING, ENTITY_OF

AsOf = Annotated[
    Moment | None,
    strawberry.argument(
        description="Show it, and all that belongs to it, as it was at this moment (历史时点)."
    ),
]
"""The argument of what can be asked for as it was."""

AS_OF = "asOf"
_DEFINITION = "strawberry-definition"


@dataclass(frozen=True, slots=True)
class Histories:
    """Looks in one operation for what has no history; graphql-core collects what the operation selects."""

    core: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    variables: VariableValues

    def find_timeless(self, kind: GraphQLObjectType, details: FieldDetailsList) -> str | None:
        """Name the first field below objects of a type of which no history is kept; None if there is none.

        A field of a row that does not say which rows it stands for may show anything, so it has none either.
        """
        entities = {declared.__name__: entity for declared, entity in ENTITY_OF.items()}
        if kind.name in entities and not entities[kind.name].history:
            return kind.name
        found = collect_subfields(self.core, self.fragments, self.variables, self.operation, kind, details)
        for fields in found.grouped_field_set.values():
            field = kind.fields.get(fields[0].node.name.value)
            if field is None:
                continue
            binding = field.extensions[_DEFINITION].metadata.get(BINDING)
            place = f"{kind.name}.{fields[0].node.name.value}"
            shown = getattr(binding, "entity", None)
            if (binding is None and kind.name in entities) or (shown is not None and not shown.history):
                return place
            inner = get_named_type(field.type)
            below = self.find_timeless(inner, fields) if is_object_type(inner) else None
            if below is not None:
                return below
        return None


def check_past(
    info: strawberry.Info, visit: Visit, moment: datetime | None, kinds: Iterable[str] = ()
) -> datetime | None:
    """Give the moment at which a field of the outermost door is to be read as it was; None for the present.

    Args:
        info: The field as the ordinary executor resolves it.
        visit: Who asks.
        moment: What was given as `asOf`.
        kinds: The types of what is asked for by ids; a list's is told by its declaration.

    Raises:
        BadUserInput: The moment is still to come.
        NoHistory: No history is kept of something that is asked for.
    """
    read = read_moment(moment, visit.now)
    if read is None:
        return None
    raw: Any = info._raw_info  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - there is no public name
    fragments = {name: FragmentDetails(each) for name, each in raw.fragments.items()}
    # Strawberry's executor hands on the values alone; where they came from makes no difference here.
    variables = VariableValues(coerced=info.variable_values, sources={})
    histories = Histories(raw.schema, raw.operation, fragments, variables)
    details = [FieldDetails(node, None) for node in raw.field_nodes]
    for name in kinds or [get_named_type(raw.return_type).name]:
        timeless = histories.find_timeless(raw.schema.type_map[name], details)
        if timeless is not None:
            raise NoHistory(timeless)
    return read
