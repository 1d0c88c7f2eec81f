"""What every answer carries and every request must show: a request id, safe headers, proof of no forgery."""

import traceback
from collections.abc import Iterable
from pathlib import PurePath

import msgspec
import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.arrival import PRESENT_ID, arrival_of
from api.errors import mask, tell_refusal
from api.language import choose_language
from domain.refusal import Unavailable
from resolvers.outage import is_outage

_log = structlog.stdlib.get_logger("weixiu.face")

_DEEPEST_FRAMES = 12

# A page of another site can send bodies of these types without asking first (the Fetch standard's
# "simple requests"), and none of these headers.
_SIMPLE_TYPES = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
_PROOFS = ("x-weixiu-request", "apollo-require-preflight", "x-requested-with", "authorization")

_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
}
# A route may say otherwise, as the page of GraphiQL does.
_UNLESS_SAID = {
    b"cache-control": b"no-store",
    b"content-security-policy": (
        b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}
_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_ID = b"x-request-id"


def may_be_forged(media_type: str, headers: Headers) -> bool:
    """Tell whether a page of another site could have made the browser send this POST.

    Args:
        media_type: The body's type in lower case, without parameters; empty where none was given.
        headers: The request's headers; any one of the proofs makes a browser ask first.
    """
    return media_type in _SIMPLE_TYPES and not any(headers.get(name) for name in _PROOFS)


def log_bug(error: BaseException, **known: object) -> None:
    """Log what went wrong by the kinds of errors and the places in the code, never by their texts.

    An exception's text may hold a name, an ID number or the parameters of a statement. That the database is
    away is no mistake in the code, and is said in a word.
    """
    if is_outage(error):
        _log.warning("database away", error=type(error).__qualname__, **known)
        return
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
        always = [*_ALWAYS.items(), *([_HTTPS_ONLY] if https else [])]
        self._ours = frozenset([_ID, *(name for name, _ in always)])
        self._always = always
        self._usual = [*always, *_UNLESS_SAID.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = arrival_of(scope).request_id
        started = False

        async def send_secured(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = self._secure(message.get("headers", ()), request_id)
            await send(message)

        answered = PRESENT_ID.set(request_id)
        try:
            await self._app(scope, receive, send_secured)
        except Exception as error:  # noqa: BLE001 - the last place where a bug can be told safely
            log_bug(error, path=str(scope["path"])[:200])
            if not started:
                await _send_bug(scope, send_secured, request_id, error)
        finally:
            PRESENT_ID.reset(answered)

    def _secure(self, said: Iterable[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
        """Add what every answer carries to the headers that a route said; theirs are in lower case."""
        headers = list(said)
        names = {name for name, _ in headers}
        if not names.isdisjoint(self._ours):
            headers = [each for each in headers if each[0] not in self._ours]
        if names.isdisjoint(_UNLESS_SAID):
            headers += self._usual
        else:
            headers += self._always
            headers += [each for each in _UNLESS_SAID.items() if each[0] not in names]
        headers.append((_ID, request_id.encode("ascii")))
        return headers


async def _send_bug(scope: Scope, send: Send, request_id: str, error: Exception) -> None:
    language = choose_language(arrival_of(scope).header(b"accept-language"))
    headers = [(b"content-type", b"application/json; charset=utf-8")]
    status, told = 500, mask(language, request_id)
    if is_outage(error):
        status, told = 503, tell_refusal(Unavailable(), language)
        headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": msgspec.json.encode({"errors": [told]})})
