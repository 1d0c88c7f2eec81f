"""Who may hand on what: nobody gives or manages more than they hold, and some roles never meet in a hand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from authz.snapshot import EstateScope, Snapshot
from domain.city import City


@dataclass(frozen=True, slots=True)
class Beyond:
    """Something that a receiver could do and the giver cannot.

    Attributes:
        action: The action's name.
        estate: The estate's uuid (32 hexadecimal digits); None = on every estate, later ones included, or
            the action as a whole where it needs no estate.
    """

    action: str
    estate: str | None


def beyond(giver: Snapshot, receiver: Snapshot) -> tuple[Beyond, ...]:
    """List what the receiver could do and the giver could not; only if that is nothing, the giver may.

    Compare with what the receiver would hold afterwards to give a role or grant, and with what it holds
    before to manage it in any way: to deactivate or activate it, reset its password, end its sessions.

    Every estate is given only by who holds every estate, as it covers those still to come; what the giver is
    denied somewhere the receiver may not have there. Two exceptions: what the giver's roles exist to
    entrust to others without having it (a system administrator appoints reviewers), and what the city has
    switched off, which nobody can use.
    """
    return tuple(_compare(giver, receiver))


def _compare(giver: Snapshot, receiver: Snapshot) -> Iterator[Beyond]:
    home = giver.domain == receiver.domain
    for action in sorted(receiver.actions):
        if not home:
            yield Beyond(action, None)
        elif action not in giver.entrusts and action not in giver.closed:
            yield from _exceed(action, giver.estates(action), receiver.estates(action))


def _exceed(action: str, held: EstateScope, wanted: EstateScope) -> Iterator[Beyond]:
    if wanted.all and not held.all:
        yield Beyond(action, None)
        return
    estates = held.denied - wanted.denied if wanted.all else wanted.allowed
    for estate in sorted(estates):
        if not held.covers(estate):
            yield Beyond(action, estate)


_CLERK_AND_REVIEWER: Final = ("window_clerk", "reviewer")
"""Who takes an order in does not decide it: static beside the dynamic check on each order."""


def find_clash(roles: Iterable[str], city: City) -> tuple[str, str] | None:
    """Find two roles that one person may not hold together in a city; None if they go together.

    Pass every role of the person, those of their other accounts in the city included.
    """
    if not city.clerk_may_review and set(_CLERK_AND_REVIEWER) <= set(roles):
        return _CLERK_AND_REVIEWER
    return None
