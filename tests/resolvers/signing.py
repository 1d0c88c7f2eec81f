"""Trying to sign in, as the tests of sign-in and sessions do it."""

from typing import Any

from sqlalchemy import text

from db.base import Pool
from tests.scenes import LUZHOU, Caller, Town

WRONG = "wrong password"
ME = "{ me { name } }"
SIGN_IN = """mutation($i: SignInInput!) { signIn(input: $i) {
  __typename ... on SignedInDone { token expiresAt } ... on Rejected { problems { code message path } } } }"""
CHANGE = """mutation($i: PasswordChangeInput!) { passwordChange(input: $i) {
  __typename ... on Rejected { problems { code path message } } } }"""


async def try_name(caller: Caller, name: str, password: str = WRONG, city: int = LUZHOU) -> Any:
    """Try a name and password and give the answer."""
    return (await caller.ask(SIGN_IN, i={"city": city, "name": name, "password": password}))["signIn"]


async def code_of(caller: Caller, name: str, password: str = WRONG, city: int = LUZHOU) -> str:
    """Try a name and password and give the code of the answer."""
    answer = await try_name(caller, name, password, city)
    return answer["problems"][0]["code"] if answer["__typename"] == "Rejected" else "SIGNED_IN"


async def status_of(caller: Caller) -> int:
    """Ask who one is and give the HTTP status."""
    return (await caller.http.post("/graphql", json={"query": ME}, headers=caller.headers)).status_code


async def count_rows(town: Town, table: str) -> int:
    """Count the rows of an identity table."""
    async with town.desk.databases.engine(Pool.GATE).connect() as connection:
        return (await connection.execute(text(f"select count(*) from {table}"))).scalar_one()
