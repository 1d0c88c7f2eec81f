"""What one unit's account held in a year: every entry with what it came of, as the books say it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, func, select
from sqlalchemy.sql.elements import SQLCoreOperations

from db.base import Base
from db.given import among
from db.graph.past import past_rows
from db.tables.estates import Building, Estate, Owner, Unit
from db.tables.money import Account, Entry, Journal, Notice, Payment, Refund
from db.tables.orders import BusinessOrder
from domain.clock import business_day
from domain.ledger import BookingCause, cause_of
from domain.problem import Problem, ProblemCode
from domain.status import EntryType
from domain.yearly import Figures, Heading, Period, Stay, figures_of, heading_of, read_period
from resolvers.orders.facts import kind_of
from resolvers.visit import Visit

MAX_ENTRIES = 5_000
_Booked = tuple[Entry, Journal]


@dataclass(frozen=True, slots=True)
class YearEntry:
    """An entry of the year.

    Attributes:
        type: What it is.
        component: Of what is carried over or taken back, how it once came in.
        cause: What it came of, such as the numbers of the notice and its proof.
        amount: In fen, out is below zero.
        balance: What it left.
    """

    day: date
    type: EntryType
    component: EntryType | None
    cause: str
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class Place:
    """The unit of an account as it was at the end of the period.

    Attributes:
        owners: Their names; empty where the reader may not see them.
        area: Gross floor area in 0.0001 m².
    """

    estate: str
    unit: str
    address: str
    area: int
    owners: Sequence[str]


@dataclass(frozen=True, slots=True)
class AccountYear:
    """An account's year."""

    period: Period
    place: Place
    figures: Figures
    entries: Sequence[YearEntry]


async def read_account_year(visit: Visit, account: Account, year: int) -> AccountYear | Problem:
    """Read an account's year; one before it was opened, or after today, is refused."""
    period = read_period(year, account.opened_at, visit.now)
    if isinstance(period, Problem):
        return period
    own = (Entry.city == account.city) & (Entry.account_id == account.id)
    earlier = select(func.sum(Entry.amount, type_=BigInteger())).where(own, Entry.booked_at < period.since)
    opening = int((await visit.run(earlier)).scalar_one() or 0)
    found = await visit.run(
        select(Entry, Journal)
        .join(Journal, (Journal.city == Entry.city) & (Journal.id == Entry.journal_id))
        .where(own, Entry.booked_at >= period.since, Entry.booked_at < period.until)
        .order_by(Entry.no)
        .limit(MAX_ENTRIES + 1)
    )
    rows: list[_Booked] = [(row.Entry, row.Journal) for row in found]
    if len(rows) > MAX_ENTRIES:
        params = {"label": "分录", "max": str(MAX_ENTRIES)}
        return Problem(ProblemCode.LIMIT_EXCEEDED, params=params)
    causes = await _find_causes(visit, [journal for _, journal in rows])
    entries = list(_tell(opening, rows, causes))
    figures = figures_of(Stay(period.since, period.until, arrived=False, left=False), opening, _sum_up(rows))
    return AccountYear(period, await _find_place(visit, account, period), figures, entries)


def _sum_up(rows: Iterable[_Booked]) -> Mapping[Heading, int]:
    """Sum entries up as the statement of an estate does."""
    sums: dict[Heading, int] = defaultdict(int)
    for entry, journal in rows:
        refund = journal.refund_id is not None
        sums[heading_of(EntryType(entry.type), entry.component, refund=refund)] += entry.amount
    return sums


def _tell(opening: int, rows: Iterable[_Booked], causes: Mapping[UUID, str]) -> Iterator[YearEntry]:
    """Tell the entries of the period, each with what it left of what was held at its beginning."""
    balance = opening
    for entry, journal in rows:
        balance += entry.amount
        yield YearEntry(
            business_day(entry.booked_at),
            EntryType(entry.type),
            EntryType(entry.component) if entry.component else None,
            causes[journal.id],
            entry.amount,
            balance,
        )


async def _find_causes(visit: Visit, journals: Sequence[Journal]) -> Mapping[UUID, str]:
    """Say what bookings came of, as far as the reader may see it."""
    payments = await _read(visit, Payment, {one.payment_id for one in journals})
    notices = await _read(visit, Notice, {one.notice_id for one in payments.values()})
    refunds = await _read(visit, Refund, {one.refund_id for one in journals})
    orders = await _read(visit, BusinessOrder, {one.order_id for one in journals})

    def tell(journal: Journal) -> Iterator[str]:
        if cause_of(journal.reason) is BookingCause.REVERSAL:
            yield "冲正"
        if payment := payments.get(journal.payment_id):
            if notice := notices.get(payment.notice_id):
                yield f"通知单 {notice.notice_no}"
            yield f"交款证明 {payment.proof_no}"
        if refund := refunds.get(journal.refund_id):
            yield f"退款 {refund.refund_no}"
        if order := orders.get(journal.order_id):
            yield f"{kind_of(order).label} {order.order_no}"
        if journal.note:
            yield journal.note

    return {journal.id: "，".join(tell(journal)) for journal in journals}


async def _read(visit: Visit, entity: type[Base], ids: Collection[UUID | None]) -> Mapping[UUID | None, Any]:
    """Read those of the rows that the reader may see."""
    scope = await visit.sight(entity)
    wanted = [one for one in ids if one is not None]
    if scope is None or not wanted:
        return {}
    key: SQLCoreOperations[UUID] = entity.__table__.c.id
    rows = (await visit.run(select(entity).where(scope.clause(entity), among(key, wanted)))).scalars()
    found: list[Any] = list(rows)
    return {row.id: row for row in found}


async def _find_place(visit: Visit, account: Account, period: Period) -> Place:
    """Read the unit, its building and estate as they were at the end of the period."""
    unit, building, estate = (past_rows(one, period.end).c for one in (Unit, Building, Estate))
    found = (
        await visit.run(
            select(
                estate.name.label("estate"),
                building.name.label("building"),
                unit.section,
                unit.floor,
                unit.room_no,
                unit.address,
                unit.gross_area,
            )
            .where(unit.city == account.city, unit.id == account.unit_id)
            .where(building.city == unit.city, building.id == unit.building_id)
            .where(estate.city == unit.city, estate.id == unit.estate_id)
        )
    ).one()
    parts = (found.building, found.section, f"{found.floor}层", found.room_no)
    return Place(
        found.estate,
        " ".join(part for part in parts if part),
        found.address,
        found.gross_area,
        await _find_owners(visit, account, period),
    )


async def _find_owners(visit: Visit, account: Account, period: Period) -> Sequence[str]:
    """Name the owners by then, if the reader may see them."""
    scope = await visit.sight(Owner)
    if scope is None:
        return ()
    owner = past_rows(Owner, period.end)
    wanted: Select[Any] = select(owner.c.name).where(
        scope.clause(Owner, owner), owner.c.unit_id == account.unit_id
    )
    return tuple((await visit.run(wanted.order_by(owner.c.position))).scalars())
