"""An estate's year as it is asked for piece by piece: its sums, its buildings, and pages of its units."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.tables.estates import Estate, Unit
from db.tables.money import Account
from domain.problem import Problem
from domain.refusal import NotFound
from domain.status import UnitStatus
from domain.yearly import Figures, Period, sum_figures
from resolvers.door import see
from resolvers.money.account_year import AccountYear, read_account_year
from resolvers.money.lodgers import Lodger, add_accounts, find_lodgers, name_buildings
from resolvers.money.year_sums import Part, UseItem, sum_parts, sum_use
from resolvers.money.yearly import (
    MOST,
    YEAR_RIGHTS,
    Buildings,
    YearUnit,
    bank_side,
    find_period,
    in_order,
    over_limit,
    parts_by_unit,
    show_unit,
    special_part,
)
from resolvers.reading import TakingTurns
from resolvers.visit import Visit

_ACCOUNT_RIGHTS = ("account.view", "unit.view")
_PLACE = ("estateYear",)
"""Where the units of all years that a request opens are counted together, whatever it calls them."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenYear:
    """An estate's year that was found, with the units that it tells of, in the building table's order."""

    visit: Visit
    estate: Estate
    period: Period
    lodgers: Sequence[Lodger]
    buildings: Buildings

    @property
    def there(self) -> Sequence[Lodger]:
        """The units that were in use in the estate at the end of the period."""
        return [lodger for lodger in self.lodgers if _is_there(lodger)]


@dataclass(frozen=True, slots=True)
class BuildingSum:
    """What the units of a building come to; the area is of those that were still there."""

    building: UUID
    name: str
    units: int
    area: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class YearSums:
    """What all units of an estate come to, building by building, and what its special account says."""

    buildings: Sequence[BuildingSum]
    special: Figures

    @property
    def total(self) -> Figures:
        """What all units come to."""
        return sum_figures(one.figures for one in self.buildings)


async def open_estate_year(visit: Visit, estate_id: UUID, year: int) -> OpenYear | Problem | None:
    """Find an estate's year and the units that it tells of; None if it is not the reader's to see.

    Raises:
        TooCostly: The request opened too much already.
    """
    estate = await _see(visit, Estate, estate_id, *YEAR_RIGHTS)
    if estate is None:
        return None
    reads = TakingTurns(visit)
    period = await find_period(reads, estate, year, visit.now)
    if isinstance(period, Problem):
        return period
    lodgers = await find_lodgers(reads, estate, period)
    visit.show(_PLACE, len(lodgers))
    if len(lodgers) > MOST:
        return over_limit("房屋", MOST, MOST)
    await add_accounts(reads, estate.city, lodgers)
    buildings = await name_buildings(reads, estate.city, lodgers, period)
    gone = await sum_parts(
        reads, estate.city, parts_by_unit(lodger for lodger in lodgers if not _is_there(lodger))
    )

    def put_together() -> list[Lodger]:
        shown = (one for one in lodgers if _is_there(one) or not gone.get(one.last.unit, Figures()).empty)
        return in_order(shown, buildings)

    return OpenYear(visit, estate, period, await asyncio.to_thread(put_together), buildings)


def _is_there(lodger: Lodger) -> bool:
    return not lodger.stays[-1].left and UnitStatus(lodger.last.status) is UnitStatus.ACTIVE


async def sum_year(opened: OpenYear) -> YearSums:
    """Sum an estate's year up by buildings, all in one statement."""
    reads, estate = TakingTurns(opened.visit), opened.estate
    parts = [
        Part(lodger.last.building, account, stay)
        for lodger in opened.lodgers
        for account, _ in lodger.accounts
        for stay in lodger.stays
    ]
    special = await special_part(reads, estate, opened.period)
    found = await sum_parts(reads, estate.city, [*parts, special])
    members: dict[UUID, list[Lodger]] = {}
    for lodger in opened.lodgers:
        members.setdefault(lodger.last.building, []).append(lodger)
    buildings = [
        BuildingSum(
            building,
            opened.buildings[building][1],
            len(lodgers),
            sum(lodger.last.area for lodger in lodgers if _is_there(lodger)),
            found.get(building, Figures()),
        )
        for building, lodgers in members.items()
    ]
    return YearSums(buildings, bank_side(found[special.key]))


async def show_units(opened: OpenYear, lodgers: Sequence[Lodger]) -> Sequence[YearUnit]:
    """Show what some of the units held and what changed it."""
    found = await sum_parts(TakingTurns(opened.visit), opened.estate.city, parts_by_unit(lodgers))
    return [
        show_unit(lodger, found.get(lodger.last.unit, Figures()), opened.buildings, {}) for lodger in lodgers
    ]


async def list_uses(opened: OpenYear) -> Sequence[UseItem]:
    """List what the estate's money was used for, in the order in which it was booked."""
    return await sum_use(TakingTurns(opened.visit), opened.estate.city, parts_by_unit(opened.lodgers))


async def find_account_year(visit: Visit, unit_id: UUID, year: int) -> AccountYear | Problem | None:
    """Read the year of a unit's account; None if unit or account is not the reader's to see."""
    unit = await _see(visit, Unit, unit_id, *_ACCOUNT_RIGHTS)
    scope = await visit.sight(Account)
    if unit is None or scope is None:
        return None
    # As the lists show it: the newest account of the unit.
    mine = select(Account).where(scope.clause(Account), Account.unit_id == unit.id)
    account = (await visit.run(mine.order_by(Account.id.desc()).limit(1))).scalar_one_or_none()
    return None if account is None else await read_account_year(visit, account, year)


async def _see(visit: Visit, entity: Any, row_id: UUID, *actions: str) -> Any:  # noqa: ANN401 - a row of the table
    """Find a row on which the reader may do all of this; None otherwise."""
    try:
        row: Any = await see(visit, entity, row_id)
    except NotFound:
        return None
    estate = row.id if entity is Estate else row.estate_id
    for action in actions:
        if not (await visit.may(action, organization=row.org_id, estate=estate)).allowed:
            return None
    return row
