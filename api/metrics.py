"""What the process counted, for the monitoring of whoever runs it, in the text format of Prometheus."""

import hmac
from collections.abc import Iterable, Iterator
from ipaddress import IPv6Address, ip_address
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.arrival import arrival_of
from resolvers.tally import Count, Tally

_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
# Any of them says that a proxy stands between, and the question may come from anywhere.
_FORWARDED = frozenset(
    {b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip"}
)


def metrics_routes(tally: Tally, token: str | None) -> list[Route]:
    """Make the route of the metrics.

    Args:
        tally: What was counted.
        token: What a caller shows as bearer token; without one only this machine itself is answered.
    """

    async def show(request: Request) -> Response:
        refused = _refuse_token(request, token) if token else _refuse_distance(request)
        return refused or Response(write_metrics(tally), headers={"content-type": _FORMAT})

    return [Route("/metrics", show)]


def write_metrics(tally: Tally) -> str:
    """Write every counter and every level; counters have `_total` at their end."""
    return "".join([*_write(tally, "counter", "_total"), *_write(tally.levels(), "gauge", "")])


def _write(counts: Iterable[Count], kind: str, end: str) -> Iterator[str]:
    for name, group in groupby(counts, key=lambda count: count.name):
        full = f"weixiu_{name}{end}"
        yield f"# TYPE {full} {kind}\n"
        for count in group:
            labels = ",".join(f'{label}="{_escape(value)}"' for label, value in count.labels)
            yield f"{full}{{{labels}}} {count.number}\n" if labels else f"{full} {count.number}\n"


def _escape(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _refuse_token(request: Request, token: str) -> Response | None:
    scheme, _, given = (arrival_of(request.scope).header(b"authorization") or "").partition(" ")
    known = hmac.compare_digest(given.strip().encode(), token.encode())
    if scheme.lower() == "bearer" and known:
        return None
    return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})


def _refuse_distance(request: Request) -> Response | None:
    """Refuse whoever is not on this machine as if there were nothing here."""
    forwarded = not _FORWARDED.isdisjoint(arrival_of(request.scope).headers)
    if not forwarded and request.client is not None and _is_loopback(request.client.host):
        return None
    return Response("Not Found", 404, media_type="text/plain")


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback
