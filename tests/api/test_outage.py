"""While the database is away everybody is told to try again, and once it is back they are answered."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from api.app import Face, make_app
from db.engine import Addresses, Databases
from resolvers.desk import Desk
from tests.banks import CONFIRM, SignedBank
from tests.scenes import JIANGMEN, Town
from tests.shelf import Shelf

_KEY = "wxk_440700_1a2b3c4d_example"
_CITIES = {"query": "{ me { name } }"}
_SIGN_IN = {
    "query": "mutation($i: SignInInput!) { signIn(input: $i) { __typename } }",
    "variables": {"i": {"city": JIANGMEN, "name": "admin", "password": "a true password"}},
}
_TERMINATE = (
    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
    " where datname = current_database() and usename like 'weixiu%'"
)


@pytest.fixture
async def away(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """Serve a desk whose database is nowhere."""
    nowhere = Addresses("postgresql+asyncpg://postgres:x@/postgres?host=/nowhere", "pool-password")
    databases = Databases(nowhere, size=1)
    transport = httpx.ASGITransport(make_app(replace(desk, databases=databases), Face(worker=False)))
    async with httpx.AsyncClient(transport=transport, base_url="http://away") as client:
        yield client
    await databases.close()


async def test_who_comes_while_the_database_is_away_is_told_to_try_again(
    away: httpx.AsyncClient, town: Town, capsys: pytest.CaptureFixture[str]
):
    developer = await town.developer(JIANGMEN)
    said = {"Accept-Language": "en", **developer.headers}
    for asked in (_CITIES, _SIGN_IN):
        answer = await away.post("/graphql", json=asked, headers=said)
        (error,) = answer.json()["errors"]
        assert error["extensions"]["code"] == "TRY_AGAIN", answer.text
        assert error["message"].startswith("The database is away: try again in a moment")
    bank = SignedBank(away, _KEY, town.desk.clock)
    answer = await bank.send(CONFIRM, bank.report({"noticeNo": "N", "total": "1.00"}, "T1"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["error"]["code"] == "TRY_AGAIN"
    assert (await away.get("/health/ready")).status_code == 503
    logged = capsys.readouterr()
    assert '"bug"' not in logged.out + logged.err


async def test_connections_that_broke_are_opened_anew(town: Town, shelf: Shelf):
    developer = await town.developer(JIANGMEN)
    asked = json.dumps({"query": "{ me { name } estates { totalCount } }"})
    headers = {**developer.headers, "Content-Type": "application/json"}
    before = (await town.http.post("/graphql", content=asked, headers=headers)).json()
    assert before["data"]["estates"]["totalCount"] == 0
    assert await shelf.one(_TERMINATE) > 1
    tries = [(await town.http.post("/graphql", content=asked, headers=headers)).json() for _ in range(4)]
    broken = [answer for answer in tries if answer != before]
    assert tries[-1] == before
    assert {error["extensions"]["code"] for answer in broken for error in answer["errors"]} <= {"TRY_AGAIN"}
