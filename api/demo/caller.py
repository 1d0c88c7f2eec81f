"""Somebody who uses the product from outside, over HTTP and by nothing else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import httpx

from api.demo.pictures import picture
from api.visits import KEY_HEADER

Json: TypeAlias = Any
"""An answer's data: its shape is that of the query."""

ORDER = "order { id orderNo status unitCount buildingCount grossArea due acceptanceNo estate { id } }"
ORDER_DONE = f"... on OrderDone {{ {ORDER} }}"
_REFUSED = "... on Rejected { problemCount correctionUrl problems { code message path row cell column } }"
_SIGNED_IN = "... on SignedInDone { token }"


class UnexpectedAnswer(RuntimeError):  # noqa: N818 - reads as what happened
    """The product answered something else than the demo is about."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One who sends requests, signed in or not."""

    http: httpx.AsyncClient
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    async def ask(self, query: str, **variables: object) -> Json:
        """Send an operation and give its data.

        Raises:
            UnexpectedAnswer: The answer has errors.
        """
        body = {"query": query, "variables": variables}
        return _data(await self.http.post("/graphql", json=body, headers=self.headers))

    async def attempt(self, name: str, kind: str, given: Mapping[str, object], read: str) -> Json:
        """Send one mutation and give its answer, done or refused."""
        query = f"mutation($i: {kind}!) {{ {name}(input: $i) {{ __typename {read} {_REFUSED} }} }}"
        return (await self.ask(query, i=given))[name]

    async def act(self, name: str, kind: str, given: Mapping[str, object], read: str) -> Json:
        """Send one mutation that has to be done.

        Raises:
            UnexpectedAnswer: It was refused.
        """
        return _done(name, await self.attempt(name, kind, given, read))

    async def step(self, name: str, order: str, **more: object) -> Json:
        """Take a step of an order and give the order as it then stands."""
        kind = {"orderAccept": "OrderAcceptInput", "orderReturn": "OrderReturnInput"}.get(
            name, "OrderStepInput"
        )
        return (await self.act(name, kind, {"orderId": order, **more}, ORDER_DONE))["order"]

    async def send_file(self, query: str, given: Mapping[str, object], name: str, content: bytes) -> Json:
        """Send a mutation with one file as `input.file`, by the GraphQL multipart request."""
        operations = {"query": query, "variables": {"i": {**given, "file": None}}}
        form = {"operations": json.dumps(operations), "map": '{"0": ["variables.i.file"]}'}
        headers = {**self.headers, "X-Weixiu-Request": "1"}
        return _data(
            await self.http.post("/graphql", data=form, files={"0": (name, content)}, headers=headers)
        )

    async def import_workbook(self, order: str, name: str, content: bytes) -> Json:
        """Import a workbook into an order and give the answer, done or refused."""
        read = f"__typename ... on OrderImported {{ rows remarks {ORDER} }} {_REFUSED}"
        query = f"mutation($i: OrderImportInput!) {{ orderImport(input: $i) {{ {read} }} }}"
        return (await self.send_file(query, {"orderId": order}, name, content))["orderImport"]

    async def attempt_file(
        self, name: str, kind: str, given: Mapping[str, object], read: str, file: str, content: bytes
    ) -> Json:
        """Send one mutation with a file and give its answer, done or refused."""
        query = f"mutation($i: {kind}!) {{ {name}(input: $i) {{ __typename {read} {_REFUSED} }} }}"
        return (await self.send_file(query, given, file, content))[name]

    async def act_file(
        self, name: str, kind: str, given: Mapping[str, object], read: str, file: str, content: bytes
    ) -> Json:
        """Send one mutation with a file that has to be done.

        Raises:
            UnexpectedAnswer: It was refused.
        """
        return _done(name, await self.attempt_file(name, kind, given, read, file, content))

    async def upload(self, name: str, content: bytes) -> str:
        """Upload a document and give the file's id."""
        read = f"__typename ... on FileUploaded {{ file {{ id }} }} {_REFUSED}"
        query = f"mutation($i: FileUploadInput!) {{ fileUpload(input: $i) {{ {read} }} }}"
        answer = (await self.send_file(query, {}, name, content))["fileUpload"]
        return _done("fileUpload", answer)["file"]["id"]

    async def fetch(self, url: str) -> bytes:
        """Fetch a file.

        Raises:
            UnexpectedAnswer: It is not given.
        """
        response = await self.http.get(url, headers=self.headers)
        if not response.is_success:
            raise UnexpectedAnswer(f"GET {url} answered {response.status_code}")
        return response.content

    def with_key(self, key: str) -> "Caller":
        """Give the machine that holds a key."""
        return Caller(self.http, {KEY_HEADER: key})

    async def try_sign_in(self, city: int, name: str, password: str) -> "Caller | str":
        """Sign in and give who that is, or the code of the refusal."""
        given = {"city": city, "name": name, "password": password}
        answer = await self.attempt("signIn", "SignInInput", given, _SIGNED_IN)
        return _bearer(self.http, answer) if answer["__typename"] == "SignedInDone" else codes_of(answer)[0]

    async def sign_in(self, city: int, name: str, password: str) -> "Caller":
        """Sign in and give who that is.

        Raises:
            UnexpectedAnswer: The sign-in was refused.
        """
        caller = await self.try_sign_in(city, name, password)
        if isinstance(caller, str):
            raise UnexpectedAnswer(f"{name} cannot sign in to {city}: {caller}")
        return caller

    async def begin_registration(self, city: int) -> "Caller":
        """Give a visitor who may register an enterprise."""
        answer = await self.act("registrationOpen", "RegistrationOpenInput", {"city": city}, _SIGNED_IN)
        return _bearer(self.http, answer)

    async def register(self, form: Mapping[str, object], papers: Sequence[str]) -> Json:
        """Hand a registration in with a picture for each of its papers, and give the order."""
        given = [{"kind": kind, "fileId": await self.upload(f"{kind}.png", picture(kind))} for kind in papers]
        answer = await self.act(
            "organizationRegister", "OrganizationRegisterInput", {**form, "papers": given}, ORDER_DONE
        )
        return answer["order"]


def codes_of(answer: Json) -> list[str]:
    """Give the causes of a refusal; of an answer that is none, its type."""
    return [problem["code"] for problem in answer.get("problems", ())] or [answer["__typename"]]


def _bearer(http: httpx.AsyncClient, answer: Json) -> Caller:
    return Caller(http, {"Authorization": f"Bearer {answer['token']}"})


def _data(response: httpx.Response) -> Json:
    answer = response.json()
    if answer.get("errors") or "data" not in answer:
        raise UnexpectedAnswer(f"{response.status_code}: {json.dumps(answer, ensure_ascii=False)[:500]}")
    return answer["data"]


def _done(name: str, answer: Json) -> Json:
    if answer["__typename"] == "Rejected":
        raise UnexpectedAnswer(
            f"{name} was refused: {'; '.join(p['message'] for p in answer['problems'][:5])}"
        )
    return answer
