"""What the migrated database holds is what the tables declare, and nothing goes around the policies."""

import asyncio
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from db.base import Base, Pool
from db.engine import Addresses
from db.migrate import migrate, revert
from db.policies import declared_tables, role_name, statements
from tests.db.roles import owner

IDENTITY = {
    "principal",
    "login",
    "session",
    "api_key",
    "role_assignment",
    "estate_grant",
    "attempt",
    "sign_in_ticket",
    "invitation",
    "authenticator",
    "recovery_code",
    "custom_role",
    "estate_deny",
}
# Each compares the reader's context itself, as tests/db/test_members.py shows.
VIEWS = {table.name for declared, table in declared_tables() if declared.view}
OURS = "select oid from pg_namespace where nspname = 'public'"
_POLICIES = """
select tablename, policyname, roles::text, cmd, qual, with_check, permissive from pg_policies order by 1, 2
"""
_GRANTS = """
select table_name, '' as column_name, grantee, privilege_type from information_schema.role_table_grants
where table_schema = 'public' and grantee like 'weixiu%'
union select table_name, column_name, grantee, privilege_type from information_schema.column_privileges
where table_schema = 'public' and grantee like 'weixiu%' order by 1, 2, 3, 4
"""
_SHAPE = """
select 'column', table_name, column_name, concat_ws(' ', data_type, is_nullable, column_default) as told
from information_schema.columns where table_schema = 'public'
union all select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
where connamespace = (select oid from pg_namespace where nspname = 'public')
union all select 'index', tablename, indexname, indexdef from pg_indexes where schemaname = 'public'
union all select 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger
where not tgisinternal
union all select 'policy', tablename, policyname, concat_ws(' ', roles::text, cmd, qual, with_check)
from pg_policies
union all select 'function', '', proname, md5(prosrc) from pg_proc
where pronamespace = (select oid from pg_namespace where nspname = 'public')
order by 1, 2, 3
"""


_WAYS = {
    "views": f"select relname from pg_class where relkind in ('v', 'm') and relnamespace = ({OURS})",
    "functions that run as their owner": f"""
        select proname from pg_proc where prosecdef and pronamespace = ({OURS})""",
    "privileges beyond the rows": """
        select relname, privilege_type from pg_class, aclexplode(relacl)
        where privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN') and grantee <> relowner""",
    "roles": """
        select rolname from pg_roles where rolname like 'weixiu%' and (rolbypassrls or rolsuper
        or rolcreaterole or rolcreatedb or rolreplication or rolinherit)""",
    "other roles above the policies": """
        select rolname from pg_roles where (rolbypassrls or rolsuper) and rolname <> current_user""",
    "memberships": """
        select 1 from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname like 'weixiu%'""",
    "ownership": """
        select relname from pg_class join pg_roles r on r.oid = relowner where r.rolname like 'weixiu%'""",
    "grants to everybody": f"""
        select relname from pg_class, aclexplode(relacl) where grantee = 0 and relnamespace = ({OURS})""",
    "making things": """
        select rolname from pg_roles
        where rolname like 'weixiu%' and has_schema_privilege(oid, 'public', 'create')""",
}


@pytest.fixture
def house(server: Addresses) -> Addresses:
    """Give the migrated database that the tests clone."""
    return server.of_database("template_house")


async def _rows(connection: AsyncConnection, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await connection.execute(text(query))]


async def test_every_table_has_forced_row_level_security_but_the_identity_tables(house: Addresses):
    async with owner(house) as connection:
        tables = await _rows(
            connection,
            "select relname, relrowsecurity and relforcerowsecurity from pg_class"
            f" where relkind in ('r', 'p') and relnamespace = ({OURS})",
        )
    assert {name for name, secured in tables if not secured} == IDENTITY | {"alembic_version"}
    assert {table.name for declared, table in declared_tables() if declared.identity} == IDENTITY


async def test_nothing_in_the_database_goes_around_the_policies(house: Addresses):
    async with owner(house) as connection:
        found = {name: await _rows(connection, query) for name, query in _WAYS.items()}
    assert {name for (name,) in found.pop("views")} == VIEWS
    assert {name: rows for name, rows in found.items() if rows} == {}


async def test_the_policies_and_grants_of_the_database_are_the_declared_ones(house: Addresses):
    async with owner(house) as connection:
        stood = await _rows(connection, _POLICIES), await _rows(connection, _GRANTS)
        for table, name, *_ in stood[0]:
            await connection.execute(text(f"drop policy {name} on {table}"))
        for pool in Pool:
            await connection.execute(
                text(f"revoke all on all tables in schema public from {role_name(pool)}")
            )
        assert (await _rows(connection, _POLICIES), await _rows(connection, _GRANTS)) == ([], [])
        for statement in statements():
            await connection.execute(text(statement))
        declared = await _rows(connection, _POLICIES), await _rows(connection, _GRANTS)
    assert stood == declared
    assert len(stood[0]) > 50


async def test_no_policy_forgives_a_missing_context(house: Addresses):
    async with owner(house) as connection:
        policies = await _rows(connection, _POLICIES)
    texts = {f"{row[4]} {row[5]}" for row in policies}
    assert not [text for text in texts if "current_setting" not in text or ", true" in text]


def _is_table(_found: object, name: str | None, *_more: object) -> bool:
    return name not in VIEWS


async def test_the_migrated_database_has_the_declared_tables(house: Addresses):
    async with owner(house) as connection:
        differences = await connection.run_sync(
            lambda c: compare_metadata(
                MigrationContext.configure(
                    c,
                    opts={"compare_type": True, "include_object": _is_table},
                ),
                Base.metadata,
            )
        )
    # The exclusion of overlapping rates is a constraint of PostgreSQL's own, which metadata cannot say.
    assert differences == []


async def test_the_way_up_down_and_up_again_leads_to_the_same_house(server: Addresses):
    name = "there_and_back"
    engine = create_async_engine(server.owner_url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"create database {name}"))
    there = server.of_database(name)
    try:
        await migrate(there)
        async with owner(there) as connection:
            first = await _rows(connection, _SHAPE)
        await revert(there, "base")
        async with owner(there) as connection:
            assert [row for row in await _rows(connection, _SHAPE) if row[1] != "alembic_version"] == []
        await migrate(there)
        async with owner(there) as connection:
            assert await _rows(connection, _SHAPE) == first
        # Two processes that start at once do not disturb each other.
        await asyncio.gather(migrate(there), migrate(there))
        async with owner(there) as connection:
            assert await _rows(connection, _SHAPE) == first
    finally:
        async with engine.connect() as connection:
            await connection.execute(text(f"drop database {name} with (force)"))
        await engine.dispose()
