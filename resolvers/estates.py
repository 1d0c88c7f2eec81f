"""Which units and estates a list asks for."""

from typing import Any, Protocol

from sqlalchemy import and_, exists, not_, or_

from db.tables.estates import Estate, Unit
from db.tables.money import Account
from domain.identity import fold
from domain.refusal import BadUserInput
from resolvers.visit import Visit

_MAX_SEARCH = 50


class UnitConditions(Protocol):
    """The conditions of a list of units, as the graph's input carries them."""

    section: str | None
    floor: int | None
    search: str | None
    has_lift: bool | None
    paid: bool | None
    status: str | None


def like_part(text: str, argument: str = "search") -> str:
    """Write "contains this text", the pattern's own signs taken literally.

    Raises:
        BadUserInput: The text is longer than a search may be.
    """
    part = fold(text)
    if len(part) > _MAX_SEARCH:
        raise BadUserInput(argument)
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def unit_filter(_visit: Visit, chosen: UnitConditions, building: Any = None) -> list[Any]:  # noqa: ANN401 - uuid
    """Write the conditions of a list of units."""
    where: list[Any] = []
    if building is not None:
        where.append(Unit.building_id == building)
    for name in ("section", "floor", "has_lift", "status"):
        value = getattr(chosen, name)
        if value is not None:
            where.append(getattr(Unit, name) == value)
    if chosen.search and chosen.search.strip():
        part = like_part(chosen.search)
        where.append(or_(Unit.room_no.ilike(part, escape="\\"), Unit.address.ilike(part, escape="\\")))
    if chosen.paid is not None:
        paid = exists().where(
            and_(
                Account.city == Unit.city,
                Account.unit_id == Unit.id,
                Account.status != "CLOSED",
                Account.paid_first >= Account.due,
            )
        )
        where.append(paid if chosen.paid else not_(paid))
    return where


def estate_filter(search: str | None) -> list[Any]:
    """Write the conditions of a list of estates."""
    if not search or not search.strip():
        return []
    part = like_part(search)
    return [or_(Estate.name.ilike(part, escape="\\"), Estate.address.ilike(part, escape="\\"))]
