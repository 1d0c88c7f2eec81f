"""A token that was looked up a moment ago is taken as it was, yet no right outlives its end by a request."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from db.base import Pool
from db.engine import Addresses
from tests.conftest import MovableClock
from tests.db.roles import change, give_deputy
from tests.resolvers.reading import homes
from tests.scenes import JIANGMEN, LUZHOU, Caller, Developer, Town
from tests.shelf import Shelf
from tests.statements import Statements

ROWS = "{ estates { totalCount edges { node { name } } } }"
ME = "{ me { name } }"
BOTH = "{ me { name } estates { totalCount } }"
DRAFT = """mutation { orderDraft(input: { content: { estateCollection: { name: "二期" } } }) {
  __typename ... on OrderDone { order { id } } } }"""
SIGN_OUT = "mutation { signOut { __typename } }"


async def ask(caller: Caller, query: str) -> tuple[int, str | None]:
    """Ask, and give the status with the code of the first error."""
    response = await caller.http.post("/graphql", json={"query": query}, headers=caller.headers)
    errors: list[Any] = response.json().get("errors", [])
    return response.status_code, errors[0]["extensions"]["code"] if errors else None


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer whose token is remembered."""
    developer = await town.developer(JIANGMEN)
    assert await ask(developer, ROWS) == (200, None)
    with Statements(town.desk) as statements:
        assert await ask(developer, ROWS) == (200, None)
    assert (len(statements.compiled), statements.texts) == (1, [])
    return developer


async def shut_out(caller: Caller, shelf: Shelf) -> None:
    """Insist that nothing is answered or done for somebody whose token was used a moment ago."""
    before = await shelf.standing()
    for query in (ROWS, ME, BOTH, DRAFT, ROWS):
        assert (await ask(caller, query))[1] == "UNAUTHENTICATED", query
    assert await shelf.standing() == before


async def test_a_token_is_looked_up_once_a_minute(town: Town, developer: Developer, clock: MovableClock):
    for seconds, looked_up in ((59, False), (1, False), (1, True), (30, False), (30, False), (1, True)):
        clock.move(seconds=seconds)
        with Statements(town.desk) as statements:
            assert await ask(developer, ROWS) == (200, None)
        assert statements.of("session JOIN principal") == looked_up
        assert len(statements.compiled) == 1


async def test_what_is_no_one_statement_looks_it_up_whenever_it_is_asked(town: Town, developer: Developer):
    for query in (ME, BOTH):
        with Statements(town.desk) as statements:
            assert await ask(developer, query) == (200, None)
        assert statements.of("session JOIN principal") == 1
        assert statements.compiled == []


async def test_a_clock_that_was_put_back_makes_nobody_remembered(
    town: Town, developer: Developer, clock: MovableClock
):
    clock.move(seconds=-1)
    with Statements(town.desk) as statements:
        assert await ask(developer, ROWS) == (200, None)
    assert statements.of("session JOIN principal") == 1


async def test_after_signing_out_the_very_next_request_is_refused(
    town: Town, developer: Developer, shelf: Shelf
):
    await developer.ask(SIGN_OUT)
    await shut_out(developer, shelf)


@pytest.mark.parametrize("query", [ROWS, ME, BOTH, DRAFT])
async def test_whichever_request_comes_next_is_refused(
    town: Town, developer: Developer, shelf: Shelf, query: str
):
    await developer.ask(SIGN_OUT)
    before = await shelf.standing()
    assert (await ask(developer, query))[1] == "UNAUTHENTICATED"
    assert await shelf.standing() == before


@pytest.mark.parametrize("query", [ROWS, ME, BOTH])
async def test_a_query_after_the_end_of_its_session_is_401(town: Town, developer: Developer, query: str):
    await developer.ask(SIGN_OUT)
    assert await ask(developer, query) == (401, "UNAUTHENTICATED")


SESSION = "update session set {} where city = :city"
ENDS = {
    "revoked": "revoked_at = seen_at",
    "idle": "idle_seconds = 30",
    "expired": "expires_at = seen_at + interval '30 seconds'",
}


@pytest.mark.parametrize("query", [ROWS, ME, BOTH, DRAFT])
@pytest.mark.parametrize("end", ENDS)
async def test_a_session_that_ends_within_the_minute_ends(
    town: Town,
    server: Addresses,
    developer: Developer,
    clock: MovableClock,
    shelf: Shelf,
    end: str,
    query: str,
):
    await change(town, server, SESSION.format(ENDS[end]), city=JIANGMEN)
    if end != "revoked":
        clock.move(seconds=29)
        assert await ask(developer, ROWS) == (200, None)
        clock.move(seconds=1)
    before = await shelf.standing()
    assert (await ask(developer, query))[1] == "UNAUTHENTICATED"
    await shut_out(developer, shelf)
    assert await shelf.standing() == before


async def test_a_session_that_ended_is_not_remembered_again(
    town: Town, server: Addresses, developer: Developer, clock: MovableClock
):
    await change(town, server, SESSION.format("idle_seconds = 30"), city=JIANGMEN)
    clock.move(seconds=31)
    for _ in range(3):
        assert (await ask(developer, ROWS))[1] == "UNAUTHENTICATED"
    clock.move(seconds=-20)
    assert await ask(developer, ROWS) == (200, None)


STATUS = "update principal set status = :status where city = :city and kind = 'DEVELOPER' and name <> '副手'"


@pytest.mark.parametrize("query", [ROWS, ME, BOTH, DRAFT])
@pytest.mark.parametrize("status", ["DEACTIVATED", "PENDING"])
async def test_who_is_deactivated_is_refused_at_once(
    town: Town, server: Addresses, developer: Developer, shelf: Shelf, status: str, query: str
):
    await give_deputy(town, developer)
    await change(town, server, STATUS, city=JIANGMEN, status=status)
    before = await shelf.standing()
    assert (await ask(developer, query))[1] == "UNAUTHENTICATED"
    await shut_out(developer, shelf)
    assert await shelf.standing() == before
    await change(town, server, STATUS, city=JIANGMEN, status="ACTIVE")
    assert await ask(developer, query) == (200, None)


async def test_a_machine_that_is_deactivated_is_refused_at_once(town: Town, server: Addresses):
    bank = await town.bank(LUZHOU)
    for query in ("{ payments { totalCount } }", ME):
        assert await ask(bank, query) == (200, None)
    deactivate = "update principal set status = 'DEACTIVATED' where city = :city and kind = 'BANK'"
    await change(town, server, deactivate, city=LUZHOU)
    for query in ("{ payments { totalCount } }", ME):
        assert await ask(bank, query) == (401, "UNAUTHENTICATED")


ROLE = (
    "select role from role_assignment r join principal p on p.id = r.principal_id where p.kind = 'DEVELOPER'"
)
SET_ROLE = """update role_assignment set role = :role
  where principal_id in (
    select id from principal where city = :city and kind = 'DEVELOPER' and name <> '副手')"""
TAKE_ROLE = """delete from role_assignment
  where principal_id in (select id from principal where kind = 'DEVELOPER' and name <> '副手')"""


async def names(caller: Caller) -> list[str]:
    """Give the names of the estates that somebody sees."""
    found = await caller.ask("{ estates { edges { node { name } } } }")
    return [edge["node"]["name"] for edge in found["estates"]["edges"]]


async def test_a_role_that_is_taken_shows_in_the_next_query_and_act(
    town: Town, server: Addresses, developer: Developer, shelf: Shelf
):
    await town.collect(developer, homes(1), name="一期")
    assert await names(developer) == await names(developer) == ["一期"]
    await give_deputy(town, developer)
    await change(town, server, SET_ROLE, city=JIANGMEN, role="viewer")
    before = await shelf.standing()
    assert await ask(developer, DRAFT) == (200, "FORBIDDEN")
    assert await shelf.standing() == before
    assert await names(developer) == ["一期"]
    await change(town, server, SET_ROLE, city=JIANGMEN, role="org_admin")
    assert await ask(developer, DRAFT) == (200, None)
    await change(town, server, TAKE_ROLE)
    assert await names(developer) == []
    assert (await developer.ask("{ me { roles } }"))["me"]["roles"] == []
    assert (await ask(developer, DRAFT))[1] == "FORBIDDEN"


async def test_a_role_that_is_taken_before_the_next_query_shows_there(
    town: Town, server: Addresses, developer: Developer
):
    await town.collect(developer, homes(1), name="一期")
    assert await names(developer) == ["一期"]
    await give_deputy(town, developer)
    await change(town, server, TAKE_ROLE)
    assert await names(developer) == []


async def test_grants_that_change_show_in_the_next_query_and_act(
    town: Town, server: Addresses, developer: Developer, shelf: Shelf
):
    for name in ("一期", "二期"):
        await town.collect(developer, homes(1), name=name, address=name)
    found = await developer.ask("{ estates { edges { node { id name buildings { id } } } } }")
    ids = {edge["node"]["name"]: edge["node"]["id"] for edge in found["estates"]["edges"]}
    rows = dict(await shelf.rows("select name, id from estate"))
    assert sorted(await names(developer)) == ["一期", "二期"]
    grant = "update estate_grant set estate_id = :estate where city = :city"
    for turn in ("一期", "二期", "一期"):
        await change(town, server, grant, estate=rows[turn], city=JIANGMEN)
        assert await names(developer) == [turn]
        for name, one in ids.items():
            seen = await developer.ask("query($i: ID!) { node(id: $i) { id } }", i=one)
            assert (seen["node"] is not None) is (name == turn)
    kinds = "update estate_grant set kinds = jsonb_build_array('unit') where city = :city"
    await change(town, server, kinds, city=JIANGMEN)
    assert await names(developer) == []
    await change(town, server, "delete from estate_grant where city = :city", city=JIANGMEN)
    assert await names(developer) == []
    assert (await ask(developer, DRAFT))[1] == "FORBIDDEN"


async def test_no_request_that_begins_after_signing_out_is_answered(town: Town, developer: Developer):
    for _ in range(6):
        caller = Caller(town.http, await town.sign_in(JIANGMEN, "admin"))
        assert await ask(caller, ROWS) == (200, None)
        under_way = [asyncio.create_task(ask(caller, ROWS)) for _ in range(6)]
        await caller.ask(SIGN_OUT)
        late = await asyncio.gather(*(ask(caller, query) for query in (ROWS, ME, ROWS, ROWS, BOTH, ROWS)))
        assert [code for _, code in late] == ["UNAUTHENTICATED"] * 6
        # Those under way may see either.
        codes = {code for _, code in await asyncio.gather(*under_way)}
        assert codes <= {None, "UNAUTHENTICATED"}


async def test_a_remembered_token_is_nobody_elses(town: Town, developer: Developer):
    token = developer.headers["Authorization"]
    for other in (
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token + "A",
        token.replace("440700", "510500"),
    ):
        assert await ask(Caller(town.http, {"Authorization": other}), ROWS) == (401, "UNAUTHENTICATED")
    async with town.desk.databases.engine(Pool.GATE).begin() as connection:
        await connection.execute(text("delete from session"))
    assert (await ask(developer, ROWS))[1] == "UNAUTHENTICATED"
