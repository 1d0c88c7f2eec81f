"""Row-level security as each database role meets it: no context is an error, a foreign one sees nothing."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.base import Base, Pool
from db.engine import Addresses
from db.policies import declared_tables
from db.scope import open_transaction
from tests.db.roles import PRIVILEGE, TENANT_TABLES, actor, database_of, grid, may, owner, refused, role
from tests.neighbours import Holding, Neighbours
from tests.scenes import JIANGMEN, LUZHOU

CHECK_VIOLATION = "23514"
NOBODY = UUID(int=0)
OF_ORGANIZATIONS = {
    table.name: "id" if table.name == "organization" else "org_id"
    for declared, table in declared_tables()
    if not declared.identity and (table.name == "organization" or "org_id" in table.columns)
}
OF_BANKS = {table.name for _, table in declared_tables() if "bank" in table.columns} - {"principal"}

DEVELOPERS = [table for pool, table in grid("S") if pool is Pool.DEVELOPER and table in OF_ORGANIZATIONS]
# What a city shares with everybody who works in it, and what its principal alone reaches.
SHARED = {"deposit_rate", "counter", "ledger_seal", "repetition"}


def test_what_a_developer_reads_belongs_to_organizations_or_is_listed_as_shared():
    assert {table for pool, table in grid("S") if pool is Pool.DEVELOPER} - SHARED == set(DEVELOPERS)


async def _organization(neighbours: Neighbours, holding: Holding) -> UUID:
    found = await actor(neighbours.town, holding.developer)
    assert found.organization is not None
    return found.organization


async def _count(connection: AsyncConnection, table: str, where: str = "true", **given: Any) -> int:
    return (await connection.execute(text(f"select count(*) from {table} where {where}"), given)).scalar_one()


async def test_the_world_has_rows_of_both_cities_in_every_table(neighbours: Neighbours, server: Addresses):
    async with owner(database_of(neighbours.town, server)) as connection:
        cities = {
            table: set((await connection.scalars(text(f"select distinct city from {table}"))).all())
            # The worker chains what was audited later.
            for table in set(TENANT_TABLES) - {"audit_link"}
        }
    assert {table: found for table, found in cities.items() if not {LUZHOU, JIANGMEN} <= found} == {}


@pytest.mark.parametrize(("pool", "table"), grid("S"))
async def test_without_a_context_every_tenant_table_raises(neighbours: Neighbours, pool: Pool, table: str):
    statement = text(f"select 1 from {table}")
    async with neighbours.town.desk.databases.engine(pool).connect() as fresh:
        with pytest.raises(DBAPIError, match=r"unrecognized configuration parameter|invalid input syntax"):
            await fresh.execute(statement)
    async with role(neighbours.town, pool, city=LUZHOU, org=NOBODY, bank="X", principal=NOBODY) as connection:
        await connection.execute(statement)
        await connection.rollback()
        # The connection has had a context before: its settings are now empty texts, which must raise as well.
        with pytest.raises(DBAPIError, match="invalid input syntax"):
            await connection.execute(statement)


@pytest.mark.parametrize("table", DEVELOPERS)
async def test_a_developer_reaches_its_own_rows_alone(neighbours: Neighbours, table: str):
    column, own = OF_ORGANIZATIONS[table], await _organization(neighbours, neighbours.mine)
    async with role(neighbours.town, Pool.DEVELOPER, city=LUZHOU, org=own, principal=NOBODY) as connection:
        assert (
            await _count(
                connection, table, f"{column} is distinct from :own or city <> :city", own=own, city=LUZHOU
            )
            == 0
        )
        assert await _count(connection, table) > 0


@pytest.mark.parametrize("table", DEVELOPERS)
async def test_a_foreign_context_sees_nothing(neighbours: Neighbours, table: str):
    own = await _organization(neighbours, neighbours.mine)
    for city, org in ((JIANGMEN, own), (LUZHOU, NOBODY), (990100, own)):
        async with role(neighbours.town, Pool.DEVELOPER, city=city, org=org, principal=NOBODY) as connection:
            assert await _count(connection, table) == 0


@pytest.mark.parametrize(
    ("pool", "table"), [(pool, table) for pool, table in grid("S") if pool in (Pool.OFFICE, Pool.WORKER)]
)
async def test_the_office_and_the_worker_stay_in_their_city(neighbours: Neighbours, pool: Pool, table: str):
    async with role(neighbours.town, pool, city=LUZHOU, principal=NOBODY) as connection:
        assert await _count(connection, table, "city <> :city", city=LUZHOU) == 0


async def test_a_bank_reaches_its_own_notices_payments_and_accounts_alone(neighbours: Neighbours):
    banks = [bank.code for bank in neighbours.town.desk.cities[LUZHOU].banks]
    seen: dict[str, dict[str, int]] = {bank: {} for bank in banks[:2]}
    for bank, found in seen.items():
        async with role(neighbours.town, Pool.BANK, city=LUZHOU, bank=bank, principal=NOBODY) as connection:
            for pool, table in grid("S"):
                if pool is Pool.BANK and table not in SHARED:
                    found[table] = await _count(connection, table)
                    if table in OF_BANKS:
                        assert await _count(connection, table, "bank <> :bank", bank=bank) == 0
    mine, other = seen.values()
    assert {name for name, count in mine.items() if count} >= {
        "notice",
        "notice_line",
        "payment",
        "account",
        "entry",
    }
    # The other bank has its two accounts for unassigned money, and nothing else.
    assert {name: count for name, count in other.items() if count} == {"account": 2}


def test_a_bank_has_no_privilege_on_what_is_built_or_who_owns_it():
    open_to_banks = {table.name for declared, table in declared_tables() if declared.access.get(Pool.BANK)}
    assert open_to_banks.isdisjoint(
        {
            "organization",
            "estate",
            "building",
            "unit",
            "owner",
            "business_order",
            "order_line",
            "order_step",
            "order_lock",
            "attachment",
            "row_history",
        }
    )


@pytest.mark.parametrize(
    ("pool", "table"), [(pool, table) for pool, table in grid("I") if pool is not Pool.WORKER]
)
async def test_a_row_cannot_be_put_into_a_foreign_city_organization_or_bank(
    neighbours: Neighbours, server: Addresses, pool: Pool, table: str
):
    own = await _organization(neighbours, neighbours.mine)
    other = await _organization(neighbours, neighbours.beside)
    async with owner(database_of(neighbours.town, server)) as connection:
        found = await connection.execute(
            text(f"select to_jsonb(t)::text from {table} t where city = :c limit 1"), {"c": LUZHOU}
        )
        row = found.scalar_one()
    columns = ", ".join(
        f'"{column.name}"' for column in Base.metadata.tables[table].columns if column.computed is None
    )
    context = {"city": LUZHOU, "org": own, "bank": "NONE", "principal": NOBODY}
    changes = ["'{\"city\": 440700}'::jsonb"]
    if pool in (Pool.GATE, Pool.DEVELOPER) and table in OF_ORGANIZATIONS:
        changes.append(f"jsonb_build_object('{OF_ORGANIZATIONS[table]}', '{other}'::text)")
    if pool is Pool.BANK and table in OF_BANKS:
        changes.append('\'{"bank": "ANOTHER"}\'::jsonb')
    for change in changes:
        async with role(neighbours.town, pool, **context) as connection:
            insert = (
                f"insert into {table} ({columns}) overriding system value"
                f" select {columns} from"
                f" jsonb_populate_record(null::{table}, cast(:row as jsonb) || {change})"
            )
            # An entry of an account that the role does not see is stopped by the ledger's own trigger first.
            assert await refused(connection, insert, row=row) in {PRIVILEGE, CHECK_VIOLATION}, change


async def test_a_row_cannot_be_moved_to_a_foreign_organization(neighbours: Neighbours):
    own = await _organization(neighbours, neighbours.mine)
    other = await _organization(neighbours, neighbours.beside)
    for declared, table in declared_tables():
        if (
            declared.identity
            or table.name not in OF_ORGANIZATIONS
            or "U" not in declared.access.get(Pool.DEVELOPER, "")
        ):
            continue
        async with role(
            neighbours.town, Pool.DEVELOPER, city=LUZHOU, org=own, principal=NOBODY
        ) as connection:
            moved = f"update {table.name} set {OF_ORGANIZATIONS[table.name]} = :other"
            assert await refused(connection, moved, other=other) == PRIVILEGE, table.name
            if may(declared, Pool.DEVELOPER, "U"):
                touched = await connection.execute(
                    text(
                        f"update {table.name} set city = city where {OF_ORGANIZATIONS[table.name]} = :other"
                    ),
                    {"other": other},
                )
                assert touched.rowcount == 0


@pytest.mark.parametrize("pool", [Pool.DEVELOPER, Pool.OFFICE, Pool.BANK, Pool.WORKER])
async def test_identity_tables_are_the_gates_and_the_keepers_alone(neighbours: Neighbours, pool: Pool):
    async with role(neighbours.town, pool, city=LUZHOU, org=NOBODY, bank="X", principal=NOBODY) as connection:
        for table in ("login", "session", "api_key", "role_assignment", "estate_grant", "attempt"):
            for statement in (
                f"select * from {table}",
                f"delete from {table}",
                f"update {table} set city = city",
            ):
                assert await refused(connection, statement) == PRIVILEGE, table
        for column in ("token_hash", "address", "created_at"):
            assert await refused(connection, f"select {column} from session") == PRIVILEGE
        for column in ("person_cipher", "person_blind", "created_at"):
            assert await refused(connection, f"select {column} from principal") == PRIVILEGE
        await connection.execute(text("select id, status, version from principal for share"))
        assert await refused(connection, "update principal set kind = kind") == PRIVILEGE
        allowed = ["locked_at"] + (["status", "version"] if pool is Pool.OFFICE else [])
        for column in ("locked_at", "status", "version"):
            if column not in allowed:
                assert await refused(connection, f"update principal set {column} = {column}") == PRIVILEGE


async def test_400_alternating_organizations_over_one_pool_never_see_a_wrong_row(neighbours: Neighbours):
    town = neighbours.town
    actors = [
        await actor(town, one.developer) for one in (neighbours.mine, neighbours.beside, neighbours.elsewhere)
    ]
    wrong: list[object] = []

    async def look(place: int) -> None:
        who = actors[place % 3]
        async with open_transaction(
            town.desk.databases, who, town.desk.clock(), write=place % 2 == 0
        ) as session:
            rows = (
                await session.execute(
                    text("select city, org_id from unit union all select city, org_id from notice")
                )
            ).all()
        if not rows or {(city, org) for city, org in rows} != {(who.city, who.organization)}:
            wrong.append((who, rows))

    await asyncio.gather(*(look(place) for place in range(400)))
    assert wrong == []
