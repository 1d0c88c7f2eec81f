"""The Relay contract's node: anything with a global id."""

import strawberry

from schema.fields import node_id


@strawberry.interface(description="Anything that can be asked for by its global id.")
class Node:
    """An object with a global id."""

    id: strawberry.ID = node_id()
