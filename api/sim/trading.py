"""The line to the simulated transaction systems: who is asking is told by the signature of each request."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.sim.faults import Answer, Fault, Question, respond
from api.sim.records import Asked
from api.sim.town import SimTown

FRESH_SECONDS = 300
Towns: TypeAlias = Mapping[str, SimTown]
SimClock: TypeAlias = Callable[[], float]
_Reply: TypeAlias = Callable[[SimTown, Request, bytes, Fault | None], Answer]


class _Numbers(msgspec.Struct, rename="camel"):
    contract_nos: list[str]


def trading_routes(towns: Towns, clock: SimClock) -> list[Route]:
    """Give the addresses under which a transaction system is asked."""

    def route(path: str, method: str, question: Question, reply: _Reply) -> Route:
        return Route(path, _endpoint(towns, clock, question, reply), methods=[method])

    return [
        route("/projects", "GET", Question.PROJECTS, _projects),
        route("/projects/{project}/units", "GET", Question.UNITS, _units),
        route("/contracts/find", "POST", Question.CONTRACTS, _contracts),
        route("/deposits/{unit}", "PUT", Question.DEPOSITS, _deposit),
    ]


def _endpoint(
    towns: Towns, clock: SimClock, question: Question, reply: _Reply
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        town = _admit(towns, clock, request, body)
        if town is None:
            return JSONResponse({"error": "signature"}, 401)
        fault = town.meet_fault(question, request.path_params.get("unit"))
        response = await respond(fault, lambda: reply(town, request, body, fault))
        met = fault and fault.kind.value
        town.note(Asked(question=question, path=_path(request), fault=met, status=response.status_code))
        return response

    return endpoint


def _admit(towns: Towns, clock: SimClock, request: Request, body: bytes) -> SimTown | None:
    """Tell whose request this is; apart from the product's own signing, so that each tests the other."""
    town = towns.get(request.headers.get("x-city-key", ""))
    time = request.headers.get("x-city-time", "")
    if town is None or not time.isdecimal() or abs(clock() - int(time)) > FRESH_SECONDS:
        return None
    text = "\n".join([request.method, _path(request), time, hashlib.sha256(body).hexdigest()])
    right = hmac.new(town.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    given = request.headers.get("x-city-signature", "")
    return town if hmac.compare_digest(right.encode(), given.encode()) else None


def _path(request: Request) -> str:
    """Give the address as it was sent: nothing decoded, with what was asked behind it."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    return (raw + b"?" + query if query else raw).decode("latin-1")


def _projects(town: SimTown, request: Request, _body: bytes, _fault: Fault | None) -> Answer:
    asked = request.query_params
    return town.answer_projects(asked.get("keyword"), asked.get("uscc"), asked.get("after"))


def _units(town: SimTown, request: Request, _body: bytes, fault: Fault | None) -> Answer:
    asked = request.query_params
    project = request.path_params["project"]
    return town.answer_units(project, asked.getlist("building"), asked.get("after"), fault)


def _contracts(town: SimTown, _request: Request, body: bytes, _fault: Fault | None) -> Answer:
    try:
        numbers = msgspec.json.decode(body, type=_Numbers).contract_nos
    except msgspec.DecodeError as error:
        return 422, {"error": str(error)}
    return town.answer_contracts(numbers)


def _deposit(town: SimTown, request: Request, body: bytes, _fault: Fault | None) -> Answer:
    return town.take_deposit(request.path_params["unit"], request.headers.get("idempotency-key"), body)
