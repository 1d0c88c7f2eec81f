"""Queues what the transaction system is to hear of units' deposits, in the transaction that changed them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.given import among
from db.tables.estates import Unit
from db.tables.money import Notice, NoticeLine
from db.tables.trading import Push
from domain.change import Change, Changes, MoveBuilding, ReplaceUnits, UpdateBuilding
from domain.people import NewId
from domain.trading import PushCause, push_cause

# Acts on one estate queue one after another until they are committed, so that the numbers of a unit's
# messages follow the order in which what they tell became true.
_TURN = text("select pg_advisory_xact_lock(hashtextextended('push:' || :estate, :city))")

# Of several things that happened to a unit in one order the first of these is told.
_RANK = {cause: rank for rank, cause in enumerate((PushCause.CANCELLED, PushCause.SPLIT_MERGE, *PushCause))}


@dataclass(frozen=True, slots=True)
class Occasion:
    """The act that gives something to tell.

    Attributes:
        number: The readable number of the order or notice that caused it.
    """

    session: AsyncSession
    city: int
    now: datetime
    new_id: NewId
    number: str


async def queue_changes(occasion: Occasion, changes: Changes) -> None:
    """Queue one message for each linked unit of which an order changed something that is told.

    A unit is linked by its id in the transaction system, or by its contract (domain.md §3.3).
    """
    units, buildings = _causes(changes)
    if not units and not buildings:
        return
    found = await occasion.session.execute(
        select(Unit.id, Unit.org_id, Unit.estate_id, Unit.building_id)
        .where(
            Unit.city == occasion.city,
            or_(among(Unit.id, list(units)), among(Unit.building_id, list(buildings))),
            or_(Unit.external_id.is_not(None), Unit.contract_no.is_not(None)),
        )
        .order_by(Unit.id)
    )
    await _queue(
        occasion,
        [
            (row.id, row.org_id, row.estate_id, units.get(row.id) or buildings[row.building_id])
            for row in found
        ],
    )


async def queue_payments(occasion: Occasion, notices: Sequence[UUID]) -> None:
    """Queue one message for each unit of notices that were paid, each caused by its notice.

    A bank sees no units, so whether one is linked is looked at when the message is sent.
    """
    rows = await occasion.session.execute(
        select(NoticeLine.unit_id, Notice.org_id, Notice.estate_id, Notice.notice_no)
        .join(Notice, (Notice.city == NoticeLine.city) & (Notice.id == NoticeLine.notice_id))
        .where(NoticeLine.city == occasion.city, among(NoticeLine.notice_id, notices))
        .order_by(NoticeLine.unit_id)
    )
    found = rows.all()
    told = [(row.unit_id, row.org_id, row.estate_id, PushCause.PAYMENT) for row in found]
    await _queue(occasion, told, {row.unit_id: row.notice_no for row in found})


async def queue_refunds(occasion: Occasion, units: Mapping[UUID, str]) -> None:
    """Queue one message for each linked unit whose money went back, with the number of its refund."""
    found = await occasion.session.execute(
        select(Unit.id, Unit.org_id, Unit.estate_id)
        .where(
            Unit.city == occasion.city,
            among(Unit.id, list(units)),
            or_(Unit.external_id.is_not(None), Unit.contract_no.is_not(None)),
        )
        .order_by(Unit.id)
    )
    told = [(row.id, row.org_id, row.estate_id, PushCause.REFUND) for row in found]
    await _queue(occasion, told, units)


def _causes(changes: Changes) -> tuple[Mapping[UUID, PushCause], Mapping[UUID, PushCause]]:
    """Tell of which units, and of all units of which buildings, something is told, and why."""
    units: dict[UUID, PushCause] = {}
    buildings: dict[UUID, PushCause] = {}
    for change in changes:
        cause = push_cause(change)
        if cause is None:
            continue
        if isinstance(change, MoveBuilding | UpdateBuilding):
            buildings[change.building] = cause
            continue
        for unit in _units_of(change):
            units[unit] = min(cause, units.get(unit, cause), key=_RANK.__getitem__)
    return units, buildings


def _units_of(change: Change) -> Sequence[UUID]:
    if isinstance(change, ReplaceUnits):
        return [unit.unit for unit in (*change.leaving, *change.arriving)]
    unit: Any = change
    return [unit.unit]


async def _queue(
    occasion: Occasion,
    told: Sequence[tuple[UUID, UUID, UUID, PushCause]],
    numbers: Mapping[UUID, str] = MappingProxyType({}),
) -> None:
    """Queue messages of units; `numbers` name what caused a unit's own where that is not the occasion."""
    if not told:
        return
    for estate in sorted({estate for _, _, estate, _ in told}):
        await occasion.session.execute(_TURN, {"estate": str(estate), "city": occasion.city})
    rows: list[dict[str, Any]] = [
        {
            "city": occasion.city,
            "id": occasion.new_id(),
            "org_id": organization,
            "estate_id": estate,
            "unit_id": unit,
            "cause": cause.value,
            "cause_no": numbers.get(unit, occasion.number),
            "next_at": occasion.now,
            "created_at": occasion.now,
        }
        for unit, organization, estate, cause in told
    ]
    await occasion.session.execute(insert(Push), rows)
