"""Takes in a body: its type, its bytes and its JSON, or says with the right status why not."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NoReturn, cast

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive

from api.arrival import Arrival, arrival_of
from api.errors import Code
from api.limits import Limits

_LONGEST_TYPE = 300  # characters; the boundary of an upload has at most 70


class BadRequest(Exception):  # noqa: N818 - an outcome that is told to the caller
    """The HTTP request cannot be taken.

    Attributes:
        status: HTTP status, the same for every Accept header.
        code: Value of `extensions.code`.
        message: For the developer of the client, in English as GraphQL's own messages are.
        headers: Headers that the status asks for.
    """

    def __init__(
        self,
        message: str,
        status: int = 400,
        code: Code = Code.BAD_REQUEST,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.headers = headers


def media_type_of(request: Request) -> str:
    """Tell the type of a request's body in lower case, without parameters.

    Raises:
        BadRequest: 415 for a body in another encoding than plain UTF-8.
    """
    return body_type(arrival_of(request.scope))


def body_type(arrival: Arrival) -> str:
    """Tell what `media_type_of` tells, of a request whose headers were read."""
    said = arrival.header(b"content-type") or ""
    encoding = arrival.headers.get(b"content-encoding")
    if encoding is not None and encoding.lower() != b"identity":
        raise BadRequest("A compressed body is not accepted.", 415, headers={"Accept-Encoding": "identity"})
    return _read_usual_type(said) if len(said) <= _LONGEST_TYPE else _read_type(said)


def _read_type(said: str) -> str:
    media_type, *parameters = (part.strip().lower() for part in said.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in {"utf-8", "utf8"}:
            raise BadRequest("Only UTF-8 is accepted.", 415)
    return media_type


_read_usual_type = lru_cache(maxsize=64)(_read_type)


async def read_bytes(request: Request, most: int) -> bytes:
    """Read a body of at most so many bytes.

    Raises:
        BadRequest: 413 for a larger one; it is not read to its end.
        ClientDisconnect: The client left in the middle.
    """
    return await read_body(arrival_of(request.scope), request.receive, most)


async def read_body(arrival: Arrival, receive: Receive, most: int) -> bytes:
    """Do what `read_bytes` does for a request whose headers were read."""
    told = arrival.headers.get(b"content-length", b"")
    if told.isdigit() and int(told[:20]) > most:
        refuse_large(most)
    pieces: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece: bytes = message.get("body", b"")
        pieces.append(piece)
        size += len(piece)
        if size > most:
            refuse_large(most)
        more = message.get("more_body", False)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def refuse_large(most: int) -> NoReturn:
    """Say that a body or a part of it is larger than so many bytes."""
    raise BadRequest(f"At most {most} bytes are accepted.", 413)


def decode_json(raw: bytes, limits: Limits, name: str) -> object:
    """Decode JSON that is UTF-8, free of lone surrogates and U+0000, and not nested too deep.

    Raises:
        BadRequest: 400, naming what was decoded.
    """
    try:
        value: object = msgspec.json.decode(raw)
    except (ValueError, RecursionError) as error:
        # msgspec's own errors and UnicodeDecodeError are both ValueErrors.
        raise BadRequest(f"The {name} is not valid JSON in UTF-8.") from error
    # Counting brackets is much cheaper than walking; only a body with many of them is walked.
    if raw.count(b"[") + raw.count(b"{") > limits.nesting or b"\\u0000" in raw:
        _walk(value, limits, name)
    return value


def _walk(value: object, limits: Limits, name: str) -> None:
    """Refuse nesting beyond the limit and U+0000, which PostgreSQL cannot store in a text."""
    level = [value]
    for _ in range(limits.nesting + 1):
        below: list[object] = []
        for item in level:
            if isinstance(item, str):
                if "\0" in item:
                    raise BadRequest(f"The {name} has the character U+0000, which is not accepted.")
            elif isinstance(item, dict):
                inner = cast("dict[str, object]", item)
                below.extend(inner)
                below.extend(inner.values())
            elif isinstance(item, list):
                below.extend(cast("list[object]", item))
        if not below:
            return
        level = below
    raise BadRequest(f"The {name} is nested more than {limits.nesting} levels deep.")
