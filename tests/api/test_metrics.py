"""What the product tells those who watch over it, and whom it tells."""

import re

import httpx
import pytest
from starlette.applications import Starlette

from api.app import Face, make_app
from api.metrics import metrics_routes, write_metrics
from resolvers.desk import Desk
from resolvers.tally import Tally
from tests.scenes import Town

TOKEN = "a-token-for-the-monitoring"


def make_web(token: str | None = None, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """Make a client at an address, of a process that counted one thing."""
    tally = Tally()
    tally.count("requests", outcome="answered")
    transport = httpx.ASGITransport(Starlette(routes=metrics_routes(tally, token)), client=(address, 5000))
    return httpx.AsyncClient(transport=transport, base_url="http://face.test")


def test_counters_and_levels_are_written_as_prometheus_reads_them() -> None:
    tally = Tally()
    for _ in range(3):
        tally.count("fallbacks", reason="introspection")
    tally.count("fallbacks", reason='a "quoted"\n\\reason')
    tally.count("starts")
    tally.watch("documents_cached", lambda: 7)
    tally.watch("pool_connections_in_use", lambda: 2, pool="reader")
    assert write_metrics(tally).splitlines() == [
        "# TYPE weixiu_fallbacks_total counter",
        r'weixiu_fallbacks_total{reason="a \"quoted\"\n\\reason"} 1',
        'weixiu_fallbacks_total{reason="introspection"} 3',
        "# TYPE weixiu_starts_total counter",
        "weixiu_starts_total 1",
        "# TYPE weixiu_documents_cached gauge",
        "weixiu_documents_cached 7",
        "# TYPE weixiu_pool_connections_in_use gauge",
        'weixiu_pool_connections_in_use{pool="reader"} 2',
    ]


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
async def test_this_machine_itself_is_answered(address: str) -> None:
    answer = await make_web(address=address).get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'weixiu_requests_total{outcome="answered"} 1\n' in answer.text


@pytest.mark.parametrize("address", ["10.0.0.1", "192.168.1.7", "::2", "::ffff:10.0.0.1", "testclient", ""])
async def test_any_other_address_finds_nothing(address: str) -> None:
    answer = await make_web(address=address).get("/metrics")
    assert (answer.status_code, answer.text) == (404, "Not Found")


@pytest.mark.parametrize(
    "header",
    ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"],
)
async def test_what_came_through_a_proxy_finds_nothing(header: str) -> None:
    assert (await make_web().get("/metrics", headers={header: "127.0.0.1"})).status_code == 404


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1"])
async def test_with_a_token_whoever_shows_it_is_answered_and_nobody_else(address: str) -> None:
    web = make_web(TOKEN, address)
    through = {"X-Forwarded-For": "10.0.0.9"}
    for scheme in ("Bearer", "bearer"):
        shown = {"Authorization": f"{scheme} {TOKEN}", **through}
        assert (await web.get("/metrics", headers=shown)).status_code == 200
    for shown in ({}, {"Authorization": TOKEN}, {"Authorization": "Bearer "}, {"Authorization": "Bearer ä"}):
        headers = {name.encode(): value.encode() for name, value in shown.items()}
        answer = await web.get("/metrics", headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_the_product_tells_its_requests_documents_and_pools(town: Town, desk: Desk) -> None:
    transport = httpx.ASGITransport(make_app(desk, Face(worker=False, metrics=True)))
    async with httpx.AsyncClient(transport=transport, base_url="http://face") as web:
        for query in ("{ cities { code } }", "{ cities { code } }", "{ nobody }", "{ me { name } }"):
            await web.post("/graphql", json={"query": query})
        told = (await web.get("/metrics")).text
    assert 'weixiu_requests_total{outcome="answered"} ' in told
    assert 'weixiu_requests_total{outcome="GRAPHQL_VALIDATION_FAILED"} 1\n' in told
    assert re.search(r"^weixiu_documents_cached 2$", told, re.MULTILINE)
    assert re.search(r'^weixiu_pool_connections_most\{pool="[a-z]+"\} 4$', told, re.MULTILINE)
    assert re.search(r'^weixiu_pool_connections_in_use\{pool="[a-z]+"\} 0$', told, re.MULTILINE)
    assert re.search(r'^weixiu_reader_connections_in_use\{pool="[a-z]+"\} 0$', told, re.MULTILINE)


async def test_the_product_has_no_metrics_unless_they_are_switched_on(desk: Desk) -> None:
    transport = httpx.ASGITransport(make_app(desk, Face(worker=False)))
    async with httpx.AsyncClient(transport=transport, base_url="http://face") as web:
        assert (await web.get("/metrics")).status_code == 404
