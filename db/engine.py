"""How the product reaches PostgreSQL: one pool a database role, each signing in as that role."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg
import msgspec
from asyncpg.connection import Connection
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.base import Pool
from db.policies import role_name

# Statements that run longer than this are a mistake of ours, not a wish of the client's.
_STATEMENT_TIMEOUT = "5s"
_LOCK_TIMEOUT = "4s"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the database is: as its owner for migrations, and the shared password of the pools' roles."""

    owner_url: str
    pool_password: str

    @classmethod
    def from_urls(cls, application: str, owner: str) -> "Addresses":
        """Take a server of one's own; the application's password is that of the pools' roles.

        Raises:
            ValueError: The application's address has no password.
        """
        password = make_url(application).password
        if not password:
            raise ValueError("DATABASE_URL needs a password: the roles weixiu_* sign in with it.")
        return cls(owner, str(password))

    def of_database(self, name: str) -> "Addresses":
        """Give the addresses of another database on the same server."""
        url = make_url(self.owner_url).set(database=name)
        return Addresses(url.render_as_string(hide_password=False), self.pool_password)

    def pool_url(self, pool: Pool) -> URL:
        """Write the address at which one pool signs in."""
        return self.url().set(username=role_name(pool), password=self.pool_password)

    def url(self) -> URL:
        """Write the owner's address for the asynchronous driver."""
        return make_url(self.owner_url).set(drivername="postgresql+asyncpg")


def encode_json(value: object) -> str:
    """Write JSON as PostgreSQL takes it."""
    return msgspec.json.encode(value).decode()


class Reader(Connection):
    """A connection that answers compiled queries; each is a transaction of its own, so nothing stays behind."""

    async def reset(self, *, timeout: float | None = None) -> None:
        """Spare the round trip."""


# More than one statement a plan may be of one shape with other rights, so a connection keeps more of them
# than a process keeps plans that are asked often; the longest come to some 200 KiB.
_STATEMENTS_KEPT = 500
_LONGEST_STATEMENT = 1 << 18


class Databases:
    """The pools of one process."""

    def __init__(
        self, addresses: Addresses, *, size: int = 8, statement_timeout: str = _STATEMENT_TIMEOUT
    ) -> None:
        options = {
            "statement_timeout": statement_timeout,
            "lock_timeout": _LOCK_TIMEOUT,
            "timezone": "Asia/Shanghai",
            "datestyle": "ISO",
            # A statement of many sub-selects looks expensive and is not: compiling it takes longer than it.
            "jit": "off",
        }
        self._addresses = addresses
        self._size = size
        self._options = options
        self._readers: dict[Pool, asyncio.Future[asyncpg.Pool[Any]]] = {}
        self._engines: Mapping[Pool, AsyncEngine] = {
            pool: create_async_engine(
                addresses.pool_url(pool),
                pool_size=size,
                max_overflow=0,
                pool_timeout=10,
                json_serializer=encode_json,
                json_deserializer=msgspec.json.decode,
                connect_args={"server_settings": {**options, "application_name": f"weixiu {pool.value}"}},
            )
            for pool in Pool
        }

    def engine(self, pool: Pool) -> AsyncEngine:
        """Give the engine of one role."""
        return self._engines[pool]

    async def readers(self, pool: Pool) -> "asyncpg.Pool[Any]":
        """Give the connections of a role that answer compiled queries, opened as they are needed."""
        found = self._readers.get(pool)
        if found is None:
            found = self._readers[pool] = asyncio.ensure_future(self._open_readers(pool))
        return await found

    async def _open_readers(self, pool: Pool) -> "asyncpg.Pool[Any]":
        _, given = self.engine(pool).dialect.create_connect_args(self._addresses.pool_url(pool))
        settings = {**self._options, "application_name": f"weixiu {pool.value} reader"}
        opened: Any = await asyncpg.create_pool(
            **given,
            min_size=0,
            max_size=self._size,
            connection_class=Reader,
            statement_cache_size=_STATEMENTS_KEPT,
            max_cacheable_statement_size=_LONGEST_STATEMENT,
            server_settings={**settings, "default_transaction_read_only": "on"},
        )
        return opened

    async def close(self) -> None:
        """Close every connection."""
        for opened in self._readers.values():
            (await opened).terminate()
        for engine in self._engines.values():
            await engine.dispose()
