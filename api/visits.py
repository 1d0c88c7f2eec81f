"""Who sends a request: a bearer token, a machine key, or nobody."""

from starlette.requests import Request

from api.language import language_of
from api.security import request_id_of
from domain.actor import Actor
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
    actor = None
    signed, key = request.headers.get("Authorization"), request.headers.get(KEY_HEADER)
    if signed is not None or key is not None:
        actor = await _find(desk, signed, key)
        if actor is None or actor.city not in desk.cities:
            raise Unauthenticated
    address = request.client.host if request.client else ""
    return Visit(
        desk, actor, language=language_of(request), request_id=request_id_of(request), address=address
    )


async def _find(desk: Desk, signed: str | None, key: str | None) -> Actor | None:
    """Find who a token or key stands for; a bearer token goes before a key."""
    scheme, _, token = (signed or "").partition(" ")
    if signed is not None and scheme.lower() == "bearer":
        return await authenticate(desk, token.strip(), desk.clock())
    return await authenticate_key(desk, (key or "").strip(), desk.clock())
