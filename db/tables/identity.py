"""Who can sign in: principals, their names and passwords, sessions, machine keys and rights."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Access, Base, Keyed, Pool, index, refers, unique

# What the guard reads and prints name; clear or sealed numbers are the gate's alone.
_SEEN = "S(city,id,kind,org_id,bank,name,status,version)"
# The guard locks a principal's row in writing transactions, which wants the right to update one column.
_GUARDED: Access = {
    Pool.GATE: "SIU",
    Pool.DEVELOPER: f"{_SEEN}U(locked_at)",
    # The office's decision about a registration lets its first user in, or keeps it out.
    Pool.OFFICE: f"{_SEEN}U(locked_at,status,version)",
    Pool.BANK: f"{_SEEN}U(locked_at)",
    Pool.WORKER: f"{_SEEN}U(locked_at)",
}


class Principal(Keyed, Base):
    """A person, machine or visitor that acts; `version` rises whenever its rights change."""

    __tablename__ = "principal"
    identity = True
    access = _GUARDED
    __table_args__ = (
        CheckConstraint("(kind in ('DEVELOPER', 'VISITOR')) = (org_id is not null)", "organization"),
        CheckConstraint("(kind = 'BANK') = (bank is not null)", "bank"),
        CheckConstraint("kind <> 'OFFICE' or person_blind is not null", "person"),
        CheckConstraint("status in ('PENDING', 'ACTIVE', 'DEACTIVATED', 'REFUSED')", "status"),
        index("principal_org_ix", "city", "org_id"),
    )

    kind: Mapped[str]
    org_id: Mapped[UUID | None]
    bank: Mapped[str | None]
    name: Mapped[str]
    person_cipher: Mapped[str | None]
    person_masked: Mapped[str | None]
    person_blind: Mapped[str | None]
    status: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
    """Never written: its UPDATE privilege is what FOR SHARE asks of the guard."""


# Whether a session still stands is read with every statement that answers a query.
_STANDING = "S(city,id,principal_id,seen_at,idle_seconds,expires_at,revoked_at)"


class Login(Keyed, Base):
    """A sign-in name, unique in its city, and the argon2id hash of its password."""

    __tablename__ = "login"
    identity = True
    access: ClassVar[Access] = {Pool.GATE: "SIUD"}
    __table_args__ = (refers("principal", "id"), unique("name"))

    name: Mapped[str]
    password_hash: Mapped[str]
    changed_at: Mapped[datetime]


class Session(Keyed, Base):
    """An open sign-in: only the hash of its token is kept."""

    __tablename__ = "session"
    identity = True
    access: ClassVar[Access] = {Pool.GATE: "SIUD", Pool.DEVELOPER: _STANDING, Pool.OFFICE: _STANDING}
    __table_args__ = (
        refers("principal"),
        unique("token_hash"),
        index("session_principal_ix", "city", "principal_id"),
    )

    principal_id: Mapped[UUID]
    token_hash: Mapped[bytes]
    address: Mapped[str | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    idle_seconds: Mapped[int]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ApiKey(Keyed, Base):
    """A machine's key: a public prefix to find it by, and the hash of its secret."""

    __tablename__ = "api_key"
    identity = True
    access: ClassVar[Access] = {Pool.GATE: "SIU"}
    __table_args__ = (refers("principal"), unique("prefix"))

    principal_id: Mapped[UUID]
    prefix: Mapped[str]
    secret_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class RoleAssignment(Keyed, Base):
    """One role that one principal holds."""

    __tablename__ = "role_assignment"
    identity = True
    access: ClassVar[Access] = {Pool.GATE: "SI"}
    __table_args__ = (refers("principal"), unique("principal_id", "role"))

    principal_id: Mapped[UUID]
    role: Mapped[str]


class EstateGrant(Keyed, Base):
    """The estates on which a principal may use its roles; no estate means every one of its organization."""

    __tablename__ = "estate_grant"
    identity = True
    access: ClassVar[Access] = {Pool.GATE: "SI"}
    __table_args__ = (refers("principal"), index("estate_grant_principal_ix", "city", "principal_id"))

    principal_id: Mapped[UUID]
    estate_id: Mapped[UUID | None]
    kinds: Mapped[list[Any]]


class Attempt(Base):
    """How often sign-in or registration was tried lately, by account and by address."""

    __tablename__ = "attempt"
    identity = True
    access: ClassVar[Access] = {Pool.GATE: "SIUD"}

    city: Mapped[int] = mapped_column(Integer, primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]
