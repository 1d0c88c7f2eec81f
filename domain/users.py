"""Users of an organization or of the fund office: how they stand, and for what they are granted estates."""

import re
from datetime import datetime
from enum import StrEnum

from domain.identity import fold
from domain.problem import Invalid, Problem, ProblemCode

MOST_ROLES = 20
"""So many roles may one user hold."""
MOST_GRANTS = 500
MOST_DENIES = 200
MOST_OWN_ROLES = 100
"""So many roles of its own may an organization have."""

_SIGN_IN_NAME = re.compile(r"\w[\w.@-]{1,63}")


class UserStatus(StrEnum):
    """How a user stands; only an active one may do anything."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    DEACTIVATED = "DEACTIVATED"
    REFUSED = "REFUSED"


class InvitationStatus(StrEnum):
    """What became of an invitation."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"


class GrantKind(StrEnum):
    """The kinds of business for which an estate is granted."""

    ESTATE = "ESTATE"
    BUILDING = "BUILDING"
    UNIT = "UNIT"
    OWNER = "OWNER"
    CONTRACT = "CONTRACT"
    PAYMENT = "PAYMENT"
    ORDER = "ORDER"

    @property
    def stored(self) -> str:
        """How a grant names it, as the actions do."""
        return self.value.lower()


def invitation_standing(
    used_at: datetime | None, revoked_at: datetime | None, expires_at: datetime, now: datetime
) -> InvitationStatus:
    """Tell what became of an invitation by a moment."""
    if used_at is not None:
        return InvitationStatus.ACCEPTED
    if revoked_at is not None:
        return InvitationStatus.REVOKED
    return InvitationStatus.OPEN if now < expires_at else InvitationStatus.EXPIRED


def check_login_name(text: str, path: str) -> str:
    """Fold a new sign-in name: 2 to 64 letters, digits and `.@_-`, beginning with a letter or digit.

    Raises:
        Invalid: It is empty, too long, or has another character.
    """
    name = fold(text).casefold()
    if not name:
        raise Invalid(Problem(ProblemCode.FIELD_REQUIRED, path, params={"label": "登录名"}))
    if _SIGN_IN_NAME.fullmatch(name) is None:
        raise Invalid(Problem(ProblemCode.TEXT_INVALID, path, params={"label": "登录名", "max": "64"}))
    return name
