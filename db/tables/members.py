"""Users and their rights as their own organization reads them: views that hold to the reader's context."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy.orm import Mapped

from db.base import Access, Base, Keyed, Pool

# A view is read as its owner reads, so each of them compares the context itself (migration 0006).
_READ: Access = {Pool.DEVELOPER: "S", Pool.OFFICE: "S", Pool.KEEPER: "S"}


class Member(Keyed, Base):
    """A user or machine account of the reader's organization, or of the fund office for the office."""

    __tablename__ = "member"
    view = True
    access = _READ

    org_id: Mapped[UUID | None]
    kind: Mapped[str]
    bank: Mapped[str | None]
    name: Mapped[str]
    title: Mapped[str | None]
    login_name: Mapped[str | None]
    person_masked: Mapped[str | None]
    mobile_masked: Mapped[str | None]
    mobile_blind: Mapped[str | None]
    """Finds a number that is known in full; it is shown to nobody."""
    status: Mapped[str]
    must_change: Mapped[bool]
    has_totp: Mapped[bool]
    seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]
    version: Mapped[int]


class MemberRole(Keyed, Base):
    """A role that a user holds."""

    __tablename__ = "member_role"
    view = True
    access = _READ

    org_id: Mapped[UUID | None]
    member_id: Mapped[UUID]
    role: Mapped[str | None]
    custom_role_id: Mapped[UUID | None]
    granted_by: Mapped[UUID | None]
    granted_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]


class MemberGrant(Keyed, Base):
    """A grant of a user on an estate, or on every one."""

    __tablename__ = "member_grant"
    view = True
    access = _READ

    org_id: Mapped[UUID | None]
    member_id: Mapped[UUID]
    estate_id: Mapped[UUID | None]
    kinds: Mapped[list[Any]]
    granted_by: Mapped[UUID | None]
    granted_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]


class MemberDeny(Keyed, Base):
    """A denial of a user on an estate, or on every one."""

    __tablename__ = "member_deny"
    view = True
    access = _READ

    org_id: Mapped[UUID | None]
    member_id: Mapped[UUID]
    estate_id: Mapped[UUID | None]
    action: Mapped[str]
    granted_by: Mapped[UUID]
    granted_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class MemberSession(Keyed, Base):
    """A sign-in of a user that has not ended by itself, without its token."""

    __tablename__ = "member_session"
    view = True
    access = _READ

    org_id: Mapped[UUID | None]
    member_id: Mapped[UUID]
    address: Mapped[str | None]
    agent: Mapped[str | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    idle_seconds: Mapped[int]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class MemberKey(Keyed, Base):
    """A key of a machine account, without its secret."""

    __tablename__ = "member_key"
    view = True
    access = _READ

    org_id: Mapped[UUID | None]
    member_id: Mapped[UUID]
    name: Mapped[str]
    prefix: Mapped[str]
    addresses: Mapped[list[Any]]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class MemberInvitation(Keyed, Base):
    """An invitation of a user, without its token."""

    __tablename__ = "member_invitation"
    view = True
    access = _READ

    org_id: Mapped[UUID | None]
    member_id: Mapped[UUID]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class OrganizationRole(Keyed, Base):
    """A role that an organization made for itself."""

    __tablename__ = "organization_role"
    view = True
    access: ClassVar[Access] = _READ

    org_id: Mapped[UUID]
    name: Mapped[str]
    actions: Mapped[list[Any]]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
