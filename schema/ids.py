"""Global ids: opaque texts that name a type, a city and a row."""

import base64
import re
from uuid import UUID

from domain.refusal import BadUserInput

_FORM = re.compile(r"([A-Z][A-Za-z]{0,39}):([0-9]{6}):([0-9a-f]{32})", re.ASCII)
_MAX = 200


def write_id(type_name: str, city: int, row_id: UUID) -> str:
    """Write the global id of a row."""
    return base64.urlsafe_b64encode(f"{type_name}:{city}:{row_id.hex}".encode()).decode().rstrip("=")


def read_id(text: str, argument: str = "id") -> tuple[str, int, UUID]:
    """Read a global id into type name, city and row.

    Raises:
        BadUserInput: It is not an id that the product wrote.
    """
    try:
        clear = base64.urlsafe_b64decode(text[:_MAX] + "=" * (-len(text) % 4)).decode("ascii")
    except ValueError:
        raise BadUserInput(argument) from None
    found = _FORM.fullmatch(clear)
    if found is None or write_id(found[1], int(found[2]), UUID(found[3])) != text:
        raise BadUserInput(argument)
    return found[1], int(found[2]), UUID(found[3])


def read_key(text: str | None, type_name: str, argument: str) -> UUID | None:
    """Read the global id by which a filter names a row of a type; one of another city meets nothing.

    Raises:
        BadUserInput: It is no id, or names a thing of another type.
    """
    if text is None:
        return None
    found, _, row = read_id(text, argument)
    if found != type_name:
        raise BadUserInput(argument)
    return row
