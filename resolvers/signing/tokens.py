"""Opaque tokens: 256 random bits told once, of which only a hash is kept."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

SESSION = "wx"
KEY = "wxk"
TICKET = "wxt"
INVITATION = "wxi"

INVITED_FOR = timedelta(hours=72)
"""How long an invitation can be accepted."""

_MAX_TOKEN = 200


def make_token(kind: str, city: int) -> tuple[str, bytes]:
    """Make a token of a kind in a city: the token itself, which is told once, and the hash to keep."""
    token = f"{kind}_{city}_{secrets.token_urlsafe(32)}"
    return token, hash_token(token)


def hash_token(token: str) -> bytes:
    """Give what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def signing_context(key: UUID) -> bytes:
    """Name for which key a signing secret is sealed, so that it opens for no other."""
    return b"signing:" + key.bytes


def city_of(token: str, kind: str) -> int | None:
    """Read the city that a token carries; anything that is not of our making has none."""
    parts = token.split("_", 2)
    well_formed = len(token) <= _MAX_TOKEN and token.isascii() and len(parts) == 3 and parts[0] == kind  # noqa: PLR2004
    return int(parts[1]) if well_formed and len(parts[1]) == 6 and parts[1].isdigit() else None  # noqa: PLR2004
