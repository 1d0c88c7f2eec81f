"""Which units stayed in an estate in a year, from when to when, and how they last were there."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from db.given import among
from db.tables.estates import Estate
from db.tables.money import Account
from db.tables.records import RowHistory
from domain.yearly import Period, Stay, stays_of
from resolvers.reading import Reads

_WRITTEN = [
    RowHistory.row[name].astext.label(name)
    for name in ("section", "floor", "room_no", "gross_area", "status", "section_key", "room_key")
]


class Version(NamedTuple):
    """How a unit was last written in the estate, and since when it was known there."""

    unit: UUID
    since: datetime
    building: UUID
    section: str
    floor: int
    room: str
    area: int
    status: str
    order: tuple[str, int, str]


@dataclass(slots=True)
class Lodger:
    """A unit that was in the estate in the period: as it last was there, and how long it stayed.

    Attributes:
        accounts: Its accounts with their numbers.
    """

    last: Version
    stays: Sequence[Stay]
    accounts: list[tuple[UUID, str]] = field(default_factory=list[tuple[UUID, str]])


async def find_lodgers(reads: Reads, estate: Estate, period: Period) -> list[Lodger]:
    """Find the units that were in the estate in the period, beside the loop: they may be 20,000."""
    versions = await _read_last_versions(reads, estate, period)
    wandered = await _read_wanderings(reads, estate, [one.unit for one in versions], period)

    def put_together() -> list[Lodger]:
        written = ((one, wandered.get(one.unit, ((one.since, True),))) for one in versions)
        found = (Lodger(one, stays_of(moments, period)) for one, moments in written)
        return [lodger for lodger in found if lodger.stays]

    return await asyncio.to_thread(put_together)


async def add_accounts(reads: Reads, city: int, lodgers: Sequence[Lodger]) -> None:
    """Add the accounts of each unit, the first that was opened before the others."""
    by_unit = {lodger.last.unit: lodger for lodger in lodgers}
    rows = await reads.execute(
        select(Account.id, Account.unit_id, Account.account_no)
        .where(Account.city == city, among(Account.unit_id, list(by_unit)))
        .order_by(Account.id)
    )
    for row in rows:
        if row.unit_id is not None:
            by_unit[row.unit_id].accounts.append((row.id, row.account_no))


async def _read_last_versions(reads: Reads, estate: Estate, period: Period) -> list[Version]:
    """Read the units that ever were in the estate, each as it was last written there."""
    rows = await reads.execute(
        select(
            RowHistory.row_id,
            func.min(RowHistory.at).over(partition_by=RowHistory.row_id).label("since"),
            RowHistory.building_id,
            *_WRITTEN,
        )
        .ext(distinct_on(RowHistory.row_id))
        .where(
            RowHistory.city == estate.city,
            RowHistory.estate_id == estate.id,
            RowHistory.table_name == "unit",
            RowHistory.at < period.until,
        )
        .order_by(RowHistory.row_id, RowHistory.seq.desc())
    )
    return await asyncio.to_thread(_versions, rows.all())


def _versions(rows: Sequence[Row[Any]]) -> list[Version]:
    return [
        Version(
            row.row_id,
            row.since,
            row.building_id,
            row.section,
            int(row.floor),
            row.room_no,
            int(row.gross_area),
            row.status,
            (row.section_key or "", int(row.floor), row.room_key or ""),
        )
        for row in rows
    ]


async def _read_wanderings(
    reads: Reads, estate: Estate, units: Sequence[UUID], period: Period
) -> Mapping[UUID, Sequence[tuple[datetime, bool]]]:
    """Read when units that also were in other estates came and went; most never did."""
    written = (RowHistory.city == estate.city, RowHistory.table_name == "unit", RowHistory.at < period.until)
    elsewhere = await reads.execute(
        select(RowHistory.row_id)
        .where(*written, among(RowHistory.row_id, units), RowHistory.estate_id != estate.id)
        .distinct()
    )
    rows = await reads.execute(
        select(RowHistory.row_id, RowHistory.at, RowHistory.estate_id)
        .where(*written, among(RowHistory.row_id, elsewhere.scalars().all()))
        .order_by(RowHistory.row_id, RowHistory.seq)
    )
    found: dict[UUID, list[tuple[datetime, bool]]] = defaultdict(list)
    for row in rows:
        found[row.row_id].append((row.at, row.estate_id == estate.id))
    return found


async def name_buildings(
    reads: Reads, city: int, lodgers: Sequence[Lodger], period: Period
) -> Mapping[UUID, tuple[int, str]]:
    """Give the places and names of buildings as they last were in the period."""
    ids = list({lodger.last.building for lodger in lodgers})
    rows = await reads.execute(
        select(
            RowHistory.row_id,
            RowHistory.row["position"].astext.label("position"),
            RowHistory.row["name"].astext.label("name"),
        )
        .ext(distinct_on(RowHistory.row_id))
        .where(
            RowHistory.city == city,
            RowHistory.table_name == "building",
            among(RowHistory.row_id, ids),
            RowHistory.at < period.until,
        )
        .order_by(RowHistory.row_id, RowHistory.seq.desc())
    )
    return {row.row_id: (int(row.position), row.name) for row in rows}
