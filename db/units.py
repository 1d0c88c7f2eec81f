"""Writes what an order changes of units, thousands a statement, what is due of them, and their end."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, update

from db.given import among
from db.search import index_buildings
from db.site import Site
from db.tables.estates import Unit
from db.tables.money import Account
from domain.change import CancelUnit, UpdateUnit

_UNIT, _ACCOUNT = cast("Table", Unit.__table__), cast("Table", Account.__table__)
_SEARCHED = frozenset({"address", "room_no", "building_id"})


async def update_units(site: Site, changes: Sequence[UpdateUnit]) -> None:
    """Write units and their accounts; places that change hands within the order do not collide."""
    await _free_places(site, changes)
    for names, some in _by_columns(changes).items():
        table = _UNIT
        statement = (
            update(table)
            .where(table.c.city == site.city, table.c.id == bindparam("row"))
            .values(version=table.c.version + 1, **{name: bindparam(f"new_{name}") for name in names})
        )
        rows = [
            {"row": change.unit, **{f"new_{name}": change.values[name] for name in names}} for change in some
        ]
        await (await site.session.connection()).execute(statement, rows)
    await _write_dues(site, changes)
    await _index(site, changes)


def _by_columns(changes: Sequence[UpdateUnit]) -> dict[tuple[str, ...], list[UpdateUnit]]:
    """Put together what writes the same columns: each group is one statement."""
    found: dict[tuple[str, ...], list[UpdateUnit]] = {}
    for change in changes:
        found.setdefault(tuple(sorted(change.values)), []).append(change)
    return found


async def _free_places(site: Site, changes: Sequence[UpdateUnit]) -> None:
    moving = [
        {"row": change.unit, "place": change.unit.hex}
        for change in changes
        if {"place_key", "building_id"} & change.values.keys()
    ]
    if moving:
        table = _UNIT
        statement = update(table).where(table.c.city == site.city, table.c.id == bindparam("row"))
        await (await site.session.connection()).execute(
            statement.values(place_key=bindparam("place")), moving
        )


async def _write_dues(site: Site, changes: Sequence[UpdateUnit]) -> None:
    rows: list[dict[str, Any]] = [
        {"row": change.account, "new_due": change.due, "new_rate": change.rate, "new_rate_id": change.rate_id}
        for change in changes
        if change.rate is not None
    ]
    if rows:
        table = _ACCOUNT
        statement = update(table).where(table.c.city == site.city, table.c.id == bindparam("row"))
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("due", "rate", "rate_id")}
        await (await site.session.connection()).execute(statement.values(**values), rows)


async def _index(site: Site, changes: Sequence[UpdateUnit]) -> None:
    """Write anew by what the units are found, in the buildings that they left and came to."""
    searched = [change for change in changes if _SEARCHED & change.values.keys()]
    buildings = {change.building for change in searched}
    buildings |= {change.values["building_id"] for change in searched if "building_id" in change.values}
    if buildings:
        await index_buildings(site.session, site.city, buildings)


async def cancel_units(site: Site, changes: Sequence[CancelUnit]) -> None:
    """Take units out of use, and close their accounts, or freeze those that still hold money."""
    units, accounts = [change.unit for change in changes], [change.account for change in changes]
    await site.session.execute(
        update(Unit)
        .where(Unit.city == site.city, among(Unit.id, units))
        .values(status="CANCELLED", version=Unit.version + 1)
    )
    status = case((Account.balance > 0, "FROZEN"), else_="CLOSED")
    await site.session.execute(
        update(Account).where(Account.city == site.city, among(Account.id, accounts)).values(status=status)
    )
