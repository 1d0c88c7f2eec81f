"""Every error that a client reads has a stable code, and no error tells how the inside is built."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from graphql import GraphQLError
from strawberry.exceptions import StrawberryInputCoercionError

from domain.problem import Invalid
from domain.refusal import Refusal, Unavailable
from resolvers.outage import is_outage


class Code(StrEnum):
    """The values of `extensions.code`."""

    BAD_REQUEST = "BAD_REQUEST"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    FORBIDDEN = "FORBIDDEN"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"
    NOT_FOUND = "NOT_FOUND"
    NO_HISTORY = "NO_HISTORY"
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
    TOO_COSTLY = "TOO_COSTLY"
    TRY_AGAIN = "TRY_AGAIN"
    UNAUTHENTICATED = "UNAUTHENTICATED"


_BUG = {
    "zh": "服务器内部错误，请联系技术支持并提供编号 {id}。",
    "en": "Internal server error. Tell support the number {id}.",
}
_ARGUMENT_WRONG = {
    "zh": "参数的值无效，请检查后重试。",
    "en": "The value of an argument cannot be used: check it and try again.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An error as the client reads it, and the bug behind it if it is one that must be logged.

    Attributes:
        body: The error object of the response, with message, places and `extensions.code`.
        bug: The exception that the client is not told about.
    """

    body: dict[str, object]
    bug: BaseException | None = None


def tell(code: str, message: str, at: GraphQLError | None = None, **more: str) -> dict[str, object]:
    """Write one error object of the response.

    Args:
        code: Value of `extensions.code`.
        message: What the person reads.
        at: The error that knows the places in the document and the path in the data.
        more: Further extensions.
    """
    body: dict[str, object] = {"message": message}
    if at is not None and at.locations:
        body["locations"] = [place.formatted for place in at.locations]
    if at is not None and at.path is not None:
        body["path"] = list(at.path)
    body["extensions"] = {"code": code, **more}
    return body


def tell_refusal(refusal: Refusal, language: str, at: GraphQLError | None = None) -> dict[str, object]:
    """Write the error object of a refusal in the caller's language."""
    return tell(refusal.code, refusal.message_for(language), at)


def mask(language: str, request_id: str, at: GraphQLError | None = None) -> dict[str, object]:
    """Write the error object of a bug: nothing but the number under which it was logged."""
    message = _BUG[language].format(id=request_id)
    return tell(Code.INTERNAL_SERVER_ERROR, message, at, requestId=request_id)


def tell_input(error: GraphQLError, code: Code, language: str) -> dict[str, object]:
    """Write the error object of an argument or variable that was refused before anything ran.

    A scalar's problem is told in its own words. The text of an unexpected exception, which graphql-core
    quotes, is cut off.
    """
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, Invalid):
            problem = cause.problem
            return tell(code, problem.message(language), error, problem=problem.code.value)
        if isinstance(cause, Refusal):
            return tell_refusal(cause, language, error)
    if all(isinstance(cause, (GraphQLError, ValueError, TypeError)) for cause in causes):
        return tell(code, error.message, error)
    return tell(code, _ARGUMENT_WRONG[language], error)


def tell_field(error: GraphQLError, language: str, request_id: str) -> Told:
    """Write the error object of a field that failed while the operation ran."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, Refusal):
            return Told(tell_refusal(cause, language, error))
        if isinstance(cause, Invalid):
            return Told(tell_input(error, Code.BAD_USER_INPUT, language))
        if isinstance(cause, StrawberryInputCoercionError):
            return Told(tell(Code.BAD_USER_INPUT, _ARGUMENT_WRONG[language], error))
    if _is_argument_error(causes):
        return Told(tell(Code.BAD_USER_INPUT, error.message, error))
    if is_outage(causes[-1]):
        return Told(tell_refusal(Unavailable(), language, error), bug=causes[-1])
    return Told(mask(language, request_id, error), bug=causes[-1])


def _is_argument_error(causes: list[BaseException]) -> bool:
    """Tell whether graphql-core itself refused an argument, which it does only with this beginning.

    It is the one case in which a variable that may be null stands where null is not allowed.
    """
    return all(type(cause) is GraphQLError for cause in causes) and str(causes[-1]).startswith("Argument '")


def _causes(error: GraphQLError) -> Iterator[BaseException]:
    """Follow graphql-core's wrappers to the exception inside; what caused that one is its own affair."""
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError):
        yield cause
        cause = cause.original_error or cause.__cause__
    if cause is not None:
        yield cause
