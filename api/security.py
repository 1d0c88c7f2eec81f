"""What every answer carries and every request must show: a request id, safe headers, proof of no forgery."""

import re
import traceback
from collections.abc import Mapping
from pathlib import PurePath

import msgspec
import structlog
import uuid_utils
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import mask
from api.language import choose_language

_log = structlog.stdlib.get_logger("weixiu.face")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_DEEPEST_FRAMES = 12

# A page of another site can send bodies of these types without asking first (the Fetch standard's
# "simple requests"), and none of these headers.
_SIMPLE_TYPES = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
_PROOFS = ("x-weixiu-request", "apollo-require-preflight", "x-requested-with", "authorization")

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A route may say otherwise, as the page of GraphiQL does.
_UNLESS_SAID = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}


def may_be_forged(media_type: str, headers: Headers) -> bool:
    """Tell whether a page of another site could have made the browser send this POST.

    Args:
        media_type: The body's type in lower case, without parameters; empty where none was given.
        headers: The request's headers; any one of the proofs makes a browser ask first.
    """
    return media_type in _SIMPLE_TYPES and not any(headers.get(name) for name in _PROOFS)


def request_id_of(connection: HTTPConnection) -> str:
    """Tell the id of a request; one that came past `SecureFace` gets its id now."""
    state: dict[str, str] = connection.scope.setdefault("state", {})
    return state.setdefault("request_id", _new_id())


def log_bug(error: BaseException, **known: object) -> None:
    """Log what went wrong by the kinds of errors and the places in the code, never by their texts.

    An exception's text may hold a name, an ID number or the parameters of a statement.
    """
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < _DEEPEST_FRAMES:
        kinds.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__)
    # Our own frames tell more than those of the libraries between them.
    ours = [frame for frame in frames if "site-packages" not in frame.filename]
    frames = (ours or frames)[-_DEEPEST_FRAMES:]
    places = [
        f"{'/'.join(PurePath(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}" for frame in frames
    ]
    _log.error("bug", error=kinds, at=places, **known)


class SecureFace:
    """Middleware around the whole application: request ids in and out, safe headers, masked bugs.

    Args:
        app: What is wrapped.
        https: Whether browsers are told to come by HTTPS only; for servers that are reached so.
    """

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self._app = app
        self._always = dict(_ALWAYS)
        if https:
            self._always["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _take_id(Headers(scope=scope).get("x-request-id"))
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def send_secured(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._secure(MutableHeaders(scope=message), request_id)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_secured)
            except Exception as error:  # noqa: BLE001 - the last place where a bug can be told safely
                log_bug(error, path=str(scope["path"])[:200])
                if not started:
                    await _send_bug(scope, send_secured, request_id)

    def _secure(self, headers: MutableHeaders, request_id: str) -> None:
        headers["X-Request-Id"] = request_id
        for name, value in self._always.items():
            headers[name] = value
        for name, value in _UNLESS_SAID.items():
            headers.setdefault(name, value)


def _take_id(given: str | None) -> str:
    """Keep the id that a proxy gave, if it is one; anything else would let a stranger write the log."""
    return given if given and _REQUEST_ID.fullmatch(given) else _new_id()


def _new_id() -> str:
    return str(uuid_utils.uuid7())


async def _send_bug(scope: Scope, send: Send, request_id: str) -> None:
    language = choose_language(Headers(scope=scope).get("accept-language"))
    answer: Mapping[str, object] = {"errors": [mask(language, request_id)]}
    await send(
        {
            "type": "http.response.start",
            "status": 500,
            "headers": [(b"content-type", b"application/json; charset=utf-8")],
        }
    )
    await send({"type": "http.response.body", "body": msgspec.json.encode(answer)})
