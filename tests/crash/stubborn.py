"""A way to several servers, at the end of which is an answer: whatever breaks before is asked again."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import httpx

_UNSETTLED = {"INTERNAL_SERVER_ERROR", "TRY_AGAIN"}
_PATIENCE = 150.0
_PAUSE, _LONGEST_PAUSE = 0.1, 1.0


class Stubborn(httpx.AsyncBaseTransport):
    """Sends a request to one server after the other until one answers for good, as clients are told to.

    Attributes:
        broken: How often which way something went wrong.
        answers: How many requests were answered for good.
        slowest: How many seconds the one took that waited longest.
    """

    def __init__(self, addresses: Callable[[], Sequence[str]], dice: random.Random) -> None:
        self._addresses = addresses
        self._dice = dice
        self._inner = httpx.AsyncHTTPTransport(retries=0)
        self.broken: Counter[str] = Counter()
        self.answers = 0
        self.slowest = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request for good.

        Raises:
            TimeoutError: Nobody did for too long.
        """
        body = await request.aread()
        began = time.monotonic()
        pause = _PAUSE
        while time.monotonic() - began < _PATIENCE:
            response = await self._try(request, body)
            if response is not None:
                self.answers += 1
                self.slowest = max(self.slowest, time.monotonic() - began)
                return response
            await asyncio.sleep(pause * self._dice.random())
            pause = min(pause * 2, _LONGEST_PAUSE)
        raise TimeoutError(f"{request.url.path} was not answered: {dict(self.broken)}")

    async def _try(self, request: httpx.Request, body: bytes) -> httpx.Response | None:
        there = httpx.URL(self._dice.choice(self._addresses()) + request.url.raw_path.decode())
        headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"host"]
        sent = httpx.Request(
            request.method, there, headers=headers, content=body, extensions=request.extensions
        )
        try:
            response = await self._inner.handle_async_request(sent)
            await response.aread()
        except httpx.TransportError as error:
            self.broken[type(error).__name__] += 1
            return None
        why = _why_unsettled(response)
        if why is not None:
            self.broken[why] += 1
            return None
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        await self._inner.aclose()


def _why_unsettled(response: httpx.Response) -> str | None:
    """Tell why an answer says nothing for good; None if it does."""
    if response.status_code >= 500:
        return str(response.status_code)
    return next((code for code in _codes(response) if code in _UNSETTLED), None)


def _codes(response: httpx.Response) -> list[str]:
    """Give the codes of a GraphQL answer's errors; a file has none."""
    try:
        answer: Any = json.loads(response.content)
    except ValueError:
        return []
    return [error["extensions"]["code"] for error in answer.get("errors", ())]
