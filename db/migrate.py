"""Brings a database to the present shape: roles first, then the migrations."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from db.base import Pool
from db.engine import Addresses
from db.policies import role_name

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent / "migrations"
# Two processes that start at once must not migrate at once.
_MIGRATION_LOCK = 510_440_700


def newest() -> str:
    """Name the newest of our migrations."""
    return max(path.stem.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def configure(connection: Connection) -> "Config":
    """Point Alembic at our migrations and an open connection."""
    from alembic.config import Config  # noqa: PLC0415 - a start that has nothing to migrate needs no Alembic

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
    if _revision(connection) == (newest() if revision == "head" else revision):
        return
    from alembic import command  # noqa: PLC0415 - a start that has nothing to migrate needs no Alembic

    command.upgrade(configure(connection), revision)


def _revision(connection: Connection) -> str | None:
    """Tell at which migration a database is; None for a new one."""
    if connection.execute(text("select to_regclass('alembic_version')")).scalar_one() is None:
        return None
    return connection.execute(text("select version_num from alembic_version")).scalar_one_or_none()


def _downgrade(connection: Connection, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - as for the way up

    command.downgrade(configure(connection), revision)


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
            await connection.run_sync(_downgrade, revision)
    finally:
        await engine.dispose()
