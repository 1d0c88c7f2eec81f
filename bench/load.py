"""The load: a process that keeps connections busy with ready-made requests and notes how long each took."""

import asyncio
import base64
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import uvloop

_END = b"\r\n\r\n"
_FAULTS = (b'"errors":', b'"Rejected"')
_EDGE = 400
_PATIENCE = 30.0


@dataclass(slots=True)
class Tally:
    """What was counted; latencies are in seconds."""

    until: float
    took: list[float] = field(default_factory=list[float])
    faults: int = 0
    fault: str = ""

    def count(self, head: bytes, edges: bytes, took: float) -> None:
        """Count one answer by its head and the edges of its body, where errors stand."""
        if head.startswith(b"HTTP/1.1 200") and not any(fault in edges for fault in _FAULTS):
            self.took.append(took)
            return
        self.faults += 1
        self.fault = self.fault or (head[:40] + b" " + edges).decode(errors="replace")


class Busy(asyncio.Protocol):
    """One connection that asks again as soon as it was answered; of an answer it keeps the edges alone."""

    def __init__(self, requests: Sequence[bytes], start: int, step: int, tally: Tally) -> None:
        self._requests = requests
        self._next = start
        self._step = step
        self._tally = tally
        self._transport: Any = None
        self._asked = 0.0
        self._head = b""
        self._begin = b""
        self._end = b""
        self._missing = -1
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer, and ask again after the last one."""
        if not self._head:
            self._head, found, data = (self._begin + data).partition(_END)
            if not found:
                self._begin, self._head = self._head, b""
                return
            self._missing = _length(self._head)
            self._begin = data[:_EDGE]
        self._end = (self._end + data[-_EDGE:])[-_EDGE:]
        if self._missing < 0:
            whole = self._end.endswith(b"0" + _END)
        else:
            self._missing -= len(data)
            whole = self._missing == 0
        if whole:
            self._tally.count(self._head, self._begin + self._end, time.perf_counter() - self._asked)
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        """Say so: a server that hangs up is no fast server."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server hung up"))

    def _ask(self) -> None:
        now = time.perf_counter()
        if now >= self._tally.until:
            self.done.set_result(None)
            self._transport.close()
            return
        self._head = self._begin = self._end = b""
        request = self._requests[self._next % len(self._requests)]
        self._next += self._step
        self._asked = now
        self._transport.write(request)


def _length(head: bytes) -> int:
    """Read how long the body will be; a negative number for one that comes in chunks."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return -1


async def press(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> dict[str, Any]:
    """Press one server for so many seconds; every connection has variants of its own as far as they go."""
    loop = asyncio.get_running_loop()
    tally = Tally(until=time.perf_counter() + seconds)
    began, worked = time.perf_counter(), time.process_time()
    waiting: list[asyncio.Future[None]] = []
    for number in range(connections):
        _, busy = await loop.create_connection(
            lambda number=number: Busy(requests, number, connections, tally), "127.0.0.1", port
        )
        waiting.append(busy.done)
    async with asyncio.timeout(seconds + _PATIENCE):
        await asyncio.gather(*waiting)
    took = sorted(tally.took)
    return {
        "answers": len(took),
        "faults": tally.faults,
        "fault": tally.fault,
        "seconds": time.perf_counter() - began,
        "load": (time.process_time() - worked) * 1000 / max(len(took), 1),
        "p50": took[len(took) // 2] if took else 0.0,
        "p99": took[len(took) * 99 // 100] if took else 0.0,
    }


async def _work(job: dict[str, Any]) -> dict[str, Any]:
    requests = [base64.b64decode(request) for request in job["requests"]]
    try:
        return await press(job["port"], requests, job["connections"], job["seconds"])
    except (OSError, TimeoutError) as error:
        return {
            "answers": 0,
            "faults": 1,
            "fault": repr(error),
            "seconds": 1.0,
            "load": 0.0,
            "p50": 0.0,
            "p99": 0.0,
        }


def main() -> None:
    """Take jobs, a line each, until the input ends."""
    for line in sys.stdin:
        answer = uvloop.run(_work(json.loads(line)))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
