"""What was loaded for one principal: roles, grants on estates and denials, checked when it is made."""

from dataclasses import dataclass

from authz.actions import ESTATE_KINDS, find_action
from authz.domains import IllFormed, Side, check_id, side_of
from authz.roles import CUSTOM_ACTIONS, find_role


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to do business of some kinds on one estate, or on every one, later ones included.

    Attributes:
        estate: The estate's uuid (32 hexadecimal digits); None = every estate of the domain.
        kinds: Kinds of business out of `actions.ESTATE_KINDS`, at least one.

    Raises:
        IllFormed: The estate is no id, no kind is given, or one of them is unknown.
    """

    estate: str | None
    kinds: frozenset[str]

    def __post_init__(self) -> None:
        if self.estate is not None:
            check_id(self.estate)
        if not self.kinds or not self.kinds <= ESTATE_KINDS:
            raise IllFormed(f"not kinds of a grant: {sorted(self.kinds)}")


@dataclass(frozen=True, slots=True)
class Deny:
    """One action taken away on one estate, or on every one; it beats every role and grant.

    Attributes:
        estate: The estate's uuid (32 hexadecimal digits); None = the action is taken away altogether.
        action: The action's name.

    Raises:
        IllFormed: The estate is no id.
        UnknownAction: No such action is declared.
    """

    estate: str | None
    action: str

    def __post_init__(self) -> None:
        if self.estate is not None:
            check_id(self.estate)
        find_action(self.action)


@dataclass(frozen=True, slots=True)
class CustomRole:
    """A role that an organization made for itself, known to rights by its id alone.

    Attributes:
        id: Its uuid (32 hexadecimal digits).
        actions: Names of the actions that it gives, out of `roles.CUSTOM_ACTIONS`.

    Raises:
        IllFormed: The id is none, or such a role may not give one of the actions.
        UnknownAction: An action is not declared.
    """

    id: str
    actions: frozenset[str]

    def __post_init__(self) -> None:
        check_id(self.id)
        for action in self.actions:
            if find_action(action).name not in CUSTOM_ACTIONS:
                raise IllFormed(f"not for a role of an organization's own making: {action}")


@dataclass(frozen=True, slots=True)
class Rights:
    """Everything that decides what one principal may do; only ids and declared names, never a typed text.

    Attributes:
        principal: The principal's uuid (32 hexadecimal digits).
        domain: The only domain they act in, as `authz.domains` names it.
        roles: Names of their roles, each of the domain's side; none is allowed and allows nothing.
        grants: Their grants. City, bank and system principals reach every estate of their domain without any.
        denies: Their denials.
        custom: Roles of their organization's own making.
        closed: Names of the actions that the city does not have (`cities.closed_in`), so nobody has them.

    Raises:
        IllFormed: A value is empty or not of its form, or a role belongs to another side.
    """

    principal: str
    domain: str
    roles: tuple[str, ...]
    grants: tuple[Grant, ...] = ()
    denies: tuple[Deny, ...] = ()
    custom: tuple[CustomRole, ...] = ()
    closed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        check_id(self.principal)
        side = side_of(self.domain)
        for name in self.roles:
            if find_role(name).side is not side:
                raise IllFormed(f"no role of the domain {self.domain}: {name}")
        if self.custom and side is not Side.ORGANIZATION:
            raise IllFormed("only organizations have roles of their own making")
