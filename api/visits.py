"""Who sends a request: a bearer token, a machine key, or nobody."""

from functools import partial

from starlette.requests import Request

from api.arrival import arrival_of
from api.language import language_of
from domain.actor import Actor
from domain.refusal import Unauthenticated
from resolvers.desk import Desk
from resolvers.keys import authenticate_key
from resolvers.sessions import authenticate, remember_session
from resolvers.visit import Visit

KEY_HEADER = "X-Weixiu-Key"
_KEY = KEY_HEADER.lower().encode()


async def make_visit(desk: Desk, request: Request, *, remember: bool = False) -> Visit:
    """Find out who sends a request.

    Args:
        desk: What the product holds.
        request: The request.
        remember: Take who the token stood for within the last minute; before anything but a statement with
            its own guard is run, `Visit.confirm` has to be asked.

    Raises:
        Unauthenticated: A token or key was sent, but it is unknown or has ended.
    """
    actor, renew = None, None
    arrival = arrival_of(request.scope)
    signed, key = arrival.header(b"authorization"), arrival.header(_KEY)
    client = request.scope.get("client")
    address = client[0] if client else ""
    if signed is not None or key is not None:
        token = _bearer(signed)
        if remember and token is not None:
            actor = remember_session(desk, token, desk.clock())
            renew = partial(_find, desk, signed, key, address) if actor else None
        actor = actor or await _find(desk, signed, key, address)
        if actor is None or actor.city not in desk.cities:
            raise Unauthenticated
    visit = Visit(desk, actor, language=language_of(request), request_id=arrival.request_id, address=address)
    visit.agent = arrival.header(b"user-agent") or ""
    visit.renew = renew
    return visit


def _bearer(signed: str | None) -> str | None:
    scheme, _, token = (signed or "").partition(" ")
    return token.strip() if signed is not None and scheme.lower() == "bearer" else None


async def _find(desk: Desk, signed: str | None, key: str | None, address: str) -> Actor | None:
    """Find who a token or key stands for; a bearer token goes before a key."""
    token = _bearer(signed)
    if token is not None:
        return await authenticate(desk, token, desk.clock())
    return await authenticate_key(desk, (key or "").strip(), desk.clock(), address)
