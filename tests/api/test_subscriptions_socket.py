"""The protocol graphql-transport-ws: every message, every close code, and what is left afterwards."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy.pool import QueuePool
from websockets.exceptions import InvalidStatus

import api.sockets
import resolvers.standing
import resolvers.watching
from db.base import Pool
from tests.api.listening import CHANGES, Listener, Place, Socket, listening, until
from tests.scenes import LUZHOU, Caller, Developer, Town, unit
from tests.shelf import Shelf

ME = "{ me { roles } }"


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer's admin."""
    return await town.developer(LUZHOU)


async def ends(place: Place, *messages: Any, raw: str | bytes | None = None) -> tuple[int | None, str]:
    """Say something as a stranger, and give how the connection ends."""
    async with Socket.open(place) as socket:
        for message in messages:
            await socket.say(**message)
        if raw is not None:
            await socket.wire.send(raw)
        return await socket.closed()


SUBSCRIBE = {"id": "1", "type": "subscribe", "payload": {"query": CHANGES}}
INIT = {"type": "connection_init"}


@pytest.mark.parametrize(
    "payload",
    [None, {}, {"token": ""}, {"token": "wx_510500_nothing"}, {"token": 1}, {"Authorization": "Basic x"},
     {"key": "wxk_510500_a_b"}, {"token": "词"}],
)  # fmt: skip
async def test_who_is_nobody_is_not_let_in(place: Place, payload: Any):
    assert await ends(place, {**INIT, "payload": payload} if payload is not None else INIT) == (
        4401,
        "Unauthorized",
    )
    await place.until_idle()


async def test_a_token_a_header_and_a_key_let_in(town: Town, developer: Developer, place: Place):
    token = developer.headers["Authorization"].removeprefix("Bearer ")
    key = (await town.bank(LUZHOU)).headers["X-Weixiu-Key"]
    for payload, role in (
        ({"token": token}, "org_admin"),
        ({"authorization": f"Bearer {token}"}, "org_admin"),
        ({"key": key}, "bank_operator"),
        ({"X-Weixiu-Key": key}, "bank_operator"),
    ):
        async with Socket.greeted(place, Caller(town.http, payload)) as socket:
            await socket.subscribe("1", ME)
            assert (await socket.hear())["payload"]["data"]["me"]["roles"] == [role]
    async with Socket.open(place, additional_headers=developer.headers) as socket:
        await socket.say(**INIT)
        assert await socket.hear() == {"type": "connection_ack"}


async def test_who_does_not_say_who_it_is_in_time_is_sent_away(place: Place, monkeypatch: pytest.MonkeyPatch):
    assert api.sockets.INIT_SECONDS == 3
    monkeypatch.setattr(api.sockets, "INIT_SECONDS", 0.05)
    assert await ends(place) == (4408, "Connection initialisation timeout")
    assert await ends(place, {"type": "ping"}, {"type": "pong"}) == (
        4408,
        "Connection initialisation timeout",
    )


async def test_who_asks_before_it_is_let_in_is_sent_away(place: Place):
    assert await ends(place, SUBSCRIBE) == (4401, "Unauthorized")


async def test_a_second_beginning_and_a_second_use_of_an_id_end_the_connection(
    developer: Developer, place: Place
):
    async with Socket.greeted(place, developer) as socket:
        await socket.say(**INIT, payload=dict(developer.headers))
        assert await socket.closed() == (4429, "Too many initialisation requests")
    async with Socket.greeted(place, developer) as socket:
        await socket.subscribe("同一")
        await socket.subscribe("同一")
        assert await socket.closed() == (4409, "Subscriber for 同一 already exists")
    await place.until_idle()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", 4400),
        ("{", 4400),
        ("null", 4400),
        ("[]", 4400),
        ("{}", 4400),
        ('{"type": 1}', 4400),
        ('{"type": "start", "id": "1"}', 4400),
        ('{"type": "next", "id": "1", "payload": {}}', 4400),
        ('{"type": "subscribe"}', 4400),
        ('{"type": "subscribe", "id": "", "payload": {"query": "{ me { name } }"}}', 4400),
        ('{"type": "subscribe", "id": 1, "payload": {"query": "{ me { name } }"}}', 4400),
        ('{"type": "subscribe", "id": "1"}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": []}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": {}}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": {"query": 1}}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": {"query": "{me{name}}", "variables": []}}', 4400),
        ('{"type": "complete"}', 4400),
        ('{"type": "ping", "payload": "x"}', 4400),
        ('{"type": "ping", "payload": {"a": "\\ud800"}}', 4400),
        ('{"type": "ping", "payload": {"a": "\\u0000"}}', 4400),
        ("[" * 3000, 4400),
        (b"\x00\xff", 4400),
        (" " * (1 << 20) + "{}", 1009),
    ],
)
async def test_a_message_that_is_none_of_the_protocols_ends_the_connection(
    developer: Developer, place: Place, raw: str | bytes, code: int
):
    async with Socket.greeted(place, developer) as socket:
        await socket.subscribe("0")
        await socket.wire.send(raw)
        assert (await socket.closed())[0] == code
    await place.until_idle()


async def test_pings_are_answered_with_what_they_carry_and_pongs_are_taken(
    developer: Developer, place: Place
):
    async with Socket.open(place) as socket:
        await socket.say(type="ping")
        assert await socket.hear() == {"type": "pong"}
    async with Socket.greeted(place, developer) as socket:
        await socket.say(type="pong", payload={"any": 1})
        await socket.say(type="ping", payload={"一": [1]})
        assert await socket.hear() == {"type": "pong", "payload": {"一": [1]}}


async def test_only_the_one_protocol_is_spoken(place: Place):
    for offered in (("graphql-ws",), ("other", "another")):
        async with Socket.open(place, *offered) as socket:
            assert socket.wire.subprotocol is None
            assert await socket.closed() == (4406, "Subprotocol not acceptable")
    async with Socket.open(place, "graphql-ws", "graphql-transport-ws") as socket:
        assert socket.wire.subprotocol == "graphql-transport-ws"


async def test_a_page_of_another_site_is_not_let_in(place: Place):
    for origin in ("https://evil.example", f"http://127.0.0.1:{place.port + 1}", "null"):
        with pytest.raises(InvalidStatus) as refused:
            async with Socket.open(place, origin=origin):
                pass
        assert refused.value.response.status_code == 403
    async with Socket.open(place, origin=place.http) as socket:
        assert socket.wire.subprotocol == "graphql-transport-ws"


async def test_queries_and_mutations_are_answered_under_the_same_limits(
    town: Town, developer: Developer, place: Place, shelf: Shelf
):
    draft = (
        "mutation($i: OrderDraftInput!) { orderDraft(input: $i) { ... on OrderDone { order { version } } } }"
    )
    content = {"estateCollection": {"name": "一期"}}
    deep = "{ estates" + " { edges { node { buildings { estate" * 3 + " { name }" + " } } } }" * 3 + " }"
    async with Socket.greeted(place, developer) as socket:
        await socket.subscribe("m", draft, i={"content": content})
        done = await socket.hear()
        assert done["payload"] == {"data": {"orderDraft": {"order": {"version": 1}}}}
        assert await socket.hear() == {"id": "m", "type": "complete"}
        before = await shelf.standing()
        for query, code in (
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("{ nobody }", "GRAPHQL_VALIDATION_FAILED"),
            (deep, "TOO_COSTLY"),
            (
                "subscription { orderChanged { step } second: orderChanged { step } }",
                "GRAPHQL_VALIDATION_FAILED",
            ),
            ("query a { me { name } } query b { me { name } }", "OPERATION_RESOLUTION_FAILURE"),
            ("query($n: String!) { orderByNumber(orderNo: $n) { id } }", "BAD_USER_INPUT"),
            ("subscription($i: [ID!]!) { orderChanged(orderIds: $i) { step } }", "BAD_USER_INPUT"),
        ):
            await socket.subscribe("q", query)
            answer = await socket.hear()
            assert (answer["id"], answer["type"]) == ("q", "error"), query
            assert answer["payload"][0]["extensions"]["code"] == code, query
        await socket.say(id="h", type="subscribe", payload={"documentId": "0" * 64})
        assert (await socket.hear())["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_SUPPORTED"
        await socket.subscribe("f", '{ orderByNumber(orderNo: "x") { id } node(id: "x") { id } }')
        partly = await socket.hear()
        assert (partly["type"], partly["payload"]["errors"][0]["extensions"]["code"]) == (
            "next",
            "BAD_USER_INPUT",
        )
        assert await socket.hear() == {"id": "f", "type": "complete"}
        assert await shelf.standing() == before


async def test_whoever_completes_hears_nothing_more_and_may_use_the_id_again(
    town: Town, developer: Developer, place: Place
):
    order = await town.draft(developer)
    async with Socket.greeted(place, developer) as socket:
        await socket.subscribe("1")
        await place.until_heard()
        await socket.say(id="1", type="complete")
        await socket.say(id="never", type="complete")
        await place.until_heard(0)
        await town.put(developer, order, [unit()])
        await socket.say(type="ping")
        assert await socket.hear() == {"type": "pong"}
        await socket.subscribe("1")
        await place.until_heard()
        await town.put(developer, order, [unit("302")])
        assert (await socket.hear())["payload"]["data"]["orderChanged"]["version"] == 3
    await place.until_idle()


async def test_a_client_that_vanishes_leaves_no_task_and_no_connection(
    town: Town, developer: Developer, place: Place
):
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(Socket.greeted(place, developer)) for _ in range(20)]
        for number, socket in enumerate(sockets):
            await socket.subscribe("1", ME if number % 2 else CHANGES)
        await place.until_heard(10)
        for socket in sockets:
            socket.wire.transport.abort()
        await place.until_idle()
        await until(lambda: not [task for task in asyncio.all_tasks() if "run_asgi" in repr(task)])
    assert not [task for task in asyncio.all_tasks() if "api/sockets.py" in repr(task)]
    engines = [town.desk.databases.engine(pool) for pool in Pool]
    assert sum(engine.pool.checkedout() for engine in engines if isinstance(engine.pool, QueuePool)) == 0


async def test_one_connection_and_one_account_open_only_so_much(
    town: Town, developer: Developer, place: Place, monkeypatch: pytest.MonkeyPatch
):
    assert (api.sockets.MOST_OPERATIONS, resolvers.standing.MOST_OF_ONE) == (50, 100)
    monkeypatch.setattr(api.sockets, "MOST_OPERATIONS", 3)
    monkeypatch.setattr(resolvers.standing, "MOST_OF_ONE", 6)
    clerk = await town.clerk(LUZHOU)
    async with Socket.greeted(place, developer) as first, Socket.greeted(place, developer) as second:
        for name in "123":
            await first.subscribe(name)
        await place.until_heard(3)
        await first.subscribe("4")
        refused = await first.hear()
        assert (refused["id"], refused["payload"][0]["extensions"]["code"]) == ("4", "TOO_COSTLY")
        assert "最多为 3 个" in refused["payload"][0]["message"]
        await second.subscribe("1")
        await place.until_heard(4)
        await second.subscribe("2")
        refused = await second.hear()
        assert (refused["id"], refused["payload"][0]["extensions"]["code"]) == ("2", "TOO_COSTLY")
        async with Socket.open(place) as third:
            await third.say(**INIT, payload=dict(developer.headers))
            assert await third.closed() == (4429, "Too many connections")
        async with Socket.greeted(place, clerk) as other:
            await other.subscribe("1")
            await place.until_heard(5)
        await first.say(id="1", type="complete")
        await place.until_heard(3)
        await second.subscribe("2")
        await place.until_heard(4)


async def test_one_who_does_not_keep_up_is_told_to_come_again(
    town: Town, developer: Developer, place: Place, monkeypatch: pytest.MonkeyPatch
):
    assert resolvers.watching.MOST_WAITING == 200
    monkeypatch.setattr(resolvers.watching, "MOST_WAITING", 0)
    async with Socket.greeted(place, developer) as socket:
        await socket.subscribe("1")
        await place.until_heard()
        await town.draft(developer)
        end = await socket.hear()
        assert (end["type"], end["payload"][0]["extensions"]["code"]) == ("error", "TRY_AGAIN")
        await socket.say(type="ping")
        assert await socket.hear() == {"type": "pong"}
    await place.until_idle()


async def test_one_who_takes_nothing_from_the_wire_is_dropped(
    town: Town, developer: Developer, place: Place, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(api.sockets, "PATIENCE_SECONDS", 0.2)
    order = await town.draft(developer)
    async with Socket.greeted(place, developer) as socket:
        socket.wire.transport.pause_reading()
        heavy = json.dumps({"type": "ping", "payload": {"fill": "x" * 900_000}})
        writing = asyncio.ensure_future(_flood(socket, heavy))
        await socket.subscribe("1")
        await place.until_idle()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        socket.wire.transport.abort()
    assert order


async def _flood(socket: Socket, text: str) -> None:
    for _ in range(60):
        await socket.wire.send(text)


async def test_a_server_that_stops_lets_every_stream_go(town: Town, developer: Developer):
    async with AsyncExitStack() as stack:
        async with listening(town.desk) as place:
            socket = await stack.enter_async_context(Socket.greeted(place, developer))
            await socket.subscribe("1")
            listener = await stack.enter_async_context(Listener.open(place, developer.headers))
            await place.until_heard(2)
        assert place.watch is not None
        assert place.watch.is_idle
        assert (await socket.closed())[0] == 1012
        assert (await listener.hear()) == ("", None)
