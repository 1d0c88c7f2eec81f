"""What a bank says was in its special accounts at a day's end, beside our books (银行存款余额调节)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Result, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.tables.money import Account, Entry, SuspenseItem
from db.tables.reconciliation import BankStatement
from domain.bank_balance import BankBalance, BookedAs, OpenItem, kind_of
from domain.clock import business_day, day_bounds
from domain.money import format_yuan
from domain.refusal import NotFound
from resolvers.door import see
from resolvers.visit import Visit

_Run = Callable[[Executable], Awaitable[Result[Any]]]

# From the first day with a balance one can reckon back as long as no day is missing.
_SINCE = text(
    """
select min(day) from (
    select day, day - (row_number() over (order by day))::integer as run from bank_statement
    where city = :city and bank = :bank and day <= (
        select min(day) from bank_statement where city = :city and bank = :bank and closing is not null)
) d group by run order by run desc limit 1"""
)

# A transaction is one amount by number and direction. What our books moved in one is summed up over all of
# its bookings, so money that waited and became a payment is there once, from the first day on. Before the
# first day, what nobody looked at counts as agreed: the opening balance holds it.
_ITEMS = text(
    """
with told as (
    select l.bank_txn_no as txn, sign(l.amount)::integer as dir,
        sum(l.amount) filter (where s.day <= :day) as fen,
        min(s.day) filter (where s.day <= :day) as first, min(s.day) filter (where s.day > :day) as later
    from bank_statement s
    join bank_statement_line l on l.city = s.city and l.statement_id = s.id
    where s.city = :city and s.bank = :bank and l.outcome <> 'MISSING'
        and not (s.day < :since and l.resolution is not distinct from 'NOTED')
    group by 1, 2
), lacked as (
    select distinct l.bank_txn_no as txn, sign(l.amount)::integer as dir
    from bank_statement s
    join bank_statement_line l on l.city = s.city and l.statement_id = s.id
    where s.city = :city and s.bank = :bank and s.day < :since and l.outcome = 'MISSING' and l.rank = 0
), posted as (
    select unnest(l.booking_ids) as booking, l.bank_txn_no as txn, sign(l.amount)::integer as dir
    from bank_statement s
    join bank_statement_line l on l.city = s.city and l.statement_id = s.id
    where s.city = :city and s.bank = :bank and l.resolution = 'POSTED'
), booked as (
    select coalesce(p.bank_txn_no, m.bank_txn_no,
            case when j.reason = 'suspense:RETURNED' then w.return_txn_no else w.bank_txn_no end,
            t.txn, coalesce(j.reverses_id, j.id)::text) as txn,
        case when p.id is not null then 1 when m.id is not null then sign(m.amount)::integer
            when j.reason = 'suspense:RETURNED' then -1 when w.id is not null then 1
            else coalesce(t.dir, 0) end as dir,
        case when p.id is not null then 1 when m.id is not null then 2 when w.id is not null then 3
            when t.booking is not null then 4 else 5 end as kind,
        -e.amount as fen, j.booked_at
    from account a
    join entry e on e.city = a.city and e.account_id = a.id
    join journal j on j.city = e.city and j.id = e.journal_id
    left join payment p on p.city = j.city and p.id = j.payment_id
    left join refund_transfer m on m.city = j.city and m.journal_id = j.id
    left join suspense_item w on w.city = j.city and w.id = j.suspense_id
    left join posted t on t.booking = coalesce(j.reverses_id, j.id)
    where a.city = :city and a.bank = :bank and a.kind in ('SPECIAL', 'CLEARING')
), books as (
    select txn, dir, min(kind) as kind,
        coalesce(sum(fen) filter (where booked_at < :start), 0) as before,
        coalesce(sum(fen) filter (where booked_at >= :start and booked_at < :until), 0) as since,
        min(booked_at) filter (where booked_at < :until) as first,
        min(booked_at) filter (where booked_at >= :until) as later
    from booked group by 1, 2
), beside as (
    select txn, dir, b.kind, coalesce(t.fen, 0) as bank,
        coalesce(b.since, 0) + case when num_nonnulls(t.first, t.later, l.txn) > 0
            then coalesce(b.before, 0) else 0 end as books,
        t.first as bank_first, t.later as bank_later, b.first as books_first, b.later as books_later
    from told t full join books b using (txn, dir) left join lacked l using (txn, dir)
)
select txn, dir, kind, bank, books, bank_first, bank_later, books_first, books_later,
    (select min(concat_ws(' ', l.counterparty, l.remark)) from bank_statement_line l
        join bank_statement s on s.city = l.city and s.id = l.statement_id
        where l.city = :city and l.bank_txn_no = beside.txn and s.bank = :bank) as words,
    case when kind = 5 then (select j.reason from journal j where j.city = :city and j.id = txn::uuid)
        end as reason,
    case when kind = 5 then (select j.note from journal j where j.city = :city and j.id = txn::uuid)
        end as note
from beside where bank <> books
union all
select null, 0, null, 0, coalesce(sum(before + since), 0), null, null, null, null, null, null, null
from books"""
)
_KINDS = {1: BookedAs.PAYMENT, 2: BookedAs.REFUND, 3: BookedAs.SUSPENSE}
_UNNUMBERED = 5


async def read_bank_balance(visit: Visit, statement_id: UUID) -> BankBalance | None:
    """Bring a statement's balance to that of our books; None for who does not see all of both sides.

    None also where the statement says nothing of balances.
    """
    for entity in (SuspenseItem, Account, Entry):
        scope = await visit.sight(entity)
        if scope is None or scope.allowed is not None or scope.denied:
            return None
    try:
        statement = await see(visit, BankStatement, statement_id)
    except NotFound:
        return None
    return await weigh(visit.run, statement)


async def weigh(run: _Run, statement: BankStatement) -> BankBalance | None:
    """Work out both balances of a statement's day, and what one side had without the other."""
    if statement.closing is None:
        return None
    of_bank = {"city": statement.city, "bank": statement.bank}
    since = (await run(_SINCE.bindparams(**of_bank))).scalar_one()
    values = {
        **of_bank,
        "day": statement.day,
        "since": since,
        "start": day_bounds(since)[0],
        "until": day_bounds(statement.day)[1],
    }
    *rows, whole = (await run(_ITEMS.bindparams(**values))).all()
    items = sorted((_item(row) for row in rows), key=lambda item: (item.day, item.txn or "", item.kind))
    return BankBalance(statement.bank, statement.day, since, statement.closing, int(whole.books), items)


def _item(row: Any) -> OpenItem:  # noqa: ANN401 - a row of text
    bank, books = int(row.bank), int(row.books)
    kind = kind_of(came=(row.dir or books) > 0, bank=bank, books=books)
    first, later = _day(row.books_first), _day(row.books_later)
    # The side that has it tells the day; the other one tells when it followed.
    day: Any = row.bank_first if kind.at_bank else first
    settled = later if kind.at_bank else row.bank_later
    return OpenItem(
        kind=kind,
        amount=abs(bank - books),
        differs=bank != 0 != books,
        txn=None if row.kind == _UNNUMBERED else row.txn,
        day=day,
        said=row.words or row.note or "",
        booked_as=BookedAs(row.reason) if row.reason in BookedAs.__members__ else _KINDS.get(row.kind),
        settled_on=settled,
    )


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else business_day(moment)


async def check_bank_balances(session: AsyncSession, city: int) -> Sequence[str]:
    """Tell banks whose last balance does not come to that of our books, and since when."""
    known = select(BankStatement).where(BankStatement.city == city, BankStatement.closing.is_not(None))
    found = (await session.scalars(known.order_by(BankStatement.bank, BankStatement.day))).all()
    last = {statement.bank: statement for statement in found}
    first: dict[str, BankStatement] = {}
    for statement in found:
        first.setdefault(statement.bank, statement)
    told: list[str] = []
    for bank, statement in last.items():
        balance = await weigh(session.execute, statement)
        if balance is None or not balance.unexplained:
            continue
        began = await weigh(session.execute, first[bank])
        from_first = "" if began is None or not began.unexplained else " from the first day on"
        told.append(f"{bank} {statement.day} by {format_yuan(balance.unexplained)}{from_first}")
    return told
