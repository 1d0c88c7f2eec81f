"""Bodies and addresses that are no GraphQL request, each with its status: never a server error."""

import json
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from tests.api.face import code_of, make_app, make_client

HELLO = '{"query": "{ hello }"}'
AT_HOME = b'{"query": "{ hello }", "variables": {"a": "%s"}}'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"1",
        b'"x"',
        b"true",
        b"[]",
        b"{}",
        b"{",
        b'{ "not a JSON',
        b'{"qeury": "{ hello }"}',
        b'{"query": null}',
        b'{"query": 0}',
        b'{"query": false}',
        b'{"query": {"obj": "ect"}}',
        b'{"query": ["array"]}',
        b'[{"query": "{ hello }"}]',
        b'{"query": "{ hello }", "operationName": 7}',
        b'{"query": "{ hello }", "operationName": ["a"]}',
        b'{"query": "{ hello }", "variables": "{}"}',
        b'{"query": "{ hello }", "variables": []}',
        b'{"query": "{ hello }", "variables": false}',
        b'{"query": "{ hello }", "extensions": 0}',
        b'{"query": "{ hello }", "extensions": ["a"]}',
        b"\xff\xfe",
        b"\xef\xbb\xbf" + HELLO.encode(),
        b'{"query": "{ hello }", "operationName": "\\ud800"}',
        b'{"query": "{ hello }", "operationName": "\\ud800 and more"}',
        b'{"query": "{ hello(name: \\"\\udfff\\") }"}',
        b'{"query": "{ hello }", "operationName": "\xed\xa0\x80"}',
        b'{"query": "{ hello }", "operationName": "\xc0\xaf"}',
        b'{"query": "{ hello }", "variables": {"a": NaN}}',
        b'{"query": "{ hello }", "variables": {"a": 1e400}}',
        b'{"query": "{ hello }", "variables": {"a": ' + b"1" * 5000 + b"}}",
        b'{"query": "{ hello }", "variables": {"a": "\\u0000"}}',
        b'{"query": "{ hello }", "variables": {"\\u0000": 1}}',
        b'{"query": "{ hello }", "variables": {"a": ' + b"[" * 3000 + b"]" * 3000 + b"}}",
        b'{"query": "{ hello }", "variables": ' + b'{"a":' * 3000 + b"1" + b"}" * 3001,
        b'{"query": "{ hello }", "variables": {"a": ' + b"[" * 64 + b"]" * 64 + b"}}",
        b'{"query": "' + b"\\u007b" * 70 + b'", "variables": {"a": ' + b"[" * 64 + b"]" * 64 + b"}}",
        b'{"query": "{ hello }", "unknown": "\\ud800"}',
        b'{"query": "{ hello }", "unknown": "\xff"}',
        b'{"query": "{ hello }", "unknown": ' + b"[" * 65 + b"]" * 65 + b"}",
        b'{"documentId": 7}',
        b'{"id": null}',
        b"[" * 500_000,
    ],
    ids=lambda body: repr(body[:60]),
)
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_body_that_is_no_request_is_400_in_either_form(body: bytes, accept: str) -> None:
    client = make_client()
    answer = await client.raw(body, {"accept": accept})
    assert (answer.status_code, code_of(answer)) == (400, "BAD_REQUEST")
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert "data" not in answer.json()
    assert client.world.opened == 0


@pytest.mark.parametrize(
    "body",
    [
        b'{"query": "{ hello }", "variables": null, "operationName": null, "extensions": null}',
        b'{"query": "{ hello }", "variables": {"a": ' + b"[" * 60 + b"]" * 60 + b"}}",
        b'{"query": "{ hello }", "variables": {"a": [' + b"[]," * 5000 + b"[]]}}",
        b'{"query": "{ hello }", "variables": {"a": "[[[[[[' + b"[" * 5000 + b'"}}',
        b'{"query": "{ hello }", "variables": {"a": "\\\\u0000 is how it is written"}}',
        b'{"query": "{ hello }", "extensions": {"some": "value"}, "unknown": 1}',
        b'{"query": "{ hello }", "id": 7, "doc_id": null}',
        b'{"query": "' + b"{ hello } #" + b"{[" * 100 + b'"}',
        b'{"query": "\\u007b hello \\u007d"}',
        AT_HOME % b"\\ud83c\\udfe0",
        AT_HOME % "𬭎🏠".encode(),
    ],
    ids=lambda body: repr(body[:60]),
)
async def test_a_body_that_is_unusual_but_right_is_run(body: bytes) -> None:
    answer = await make_client().raw(body)
    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "你好，世界"}})


async def test_a_nul_written_as_an_escape_in_the_document_is_refused() -> None:
    for literal in (r'"\u0000"', r'"\u{0}"', r'"\u{0000}"'):
        answer = await make_client().post(f"{{ hello(name: {literal}) }}")
        assert (answer.status_code, code_of(answer)) == (400, "GRAPHQL_PARSE_FAILED")


@given(st.binary(max_size=200))
async def test_no_bytes_make_a_server_error(body: bytes) -> None:
    assert (await make_client().raw(body)).status_code in {200, 400}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
NAMES = st.sampled_from(["query", "variables", "operationName", "extensions"])


@given(JSON_VALUES)
async def test_no_json_makes_a_server_error(payload: object) -> None:
    assert (await make_client().raw(json.dumps(payload).encode())).status_code in {200, 400}


@given(st.dictionaries(NAMES, JSON_VALUES))
async def test_no_parameters_make_a_server_error(given_: dict[str, object]) -> None:
    client = make_client()
    for query in ({}, {"query": "query ($name: String) { hello(name: $name) }"}):
        assert (await client.raw(json.dumps(given_ | query).encode())).status_code in {200, 400}


async def test_a_body_of_one_mib_passes_and_one_byte_more_is_413() -> None:
    client = make_client()
    start, end = b'{"query": "{ hello }", "variables": {"a": "', b'"}}'
    filling = b"x" * ((1 << 20) - len(start) - len(end))
    assert (await client.raw(start + filling + end)).status_code == 200
    answer = await client.raw(start + filling + b"x" + end)
    assert (answer.status_code, code_of(answer)) == (413, "BAD_REQUEST")
    assert (await client.raw(b" " * (6 << 20))).status_code == 413


async def test_a_body_without_a_length_is_not_read_beyond_the_limit() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b" " * (1 << 16)

    client = make_client()
    # httpx's own transport reads a body to its end first, so the application is called directly.
    status = await _call(endless())
    assert status == 413
    assert read == 17
    assert client.world.opened == 0


async def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_bug() -> None:
    async def leaving() -> AsyncIterator[bytes]:
        yield b'{"query":'

    assert await _call(leaving()) == 400


async def _call(body: AsyncIterator[bytes]) -> int:
    """Send a body piece by piece, then leave; tell the status of the answer."""
    sent: list[Message] = []

    async def receive() -> Message:
        async for piece in body:
            return {"type": "http.request", "body": piece, "more_body": True}
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "headers": headers,
    }
    await make_app()(scope, receive, send)
    return sent[0]["status"]


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; Charset=UTF-8", 200),
        ('application/json; charset="utf-8"', 200),
        ("application/json; charset=latin-1", 415),
        ("application/json; charset=utf-16", 415),
        ("application/jsonp", 415),
        ("text/plain", 415),
        ("text/plain; application/json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/graphql", 415),
        ("", 415),
        (None, 415),
    ],
)
async def test_only_json_in_utf_8_is_a_body(content_type: str | None, status: int) -> None:
    headers = {"x-weixiu-request": "1"} | ({} if content_type is None else {"content-type": content_type})
    answer = await make_client().web.post("/graphql", content=HELLO.encode(), headers=headers)
    assert answer.status_code == status


async def test_a_compressed_body_is_415_and_says_what_is_accepted() -> None:
    answer = await make_client().raw(HELLO.encode(), {"content-encoding": "gzip"})
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "qeury={hello}",
        "query=%ff%fe",
        "query=%ed%a0%80",
        "query={hello}&query={hello}",
        "query={hello}&variables=1",
        "query={hello}&variables=[]",
        "query={hello}&variables={",
        "query={hello}&variables=" + quote("[" * 3000),
        "query={hello}&extensions=x",
        "query={hello}&" + "&".join(f"a{i}=1" for i in range(30)),
    ],
)
async def test_an_address_that_is_no_request_is_400(query_string: str) -> None:
    answer = await make_client().web.get(
        "/graphql?" + query_string, headers={"accept": "application/graphql-response+json"}
    )
    assert answer.status_code == 400
    assert code_of(answer) == ("GRAPHQL_PARSE_FAILED" if query_string == "query=" else "BAD_REQUEST")


async def test_a_get_takes_variables_as_json() -> None:
    answer = await make_client().web.get(
        "/graphql",
        params={
            "query": "query Q($name: String) { hello(name: $name) } query Other { hello }",
            "variables": '{"name": "𬭎"}',
            "operationName": "Q",
            "extensions": "",
        },
    )
    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "你好，𬭎"}})
