"""Every table, imported once so that the declaration is whole."""

from db.tables import (
    estates,
    files,
    identity,
    members,
    money,
    orders,
    organizations,
    records,
    search,
    trading,
)

__all__ = [
    "estates",
    "files",
    "identity",
    "members",
    "money",
    "orders",
    "organizations",
    "records",
    "search",
    "trading",
]
