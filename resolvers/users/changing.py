"""Changing another user: details, roles, grants and denies, and what is needed to come in again."""

from uuid import UUID

from sqlalchemy import update

from db.tables.identity import Principal
from db.tables.members import Member, MemberSession
from db.tables.organizations import Organization
from domain.actor import PrincipalKind
from domain.refusal import NotFound
from domain.users import UserStatus
from resolvers.act import Done, Outcome, Work
from resolvers.door import see
from resolvers.users.accounts import Account, check_person, check_standing, describe, find_user
from resolvers.users.details import Details, read_details
from resolvers.users.entry import (
    Entry,
    Told,
    end_sessions,
    find_invitation,
    invite,
    remove_totp,
    revoke_invitations,
    set_password,
)
from resolvers.users.given import Wish
from resolvers.users.holding import fulfil
from resolvers.users.limits import check_gift, check_reach, must_hold


async def _find(work: Work, user: UUID, *actions: str) -> Member:
    """Find a user whom the actor may manage."""
    member = await find_user(work, user, *actions)
    await check_reach(work, Account.of(member))
    return member


async def update_user(work: Work, user: UUID, details: Details, wish: Wish) -> Outcome:
    """Change a user's details, and its roles if they are given."""
    member = await _find(work, user, "user.update", *wish.actions)
    if wish.actions or member.kind != PrincipalKind.REPORTER:
        check_person(member)
    before = await describe(work, user)
    office = member.kind == PrincipalKind.OFFICE
    columns = read_details(work, details, new=False, person=office)
    if columns:
        account = update(Principal).where(Principal.city == work.actor.city, Principal.id == user)
        await work.session.execute(account.values(**columns))
    account = Account.of(member)
    if wish.actions:
        await fulfil(work, account, wish)
    elif "person_blind" in columns:
        # Another person may hold other roles elsewhere, which do not go with these.
        await check_gift(work, account)
    return await _done(work, user, before)


async def set_rights(work: Work, user: UUID, wish: Wish) -> Outcome:
    """Set a user's roles, grants or denies as a whole."""
    member = await _find(work, user, *wish.actions)
    if wish.roles is not None or member.kind == PrincipalKind.BANK:
        check_person(member)
    before = await describe(work, user)
    await fulfil(work, Account.of(member), wish)
    return await _done(work, user, before)


async def reset_password(
    work: Work, user: UUID, entry: Entry, told: Told, *, totp: bool, rehearsal: bool
) -> Outcome:
    """Give a user a new initial password or an invitation to choose one; it has to sign in anew."""
    member = await _find(work, user, "user.reset", *(["user.invite"] if entry.invite else []))
    check_person(member)
    check_standing(member, UserStatus.ACTIVE, UserStatus.PENDING)
    entry.check(member.login_name or "")
    before = await describe(work, user)
    if member.status == UserStatus.PENDING and not entry.invite:
        # Who was invited and got a password instead needs the invitation no more.
        await _let_in(work, user)
    hashed = await entry.hash(work, rehearsal=rehearsal)
    await set_password(work, user, hashed, must_change=not entry.invite)
    removed = await remove_totp(work, user) if totp else False
    await revoke_invitations(work, user)
    ended = await end_sessions(work, user)
    if entry.invite and not rehearsal:
        await invite(work, user, told)
    return await _done(work, user, before, sessions=ended, totp_removed=removed, invited=entry.invite)


async def _let_in(work: Work, user: UUID) -> None:
    account = update(Principal).where(Principal.city == work.actor.city, Principal.id == user)
    await work.session.execute(account.values(status=UserStatus.ACTIVE.value))


async def resend_invitation(work: Work, user: UUID, told: Told, *, rehearsal: bool) -> Outcome:
    """Make a new invitation for who has not accepted the last; the old one is good no more."""
    member = await _find(work, user, "user.invite")
    check_standing(member, UserStatus.ACTIVE, UserStatus.PENDING)
    await find_invitation(work, user)
    if not rehearsal:
        await invite(work, user, told)
    return Done("User", (user,), {"expires_at": told.expires_at.isoformat() if told.expires_at else None})


async def revoke_invitation(work: Work, user: UUID) -> Outcome:
    """Make a user's invitation good no more."""
    await _find(work, user, "user.invite")
    await find_invitation(work, user)
    return Done("User", (user,), {"revoked": await revoke_invitations(work, user)})


async def sign_user_out(work: Work, user: UUID, session: UUID | None) -> Outcome:
    """End all of a user's sign-ins, or one.

    Raises:
        NotFound: The session is not the user's.
    """
    await _find(work, user, "user.sign_out")
    if session is not None:
        found = await see(work.visit, MemberSession, session)
        if found.member_id != user:
            raise NotFound
    return Done("User", (user,), {"sessions": await end_sessions(work, user, session)})


async def require_totp(work: Work, *, required: bool) -> Outcome:
    """Set whether all users of the own organization need one-time codes."""
    await must_hold(work, "security.set")
    organization = work.actor.organization
    if organization is None:
        raise NotFound
    found = await see(work.visit, Organization, organization)
    before = found.totp_required
    changed = update(Organization).where(
        Organization.city == work.actor.city, Organization.id == organization
    )
    await work.session.execute(changed.values(totp_required=required, version=Organization.version + 1))
    return Done(
        "Organization",
        (organization,),
        {"before": {"totp_required": before}, "after": {"totp_required": required}},
    )


async def _done(work: Work, user: UUID, before: dict[str, object], **more: object) -> Outcome:
    return Done("User", (user,), {"before": before, "after": await describe(work, user), **more})
