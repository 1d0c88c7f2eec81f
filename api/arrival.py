"""What a request brings besides its body: its headers, read once, and the id under which it is logged."""

import re
from collections.abc import Mapping
from contextvars import ContextVar

import msgspec
import uuid_utils
from starlette.types import Scope

_KEY = "weixiu.arrival"
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")

PRESENT_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being answered, for its log lines."""


class Arrival(msgspec.Struct, frozen=True):
    """A request as it came in.

    Attributes:
        headers: The first header of each name; names are in lower case.
        request_id: The id that a proxy gave, or a new one.
    """

    headers: dict[bytes, bytes]
    request_id: str

    def header(self, name: bytes) -> str | None:
        """Give a header by its name in lower case."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")


def arrival_of(scope: Scope) -> Arrival:
    """Give what a request brought; it is read once and kept with the request."""
    known: Arrival | None = scope.get(_KEY)
    if known is None:
        headers = dict(reversed(list(scope["headers"])))
        known = scope[_KEY] = Arrival(headers, _take_id(headers.get(b"x-request-id")))
    return known


def carry(scope: Scope, more: Mapping[bytes, bytes]) -> Scope:
    """Give a request as if it had brought further headers, which stand before its own."""
    known = arrival_of(scope)
    return {**scope, _KEY: Arrival({**known.headers, **more}, known.request_id)}


def _take_id(given: bytes | None) -> str:
    """Keep the id that a proxy gave, if it is one; anything else would let a stranger write the log."""
    return given.decode("ascii") if given and _REQUEST_ID.fullmatch(given) else str(uuid_utils.uuid7())
