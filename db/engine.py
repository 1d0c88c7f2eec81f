"""How the product reaches PostgreSQL: one pool a database role, each signing in as that role."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.base import Pool
from db.policies import role_name
from db.readers import Readers

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
        self._readers = {pool: _readers(self._engines[pool], pool, options, size) for pool in Pool}

    def engine(self, pool: Pool) -> AsyncEngine:
        """Give the engine of one role."""
        return self._engines[pool]

    def readers(self, pool: Pool) -> Readers:
        """Give the connections of a role that answer compiled queries."""
        return self._readers[pool]

    async def close(self) -> None:
        """Close every connection."""
        for readers in self._readers.values():
            readers.close()
        for engine in self._engines.values():
            await engine.dispose()


def _readers(engine: AsyncEngine, pool: Pool, options: Mapping[str, str], size: int) -> Readers:
    _, given = engine.dialect.create_connect_args(engine.url)
    settings = {
        **options,
        "application_name": f"weixiu {pool.value} reader",
        "default_transaction_read_only": "on",
    }
    return Readers(given, settings, size)
