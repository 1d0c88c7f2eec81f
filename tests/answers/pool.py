"""What generated documents are given as arguments: mostly things of the world, now and then nonsense."""

from tests.answers.world.hard import CONTROL, FAR, INJECTION, QUOTES
from tests.answers.world.names import JIANGMEN, YUNMENG, cursor, gid, opaque

COUNTS = {
    "Organization": 4,
    "Estate": 4,
    "Building": 6,
    "Unit": 54,
    "Owner": 8,
    "Account": 11,
    "Notice": 8,
    "Payment": 4,
    "Order": 11,
    "Attachment": 5,
    "File": 6,
    "DepositRate": 6,
    "SuspenseItem": 5,
}
"""How many there are of each type in Luzhou; some units' numbers are free."""

_FOREIGN = tuple(gid(kind, 1, city) for kind in ("Estate", "Unit", "Order") for city in (JIANGMEN, YUNMENG))
_NONSENSE = ("", "x", INJECTION, opaque("Unit:510500:1"), opaque("Nothing:510500:" + "0" * 32))
IDS = (
    *(gid(kind, number) for kind, count in COUNTS.items() for number in range(1, min(count, 12) + 1)),
    *_FOREIGN,
    gid("Unit", 999),
)
TEXTS = (
    "",
    "1",
    "江畔",
    "301",
    "2单元",
    "%",
    "_",
    "\\",
    "张三",
    "𠮷",
    QUOTES,
    CONTROL[:9],
    FAR[:5],
    INJECTION,
)
NUMBERS = (-1, 0, 1, 2, 3, 5, 12, 2147483647)
DAYS = ("0001-01-01", "2026-01-02", "9999-12-31")
PAST = ("2026-03-01T04:00:00Z", "2026-05-20T00:00:00Z", "2026-06-01T12:00:00+08:00", "2026-10-01T00:00:00Z")
"""Moments between which what is built changed."""

MOMENTS = ("1988-07-01T13:00:00+09:00", "2026-11-22T04:00:00Z")
ORDER_NUMBERS = tuple(f"LZEC20261122{number:05d}" for number in range(1, 13))
NOTICE_NUMBERS = tuple(f"lzdn20261122{number:05d}" for number in range(1, 10))
TORN = (*_NONSENSE, cursor("orders", 1)[:-1], opaque('["order_line no","1"]'))
"""What is neither an id nor a cursor."""

LISTED = {
    "orders": "Order",
    "estates": "Estate",
    "organizations": "Organization",
    "notices": "Notice",
    "payments": "Payment",
    "suspenseItems": "SuspenseItem",
    "depositRates": "DepositRate",
    "units": "Unit",
}
"""What the list of each field is of."""

MOST_LINES = 103


def cursors_of(field: str) -> tuple[str, ...]:
    """Give cursors of the list that a field shows."""
    count = COUNTS[LISTED[field]] if field in LISTED else MOST_LINES
    return tuple(cursor(field, number) for number in range(1, count + 1))
