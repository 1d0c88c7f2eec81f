"""What a user holds: its roles, grants and denies, set as a whole and checked against their giver."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from authz.actions import ESTATE_KINDS
from db.given import among
from db.tables.estates import Estate
from db.tables.identity import CustomRole, EstateDeny, EstateGrant, RoleAssignment
from domain.problem import Problem, ProblemCode
from domain.refusal import NotFound
from resolvers.act import Work
from resolvers.users.accounts import Account
from resolvers.users.given import DenyGiven, GrantGiven, RoleGiven, Wish, check_wish
from resolvers.users.limits import Problems, check_gift, count_admins, keep_an_admin

_HELD = (RoleAssignment, EstateGrant, EstateDeny)


async def fulfil(work: Work, account: Account, wish: Wish) -> None:
    """Set what a user holds; what is held already in the same way stays as it was given.

    Raises:
        NotFound: An estate or a role is not the organization's, or the giver does not see it.
        Invalid: Something is wrong with the wish, or it goes beyond what the giver holds.
    """
    assignable = account.assignable(work.actor.city)
    problems = check_wish(wish, assignable, granted=account.organization is not None, now=work.now)
    problems = problems or [*_twice(wish.roles or ())]
    if problems:
        raise Problems(problems)
    await _check_roles(work, account, wish.roles or ())
    await _check_estates(work, [*(wish.grants or ()), *(wish.denies or ())])
    admins = await count_admins(work, account.organization)
    for table, rows in _rows_of(wish):
        await _set(work, table, account.id, rows)
    await check_gift(work, account)
    await keep_an_admin(work, account.organization, admins)


def _twice(roles: Sequence[RoleGiven]) -> Iterator[Problem]:
    seen: set[object] = set()
    for number, given in enumerate(roles):
        if given.role in seen:
            params = {"label": "角色(重复)"}
            yield Problem(ProblemCode.VALUE_UNKNOWN, f"roles.{number}.role", params=params)
        seen.add(given.role)


async def give_role(work: Work, user: UUID, role: str) -> None:
    """Give a machine the one role that machines of its kind have."""
    given = {"granted_by": work.actor.principal, "granted_at": work.now}
    await work.add(RoleAssignment, id=work.new_id(), principal_id=user, role=role, **given)


async def _check_roles(work: Work, account: Account, roles: Sequence[RoleGiven]) -> None:
    own = {given.role for given in roles if isinstance(given.role, UUID)}
    if not own:
        return
    known = select(CustomRole.id).where(
        CustomRole.city == work.actor.city,
        CustomRole.org_id == account.organization,
        CustomRole.retired_at.is_(None),
        among(CustomRole.id, list(own)),
    )
    if set((await work.session.execute(known)).scalars()) != own:
        raise NotFound


async def _check_estates(work: Work, given: Sequence[GrantGiven | DenyGiven]) -> None:
    estates = {item.estate for item in given if item.estate is not None}
    if not estates:
        return
    scope = await work.visit.scope("estate.view")
    if scope is None:
        raise NotFound
    seen = select(Estate.id).where(scope.clause(Estate), among(Estate.id, list(estates)))
    if set((await work.session.execute(seen)).scalars()) != estates:
        raise NotFound


def _rows_of(wish: Wish) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    if wish.roles is not None:
        yield RoleAssignment, [_role_row(given) for given in wish.roles]
    if wish.grants is not None:
        every = sorted(str(kind) for kind in ESTATE_KINDS)
        yield (
            EstateGrant,
            [
                {
                    "estate_id": given.estate,
                    "kinds": sorted({kind.stored for kind in given.kinds}) or every,
                    "expires_at": given.until,
                }
                for given in wish.grants
            ],
        )
    if wish.denies is not None:
        yield (
            EstateDeny,
            [
                {"estate_id": given.estate, "action": given.action, "expires_at": given.until}
                for given in wish.denies
            ],
        )


def _role_row(given: RoleGiven) -> dict[str, Any]:
    own = isinstance(given.role, UUID)
    role = (
        {"role": None, "custom_role_id": given.role} if own else {"role": given.role, "custom_role_id": None}
    )
    return {**role, "expires_at": given.until}


async def _set(work: Work, table: Any, user: UUID, rows: Sequence[dict[str, Any]]) -> None:  # noqa: ANN401 - one of three tables
    """Make a user's rows of a table these: the missing are added, the rest is taken away."""
    of_user = (table.city == work.actor.city, table.principal_id == user)
    present = (await work.session.execute(select(table).where(*of_user))).scalars().all()
    wanted = {_key(row): row for row in rows}
    kept: set[object] = set()
    gone: list[UUID] = []
    for row in present:
        key = _key({name: getattr(row, name) for name in rows[0]}) if rows else None
        if key in wanted and key not in kept:
            kept.add(key)
        else:
            gone.append(row.id)
    if gone:
        await work.session.execute(delete(table).where(*of_user, among(table.id, gone)))
    given = {"principal_id": user, "granted_by": work.actor.principal, "granted_at": work.now}
    for key, row in wanted.items():
        if key not in kept:
            await work.add(table, id=work.new_id(), **given, **row)


def _key(row: dict[str, Any]) -> tuple[object, ...]:
    return tuple(tuple(sorted(one)) if name == "kinds" else one for name, one in row.items())


async def drop_what_ended(work: Work, user: UUID) -> list[str]:
    """Take away the roles, grants and denies that have expired, and roles that were retired; tell which."""
    dropped: list[str] = []
    retired = select(CustomRole.id).where(
        CustomRole.city == work.actor.city, CustomRole.retired_at.is_not(None)
    )
    for table in _HELD:
        over = table.expires_at <= work.now
        if table is RoleAssignment:
            over |= RoleAssignment.custom_role_id.in_(retired)
        ended = delete(table).where(table.city == work.actor.city, table.principal_id == user, over)
        rows = (await work.session.execute(ended.returning(table))).scalars().all()
        dropped += [_name(row) for row in rows]
    return dropped


def _name(row: Any) -> str:  # noqa: ANN401 - a row of one of three tables
    if isinstance(row, RoleAssignment):
        return f"role {row.role or row.custom_role_id}"
    what = "deny " + row.action if isinstance(row, EstateDeny) else "grant"
    return f"{what} {row.estate_id or '*'}"
