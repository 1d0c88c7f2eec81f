"""How an answer is written: from values, from ready JSON, and with where its time went."""

import re

import msgspec
from graphql import ExecutionResult

from api.answers import Caller
from api.negotiation import EVENT_STREAM, GRAPHQL_RESPONSE, JSON
from tests.api.face import make_client

READY = '{"unit":{"roomNo":"1-101","owner":"𬭎"}}'.encode()


def test_ready_json_is_written_as_it_is_in_every_form() -> None:
    for media_type in (JSON, GRAPHQL_RESPONSE):
        answer = Caller(media_type, "zh", "req-12345678").tell_result(READY, None)
        assert (answer.status, answer.body, answer.outcome) == (200, b'{"data":' + READY + b"}", "answered")
        assert dict(answer.headers)[b"content-length"] == b"%d" % len(answer.body)
    stream = Caller(EVENT_STREAM, "zh", "req-12345678").tell_result(READY, None)
    assert stream.body == b'event: next\ndata: {"data":' + READY + b"}\n\nevent: complete\ndata:\n\n"


def test_ready_json_stands_among_values() -> None:
    result = ExecutionResult({"a": msgspec.Raw(READY), "b": [msgspec.Raw(b"1"), None]}, None)
    answer = Caller(JSON, "zh", "req-12345678").tell_result(result, None)
    assert answer.body == b'{"data":{"a":' + READY + b',"b":[1,null]}}'


async def test_the_answer_to_an_operation_says_where_its_time_went() -> None:
    answer = await make_client().post("{ hello }")
    parts = re.fullmatch(
        r"parse;dur=([0-9.]+), plan;dur=([0-9.]+), db;dur=([0-9.]+), total;dur=([0-9.]+)",
        answer.headers["server-timing"],
    )
    assert parts
    parse, plan, db, total = (float(part) for part in parts.groups())
    assert 0 < parse <= total
    assert (plan, db) == (0, 0)


async def test_the_answer_to_what_was_not_run_says_nothing_of_time() -> None:
    client = make_client()
    for answer in (await client.post("{ nobody }"), await client.raw(b"null")):
        assert "server-timing" not in answer.headers
