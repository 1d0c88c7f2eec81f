"""Answers plain HTTP requests: refusals with the status that fits them, visits that end however it goes."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import MappingProxyType

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from api.intake import BadRequest
from api.language import language_of
from api.security import log_bug
from domain.refusal import Refusal, Unauthenticated, Unavailable
from resolvers.act import abandon
from resolvers.outage import is_outage
from resolvers.visit import Visit

_BUSY = 503
_STATUS = MappingProxyType(
    {"UNAUTHENTICATED": 401, "FORBIDDEN": 403, "NOT_FOUND": 404, "TRY_AGAIN": _BUSY, "TOO_COSTLY": _BUSY}
)


@asynccontextmanager
async def visiting(visit: Visit) -> AsyncGenerator[Visit]:
    """Let somebody who is signed in be answered, and close the visit however that ends.

    Raises:
        Unauthenticated: Nobody is signed in.
    """
    try:
        visit.signed_in()
        yield visit
    finally:
        await abandon(visit)
        await visit.close()


async def answer_plain(
    request: Request, answer: Callable[[], Awaitable[Response]], scheme: str = "Bearer"
) -> Response:
    """Answer a request, or say why not.

    Args:
        request: The request.
        answer: What is answered.
        scheme: By what means one signs in there.
    """
    try:
        return await answer()
    except Refusal as refused:
        return refuse(refused, language_of(request), scheme)
    except BadRequest as bad:
        told = {"code": "BAD_REQUEST", "message": bad.message}
        return JSONResponse({"error": told}, bad.status, headers=bad.headers)
    except ClientDisconnect:
        return Response(status_code=400)
    except Exception as error:
        if not is_outage(error):
            raise
        log_bug(error, path=request.url.path[:200])
        return refuse(Unavailable(), language_of(request), scheme)


def refuse(refused: Refusal, language: str, scheme: str = "Bearer") -> Response:
    """Write a refusal in the caller's language; whoever is told to try again is told when."""
    headers: dict[str, str] = {}
    status = _STATUS.get(refused.code, 400)
    if isinstance(refused, Unauthenticated):
        headers["WWW-Authenticate"] = scheme
    elif status == _BUSY:
        headers["Retry-After"] = "1"
    told = {"code": refused.code, "message": refused.message_for(language)}
    return JSONResponse({"error": told}, status, headers=headers)
