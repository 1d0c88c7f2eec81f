"""Nothing is unguarded: every field of the graph declares its right, or that it shows no more than its row."""

from collections.abc import Iterator

import strawberry
from strawberry.types.base import StrawberryObjectDefinition

from authz.actions import ACTIONS
from authz.public import PUBLIC
from schema.fields import INHERIT, RIGHT

NODE = "node"
"""The right of `node` and `nodes`: each type's own view action, asked when its rows are loaded."""

_FREE = frozenset({INHERIT, NODE})


class UnguardedError(RuntimeError):
    """Fields that declare no right, so the product does not start."""


def find_unguarded(schema: strawberry.Schema) -> Iterator[str]:
    """Walk all types and name the fields whose right is missing or unknown."""
    for name, definition in schema.schema_converter.type_map.items():
        kind = definition.definition
        if not isinstance(kind, StrawberryObjectDefinition) or kind.is_input:
            continue
        root = name in ("Query", "Mutation")
        for field in kind.fields:
            right = field.metadata.get(RIGHT)
            known = right in ACTIONS or right in PUBLIC or (right in _FREE and not (root and right == INHERIT))
            if not known:
                yield f"{name}.{field.python_name}"


def check_guards(schema: strawberry.Schema) -> None:
    """Refuse to start with an unguarded field.

    Raises:
        UnguardedError: The text names the fields.
    """
    unguarded = sorted(find_unguarded(schema))
    if unguarded:
        raise UnguardedError(f"These fields declare no right: {', '.join(unguarded)}.")
