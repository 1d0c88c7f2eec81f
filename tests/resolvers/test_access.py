"""Why somebody may or may not: told link by link, to whom it is for, and to nobody else."""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from domain.refusal import BadUserInput
from schema.ids import read_id, write_id
from tests.scenes import JIANGMEN, LUZHOU, USCC, YUNMENG, Caller, Developer, Town
from tests.shelf import Shelf

ASK = """query($u: ID, $a: String!, $e: ID) { accessExplain(userId: $u, action: $a, estateId: $e) {
  allowed action actionLabel decidedBy rule missing advice decidedAt
  steps { link holds text role customRoleId grantKinds everyEstate givenBy givenAt until } } }"""


async def explain(
    caller: Caller, user: str | None, action: str, estate: str | None = None, language: str = "zh"
) -> Any:
    """Ask for an explanation."""
    caller.headers["Accept-Language"] = language
    return (await caller.ask(ASK, u=user, a=action, e=estate))["accessExplain"]


async def code(caller: Caller, user: str | None, action: str, estate: str | None = None) -> str:
    """Give the code with which the question is refused."""
    answer = await caller.send(ASK, u=user, a=action, e=estate)
    assert answer["data"] == {"accessExplain": None}
    return answer["errors"][0]["extensions"]["code"]


async def run(town: Town, statement: str, **values: Any) -> Any:
    """Change the tables of rights directly."""
    async with AsyncSession(town.desk.databases.engine(Pool.KEEPER)) as session, session.begin():
        return await session.execute(text(statement), values)


async def find(town: Town, login: str, city: int = JIANGMEN) -> str:
    """Give the global id of a user by the sign-in name."""
    statement = "select id from login where city = :city and name = :name"
    found = await run(town, statement, city=city, name=login)
    return write_id("User", city, found.scalar_one())


@pytest.fixture
async def admin(town: Town) -> Developer:
    """Give an organization's admin."""
    return await town.developer(JIANGMEN)


@pytest.fixture
async def estate(town: Town, admin: Developer) -> str:
    """Give one of its estates."""
    order = await town.collect(admin)
    return order["estate"]["id"]


async def test_the_whole_chain_of_a_right_is_told(town: Town, admin: Developer, estate: str):
    clerk = await town.sub_user(admin, ("payment_clerk", "viewer"), [estate])
    told = await explain(admin, clerk.id, "payment.submit", estate)
    assert (told["allowed"], told["missing"], told["advice"]) == (True, None, None)
    assert told["rule"] == "role:payment_clerk * payment.submit payment allow"
    assert told["decidedBy"] == "casbin enforce_ex"
    assert told["decidedAt"] == "2026-11-22T12:00:00.000+08:00"
    assert [(step["link"], step["holds"], step["text"]) for step in told["steps"]] == [
        ("ACCOUNT", True, "账号有效。"),
        ("CITY", True, "本市设有“提交批量交款”。"),
        ("ROLE", True, "角色“交款办理员”拥有“提交批量交款”。"),
        (
            "GRANT",
            True,
            "已取得江畔花园的授权（楼幢、合同、物业区域、业务单、业主、交款、房屋）。",
        ),
        ("DENIAL", True, "没有禁止。"),
    ]
    assert told["steps"][2]["role"] == "payment_clerk"
    assert told["steps"][3]["everyEstate"] is False
    assert "PAYMENT" in told["steps"][3]["grantKinds"]


async def test_who_gave_it_when_and_until_when_is_told(town: Town, admin: Developer, estate: str):
    clerk = await town.sub_user(admin, ("payment_clerk",), [estate])
    giver = read_id(await find(town, "admin"))[2]
    until = town.desk.clock() + timedelta(days=2)
    for table in ("role_assignment", "estate_grant"):
        await run(
            town,
            f"update {table} set granted_by = :giver, granted_at = :at, expires_at = :until"
            " where principal_id = :user",
            giver=giver,
            at=town.desk.clock(),
            until=until,
            user=read_id(clerk.id)[2],
        )
    told = await explain(admin, clerk.id, "payment.submit", estate, "en")
    name = (await admin.ask("{ me { name } }"))["me"]["name"]
    given = f"; given by {name} at 2026-11-22 12:00; until 2026-11-24 12:00."
    assert told["steps"][2]["text"] == f"The role payment clerk lets its holders submit batch deposits{given}"
    for step in told["steps"][2:4]:
        assert (step["givenBy"], step["givenAt"], step["until"]) == (
            name,
            "2026-11-22T12:00:00.000+08:00",
            "2026-11-24T12:00:00.000+08:00",
        )
        assert step["text"].endswith(given)


MISSING: list[dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("access.toml").read_text(encoding="utf-8")
)["missing"]


@pytest.mark.parametrize("case", MISSING, ids=[case["change"][:40] for case in MISSING])
async def test_the_first_missing_piece_is_told_with_what_to_do(
    town: Town, admin: Developer, estate: str, case: dict[str, str]
):
    clerk = await town.sub_user(admin, ("payment_clerk",), [estate], "payer")
    assert (await explain(admin, clerk.id, "payment.submit", estate))["allowed"]
    await run(town, case["change"], user=read_id(clerk.id)[2])
    for language in ("zh", "en"):
        told = await explain(admin, clerk.id, "payment.submit", estate, language)
        assert (told["allowed"], told["missing"], told["advice"]) == (False, case["link"], case[language])
        assert told["advice"] == next(step["text"] for step in told["steps"] if not step["holds"])


async def test_a_custom_role_is_named_as_the_organization_calls_it(town: Town, admin: Developer, estate: str):
    clerk = await town.sub_user(admin, (), [estate], "designer")
    user, role = read_id(clerk.id)[2], uuid4()
    await run(
        town,
        "insert into custom_role (city, id, org_id, name, actions, created_by, created_at, changed_at)"
        " select city, :role, org_id, '拆分专员', '[\"unit.split\"]', id, now(), now() from principal"
        " where id = :user",
        role=role,
        user=user,
    )
    await run(
        town,
        "insert into role_assignment (city, id, principal_id, custom_role_id)"
        " values (440700, gen_random_uuid(), :user, :role)",
        role=role,
        user=user,
    )
    told = await explain(admin, clerk.id, "unit.split", estate)
    assert told["allowed"]
    assert told["rule"] == f"role:{role.hex} * unit.split unit allow"
    assert told["steps"][2]["text"] == "角色“拆分专员”拥有“拆分合并房屋”。"
    assert told["steps"][2]["customRoleId"] == write_id("Role", JIANGMEN, role)
    await run(town, "update custom_role set retired_at = now() where id = :role", role=role)
    assert (await explain(admin, clerk.id, "unit.split", estate))["missing"] == "ROLE"


async def test_what_a_city_does_not_do_is_told_before_roles(town: Town):
    admin = await town.developer(LUZHOU)
    told = await explain(admin, await find(town, "admin", LUZHOU), "contract.bind")
    assert (told["allowed"], told["missing"], told["rule"]) == (False, "CITY", "not-in-city")
    assert told["advice"].startswith("本市未设“绑定房屋合同号”")


async def test_everybody_may_ask_about_themselves_and_clerks_about_nobody_else(
    town: Town, admin: Developer, estate: str
):
    clerk = await town.sub_user(admin, ("payment_clerk",), [estate])
    for oneself in (clerk.id, None):
        assert (await explain(clerk, oneself, "payment.submit", estate))["allowed"]
        assert (await explain(clerk, oneself, "user.create"))["missing"] == "ROLE"
    for user in (await find(town, "admin"), write_id("User", JIANGMEN, uuid4())):
        assert await code(clerk, user, "payment.submit", estate) == "FORBIDDEN"


async def test_a_user_or_estate_that_is_foreign_absent_or_not_granted_is_not_found(
    town: Town, admin: Developer, estate: str
):
    beside = await town.developer(JIANGMEN, USCC[YUNMENG], "beside")
    other = await town.sub_user(beside, ("viewer",))
    elsewhere = await town.developer(LUZHOU)
    mine = await find(town, "admin")
    strangers = [
        other.id,
        await find(town, "beside"),
        await find(town, "admin", LUZHOU),
        write_id("User", JIANGMEN, uuid4()),
        write_id("User", LUZHOU, read_id(mine)[2]),
        write_id("Estate", JIANGMEN, read_id(mine)[2]),
    ]
    for stranger in strangers:
        assert await code(admin, stranger, "payment.submit", estate) == "NOT_FOUND"
    for caller, own in ((beside, await find(town, "beside")), (elsewhere, await find(town, "admin", LUZHOU))):
        assert await code(caller, own, "payment.submit", estate) == "NOT_FOUND"
    for absent in (write_id("Estate", JIANGMEN, uuid4()), write_id("Unit", JIANGMEN, read_id(estate)[2])):
        assert await code(admin, mine, "payment.submit", absent) == "NOT_FOUND"
    narrow = await town.sub_user(admin, ("viewer",), [])
    assert await code(narrow, narrow.id, "estate.view", estate) == "NOT_FOUND"


async def test_an_admin_of_one_estate_is_told_nothing_of_another(town: Town, admin: Developer, estate: str):
    second = (await town.collect(admin, name="二期", address="二期"))["estate"]["id"]
    deputy = await town.sub_user(admin, ("org_admin",), [second])
    assert await code(deputy, deputy.id, "payment.submit", estate) == "NOT_FOUND"
    assert (await explain(deputy, deputy.id, "payment.submit", second))["allowed"]


async def test_a_stranger_is_told_to_sign_in_and_a_bank_may_ask_about_itself(town: Town, admin: Developer):
    user = await find(town, "admin")
    assert await code(town.stranger, user, "me.view") == "UNAUTHENTICATED"
    bank = await town.bank(JIANGMEN)
    found = await run(town, "select id from principal where kind = 'BANK' and city = :city", city=JIANGMEN)
    itself = write_id("User", JIANGMEN, found.scalar_one())
    assert (await explain(bank, itself, "payment.confirm"))["allowed"]
    assert await code(bank, user, "payment.confirm") == "FORBIDDEN"


async def test_the_offices_system_admin_asks_about_the_office_and_about_no_organization(
    town: Town, admin: Developer
):
    system = await town.office(JIANGMEN, "system_admin", "510502198503150120", "sys")
    await town.office(JIANGMEN, "reviewer", "51050219850315018X", "rev")
    told = await explain(system, await find(town, "rev"), "order.accept")
    assert (told["allowed"], told["missing"]) == (False, "ROLE")
    assert told["advice"] == "该用户没有拥有“受理业务单”的角色：请由系统管理员分配其中之一：受理人员。"
    assert (await explain(system, await find(town, "rev"), "order.review"))["allowed"]
    assert await code(system, await find(town, "admin"), "order.draft") == "NOT_FOUND"
    reviewer = Caller(town.http, await town.sign_in(JIANGMEN, "rev"))
    assert await code(reviewer, await find(town, "sys"), "order.review") == "FORBIDDEN"


@pytest.mark.parametrize(
    ("name", "near"),
    [("payment.submitt", "payment.submit"), ("estate_collect", "estate.collect"), ("no such thing", "")],
)
async def test_an_action_that_is_not_declared_is_refused_with_the_nearest_names(
    town: Town, admin: Developer, name: str, near: str
):
    user = await find(town, "admin")
    for language in ("zh", "en"):
        admin.headers["Accept-Language"] = language
        answer = await admin.send(ASK, u=user, a=name, e=None)
        error = answer["errors"][0]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert error["message"].startswith(BadUserInput("action").message_for(language))
        assert near in error["message"]
        assert (("Did you mean" in error["message"]) or ("是否为" in error["message"])) is bool(near)


async def test_everybody_reads_their_own_rights_spelled_out(town: Town, admin: Developer, estate: str):
    clerk = await town.sub_user(admin, ("payment_clerk",), [estate])
    asked = "{ me { rights { action label needsEstate everyEstate estates { id } leftOut { id } } } }"
    told = {right["action"]: right for right in (await clerk.ask(asked))["me"]["rights"]}
    assert told["payment.submit"] == {
        "action": "payment.submit",
        "label": "提交批量交款",
        "needsEstate": True,
        "everyEstate": False,
        "estates": [{"id": estate}],
        "leftOut": [],
    }
    assert told["org.view"]["needsEstate"] is False
    assert "payment.confirm" not in told
    user = read_id(clerk.id)[2]
    await run(town, "update estate_grant set estate_id = null where principal_id = :user", user=user)
    deny = (
        "insert into estate_deny (city, id, principal_id, estate_id, action, granted_by, granted_at)"
        " values (440700, gen_random_uuid(), :user, :estate, 'payment.submit', :user, now())"
    )
    await run(town, deny, user=user, estate=read_id(estate)[2])
    told = {right["action"]: right for right in (await clerk.ask(asked))["me"]["rights"]}
    assert (told["payment.submit"]["everyEstate"], told["payment.submit"]["leftOut"]) == (
        True,
        [{"id": estate}],
    )


async def test_asking_writes_nothing(town: Town, admin: Developer, shelf: Shelf):
    user = await find(town, "admin")
    before = await shelf.standing()
    await explain(admin, user, "payment.submit")
    assert await shelf.standing() == before
