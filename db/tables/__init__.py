"""Every table, imported once so that the declaration is whole."""

from db.tables import (
    estates,
    files,
    identity,
    jobs,
    members,
    money,
    orders,
    organizations,
    receipts,
    reconciliation,
    records,
    search,
    trading,
    transfers,
)

__all__ = [
    "estates",
    "files",
    "identity",
    "jobs",
    "members",
    "money",
    "orders",
    "organizations",
    "receipts",
    "reconciliation",
    "records",
    "search",
    "trading",
    "transfers",
]
