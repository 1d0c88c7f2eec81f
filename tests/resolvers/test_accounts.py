"""Accounts of the fund office and of banks, made at the server's console by the city's own IT people."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from authz.domains import Side
from authz.roles import ROLES
from db.base import Pool
from resolvers.accounts import OFFICE_ROLES, OfficeAccount, make_bank_account, make_office_account
from tests.scenes import ADMIN_ID, CLERK_ID, JIANGMEN, LUZHOU, PASSWORD, Caller, Town

_GOOD = OfficeAccount(LUZHOU, "window_clerk", "clerk.one", PASSWORD, "李受理", CLERK_ID)
_TABLES = ("principal", "login", "role_assignment", "api_key")


async def _counts(town: Town) -> dict[str, int]:
    async with town.desk.databases.engine(Pool.GATE).connect() as connection:
        return {
            table: (await connection.execute(text(f"select count(*) from {table}"))).scalar_one()
            for table in _TABLES
        }


@pytest.mark.parametrize("role", OFFICE_ROLES)
async def test_each_role_of_the_office_signs_in_with_its_own_rights(town: Town, role: str):
    assert await make_office_account(town.desk, replace(_GOOD, role=role)) is None
    person = Caller(town.http, await town.sign_in(LUZHOU, "CLERK.ONE"))
    me = (await person.ask("{ me { name kind roles } }"))["me"]
    assert me == {"name": "李受理", "kind": "OFFICE", "roles": [role]}


def test_the_roles_of_the_office_are_those_of_a_city_alone():
    assert set(OFFICE_ROLES) == {"window_clerk", "reviewer", "authority_admin", "system_admin"}
    assert {ROLES[name].side for name in OFFICE_ROLES} == {Side.CITY}


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"id_number": "510502198503150121"}, "ID_CHECKSUM", "idNumber"),
        ({"id_number": ""}, "ID_FORMAT", "idNumber"),
        ({"password": "short"}, "PASSWORD_SHORT", "password"),
        ({"password": "clerk.one 2026"}, "PASSWORD_COMMON", "password"),
        ({"login_name": "  \u200b "}, "TEXT_INVALID", "loginName"),
        ({"login_name": "x" * 101}, "TEXT_INVALID", "loginName"),
        ({"name": "  "}, "FIELD_REQUIRED", "name"),
    ],
)
async def test_a_bad_account_is_told_and_nothing_is_kept(
    town: Town, changed: dict[str, Any], code: str, path: str
):
    before = await _counts(town)
    problem = await make_office_account(town.desk, replace(_GOOD, **changed))
    assert problem is not None
    assert (problem.code.value, problem.path) == (code, path)
    assert await _counts(town) == before


@pytest.mark.parametrize(
    "changed", [{"city": 999999}, {"role": "org_admin"}, {"role": "bank_operator"}, {"role": ""}]
)
async def test_a_city_or_role_that_there_is_not_is_a_mistake_of_the_command(
    town: Town, changed: dict[str, Any]
):
    before = await _counts(town)
    with pytest.raises(KeyError):
        await make_office_account(town.desk, replace(_GOOD, **changed))
    assert await _counts(town) == before


async def test_a_name_is_taken_once_in_a_city_however_it_is_written(town: Town):
    assert await make_office_account(town.desk, _GOOD) is None
    before = await _counts(town)
    for name in ("clerk.one", "CLERK.ONE", "ｃｌｅｒｋ.one"):
        problem = await make_office_account(town.desk, replace(_GOOD, login_name=name, id_number=ADMIN_ID))
        assert problem is not None
        assert problem.code.value == "NAME_TAKEN"
    assert await _counts(town) == before
    assert await make_office_account(town.desk, replace(_GOOD, city=JIANGMEN)) is None


async def test_two_accounts_of_one_person_are_known_as_one_and_its_number_is_sealed(town: Town):
    for name in ("first", "second"):
        assert await make_office_account(town.desk, replace(_GOOD, login_name=name)) is None
    async with town.desk.databases.engine(Pool.GATE).connect() as connection:
        found = await connection.execute(
            text("select person_blind, person_masked, person_cipher from principal")
        )
        rows = found.all()
    assert len({row[0] for row in rows}) == 1
    assert {row[1] for row in rows} == {"5105**********0120"}
    assert len({row[2] for row in rows}) == 2
    assert not [row for row in rows if CLERK_ID in "".join(row)]


async def test_a_banks_machine_acts_for_its_bank_in_its_city(town: Town):
    codes = [bank.code for bank in town.desk.cities[LUZHOU].banks]
    bank = Caller(town.http, {"X-Weixiu-Key": await make_bank_account(town.desk, LUZHOU, codes[0])})
    me = (await bank.ask("{ me { kind roles } }"))["me"]
    assert me == {"kind": "BANK", "roles": ["bank_operator"]}
    before = await _counts(town)
    with pytest.raises(KeyError):
        await make_bank_account(town.desk, LUZHOU, "NO-SUCH-BANK")
    with pytest.raises(KeyError):
        await make_bank_account(town.desk, 999999, codes[0])
    assert await _counts(town) == before


async def test_a_bank_may_hold_several_keys_and_each_stands_alone(town: Town):
    code = town.desk.cities[LUZHOU].banks[0].code
    keys = [await make_bank_account(town.desk, LUZHOU, code) for _ in range(2)]
    async with town.desk.databases.engine(Pool.GATE).begin() as connection:
        await connection.execute(
            text("update api_key set revoked_at = now() where prefix = :prefix"),
            {"prefix": keys[0].split("_")[2]},
        )
    status = [
        (
            await town.http.post("/graphql", json={"query": "{ me { kind } }"}, headers={"X-Weixiu-Key": key})
        ).status_code
        for key in keys
    ]
    assert status == [401, 200]
