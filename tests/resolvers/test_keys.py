"""Keys of machine accounts: who issues them, how long they are good, from where, and what they open."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request

from api.graphql import FaceSettings, graphql_routes
from api.security import SecureFace
from api.visits import make_visit
from db.base import Pool
from db.policies import declared_tables
from db.scope import RevokedError, open_transaction
from resolvers.keys import authenticate_key, comes_from
from resolvers.visit import Visit
from schema.ids import read_id, write_id
from schema.roots import schema
from tests.conftest import MovableClock
from tests.db.roles import PRIVILEGE, refused, role
from tests.resolvers.signing import status_of
from tests.resolvers.steps import outcome
from tests.scenes import ADMIN_ID, CLERK_ID, JIANGMEN, LUZHOU, USCC, Caller, Developer, Town
from tests.shelf import Shelf
from tests.statements import Statements

KEY = "key { id name prefix addresses createdAt expiresAt revokedAt }"
ISSUED = f"... on ApiKeyIssued {{ secret {KEY} }}"
ESTATES = "{ estates { totalCount edges { node { name } } } }"
EVERY = {"everyEstate": True}
DRAFT = """mutation { orderDraft(input: { content: { estateCollection: { name: "二期" } } }) {
  __typename ... on OrderDone { order { id } } } }"""


async def reporter(admin: Caller, name: str = "统计程序", **given: Any) -> str:
    """Add an account of a machine that only reads, and give its id."""
    read = "... on UserDone { user { id } }"
    done = await admin.act("reporterAdd", {"name": name, **given}, read, "ReporterAddInput")
    return done["user"]["id"]


async def issue(admin: Caller, account: str, **given: Any) -> Any:
    """Issue a key; the answer."""
    given = {"accountId": account, "name": "报表", **given}
    return await admin.act("apiKeyIssue", given, ISSUED, "ApiKeyIssueInput")


async def send_issue(admin: Caller, account: str) -> str:
    """Try to issue a key, and give the code of the error."""
    query = "mutation($i: ApiKeyIssueInput!) { apiKeyIssue(input: $i) { __typename } }"
    answer = await admin.send(query, i={"accountId": account, "name": "x"})
    return answer["errors"][0]["extensions"]["code"]


async def revoke(admin: Caller, key: str) -> Any:
    """Revoke a key; the answer as it came."""
    query = (
        f"mutation($i: ApiKeyRevokeInput!) {{ apiKeyRevoke(input: $i) {{ ... on ApiKeyDone {{ {KEY} }} }} }}"
    )
    return await admin.send(query, i={"keyId": key})


def by(town: Town, secret: str) -> Caller:
    """Come by a key."""
    return Caller(town.http, {"X-Weixiu-Key": secret})


@pytest.fixture
async def admin(town: Town) -> Developer:
    """Give an admin of an organization with one estate."""
    developer = await town.developer(JIANGMEN)
    await town.collect(developer)
    return developer


async def test_a_key_is_told_once_and_opens_what_its_account_may_see(town: Town, admin: Developer):
    issued = await issue(admin, await reporter(admin, grants=[EVERY]))
    machine = by(town, issued["secret"])
    assert issued["secret"].split("_")[2] == issued["key"]["prefix"]
    me = (await machine.ask("{ me { kind roles } }"))["me"]
    assert me == {"kind": "REPORTER", "roles": ["reporter"]}
    with Statements(town.desk) as statements:
        seen = await machine.ask(ESTATES)
    assert len(statements.compiled) == 1
    assert [edge["node"]["name"] for edge in seen["estates"]["edges"]] == ["江畔花园"]


async def test_a_key_lasts_a_year_unless_something_shorter_than_two_is_asked(
    town: Town, admin: Developer, clock: MovableClock
):
    account = await reporter(admin)
    issued = await issue(admin, account)
    assert issued["key"]["expiresAt"] == "2027-11-22T12:00:00.000+08:00"
    short = await issue(admin, account, expiresAt="2026-11-23T12:00:00+08:00")
    for wrong in ("2026-11-22T12:00:00+08:00", "2020-01-01T00:00:00+08:00", "2028-11-21T12:00:01+08:00"):
        assert outcome(await issue(admin, account, expiresAt=wrong)) == "KEY_EXPIRY"
    clock.move(days=1, seconds=-1)
    assert await status_of(by(town, short["secret"])) == 200
    clock.move(seconds=1)
    assert await status_of(by(town, short["secret"])) == 401
    assert await status_of(by(town, issued["secret"])) == 200
    clock.move(days=364)
    assert await status_of(by(town, issued["secret"])) == 401


async def test_a_revoked_key_is_refused_at_once_and_the_others_go_on(town: Town, admin: Developer):
    account = await reporter(admin)
    first, second = [await issue(admin, account) for _ in range(2)]
    told = (await revoke(admin, first["key"]["id"]))["data"]["apiKeyRevoke"]["key"]
    assert told["revokedAt"] == "2026-11-22T12:00:00.000+08:00"
    assert [await status_of(by(town, one["secret"])) for one in (first, second)] == [401, 200]
    assert (await revoke(admin, first["key"]["id"]))["data"]["apiKeyRevoke"]["key"] == told


async def test_only_admins_issue_and_only_for_their_own_machines(town: Town, admin: Developer, shelf: Shelf):
    account = await reporter(admin)
    user = await town.sub_user(admin)
    office = await town.office(JIANGMEN, "system_admin", ADMIN_ID, "system")
    clerk = await town.office(JIANGMEN, "window_clerk", CLERK_ID, "clerk")
    key = (await issue(admin, account))["key"]["id"]
    before = await shelf.rows("select * from api_key order by id")
    for caller, code in ((user, "NOT_FOUND"), (office, "NOT_FOUND"), (clerk, "NOT_FOUND")):
        assert await send_issue(caller, account) == code
        assert (await revoke(caller, key))["errors"][0]["extensions"]["code"] == code
    assert await send_issue(town.stranger, account) == "UNAUTHENTICATED"
    assert outcome(await issue(admin, user.id)) == "KEY_FOR_MACHINES"
    row = read_id(account)[2]
    for wrong in (write_id("User", LUZHOU, row), write_id("Estate", JIANGMEN, row)):
        assert await send_issue(admin, wrong) == "NOT_FOUND"
    assert await shelf.rows("select * from api_key order by id") == before


async def test_another_organization_finds_neither_account_nor_key(town: Town, admin: Developer, shelf: Shelf):
    account = await reporter(admin)
    key = (await issue(admin, account))["key"]["id"]
    other = await town.developer(JIANGMEN, USCC[LUZHOU], "other")
    before = await shelf.rows("select * from api_key order by id")
    assert await send_issue(other, account) == "NOT_FOUND"
    assert (await revoke(other, key))["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    seen = await other.ask("query($id: ID!) { node(id: $id) { id } }", id=key)
    assert seen == {"node": None}
    assert (await admin.ask("query($id: ID!) { node(id: $id) { id } }", id=key))["node"]["id"] == key
    assert await shelf.rows("select * from api_key order by id") == before


async def test_the_system_admin_issues_for_the_banks_of_the_city_and_for_the_offices_reporters(
    town: Town, shelf: Shelf
):
    system = await town.office(LUZHOU, "system_admin", ADMIN_ID, "system")
    await town.bank(LUZHOU)
    row: UUID = await shelf.one("select id from principal where kind = 'BANK'")
    issued = await issue(system, write_id("User", LUZHOU, row))
    assert (await by(town, issued["secret"]).ask("{ me { kind } }"))["me"] == {"kind": "BANK"}
    issued = await issue(system, await reporter(system))
    me = (await by(town, issued["secret"]).ask("{ me { kind roles } }"))["me"]
    assert me == {"kind": "REPORTER", "roles": ["city_reporter"]}


async def test_a_deactivated_machine_gets_no_key_and_its_keys_open_nothing(
    town: Town, admin: Developer, shelf: Shelf
):
    account = await reporter(admin)
    issued = await issue(admin, account)
    await shelf.change("update principal set status = 'DEACTIVATED' where kind = 'REPORTER'")
    assert outcome(await issue(admin, account)) == "KEY_FOR_MACHINES"
    assert await status_of(by(town, issued["secret"])) == 401


async def test_twenty_keys_are_the_most_that_live(town: Town, admin: Developer, clock: MovableClock):
    account = await reporter(admin)
    keys = [await issue(admin, account, expiresAt="2026-12-01T00:00:00+08:00") for _ in range(20)]
    assert outcome(await issue(admin, account)) == "LIMIT_EXCEEDED"
    await revoke(admin, keys[0]["key"]["id"])
    assert outcome(await issue(admin, account)) == "ApiKeyIssued"
    assert outcome(await issue(admin, account)) == "LIMIT_EXCEEDED"
    clock.move(days=20)
    headers = await town.sign_in(JIANGMEN, "admin")
    assert outcome(await issue(Caller(town.http, headers), account)) == "ApiKeyIssued"


async def test_of_two_keys_at_once_one_takes_the_last_place(town: Town, admin: Developer, shelf: Shelf):
    account = await reporter(admin)
    for _ in range(19):
        await issue(admin, account)
    seen: list[list[str]] = []
    for _ in range(10):
        both = await asyncio.gather(*(issue(admin, account) for _ in range(2)))
        seen.append(sorted(outcome(one) for one in both))
        last = next(one for one in both if outcome(one) == "ApiKeyIssued")
        await revoke(admin, last["key"]["id"])
    assert seen == [["ApiKeyIssued", "LIMIT_EXCEEDED"]] * 10
    assert await shelf.one("select count(*) from api_key where revoked_at is null") == 19


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"name": " "}, "FIELD_REQUIRED", "name"),
        ({"name": "x" * 51}, "TEXT_INVALID", "name"),
        ({"addresses": ["10.0.0.5/8"]}, "NETWORK_INVALID", "addresses"),
        ({"addresses": ["nowhere"]}, "NETWORK_INVALID", "addresses"),
        ({"addresses": ["203.0.113.1", ""]}, "NETWORK_INVALID", "addresses"),
        ({"addresses": [f"10.0.0.{n}" for n in range(51)]}, "NETWORK_INVALID", "addresses"),
    ],
)
async def test_a_bad_key_is_told_and_nothing_is_kept(
    town: Town, admin: Developer, shelf: Shelf, given: dict[str, Any], code: str, path: str
):
    account = await reporter(admin)
    before = await shelf.standing()
    answer = await issue(admin, account, **given)
    assert (outcome(answer), answer["problems"][0]["path"]) == (code, path)
    assert await shelf.standing() == before


async def test_a_key_comes_from_its_networks_alone_and_elsewhere_is_like_an_unknown_one(
    town: Town, admin: Developer, shelf: Shelf
):
    issued = await issue(
        admin, await reporter(admin), addresses=["203.0.113.0/24", "2001:db8::/32", "203.0.113.0/24"]
    )
    assert issued["key"]["addresses"] == ["203.0.113.0/24", "2001:db8::/32"]
    answers: list[tuple[int, str]] = []
    for address in ("203.0.113.9", "2001:db8::7", "::ffff:203.0.113.9", "203.0.114.9", "::1", "testclient"):
        response = await town.at(address).http.post(
            "/graphql", json={"query": "{ me { kind } }"}, headers={"X-Weixiu-Key": issued["secret"]}
        )
        answers.append((response.status_code, response.text))
    unknown = await town.http.post(
        "/graphql",
        json={"query": "{ me { kind } }"},
        headers={"X-Weixiu-Key": f"wxk_{JIANGMEN}_00000000_{'A' * 43}"},
    )
    assert [status for status, _ in answers] == [200, 200, 200, 401, 401, 401]
    assert {text for status, text in answers if status == 401} == {unknown.text}
    rows = await shelf.rows("select outcome, address, rule from audit where act = 'keyUse' order by id")
    assert rows == [("DENIED", one, "addresses") for one in ("203.0.114.9", "::1", "testclient")]
    elsewhere = town.at("198.51.100.1")
    for _ in range(40):
        assert await status_of(Caller(elsewhere.http, {"X-Weixiu-Key": issued["secret"]})) == 401
    # Hammering fills no audit.
    assert await shelf.one("select count(*) from audit where act = 'keyUse'") == 20


def test_an_address_lies_in_a_network_or_it_does_not():
    assert comes_from([], "anything")
    assert comes_from(["10.0.0.0/8"], "10.255.0.1")
    assert not comes_from(["10.0.0.0/8"], "11.0.0.1")
    assert not comes_from(["10.0.0.0/8"], "::1")
    assert not comes_from(["10.0.0.0/8"], "")


@pytest.mark.parametrize("ending", ["revoked_at = :now", "expires_at = :now"])
async def test_a_key_that_ended_after_it_was_taken_opens_no_statement(
    town: Town, admin: Developer, shelf: Shelf, ending: str
):
    """Between the door and the statement a key is revoked or runs out; the guard looks again."""
    issued = await issue(admin, await reporter(admin, grants=[EVERY]))
    now = town.desk.clock()
    actor = await authenticate_key(town.desk, issued["secret"], now)
    assert actor is not None
    async with open_transaction(town.desk.databases, actor, now, write=False):
        pass
    await shelf.change(f"update api_key set {ending}", now=now)
    with pytest.raises(RevokedError):
        async with open_transaction(town.desk.databases, actor, now, write=False):
            pass


@pytest.mark.parametrize("query", [ESTATES, "{ me { actions } estates { totalCount } }", "{ me { name } }"])
@pytest.mark.parametrize("ending", ["revoked_at = :now", "expires_at = :now"])
async def test_a_request_whose_key_ends_at_the_door_is_answered_nothing(
    town: Town, admin: Developer, shelf: Shelf, query: str, ending: str
):
    """Compiled or field by field: the key was good when it was shown, and is no more when rows are read."""
    issued = await issue(admin, await reporter(admin, grants=[EVERY]))
    endings = iter([None, ending])

    async def make_context(request: Request) -> Visit:
        visit = await make_visit(town.desk, request, remember=True)
        due = next(endings)
        if due is not None:
            await shelf.change(f"update api_key set {due}", now=town.desk.clock())
        return visit

    routes = graphql_routes(schema, settings=FaceSettings(introspection=True), make_context=make_context)
    app = Starlette(routes=routes, middleware=[Middleware(SecureFace, https=False)])
    async with AsyncClient(transport=ASGITransport(app), base_url="http://town") as http:
        machine = Caller(http, {"X-Weixiu-Key": issued["secret"]})
        assert "errors" not in await machine.send(query)
        answer = await machine.send(query)
    if query == "{ me { name } }":
        # It reads no row: what the key told at the door is all there is.
        assert answer["data"]["me"]["name"] == "统计程序"
    else:
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]


async def test_reporting_keys_only_read(town: Town, admin: Developer, shelf: Shelf):
    machine = by(town, (await issue(admin, await reporter(admin, grants=[EVERY])))["secret"])
    before = {name: one for name, one in (await shelf.standing()).items() if name != "audit"}
    for query in (
        DRAFT,
        'mutation { passwordChange(input: {oldPassword: "x", newPassword: "y"}) { __typename } }',
        'mutation { profileUpdate(input: {name: "x"}) { __typename } }',
        "mutation { sessionsRevokeOthers { ... on SessionsRevoked { count } } }",
        'mutation { reporterAdd(input: {name: "x"}) { __typename } }',
        "mutation { signOut { __typename } }",
    ):
        answer = await machine.send(query)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN", query
    after = {name: one for name, one in (await shelf.standing()).items() if name != "audit"}
    assert after == before
    response = await town.http.post("/files", files={"file": ("a.png", b"x")}, headers=machine.headers)
    assert response.status_code in {403, 404, 405}


async def test_the_role_by_which_reports_are_read_can_write_nothing(town: Town):
    """Whatever the product did wrong, the database would refuse."""
    async with role(town, Pool.REPORT, city=JIANGMEN) as connection:
        for _, table in declared_tables():
            column = next(iter(table.columns)).name
            for statement in (
                f"insert into {table.name} default values",
                f"update {table.name} set {column} = {column}",
                f"delete from {table.name}",
            ):
                # 55000: nobody at all writes to that view.
                assert await refused(connection, statement) in {PRIVILEGE, "55000"}, statement


async def test_a_reporting_key_sees_masked_numbers_and_the_granted_estates_alone(
    town: Town, admin: Developer
):
    mine = (await admin.ask("{ estates { edges { node { id name } } } }"))["estates"]["edges"][0]["node"][
        "id"
    ]
    await town.collect(admin, name="二期花园")
    machine = by(town, (await issue(admin, await reporter(admin, grants=[{"estateId": mine}])))["secret"])
    seen = (await machine.ask(ESTATES))["estates"]
    assert (seen["totalCount"], [edge["node"]["name"] for edge in seen["edges"]]) == (1, ["江畔花园"])
    actions = (await machine.ask("{ me { actions } }"))["me"]["actions"]
    assert "owner.view" in actions
    assert {"owner.view_pii", "audit.view", "user.view"}.isdisjoint(actions)


async def test_only_hashes_of_keys_are_kept_and_who_issued_is_recorded(
    town: Town, admin: Developer, shelf: Shelf
):
    issued = await issue(admin, await reporter(admin))
    secret = issued["secret"].split("_", 3)[3]
    tables = await shelf.rows("select tablename from pg_tables where schemaname = 'public'")
    for (table,) in tables:
        for row in await shelf.rows(f'select t::text from "{table}" t'):
            assert secret not in str(row), table
    ((detail, subject),) = await shelf.rows("select detail, subject_id from audit where act = 'apiKeyIssue'")
    assert detail["after"]["prefix"] == issued["key"]["prefix"]
    assert subject == read_id(issued["key"]["id"])[2]
