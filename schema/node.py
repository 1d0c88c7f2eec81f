"""The Relay contract's node: anything with a global id."""

import strawberry

from schema.fields import INHERIT, RIGHT


@strawberry.interface(description="Anything that can be asked for by its global id.")
class Node:
    """An object with a global id."""

    id: strawberry.ID = strawberry.field(description="Global id, opaque and stable.", metadata={RIGHT: INHERIT})
