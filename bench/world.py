"""Makes the world that is measured: a fresh database of the product's own shape, filled in bulk, analyzed."""

import asyncio
import hashlib
import json
import shutil
import sys
import time
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import asyncpg

from api.house import open_house
from api.settings import Settings
from authz.actions import ESTATE_KINDS
from bench import order_rows, rows
from bench.people import PASSWORD, Size
from db.base import Pool
from db.embedded import Address, EmbeddedPostgres
from db.engine import Addresses, encode_json
from db.migrate import migrate
from resolvers.passwords import Passwords

POOL_PASSWORD = "bench-pools"  # noqa: S105 - of a database that only this machine's socket reaches
_driver: Any = asyncpg  # it has no types
_HERE = Path(__file__).resolve().parent
_FUNCTIONS = _HERE / "peers" / "functions.sql"
_MARK = "world.json"


@dataclass(frozen=True, slots=True)
class World:
    """A running database with the world in it."""

    size: Size
    address: Address
    folder: Path
    seconds: float

    @property
    def addresses(self) -> Addresses:
        """How the product reaches it."""
        return Addresses(self.address.url(), POOL_PASSWORD)

    @property
    def postmaster(self) -> int:
        """The number of the database's first process."""
        return int((self.folder / "data" / "postmaster.pid").read_text(encoding="ascii").split("\n")[0])

    async def run(self, statement: str) -> None:
        """Run a statement as the owner."""
        async with _connected(self.address) as owner:
            await owner.execute(statement)


@asynccontextmanager
async def open_world(size: Size, kept: Path | None) -> AsyncGenerator[World]:
    """Open a world of that size: a kept one if it still fits, else a fresh one.

    Args:
        size: How large it shall be.
        kept: A folder in which it stays for the next time; without one it goes at the end.
    """
    mark = {"organizations": size.organizations, "made_by": _makers()}
    if kept is not None and not _fits(kept, mark):
        await asyncio.to_thread(_clear, kept)
    server = EmbeddedPostgres(kept, fast=True) if kept else EmbeddedPostgres.throw_away()
    async with server as address:
        began = time.perf_counter()
        path = server.folder / _MARK
        if not path.exists() or not json.loads(path.read_text(encoding="utf-8")):
            path.write_text("{}", encoding="utf-8")
            await _make(address, server.folder, size)
            path.write_text(json.dumps(mark), encoding="utf-8")
        yield World(size, address, server.folder, time.perf_counter() - began)


def _makers() -> str:
    """Give a fingerprint of all that makes a world: others make another one."""
    files = [*(_HERE.parent / "db" / "migrations" / "versions").glob("[0-9]*.*"), _FUNCTIONS]
    files += [_HERE / "world.py", _HERE / "rows.py", _HERE / "order_rows.py", _HERE / "people.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()


def _fits(folder: Path, mark: Mapping[str, Any]) -> bool:
    path = folder / _MARK
    return path.exists() and json.loads(path.read_text(encoding="utf-8")) == mark


def _clear(folder: Path) -> None:
    """Remove a world that fits no more, and nothing else."""
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        sys.exit(f"{folder} holds something else than a world: name another folder.")
    shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _connected(address: Address) -> AsyncGenerator[Any]:
    connection = await _driver.connect(
        host=str(address.socket), port=address.port, user=address.user, password=address.password,
        database="postgres",
    )  # fmt: skip
    try:
        yield connection
    finally:
        await connection.close()


async def _make(address: Address, folder: Path, size: Size) -> None:
    addresses = Addresses(address.url(), POOL_PASSWORD)
    await migrate(addresses)
    passwords = Passwords()
    hashed = await passwords.hash(PASSWORD)
    passwords.close()
    async with _connected(address) as owner:
        await owner.set_type_codec(
            "jsonb", schema="pg_catalog", encoder=_jsonb, decoder=json.loads, format="binary"
        )
        # Neither history nor references are wanted of rows that are made right.
        await owner.execute("set session_replication_role = replica")
        for table, made in _tables(size, hashed):
            await _copy(owner, table, made)
    # The product itself completes what searches go by when it opens.
    async with open_house(product_settings(addresses, folder)):
        pass
    async with _connected(address) as owner:
        await owner.execute(await asyncio.to_thread(_FUNCTIONS.read_text, encoding="utf-8"))
        await owner.execute("vacuum analyze")


def product_settings(addresses: Addresses, folder: Path) -> Settings:
    """Write how the product is set up, for a world in that folder."""
    given = {
        "DATABASE_URL": addresses.pool_url(Pool.GATE).render_as_string(hide_password=False),
        "DATABASE_OWNER_URL": addresses.owner_url,
        "data_folder": folder / "product",
        "demo": False,
    }
    return Settings.model_validate(given)


def _jsonb(value: object) -> bytes:
    return b"\x01" + encode_json(value).encode()


def _tables(size: Size, hashed: str) -> Iterable[tuple[str, Iterable[rows.Row]]]:
    return (
        ("organization", rows.organizations(size)),
        ("principal", rows.principals(size)),
        ("login", rows.logins(size, hashed)),
        ("role_assignment", rows.roles(size)),
        ("estate_grant", rows.grants(size, sorted(ESTATE_KINDS))),
        ("estate", rows.estates(size)),
        ("building", rows.buildings(size)),
        ("unit", rows.units(size)),
        ("account", rows.accounts(size)),
        ("owner", rows.owners(size)),
        ("business_order", order_rows.drafts(size)),
    )


async def _copy(owner: Any, table: str, made: Iterable[rows.Row]) -> None:  # noqa: ANN401 - asyncpg has no types
    rest = iter(made)
    first = next(rest)
    records = (tuple(row.values()) for row in chain((first,), rest))
    await owner.copy_records_to_table(table, columns=list(first), records=records)
