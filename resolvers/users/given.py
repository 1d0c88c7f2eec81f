"""Roles, grants and denials as somebody asks them for a user, and what must be true of each by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from authz.actions import ACTIONS
from authz.roles import ROLES
from domain.problem import Problem, ProblemCode
from domain.users import MOST_DENIES, MOST_GRANTS, MOST_ROLES, GrantKind

Item = TypeVar("Item")
ADMIN = "org_admin"


@dataclass(frozen=True, slots=True)
class RoleGiven:
    """A role for a user: a built-in one by its name, or one of the organization's own by its id."""

    role: str | UUID
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class GrantGiven:
    """An estate for a user, or every one: exactly one of the two is named.

    Attributes:
        kinds: Kinds of business; none for all of them.
    """

    estate: UUID | None
    every: bool
    kinds: tuple[GrantKind, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DenyGiven:
    """An action that a user may not take on an estate, or nowhere at all."""

    estate: UUID | None
    action: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a user is to hold; what is None stays as it is."""

    roles: Sequence[RoleGiven] | None = None
    grants: Sequence[GrantGiven] | None = None
    denies: Sequence[DenyGiven] | None = None

    @property
    def actions(self) -> tuple[str, ...]:
        """The rights that fulfilling it asks for."""
        granting = self.grants is not None or self.denies is not None
        return (*(["role.assign"] if self.roles is not None else []), *(["user.grant"] if granting else []))


def check_wish(wish: Wish, assignable: frozenset[str], *, granted: bool, now: datetime) -> list[Problem]:
    """Find what is wrong with a wish before anything is looked up.

    Args:
        wish: What is asked.
        assignable: Names of the built-in roles that such a user may hold.
        granted: Whether such a user is granted estates at all.
        now: The present moment.
    """
    problems = [*_too_many("roles", wish.roles, MOST_ROLES, "角色")]
    problems += _too_many("grants", wish.grants, MOST_GRANTS, "小区授权")
    problems += _too_many("denies", wish.denies, MOST_DENIES, "禁止项")
    if problems:
        return problems
    if wish.grants and not granted:
        problems.append(Problem(ProblemCode.GRANTS_NOT_USED, "grants"))

    def check_role(given: RoleGiven) -> Iterator[Problem]:
        return _check_role(given, assignable)

    problems += _check_each("roles", wish.roles, now, check_role)
    problems += _check_each("grants", wish.grants, now, _check_grant)
    problems += _check_each("denies", wish.denies, now, _check_deny)
    return problems


def _too_many(path: str, given: Sequence[object] | None, most: int, label: str) -> Iterator[Problem]:
    if given is not None and len(given) > most:
        yield Problem(ProblemCode.LIMIT_EXCEEDED, path, params={"label": label, "max": str(most)})


def _check_each(path: str, given: Sequence[Any] | None, now: datetime, check: Any) -> Iterator[Problem]:  # noqa: ANN401 - one check a sort of item
    for number, item in enumerate(given or ()):
        place = f"{path}.{number}"
        if item.until is not None and item.until <= now:
            yield Problem(ProblemCode.EXPIRY_PAST, f"{place}.expiresAt")
        for problem in check(item):
            yield problem.at(place)


def _check_role(given: RoleGiven, assignable: frozenset[str]) -> Iterator[Problem]:
    if isinstance(given.role, str) and given.role not in assignable:
        allowed = ", ".join(name for name in ROLES if name in assignable)
        yield Problem(ProblemCode.VALUE_UNKNOWN, "role", params={"label": "角色", "allowed": allowed})
    if given.role == ADMIN and given.until is not None:
        yield Problem(ProblemCode.ADMIN_EXPIRES, "expiresAt")


def _check_grant(given: GrantGiven) -> Iterator[Problem]:
    if (given.estate is None) != given.every:
        label = {"label": "小区(或“全部小区”,二选一)"}
        yield Problem(ProblemCode.FIELD_REQUIRED, "estateId", params=label)


def _check_deny(given: DenyGiven) -> Iterator[Problem]:
    action = ACTIONS.get(given.action)
    if action is None or (given.estate is not None and not action.needs_estate):
        yield Problem(ProblemCode.VALUE_UNKNOWN, "action", params={"label": "权限"})
