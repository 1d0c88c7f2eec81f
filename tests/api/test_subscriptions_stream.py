"""Subscriptions as server-sent events: how they begin, stay alive and end."""

import httpx
import pytest

import api.streams
from api.events import COMPLETE, KEEP_ALIVE
from api.negotiation import takes_events
from tests.api.face import Client, code_of, make_client
from tests.api.listening import CHANGES, Listener, Place
from tests.scenes import LUZHOU, Town

SSE = {"accept": "text/event-stream"}


async def _ask(client: Client, query: str, accept: str = "text/event-stream") -> httpx.Response:
    return await client.web.post("/graphql", json={"query": query}, headers={"accept": accept})


async def test_a_subscription_is_a_stream_of_its_events() -> None:
    client = make_client()
    for accept in (
        "text/event-stream",
        "text/event-stream, multipart/mixed",
        "application/json, text/event-stream",
    ):
        got = await _ask(client, "subscription { ticks }", accept)
        assert (got.status_code, got.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert (got.headers["cache-control"], got.headers["x-accel-buffering"]) == ("no-store", "no")
        event = 'event: next\ndata: {"data":{"ticks":1}}\n\n'
        assert got.text == KEEP_ALIVE.decode() + event + COMPLETE.decode()
    assert client.world.opened == client.world.closed == 6
    got = await client.web.get("/graphql", params={"query": "subscription { ticks }"}, headers=SSE)
    assert got.text.endswith(COMPLETE.decode())


async def test_what_fails_before_the_first_event_is_an_event_without_data(town: Town, place: Place):
    developer = await town.developer(LUZHOU)
    wanting = "subscription($i: [ID!]!) { orderChanged(orderIds: $i) { step } }"
    for query, code in ((wanting, "BAD_USER_INPUT"), ("subscription {", "GRAPHQL_PARSE_FAILED")):
        async with Listener.open(place, developer.headers, query) as listener:
            assert listener.response.status_code == 200
            name, said = await listener.hear()
            assert (name, list(said)) == ("next", ["errors"])
            assert said["errors"][0]["extensions"]["code"] == code
            assert await listener.hear() == ("complete", None)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/event-stream;q=0, application/json"])
async def test_a_subscription_that_takes_no_stream_is_400_and_told_how_to_come(accept: str) -> None:
    client = make_client()
    got = await _ask(client, "subscription { ticks }", accept)
    assert (got.status_code, code_of(got)) == (400, "BAD_REQUEST")
    assert "accept text/event-stream, or open a WebSocket" in got.json()["errors"][0]["message"]
    assert client.world.opened == 0


def test_event_streams_are_found_wherever_they_are_named() -> None:
    assert takes_events("application/json, Text/Event-Stream;q=0.1")
    assert not takes_events("text/event-stream;q=0")
    assert not takes_events("text/event-streams")
    assert not takes_events(None)


async def test_a_silent_stream_is_kept_alive_by_comments(
    town: Town, place: Place, monkeypatch: pytest.MonkeyPatch
):
    assert api.streams.KEEP_ALIVE_SECONDS == 12
    monkeypatch.setattr(api.streams.EventStream.__init__, "__kwdefaults__", {"silence": 0.02})
    developer = await town.developer(LUZHOU)
    async with Listener.open(place, developer.headers) as listener:
        comments = 0
        async for line in listener.lines:
            comments += line == ":"
            if comments == 5:
                break
        await place.until_heard()
        await town.draft(developer)
        name, said = await listener.hear()
        assert (name, said["data"]["orderChanged"]["step"]) == ("next", "SAVE")
    await place.until_idle()


async def test_a_client_that_vanishes_frees_its_stream(town: Town, place: Place):
    developer = await town.developer(LUZHOU)
    for _ in range(5):
        async with Listener.open(place, developer.headers, CHANGES):
            await place.until_heard()
        await place.until_idle()
