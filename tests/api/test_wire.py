"""HTTP itself, byte by byte: what a broken or hostile sender gets, and that nobody else is disturbed."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.serving import make_server, new_event_loop, open_port
from api.settings import Settings
from tests.api.face import make_app

BODY = b'{"query": "{ hello }"}'
HELLO = '{"data":{"hello":"你好，世界"}}'.encode()
HEAD = b"POST /graphql HTTP/1.1\r\nHost: face.test\r\nContent-Type: application/json\r\n"
WHOLE = HEAD + b"Content-Length: 22\r\n\r\n" + BODY
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n16\r\n" + BODY + b"\r\n0\r\n"


async def _echo(request: Request) -> JSONResponse:
    await request.body()
    return JSONResponse([[name.decode(), value.decode()] for name, value in request.scope["headers"]])


@pytest.fixture(scope="module")
async def port() -> AsyncIterator[int]:
    """Serve the small schema as the product is served, and give the port."""
    app = make_app()
    app.routes.append(Route("/echo", _echo, methods=["POST"]))
    with open_port("127.0.0.1", 0) as opened:
        server = make_server(app, Settings(), signals=False)
        serving = asyncio.create_task(server.serve(sockets=[opened]))
        while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
            await asyncio.sleep(0.01)
        yield opened.getsockname()[1]
        server.should_exit = True
        await serving


async def _send(port: int, *pieces: bytes, enough: bytes | None = None) -> bytes:
    """Send bytes piece by piece and read until the server closes, or what came is enough."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got = b""
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        async with asyncio.timeout(10):
            while enough is None or got.count(enough) < 1:
                more = await reader.read(65536)
                if not more:
                    break
                got += more
    except ConnectionError:
        pass  # the server closed before everything was sent, which is its answer
    finally:
        writer.close()
    return got


def test_the_product_is_served_by_the_fast_loop():
    loop = new_event_loop()
    loop.close()
    assert type(loop).__module__ == "uvloop"


@pytest.mark.parametrize(
    "pieces",
    [
        (WHOLE,),
        tuple(WHOLE[place : place + 1] for place in range(len(WHOLE))),
        (CHUNKED + b"\r\n",),
        (HEAD + b"Expect: 100-continue\r\nContent-Length: 22\r\n\r\n", BODY),
        (HEAD + b"X-Long: " + b"x" * 60_000 + b"\r\nContent-Length: 22\r\n\r\n" + BODY,),
        (b"\r\n\r\n" + WHOLE,),
    ],
    ids=["whole", "byte by byte", "chunked", "continue", "long header", "empty lines first"],
)
async def test_a_request_is_answered_however_it_is_cut(port: int, pieces: tuple[bytes, ...]):
    got = await _send(port, *pieces, enough=HELLO)
    assert b"HTTP/1.1 200 OK\r\n" in got
    assert got.endswith(HELLO)


UPGRADES = [
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n",
    b"Connection: upgrade\r\nUpgrade: TLS/1.0\r\n",
    b"Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
]


@pytest.mark.parametrize("wish", UPGRADES, ids=["Java's HTTP/2", "TLS", "websocket by POST"])
async def test_a_wish_for_another_protocol_does_not_cost_the_answer(port: int, wish: bytes):
    """Java's client sends its first request so, body and all, wherever it is not told otherwise."""
    head = HEAD + wish + b"Content-Length: 22\r\n\r\n"
    for pieces in ((head + BODY,), (head, BODY), (head[:-1], head[-1:] + BODY[:5], BODY[5:])):
        got = await _send(port, *pieces, enough=HELLO)
        assert got.startswith(b"HTTP/1.1 200 OK\r\n")
        assert got.endswith(HELLO)
    last = WHOLE.replace(b"Host: face.test", b"Host: face.test\r\nConnection: close")
    assert (await _send(port, head + BODY + last)).count(HELLO) == 2


async def test_a_websocket_that_names_no_protocol_is_told_so_and_closed(port: int):
    key = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    got = await _send(port, b"GET /graphql HTTP/1.1\r\nHost: x\r\n" + UPGRADES[2] + key + b"\r\n")
    assert got.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    # A closing frame with the code 4406.
    assert got.partition(b"\r\n\r\n")[2].startswith(b"\x88\x1c\x11\x36Subprotocol not acceptable")


async def test_two_requests_in_one_piece_are_answered_in_order(port: int):
    last = WHOLE.replace(b"Host: face.test", b"Host: face.test\r\nConnection: close")
    got = await _send(port, WHOLE + last)
    assert got.count(HELLO) == 2
    assert got.count(b"HTTP/1.1 200 OK\r\n") == 2


@pytest.mark.parametrize(
    "pieces",
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",),
        (b"GET / HTTP/9.9\r\n\r\n",),
        (b"CONNECT face.test:443 HTTP/1.1\r\nHost: face.test\r\n\r\n",),
        (b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",),
        (HEAD + b"Content-Length: 22\r\nContent-Length: 23\r\n\r\n" + BODY,),
        (HEAD + b"Content-Length: 22\r\nTransfer-Encoding: chunked\r\n\r\n" + BODY,),
        (HEAD + b"Content-Length: -1\r\n\r\n" + BODY,),
        (HEAD + b"Folded: a\r\n b\r\n\r\n",),
        (HEAD, *(b"X-%d: %s\r\n" % (number, b"x" * 8000) for number in range(20))),
        (b"GET /graphql?" + b"x" * 40_000, b"x" * 40_000),
        (HEAD + b"X-Endless: ", *(b"x" * 8000 for _ in range(20))),
        (CHUNKED, *(b"X-%d: %s\r\n" % (number, b"x" * 8000) for number in range(20))),
    ],
    ids=[
        "TLS", "version", "proxy", "bytes in path", "two lengths", "length and chunks", "negative length",
        "folded", "many headers", "endless address", "endless header", "endless trailers",
    ],
)  # fmt: skip
async def test_what_is_no_http_request_is_400_and_the_end(port: int, pieces: tuple[bytes, ...]):
    got = await _send(port, *pieces)
    # A sender that goes on regardless may find the connection reset before it reads the answer.
    assert got.startswith(b"HTTP/1.1 400 Bad Request\r\n") or (got == b"" and len(pieces) > 1)
    assert HELLO in await _send(port, WHOLE, enough=HELLO)


async def test_headers_after_a_body_are_not_taken_for_the_requests_own(port: int):
    asked = b"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    got = await _send(port, asked + b"1\r\na\r\n0\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n")
    names = [name for name, _ in json.loads(got.split(b"\r\n\r\n", 1)[1])]
    assert names == ["host", "connection", "transfer-encoding"]


@pytest.mark.parametrize(
    "target", [b"*", b"http://face.test/nowhere", b"//", b"/%ff%fe", b"/graphql/../x", b"/%00"]
)
async def test_an_unusual_target_is_no_server_error(
    port: int, target: bytes, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.ERROR):
        got = await _send(port, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert got.split(b" ", 2)[1] in {b"307", b"400", b"404"}
    assert not caplog.records
