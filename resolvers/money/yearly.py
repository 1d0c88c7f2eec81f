"""What every unit of an estate held in a year, read from the ledger and from where units belonged by then.

Of the estate's books everything is told, whatever estate a unit went to since and whoever may see it there:
who may see an estate may see what stood in its books. Nothing is read from how accounts stand today.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from sqlalchemy import select

from db.tables.estates import Estate
from db.tables.money import Account
from domain.problem import Problem, ProblemCode
from domain.status import UnitStatus
from domain.yearly import Figures, Period, Stay, read_period, sum_figures
from resolvers.money.lodgers import Lodger, add_accounts, find_lodgers, name_buildings
from resolvers.money.year_sums import Part, Shares, UseItem, read_use, sum_parts
from resolvers.reading import Reads

MOST_AT_ONCE = 1_000
"""So many units are told of in a request; more are long work."""
MOST = 20_000
"""So many units one paper tells of."""
YEAR_RIGHTS = ("account.view", "unit.view", "export.create")
"""What it takes to have everything about an estate's accounts in one paper."""


@dataclass(frozen=True, slots=True)
class YearUnit:
    """A unit as it last was in the estate, and what it held there.

    Attributes:
        unit: Its id.
        building: The id of its building.
        name: Name of its building.
        area: Gross floor area in 0.0001 m².
        status: What had become of it at the end of the period.
        moved: Whether it had gone to another estate by then.
        used: What it bore of each item of use, by the item's number; out is below zero.
    """

    unit: UUID
    building: UUID
    name: str
    room: str
    area: int
    account_no: str
    status: UnitStatus
    moved: bool
    figures: Figures
    used: Mapping[int, int]

    @property
    def there(self) -> bool:
        """Whether it was in use in the estate at the end of the period."""
        return not self.moved and self.status is UnitStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class EstateYear:
    """An estate's year: its units building by building, and what its special account says beside them."""

    period: Period
    units: Sequence[YearUnit]
    items: Sequence[UseItem]
    special: Figures

    @property
    def total(self) -> Figures:
        """What all units come to."""
        return sum_figures(unit.figures for unit in self.units)


async def read_estate_year(
    reads: Reads, estate: Estate, year: int, now: datetime, most: int
) -> EstateYear | Problem:
    """Read an estate's year; one before its books, after today or of too many units is refused."""
    period = await find_period(reads, estate, year, now)
    if isinstance(period, Problem):
        return period
    lodgers = await find_lodgers(reads, estate, period)
    if len(lodgers) > most:
        return over_limit("房屋", most, most)
    await add_accounts(reads, estate.city, lodgers)
    parts = parts_by_unit(lodgers)
    special = await special_part(reads, estate, period)
    figures = await sum_parts(reads, estate.city, [*parts, special])
    items, shares = await read_use(reads, estate.city, parts)
    buildings = await name_buildings(reads, estate.city, lodgers, period)
    units = [
        show_unit(lodger, figures.get(lodger.last.unit, Figures()), buildings, shares)
        for lodger in in_order(lodgers, buildings)
    ]
    shown = [unit for unit in units if unit.there or not unit.figures.empty]
    return EstateYear(period, shown, items, bank_side(figures[special.key]))


def parts_by_unit(lodgers: Iterable[Lodger]) -> list[Part]:
    """Put together what is read of units, each summed up by itself."""
    return [
        Part(lodger.last.unit, account, stay)
        for lodger in lodgers
        for account, _ in lodger.accounts
        for stay in lodger.stays
    ]


async def special_part(reads: Reads, estate: Estate, period: Period) -> Part:
    """Tell what is read of an estate's special account, which stays where it is."""
    special = (await _find_special(reads, estate)).id
    return Part(special, special, Stay(period.since, period.until, arrived=False, left=False))


def over_limit(label: str, room: int, most: int) -> Problem:
    """Say that there is too much for a paper of so many units, and where there is room for more."""
    label = label if most == MOST else f"{label}（更多的请用后台任务生成）"
    return Problem(ProblemCode.LIMIT_EXCEEDED, params={"label": label, "max": str(room)})


async def find_period(reads: Reads, estate: Estate, year: int, now: datetime) -> Period | Problem:
    """Give the days of an estate's year, or say that its books do not tell of it."""
    return read_period(year, (await _find_special(reads, estate)).opened_at, now)


async def _find_special(reads: Reads, estate: Estate) -> Account:
    found = await reads.execute(
        select(Account).where(
            Account.city == estate.city, Account.estate_id == estate.id, Account.kind == "SPECIAL"
        )
    )
    return found.scalar_one()


Buildings = Mapping[UUID, tuple[int, str]]
"""The places and names of buildings by the end of the period."""


def in_order(lodgers: Iterable[Lodger], buildings: Buildings) -> list[Lodger]:
    """Put units in the order of the building table."""

    def place(lodger: Lodger) -> tuple[object, ...]:
        last = lodger.last
        return (*buildings[last.building], last.building, *last.order, last.unit)

    return sorted(lodgers, key=place)


def show_unit(lodger: Lodger, figures: Figures, buildings: Buildings, shares: Shares) -> YearUnit:
    """Show a unit as it last was in the estate."""
    last = lodger.last
    room = " ".join(part for part in (last.section, last.room) if part)
    return YearUnit(
        unit=last.unit,
        building=last.building,
        name=buildings[last.building][1],
        room=room,
        area=last.area,
        account_no=lodger.accounts[-1][1] if lodger.accounts else "",
        status=UnitStatus(last.status),
        moved=lodger.stays[-1].left,
        figures=figures,
        used=shares.get(last.unit, {}),
    )


def bank_side(figures: Figures) -> Figures:
    """Turn the bank's side around: what it holds is below zero in the books."""
    return Figures(*(-amount for amount in attrgetter(*Figures.__slots__)(figures)))
