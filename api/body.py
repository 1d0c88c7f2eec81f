"""Reads a GraphQL request out of an HTTP request, or says with the right status why it is none."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import parse_qsl

import msgspec
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Receive

from api.arrival import Arrival
from api.intake import BadRequest, decode_json, read_body, refuse_large
from api.limits import Limits

_MOST_PARAMETERS = 20
# By which a request may name a document that the server knows: the GraphQL-over-HTTP draft, then Relay's.
_NAMES = ("documentId", "doc_id", "id")


class GraphQLRequest(msgspec.Struct, frozen=True):
    """The parameters of a GraphQL request.

    Attributes:
        query: Text of the document, unless the client names one that the server knows.
        operation_name: Which operation of the document to run.
        variables: Values of the operation's variables; uploads stand in them as `UploadFile`.
        extensions: What the client adds for the server.
        files: The uploads, to be closed after the operation.
        name: What stands for the text where there is none: its SHA-256 in hex.
    """

    query: str | None
    operation_name: str | None
    variables: dict[str, object]
    extensions: dict[str, object]
    files: tuple[UploadFile, ...] = ()
    name: str | None = None

    async def close(self) -> None:
        """Drop the uploaded files."""
        for file in self.files:
            await file.close()


class _Posted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON that clients usually send; any other is read with more patience."""

    query: str | None = None
    operation_name: str | None = msgspec.field(default=None, name="operationName")
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = msgspec.field(default=None, name="documentId")
    doc_id: str | None = None
    id: str | None = None


_posted = msgspec.json.Decoder(_Posted)


def read_parameters(payload: object, limits: Limits) -> dict[str, object]:
    """Take the payload of a request, which must be one object, with its query as text or a name for it.

    Raises:
        BadRequest: 400 for a parameter of the wrong type.
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
    if query is None and _find_name(given) is not None:
        return given
    if not isinstance(query, str):
        raise BadRequest("The parameter query must be a string.")
    if len(query) > limits.body:
        refuse_large(limits.body)
    return given


def _find_name(given: dict[str, object]) -> str | None:
    """Find the hash by which a request without a query names its document."""
    for parameter in _NAMES:
        name = given.get(parameter)
        if isinstance(name, str):
            return name.removeprefix("sha256:")
    return _find_hash(cast("dict[str, object]", given.get("extensions") or {}))


def _find_hash(extensions: Mapping[str, object]) -> str | None:
    """Find the hash where Apollo's and urql's clients put it; one that is no text names nothing known."""
    if "persistedQuery" not in extensions:
        return None
    persisted = extensions["persistedQuery"]
    name = cast("dict[str, object]", persisted).get("sha256Hash") if isinstance(persisted, dict) else None
    return name if isinstance(name, str) else ""


def as_request(given: dict[str, object], files: tuple[UploadFile, ...] = ()) -> GraphQLRequest:
    """Put checked parameters in their places."""
    query = cast("str | None", given.get("query"))
    return GraphQLRequest(
        query=query,
        operation_name=cast("str | None", given.get("operationName")),
        variables=cast("dict[str, object]", given.get("variables") or {}),
        extensions=cast("dict[str, object]", given.get("extensions") or {}),
        files=files,
        name=_find_name(given) if query is None else None,
    )


def read_query_string(request: Request, limits: Limits) -> GraphQLRequest:
    """Read the request of a GET from its address; `variables` and `extensions` are JSON texts there.

    Raises:
        BadRequest: 400, or 413 for an address that is too long.
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


async def read_json(arrival: Arrival, receive: Receive, limits: Limits) -> GraphQLRequest:
    """Read the request of a POST from its JSON body.

    Raises:
        BadRequest: 400, or 413 for a body that is too large.
        ClientDisconnect: The client left in the middle.
    """
    raw = await read_body(arrival, receive, limits.body)
    usual = _read_usual(raw, limits)
    return usual or as_request(read_parameters(decode_json(raw, limits, "body"), limits))


def _read_usual(raw: bytes, limits: Limits) -> GraphQLRequest | None:
    """Read a body in one go, or give None where it is unusual, wrong or might be nested too deep.

    Brackets bound the nesting; those of the query's text are no nesting. Escapes of ASCII characters are
    rare, and could hide U+0000 or a bracket of the query.
    """
    if b"\\u00" in raw:
        return None
    try:
        posted = _posted.decode(raw)
    except (ValueError, RecursionError):
        return None
    query, extensions, name = posted.query, posted.extensions or {}, None
    brackets = raw.count(b"{") + raw.count(b"[")
    if query is None:
        name = posted.document_id or posted.doc_id or posted.id or _find_hash(extensions)
        if name is None:
            return None
        name = name.removeprefix("sha256:")
    elif brackets > limits.nesting:
        brackets -= query.count("{") + query.count("[")
    if brackets > limits.nesting:
        return None
    return GraphQLRequest(query, posted.operation_name, posted.variables or {}, extensions, (), name)
