"""Adding a user or a reporting account to the own organization, or to the fund office [J 1.2.2]."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert

from db.tables.identity import Principal
from domain.actor import PrincipalKind
from domain.users import UserStatus, check_login_name
from resolvers.act import Done, Outcome, Work
from resolvers.users.accounts import Account, describe, kind_beside
from resolvers.users.details import Details, read_details
from resolvers.users.entry import Entry, Told, invite, write_login
from resolvers.users.given import Wish
from resolvers.users.holding import fulfil, give_role
from resolvers.users.limits import must_hold


async def add_user(
    work: Work, login_name: str, details: Details, entry: Entry, wish: Wish, told: Told, *, rehearsal: bool
) -> Outcome:
    """Add a user with roles and grants; who is invited is let in when the invitation is accepted."""
    await must_hold(work, "user.create", *wish.actions, *(["user.invite"] if entry.invite else []))
    kind = kind_beside(work.actor)
    columns = read_details(work, details, new=True, person=kind is PrincipalKind.OFFICE)
    name = check_login_name(login_name, "loginName")
    entry.check(name)
    status = UserStatus.PENDING if entry.invite else UserStatus.ACTIVE
    user = await _write(work, kind, status, columns)
    hashed = await entry.hash(work, rehearsal=rehearsal)
    await write_login(work, user, name, hashed, must_change=not entry.invite)
    await fulfil(work, Account(user, kind, work.actor.organization), wish)
    if entry.invite and not rehearsal:
        await invite(work, user, told)
    return Done("User", (user,), {"before": None, "after": await describe(work, user)})


async def add_reporter(work: Work, name: str, wish: Wish) -> Outcome:
    """Add an account of a machine that only reads; its keys are issued by an act of their own."""
    await must_hold(work, "user.create", "role.assign", *wish.actions)
    columns = read_details(work, Details(name=name), new=True, person=False)
    user = await _write(work, PrincipalKind.REPORTER, UserStatus.ACTIVE, columns)
    organization = work.actor.organization
    await give_role(work, user, "city_reporter" if organization is None else "reporter")
    await fulfil(work, Account(user, PrincipalKind.REPORTER, organization), wish)
    return Done("User", (user,), {"before": None, "after": await describe(work, user)})


async def _write(work: Work, kind: PrincipalKind, status: UserStatus, columns: dict[str, Any]) -> UUID:
    user = work.new_id()
    await work.session.execute(
        insert(Principal).values(
            city=work.actor.city,
            id=user,
            kind=kind.value,
            org_id=work.actor.organization,
            status=status.value,
            created_at=work.now,
            created_by=work.actor.principal,
            **columns,
        )
    )
    return user
