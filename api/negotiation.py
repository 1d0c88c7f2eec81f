"""Which form of answer the caller wants, read from the Accept header as the HTTP standard says."""

import re
from collections.abc import Iterator
from functools import lru_cache

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
EVENT_STREAM = "text/event-stream"

USUAL_LENGTH = 300
"""Characters of a header up to which its reading is kept: strangers must not fill the memory."""

# How exactly a range names an offer. Event streams are a wish of their own, which no wildcard means.
_EXACTNESS = {
    JSON: {JSON: 2, "application/*": 1, "*/*": 0},
    GRAPHQL_RESPONSE: {GRAPHQL_RESPONSE: 2, "application/*": 1, "*/*": 0},
    EVENT_STREAM: {EVENT_STREAM: 2},
}

_QUALITY = re.compile(r"[01](\.[0-9]{0,3})?")
_MOST_RANGES = 50  # a longer list is a burden, not a wish; what follows is not read


def qualities(header: str) -> Iterator[tuple[str, float]]:
    """Read a weighted list such as `a;q=0.5, b` (RFC 9110 §12.4.2) as lower-case names with weights.

    A weight that cannot be read counts as 0, so that a broken wish is not granted by accident.
    """
    for part in header.split(",", _MOST_RANGES)[:_MOST_RANGES]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if not name:
            continue
        quality = 1.0
        for parameter in parameters:
            key, _, text = parameter.partition("=")
            if key.strip() == "q":
                quality = _read_quality(text.strip())
        yield name, quality


def choose_media_type(header: str | None) -> str | None:
    """Choose the answer's media type, or None where the caller takes none of the three.

    A type that is named beats a wildcard, and of two that are equally welcome the first named wins: urql
    names event streams after JSON and cannot read a query's answer from one. No header and `*/*` mean
    `application/json`, as the GraphQL-over-HTTP specification asks.
    """
    if header is None or not header.strip():
        return JSON
    return _choose_usual(header) if len(header) <= USUAL_LENGTH else _choose(header)


def takes_events(header: str | None) -> bool:
    """Tell whether a caller names event streams at all, as one who subscribes does."""
    if header is None or EVENT_STREAM not in header.lower():
        return False
    return any(name == EVENT_STREAM and quality > 0 for name, quality in qualities(header))


def _choose(header: str) -> str | None:
    ranges = list(qualities(header))
    # Weight, how exactly it was named, how early: the greatest of these three is the wish.
    wishes: list[tuple[float, int, int, str]] = []
    for offer in _EXACTNESS:
        named = _best_range(offer, ranges)
        if named is not None and named[0] > 0:
            wishes.append((*named, offer))
    return max(wishes, key=lambda wish: wish[:3])[3] if wishes else None


def _best_range(offer: str, ranges: list[tuple[str, float]]) -> tuple[float, int, int] | None:
    """Find the most exact range that covers an offer: its weight, exactness and place from the end."""
    best: tuple[int, int, float] | None = None
    known = _EXACTNESS[offer]
    for place, (name, quality) in enumerate(ranges):
        exactness = known.get(name)
        if exactness is not None and (best is None or exactness > best[0]):
            best = (exactness, -place, quality)
    return None if best is None else (best[2], best[0], best[1])


def _read_quality(text: str) -> float:
    return min(float(text), 1.0) if _QUALITY.fullmatch(text) else 0.0


_choose_usual = lru_cache(maxsize=256)(_choose)
