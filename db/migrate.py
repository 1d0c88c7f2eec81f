"""Brings a database to the present shape: roles first, then the migrations."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from db.base import Pool
from db.engine import Addresses
from db.policies import role_name

_FOLDER = Path(__file__).parent / "migrations"
# Two processes that start at once must not migrate at once.
_MIGRATION_LOCK = 510_440_700


def configure(connection: Connection) -> Config:
    """Point Alembic at our migrations and an open connection."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


def make_roles(connection: Connection, password: str) -> None:
    """Make the roles that the pools sign in as; none owns a table, bypasses policies or inherits."""
    for pool in Pool:
        role = role_name(pool)
        known = connection.execute(
            text("select 1 from pg_roles where rolname = :role"), {"role": role}
        ).first()
        verb = "alter" if known else "create"
        secret = connection.execute(
            text("select quote_literal(:password)"), {"password": password}
        ).scalar_one()
        connection.execute(
            text(f"{verb} role {role} login noinherit nosuperuser nobypassrls password {secret}")
        )


def _upgrade(connection: Connection, password: str, revision: str) -> None:
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    connection.execute(text("set local lock_timeout = '10s'"))
    make_roles(connection, password)
    command.upgrade(configure(connection), revision)


async def migrate(addresses: Addresses, revision: str = "head") -> None:
    """Bring the database to a revision; repeating it changes nothing."""
    engine = create_async_engine(addresses.url())
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, addresses.pool_password, revision)
    finally:
        await engine.dispose()


async def revert(addresses: Addresses, revision: str) -> None:
    """Take the database back to a revision, for rehearsing a way back."""
    engine = create_async_engine(addresses.url())
    try:
        async with engine.begin() as connection:
            await connection.run_sync(lambda c: command.downgrade(configure(c), revision))
    finally:
        await engine.dispose()
