"""Units that have not paid their first deposit in full (欠交清单), and on which open notice each stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from db.given import among
from db.tables.estates import Building, Estate, Owner, Unit
from db.tables.money import Notice, NoticeLine
from domain.deposits import NoticeStatus
from domain.problem import Problem, ProblemCode
from domain.reporting import MAX_ROWS, hide_name
from domain.status import UnitStatus
from resolvers.reporting.conditions import Chosen
from resolvers.reporting.deposits import HELD, see_accounts, select_units
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


async def list_arrears(visit: Visit, chosen: Chosen) -> Sequence[Arrear] | Problem:
    """List the units as the building table has them, estate by estate; refused where they are too many."""
    where = await see_accounts(visit, owing(chosen))
    if where is None:
        return ()
    found = await visit.run(select_units(*_COLUMNS).where(*where).order_by(*_ORDER).limit(MAX_ROWS + 1))
    rows = found.all()
    if len(rows) > MAX_ROWS:
        return Problem(ProblemCode.LIMIT_EXCEEDED, params={"label": "房屋", "max": str(MAX_ROWS)})
    ids = [row.id for row in rows]
    estates, buildings = await _places(visit, {row.estate_id for row in rows})
    owners, notices = await _name_owners(visit, ids), await find_open_notices(visit, ids)
    # Estates and buildings stand in their own order; rows of one building are sorted already.
    places = {building: place for place, building in enumerate(buildings)}
    return [
        Arrear(
            estate=estates.get(row.estate_id, ""),
            building=buildings.get(row.building_id, ""),
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
        for row in sorted(rows, key=lambda row: places.get(row.building_id, len(places)))
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
