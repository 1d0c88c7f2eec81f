"""What accounts held and what changed it while their units were in an estate, summed up in the database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    Select,
    Subquery,
    Uuid,
    case,
    false,
    func,
    literal,
    select,
)

from db.given import rows_of
from db.tables.money import Entry, Journal
from domain.status import EntryType
from domain.yearly import Figures, Heading, Stay, figures_of, heading_of
from resolvers.reading import Reads


@dataclass(frozen=True, slots=True)
class Part:
    """A stay of one account in the estate, and the key under which it is summed up."""

    key: UUID
    account: UUID
    stay: Stay


@dataclass(frozen=True, slots=True)
class UseItem:
    """Money used, or taken back, as it was booked; out is below zero."""

    no: int
    booked_at: datetime
    note: str
    amount: int
    units: int
    reversal: bool


async def sum_parts(reads: Reads, city: int, parts: Sequence[Part]) -> Mapping[UUID, Figures]:
    """Sum up the entries of all parts by their keys, in one statement, so that all is of one moment.

    Parts of a key that came and went alike are one sum: what a stay means only adds up what it is of.
    """
    if not parts:
        return {}
    places: dict[tuple[UUID, bool, bool], int] = {}
    stays: list[tuple[UUID, Stay]] = []
    for part in parts:
        if places.setdefault((part.key, part.stay.arrived, part.stay.left), len(stays)) == len(stays):
            stays.append((part.key, part.stay))
    entry = _entries(city, parts, [places[part.key, part.stay.arrived, part.stay.left] for part in parts])
    rows = await reads.execute(
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
    found: dict[UUID, Figures] = defaultdict(Figures)
    for place, (key, stay) in enumerate(stays):
        found[key] += figures_of(stay, held[place], changes[place])
    return found


def _rows(parts: Sequence[Part], places: Iterable[int]) -> Any:  # noqa: ANN401 - SQLAlchemy's rows, whose columns go by name
    """Write parts as rows of a statement."""
    return rows_of(
        "stay",
        place=(Integer(), list(places)),
        account=(Uuid(), [part.account for part in parts]),
        since=(DateTime(timezone=True), [part.stay.since for part in parts]),
        until=(DateTime(timezone=True), [part.stay.until for part in parts]),
    )


def _entries(city: int, parts: Sequence[Part], places: Sequence[int]) -> Subquery:
    """Write all entries up to the end of each stay; of a reversal, whether it is of a refund."""
    stay = _rows(parts, places)
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


Shares = Mapping[UUID, Mapping[int, int]]
"""By the key, what it bore of each item of use by the item's number; out is below zero."""


async def read_use(reads: Reads, city: int, parts: Sequence[Part]) -> tuple[Sequence[UseItem], Shares]:
    """Read what the estate's money was used for, and what each key bore of it [165-20][165-30]."""
    rows = (await reads.execute(_use(city, parts, range(len(parts))))).all()
    numbers: dict[UUID, int] = {}
    shares: dict[UUID, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    booked: dict[int, list[Any]] = defaultdict(list[Any])
    for row in rows:
        number = numbers.setdefault(row.journal_id, len(numbers) + 1)
        place: int = row.place
        shares[parts[place].key][number] += row.amount
        booked[number].append(row)
    bearers: dict[int, int] = defaultdict(int)
    for share in shares.values():
        for number in share:
            bearers[number] += 1
    items = [
        UseItem(
            number,
            entries[0].booked_at,
            entries[0].note or "",
            sum(entry.amount for entry in entries),
            bearers[number],
            entries[0].reverses_id is not None,
        )
        for number, entries in booked.items()
    ]
    return items, shares


async def sum_use(reads: Reads, city: int, parts: Sequence[Part]) -> Sequence[UseItem]:
    """Sum up in the database what the estate's money was used for, numbered as `read_use` does."""
    keys: dict[UUID, int] = {}
    owners = [keys.setdefault(part.key, len(keys)) for part in parts]
    entry = _use(city, parts, owners).order_by(None).subquery("used")
    told = (entry.c.journal_id, entry.c.booked_at, entry.c.note, entry.c.reverses_id)
    rows = await reads.execute(
        select(
            *told,
            func.sum(entry.c.amount, type_=BigInteger()).label("amount"),
            func.count(entry.c.place.distinct()).label("units"),
        )
        .group_by(*told)
        .order_by(entry.c.booked_at, entry.c.journal_id)
    )
    return [
        UseItem(no, row.booked_at, row.note or "", int(row.amount), row.units, row.reverses_id is not None)
        for no, row in enumerate(rows, start=1)
    ]


def _use(city: int, parts: Sequence[Part], places: Iterable[int]) -> Select[*tuple[Any, ...]]:
    stay = _rows(parts, places)
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
        .where(used, Entry.booked_at >= stay.c.since, Entry.booked_at < stay.c.until)
        .order_by(Journal.booked_at, Journal.id)
    )
