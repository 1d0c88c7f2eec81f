"""Writes answers in the form that the caller asked for, with the status that this form wants."""

from collections.abc import Mapping

import msgspec
from graphql import ExecutionResult
from starlette.types import Receive, Scope, Send

from api.errors import Code, Told, tell, tell_field, tell_input
from api.events import COMPLETE, next_event
from api.negotiation import EVENT_STREAM, GRAPHQL_RESPONSE, JSON
from api.security import log_bug

_MOST_BUGS_LOGGED = 10  # a broken field in a list of thousands says the same thing thousands of times
_CONTENT_TYPE = {
    media_type: (b"content-type", f"{media_type}; charset=utf-8".encode())
    for media_type in (JSON, GRAPHQL_RESPONSE, EVENT_STREAM)
}

ANSWERED, FIELD_ERRORS, BUGS = "answered", "field_errors", "bugs"
"""Outcomes of operations that were run; the outcome of any other request is the code of its error."""


class Answer(msgspec.Struct):
    """An answer, ready to be sent.

    Attributes:
        outcome: What came of the request, for the count.
        status: HTTP status.
        headers: Its own headers, with names in lower case.
        body: Its content.
    """

    outcome: str
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


class Caller(msgspec.Struct, frozen=True):
    """Who is answered, as far as the form of the answer goes.

    Attributes:
        media_type: One of the three that `api.negotiation` knows.
        language: `zh` or `en`.
        request_id: The number under which bugs are logged.
    """

    media_type: str
    language: str
    request_id: str

    def turn_away(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Answer an HTTP request that cannot be taken; the status is the same in every form.

        Event streams have no form for this, so their callers get JSON.
        """
        media_type = JSON if self.media_type == EVENT_STREAM else self.media_type
        answer = _write(code, status, media_type, _encode({"errors": [tell(code, message)]}))
        for name, value in (headers or {}).items():
            answer.headers.append((name.lower().encode("latin-1"), value.encode("latin-1")))
        return answer

    def refuse(self, code: str, *errors: dict[str, object]) -> Answer:
        """Answer a well-formed request that is not run, so that there is no `data` at all.

        Clients of the older `application/json` expect 200 whatever a GraphQL answer says, and those of
        event streams get the errors as an event.
        """
        status = 400 if self.media_type == GRAPHQL_RESPONSE else 200
        return self._finish(code, _encode({"errors": errors}), status)

    def tell_result(self, result: ExecutionResult | bytes, operation: str | None) -> Answer:
        """Write what an operation gave; its errors are coded, and bugs are logged and masked.

        Args:
            result: What graphql-core made of the operation, or the JSON text of its `data`, whole and
                without errors. Values of `data` may be `msgspec.Raw`: JSON text that is written as it is.
            operation: Its name, for the log.
        """
        if isinstance(result, bytes):
            return self._finish(ANSWERED, b'{"data":' + result + b"}")
        errors = result.errors
        if not errors:
            return self._finish(ANSWERED, _encode({"data": result.data}))
        if result.data is None and all(error.path is None for error in errors):
            # Only the variables are looked at after validation and before the first field.
            code = Code.BAD_USER_INPUT
            return self.refuse(code, *(tell_input(error, code, self.language) for error in errors))
        told = [tell_field(error, self.language, self.request_id) for error in errors]
        bugs = [each for each in told if each.bug]
        self._log(bugs, operation)
        body = _encode({"data": result.data, "errors": [each.body for each in told]})
        return self._finish(BUGS if bugs else FIELD_ERRORS, body)

    def _finish(self, outcome: str, content: bytes, status: int = 200) -> Answer:
        """Write the whole answer to an operation; an event stream ends with it."""
        if self.media_type == EVENT_STREAM:
            content = next_event(content) + COMPLETE
        return _write(outcome, status, self.media_type, content)

    def _log(self, told: list[Told], operation: str | None) -> None:
        for each in told[:_MOST_BUGS_LOGGED]:
            if each.bug is not None:
                log_bug(
                    each.bug, operation=operation, field=each.body.get("path"), request_id=self.request_id
                )


def _write(outcome: str, status: int, media_type: str, content: bytes) -> Answer:
    length = b"content-length", b"%d" % len(content)
    return Answer(outcome, status, [_CONTENT_TYPE[media_type], length], content)


def _encode(body: Mapping[str, object]) -> bytes:
    return msgspec.json.encode(body, enc_hook=_as_plain)


def _as_plain(value: object) -> object:
    """Write what graphql-core lets through and msgspec does not know: subclasses of text and numbers."""
    for plain in (str, int, float):
        if isinstance(value, plain):
            return plain(value)
    raise TypeError(f"A resolver gave a {type(value).__name__}, which is no JSON value.")
