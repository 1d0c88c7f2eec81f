"""Worlds of their own for programs that play or measure for longer than a test; they end with the program."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import create_async_engine

from db.base import Pool
from db.engine import Addresses
from db.sealing import Keys
from resolvers.desk import Desk
from tests.conftest import NOON, MovableClock, open_desk, open_server
from tests.deposits import Books
from tests.scenes import Town

# The history asks of everybody who changes a row, the database's owner too, who that is and when.
_OWNER = {"app.now": NOON.isoformat(), "app.principal": str(UUID(int=0))}


@asynccontextmanager
async def throw_away_town() -> AsyncGenerator[tuple[Town, Addresses]]:
    """Start a server with a town in which nobody has done anything, and give both."""
    with tempfile.TemporaryDirectory() as folder:
        keys = Keys.load_or_make(Path(folder) / "keys.json")
        async with (
            open_server() as server,
            open_desk(server, keys, MovableClock()) as desk,
            Town(desk) as town,
        ):
            yield town, server


@asynccontextmanager
async def open_books(server: Addresses, desk: Desk) -> AsyncGenerator[Books]:
    """Give the owner's own view of a desk's database."""
    engine = create_async_engine(
        server.of_database(str(desk.databases.engine(Pool.OFFICE).url.database)).url(),
        isolation_level="AUTOCOMMIT",
        connect_args={"server_settings": _OWNER},
    )
    yield Books(engine)
    await engine.dispose()
