"""Nothing is unguarded: every field of the graph declares its right, or that it shows what its row shows."""

from collections.abc import Iterator

import strawberry
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from authz.actions import ACTIONS
from authz.public import PUBLIC
from schema.fields import INHERIT, RIGHT

NODE = "node"
"""The right of `node` and `nodes`: each type's own view action, asked when its rows are loaded."""

ROOTS = frozenset({"Query", "Mutation", "Subscription"})
PUBLIC_ACTS = frozenset({"org.register", "session.begin", "invitation.accept"})
"""What a stranger may do, and not only see."""


class UnguardedError(RuntimeError):
    """Fields that declare no right, so the product does not start."""


def declared_rights(schema: strawberry.Schema) -> Iterator[tuple[str, StrawberryField, object]]:
    """Walk all types and give each field's owner, the field and the right that it declares, if any."""
    for name, definition in schema.schema_converter.type_map.items():
        kind = definition.definition
        if isinstance(kind, StrawberryObjectDefinition) and not kind.is_input:
            for field in kind.fields:
                yield name, field, field.metadata.get(RIGHT)


def find_unguarded(schema: strawberry.Schema) -> Iterator[str]:
    """Walk all types and name the fields whose right is missing, unknown, or not one for their place."""
    for owner, field, right in declared_rights(schema):
        if not _is_guarded(owner, right):
            yield f"{owner}.{field.python_name}"


def _is_guarded(owner: str, right: object) -> bool:
    if right == INHERIT:
        return owner not in ROOTS
    if right == NODE:
        return owner == "Query"
    if right in PUBLIC:
        return owner == "Query" or (owner == "Mutation" and right in PUBLIC_ACTS)
    return right in ACTIONS


def check_guards(schema: strawberry.Schema) -> None:
    """Refuse to start with an unguarded field.

    Raises:
        UnguardedError: The text names the fields.
    """
    unguarded = sorted(find_unguarded(schema))
    if unguarded:
        raise UnguardedError(f"These fields declare no right: {', '.join(unguarded)}.")
