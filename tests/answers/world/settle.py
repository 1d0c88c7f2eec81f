"""Puts the fixed world into a fresh database, as the database's owner, and takes its fingerprint."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import insert, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.base import Pool
from db.engine import Addresses, encode_json
from db.policies import declared_tables
from db.sealing import Keys
from db.tables.money import Account
from resolvers.desk import Desk
from resolvers.indexing import complete_search
from tests.answers.world.books import CLOSED, book_rows
from tests.answers.world.hard import NOON
from tests.answers.world.names import LUZHOU, row
from tests.answers.world.papers import paper_rows
from tests.answers.world.past import past_rows
from tests.answers.world.people import people_rows
from tests.answers.world.places import place_rows
from tests.conftest import MovableClock, open_desk

# What founding the cities entered has other ids each time, so it makes room for rows of fixed ones.
_EMPTIED = ("deposit_rate", "account")
_TABLES = [table.name for declared, table in declared_tables() if not declared.view]
_CONTEXT = "select set_config('app.now', :now, true), set_config('app.principal', :who, true)"


@dataclass(frozen=True)
class World:
    """The product over the fixed world.

    Attributes:
        owner: Reaches every row, whoever's it is.
    """

    desk: Desk
    owner: AsyncEngine

    async def fingerprint(self) -> Mapping[str, str]:
        """Tell for each table what all its rows look like together."""
        async with self.owner.connect() as connection:
            return {name: await _digest(connection, name) for name in sorted(_TABLES)}


@asynccontextmanager
async def open_world(server: Addresses, keys: Keys) -> AsyncGenerator[World]:
    """Open a desk over a database of its own that holds the fixed world."""
    async with open_desk(server, keys, MovableClock()) as desk:
        name = desk.databases.engine(Pool.GATE).url.database
        assert name is not None
        owner = create_async_engine(server.of_database(name).url(), json_serializer=encode_json)
        try:
            async with owner.begin() as connection:
                await _settle(connection)
            for city in desk.cities:
                await complete_search(desk, city)
            yield World(desk, owner)
        finally:
            await owner.dispose()


async def _settle(connection: AsyncConnection) -> None:
    # The trigger that keeps histories wants to know when and by whom.
    who = {"now": NOON.isoformat(), "who": str(row("Principal", 1))}
    await connection.execute(text(_CONTEXT), who)
    for table in _EMPTIED:
        await connection.execute(text(f"delete from {table}"))
    for entity, rows in chain(people_rows(), past_rows(), place_rows(), book_rows(), paper_rows()):
        await connection.execute(insert(entity), rows)
    for account, unit in CLOSED.items():
        mine = update(Account).where(Account.city == LUZHOU, Account.id == row("Account", account))
        await connection.execute(mine.values(status="CLOSED", unit_id=row("Unit", unit)))


async def _digest(connection: AsyncConnection, table: str) -> str:
    # Whoever was denied something is recorded, and nothing else came of it.
    where = "where outcome <> 'DENIED'" if table == "audit" else ""
    found = await connection.execute(
        text(
            f"select md5(coalesce(string_agg(t::text, chr(10) order by t::text), '')) from {table} t {where}"
        )
    )
    return found.scalar_one()
