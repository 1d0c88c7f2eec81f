"""The city's transaction system (房地产交易系统) over HTTP: signed, within limits, and tried again."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import httpx
import msgspec

from domain.clock import Clock, system_clock
from domain.signing import sign
from domain.trading import FetchedUnit, Project, RefusedError, SaleContract, TradingError
from resolvers.trading.answers import ContractsFound, ProjectPage, Receipt, UnitPage, decode, once

CONTRACTS_AT_ONCE = 500

# Of a question, not of a message: the worker has its own, longer pauses.
_TRIES = 3
_TRYING_SECONDS = 8.0
_FIRST_PAUSE_SECONDS = 0.2
_MOST_PAGES = 200
_MOST_BYTES = 16 << 20
_LONGEST_WAIT_SECONDS = 300
_DOWN_SECONDS = 30

# With 401 and 403 our key is not taken there, which somebody may set right; so messages are kept meanwhile.
_LATER = frozenset({401, 403, 408, 425, 429})
_OK = 200
_SERVER_ERRORS = 500

Page = TypeVar("Page", ProjectPage, UnitPage)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request before it is signed."""

    method: str
    path: str
    body: bytes = b""
    key: str | None = None


class HttpTradingSystem:
    """A city's transaction system behind its address; close it when the desk closes."""

    def __init__(
        self,
        url: str,
        key: str,
        secret: str,
        *,
        seconds: float = 5,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock = system_clock,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Get ready to ask; nothing is sent yet.

        Args:
            url: Where it answers, with the path before `/projects` if there is one.
            key: How it knows the city.
            secret: What both sides sign with.
            seconds: How long one try may take as a whole.
            transport: Who carries the requests, in place of the network.
            clock: Where the time in a signature comes from.
            pause: How one waits between two tries.
        """
        self._url = url.rstrip("/")
        self._key, self._secret, self._seconds = key, secret, seconds
        self._clock, self._pause = clock, pause
        # The machine's own certificates, so that a city's inner authority need only be installed there.
        # Proxies of the environment are for the way out; this system stands in the office's own network.
        verify = ssl.create_default_context() if httpx.URL(url).scheme == "https" else False
        self._client = httpx.AsyncClient(
            transport=transport,
            verify=verify,
            trust_env=False,
            timeout=httpx.Timeout(seconds),
            limits=httpx.Limits(max_connections=20, max_keepalive_connections=10),
        )

    async def close(self) -> None:
        """Let go of its connections."""
        await self._client.aclose()

    async def find_projects(self, *, keyword: str | None, uscc: str | None) -> Sequence[Project]:
        """Find projects by a part of their name or address, or a developer's own by its credit code."""
        asked = [(name, said) for name, said in (("keyword", keyword), ("uscc", uscc)) if said is not None]
        found = [
            project async for page in self._pages("/projects", asked, ProjectPage) for project in page.read()
        ]
        return tuple(once((project.id, project) for project in found).values())

    async def fetch_units(self, project: str, buildings: Sequence[str]) -> Sequence[FetchedUnit]:
        """Fetch the units of some buildings of a project; of all of them if none are named."""
        path = f"/projects/{quote(project, safe='')}/units"
        asked = [("building", building) for building in buildings]
        found = [unit async for page in self._pages(path, asked, UnitPage) for unit in page.read()]
        if buildings and not {unit.building for unit in found} <= set(buildings):
            raise TradingError("it told units of buildings that were not asked for", answered=True)
        return tuple(once((unit.external_id, unit) for unit in found).values())

    async def find_contracts(self, numbers: Sequence[str]) -> Mapping[str, SaleContract]:
        """Look contracts up by their numbers; what is not there, or not in force, is left out."""
        wanted = list(dict.fromkeys(numbers))
        found: list[SaleContract] = []
        for start in range(0, len(wanted), CONTRACTS_AT_ONCE):
            body = msgspec.json.encode({"contractNos": wanted[start : start + CONTRACTS_AT_ONCE]})
            told = await self._ask(_Asked("POST", "/contracts/find", body))
            found += decode(told, ContractsFound).in_force()
        asked = frozenset(wanted)
        return once((told.contract_no, told) for told in found if told.contract_no in asked)

    async def push(self, unit_code: str, key: str, message: Mapping[str, Any]) -> None:
        """Tell of a unit's deposit, once: whoever sends decides when to try again.

        Raises:
            RefusedError: It will never take this message.
            TradingError: It may take it later.
        """
        path = f"/deposits/{quote(unit_code, safe='')}"
        # Sorted, so that a message that comes back from the database is the same to the letter.
        body = msgspec.json.encode(message, order="sorted")
        if not decode(await self._try(_Asked("PUT", path, body, key)), Receipt).received:
            raise TradingError("it says that it did not receive the message", answered=True)

    async def _pages(
        self, path: str, asked: Sequence[tuple[str, str]], what: type[Page]
    ) -> AsyncIterator[Page]:
        """Give page after page; a cursor that comes again, or endlessly many, are a wrong answer."""
        seen: set[str] = set()
        after: list[tuple[str, str]] = []
        while len(seen) < _MOST_PAGES:
            query = urlencode([*asked, *after])
            page = decode(await self._ask(_Asked("GET", f"{path}?{query}" if query else path)), what)
            yield page
            if page.next is None:
                return
            if page.next in seen:
                break
            seen.add(page.next)
            after = [("after", page.next)]
        raise TradingError("its pages do not come to an end", answered=True)

    async def _ask(self, asked: _Asked) -> bytes:
        """Ask up to three times within a few seconds, with growing and uneven pauses."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _TRYING_SECONDS
        for attempt in range(1, _TRIES + 1):
            try:
                return await self._try(asked)
            except TradingError as error:
                pause = SystemRandom().uniform(0.5, 1.5) * _FIRST_PAUSE_SECONDS * 4 ** (attempt - 1)
                last = attempt == _TRIES or loop.time() + pause >= end
                if error.answered or last or error.seconds > _DOWN_SECONDS:
                    raise
                await self._pause(pause)
        raise AssertionError  # the last try returns or raises

    async def _try(self, asked: _Asked) -> bytes:
        """Send one request and read its answer whole, within the time and size that it may take."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._send(asked)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise TradingError(type(error).__name__, answered=False) from None

    async def _send(self, asked: _Asked) -> bytes:
        request = self._client.build_request(asked.method, self._url + asked.path, content=asked.body)
        target = request.url.raw_path.decode("ascii")
        time = int(self._clock().timestamp())
        headers = {
            "X-City-Key": self._key,
            "X-City-Time": str(time),
            "X-City-Signature": sign(self._secret, asked.method, target, time, asked.body),
            "Accept": "application/json",
        }
        if asked.body:
            headers["Content-Type"] = "application/json"
        if asked.key is not None:
            headers["Idempotency-Key"] = asked.key
        request.headers.update(headers)
        answer = await self._client.send(request, stream=True)
        try:
            _check(answer)
            return await _read(answer)
        finally:
            await answer.aclose()


def _check(answer: httpx.Response) -> None:
    """Tell a refusal from what may go better later."""
    status = answer.status_code
    if status == _OK:
        return
    said = f"HTTP {status}"
    if status >= _SERVER_ERRORS or status in {408, 425, 429}:
        raise TradingError(said, answered=False, seconds=_wait(answer.headers.get("Retry-After", "")))
    if status in _LATER or status < 400:  # noqa: PLR2004 - what is below is no refusal
        raise TradingError(said, answered=True)
    raise RefusedError(said)


def _wait(said: str) -> int:
    """Read after how many seconds it wants to be asked again; a date or nonsense is as if it said nothing."""
    if said.isascii() and said.isdigit() and len(said) < len("1000000"):
        return max(1, min(int(said), _LONGEST_WAIT_SECONDS))
    return _DOWN_SECONDS


async def _read(answer: httpx.Response) -> bytes:
    """Read an answer's body, unpacked, up to what one may say at once."""
    body = bytearray()
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > _MOST_BYTES:
            raise TradingError(f"an answer is longer than {_MOST_BYTES} bytes", answered=True)
    return bytes(body)
