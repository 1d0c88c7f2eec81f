"""Roles that an organization makes for itself out of the actions that may be delegated."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from authz.actions import ACTIONS
from authz.roles import CUSTOM_ACTIONS, OWN
from db.tables.identity import CustomRole, Principal, RoleAssignment
from db.tables.members import OrganizationRole
from domain.actor import PrincipalKind
from domain.field import Text
from domain.identity import fold
from domain.problem import Invalid, Problem, ProblemCode
from domain.refusal import Forbidden, NotFound
from domain.users import MOST_OWN_ROLES
from resolvers.act import Done, Outcome, Work
from resolvers.door import fetch
from resolvers.users.accounts import Account
from resolvers.users.limits import check_gift, must_hold

_NAME = Text(50)
_LABEL = {"label": "角色名称", "max": "50"}


async def add_role(work: Work, name: str, actions: Sequence[str]) -> Outcome:
    """Make a role of the own organization."""
    await must_hold(work, "role.edit")
    if work.actor.organization is None:
        raise Forbidden
    read = _read_name(work, name)
    given = await _read_actions(work, actions)
    await _check_name(work, read, None)
    count = select(func.count()).where(*_own(work), CustomRole.retired_at.is_(None))
    if (await work.session.execute(count)).scalar_one() >= MOST_OWN_ROLES:
        params = {"label": "自定义角色", "max": str(MOST_OWN_ROLES)}
        raise Invalid(Problem(ProblemCode.LIMIT_EXCEEDED, params=params))
    role = work.new_id()
    values = {"name": read, "actions": given, "created_by": work.actor.principal}
    stamps = {"created_at": work.now, "changed_at": work.now}
    await work.add(CustomRole, id=role, org_id=work.actor.organization, **values, **stamps)
    return Done("Role", (role,), {"before": None, "after": {"name": read, "actions": given}})


async def update_role(work: Work, role: UUID, name: str | None, actions: Sequence[str] | None) -> Outcome:
    """Change a role; whoever holds it must stay within what the actor holds."""
    found = await _find(work, role)
    before = {"name": found.name, "actions": found.actions}
    read = found.name if name is None else _read_name(work, name)
    given = found.actions if actions is None else await _read_actions(work, actions)
    if read != found.name:
        await _check_name(work, read, role)
    changed = update(CustomRole).where(*_own(work), CustomRole.id == role)
    await work.session.execute(changed.values(name=read, actions=given, changed_at=work.now))
    if given != before["actions"]:
        await _check_holders(work, role, given)
    return Done("Role", (role,), {"before": before, "after": {"name": read, "actions": given}})


async def retire_role(work: Work, role: UUID) -> Outcome:
    """Take a role out of use; whoever holds it loses what it gave."""
    found = await _find(work, role)
    await _check_holders(work, role, [])
    retired = update(CustomRole).where(*_own(work), CustomRole.id == role)
    await work.session.execute(retired.values(retired_at=work.now, changed_at=work.now))
    return Done("Role", (role,), {"before": {"name": found.name, "actions": found.actions}, "after": None})


async def _find(work: Work, role: UUID) -> OrganizationRole:
    found = await fetch(work, OrganizationRole, role, "role.edit")
    if found.retired_at is not None:
        raise NotFound
    return found


async def _check_holders(work: Work, role: UUID, actions: Sequence[str]) -> None:
    """Insist that nobody gets more by a changed role than the actor holds, least of all the actor."""
    unbounded = await _holds_for_good(work, actions)
    holders = (
        select(Principal.id)
        .join(
            RoleAssignment,
            (RoleAssignment.city == Principal.city) & (RoleAssignment.principal_id == Principal.id),
        )
        .where(Principal.city == work.actor.city, RoleAssignment.custom_role_id == role)
        .where(Principal.org_id == work.actor.organization)
    )
    for holder in (await work.session.execute(holders.order_by(Principal.id))).scalars().all():
        if holder == work.actor.principal:
            raise Invalid(Problem(ProblemCode.OWN_ACCOUNT))
        if not unbounded:
            await check_gift(work, Account(holder, PrincipalKind.DEVELOPER, work.actor.organization))


async def _holds_for_good(work: Work, actions: Sequence[str]) -> bool:
    """Tell whether the actor holds actions on every estate and for good, so that nobody can get more."""
    snapshot = await work.visit.snapshot()
    scopes = [snapshot.estates(action) for action in actions]
    lasting = work.visit.desk.known.of(work.actor, work.now).until is None
    return lasting and all(scope.all and not scope.denied for scope in scopes)


def _read_name(work: Work, name: str) -> str:
    if not fold(name):
        raise Invalid(Problem(ProblemCode.FIELD_REQUIRED, "name", params=_LABEL))
    try:
        return _NAME.parse(name, work.city, work.visit.today)
    except Invalid as wrong:
        raise Invalid(Problem(ProblemCode.TEXT_INVALID, "name", params=_LABEL)) from wrong


async def _read_actions(work: Work, actions: Sequence[str]) -> list[str]:
    """Check a role's actions; nobody makes a role of what they may not do anywhere."""
    named = set(actions) - OWN
    if not named:
        raise Invalid(Problem(ProblemCode.FIELD_REQUIRED, "actions", params={"label": "权限"}))
    held = (await work.visit.snapshot()).actions
    for name in sorted(named):
        if name not in CUSTOM_ACTIONS:
            raise Invalid(Problem(ProblemCode.ACTION_NOT_DELEGABLE, "actions", params={"name": name[:100]}))
        if name not in held:
            params = {"name": ACTIONS[name].text}
            raise Invalid(Problem(ProblemCode.RIGHTS_BEYOND_OWN, "actions", params=params))
    return [name for name in ACTIONS if name in named]


async def _check_name(work: Work, name: str, but: UUID | None) -> None:
    taken = select(CustomRole.id).where(*_own(work), CustomRole.name == name, CustomRole.retired_at.is_(None))
    found = (await work.session.execute(taken)).scalar_one_or_none()
    if found is not None and found != but:
        raise Invalid(Problem(ProblemCode.NAME_TAKEN, "name", params={"name": name}))


def _own(work: Work) -> tuple[ColumnElement[bool], ...]:
    return CustomRole.city == work.actor.city, CustomRole.org_id == work.actor.organization
