"""Trusted documents: the front ends' own queries, named by their hashes instead of being sent."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.graphql import FaceSettings
from api.limits import Limits
from api.settings import Settings
from api.trusted import UntrustworthyError, load_trusted
from tests.api.face import RESPONSE, Client, code_of, make_app, make_client

HELLO = "query Hello($name: String) { hello(name: $name) }"
TWO = "query A { thing { name } } query B { thing { size } }"
TOUCH = "mutation Touch { touch }"
TICKS = "subscription { ticks }"


def hash_of(text: str) -> str:
    """Hash a document as the tools do."""
    return hashlib.sha256(text.encode()).hexdigest()


LIST = {hash_of(text): text for text in (HELLO, TWO, TOUCH, TICKS)}


def trusting(*, only: bool = False) -> Client:
    """Make a client of a face with the list."""
    return make_client(FaceSettings(trusted=LIST, trusted_only=only))


async def _name(client: Client, payload: dict[str, Any]) -> Any:
    return await client.web.post("/graphql", json=payload, headers=RESPONSE)


@pytest.mark.parametrize(
    "named",
    [
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(HELLO)}}},
        {"documentId": hash_of(HELLO)},
        {"documentId": f"sha256:{hash_of(HELLO)}"},
        {"doc_id": hash_of(HELLO)},
        {"id": hash_of(HELLO)},
        {"id": hash_of(HELLO), "unknown": 1},
        {"id": hash_of(HELLO), "query": None},
    ],
    ids=["Apollo and urql", "documentId", "with its algorithm", "doc_id", "Relay", "beside others", "null"],
)
@pytest.mark.parametrize("only", [False, True])
async def test_a_document_is_run_by_its_hash_in_every_usual_place(
    named: dict[str, Any], *, only: bool
) -> None:
    answer = await _name(trusting(only=only), {**named, "variables": {"name": "𬭎"}})
    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "你好，𬭎"}})


async def test_a_query_is_named_by_get_too_but_no_mutation() -> None:
    client = trusting()
    extensions = json.dumps({"persistedQuery": {"sha256Hash": hash_of(HELLO)}})
    for params in ({"documentId": hash_of(HELLO)}, {"extensions": extensions}):
        answer = await client.web.get("/graphql", params={**params, "variables": '{"name": "a"}'})
        assert answer.json() == {"data": {"hello": "你好，a"}}
    assert (await client.web.get("/graphql", params={"id": hash_of(TOUCH)})).status_code == 405
    assert client.world.asked == 0


async def test_an_operation_of_the_document_is_chosen_by_its_name() -> None:
    client = trusting()
    answer = await _name(client, {"id": hash_of(TWO), "operationName": "B"})
    assert answer.json() == {"data": {"thing": {"size": 1}}}
    assert code_of(await _name(client, {"id": hash_of(TWO)})) == "OPERATION_RESOLUTION_FAILURE"
    assert code_of(await _name(client, {"id": hash_of(TICKS)})) == "BAD_REQUEST"


@pytest.mark.parametrize(
    "named",
    [
        {"id": "ab" * 32},
        {"documentId": ""},
        {"extensions": {"persistedQuery": {"sha256Hash": "ab" * 32}}},
        {"extensions": {"persistedQuery": {"sha256Hash": 7}}},
        {"extensions": {"persistedQuery": None}},
    ],
)
async def test_a_hash_that_is_not_in_the_list_is_answered_with_the_sentence_that_clients_know(
    named: dict[str, Any],
) -> None:
    answer = await _name(trusting(), named)
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
    ]


async def test_other_documents_are_taken_unless_the_list_is_the_only_one() -> None:
    assert (await trusting().post("{ hello }")).status_code == 200
    client = trusting(only=True)
    answer = await client.post("{ hello }")
    assert (answer.status_code, code_of(answer)) == (400, "DOCUMENT_NOT_TRUSTED")
    assert code_of(await client.post("{ nobody")) == "DOCUMENT_NOT_TRUSTED"
    assert (await client.web.get("/graphql", params={"query": "{ hello }"})).status_code == 200
    assert (await client.old("{ hello }")).status_code == 200
    assert client.world.opened == 0
    # The text of a listed document is as good as its hash.
    assert (await client.post(HELLO)).json() == {"data": {"hello": "你好，世界"}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{ nobody }", "Cannot query field 'nobody' on type 'Query'."),
        ("{", "Syntax Error: Expected Name, found <EOF>."),
        ("{ thing { inner { name } } }", "The request is too large: at most 2 levels of nesting."),
        ("{ __schema { queryType { name } } }", "introspection has been disabled"),
    ],
)
def test_a_document_that_would_be_refused_lets_nothing_start(text: str, told: str) -> None:
    settings = FaceSettings(trusted={hash_of(text): text}, limits=replace(Limits(), depth=2))
    with pytest.raises(UntrustworthyError) as refused:
        make_app(settings)
    assert str(refused.value).startswith(f"The trusted document {hash_of(text)}: ")
    assert told in str(refused.value)


def test_a_file_or_all_files_of_a_folder_are_read(tmp_path: Path) -> None:
    (tmp_path / "web.json").write_text(json.dumps({hash_of(HELLO): HELLO}))
    (tmp_path / "app.json").write_text(json.dumps({f"sha256:{hash_of(TWO)}": TWO}))
    (tmp_path / "readme.txt").write_text("not a list")
    assert load_trusted(tmp_path / "web.json") == {hash_of(HELLO): HELLO}
    assert load_trusted(tmp_path) == {hash_of(HELLO): HELLO, hash_of(TWO): TWO}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[]", "must be a JSON object of documents by their hashes"),
        (json.dumps({"5d41402abc4b2a76b9719d911017c592": HELLO}).encode(), "must be a SHA-256 in hex"),
        (json.dumps({hash_of(HELLO): None}).encode(), "must be a SHA-256 in hex"),
        (json.dumps({hash_of(HELLO): HELLO + " "}).encode(), "is not the one that has this hash"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_told_with_its_reason(
    tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "web.json"
    file.write_bytes(content)
    for place in (file, tmp_path):
        with pytest.raises(UntrustworthyError, match=told):
            load_trusted(place)


def test_a_place_without_a_list_is_told(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nothing.json"):
        with pytest.raises(UntrustworthyError, match="trusted documents"):
            load_trusted(place)


def test_taking_only_trusted_documents_needs_some(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert Settings().trusted() is None
    monkeypatch.setenv("WEIXIU_TRUSTED_ONLY", "true")
    with pytest.raises(UntrustworthyError, match="WEIXIU_TRUSTED_ONLY needs WEIXIU_TRUSTED_DOCUMENTS"):
        Settings().trusted()
    (tmp_path / "web.json").write_text(json.dumps(LIST))
    monkeypatch.setenv("WEIXIU_TRUSTED_DOCUMENTS", str(tmp_path))
    assert Settings().trusted() == LIST
