"""Writes answers in the form that the caller asked for, with the status that this form wants."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from graphql import ExecutionResult
from starlette.responses import Response

from api.errors import Code, Told, tell, tell_field, tell_input
from api.negotiation import GRAPHQL_RESPONSE
from api.security import log_bug

_MOST_BUGS_LOGGED = 10  # a broken field in a list of thousands says the same thing thousands of times


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is answered, as far as the form of the answer goes.

    Attributes:
        media_type: `application/graphql-response+json` or `application/json`.
        language: `zh` or `en`.
        request_id: The number under which bugs are logged.
    """

    media_type: str
    language: str
    request_id: str

    def answer(
        self, body: Mapping[str, object], status: int, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Write an answer with a given status."""
        content = msgspec.json.encode(body, enc_hook=_as_plain)
        return Response(content, status, headers, f"{self.media_type}; charset=utf-8")

    def turn_away(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Answer an HTTP request that cannot be taken; the status is the same in every form."""
        return self.answer({"errors": [tell(code, message)]}, status, headers)

    def refuse(self, *errors: dict[str, object]) -> Response:
        """Answer a well-formed request that is not run, so that there is no `data` at all.

        Clients of the older `application/json` expect 200 whatever a GraphQL answer says.
        """
        return self.answer({"errors": errors}, 400 if self.media_type == GRAPHQL_RESPONSE else 200)

    def tell_result(self, result: ExecutionResult, operation: str | None) -> Response:
        """Write what an operation gave; its errors are coded, and bugs are logged and masked.

        Args:
            result: What graphql-core made of the operation.
            operation: Its name, for the log.
        """
        errors = result.errors or []
        if result.data is None and errors and all(error.path is None for error in errors):
            # Only the variables are looked at after validation and before the first field.
            return self.refuse(*(tell_input(error, Code.BAD_USER_INPUT, self.language) for error in errors))
        body: dict[str, object] = {"data": result.data}
        if errors:
            told = [tell_field(error, self.language, self.request_id) for error in errors]
            body["errors"] = [each.body for each in told]
            self._log([each for each in told if each.bug], operation)
        return self.answer(body, 200)

    def _log(self, told: list[Told], operation: str | None) -> None:
        for each in told[:_MOST_BUGS_LOGGED]:
            if each.bug is not None:
                log_bug(
                    each.bug, operation=operation, field=each.body.get("path"), request_id=self.request_id
                )


def _as_plain(value: object) -> object:
    """Write what graphql-core lets through and msgspec does not know: subclasses of text and numbers."""
    for plain in (str, int, float):
        if isinstance(value, plain):
            return plain(value)
    raise TypeError(f"A resolver gave a {type(value).__name__}, which is no JSON value.")
