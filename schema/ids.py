"""Global ids: opaque texts that name a type, a city and a row."""

import base64
import re
from binascii import a2b_base64, b2a_base64
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
        clear = a2b_base64(text[:_MAX] + "=" * (-len(text) % 4)).decode("ascii")
    except ValueError:
        raise BadUserInput(argument) from None
    found = _FORM.fullmatch(clear)
    # Base64 has more than one text for the same bytes; only the one that the product writes is an id.
    if found is None or b2a_base64(clear.encode(), newline=False).rstrip(b"=").decode() != text:
        raise BadUserInput(argument)
    name, city, row = found.groups()
    return name, int(city), UUID(int=int(row, 16))


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
