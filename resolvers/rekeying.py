"""Puts every locked number, secret and file of the database under the newest key, some rows at a time."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Row,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    not_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db import tables
from db.engine import Addresses
from db.policies import declared_tables
from db.sealing import KeyMissingError, Sealer
from domain.people import NumberKind
from resolvers.signing.tokens import signing_context

# The walk below finds only what is declared by then.
_DECLARED = tables.__all__

BATCH = 500
# Files are up to a megabyte each.
_BATCH_OF_FILES = 20

_ID, _MOBILE = (kind.value.encode() for kind in (NumberKind.ID_NUMBER, NumberKind.MOBILE))
_OPENED = re.compile(r'("[a-z_]*cipher": ")([^"\\]+)(?=")')


def _totp(row: Row[Any]) -> bytes:
    principal: UUID = row.principal_id
    return b"totp:" + principal.bytes


def _file(row: Row[Any]) -> bytes:
    file: UUID = row.id
    return file.bytes


def _signing(row: Row[Any]) -> bytes:
    key: UUID = row.id
    return signing_context(key)


CONTEXTS: Mapping[str, bytes | Callable[[Row[Any]], bytes]] = {
    "api_key.signing_cipher": _signing,
    "authenticator.secret_cipher": _totp,
    "file.content_cipher": _file,
    "organization.legal_rep_id_cipher": _ID,
    "owner.id_number_cipher": _ID,
    "owner.mobile_cipher": _MOBILE,
    "principal.mobile_cipher": _MOBILE,
    "principal.person_cipher": _ID,
}
"""For what each column was locked; a test finds the column that is missing here."""

UNTOUCHED = frozenset({"audit.detail"})
"""JSON that is never rewritten: its hash stands in the chain, and it never holds a locked number."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column in which locked texts or bytes stand, by themselves or within JSON."""

    table: Table
    column: Column[Any]

    @property
    def name(self) -> str:
        """Name it for a person."""
        return f"{self.table.name}.{self.column.name}"

    @property
    def keys(self) -> list[Column[Any]]:
        """The columns by which a row is found."""
        return list(self.table.primary_key.columns)

    def named(self, key: str) -> ColumnElement[bool]:
        """Write "something here is locked with this key"."""
        match self.column.type:
            case JSONB():
                pattern = f'"[a-z_]*cipher": "{re.escape(key)}:'
                return cast(self.column, Text()).regexp_match(pattern)
            case LargeBinary():
                prefix = key.encode() + b"\x00"
                return func.substring(self.column, 1, len(prefix)) == literal(prefix, LargeBinary())
            case _:
                return func.starts_with(self.column, f"{key}:")

    def others(self, key: str) -> ColumnElement[bool]:
        """Write "something here is locked with another key"."""
        if isinstance(self.column.type, JSONB):
            return cast(self.column, Text()).regexp_match(f'"[a-z_]*cipher": "(?!{re.escape(key)}:)')
        return and_(self.column.is_not(None), not_(self.named(key)))


def places() -> Iterator[Place]:
    """Walk the declarations for every column that holds something locked, or JSON in which it may stand."""
    for declared, table in declared_tables():
        if declared.view:
            continue
        for column in table.columns:
            held = column.name.endswith("_cipher") or isinstance(column.type, JSONB)
            if held and f"{table.name}.{column.name}" not in UNTOUCHED:
                yield Place(table, column)


class OwnerRefusedError(RuntimeError):
    """The database did not let its owner rewrite rows; the text is the kind of its error alone."""


def open_as_owner(addresses: Addresses) -> AsyncEngine:
    """Open the database as its owner, who sees every row."""
    return create_async_engine(addresses.url())


async def count_locked(engine: AsyncEngine, key: str) -> dict[str, int]:
    """Count the rows in which something is locked with a key, by their places; where there are none, none."""
    found: dict[str, int] = {}
    async with engine.connect() as connection:
        await _wake_to_all(connection)
        for place in places():
            counted = select(func.count()).select_from(place.table).where(place.named(key))
            count = await connection.scalar(counted)
            if count:
                found[place.name] = count
    return found


async def rewrite(
    engine: AsyncEngine,
    sealer: Sealer,
    *,
    batch: int = BATCH,
    told: Callable[[str, int], None] = lambda _place, _rows: None,
) -> dict[str, int]:
    """Lock everything anew that is not under the key to write with, and count the rows.

    Each batch is committed by itself, so whoever is interrupted begins again where it stopped.

    Args:
        engine: The database as its owner.
        sealer: Opens with the older keys and locks with the newest.
        batch: How many rows are locked at once.
        told: Hears after each batch which place it was and how many rows of it are done.

    Raises:
        KeyMissingError: Something is locked with a key that is not given; nothing of its batch is changed.
        OwnerRefusedError: The database did not let it happen, or somebody held a row for too long.
    """
    try:
        return await _rewrite(engine, sealer, batch, told)
    except DBAPIError as error:
        # Its text may name values of the row.
        raise OwnerRefusedError(type(error.orig).__name__) from None


async def _rewrite(
    engine: AsyncEngine, sealer: Sealer, batch: int, told: Callable[[str, int], None]
) -> dict[str, int]:
    done: dict[str, int] = {}
    for place in places():
        size = min(batch, _BATCH_OF_FILES) if isinstance(place.column.type, LargeBinary) else batch
        after: tuple[Any, ...] | None = None
        while True:
            async with engine.begin() as connection:
                await _wake_to_all(connection)
                # Seals and links are about who wrote what; the same number under another key is the same
                # fact. So neither is history written, nor may what is only ever added refuse: the triggers
                # sleep in this transaction alone.
                await connection.execute(text("set local session_replication_role = replica"))
                rows = await _batch(connection, sealer, place, size, after)
            if not rows:
                break
            after = tuple(getattr(rows[-1], key.name) for key in place.keys)
            done[place.name] = done.get(place.name, 0) + len(rows)
            told(place.name, done[place.name])
    return done


async def _wake_to_all(connection: AsyncConnection) -> None:
    """Refuse to go on where policies would hide rows, rather than leave some behind."""
    await connection.execute(text("set local row_security = off"))
    await connection.execute(text("set local lock_timeout = '10s'"))


async def _batch(
    connection: AsyncConnection, sealer: Sealer, place: Place, size: int, after: tuple[Any, ...] | None
) -> list[Row[Any]]:
    """Lock some rows of one place anew; they are held, so that nobody changes them in between."""
    keys = place.keys
    wanted = {column.name: column for column in (*keys, *place.table.columns) if _is_wanted(place, column)}
    read = cast(place.column, Text()) if isinstance(place.column.type, JSONB) else place.column
    statement = select(*wanted.values(), read.label("locked")).where(place.others(sealer.current))
    if after is not None:
        beyond = tuple_(*(literal(value, key.type) for value, key in zip(after, keys, strict=True)))
        statement = statement.where(tuple_(*keys) > beyond)
    rows = list(await connection.execute(statement.order_by(*keys).limit(size).with_for_update()))
    if rows:
        fresh = bindparam(
            "fresh", type_=Text() if isinstance(place.column.type, JSONB) else place.column.type
        )
        value = cast(fresh, JSONB()) if isinstance(place.column.type, JSONB) else fresh
        change = update(place.table).where(*(key == bindparam(f"own_{key.name}") for key in keys))
        given = [
            {
                "fresh": _relock(sealer, place, row),
                **{f"own_{key.name}": getattr(row, key.name) for key in keys},
            }
            for row in rows
        ]
        await connection.execute(change.values({place.column.name: value}), given)
    return rows


def _is_wanted(place: Place, column: Column[Any]) -> bool:
    """Tell whether a column says which row it is, or for what something in it was locked."""
    return column.primary_key or (
        place.name == "authenticator.secret_cipher" and column.name == "principal_id"
    )


def _relock(sealer: Sealer, place: Place, row: Row[Any]) -> str | bytes:
    if isinstance(place.column.type, JSONB):
        return _OPENED.sub(lambda found: found[1] + _relock_any(sealer, place, found[2]), row.locked)
    context = CONTEXTS[place.name]
    known = context if isinstance(context, bytes) else context(row)
    try:
        if isinstance(place.column.type, LargeBinary):
            return sealer.relock_file(row.locked, known)
        return sealer.relock(row.locked, known)
    except KeyMissingError as error:
        raise KeyMissingError(f"{place.name}: {error}") from error


def _relock_any(sealer: Sealer, place: Place, cipher: str) -> str:
    """Lock a number within JSON anew; what kind it is its key names only sometimes, so both are tried."""
    wrong: KeyMissingError | None = None
    for context in (_ID, _MOBILE):
        try:
            return sealer.relock(cipher, context)
        except KeyMissingError as error:
            wrong = error
    raise KeyMissingError(f"{place.name}: {wrong}") from wrong
