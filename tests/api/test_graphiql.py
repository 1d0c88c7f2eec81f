"""The page for trying queries: from this server alone, and only where it is switched on."""

import html
import json
import re
from pathlib import Path

import pytest

from api.graphiql import Page
from api.graphql import FaceSettings
from api.page.bundle import LOCKED, START
from tests.api.face import Client, make_client

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Lay out a folder as an installed bundle is."""
    (tmp_path / "ruru.js").write_text("export {};\n")
    (tmp_path / "ruru.css").write_text("")
    return tmp_path


@pytest.fixture
def client(bundle: Path) -> Client:
    return make_client(FaceSettings(graphiql=True, page=Page(bundle=bundle, query='{ hello(name: "<b>") }')))


async def test_the_page_asks_nobody_but_this_server(client: Client) -> None:
    answer = await client.web.get("/graphiql", headers=BROWSER)
    assert answer.status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]*)"', answer.text)
    assert addresses == ["data:,", "/graphiql/bundle/ruru.css", "/graphiql/start.js"]
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; ")
    assert "http" not in policy
    assert "<script>" not in answer.text


async def test_the_page_tells_its_language_and_its_settings(client: Client) -> None:
    text = (await client.web.get("/graphiql")).text
    assert '<html lang="zh-CN">' in text
    (config,) = re.findall(r'data-config="([^"]*)"', text)
    assert json.loads(html.unescape(config)) == {
        "endpoint": "/graphql",
        "staticPath": "/graphiql/bundle/",
        "defaultQuery": '{ hello(name: "<b>") }',
    }


async def test_the_bundle_and_the_start_file_are_served_with_the_same_policy(client: Client) -> None:
    page = await client.web.get("/graphiql")
    for path in ("/graphiql/bundle/ruru.js", "/graphiql/bundle/ruru.css"):
        answer = await client.web.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"] == page.headers["content-security-policy"]
        again = await client.web.get(path, headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
    start = await client.web.get("/graphiql/start.js")
    assert (start.status_code, start.text) == (200, START.read_text())
    assert start.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "nothing.js", ""])
async def test_nothing_but_the_bundle_is_served(client: Client, bundle: Path, path: str) -> None:
    (bundle.parent / "secret.txt").write_text("secret")
    assert (await client.web.get(f"/graphiql/bundle/{path}")).status_code == 404


async def test_without_its_bundle_the_page_says_what_to_run(tmp_path: Path) -> None:
    client = make_client(FaceSettings(graphiql=True, page=Page(bundle=tmp_path / "none")))
    answer = await client.web.get("/graphiql")
    assert answer.status_code == 503
    assert "python -m api.page" in answer.text
    assert (await client.web.get("/graphiql/bundle/ruru.js")).status_code == 404
    assert (await client.post("{ hello }")).status_code == 200


async def test_a_browser_at_the_endpoint_is_led_to_the_page(client: Client) -> None:
    answer = await client.web.get("/graphql", headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/graphiql")
    asked = await client.web.get("/graphql", params={"query": "{ hello }"}, headers=BROWSER)
    assert asked.json() == {"data": {"hello": "你好，世界"}}


async def test_where_it_is_switched_off_there_is_no_page() -> None:
    client = make_client(FaceSettings())
    assert (await client.web.get("/graphiql", headers=BROWSER)).status_code == 404
    assert (await client.web.get("/graphql", headers=BROWSER)).status_code == 400


def test_the_lock_names_the_bundle_by_its_hash_and_no_registry() -> None:
    manifest, lock, _ = (path.read_text() for path in LOCKED)
    wanted = json.loads(manifest)["dependencies"]
    packages = {name: entry for name, entry in json.loads(lock)["packages"].items() if name}
    assert list(packages) == ["node_modules/ruru"]
    assert packages["node_modules/ruru"]["version"] == wanted["ruru"]
    assert packages["node_modules/ruru"]["integrity"].startswith("sha512-")
    assert "http" not in lock
