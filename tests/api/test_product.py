"""The product's own face: what a stranger may throw at it, and what comes back."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from api.app import Face, make_app
from api.limits import Limits
from db.engine import Addresses
from resolvers.desk import Desk
from tests.db.roles import change
from tests.scenes import JIANGMEN, LUZHOU, PNG, Town

_JSON = {"content-type": "application/json"}
_SAFE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


@pytest.fixture
async def face(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """Give the product as it is served elsewhere than in a demo; a bug would be raised to nobody."""
    transport = httpx.ASGITransport(make_app(desk, Face(worker=False)))
    async with httpx.AsyncClient(transport=transport, base_url="http://face") as client:
        yield client


def _part(name: str, value: str, more: str = "") -> str:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


def _upload(operations: str, places: str) -> tuple[bytes, dict[str, str]]:
    file = _part("0", "x", '; filename="x.png"')
    body = _part("operations", operations) + _part("map", places) + file + "--b--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=b", "x-weixiu-request": "1"}
    return body.encode("utf-8", "surrogatepass"), headers


_QUERY = '{"query": "mutation($f: Upload!) { __typename }", "variables": {"f": null}}'
MALFORMED: list[tuple[bytes, dict[str, str]]] = [
    *((body, _JSON) for body in (b"", b"null", b"1", b'"x"', b"[]", b"[{}]", b"{", b"{}", b'{"query": 1}')),
    (b'{"query": "\xff\xfe"}', _JSON),
    (b'{"query": "{ me { name } }", "operationName": "\\ud800"}', _JSON),
    (b'{"query": "{ me { name } }", "variables": [1]}', _JSON),
    (b'{"query": "{ me { name } }", "variables": {"a": "\\u0000"}}', _JSON),
    (b'{"query": "{ me { name } }", "variables": ' + b'{"a":' * 3000 + b"1" + b"}" * 3001, _JSON),
    (b"[" * 100_000, _JSON),
    (b'{"query": "' + b" " * (1 << 20) + b'"}', _JSON),
    (b'{"query": "subscription { x }"}', _JSON),
    (b"query { me { name } }", {"content-type": "text/plain"}),
    (b"query=%7Bme%7Bname%7D%7D", {"content-type": "application/x-www-form-urlencoded"}),
    (b"{}", {"content-type": "application/json; charset=gbk"}),
    (b"{}", {**_JSON, "content-encoding": "gzip"}),
    (b"x", {"content-type": "multipart/form-data"}),
    (b"x", {"content-type": "multipart/form-data; boundary=b", "x-weixiu-request": "1"}),
    _upload(_QUERY, "[]"),
    _upload("null", "{}"),
    _upload("1", '{"0": ["variables.f"]}'),
    _upload(_QUERY, '{"0": ["variables.file.0"]}'),
    _upload(_QUERY, '{"0": ["variables.f", "variables.f"]}'),
    _upload(_QUERY, '{"0": "variables.f"}'),
    _upload(_QUERY, '{"0": ["__class__"]}'),
    (_upload(_QUERY, '{"0": ["variables.f"]}')[0], {"content-type": "multipart/form-data; boundary=b"}),
]


@pytest.mark.parametrize("place", range(len(MALFORMED)))
async def test_a_malformed_body_is_the_senders_fault_and_nobody_elses(face: httpx.AsyncClient, place: int):
    body, headers = MALFORMED[place]
    answer = await face.post("/graphql", content=body, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text
    (error, *_) = answer.json()["errors"]
    assert error["extensions"]["code"] != "INTERNAL_SERVER_ERROR"
    assert "data" not in answer.json()
    assert not re.search(r"Traceback|asyncpg|sqlalchemy|/api/|0x[0-9a-f]{6}", answer.text)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_other_methods_are_not_taken(face: httpx.AsyncClient, method: str):
    answer = await face.request(method, "/graphql")
    assert answer.status_code in {400, 405}
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/graphql", "/nowhere", "/files/x", "/health/live", "/templates/UNIT_IMPORT.xlsx", "/"]
)
async def test_every_answer_has_safe_headers_and_a_request_id(face: httpx.AsyncClient, path: str):
    answer = await face.get(path, headers={"X-Request-Id": "from-the-proxy-1"})
    assert {name: answer.headers.get(name) for name in _SAFE} == _SAFE
    assert answer.headers["x-request-id"] == "from-the-proxy-1"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "server" not in answer.headers


async def test_a_bug_is_masked_and_carries_the_id_under_which_it_is_logged(
    town: Town, server: Addresses, capsys: pytest.CaptureFixture[str]
):
    developer = await town.developer(JIANGMEN)
    # A database that lacks a table is as broken as a product can be; its own words stay in the log.
    await change(town, server, "drop table payment cascade")
    answer = await developer.http.post(
        "/graphql",
        json={"query": "{ payments { totalCount } me { name } }"},
        headers={**developer.headers, "X-Request-Id": "asked-by-support", "Accept-Language": "en"},
    )
    (error,) = answer.json()["errors"]
    assert error["message"] == "Internal server error. Tell support the number asked-by-support."
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": "asked-by-support"}
    assert error["path"] == ["payments"] or error["path"][0] == "payments"
    assert not re.search(r"payment\b|relation|select|asyncpg", error["message"].lower())
    logged = capsys.readouterr()
    assert "asked-by-support" in logged.out + logged.err
    assert developer.headers["Authorization"][10:] not in logged.out + logged.err


async def test_a_bug_in_a_mutation_writes_nothing_and_is_masked_too(town: Town, server: Addresses):
    developer = await town.developer(JIANGMEN)
    await change(town, server, "drop table outbox_message cascade")
    await change(town, server, "drop table audit cascade")
    given = {"content": {"estateCollection": {"name": "江畔花园"}}}
    draft = "mutation($i: OrderDraftInput!) { orderDraft(input: $i) { __typename } }"
    answer = await developer.send(draft, i=given)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL_SERVER_ERROR"]
    assert answer["data"] == {"orderDraft": None}
    assert (await developer.ask("{ orders { totalCount } }"))["orders"]["totalCount"] == 1


_DEEP = "{ estates { edges { node " + "{ buildings { estate " * 6 + "{ id }" + "} }" * 6 + " } } }"
_DOUBLING = "{ me { name } } fragment F25 on Query { me { name } } " + " ".join(
    f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(25)
)


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        (_DEEP, "depth"),
        ("{ " + " ".join(f"a{n}: me {{ name }}" for n in range(60)) + " }", "aliases"),
        ("{ " + "me { name } " * 600 + "}", "tokens"),
        ("{ me { name } }" + " " * 40_000, "characters"),
        (_DOUBLING, "unused fragments"),
        (_DOUBLING.replace("{ me { name } }", "{ ...F0 }", 1), "fields"),
    ],
)
async def test_a_document_that_asks_too_much_is_refused_at_once(town: Town, query: str, limit: str):
    answer = await town.stranger.send(query)
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    assert "data" not in answer
    assert codes == {"GRAPHQL_VALIDATION_FAILED" if limit == "unused fragments" else "TOO_COSTLY"}


async def test_a_body_beyond_a_mebibyte_is_413(face: httpx.AsyncClient):
    body = json.dumps({"query": "{ me { name } }", "variables": {"a": "x" * (1 << 20)}}).encode()
    assert (await face.post("/graphql", content=body, headers=_JSON)).status_code == 413
    assert Limits().body == 1 << 20


async def test_the_schema_is_told_in_the_demo_alone(face: httpx.AsyncClient, town: Town):
    asked = {"query": "{ __schema { queryType { name } } }"}
    hidden = (await face.post("/graphql", json=asked)).json()
    assert hidden["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    wrong = (await face.post("/graphql", json={"query": "{ mee { name } }"})).json()
    assert "Did you mean" not in json.dumps(wrong)
    assert (await face.get("/graphiql")).status_code == 404
    assert (await town.stranger.ask(asked["query"]))["__schema"]["queryType"]["name"] == "Query"


async def test_a_file_is_fetched_and_brought_only_by_who_is_signed_in(face: httpx.AsyncClient, town: Town):
    for request in (face.get("/files/x"), face.post("/files", content=PNG)):
        answer = await request
        assert answer.status_code == 401
        assert answer.json()["error"] == {"code": "UNAUTHENTICATED", "message": "请先登录。"}
    visitor = await town.visitor(LUZHOU)
    brought = await town.http.post("/files?name=照片.png", content=PNG, headers=visitor.headers)
    assert brought.status_code == 201
    fetched = await visitor.fetch(brought.json()["url"])
    assert (fetched.status_code, fetched.content) == (200, PNG)
    assert fetched.headers["content-disposition"] == "attachment; filename*=UTF-8''%E7%85%A7%E7%89%87.png"
    assert fetched.headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_machines_key_alone_does_not_let_a_foreign_page_post_a_file(town: Town):
    """A page of another site cannot add a header without asking first; a key in a header is such a header."""
    bank = await town.bank(LUZHOU)
    for media_type in (
        "text/plain",
        "multipart/form-data; boundary=b",
        "application/x-www-form-urlencoded",
        "",
    ):
        answer = await town.http.post(
            "/files", content=PNG, headers={**bank.headers, "content-type": media_type}
        )
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "ATTACHMENT_SIZE"),
        (b"<svg onload=alert(1)>", 422, "ATTACHMENT_TYPE"),
        (PNG + b"\0" * (1_048_576 - len(PNG)), 201, None),
        (PNG + b"\0" * (1_048_577 - len(PNG)), 422, "ATTACHMENT_SIZE"),
        (b"x" * 1_048_578, 413, "BAD_REQUEST"),
    ],
)
async def test_a_file_is_measured_and_told_by_its_content(
    town: Town, content: bytes, status: int, code: str | None
):
    visitor = await town.visitor(LUZHOU)
    answer = await town.http.post("/files?name=x.png", content=content, headers=visitor.headers)
    assert answer.status_code == status
    told: Any = answer.json()
    found = told["problems"][0]["code"] if "problems" in told else told.get("error", {}).get("code")
    assert found == code


async def test_health_tells_the_process_from_the_database(town: Town, desk: Desk):
    live, ready = await town.http.get("/health/live"), await town.http.get("/health/ready")
    assert (live.status_code, live.json()) == (200, {"status": "up"})
    assert (ready.status_code, ready.json()) == (200, {"database": "up"})


@pytest.mark.parametrize(
    "path",
    [
        "/templates/UNIT_IMPORT.xlsx",
        "/templates/NONE.xlsx?city=510500",
        "/templates/UNIT_IMPORT.xlsx?city=999999",
        "/templates/UNIT_IMPORT.xlsx?city=５１０５００",
    ],
)
async def test_a_template_that_does_not_exist_is_404(face: httpx.AsyncClient, path: str):
    assert (await face.get(path)).status_code == 404


async def test_every_error_is_told_in_the_callers_language(town: Town):
    query = "{ me { name } estates { totalCount } }"
    for language, message in (
        ("en-GB,en;q=0.9", "Sign in first."),
        ("zh-CN", "请先登录。"),
        ("fr", "请先登录。"),
    ):
        answer = await town.http.post(
            "/graphql", json={"query": query}, headers={"Accept-Language": language}
        )
        assert [error["message"] for error in answer.json()["errors"]] == [message]
