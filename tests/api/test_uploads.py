"""Files that come with an operation, by the GraphQL multipart request specification."""

import json
from typing import Any

import httpx
import pytest

from tests.api.face import code_of, make_client

ONE = "mutation ($file: Upload!) { readFile(file: $file) }"
MANY = "mutation ($input: FilesInput!) { readFiles(input: $input) }"
PROOF = {"x-weixiu-request": "1"}


async def send(
    operations: Any,
    places: Any,
    files: dict[str, bytes],
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Send an upload; `operations` and `places` go as JSON, or as they are where they are text."""
    text = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in (("operations", operations), ("map", places))
        if value is not ...
    }
    parts = {name: (f"{name}.xlsx", content) for name, content in files.items()}
    return await make_client().web.post(
        "/graphql", data=text, files=parts or {"": b""}, headers=PROOF if headers is None else headers
    )


def one(value: object = None) -> dict[str, object]:
    return {"query": ONE, "variables": {"file": value}}


async def test_a_file_reaches_the_resolver_with_its_name_and_bytes() -> None:
    answer = await send(one(), {"0": ["variables.file"]}, {"0": b"x" * 3_000_000})
    assert (answer.status_code, answer.json()) == (200, {"data": {"readFile": "0.xlsx:3000000"}})


async def test_files_reach_their_places_in_a_list_inside_an_input() -> None:
    operations = {"query": MANY, "variables": {"input": {"title": "附件", "files": [None, None]}}}
    places = {"a": ["variables.input.files.1"], "b": ["variables.input.files.0"]}
    answer = await send(operations, places, {"a": b"1", "b": b"2"})
    assert answer.json() == {"data": {"readFiles": ["附件:b.xlsx", "附件:a.xlsx"]}}


@pytest.mark.parametrize(
    "proof", ["x-weixiu-request", "apollo-require-preflight", "x-requested-with", "authorization"]
)
async def test_an_upload_that_another_sites_page_could_send_is_403(proof: str) -> None:
    arguments = (one(), {"0": ["variables.file"]}, {"0": b"x"})
    refused = await send(*arguments, headers={"origin": "https://evil.example"})
    assert (refused.status_code, code_of(refused)) == (403, "FORBIDDEN")
    assert (await send(*arguments, headers={proof: "1"})).status_code == 200


@pytest.mark.parametrize(
    ("operations", "places"),
    [
        ("null", {"0": ["variables.file"]}),
        ("1", {"0": ["variables.file"]}),
        ("[]", {"0": ["variables.file"]}),
        ("{", {"0": ["variables.file"]}),
        ([one()], {"0": ["0.variables.file"]}),
        (..., {"0": ["variables.file"]}),
        (one(), ...),
        (one(), "[]"),
        (one(), "null"),
        (one(), "{}"),
        (one(), {"0": "variables.file"}),
        (one(), {"0": []}),
        (one(), {"0": [1]}),
        (one(), {"0": ["variables.file", "variables.file"]}),
        (one(), {"0": ["variables.file.0"]}),
        (one(), {"0": ["variables.other"]}),
        (one(), {"0": ["variables"]}),
        (one(), {"0": [""]}),
        (one(), {"0": ["."]}),
        (one(), {"0": ["query"]}),
        (one(), {"0": ["query.0"]}),
        (one(), {"1": ["variables.file"]}),
        (one(), {"0": ["variables.file"], "1": ["variables.file"]}),
        (one(), {"operations": ["variables.file"]}),
        (one("text"), {"0": ["variables.file"]}),
        (one([None]), {"0": ["variables.file.1"]}),
        (one([None]), {"0": ["variables.file.-1"]}),
        (one([None]), {"0": ["variables.file.²"]}),
        (one([None]), {"0": ["variables.file." + "9" * 5000]}),
        ({"query": ONE}, {"0": ["variables.file"]}),
        ({"query": ONE, "variables": []}, {"0": ["variables.file"]}),
        ({"variables": {"file": None}}, {"0": ["variables.file"]}),
    ],
)
async def test_an_upload_whose_parts_do_not_fit_together_is_400(operations: Any, places: Any) -> None:
    answer = await send(operations, places, {"0": b"x"})
    assert (answer.status_code, code_of(answer)) == (400, "BAD_REQUEST")


async def test_a_file_that_no_place_names_is_400() -> None:
    answer = await send(one(), {"0": ["variables.file"]}, {"0": b"x", "1": b"y"})
    assert answer.status_code == 400


@pytest.mark.parametrize(("size", "status"), [(10 << 20, 200), ((10 << 20) + 1, 413), (11 << 20, 413)])
async def test_a_file_may_have_ten_mib(size: int, status: int) -> None:
    answer = await send(one(), {"0": ["variables.file"]}, {"0": bytes(size)})
    assert answer.status_code == status


@pytest.mark.parametrize(("count", "status"), [(20, 200), (21, 413), (300, 413)])
async def test_an_upload_may_have_twenty_files(count: int, status: int) -> None:
    operations = {"query": MANY, "variables": {"input": {"title": "a", "files": [None] * count}}}
    places = {str(i): [f"variables.input.files.{i}"] for i in range(count)}
    answer = await send(operations, places, {str(i): b"x" for i in range(count)})
    assert answer.status_code == status


async def test_the_text_parts_of_an_upload_may_have_one_mib_each() -> None:
    answer = await send(
        one() | {"extensions": {"a": "x" * (1 << 20)}}, {"0": ["variables.file"]}, {"0": b"x"}
    )
    assert (answer.status_code, code_of(answer)) == (413, "BAD_REQUEST")


@pytest.mark.parametrize("value", ["text", 1, True, {}, []])
async def test_only_a_file_part_fills_an_upload(value: object) -> None:
    client = make_client()
    variable = await client.post(ONE, variables={"file": value})
    assert (variable.status_code, code_of(variable)) == (400, "BAD_USER_INPUT")
    literal = await client.post('mutation { readFile(file: "text") }')
    assert (literal.status_code, code_of(literal)) == (400, "GRAPHQL_VALIDATION_FAILED")


FORM = (
    b'--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n'
    b'{"query": "mutation ($file: Upload!) { readFile(file: $file) }", "variables": {"file": null}}\r\n'
    b'--b\r\nContent-Disposition: form-data; name="map"\r\n\r\n{"0": ["variables.file"]}\r\n'
    b'--b\r\nContent-Disposition: form-data; name="0"; filename="a.xlsx"\r\n\r\nabc\r\n--b--\r\n'
)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (FORM, "multipart/form-data; boundary=b", 200),
        (FORM, "Multipart/Form-Data; charset=utf-8; boundary=b", 200),
        (FORM, "multipart/form-data; boundary=b; charset=idna", 415),
        (FORM, "multipart/form-data", 400),
        (FORM, "multipart/form-data; boundary=", 400),
        (FORM, "multipart/form-data; boundary=" + "x" * 300, 400),
        (FORM, "multipart/form-data; boundary=other", 400),
        (FORM, "multipart/mixed; boundary=b", 415),
        (FORM[:-8], "multipart/form-data; boundary=b", 400),
        (FORM[:-60], "multipart/form-data; boundary=b", 400),
        (b"", "multipart/form-data; boundary=b", 400),
        (b"null", "multipart/form-data; boundary=b", 400),
        (b"--b--\r\n", "multipart/form-data; boundary=b", 400),
        (FORM.replace(b'; name="0"', b""), "multipart/form-data; boundary=b", 400),
        (FORM.replace(b'name="0"', b'name="map"'), "multipart/form-data; boundary=b", 400),
        (FORM.replace(b'; filename="a.xlsx"', b""), "multipart/form-data; boundary=b", 400),
        (FORM.replace(b'{"0"', b'{"\xff"'), "multipart/form-data; boundary=b", 400),
        (FORM.replace(b'name="0"', b'name="\xff"'), "multipart/form-data; boundary=b", 400),
        (FORM.replace(b"form-data; name", b"x" * 5000 + b"; name"), "multipart/form-data; boundary=b", 400),
        (
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 3 + FORM,
            "multipart/form-data; boundary=b",
            400,
        ),
    ],
)
async def test_a_multipart_body_is_whole_or_400(body: bytes, content_type: str, status: int) -> None:
    answer = await make_client().raw(body, PROOF | {"content-type": content_type})
    assert answer.status_code == status
