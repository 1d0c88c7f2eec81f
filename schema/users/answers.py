"""What is answered when something was done with users and roles."""

from typing import Annotated

from resolvers.users.entry import Told
from resolvers.users.leaving import Dropped
from schema.mutation import REHEARSED, Answered, result
from schema.organizations import Organization
from schema.problem import Rejected
from schema.scalars import Moment
from schema.types import tells, value
from schema.users import User
from schema.users.roles import Role


@tells
class UserDone:
    """Something was done with a user (已办理)."""

    user: User = value("The user as it is now (用户).")
    dry_run: bool = value(REHEARSED)


@tells
class UserInvited:
    """A user was added or is to come in again; an invitation's token is told this once (已添加)."""

    user: User = value("The user as it is now (用户).")
    invitation_token: str | None = value(
        "Hand it to the user: `invitationAccept` takes it. Null without an invitation, on a rehearsal and"
        " on a repetition (邀请凭证)."
    )
    invitation_expires_at: Moment | None = value("Until when it can be accepted (有效期至).")
    dry_run: bool = value(REHEARSED)


@tells
class UserActivated:
    """A user may come in again, by a new sign-in (已激活)."""

    user: User = value("The user as it is now (用户).")
    dropped: list[str] = value(
        "Roles, grants and denials that had expired and are gone; empty on a repetition (已失效的权限)."
    )
    dry_run: bool = value(REHEARSED)


@tells
class RoleDone:
    """Something was done with a role of the organization's own (已办理)."""

    role: Role = value("The role as it is now (角色).")
    dry_run: bool = value(REHEARSED)


@tells
class OrganizationDone:
    """Something was set for the organization (已设定)."""

    organization: Organization = value("The organization as it is now (机构).")
    dry_run: bool = value(REHEARSED)


UserResult = Annotated[UserDone | Rejected, result("UserResult", "The user, or why nothing was done.")]
UserInvitedResult = Annotated[
    UserInvited | Rejected, result("UserInvitedResult", "The user, or why nothing was done.")
]
UserActivatedResult = Annotated[
    UserActivated | Rejected, result("UserActivatedResult", "The user, or why it stays shut out.")
]
RoleResult = Annotated[RoleDone | Rejected, result("RoleResult", "The role, or why nothing was done.")]
OrganizationResult = Annotated[
    OrganizationDone | Rejected, result("OrganizationResult", "The organization, or why nothing was set.")
]


def user_done(done: Answered) -> UserDone:
    """Answer with the user."""
    return UserDone(user=done.row, dry_run=done.dry_run)


def user_invited(done: Answered, told: Told) -> UserInvited:
    """Answer with the user and what is told once."""
    expires_at = Moment(told.expires_at) if told.expires_at else None
    return UserInvited(
        user=done.row,
        invitation_token=told.token,
        invitation_expires_at=expires_at,
        dry_run=done.dry_run,
    )


def user_activated(done: Answered, dropped: Dropped) -> UserActivated:
    """Answer with the user and what it does not get back."""
    return UserActivated(user=done.row, dropped=dropped.rights, dry_run=done.dry_run)


def role_done(done: Answered) -> RoleDone:
    """Answer with the role."""
    return RoleDone(role=done.row, dry_run=done.dry_run)


def organization_done(done: Answered) -> OrganizationDone:
    """Answer with the organization."""
    return OrganizationDone(organization=done.row, dry_run=done.dry_run)
