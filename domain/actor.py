"""Who acts: a person, machine or visitor of one city, with what it belongs to."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class PrincipalKind(StrEnum):
    """The sorts of principals; each reaches the database as a role of its own."""

    VISITOR = "VISITOR"
    DEVELOPER = "DEVELOPER"
    OFFICE = "OFFICE"
    BANK = "BANK"
    SYSTEM = "SYSTEM"
    REPORTER = "REPORTER"


@dataclass(frozen=True, slots=True)
class Actor:
    """A principal as its session or key showed it.

    Attributes:
        city: Division code of the city in which it acts (GB/T 2260).
        version: Version of its rights when it was read; the guard refuses an older one.
        organization: The developer organization of a developer, a registering visitor, or a reporting account
            of an organization; a reporting account of the fund office has none.
        bank: Code of the bank that a bank's machine account belongs to.
        person: Blind index of the person's ID number, by which four eyes are compared.
        session: The session that it came by, if it signed in.
        key: The machine key that it came by, if it did.
    """

    city: int
    principal: UUID
    kind: PrincipalKind
    name: str
    version: int
    organization: UUID | None = None
    bank: str | None = None
    person: str | None = None
    session: UUID | None = None
    key: UUID | None = None
