"""What every unit of an estate held in a year, read from the ledger and from where units belonged by then.

Of the estate's books everything is told, whatever estate a unit went to since and whoever may see it there:
who may see an estate may see what stood in its books. Nothing is read from how accounts stand today.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Executable,
    Integer,
    Subquery,
    Uuid,
    case,
    false,
    func,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from db.given import rows_of
from db.tables.estates import Estate
from db.tables.money import Account, Entry, Journal
from domain.problem import Problem, ProblemCode
from domain.status import EntryType, UnitStatus
from domain.yearly import (
    Figures,
    Heading,
    Period,
    Stay,
    figures_of,
    heading_of,
    read_period,
    sum_figures,
)
from resolvers.money.lodgers import Lodger, add_accounts, find_lodgers, name_buildings

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
class UseItem:
    """Money used, or taken back, as it was booked; out is below zero."""

    no: int
    booked_at: datetime
    note: str
    amount: int
    units: int
    reversal: bool


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
    session: AsyncSession, estate: Estate, year: int, now: datetime, most: int
) -> EstateYear | Problem:
    """Read an estate's year; one before its books, after today or of too many units is refused."""
    period = await find_period(session, estate, year, now)
    if isinstance(period, Problem):
        return period
    special = (await _find_special(session, estate)).id
    lodgers = await find_lodgers(session, estate, period)
    if len(lodgers) > most:
        return over_limit("房屋", most, most)
    await add_accounts(session, estate.city, lodgers)
    reading = _Reading.of(lodgers, special, period)
    sums = await _sum_up(session, estate.city, reading)
    items, shares = await _read_use(session, estate.city, reading)
    buildings = await name_buildings(session, estate.city, lodgers, period)
    figures = dict(_figures(reading, sums))
    units = [_unit(lodger, figures.get(lodger.last.unit, Figures()), buildings, shares) for lodger in lodgers]
    shown = [unit for unit in units if unit[1].there or not unit[1].figures.empty]
    shown.sort(key=lambda unit: unit[0])
    bank_side = _negative(figures[special])
    return EstateYear(period, [unit for _, unit in shown], items, bank_side)


def over_limit(label: str, room: int, most: int) -> Problem:
    """Say that there is too much for a paper of so many units, and where there is room for more."""
    label = label if most == MOST else f"{label}（更多的请用后台任务生成）"
    return Problem(ProblemCode.LIMIT_EXCEEDED, params={"label": label, "max": str(room)})


async def find_period(session: AsyncSession, estate: Estate, year: int, now: datetime) -> Period | Problem:
    """Give the days of an estate's year, or say that its books do not tell of it."""
    return read_period(year, (await _find_special(session, estate)).opened_at, now)


async def _find_special(session: AsyncSession, estate: Estate) -> Account:
    return (
        await session.scalars(
            select(Account).where(
                Account.city == estate.city, Account.estate_id == estate.id, Account.kind == "SPECIAL"
            )
        )
    ).one()


@dataclass(frozen=True, slots=True)
class _Reading:
    """Which accounts are read from when to when: of each stay of a unit, and of the special account."""

    owners: Sequence[UUID]
    accounts: Sequence[UUID]
    stays: Sequence[Stay]

    @classmethod
    def of(cls, lodgers: Sequence[Lodger], special: UUID, period: Period) -> "_Reading":
        """Put together what is read; the special account stays where it is."""
        found = [
            (lodger.last.unit, account, stay)
            for lodger in lodgers
            for account, _ in lodger.accounts
            for stay in lodger.stays
        ]
        found.append((special, special, Stay(period.since, period.until, arrived=False, left=False)))
        return cls(*zip(*found, strict=True))

    def rows(self) -> Any:  # noqa: ANN401 - SQLAlchemy's rows, whose columns go by name
        """Write it as rows of a statement, each with its place."""
        return rows_of(
            "stay",
            place=(Integer(), range(len(self.accounts))),
            account=(Uuid(), self.accounts),
            since=(DateTime(timezone=True), [stay.since for stay in self.stays]),
            until=(DateTime(timezone=True), [stay.until for stay in self.stays]),
        )


_Sums = Mapping[int, tuple[int, Mapping[Heading, int]]]
"""By the place of a stay: what was held when it began, and what entries came to meanwhile."""


async def _sum_up(session: AsyncSession, city: int, reading: _Reading) -> _Sums:
    """Sum up the entries of all stays in one statement, so that all is of one moment."""
    entry = _entries(city, reading)
    rows = await session.execute(
        select(*entry.c[:-1], func.sum(entry.c.amount, type_=BigInteger()).label("amount")).group_by(
            *entry.c[:-1]
        )
    )
    held: dict[int, int] = defaultdict(int)
    changes: dict[int, dict[Heading, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        if row.earlier:
            held[row.place] += int(row.amount)
        else:
            heading = heading_of(EntryType(row.type), row.component, refund=row.refund)
            changes[row.place][heading] += int(row.amount)
    return {place: (held[place], changes[place]) for place in range(len(reading.accounts))}


def _entries(city: int, reading: _Reading) -> Subquery:
    """Write all entries up to the end of each stay; of a reversal, whether it is of a refund."""
    stay = reading.rows()
    returned = select(Journal.id).where(
        Journal.city == Entry.city, Journal.id == Entry.journal_id, Journal.refund_id.is_not(None)
    )
    return (
        select(
            stay.c.place,
            (Entry.booked_at < stay.c.since).label("earlier"),
            Entry.type,
            Entry.component,
            case((Entry.type == EntryType.REVERSAL.value, returned.exists()), else_=false()).label("refund"),
            Entry.amount,
        )
        .select_from(stay)
        .join(Entry, (Entry.city == literal(city)) & (Entry.account_id == stay.c.account))
        .where(Entry.booked_at < stay.c.until)
        .subquery("entries")
    )


def _figures(reading: _Reading, sums: _Sums) -> Iterator[tuple[UUID, Figures]]:
    """Put the stays of each unit together."""
    found: dict[UUID, Figures] = defaultdict(Figures)
    for place, (owner, stay) in enumerate(zip(reading.owners, reading.stays, strict=True)):
        found[owner] += figures_of(stay, *sums[place])
    yield from found.items()


_Shares = Mapping[UUID, Mapping[int, int]]


async def _read_use(session: AsyncSession, city: int, reading: _Reading) -> tuple[Sequence[UseItem], _Shares]:
    """Read what the estate's money was used for, and what each unit bore of it [165-20][165-30]."""
    rows = (await session.execute(_use(city, reading))).all()
    numbers: dict[UUID, int] = {}
    shares: dict[UUID, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    booked: dict[int, list[Any]] = defaultdict(list[Any])
    for row in rows:
        number = numbers.setdefault(row.journal_id, len(numbers) + 1)
        shares[reading.owners[row.place]][number] += row.amount
        booked[number].append(row)
    items = [
        UseItem(
            number,
            entries[0].booked_at,
            entries[0].note or "",
            sum(entry.amount for entry in entries),
            len({unit for unit, share in shares.items() if number in share}),
            entries[0].reverses_id is not None,
        )
        for number, entries in booked.items()
    ]
    return items, shares


def _use(city: int, reading: _Reading) -> Executable:
    stay = reading.rows()
    special = len(reading.accounts) - 1
    used = (Entry.type == EntryType.USE.value) | (
        (Entry.type == EntryType.REVERSAL.value)
        & (Entry.component == EntryType.USE.value)
        & Journal.refund_id.is_(None)
    )
    return (
        select(
            stay.c.place,
            Entry.journal_id,
            Entry.amount,
            Journal.booked_at,
            Journal.note,
            Journal.reverses_id,
        )
        .select_from(stay)
        .join(Entry, (Entry.city == literal(city)) & (Entry.account_id == stay.c.account))
        .join(Journal, (Journal.city == Entry.city) & (Journal.id == Entry.journal_id))
        .where(
            stay.c.place != special,
            used,
            Entry.booked_at >= stay.c.since,
            Entry.booked_at < stay.c.until,
        )
        .order_by(Journal.booked_at, Journal.id)
    )


def _unit(
    lodger: Lodger, figures: Figures, buildings: Mapping[UUID, tuple[int, str]], shares: _Shares
) -> tuple[Any, YearUnit]:
    """Show a unit, with what it is put in order by."""
    last = lodger.last
    position, building = buildings[last.building]
    room = " ".join(part for part in (last.section, last.room) if part)
    shown = YearUnit(
        unit=last.unit,
        building=last.building,
        name=building,
        room=room,
        area=last.area,
        account_no=lodger.accounts[-1][1] if lodger.accounts else "",
        status=UnitStatus(last.status),
        moved=lodger.stays[-1].left,
        figures=figures,
        used=shares.get(last.unit, {}),
    )
    return (position, building, last.building, *last.order, last.unit), shown


def _negative(figures: Figures) -> Figures:
    """Turn the bank's side around: what it holds is below zero in the books."""
    return Figures(*(-amount for amount in attrgetter(*Figures.__slots__)(figures)))
