"""Request ids, safe headers and proof that a request was meant."""

import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware

from api.security import SecureFace, may_be_forged
from tests.api.face import Client, World, make_client

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.mark.parametrize("given", ["abcdefgh", "A.b_c-9" * 2, "x" * 64])
async def test_a_good_request_id_is_kept(given: str) -> None:
    answer = await make_client().web.get("/graphql", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize(
    "given", [None, "", "short", "x" * 65, "a b c d e f", "{json: 1}", "é" * 10, "a\tbcdefgh"]
)
async def test_any_other_request_id_is_replaced(given: str | None) -> None:
    headers = {} if given is None else {b"x-request-id": given.encode()}
    answer = await make_client().web.get("/graphql", headers=headers)
    assert UUID7.fullmatch(answer.headers["x-request-id"])


async def test_of_two_headers_of_one_name_the_first_counts() -> None:
    headers = [("x-request-id", "the-first-of-two"), ("x-request-id", "the-second-of-two")]
    answer = await make_client().web.get("/graphql", headers=headers)
    assert answer.headers.get_list("x-request-id") == ["the-first-of-two"]


@pytest.mark.parametrize("path", ["/graphql", "/nowhere", "/graphql?query={hello}"])
async def test_every_answer_carries_the_safe_headers(path: str) -> None:
    answer = await make_client().web.get(path)
    wanted = {
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-frame-options": "DENY",
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "content-security-policy": (
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
    }
    assert {name: answer.headers[name] for name in wanted} == wanted
    assert "strict-transport-security" not in answer.headers
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_server_reached_by_https_says_so() -> None:
    app = Starlette(middleware=[Middleware(SecureFace, https=True)])
    web = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://face.test")
    answer = await Client(web, World()).web.get("/")
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
@pytest.mark.parametrize(
    "proof", ["X-Weixiu-Request", "Apollo-Require-Preflight", "X-Requested-With", "Authorization"]
)
def test_a_body_that_any_page_could_send_needs_a_header_that_none_can(media_type: str, proof: str) -> None:
    assert may_be_forged(media_type, Headers())
    assert may_be_forged(media_type, Headers({proof: ""}))
    assert may_be_forged(media_type, Headers({"Cookie": "session=1", "Origin": "https://evil.example"}))
    assert not may_be_forged(media_type, Headers({proof: "1"}))


def test_json_makes_a_browser_ask_first_and_needs_no_proof() -> None:
    assert not may_be_forged("application/json", Headers())
