"""What a city's own file takes out of the rights: a business that a city does not do, nobody may do there."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from authz.domains import Side
from domain.switch import Switches

_MANAGING_USERS: Final = frozenset(
    {
        "user.create",
        "user.update",
        "user.deactivate",
        "user.activate",
        "user.grant",
        "user.invite",
        "user.reset",
        "user.sign_out",
        "role.assign",
        "role.edit",
    }
)

CLOSED_BY: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "contract_binding": frozenset({"contract.bind", "contract.unbind"}),
        "custom_deposit": frozenset({"custom_payment.create"}),
        "push_to_trading": frozenset({"push.view", "push.retry"}),
        "password_change": frozenset({"password.change"}),
        "org_users": _MANAGING_USERS,
    }
)
"""For each switch of `domain.switch` that touches rights, the actions that are gone where it is off."""

_OF_ORGANIZATIONS: Final = frozenset({"org_users"})
"""Switches that are about enterprises alone; the office manages its own people in every city."""


def closed_in(city: Switches, side: Side) -> frozenset[str]:
    """Name the actions that nobody of a side has in a city."""
    off = (
        actions
        for switch, actions in CLOSED_BY.items()
        if not getattr(city, switch) and (side is Side.ORGANIZATION or switch not in _OF_ORGANIZATIONS)
    )
    return frozenset[str]().union(*off)
