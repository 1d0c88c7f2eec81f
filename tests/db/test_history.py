"""Every version of what matters is kept from the first row on, and what was written stays written."""

import pytest
from sqlalchemy import text

from db.base import Pool
from db.engine import Addresses
from db.policies import declared_tables
from tests.db.roles import actor, database_of, owner, refused, role
from tests.neighbours import Neighbours
from tests.scenes import LUZHOU

KEPT = ["building", "estate", "organization", "owner", "unit"]
APPENDED = [
    "audit",
    "audit_link",
    "entry",
    "journal",
    "ledger_seal",
    "order_step",
    "refund_transfer",
    "row_history",
]
CHECK_VIOLATION = "23514"
PRIVILEGE = "42501"


def test_these_tables_keep_their_history_and_these_are_only_added_to():
    tables = list(declared_tables())
    assert sorted(table.name for declared, table in tables if declared.history) == KEPT
    assert sorted(table.name for declared, table in tables if declared.appended) == APPENDED


@pytest.mark.parametrize("table", KEPT)
async def test_every_row_has_its_first_version_with_time_and_person(
    neighbours: Neighbours, server: Addresses, table: str
):
    at = neighbours.town.desk.clock()
    async with owner(database_of(neighbours.town, server)) as connection:
        rows = await connection.execute(
            text(
                f"select t.id, h.at, exists (select from principal p where p.id = h.principal_id),"
                f" h.row ->> 'id' = t.id::text and h.row ->> 'city' = t.city::text, h.org_id"
                f" from {table} t left join row_history h on h.city = t.city and h.table_name = '{table}'"
                f" and h.row_id = t.id and h.operation = 'INSERT'"
            )
        )
        found = [tuple(row) for row in rows]
    assert found
    assert {row[1:4] for row in found} == {(at, True, True)}
    assert all(row[4] is not None for row in found)


@pytest.mark.parametrize("table", ["building", "estate", "owner", "unit"])
async def test_a_change_and_a_removal_are_versions_with_the_time_and_person_of_the_context(
    neighbours: Neighbours, table: str
):
    clerk = await actor(neighbours.town, neighbours.clerk)
    later = "2027-01-02T03:04:05+08:00"
    column = "name" if table != "unit" else "address"
    context = {"city": LUZHOU, "principal": clerk.principal, "now": later}
    async with role(neighbours.town, Pool.OFFICE, **context) as connection:
        found = await connection.execute(
            text(f"update {table} set {column} = {column} || '甲' returning id, {column}")
        )
        changed = {row[0]: row[1] for row in found}
        # Another statement changes the same rows once more: each statement is a version.
        await connection.execute(text(f"update {table} set {column} = {column} || '乙'"))
        kept = await connection.execute(
            text(
                f"select row_id, row ->> '{column}', at = cast('{later}' as timestamptz), principal_id"
                f" from row_history where table_name = '{table}' and operation = 'UPDATE'"
                " and at > '2027-01-01' order by seq"
            )
        )
        versions = [tuple(row) for row in kept]
    assert len(changed) == 2
    assert sorted(row[1] for row in versions[:2]) == sorted(changed.values())
    assert sorted(row[1] for row in versions[2:]) == sorted(f"{value}乙" for value in changed.values())
    assert {row[2:] for row in versions} == {(True, clerk.principal)}


async def test_a_removed_owner_leaves_its_last_version(neighbours: Neighbours):
    clerk = await actor(neighbours.town, neighbours.clerk)
    async with role(neighbours.town, Pool.OFFICE, city=LUZHOU, principal=clerk.principal) as connection:
        gone = (await connection.execute(text("delete from owner returning id, id_number_masked"))).all()
        kept = await connection.execute(
            text("select row_id, row ->> 'id_number_masked' from row_history where operation = 'DELETE'")
        )
        assert sorted(tuple(row) for row in kept) == sorted(tuple(row) for row in gone)
        assert len(gone) == 2


async def test_a_change_without_a_context_is_refused_even_to_the_owner(
    neighbours: Neighbours, server: Addresses
):
    async with owner(database_of(neighbours.town, server)) as connection:
        assert await refused(connection, "update estate set name = 'x'") in {"42704", "22007", "22P02"}


@pytest.mark.parametrize("table", APPENDED)
async def test_what_is_appended_can_be_changed_or_removed_by_nobody(
    neighbours: Neighbours, server: Addresses, table: str
):
    statements = (f"update {table} set city = city", f"delete from {table}", f"truncate {table} cascade")
    async with owner(database_of(neighbours.town, server)) as connection:
        if table == "audit_link":
            # The worker, which does not run here, has chained nothing yet.
            await connection.execute(text(f"set local app.city = '{LUZHOU}'"))
            await connection.execute(
                text("insert into audit_link select city, 1, id, ''::bytea from audit limit 1")
            )
        for statement in statements:
            assert await refused(connection, statement) == CHECK_VIOLATION, statement
    for pool in Pool:
        async with role(neighbours.town, pool, city=LUZHOU, org=None, bank="X") as connection:
            for statement in statements:
                assert await refused(connection, statement) == PRIVILEGE, (pool, statement)


async def test_no_history_row_holds_a_clear_personal_number(neighbours: Neighbours, server: Addresses):
    clear = ("510502198503150120", "440705200402290126")
    async with owner(database_of(neighbours.town, server)) as connection:
        tables = (
            await connection.scalars(text("select tablename from pg_tables where schemaname = 'public'"))
        ).all()
        for number in clear:
            for table in tables:
                found = await connection.execute(
                    text(f"select count(*) from {table} t where t::text like :number"),
                    {"number": f"%{number}%"},
                )
                assert found.scalar_one() == 0, (table, number)
