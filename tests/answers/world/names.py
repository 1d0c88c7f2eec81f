"""The fixed names of the world's things: row ids, global ids and cursors, written without the product."""

import base64
import json
from uuid import UUID

LUZHOU, JIANGMEN, YUNMENG = 510500, 440700, 990100

_CODES = {
    "Organization": "a0",
    "Principal": "b0",
    "Session": "b1",
    "ApiKey": "b2",
    "RoleAssignment": "b3",
    "EstateGrant": "b4",
    "Account": "c0",
    "Journal": "c1",
    "Entry": "c2",
    "Notice": "d0",
    "NoticeLine": "d1",
    "Payment": "d2",
    "SuspenseItem": "d3",
    "DepositRate": "d4",
    "Estate": "e0",
    "Building": "e1",
    "Unit": "e2",
    "Owner": "e3",
    "Order": "f0",
    "OrderStep": "f1",
    "Attachment": "f2",
    "File": "f3",
}

_LISTS = {
    "orders": ("business_order", "id", "Order"),
    "estates": ("estate", "id", "Estate"),
    "organizations": ("organization", "id", "Organization"),
    "notices": ("notice", "id", "Notice"),
    "payments": ("payment", "id", "Payment"),
    "suspenseItems": ("suspense_item", "id", "SuspenseItem"),
    "depositRates": ("deposit_rate", "id", "DepositRate"),
    "units": ("unit", "id", "Unit"),
    "lines": ("order_line", "no", ""),
    "changesSinceReturn": ("order_difference", "no", ""),
}


def row(kind: str, number: int) -> UUID:
    """Give the id of a thing by its number, such as `e0000000-0000-7000-8000-000000000001`."""
    return UUID(f"{_CODES[kind]}000000-0000-7000-8000-{number:012d}")


def gid(kind: str, number: int, city: int = LUZHOU) -> str:
    """Write the global id of a thing."""
    return opaque(f"{kind}:{city}:{row(kind, number).hex}")


def cursor(field: str, number: int) -> str:
    """Write the cursor of a thing in the list that a field shows."""
    table, key, kind = _LISTS[field]
    place = row(kind, number).hex if kind else number
    return opaque(json.dumps([f"{table} {key}", place], separators=(",", ":")))


def opaque(text: str) -> str:
    """Write a text as clients see ids and cursors."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
