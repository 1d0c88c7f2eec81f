"""The load counts whole answers, whichever way they are framed, and takes no error for an answer."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from bench.load import press


def framed(body: bytes, status: bytes = b"200 OK") -> bytes:
    """Frame a body by its length."""
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


GOOD = framed(b'{"data":{"found":"1234"}}')
HEAD = GOOD.index(b"{")
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"


@asynccontextmanager
async def answering(answer: bytes, *, cut: int) -> AsyncGenerator[int]:
    """Serve one and the same answer, in two pieces cut at a place."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            for piece in (answer[:cut], answer[cut:]):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.001)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("cut", [10, HEAD - 2, HEAD, HEAD + 3])
@pytest.mark.parametrize("answer", [GOOD, CHUNKED])
async def test_an_answer_in_pieces_is_counted_once(answer: bytes, cut: int):
    async with answering(answer, cut=cut) as port:
        found = await press(port, [b"ask"], connections=2, seconds=0.05)
    assert found["faults"] == 0
    assert found["answers"] >= 2
    assert 0 < found["p50"] <= found["p99"] < 5


@pytest.mark.parametrize(
    "answer",
    [
        framed(b"{}", b"500 Oh"),
        framed(b'{"data":null,"errors":[1]}'),
        framed(b'{"data":{"x":{"__typename":"Rejected"}}}'),
    ],
)
async def test_an_error_is_a_fault_and_no_answer(answer: bytes):
    async with answering(answer, cut=5) as port:
        found = await press(port, [b"ask"], connections=1, seconds=0.02)
    assert found["answers"] == 0
    assert found["faults"] >= 1
    assert found["fault"]
