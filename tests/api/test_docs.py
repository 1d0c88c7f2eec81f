"""The written pages are true: README, generated pages, links, glossary, and the names of operations."""

import json
import re
from pathlib import Path

import httpx
import pytest

from api.__main__ import docs
from api.app import Face, make_app
from api.demo.caller import Caller
from api.demo.made_up import PASSWORD
from api.demo.world import build_world
from api.house import House
from api.trusted import load_trusted
from db.engine import Addresses
from resolvers.desk import Desk
from schema.roots import schema

CHECKOUT = Path(__file__).parents[2]
_OPERATION = re.compile(r"```graphql\n(.*?)```\n\n```json\n(.*?)```", re.DOTALL)
_ROW = re.compile(r"^\| (F[0-9]+) \|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
_PAGES = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/*.md"), *CHECKOUT.glob("docs/adr/*.md")])


def _words(path: str) -> str:
    return (CHECKOUT / path).read_text(encoding="utf-8")


async def test_the_operations_of_the_readme_have_the_answers_it_shows(desk: Desk, tmp_path: Path):
    await build_world(House(desk, Addresses("postgresql://demo/demo", "unused"), tmp_path))
    found = _OPERATION.findall(_words("README.md"))
    assert len(found) == 3
    transport = httpx.ASGITransport(make_app(desk, Face(worker=False)))
    async with httpx.AsyncClient(transport=transport, base_url="http://demo") as http:
        caller = await Caller(http).sign_in(440700, "qiaodu", PASSWORD)
        headers = {**caller.headers, "Accept-Language": "en"}
        for query, answer in found:
            response = await http.post("/graphql", json={"query": query}, headers=headers)
            assert response.json() == json.loads(answer)


async def test_the_trusted_document_of_the_page_is_run_as_it_shows(desk: Desk, tmp_path: Path):
    page = _words("docs/http.md")
    listed, asked = re.search(r"```json\n(.*?)```", page, re.DOTALL), re.search(r"-d '(.*?)'", page)
    assert listed
    assert asked
    (tmp_path / "web.json").write_text(listed[1], encoding="utf-8")
    face = Face(worker=False, trusted=load_trusted(tmp_path), trusted_only=True)
    transport = httpx.ASGITransport(make_app(desk, face))
    async with httpx.AsyncClient(transport=transport, base_url="http://demo") as http:
        answer = await http.post("/graphql", json=json.loads(asked[1]))
    assert [city["code"] for city in answer.json()["data"]["cities"]] == sorted(desk.cities)


def test_the_generated_pages_are_what_the_code_says():
    docs(check=True)


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path):
    lost = [
        link for link in _LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()
    ]
    assert lost == []


def test_every_name_of_the_glossary_occurs_in_the_code():
    rooms = ("api", "schema", "resolvers", "authz", "db", "reports", "domain")
    code = "\n".join(
        path.read_text(encoding="utf-8") for room in rooms for path in (CHECKOUT / room).rglob("*.py")
    )
    cities = "\n".join(
        path.read_text(encoding="utf-8") for path in (CHECKOUT / "domain/cities").glob("*.toml")
    )
    names = set(re.findall(r"`(\w+)`", _words("docs/glossary.md")))
    assert len(names) > 80
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", code + cities)] == []


def test_every_operation_of_the_coverage_is_in_the_graph_or_an_address():
    graph = schema.as_str()
    for number, _, operation, _ in _ROW.findall(_words("docs/coverage.md")):
        for name in re.findall(r"`([a-z]\w+)`", operation):
            assert re.search(rf"^  {name}[(:]", graph, re.MULTILINE), (number, name)
