"""How what an order says is stored."""

from collections.abc import Mapping
from typing import Any

import msgspec


def as_json(value: object) -> Mapping[str, Any]:
    """Write a content or line as it is stored, and as it will be read again."""
    return msgspec.json.decode(msgspec.json.encode(value))
