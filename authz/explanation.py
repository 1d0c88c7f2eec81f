"""Why somebody may do something, link by link, or the first link that is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from authz.actions import Action, find_action
from authz.domains import Side, side_of
from authz.enforcer import Decision, Engine
from authz.rights import CustomRole, Deny, Grant, Rights
from authz.roles import OWN, find_role


class Link(StrEnum):
    """The links of the chain, in the order in which they are asked for."""

    ACCOUNT = "ACCOUNT"
    CITY = "CITY"
    ROLE = "ROLE"
    GRANT = "GRANT"
    DENIAL = "DENIAL"


@dataclass(frozen=True, slots=True)
class Given:
    """A role, grant or denial as it was given to somebody.

    Attributes:
        what: A built-in role's name, a custom role, a grant or a denial.
        title: What people call it, where that is no declared name.
        by: Name of whoever gave it, if that is known.
        at: When it was given, if that is known.
        until: From when on it counts no more; None = never.
    """

    what: str | CustomRole | Grant | Deny
    title: str | None = None
    by: str | None = None
    at: datetime | None = None
    until: datetime | None = None

    def counts(self, now: datetime) -> bool:
        """Tell whether it has not ended."""
        return self.until is None or self.until > now


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with everything that was ever given to them and not taken back."""

    principal: str
    domain: str
    status: str
    given: tuple[Given, ...] = ()
    closed: frozenset[str] = frozenset()

    def rights(self, now: datetime) -> Rights:
        """Give what counts at a moment."""
        held = [one.what for one in self.given if one.counts(now)]
        return Rights(
            principal=self.principal,
            domain=self.domain,
            roles=tuple(what for what in held if isinstance(what, str)),
            grants=tuple(what for what in held if isinstance(what, Grant)),
            denies=tuple(what for what in held if isinstance(what, Deny)),
            custom=tuple(what for what in held if isinstance(what, CustomRole)),
            closed=self.closed,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one link.

    Attributes:
        link: Which one.
        reason: Why it holds or not; with the link's name a key of the texts, as `GRANT.ended`.
        holds: Whether the chain goes on.
        given: The role, grant or denial in question, if there is one.
    """

    link: Link
    reason: str
    holds: bool
    given: Given | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was decided about one question, and the chain that led there.

    Attributes:
        allowed: Whether it may be done: the account is active and casbin allows it.
        rule: What casbin named as the deciding line, or what was missing.
        findings: The links, several of a kind where several roles, grants or denials count.
        missing: The first one that is missing; None if it may be done.
    """

    allowed: bool
    rule: str
    findings: tuple[Finding, ...]
    missing: Finding | None


def explain(holder: Holder, action: str, *, estate: str | None, now: datetime) -> Explanation:
    """Say whether somebody may do something on an estate of their own domain, and why.

    casbin decides, on an engine built for this one question; the links are read beside it.

    Args:
        holder: Who.
        action: The action's name.
        estate: The estate, 32 hexadecimal digits; None for what lies on no estate (yet).
        now: The moment that is asked about.

    Raises:
        UnknownAction: No such action is declared.
    """
    declared = find_action(action)
    decision: Decision = Engine(holder.rights(now)).decide(action, domain=holder.domain, estate=estate)
    findings = tuple(_Chain(holder, declared, estate, now).walk())
    return Explanation(
        allowed=holder.status == "ACTIVE" and decision.allowed,
        rule=decision.rule,
        findings=findings,
        missing=next((one for one in findings if not one.holds), None),
    )


class _Chain:
    """Walks the links of one question."""

    def __init__(self, holder: Holder, action: Action, estate: str | None, now: datetime) -> None:
        self._holder = holder
        self._action = action
        self._estate = estate
        self._now = now

    def walk(self) -> Iterator[Finding]:
        status = self._holder.status
        yield Finding(Link.ACCOUNT, status.lower(), status == "ACTIVE")
        closed = self._action.name in self._holder.closed
        yield Finding(Link.CITY, "closed" if closed else "open", not closed)
        yield from self._roles()
        yield from self._grants()
        yield from self._denials()

    def _roles(self) -> Iterator[Finding]:
        fitting = [one for one in self._holder.given if self._gives(one)]
        yield from self._judge(Link.ROLE, fitting, "none")

    def _gives(self, one: Given) -> bool:
        match one.what:
            case str(name):
                return self._action.name in find_role(name).actions
            case CustomRole(actions=actions):
                return self._action.name in actions | OWN
            case _:
                return False

    def _grants(self) -> Iterator[Finding]:
        if not self._action.needs_estate:
            yield Finding(Link.GRANT, "not_needed", holds=True)
            return
        if side_of(self._holder.domain) is not Side.ORGANIZATION and any(
            isinstance(one.what, str) and one.counts(self._now) for one in self._holder.given
        ):
            yield Finding(Link.GRANT, "every_estate", holds=True)
            return
        there = [one for one in self._holder.given if self._lies_there(one)]
        fitting = [one for one in there if self._action.kind in _kinds(one)]
        # Nothing else is told of what does not fit than what comes nearest to it.
        otherwise = "no_estate" if self._estate is None else "other_kind" if there else "none"
        yield from self._judge(Link.GRANT, fitting, otherwise)

    def _lies_there(self, one: Given) -> bool:
        return isinstance(one.what, Grant) and one.what.estate in (None, self._estate)

    def _denials(self) -> Iterator[Finding]:
        stopping = [
            one
            for one in self._holder.given
            if isinstance(one.what, Deny)
            and one.what.action == self._action.name
            and one.what.estate in (None, self._estate)
            and one.counts(self._now)
        ]
        for one in stopping:
            yield Finding(Link.DENIAL, "denied", holds=False, given=one)
        if not stopping:
            yield Finding(Link.DENIAL, "none", holds=True)

    def _judge(self, link: Link, fitting: Sequence[Given], otherwise: str) -> Iterator[Finding]:
        """Give all that counts; if nothing does, what ended last; if nothing ever did, why not."""
        counting = [one for one in fitting if one.counts(self._now)]
        for one in counting:
            yield Finding(link, "given", holds=True, given=one)
        if counting:
            return
        ended = max(fitting, key=lambda one: one.until or self._now, default=None)
        yield Finding(link, "ended" if ended else otherwise, holds=False, given=ended)


def _kinds(one: Given) -> frozenset[str]:
    return one.what.kinds if isinstance(one.what, Grant) else frozenset()
