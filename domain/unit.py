"""What an order says of one unit (房屋), with its owner's numbers already sealed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.people import NumberKind, Owner, Seal


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitContent:
    """One unit as typed or imported; names, codes and units as in `domain.estate.UNIT_FIELDS`.

    Attributes:
        external_id: What the transaction system calls it, if it came from there.
    """

    building: str
    section: str = ""
    floor: int
    room_no: str
    address: str
    usage: str
    gross_area: int
    net_area: int | None = None
    has_lift: bool
    completed_ym: str | None = None
    structure: str | None = None
    floors_above: int | None = None
    sale_status: str | None = None
    owner: Owner | None = None
    contract_no: str | None = None
    remark: str | None = None
    external_id: str | None = None


_OWNER_FIELDS = ("owner_name", "owner_id_type", "owner_id_number", "owner_mobile")


def unit_content(values: Mapping[str, Any], seal: Seal) -> UnitContent:
    """Make a unit from parsed values, sealing its owner's personal numbers at once."""
    own = {name: value for name, value in values.items() if name not in _OWNER_FIELDS and value is not None}
    return UnitContent(**own, owner=_owner(values, seal))


def _owner(values: Mapping[str, Any], seal: Seal) -> Owner | None:
    if not values.get("owner_name"):
        return None
    return Owner(
        name=values["owner_name"],
        id_type=values["owner_id_type"],
        id_number=seal(NumberKind.ID_NUMBER, values["owner_id_number"]),
        mobile=seal(NumberKind.MOBILE, values["owner_mobile"]),
    )


Reveal = Callable[[NumberKind, str], str]


def unit_values(content: Mapping[str, Any], reveal: Reveal | None) -> dict[str, Any]:
    """Spread a stored unit over the sheet's fields again; without `reveal` personal numbers stay masked."""
    values = {name: value for name, value in content.items() if name != "owner"}
    owner = content.get("owner")
    if owner:
        values["owner_name"] = owner["name"]
        values["owner_id_type"] = owner["id_type"]
        values["owner_id_number"] = _number(NumberKind.ID_NUMBER, owner["id_number"], reveal)
        values["owner_mobile"] = _number(NumberKind.MOBILE, owner["mobile"], reveal)
    return values


def _number(kind: NumberKind, sealed: Mapping[str, str], reveal: Reveal | None) -> str:
    return reveal(kind, sealed["cipher"]) if reveal else sealed["masked"]
