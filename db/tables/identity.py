"""Who can sign in: principals, their names and passwords, sessions, machine keys and rights."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Access, Base, Keyed, Owned, Pool, index, refers, unique

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
    Pool.KEEPER: "SIU",
    Pool.REPORT: _SEEN,
}
# What rights are made of: read at the gate before there is a context, changed by the keeper of users.
_KEPT: Access = {Pool.GATE: "SI", Pool.KEEPER: "SIUD"}


class Principal(Keyed, Base):
    """A person, machine or visitor that acts; `version` rises whenever its rights change."""

    __tablename__ = "principal"
    identity = True
    access = _GUARDED
    __table_args__ = (
        CheckConstraint(
            "kind = 'REPORTER' or (kind in ('DEVELOPER', 'VISITOR')) = (org_id is not null)", "organization"
        ),
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
    mobile_cipher: Mapped[str | None]
    mobile_masked: Mapped[str | None]
    mobile_blind: Mapped[str | None]
    title: Mapped[str | None]
    status: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]
    locked_at: Mapped[datetime | None]
    """Never written: its UPDATE privilege is what FOR SHARE asks of the guard."""


# Whether a session or key still stands is read with every statement that answers its holder.
_STANDING = "S(city,id,principal_id,seen_at,idle_seconds,expires_at,revoked_at)"
_KEY_STANDING = "S(city,id,principal_id,expires_at,revoked_at)"


class Login(Keyed, Base):
    """A sign-in name, unique in its city, and the argon2id hash of its password."""

    __tablename__ = "login"
    identity = True
    access: ClassVar[Access] = {Pool.GATE: "SIUD", Pool.KEEPER: "SIUD"}
    __table_args__ = (refers("principal", "id"), unique("name"))

    name: Mapped[str]
    password_hash: Mapped[str]
    changed_at: Mapped[datetime]
    must_change: Mapped[bool] = mapped_column(server_default=text("false"))
    """Somebody else chose the password, so the next sign-in begins with a new one."""


class Session(Keyed, Base):
    """An open sign-in: only the hash of its token is kept."""

    __tablename__ = "session"
    identity = True
    access: ClassVar[Access] = {
        Pool.GATE: "SIUD",
        Pool.DEVELOPER: _STANDING,
        Pool.OFFICE: _STANDING,
        Pool.KEEPER: "SIU",
    }
    __table_args__ = (
        refers("principal"),
        unique("token_hash"),
        index("session_principal_ix", "city", "principal_id"),
    )

    principal_id: Mapped[UUID]
    token_hash: Mapped[bytes]
    address: Mapped[str | None]
    agent: Mapped[str | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    idle_seconds: Mapped[int]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInTicket(Keyed, Base):
    """A sign-in that wants one more step, as a code or a new password; only the hash of its token is kept."""

    __tablename__ = "sign_in_ticket"
    identity = True
    access: ClassVar[Access] = {Pool.GATE: "SIUD", Pool.KEEPER: "SIUD"}
    __table_args__ = (
        refers("principal"),
        unique("token_hash"),
        index("sign_in_ticket_principal_ix", "city", "principal_id"),
    )

    principal_id: Mapped[UUID]
    token_hash: Mapped[bytes]
    password_digest: Mapped[bytes]
    """Hash of the stored password that was right; under another password the ticket is good for nothing."""
    needs: Mapped[list[Any]]
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Invitation(Keyed, Base):
    """A link by which a new user chooses the first password; only the hash of its token is kept."""

    __tablename__ = "invitation"
    identity = True
    access: ClassVar[Access] = {Pool.GATE: "SIU", Pool.KEEPER: "SIU"}
    __table_args__ = (
        refers("principal"),
        unique("token_hash"),
        index("invitation_principal_ix", "city", "principal_id"),
    )

    principal_id: Mapped[UUID]
    token_hash: Mapped[bytes]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Authenticator(Keyed, Base):
    """A second proof at sign-in: the sealed secret of one-time codes (TOTP, RFC 6238)."""

    __tablename__ = "authenticator"
    identity = True
    access: ClassVar[Access] = {Pool.GATE: "SIUD", Pool.KEEPER: "SIUD"}
    __table_args__ = (refers("principal"), unique("principal_id", "kind"))

    principal_id: Mapped[UUID]
    kind: Mapped[str]
    secret_cipher: Mapped[str]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None]
    """The time step of the last code that was taken; none is taken twice."""


class RecoveryCode(Keyed, Base):
    """A code that stands in once for a lost authenticator; only its hash is kept."""

    __tablename__ = "recovery_code"
    identity = True
    access: ClassVar[Access] = {Pool.GATE: "SIUD", Pool.KEEPER: "SIUD"}
    __table_args__ = (refers("principal"), unique("principal_id", "code_hash"))

    principal_id: Mapped[UUID]
    code_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiKey(Keyed, Base):
    """A machine's key: a public prefix to find it by, and the hash of its secret."""

    __tablename__ = "api_key"
    identity = True
    access: ClassVar[Access] = {
        Pool.GATE: "SIU",
        Pool.BANK: _KEY_STANDING,
        Pool.REPORT: _KEY_STANDING,
        Pool.KEEPER: "SIU",
    }
    __table_args__ = (
        refers("principal"),
        unique("prefix"),
        index("api_key_principal_ix", "city", "principal_id"),
    )

    principal_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(server_default=text("''"))
    prefix: Mapped[str]
    secret_hash: Mapped[bytes]
    signing_cipher: Mapped[str | None]
    """A bank's key: what its holder signs requests with, sealed; older keys have none and cannot sign."""
    addresses: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """Networks from which it may come, as CIDR; none means from anywhere."""
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class CustomRole(Owned, Base):
    """A role that an organization made for itself out of actions."""

    __tablename__ = "custom_role"
    identity = True
    access = _KEPT
    __table_args__ = (
        index(
            "custom_role_name_key",
            "city",
            "org_id",
            "name",
            unique=True,
            postgresql_where=text("retired_at is null"),
        ),
    )

    name: Mapped[str]
    actions: Mapped[list[Any]]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class RoleAssignment(Keyed, Base):
    """One role that one principal holds: a built-in one by its name, or one of its organization's own."""

    __tablename__ = "role_assignment"
    identity = True
    access = _KEPT
    __table_args__ = (
        refers("principal"),
        refers("custom_role"),
        unique("principal_id", "role"),
        unique("principal_id", "custom_role_id"),
        index("role_assignment_custom_role_ix", "city", "custom_role_id"),
        CheckConstraint("(role is null) <> (custom_role_id is null)", "one_role"),
    )

    principal_id: Mapped[UUID]
    role: Mapped[str | None]
    custom_role_id: Mapped[UUID | None]
    granted_by: Mapped[UUID | None]
    granted_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]


class EstateGrant(Keyed, Base):
    """The estates on which a principal may use its roles; no estate means every one of its organization."""

    __tablename__ = "estate_grant"
    identity = True
    access = _KEPT
    __table_args__ = (refers("principal"), index("estate_grant_principal_ix", "city", "principal_id"))

    principal_id: Mapped[UUID]
    estate_id: Mapped[UUID | None]
    kinds: Mapped[list[Any]]
    granted_by: Mapped[UUID | None]
    granted_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]


class EstateDeny(Keyed, Base):
    """One action that a principal may not take on an estate, or on none at all, whatever its roles say."""

    __tablename__ = "estate_deny"
    identity = True
    access = _KEPT
    __table_args__ = (refers("principal"), index("estate_deny_principal_ix", "city", "principal_id"))

    principal_id: Mapped[UUID]
    estate_id: Mapped[UUID | None]
    action: Mapped[str]
    granted_by: Mapped[UUID]
    granted_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class Attempt(Base):
    """How often sign-in or registration was tried lately, by account and by address."""

    __tablename__ = "attempt"
    identity = True
    access: ClassVar[Access] = {Pool.GATE: "SIUD", Pool.KEEPER: "SIUD"}

    city: Mapped[int] = mapped_column(Integer, primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]
