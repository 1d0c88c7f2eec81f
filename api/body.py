"""Reads a GraphQL request out of an HTTP request, or says with the right status why it is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn, cast
from urllib.parse import parse_qsl

import msgspec
from starlette.datastructures import UploadFile
from starlette.requests import Request

from api.errors import Code
from api.limits import Limits

_MOST_PARAMETERS = 20


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


class PersistedQueryUnknown(Exception):  # noqa: N818 - an outcome that is told to the caller
    """The client sent only the hash of a query, hoping that the server knows it."""


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """The parameters of a GraphQL request.

    Attributes:
        query: Text of the document.
        operation_name: Which operation of the document to run.
        variables: Values of the operation's variables; uploads stand in them as `UploadFile`.
        extensions: What the client adds for the server.
        files: The uploads, to be closed after the operation.
    """

    query: str
    operation_name: str | None
    variables: dict[str, object]
    extensions: dict[str, object]
    files: tuple[UploadFile, ...] = field(default=())

    async def close(self) -> None:
        """Drop the uploaded files."""
        for file in self.files:
            await file.close()


def media_type_of(request: Request) -> str:
    """Tell the type of a request's body in lower case, without parameters.

    Raises:
        BadRequest: 415 for a body in another encoding than plain UTF-8.
    """
    media_type, *parameters = (
        part.strip().lower() for part in request.headers.get("content-type", "").split(";")
    )
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in {"utf-8", "utf8"}:
            raise BadRequest("Only UTF-8 is accepted.", 415)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise BadRequest("A compressed body is not accepted.", 415, headers={"Accept-Encoding": "identity"})
    return media_type


async def read_bytes(request: Request, most: int) -> bytes:
    """Read a body of at most so many bytes.

    Raises:
        BadRequest: 413 for a larger one; it is not read to its end.
    """
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:20]) > most:
        refuse_large(most)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            refuse_large(most)
    return bytes(body)


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


def read_parameters(payload: object, limits: Limits) -> dict[str, object]:
    """Take the payload of a request, which must be one object, with its query as text.

    Raises:
        BadRequest: 400 for a parameter of the wrong type.
        PersistedQueryUnknown: There is a hash in place of the query.
    """
    if isinstance(payload, list):
        raise BadRequest("Several operations in one request are not accepted: send them one by one.")
    if not isinstance(payload, dict):
        raise BadRequest("The request must be a JSON object with a query.")
    given = cast("dict[str, object]", payload)
    for name in ("variables", "extensions"):
        if not isinstance(given.get(name), dict | None):
            raise BadRequest(f"The parameter {name} must be an object.")
    if not isinstance(given.get("operationName"), str | None):
        raise BadRequest("The parameter operationName must be a string.")
    query = given.get("query")
    if query is None and "persistedQuery" in cast("dict[str, object]", given.get("extensions") or {}):
        raise PersistedQueryUnknown
    if not isinstance(query, str):
        raise BadRequest("The parameter query must be a string.")
    if len(query) > limits.body:
        refuse_large(limits.body)
    return given


def as_request(given: dict[str, object], files: tuple[UploadFile, ...] = ()) -> GraphQLRequest:
    """Put checked parameters in their places."""
    return GraphQLRequest(
        query=cast("str", given["query"]),
        operation_name=cast("str | None", given.get("operationName")),
        variables=cast("dict[str, object]", given.get("variables") or {}),
        extensions=cast("dict[str, object]", given.get("extensions") or {}),
        files=files,
    )


def read_query_string(request: Request, limits: Limits) -> GraphQLRequest:
    """Read the request of a GET from its address; `variables` and `extensions` are JSON texts there.

    Raises:
        BadRequest: 400, or 413 for an address that is too long.
        PersistedQueryUnknown: There is a hash in place of the query.
    """
    raw: bytes = request.scope["query_string"]
    if len(raw) > limits.body:
        refuse_large(limits.body)
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except ValueError as error:
        raise BadRequest("The address is not well-formed UTF-8.") from error
    given: dict[str, object] = {}
    for name, text in pairs:
        if name in given:
            raise BadRequest(f"The parameter {name[:40]!a} is given twice.")
        given[name] = text
    for name in ("variables", "extensions"):
        text = given.get(name)
        if isinstance(text, str):
            given[name] = decode_json(text.encode(), limits, name) if text else None
    return as_request(read_parameters(given, limits))


async def read_json(request: Request, limits: Limits) -> GraphQLRequest:
    """Read the request of a POST from its JSON body.

    Raises:
        BadRequest: 400, or 413 for a body that is too large.
        PersistedQueryUnknown: There is a hash in place of the query.
    """
    raw = await read_bytes(request, limits.body)
    return as_request(read_parameters(decode_json(raw, limits, "body"), limits))


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
