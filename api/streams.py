"""Subscriptions as event streams: one event for each change, until the client leaves or its rights end."""

import asyncio
from collections.abc import AsyncGenerator

from starlette.types import Receive, Scope, Send

from api.answers import Answer
from api.events import COMPLETE, KEEP_ALIVE, next_event
from api.operations import Operations, Question, say_bug, say_no
from domain.refusal import Refusal
from resolvers.watching import LeavingError

KEEP_ALIVE_SECONDS = 12.0
"""How long a stream may be silent: less than proxies wait."""

PATIENCE_SECONDS = 10.0
"""How long one who does not read what was sent is waited for."""

EVENT_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # nginx would gather events until its buffer is full.
    (b"x-accel-buffering", b"no"),
]
"""What an event stream is sent with."""


async def tell_events(
    operations: Operations, question: Question, source: AsyncGenerator[object]
) -> AsyncGenerator[Answer]:
    """Answer one event after another; the last answer may be a refusal, which ends the stream.

    Raises:
        LeavingError: The server stops.
    """
    try:
        async for event in source:
            answer = await operations.tell(question, event)
            if answer is not None:
                yield answer
    except Refusal as refused:
        yield say_no(refused, question.caller)
    except LeavingError:
        raise
    except Exception as bug:  # noqa: BLE001 - the stream ends, and its reader learns no more than that
        yield say_bug(bug, question.caller)
    finally:
        await source.aclose()


class EventStream:
    """A subscription's answer to one request.

    Attributes:
        outcome: What came of the request, for the count.
    """

    def __init__(
        self,
        operations: Operations,
        question: Question,
        source: AsyncGenerator[object],
        *,
        silence: float = KEEP_ALIVE_SECONDS,
    ) -> None:
        self.outcome = "streamed"
        self._answers = tell_events(operations, question, source)
        self._silence = silence

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until one side ends it; then nothing is left behind."""
        gone = asyncio.ensure_future(_wait_until_gone(receive))
        telling = asyncio.ensure_future(self._send_all(send))
        try:
            await asyncio.wait({gone, telling}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (gone, telling):
                task.cancel()
            await asyncio.gather(gone, telling, return_exceptions=True)

    async def _send_all(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": EVENT_HEADERS.copy()})
        # The client learns at once that it is heard.
        await _send(send, KEEP_ALIVE)
        coming: asyncio.Task[Answer] | None = None
        try:
            while True:
                coming = coming or asyncio.ensure_future(anext(self._answers))
                done, _ = await asyncio.wait({coming}, timeout=self._silence)
                if not done:
                    await _send(send, KEEP_ALIVE)
                    continue
                finished, coming = coming, None
                await _send(send, next_event(finished.result().body))
        except StopAsyncIteration:
            await _send(send, COMPLETE, more=False)
        except LeavingError:
            # A stream without its end is asked for again, of another server.
            await _send(send, b"", more=False)
        except TimeoutError:
            # Nobody reads; the connection is dropped as it is.
            return
        finally:
            if coming is not None:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)
            await self._answers.aclose()


async def _send(send: Send, body: bytes, *, more: bool = True) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await send({"type": "http.response.body", "body": body, "more_body": more})


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
