"""Speaks to the database as each of its roles, with the context that a guard would set, or without."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from db.base import Base, Pool
from db.engine import Addresses
from db.policies import access_of, declared_tables, row_rule
from domain.actor import Actor
from resolvers.sessions import authenticate
from tests.scenes import Caller, Town

PRIVILEGE = "42501"
CONTEXT = ("city", "org", "bank", "principal", "now")
TENANT_TABLES = [
    table.name for declared, table in declared_tables() if not (declared.identity or declared.view)
]


def may(declared: type[Base], pool: Pool, letter: str) -> bool:
    """Tell whether a pool holds a privilege on a table as a whole."""
    return letter in re.sub(r"[SIUD]\([a-z_,]+\)", "", access_of(declared).get(pool, ""))


def grid(letter: str) -> list[tuple[Pool, str]]:
    """List every pool with every tenant table on which it holds a privilege."""
    return [
        (pool, table.name)
        for declared, table in declared_tables()
        for pool in Pool
        if not (declared.identity or declared.view) and may(declared, pool, letter)
    ]


def rule_of(pool: Pool, table: str) -> str:
    """Give the declared rule of a pool on a table."""
    return next(row_rule(d, t, pool) for d, t in declared_tables() if t.name == table)


@asynccontextmanager
async def role(town: Town, pool: Pool, **context: object) -> AsyncGenerator[AsyncConnection]:
    """Open a transaction of a pool that is rolled back; what is not named of the context is empty."""
    async with town.desk.databases.engine(pool).connect() as connection:
        if context:
            settings = {"now": "2026-11-22T12:00:00+08:00", **context}
            for name in CONTEXT:
                given = {"name": f"app.{name}", "value": str(settings.get(name) or "")}
                await connection.execute(text("select set_config(:name, :value, true)"), given)
        yield connection
        await connection.rollback()


def database_of(town: Town, server: Addresses) -> Addresses:
    """Give the addresses of a world's own database."""
    name = town.desk.databases.engine(Pool.GATE).url.database
    assert name is not None
    return server.of_database(name)


async def change(town: Town, server: Addresses, statement: str, **given: Any) -> None:
    """Change something for good as the owner of the tables, as only the server's console could."""
    engine = create_async_engine(database_of(town, server).url())
    async with engine.begin() as connection:
        await connection.execute(text(statement), given)
    await engine.dispose()


@asynccontextmanager
async def owner(addresses: Addresses) -> AsyncGenerator[AsyncConnection]:
    """Open a transaction as the owner of the tables; it is rolled back."""
    engine = create_async_engine(addresses.url())
    async with engine.connect() as connection:
        yield connection
        await connection.rollback()
    await engine.dispose()


async def actor(town: Town, caller: Caller) -> Actor:
    """Tell who a signed-in caller is."""
    token = caller.headers["Authorization"].removeprefix("Bearer ")
    found = await authenticate(town.desk, token, town.desk.clock())
    assert found is not None
    return found


async def give_deputy(town: Town, caller: Caller) -> None:
    """Give the caller's organization a second admin, so that it is not left without one."""
    who = await actor(town, caller)
    async with town.desk.databases.engine(Pool.GATE).begin() as connection:
        await connection.execute(
            text(
                "with deputy as (insert into principal (city, id, kind, org_id, name, status, created_at)"
                " values (:city, gen_random_uuid(), 'DEVELOPER', :org, '副手', 'ACTIVE', now())"
                " returning city, id) insert into role_assignment (city, id, principal_id, role)"
                " select city, gen_random_uuid(), id, 'org_admin' from deputy"
            ),
            {"city": who.city, "org": who.organization},
        )


async def refused(connection: AsyncConnection, statement: str, **given: Any) -> str:
    """Run a statement that must fail, and give its SQLSTATE."""
    try:
        async with connection.begin_nested():
            await connection.execute(text(statement), given)
    except DBAPIError as error:
        return str(getattr(error.orig, "sqlstate", ""))
    raise AssertionError(f"It was let through: {statement}")
