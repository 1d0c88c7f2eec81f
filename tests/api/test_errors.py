"""Every error has a code, and no error tells how the inside is built."""

import json

import pytest
from structlog.testing import capture_logs

from api.errors import Code
from tests.api.face import SECRET, code_of, make_client

PERSONAL = "110101199003070011"  # stands in the exception behind the bug


@pytest.mark.parametrize(
    ("query", "code", "zh", "en"),
    [
        (
            "{ missing }",
            "NOT_FOUND",
            "未找到该内容，请检查编号后重试。",
            "Not found: check the number and try again.",
        ),
        ("{ forbidden }", "FORBIDDEN", "您没有进行此操作的权限。", "You are not allowed to do this."),
        ("{ signedIn }", "UNAUTHENTICATED", "请先登录。", "Sign in first."),
        (
            "{ costly }",
            "TOO_COSTLY",
            "请求过大：行数最多为 100。请分成几次请求。",
            "The request is too large: at most 100 rows. Ask in several requests.",
        ),
        (
            '{ page(after: "x") }',
            "BAD_USER_INPUT",
            "参数 after 的值无效，请检查后重试。",
            "The value of after cannot be used: check it and try again.",
        ),
        (
            '{ byId(id: "Nope") }',
            "BAD_USER_INPUT",
            "参数的值无效，请检查后重试。",
            "The value of an argument cannot be used: check it and try again.",
        ),
    ],
)
async def test_a_refused_field_has_its_code_and_the_callers_language(
    query: str, code: str, zh: str, en: str
) -> None:
    client = make_client()
    for language, message in (("zh-CN", zh), ("en-GB", en)):
        answer = await client.web.post(
            "/graphql", json={"query": query}, headers={"accept-language": language}
        )
        field = query.strip("{ }").split("(")[0]
        (error,) = answer.json()["errors"]
        assert (answer.status_code, answer.json()["data"]) == (200, {field: None})
        assert (error["message"], error["path"], error["extensions"]) == (message, [field], {"code": code})


@pytest.mark.parametrize("query", ["{ boom }", "{ boomAlways }", "{ hello boom }"])
async def test_a_bug_is_told_by_its_number_and_by_nothing_else(query: str) -> None:
    with capture_logs() as logs:
        answer = await make_client().web.post(
            "/graphql",
            json={"query": query},
            headers={"x-request-id": "req-12345678", "accept-language": "en"},
        )
    assert answer.status_code == 200
    (error,) = answer.json()["errors"]
    assert error["message"] == "Internal server error. Tell support the number req-12345678."
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": "req-12345678"}
    (line,) = logs
    assert line["request_id"] == "req-12345678"
    assert line["error"][0] == "builtins.RuntimeError"
    assert any(" boom" in place for place in line["at"])
    for told in (answer.text, json.dumps(logs)):
        assert SECRET not in told
        assert PERSONAL not in told


async def test_a_refusal_behind_a_bug_does_not_make_it_a_refusal() -> None:
    with capture_logs() as logs:
        answer = await make_client().post("{ mistaken }")
    assert code_of(answer) == "INTERNAL_SERVER_ERROR"
    assert logs[0]["error"] == ["builtins.RuntimeError", "domain.refusal.NotFound"]


async def test_a_broken_promise_of_the_schema_is_a_bug_and_not_told() -> None:
    with capture_logs() as logs:
        answer = await make_client().post("{ broken }")
    assert code_of(answer) == "INTERNAL_SERVER_ERROR"
    assert "non-nullable" not in answer.text
    assert len(logs) == 1


async def test_ten_bugs_of_one_answer_are_logged_and_all_are_told() -> None:
    query = "{ " + " ".join(f"a{i}: boom" for i in range(30)) + " }"
    with capture_logs() as logs:
        answer = await make_client().post(query)
    assert (len(answer.json()["errors"]), len(logs)) == (30, 10)


async def test_a_scalars_problem_is_told_in_its_own_words_as_variable_and_as_literal() -> None:
    client = make_client()
    variable = await client.post("query ($a: Area!) { area(value: $a) }", variables={"a": 7})
    literal = await client.post("{ area(value: 7) }")
    for answer, code in ((variable, "BAD_USER_INPUT"), (literal, "GRAPHQL_VALIDATION_FAILED")):
        (error,) = answer.json()["errors"]
        assert answer.status_code == 400
        assert error["extensions"] == {"code": code, "problem": "AREA_INVALID"}
        assert "AREA_INVALID" not in error["message"]


async def test_the_text_of_an_unexpected_exception_in_a_scalar_is_cut_off() -> None:
    client = make_client()
    variable = await client.post("query ($a: Area!) { area(value: $a) }", variables={"a": "bug"})
    literal = await client.post('{ area(value: "bug") }')
    for answer in (variable, literal):
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["message"] == "参数的值无效，请检查后重试。"
        assert SECRET not in answer.text


async def test_null_in_a_variable_for_an_argument_that_takes_none_is_the_clients_mistake() -> None:
    answer = await make_client().post('query ($n: String = "a") { hello(name: $n) }', variables={"n": None})
    assert code_of(answer) == "BAD_USER_INPUT"


async def test_a_bug_outside_the_operation_is_500_with_the_same_care() -> None:
    async def broken(_request: object) -> None:
        raise RuntimeError(SECRET)

    with capture_logs() as logs:
        answer = await make_client(make_context=broken).post("{ hello }")  # pyright: ignore[reportArgumentType] - it gives no context
    assert (answer.status_code, code_of(answer)) == (500, "INTERNAL_SERVER_ERROR")
    assert answer.json()["errors"][0]["extensions"]["requestId"] == answer.headers["x-request-id"]
    assert SECRET not in answer.text + json.dumps(logs)
    assert len(logs) == 1


def test_codes_are_their_own_names() -> None:
    assert [code.value for code in Code] == [code.name for code in Code]
