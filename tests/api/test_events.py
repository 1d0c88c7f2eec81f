"""Answers as server-sent events, for clients that prefer them."""

import httpx
import pytest

from api.events import next_event
from tests.api.face import Client, code_of, make_client

SSE = {"accept": "text/event-stream"}
COMPLETE = "event: complete\ndata:\n\n"


async def _ask(client: Client, query: str) -> httpx.Response:
    return await client.web.post("/graphql", json={"query": query}, headers=SSE)


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("{ hello }", '{"data":{"hello":"你好，世界"}}'),
        ("mutation { touch }", '{"data":{"touch":1}}'),
    ],
)
async def test_an_answer_is_one_event_and_the_end_of_the_stream(query: str, answer: str) -> None:
    got = await _ask(make_client(), query)
    assert got.status_code == 200
    assert got.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert got.headers["cache-control"] == "no-store"
    assert got.text == f"event: next\ndata: {answer}\n\n{COMPLETE}"


async def test_errors_before_anything_runs_are_events_too() -> None:
    got = await _ask(make_client(), "{")
    assert got.status_code == 200
    assert got.text.startswith('event: next\ndata: {"errors":[{"message":"Syntax Error')
    assert '"code":"GRAPHQL_PARSE_FAILED"' in got.text
    assert '"data"' not in got.text
    assert got.text.endswith(f"\n\n{COMPLETE}")


async def test_a_query_by_get_is_answered_to_a_browsers_event_source() -> None:
    got = await make_client().web.get("/graphql", params={"query": "{ thing { size } }"}, headers=SSE)
    assert got.text == f'event: next\ndata: {{"data":{{"thing":{{"size":1}}}}}}\n\n{COMPLETE}'


async def test_a_bad_request_keeps_its_status_and_is_json() -> None:
    client = make_client()
    answer = await client.raw(b"[]", SSE)
    assert (answer.status_code, code_of(answer)) == (400, "BAD_REQUEST")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert client.world.opened == 0


@pytest.mark.parametrize("accept", ["application/json, text/event-stream", "text/event-stream;q=0.9, */*"])
async def test_clients_that_prefer_json_get_json(accept: str) -> None:
    answer = await make_client().raw(b'{"query": "{ hello }"}', {"accept": accept})
    assert answer.json() == {"data": {"hello": "你好，世界"}}


def test_a_line_break_between_values_does_not_end_the_event() -> None:
    assert next_event(b'{"a":\r\n"\\n"}') == b'event: next\ndata: {"a":  "\\n"}\n\n'
