"""Deactivating a user, so that nothing of it works from then on, and activating it again [J 1.2.2]."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.field import Text
from domain.identity import fold
from domain.problem import Invalid, Problem, ProblemCode
from domain.users import UserStatus
from resolvers.act import Done, Outcome, Work
from resolvers.users.accounts import Account, check_standing, describe, find_user
from resolvers.users.entry import awaits_invitation, end_keys, end_sessions, put_status, revoke_invitations
from resolvers.users.holding import drop_what_ended
from resolvers.users.limits import check_gift, check_reach, count_admins, keep_an_admin

_REASON = Text(200)


@dataclass(slots=True)
class Dropped:
    """What a user held and does not get back, because it has expired meanwhile."""

    rights: list[str] = field(default_factory=list[str])


async def deactivate_user(work: Work, user: UUID, reason: str) -> Outcome:
    """Shut a user out: no sign-in, session, key or invitation of it is good any more."""
    member = await find_user(work, user, "user.deactivate")
    account = Account.of(member)
    await check_reach(work, account)
    check_standing(member, UserStatus.ACTIVE, UserStatus.PENDING)
    told = _read_reason(work, reason)
    before = await describe(work, user)
    admins = await count_admins(work, account.organization)
    # First of all: this waits until whatever the user is writing is written, and lets nothing more begin.
    await put_status(work, user, UserStatus.DEACTIVATED.value, ended_at=work.now, ended_reason=told)
    ended = await _end_all(work, user)
    await keep_an_admin(work, account.organization, admins)
    after = await describe(work, user)
    return Done("User", (user,), {"before": before, "after": after, "reason": told, "ended": ended})


def _read_reason(work: Work, reason: str) -> str:
    label = {"label": "注销原因", "max": "200"}
    if not fold(reason):
        raise Invalid(Problem(ProblemCode.FIELD_REQUIRED, "reason", params=label))
    try:
        return _REASON.parse(reason, work.city, work.visit.today)
    except Invalid as wrong:
        raise Invalid(Problem(ProblemCode.TEXT_INVALID, "reason", params=label)) from wrong


async def _end_all(work: Work, user: UUID) -> dict[str, int]:
    return {
        "sessions": await end_sessions(work, user),
        "keys": await end_keys(work, user),
        "invitations": await revoke_invitations(work, user),
    }


async def activate_user(work: Work, user: UUID, dropped: Dropped) -> Outcome:
    """Let a deactivated user in again, with those of its rights that have not expired."""
    member = await find_user(work, user, "user.activate")
    check_standing(member, UserStatus.DEACTIVATED)
    account = Account.of(member)
    before = await describe(work, user)
    dropped.rights = await drop_what_ended(work, user)
    invited = await awaits_invitation(work, user)
    status = UserStatus.PENDING if invited else UserStatus.ACTIVE
    await put_status(work, user, status.value, ended_at=None, ended_reason=None)
    # A sign-in that was under way at the end may have left a session; nothing old is good again.
    await _end_all(work, user)
    await check_reach(work, account)
    if account.bank is None:
        await check_gift(work, account)
    after = await describe(work, user)
    return Done("User", (user,), {"before": before, "after": after, "dropped": dropped.rights})
