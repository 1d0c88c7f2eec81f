"""A principal's rights boiled down for reading: which estates for each action."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Never

from authz.actions import ACTIONS, Action, find_action
from authz.domains import check_domain, check_id
from authz.enforcer import EVERY_ESTATE, Engine, name_estate
from authz.rights import Rights
from authz.roles import find_role

_NO_ESTATES: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class EstateScope:
    """Where an action is allowed, as SQL can ask it.

    Attributes:
        all: Every estate of the domain, later ones and rows without an estate included, except the denied.
        allowed: The estates, where it is not all; empty = nowhere.
        denied: The estates left out of all. In SQL keep rows without an estate beside `<> ALL(denied)`,
            which is null for them.
    """

    all: bool
    allowed: frozenset[str] = _NO_ESTATES
    denied: frozenset[str] = _NO_ESTATES

    def covers(self, estate: str | None) -> bool:
        """Tell whether a row of that estate, or of none, lies in it.

        Raises:
            IllFormed: The estate is no id.
        """
        if estate is None:
            return self.all
        if estate in self.allowed:
            return True
        check_id(estate)
        return self.all and estate not in self.denied


NOWHERE: Final = EstateScope(all=False)
_EVERYWHERE: Final = EstateScope(all=True)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Answers for reads, lists and fields, equal to casbin's own; lives in this process only.

    Attributes:
        domain: The only domain in which anything is allowed.
        scopes: For each action that is allowed anywhere, where.
        entrusts: Actions that may be given to others without being held (`roles.Role.entrusts`).
        closed: Actions that nobody has in the city.
    """

    domain: str
    scopes: Mapping[str, EstateScope]
    entrusts: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()

    def may(self, action: str, *, domain: str, estate: str | None = None) -> bool:
        """Tell whether the action is allowed on a row of that domain and estate.

        Raises:
            IllFormed: The domain or the estate is empty or not of its form.
            UnknownAction: No such action is declared.
        """
        scope = self.estates(action)
        if domain != self.domain:
            check_domain(domain)
            scope = NOWHERE
        return scope.covers(estate)

    def estates(self, action: str) -> EstateScope:
        """Tell on which estates of the own domain the action is allowed.

        Raises:
            UnknownAction: No such action is declared.
        """
        scope = self.scopes.get(action)
        if scope is not None:
            return scope
        find_action(action)
        return NOWHERE

    @property
    def actions(self) -> frozenset[str]:
        """The actions that are allowed somewhere."""
        return frozenset(self.scopes)

    def __reduce__(self) -> Never:
        """Refuse to be pickled: rights that were carried about would outlive their withdrawal.

        Raises:
            TypeError: Always.
        """
        raise TypeError("rights are compiled where they are used, never carried")


def compile_snapshot(rights: Rights) -> Snapshot:
    """Boil rights down through casbin's own role managers, so that both ways always agree."""
    engine = Engine(rights)
    own = engine.roles()
    rules = [rule for rule in engine.rules if rule.subject in own]
    estates = _Estates(rights, engine)
    denied: dict[str, set[str]] = {}
    for rule in rules:
        if rule.effect == "deny":
            denied.setdefault(rule.action, set()).add(rule.estate)
    scopes: dict[str, EstateScope] = {}
    for rule in rules:
        if rule.effect == "allow":
            action = ACTIONS[rule.action]
            scope = estates.narrow(estates.reach(action), denied.get(action.name))
            if scope.all or scope.allowed:
                scopes[action.name] = scope
    return Snapshot(rights.domain, scopes, _entrusted(rights) - denied.keys(), rights.closed)


@cache
def _given_away(roles: tuple[str, ...]) -> frozenset[str]:
    named = frozenset[str]().union(*(find_role(name).entrusts for name in roles))
    return frozenset[str]().union(*(find_role(name).actions for name in named))


def _entrusted(rights: Rights) -> frozenset[str]:
    return _given_away(tuple(sorted(rights.roles)))


class _Estates:
    """Turns casbin's names of estates into scopes; equal scopes are one object, as thousands are kept."""

    def __init__(self, rights: Rights, engine: Engine) -> None:
        self._engine = engine
        named = (*rights.grants, *rights.denies)
        self._ids = {name_estate(row.estate): row.estate for row in named if row.estate is not None}
        self._reached: dict[str, EstateScope] = {}
        self._made: dict[EstateScope, EstateScope] = {}

    def reach(self, action: Action) -> EstateScope:
        if not action.needs_estate:
            return _EVERYWHERE
        if action.kind not in self._reached:
            self._reached[action.kind] = self._read(action.kind)
        return self._reached[action.kind]

    def _read(self, kind: str) -> EstateScope:
        linked = self._engine.estates(kind)
        if EVERY_ESTATE in linked:
            return _EVERYWHERE
        return self._once(EstateScope(all=False, allowed=self._translate(linked)))

    def narrow(self, scope: EstateScope, denied: set[str] | None) -> EstateScope:
        if denied is None:
            return scope
        if EVERY_ESTATE in denied:
            return NOWHERE
        estates = self._translate(denied)
        if scope.all:
            return self._once(EstateScope(all=True, denied=estates))
        return self._once(EstateScope(all=False, allowed=scope.allowed - estates))

    def _translate(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset(self._ids[name] for name in names)

    def _once(self, scope: EstateScope) -> EstateScope:
        return self._made.setdefault(scope, scope)
