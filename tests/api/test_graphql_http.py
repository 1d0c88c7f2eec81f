"""GraphQL over HTTP: what is answered, in which form and with which status."""

from typing import Any

import httpx
import pytest
from graphql.execution.incremental import IncrementalExecutor
from strawberry.extensions import QueryDepthLimiter
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api.documents import Documents, Unfit
from api.execution import core_of
from api.graphql import FaceSettings, graphql_routes
from api.limits import Limits
from domain.refusal import Forbidden, NotFound, Refusal, Unauthenticated
from tests.api.face import RESPONSE, World, code_of, make_app, make_client, make_schema

# What is asked, and the code of the one error when nothing is run.
NOT_RUN = [
    ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{ 8f31403dfe404bccbb0e835f2629c6a7 }"}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{ nobody }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "type A { b: Int }"}, "OPERATION_RESOLUTION_FAILURE"),
    ({"query": "query ($n: String!) { hello(name: $n) }"}, "BAD_USER_INPUT"),
    ({"query": "query ($n: String!) { hello(name: $n) }", "variables": {"n": None}}, "BAD_USER_INPUT"),
    ({"query": "query ($n: String) { hello(name: $n) }", "variables": {"n": [1]}}, "BAD_USER_INPUT"),
    ({"query": "query a { hello } query b { hello }"}, "OPERATION_RESOLUTION_FAILURE"),
    ({"query": "query a { hello }", "operationName": "b"}, "OPERATION_RESOLUTION_FAILURE"),
    ({"query": "query a { hello }", "operationName": ""}, "OPERATION_RESOLUTION_FAILURE"),
    ({"query": "fragment f on Query { hello }"}, "OPERATION_RESOLUTION_FAILURE"),
    ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "ab"}}}, "PERSISTED_QUERY_NOT_SUPPORTED"),
    ({"extensions": {"persistedQuery": None}}, "PERSISTED_QUERY_NOT_SUPPORTED"),
]


@pytest.mark.parametrize(("payload", "code"), NOT_RUN)
async def test_what_cannot_be_run_is_400_without_data_or_200_for_old_clients(
    payload: dict[str, Any], code: str
) -> None:
    client = make_client()
    modern = await client.web.post("/graphql", json=payload, headers=RESPONSE)
    old = await client.web.post("/graphql", json=payload, headers={"accept": "application/json"})
    assert (modern.status_code, code_of(modern), "data" in modern.json()) == (400, code, False)
    assert (old.status_code, code_of(old), "data" in old.json()) == (200, code, False)
    assert modern.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert old.headers["content-type"] == "application/json; charset=utf-8"
    assert client.world.opened == client.world.closed


async def test_the_hash_of_an_unknown_query_is_answered_with_the_sentence_that_clients_know() -> None:
    for send in (
        make_client().web.post("/graphql", json={"extensions": {"persistedQuery": {"sha256Hash": "ab"}}}),
        make_client().web.get("/graphql", params={"extensions": '{"persistedQuery": {"sha256Hash": "ab"}}'}),
    ):
        answer = await send
        assert answer.json() == {
            "errors": [
                {
                    "message": "PersistedQueryNotSupported",
                    "extensions": {"code": "PERSISTED_QUERY_NOT_SUPPORTED"},
                }
            ]
        }


@pytest.mark.parametrize("parameter", ["documentId", "doc_id", "id"])
async def test_a_document_named_without_a_list_of_them_is_not_supported(parameter: str) -> None:
    client = make_client()
    for answer in (
        await client.raw(f'{{"{parameter}": "{"ab" * 32}"}}'.encode(), RESPONSE),
        await client.web.get("/graphql", params={parameter: "ab" * 32}, headers=RESPONSE),
    ):
        assert (answer.status_code, code_of(answer)) == (400, "PERSISTED_QUERY_NOT_SUPPORTED")


async def test_a_query_that_comes_with_its_hash_is_run() -> None:
    answer = await make_client().post("{ hello }", extensions={"persistedQuery": {"sha256Hash": "ab"}})
    assert answer.json() == {"data": {"hello": "你好，世界"}}


async def test_an_error_of_validation_tells_its_place() -> None:
    answer = await make_client().post("{\n  nobody\n}")
    (error,) = answer.json()["errors"]
    assert error["locations"] == [{"line": 2, "column": 3}]


async def test_at_most_twenty_errors_of_validation_are_told() -> None:
    answer = await make_client().post("{ " + " ".join(f"no{i}" for i in range(300)) + " }")
    errors = answer.json()["errors"]
    assert len(errors) == 21
    assert {error["extensions"]["code"] for error in errors} == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_subscription_over_post_is_400_and_nothing_is_run(accept: str) -> None:
    client = make_client()
    answer = await client.raw(b'{"query": "subscription { ticks }"}', {"accept": accept})
    assert (answer.status_code, code_of(answer)) == (400, "BAD_REQUEST")
    assert client.world.opened == 0


async def test_a_mutation_by_get_is_405_and_nothing_is_run() -> None:
    client = make_client()
    answer = await client.web.get("/graphql", params={"query": "mutation { touch }"})
    assert (answer.status_code, answer.headers["allow"], code_of(answer)) == (405, "POST", "BAD_REQUEST")
    mixed = {"query": "query a { hello } mutation b { touch }", "operationName": "b"}
    assert (await client.web.get("/graphql", params=mixed)).status_code == 405
    assert (await client.web.head("/graphql", params=mixed)).status_code == 405
    assert client.world.asked == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_405(method: str) -> None:
    assert (await make_client().web.request(method, "/graphql")).status_code == 405


async def test_an_accept_header_that_allows_no_json_is_406() -> None:
    client = make_client()
    for accept in ("multipart/mixed", "image/png", "*/*;q=0"):
        answer = await client.raw(b'{"query": "mutation { touch }"}', {"accept": accept})
        assert (answer.status_code, code_of(answer)) == (406, "BAD_REQUEST")
    assert client.world.asked == 0


async def test_urqls_accept_header_gets_json_although_it_names_event_streams() -> None:
    accept = (
        "application/graphql-response+json, application/graphql+json, application/json, "
        "text/event-stream, multipart/mixed"
    )
    answer = await make_client().raw(b'{"query": "{ hello }"}', {"accept": accept})
    assert answer.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert answer.json() == {"data": {"hello": "你好，世界"}}


async def test_each_operation_has_one_context_that_is_closed_however_it_ends() -> None:
    client = make_client()
    for query in ("{ hello }", "{ boomAlways }", "mutation { touch }", "query ($a: Int!) { hello }"):
        await client.post(query)
    assert (client.world.opened, client.world.closed) == (3, 3)


async def test_a_context_that_does_not_close_does_not_spoil_the_answer() -> None:
    class Stuck(World):
        async def close(self) -> None:
            raise OSError("the connection is gone")

    answer = await make_client(make_context=Stuck().open).post("{ hello }")
    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "你好，世界"}})


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        (Unauthenticated(), 401, "UNAUTHENTICATED"),
        (Forbidden(), 403, "FORBIDDEN"),
        (NotFound(), 400, "NOT_FOUND"),
    ],
)
async def test_a_caller_may_be_turned_away_before_the_operation(
    refusal: Refusal, status: int, code: str
) -> None:
    async def refuse(_request: object) -> World:
        raise refusal

    answer = await make_client(make_context=refuse).post("{ hello }")
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert answer.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)


async def test_a_refused_operation_asks_for_no_context() -> None:
    client = make_client()
    await client.post("{ nobody }")
    await client.raw(b"null")
    assert client.world.opened == 0


async def test_the_schemas_own_execution_context_class_runs_every_operation() -> None:
    ran: list[str] = []

    class Counted(StrawberryGraphQLCoreExecutionContext):
        def execute_operation(self, serially: bool | None = None) -> Any:
            ran.append(self.operation.operation.value)
            return IncrementalExecutor.execute_operation(self, serially)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - graphql-core leaves it open

    app = make_app(schema=make_schema(execution_context_class=Counted))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://face.test") as web:
        for query in ("{ hello }", "mutation { touch }"):
            assert (await web.post("/graphql", json={"query": query})).status_code == 200
    assert ran == ["query", "mutation"]


def test_a_schema_whose_extensions_would_not_run_is_refused_at_the_start() -> None:
    schema = make_schema(extensions=[lambda: QueryDepthLimiter(max_depth=3)])
    with pytest.raises(ValueError, match="extensions"):
        graphql_routes(schema, settings=FaceSettings(), make_context=World().open)


async def test_without_introspection_the_schema_is_told_by_neither_questions_nor_suggestions() -> None:
    closed, open_ = make_client(FaceSettings()), make_client(FaceSettings(introspection=True))
    questions = ["{ __schema { queryType { name } } }", '{ __type(name: "Query") { name } }']
    for question in questions:
        assert (await open_.post(question)).status_code == 200
        answer = await closed.post(question)
        codes = {error["extensions"]["code"] for error in answer.json()["errors"]}
        assert (answer.status_code, codes) == (400, {"GRAPHQL_VALIDATION_FAILED"})
    for wrong in (
        "{ helo }",
        "{ hello(nam: 1) }",
        "{ thing { nam } }",
        "query ($a: Strin) { hello(name: $a) }",
    ):
        assert "Did you mean" in (await open_.post(wrong)).text
        assert "Did you mean" not in (await closed.post(wrong)).text
    assert (await closed.post("{ __typename }")).json() == {"data": {"__typename": "Query"}}


def test_the_same_text_is_parsed_and_checked_once_while_there_is_room() -> None:
    documents = Documents(core_of(make_schema()), Limits(cached_tokens=20), introspection=True)
    first, _ = documents.check("{ hello }", None)  # 3 tokens
    second, _ = documents.check("{ thing { name size } }", None)  # 7 tokens
    documents.check("{ thing { name } }", None)  # 6 tokens
    assert documents.check("{ hello }", None)[0] is first
    documents.check("{ thing { size inner { name } } }", None)  # 10 tokens: the one not used longest must go
    assert len(documents) == 3
    first.plans["hello"] = "a plan"
    assert documents.check("{ hello }", None)[0] is first
    assert documents.check("{ hello }", None)[0].plans == {"hello": "a plan"}
    assert documents.check("{ thing { name size } }", None)[0] is not second


def test_a_text_that_does_not_fit_the_schema_is_not_kept() -> None:
    documents = Documents(core_of(make_schema()), Limits(), introspection=True)
    with pytest.raises(Unfit):
        documents.check("{ nobody }", None)
    assert len(documents) == 0
