"""The world in which rights are measured: 10,000 organizations, 100,000 users and a million grants."""

import json
import random
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

import asyncpg

from authz.actions import ESTATE_KINDS
from authz.roles import CUSTOM_ACTIONS
from db.embedded import Address, EmbeddedPostgres
from db.engine import Addresses, encode_json
from db.migrate import migrate

CITY = 440700
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
_driver: Any = asyncpg  # it has no types
_KINDS = sorted(str(kind) for kind in ESTATE_KINDS)
_ROLES = ("viewer", "estate_editor", "contract_clerk", "payment_clerk")
_ESTATES = 20
_USERS, _GRANTS = 10, 10
_POOL_PASSWORD = "bench-pools"  # noqa: S105 - of a database that only this machine's socket reaches

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many there are: ten users an organization, ten grants a user on twenty estates."""

    organizations: int = 10_000

    @property
    def users(self) -> int:
        """Users in all."""
        return self.organizations * _USERS

    @property
    def grants(self) -> int:
        """Grants in all."""
        return self.users * _GRANTS


def ident(kind: int, number: int) -> UUID:
    """Give the id of the so-manieth thing of a kind; neighbours of a table lie together, as with uuidv7."""
    return UUID(int=(0x019A00000000 + number) << 80 | 0x7 << 76 | kind << 64 | 0x2 << 62 | number)


_ORGANIZATION, _USER, _SESSION, _ROLE, _GRANT, _DENY, _ESTATE, _CUSTOM = range(1, 9)


def user_id(number: int) -> UUID:
    """Give the id of a user."""
    return ident(_USER, number)


def organization_id(user: int) -> UUID:
    """Give the id of a user's organization."""
    return ident(_ORGANIZATION, user // _USERS)


def session_id(user: int) -> UUID:
    """Give the id of a user's one session."""
    return ident(_SESSION, user)


@asynccontextmanager
async def open_crowd(crowd: Crowd) -> AsyncGenerator[Addresses]:
    """Make the world in a database that goes at the end."""
    async with EmbeddedPostgres.throw_away() as address:
        addresses = Addresses(address.url(), _POOL_PASSWORD)
        await migrate(addresses)
        await _fill(address, crowd)
        yield addresses


async def _fill(address: Address, crowd: Crowd) -> None:
    owner: Any = await _driver.connect(
        host=str(address.socket), port=address.port, user=address.user, password=address.password,
        database="postgres",
    )  # fmt: skip
    await owner.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_jsonb, decoder=json.loads, format="binary"
    )
    # Neither references nor versions that rise are wanted of rows that are made right.
    await owner.execute("set session_replication_role = replica")
    for table, rows in _tables(crowd):
        rest = iter(rows)
        first = next(rest)
        records = (tuple(row.values()) for row in chain((first,), rest))
        await owner.copy_records_to_table(table, columns=list(first), records=records)
    await owner.execute("vacuum analyze")
    await owner.close()


def _jsonb(value: object) -> bytes:
    return b"\x01" + encode_json(value).encode()


def _tables(crowd: Crowd) -> Iterable[tuple[str, Iterable[Row]]]:
    chance = random.Random(4)  # noqa: S311 - the same world each time, and nothing secret
    return (
        ("principal", _principals(crowd)),
        ("session", _sessions(crowd)),
        ("custom_role", _custom_roles(crowd, chance)),
        ("role_assignment", _roles(crowd, chance)),
        ("estate_grant", _grants(crowd, chance)),
        ("estate_deny", _denies(crowd, chance)),
    )


def _principals(crowd: Crowd) -> Iterator[Row]:
    for number in range(crowd.users):
        yield {
            "city": CITY,
            "id": user_id(number),
            "kind": "DEVELOPER",
            "org_id": organization_id(number),
            "name": f"用户{number}",
            "status": "ACTIVE",
            "version": 1,
            "created_at": NOW,
        }


def _sessions(crowd: Crowd) -> Iterator[Row]:
    for number in range(crowd.users):
        yield {
            "city": CITY,
            "id": session_id(number),
            "principal_id": user_id(number),
            "token_hash": session_id(number).bytes * 2,
            "created_at": NOW,
            "seen_at": NOW,
            "idle_seconds": 1800,
            "expires_at": NOW + timedelta(hours=12),
        }


def _custom_roles(crowd: Crowd, chance: random.Random) -> Iterator[Row]:
    actions = sorted(CUSTOM_ACTIONS)
    for number in range(crowd.organizations):
        yield {
            "city": CITY,
            "id": ident(_CUSTOM, number),
            "org_id": ident(_ORGANIZATION, number),
            "name": "自定义",
            "actions": chance.sample(actions, 8),
            "created_by": user_id(number * _USERS),
            "created_at": NOW,
            "changed_at": NOW,
        }


def _roles(crowd: Crowd, chance: random.Random) -> Iterator[Row]:
    """Give each organization an admin, its other users one or two roles, and one of them its custom role."""
    for number in range(crowd.users):
        place = number % _USERS
        names: list[str] = ["org_admin"] if place == 0 else chance.sample(_ROLES, chance.choice((1, 1, 2)))
        held: list[tuple[str | None, UUID | None]] = [(name, None) for name in names]
        if place == 1:
            held.append((None, ident(_CUSTOM, number // _USERS)))
        for count, (role, custom) in enumerate(held):
            yield {
                "city": CITY,
                "id": ident(_ROLE, number * 4 + count),
                "principal_id": user_id(number),
                "role": role,
                "custom_role_id": custom,
                "granted_at": NOW,
            }


def _estate(number: int, place: int) -> UUID:
    return ident(_ESTATE, number // _USERS * _ESTATES + place)


def _grants(crowd: Crowd, chance: random.Random) -> Iterator[Row]:
    """Give each user ten grants: an admin one of them on every estate, a tenth of all until some day."""
    for number in range(crowd.users):
        for count, place in enumerate(chance.sample(range(_ESTATES), _GRANTS)):
            every = number % _USERS == 0 and count == 0
            yield {
                "city": CITY,
                "id": ident(_GRANT, number * _GRANTS + count),
                "principal_id": user_id(number),
                "estate_id": None if every else _estate(number, place),
                "kinds": _KINDS if every else chance.sample(_KINDS, chance.choice((2, 4, 7))),
                "granted_at": NOW,
                "expires_at": NOW + timedelta(days=30) if count == _GRANTS - 1 else None,
            }


def _denies(crowd: Crowd, chance: random.Random) -> Iterator[Row]:
    """Deny every twentieth user something on one estate."""
    for number in range(0, crowd.users, 20):
        yield {
            "city": CITY,
            "id": ident(_DENY, number),
            "principal_id": user_id(number),
            "estate_id": _estate(number, chance.randrange(_ESTATES)),
            "action": chance.choice(("unit.view", "payment.submit", "owner.view_pii")),
            "granted_by": user_id(number),
            "granted_at": NOW,
        }
