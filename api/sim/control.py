"""The control of the simulated city: what it heard, knows, and does wrong; for people and programs."""

import functools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from api.sim.bank import MISTAKES, Confirmation, NotConnectedError, SimBank
from api.sim.faults import MEANINGS, Fault
from api.sim.records import Contract, Listing, encode
from api.sim.town import SimTown
from api.sim.trading import Towns

T = TypeVar("T")
_PAGE = Path(__file__).parent / "page"
_POLICY = "default-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_LATEST = 500


class _Connection(msgspec.Struct, forbid_unknown_fields=True):
    product: str
    keys: dict[str, str]


class _Rows(msgspec.Struct, forbid_unknown_fields=True):
    rows: int


class _WrongError(Exception):
    """What was sent to the control cannot be used; the text says why."""


_Endpoint = Callable[[Request], Awaitable[Response]]


def control_routes(towns: Towns, bank: SimBank) -> list[Route]:
    """Give the page of the control and the addresses that it and programs use."""
    control = _Control(towns, bank)
    addresses: tuple[tuple[str, str, _Endpoint], ...] = (
        ("/control/state", "GET", control.state),
        ("/control/reset", "POST", control.reset),
        ("/control/bank", "POST", control.connect),
        ("/control/bank/confirm", "POST", control.confirm),
        ("/control/{city}/deposits", "GET", control.deposits),
        ("/control/{city}/requests", "GET", control.requests),
        ("/control/{city}/projects", "GET", control.projects),
        ("/control/{city}/projects", "POST", control.list_project),
        ("/control/{city}/contracts", "GET", control.contracts),
        ("/control/{city}/contracts", "POST", control.sign_contract),
        ("/control/{city}/faults", "GET", control.faults),
        ("/control/{city}/faults", "POST", control.fail),
        ("/control/{city}/faults", "DELETE", control.heal),
        ("/control/{city}/page", "POST", control.set_page),
    )
    return [
        Route("/", _page("index.html"), methods=["GET"]),
        Route("/control/page.js", _page("page.js"), methods=["GET"]),
        Route("/control/page.css", _page("page.css"), methods=["GET"]),
        *(Route(path, _answering(endpoint), methods=[method]) for path, method, endpoint in addresses),
    ]


def _page(name: str) -> _Endpoint:
    async def endpoint(_request: Request) -> Response:
        return FileResponse(_PAGE / name, headers={"Content-Security-Policy": _POLICY})

    return endpoint


def _answering(endpoint: _Endpoint) -> _Endpoint:
    """Refuse in words what cannot be used."""

    @functools.wraps(endpoint)
    async def answer(request: Request) -> Response:
        kind = request.headers.get("content-type", "")
        if request.method == "POST" and not kind.startswith("application/json"):
            # A page of another site can send a form here, but no JSON without being asked first.
            return JSONResponse({"error": "Send it as application/json."}, 415)
        try:
            return await endpoint(request)
        except _WrongError as error:
            return JSONResponse({"error": str(error)}, 422)

    return answer


class _Control:
    """Answers the control's requests."""

    def __init__(self, towns: Towns, bank: SimBank) -> None:
        self._towns, self._bank = towns, bank

    async def state(self, _request: Request) -> Response:
        """Tell how much there is of everything."""
        cities = {key: _summary(town) for key, town in self._towns.items()}
        faults, mistakes = (
            {kind.value: text for kind, text in table.items()} for table in (MEANINGS, MISTAKES)
        )
        bank = {"product": self._bank.product, "cities": sorted(self._bank.keys)}
        return JSONResponse({"cities": cities, "bank": bank, "faultKinds": faults, "bankMistakes": mistakes})

    async def reset(self, _request: Request) -> Response:
        """Begin again in every city."""
        for town in self._towns.values():
            town.reset()
        return JSONResponse({"reset": True})

    async def deposits(self, request: Request) -> Response:
        """List the deposits that were heard, the first one first; of one unit if one is named."""
        unit = request.query_params.get("unit")
        heard = [one for one in self._town(request).heard if unit in {None, one.message.unit_code}]
        return JSONResponse({"count": len(heard), "deposits": encode(heard[-_LATEST:])})

    async def requests(self, request: Request) -> Response:
        """List the latest requests."""
        asked = self._town(request).asked
        return JSONResponse({"count": len(asked), "requests": encode(asked[-_LATEST:])})

    async def projects(self, request: Request) -> Response:
        """List the projects with their developers and buildings."""
        return JSONResponse({"projects": encode(list(self._town(request).projects.values()))})

    async def list_project(self, request: Request) -> Response:
        """Know one more project with its units."""
        self._town(request).list_project(listing := await _read(request, Listing))
        return JSONResponse({"project": listing.project.id, "units": len(listing.units)})

    async def contracts(self, request: Request) -> Response:
        """List the contracts with their buyers, who are made up."""
        return JSONResponse({"contracts": encode(list(self._town(request).contracts.values()))})

    async def sign_contract(self, request: Request) -> Response:
        """Know one more contract."""
        self._town(request).sign_contract(contract := await _read(request, Contract))
        return JSONResponse({"contract": contract.contract_no})

    async def faults(self, request: Request) -> Response:
        """List what goes wrong now."""
        return JSONResponse({"faults": encode(self._town(request).faults)})

    async def fail(self, request: Request) -> Response:
        """Let something go wrong from now on."""
        town = self._town(request)
        town.faults.append(await _read(request, Fault))
        return JSONResponse({"faults": encode(town.faults)})

    async def heal(self, request: Request) -> Response:
        """Let everything go right again."""
        self._town(request).heal()
        return JSONResponse({"faults": []})

    async def set_page(self, request: Request) -> Response:
        """Say how many rows a page of an answer has."""
        rows = (await _read(request, _Rows)).rows
        if rows < 1:
            raise _WrongError("A page has at least one row.")
        self._town(request).page = rows
        return JSONResponse({"rows": rows})

    async def connect(self, request: Request) -> Response:
        """Tell the bank where the product is, and its keys there."""
        told = await _read(request, _Connection)
        self._bank.product, self._bank.keys = told.product, told.keys
        return JSONResponse({"product": told.product, "cities": sorted(told.keys)})

    async def confirm(self, request: Request) -> Response:
        """Let the bank confirm a notice."""
        try:
            return JSONResponse({"answers": await self._bank.confirm(await _read(request, Confirmation))})
        except NotConnectedError as error:
            raise _WrongError(str(error)) from error

    def _town(self, request: Request) -> SimTown:
        try:
            return self._towns[request.path_params["city"]]
        except KeyError:
            raise _WrongError(f"There is no such city: choose {', '.join(self._towns)}.") from None


def _summary(town: SimTown) -> dict[str, Any]:
    return {
        "projects": len(town.projects),
        "units": sum(map(len, town.units.values())),
        "contracts": len(town.contracts),
        "deposits": len(town.heard),
        "repeated": sum(heard.times - 1 for heard in town.heard),
        "outOfOrder": sum(heard.late for heard in town.heard),
        "requests": len(town.asked),
        "faults": len(town.faults),
        "page": town.page,
    }


async def _read(request: Request, what: type[T]) -> T:
    try:
        return msgspec.json.decode(await request.body(), type=what)
    except msgspec.DecodeError as error:
        raise _WrongError(str(error)) from error
