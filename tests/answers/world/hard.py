"""Texts and moments that are easily got wrong on their way to JSON."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from db.base import Base

Rows = Iterable[tuple[type[Base], list[dict[str, Any]]]]
"""Rows by their table, in an order in which the tables may be filled."""

QUOTES = (
    "\"double\" 'single' `back` \\ back\\\\slash \\u0041 \\n </script> {{x}} %s %(a)s :p $1 $$ -- /* */ ;"
)
CONTROL = "".join(map(chr, range(1, 32))) + "\x7f\x80\x85\xa0\xad\u200b\u2028\u2029\ufeff\ufffe\uffff"
FAR = "𠮷野家㐂𬭎䶮 🏡👨‍👩‍👧‍👦🇨🇳 e\u0301 é \U0010ffff"
LONG = "长" * 3000 + " long " * 500 + '"\\' * 100
INJECTION = "'; drop table unit; --"

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""The moment at which every test begins: noon in Shanghai."""

ALMOST_A_SECOND = datetime(2026, 1, 2, 3, 4, 5, 999999, tzinfo=UTC)
SUMMER_TIME = datetime(1988, 7, 1, 4, 0, tzinfo=UTC)
"""Shanghai's clocks stood an hour ahead, at +09:00."""

LOCAL_MEAN_TIME = datetime(1899, 12, 31, 16, 0, tzinfo=UTC)
"""Before 1901 Shanghai's clocks stood at +08:05:43."""

YEAR_ONE_THOUSAND = datetime(1000, 1, 1, 0, 0, 0, 500, tzinfo=UTC)


def fill(common: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give rows that say only in what they differ from the common values."""
    return [{**common, **one} for one in rows]


def sealed(masked: str, name: str) -> dict[str, str]:
    """Give a personal number as a stored content carries it."""
    return {"cipher": f"k1:{name}", "masked": masked, "blind": f"blind-{name}"}
