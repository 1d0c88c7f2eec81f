"""Units that have not paid their first deposit in full (欠交清单), and on which open notice each stands."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from db.given import among
from db.tables.estates import Building, Estate, Owner, Unit
from db.tables.money import Notice, NoticeLine
from domain.deposits import NoticeStatus
from domain.reporting import REPORT_PART, hide_name
from domain.status import AccountStatus, UnitStatus
from resolvers.reporting.conditions import Chosen
from resolvers.reporting.deposits import HELD, see_accounts, select_units
from resolvers.reporting.parts import in_parts, plan_each_part
from resolvers.visit import Visit


@dataclass(frozen=True, slots=True)
class Arrear:
    """A unit with something outstanding, as it stands on the list; area in 0.0001 m², money in fen.

    Attributes:
        owners: The owners' names, hidden but for the first character.
        notice_no: The open notice on which the unit stands; empty without one.
    """

    estate: str
    building: str
    section: str
    floor: int
    room_no: str
    owners: str
    area: int
    deposit_point: date
    due: int
    paid: int
    notice_no: str

    @property
    def outstanding(self) -> int:
        """What is still to be paid."""
        return self.due - self.paid


def owing(chosen: Chosen) -> Chosen:
    """Choose of units those in use that have not paid in full."""
    return replace(chosen, owing=True, status=UnitStatus.ACTIVE)


async def find_open_notices(visit: Visit, units: Collection[UUID]) -> Mapping[UUID, str]:
    """Find for each unit the number of the notice that waits for its payment, where the reader may see it."""
    scope = await visit.sight(Notice)
    if scope is None:
        return {}
    rows = await visit.run(
        select(NoticeLine.unit_id, Notice.notice_no)
        .join(Notice, (Notice.city == NoticeLine.city) & (Notice.id == NoticeLine.notice_id))
        .where(
            scope.clause(Notice),
            among(NoticeLine.unit_id, sorted(set(units))),
            NoticeLine.status == NoticeStatus.OPEN.value,
            Notice.status == NoticeStatus.OPEN.value,
            Notice.expires_at > visit.now,
        )
    )
    return {row.unit_id: row.notice_no for row in rows}


_COLUMNS = (
    Unit.id,
    Unit.estate_id,
    Unit.building_id,
    Unit.section,
    Unit.floor,
    Unit.room_no,
    Unit.gross_area,
    Unit.deposit_point,
    HELD.due,
    HELD.paid_first,
)
_ORDER = (Unit.building_id, Unit.section_key, Unit.floor, Unit.room_key, Unit.id)


@dataclass(frozen=True, slots=True)
class ArrearsPlan:
    """Where the units that owe are: their buildings in the order in which they are shown.

    Attributes:
        where: What holds of the units.
        counts: How many there are in each building.
        estates: Names of the estates that the reader may see.
        buildings: The same of the buildings.
    """

    where: Sequence[ColumnElement[bool]]
    counts: Mapping[UUID, int]
    estates: Mapping[UUID, str]
    buildings: Mapping[UUID, str]

    @property
    def units(self) -> int:
        """How many units owe."""
        return sum(self.counts.values())


async def plan_arrears(visit: Visit, chosen: Chosen) -> ArrearsPlan:
    """Find out in which buildings units owe, estate by estate, and how many."""
    where = await see_accounts(visit, replace(chosen, status=UnitStatus.ACTIVE, owing=False))
    if where is None:
        return ArrearsPlan((), {}, {}, {})
    # Asked of the account that is joined anyway: asked for by itself, every account of the city is looked at.
    where = [*where, HELD.status != AccountStatus.CLOSED.value, HELD.paid_first < HELD.due]
    await plan_each_part(visit)
    keys = (Unit.estate_id, Unit.building_id)
    found = await visit.run(select_units(*keys, func.count().label("units")).where(*where).group_by(*keys))
    rows = found.all()
    estates, buildings = await _places(visit, {row.estate_id for row in rows})
    places = {building: place for place, building in enumerate(buildings)}
    # Buildings that the reader may not see come last, each by itself all the same.
    shown = sorted(rows, key=lambda row: (places.get(row.building_id, len(places)), row.building_id))
    return ArrearsPlan(where, {row.building_id: row.units for row in shown}, estates, buildings)


async def read_arrears(
    visit: Visit, plan: ArrearsPlan, most: int = REPORT_PART
) -> AsyncGenerator[Sequence[Arrear]]:
    """Read the units as the building table has them, some buildings with about so many units at a time."""
    for buildings in in_parts(plan.counts, most):
        inside = among(Unit.building_id, buildings)
        found = await visit.run(select_units(*_COLUMNS).where(*plan.where, inside).order_by(*_ORDER))
        places = {building: place for place, building in enumerate(buildings)}
        rows = sorted(found.all(), key=lambda row: places[row.building_id])
        ids = [row.id for row in rows]
        owners, notices = await _name_owners(visit, ids), await find_open_notices(visit, ids)
        yield [
            Arrear(
                estate=plan.estates.get(row.estate_id, ""),
                building=plan.buildings.get(row.building_id, ""),
                section=row.section,
                floor=row.floor,
                room_no=row.room_no,
                owners=owners.get(row.id, ""),
                area=row.gross_area,
                deposit_point=row.deposit_point,
                due=row.due,
                paid=row.paid_first,
                notice_no=notices.get(row.id, ""),
            )
            for row in rows
        ]


async def _places(visit: Visit, estates: Collection[UUID]) -> tuple[Mapping[UUID, str], Mapping[UUID, str]]:
    """Name estates and their buildings in their order, as far as the reader may see them."""
    known, built = await visit.sight(Estate), await visit.sight(Building)
    names: dict[UUID, str] = {}
    if known is not None:
        found = await visit.run(
            select(Estate.id, Estate.name)
            .where(known.clause(Estate), among(Estate.id, sorted(estates)))
            .order_by(Estate.name, Estate.code)
        )
        names = {row.id: row.name for row in found}
    if built is None:
        return names, {}
    rows = await visit.run(
        select(Building.id, Building.name, Building.estate_id)
        .where(built.clause(Building), among(Building.estate_id, sorted(estates)))
        .order_by(Building.position, Building.id)
    )
    places = {estate: place for place, estate in enumerate(names)}
    sorted_rows = sorted(rows, key=lambda row: places.get(row.estate_id, len(places)))
    return names, {row.id: row.name for row in sorted_rows}


async def _name_owners(visit: Visit, units: Sequence[UUID]) -> Mapping[UUID, str]:
    """Write the hidden names of the owners of each unit in their order."""
    scope = await visit.sight(Owner)
    if scope is None:
        return {}
    rows = await visit.run(
        select(Owner.unit_id, Owner.name)
        .where(scope.clause(Owner), among(Owner.unit_id, list(units)))
        .order_by(Owner.unit_id, Owner.position, Owner.id)
    )
    found: dict[UUID, list[str]] = {}
    for row in rows:
        found.setdefault(row.unit_id, []).append(hide_name(row.name))
    return {unit: "、".join(names) for unit, names in found.items()}
