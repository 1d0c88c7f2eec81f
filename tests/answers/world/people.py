"""Everybody who asks: developers with all, some and no rights, the office, a bank's machine, a visitor."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from db.base import Base
from db.tables.identity import ApiKey, EstateGrant, Principal, RoleAssignment, Session
from tests.answers.world.hard import FAR, NOON, QUOTES
from tests.answers.world.names import JIANGMEN, LUZHOU, YUNMENG, row

EVERY_KIND = ["estate", "building", "unit", "owner", "contract", "payment", "order"]
# In two parts, for no file may hold anything that looks like a token.
_SECRET = "made-up-" * 4


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who asks.

    Attributes:
        number: The number of its principal.
        organization: The number of its organization, if it is of one.
        grants: Estates by number, or None for every one, with the kinds of business granted there.
    """

    name: str
    number: int
    kind: str
    city: int = LUZHOU
    role: str | None = None
    organization: int | None = None
    bank: str | None = None
    grants: tuple[tuple[int | None, tuple[str, ...]], ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """What a request of this person carries."""
        if self.bank:
            return {"X-Weixiu-Key": self.secret}
        return {"Authorization": f"Bearer {self.secret}"}

    @property
    def secret(self) -> str:
        """The token, or the machine's key."""
        if self.bank:
            return f"wxk_{self.city}_{self.number:08x}_{_SECRET}"
        return f"wx_{self.city}_{_SECRET}{self.number}"


_ALL = ((None, tuple(EVERY_KIND)),)
PEOPLE: Mapping[str, Person] = {
    person.name: person
    for person in (
        Person("admin", 1, "DEVELOPER", role="org_admin", organization=1, grants=_ALL),
        Person("granted", 2, "DEVELOPER", role="viewer", organization=1, grants=((1, tuple(EVERY_KIND)),)),
        Person("narrow", 3, "DEVELOPER", role="viewer", organization=1, grants=((1, ("estate", "unit")),)),
        Person("idle", 4, "DEVELOPER", organization=1),
        Person("neighbour", 5, "DEVELOPER", role="org_admin", organization=2, grants=_ALL),
        Person("clerk", 6, "OFFICE", role="window_clerk"),
        Person("reviewer", 7, "OFFICE", role="reviewer"),
        Person("authority", 8, "OFFICE", role="authority_admin"),
        Person("bank", 9, "BANK", role="bank_operator", bank="LZ01"),
        Person("visitor", 10, "VISITOR", organization=3),
        Person("elsewhere", 11, "DEVELOPER", JIANGMEN, "org_admin", 1, grants=_ALL),
        Person("bent", 12, "DEVELOPER", YUNMENG, "org_admin", 1, grants=_ALL),
    )
}
STRANGER = "stranger"
"""Whoever sends neither token nor key."""

EVERYBODY = (*PEOPLE, STRANGER)


def people_rows() -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
    """Give the rows of the identity tables."""
    everyone = list(PEOPLE.values())
    yield Principal, [_principal(person) for person in everyone]
    yield Session, [_session(person) for person in everyone if not person.bank]
    yield ApiKey, [_key(person) for person in everyone if person.bank]
    yield RoleAssignment, [_role(person) for person in everyone if person.role]
    yield EstateGrant, [each for person in everyone for each in _grants(person)]


def _of(person: Person, kind: str, number: int) -> dict[str, Any]:
    return {
        "city": person.city,
        "id": row(kind, number),
        "principal_id": row("Principal", person.number),
    }


def _principal(person: Person) -> dict[str, Any]:
    office = person.kind == "OFFICE"
    return {
        "city": person.city,
        "id": row("Principal", person.number),
        "kind": person.kind,
        "org_id": row("Organization", person.organization) if person.organization else None,
        "bank": person.bank,
        "name": {"admin": "王小明", "granted": QUOTES, "narrow": FAR}.get(person.name, person.name),
        "person_cipher": "k1:x" if office else None,
        "person_masked": "5105**********0120" if office else None,
        "person_blind": f"blind-{person.name}" if office else None,
        "status": "ACTIVE",
        "version": 1,
        "created_at": NOON,
    }


def _session(person: Person) -> dict[str, Any]:
    return {
        **_of(person, "Session", person.number),
        "token_hash": hashlib.sha256(person.secret.encode()).digest(),
        "address": None,
        "created_at": NOON,
        "seen_at": NOON,
        "idle_seconds": 1800,
        "expires_at": NOON + timedelta(hours=12),
    }


def _key(person: Person) -> dict[str, Any]:
    return {
        **_of(person, "ApiKey", person.number),
        "prefix": f"{person.number:08x}",
        "secret_hash": hashlib.sha256(person.secret.encode()).digest(),
        "created_at": NOON,
    }


def _role(person: Person) -> dict[str, Any]:
    return {**_of(person, "RoleAssignment", person.number), "role": person.role}


def _grants(person: Person) -> list[dict[str, Any]]:
    return [
        {
            **_of(person, "EstateGrant", person.number * 10 + place),
            "estate_id": row("Estate", estate) if estate else None,
            "kinds": list(kinds),
        }
        for place, (estate, kinds) in enumerate(person.grants)
    ]
