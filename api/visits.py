"""Who sends a request: a bearer token, a machine key, or nobody."""

from starlette.requests import Request

from api.language import language_of
from api.security import request_id_of
from domain.refusal import Unauthenticated
from resolvers.desk import Desk
from resolvers.sessions import authenticate, authenticate_key
from resolvers.visit import Visit

KEY_HEADER = "X-Weixiu-Key"


async def make_visit(desk: Desk, request: Request) -> Visit:
    """Find out who sends a request.

    Raises:
        Unauthenticated: A token or key was sent, but it is unknown or has ended.
    """
    actor, now = None, desk.clock()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    key = request.headers.get(KEY_HEADER)
    if token and scheme.lower() == "bearer":
        actor = await authenticate(desk, token.strip(), now)
    elif key:
        actor = await authenticate_key(desk, key.strip(), now)
    if actor is None and (token or key):
        raise Unauthenticated
    if actor is not None and actor.city not in desk.cities:
        raise Unauthenticated
    address = request.client.host if request.client else ""
    return Visit(
        desk, actor, language=language_of(request), request_id=request_id_of(request), address=address
    )
