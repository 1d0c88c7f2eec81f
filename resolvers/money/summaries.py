"""What units, buildings, estates or the city held at a moment, and what changed it (对账汇总)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from db.given import among
from db.tables.estates import Building, Estate, Unit
from db.tables.money import Account, Entry
from domain.status import EntryType
from resolvers.visit import Visit


@dataclass(frozen=True, slots=True)
class Change:
    """What entries of one type came to, in fen."""

    type: EntryType
    entries: int
    amount: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What was held at the beginning, in fen, and what changed it."""

    opening: int
    lines: Sequence[Change]


async def sum_up(
    visit: Visit, subject: tuple[str, UUID] | None, since: datetime | None, until: datetime | None
) -> Summary | None:
    """Sum up what a unit, building, estate, account or the city held; None if it may not be seen.

    An estate's and the city's money is what their special accounts hold, which have the same sum (I2) and
    also know what came with a building from elsewhere.
    """
    scope = await visit.sight(Account)
    if scope is None or not await _is_seen(visit, subject):
        return None
    which = _accounts(subject)
    if which is None:
        return None
    earlier = Entry.booked_at < since if since is not None else Entry.id.is_(None)
    later = Entry.id.is_(None) if until is None else Entry.booked_at >= until
    mine = case((Account.kind == "SPECIAL", -Entry.amount), else_=Entry.amount)
    rows = await visit.run(
        select(
            Entry.type, earlier.label("earlier"), func.count().label("entries"), func.sum(mine).label("sum")
        )
        .join(Account, (Account.city == Entry.city) & (Account.id == Entry.account_id))
        .where(scope.clause(Account), which, ~later)
        .group_by(Entry.type, earlier)
    )
    found = rows.all()
    order = list(EntryType)
    lines = [Change(EntryType(row.type), row.entries, int(row.sum)) for row in found if not row.earlier]
    return Summary(
        sum(int(row.sum) for row in found if row.earlier),
        sorted(lines, key=lambda line: order.index(line.type)),
    )


async def read_balances(visit: Visit, accounts: Sequence[UUID], moment: datetime) -> Mapping[UUID, int]:
    """Read what accounts held at a moment, what was booked at that very moment included."""
    scope = await visit.sight(Entry)
    if scope is None:
        return {}
    rows = await visit.run(
        select(Entry.account_id, Entry.balance_after)
        .ext(distinct_on(Entry.account_id))
        .where(scope.clause(Entry), among(Entry.account_id, accounts), Entry.booked_at <= moment)
        .order_by(Entry.account_id, Entry.no.desc())
    )
    return {row.account_id: row.balance_after for row in rows}


async def _is_seen(visit: Visit, subject: tuple[str, UUID] | None) -> bool:
    """Tell whether what is asked about is there for the reader."""
    if subject is None:
        return True
    tables = {"Unit": Unit, "Building": Building, "Estate": Estate, "Account": Account}
    table = tables.get(subject[0])
    scope = None if table is None else await visit.sight(table)
    if table is None or scope is None:
        return False
    return (
        await visit.run(select(table.id).where(scope.clause(table), table.id == subject[1]))
    ).first() is not None


def _accounts(subject: tuple[str, UUID] | None) -> ColumnElement[bool] | None:
    """Write which accounts are summed up."""
    match subject:
        case None:
            return Account.kind == "SPECIAL"
        case "Estate", row:
            return (Account.kind == "SPECIAL") & (Account.estate_id == row)
        case "Building", row:
            units = select(Unit.id).where(Unit.city == Account.city, Unit.building_id == row)
            return Account.unit_id.in_(units)
        case "Unit", row:
            return Account.unit_id == row
        case "Account", row:
            return Account.id == row
        case _:
            return None
