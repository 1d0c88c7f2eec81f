"""Checks a city's books from end to end: every invariant of domain.md §3.6, from the rows alone."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from db.scope import enter_city
from resolvers.desk import Desk
from resolvers.ledger_belonging import BELONGING
from resolvers.money.bank_balances import check_bank_balances
from resolvers.money.seals import Expected, check_seals

_MAX_TOLD = 20


@dataclass(frozen=True, slots=True)
class _Rule:
    """One invariant, and a query that gives the readable number of everything that breaks it."""

    sentence: str
    query: str


_RULES = (
    _Rule(
        "I1: an account's balance is the sum of its entries, and so is what was paid of the first deposit",
        """
        select a.account_no from account a
        left join entry e on e.city = a.city and e.account_id = a.id
        where a.city = :city
        group by a.city, a.id
        having a.balance <> coalesce(sum(e.amount), 0) or a.entry_count <> count(e.id)
            or a.paid_first <> case when a.kind = 'UNIT'
                then coalesce(sum(e.amount) filter (
                    where coalesce(e.component, e.type) in ('FIRST', 'SUPPLEMENT')), 0) else 0 end
        """,
    ),
    _Rule(
        "I1: a unit's account never falls below zero, nor an estate's special account above it",
        """
        select account_no from account
        where city = :city and (kind = 'UNIT' and balance < 0 or kind = 'SPECIAL' and balance > 0
            or status = 'CLOSED' and balance <> 0)
        """,
    ),
    _Rule(
        "I1: an account's entries are numbered without a gap, each with the balance that it left",
        """
        select distinct a.account_no from account a
        join (
            select city, account_id, amount, balance_after,
                no, row_number() over (partition by city, account_id order by no) as place,
                sum(amount) over (partition by city, account_id order by no) as running
            from entry where city = :city
        ) e on e.city = a.city and e.account_id = a.id
        where e.balance_after <> e.running or e.no <> e.place
        """,
    ),
    _Rule(
        "I2: the units of an estate together hold what its special account holds at the bank",
        """
        select s.code from estate s
        left join account a on a.city = s.city and a.estate_id = s.id and a.kind in ('UNIT', 'SPECIAL')
        where s.city = :city
        group by s.city, s.id
        having coalesce(sum(a.balance), 0) <> 0
        """,
    ),
    _Rule(
        "I3: a booking has entries that sum to zero and a cause; what the office posts says what it is",
        """
        select j.id::text from journal j
        left join entry e on e.city = j.city and e.journal_id = j.id
        where j.city = :city
        group by j.city, j.id
        having count(e.id) < 2 or sum(e.amount) <> 0
            or case when j.reason in ('INTEREST', 'USE') then j.note is null or num_nonnulls(
                    j.payment_id, j.order_id, j.refund_id, j.suspense_id, j.reverses_id) > 0
                when j.reason like 'suspense:%' then num_nonnulls(
                    j.payment_id, j.order_id, j.refund_id, j.reverses_id) > 0 or j.suspense_id is null
                    and j.reason in ('suspense:BOOKED', 'suspense:RETURNED', 'suspense:NOT_RECEIVED',
                        'suspense:REFUND_RETURNED')
                else num_nonnulls(j.payment_id, j.order_id, j.refund_id, j.suspense_id, j.reverses_id) = 0
            end
        """,
    ),
    _Rule(
        "I4: what is taken back is interest, use or a refund that came back, account by account, as booked",
        """
        select j.id::text from journal j
        join journal o on o.city = j.city and o.id = j.reverses_id
        where j.city = :city and (o.reason not in ('INTEREST', 'USE', 'REFUND')
            or j.refund_id is distinct from o.refund_id or exists (
            (select e.account_id, -e.amount from entry e join account a on a.city = e.city
                and a.id = e.account_id and a.kind = 'UNIT' where e.city = o.city and e.journal_id = o.id
             except all
             select e.account_id, e.amount from entry e join account a on a.city = e.city
                and a.id = e.account_id and a.kind = 'UNIT' where e.city = j.city and e.journal_id = j.id)
            union all
            (select e.account_id, e.amount from entry e join account a on a.city = e.city
                and a.id = e.account_id and a.kind = 'UNIT' where e.city = j.city and e.journal_id = j.id
             except all
             select e.account_id, -e.amount from entry e join account a on a.city = e.city
                and a.id = e.account_id and a.kind = 'UNIT' where e.city = o.city and e.journal_id = o.id)))
        """,
    ),
    _Rule(
        "I7: a paid refund is booked once, from its unit's account, and no other refund is",
        """
        select r.refund_no from refund r
        left join (
            select j.refund_id, e.account_id, sum(e.amount) as amount from journal j
            join entry e on e.city = j.city and e.journal_id = j.id
            where j.city = :city and j.refund_id is not null group by 1, 2
        ) b on b.refund_id = r.id and b.account_id = r.account_id
        where r.city = :city
            and coalesce(b.amount, 0) <> case when r.status = 'PAID' then -r.amount else 0 end
        """,
    ),
    _Rule(
        "I7: what moved for a refund at its bank is what was booked of it, and out once more if it is paid",
        """
        with moved as (
            select refund_id, journal_id, amount from refund_transfer where city = :city
        ), booked as (
            select j.refund_id, j.id, sum(e.amount) from journal j
            join entry e on e.city = j.city and e.journal_id = j.id
            join account a on a.city = e.city and a.id = e.account_id and a.kind = 'UNIT'
            where j.city = :city and j.refund_id is not null group by 1, 2
        )
        select distinct r.refund_no from (
            (table moved except all table booked) union all (table booked except all table moved)) d
        join refund r on r.city = :city and r.id = d.refund_id
        union
        select r.refund_no from refund r
        left join (
            select refund_id, sum(sign(amount)) as times, min(abs(amount)) as least, max(abs(amount)) as most
            from moved group by 1
        ) m on m.refund_id = r.id
        where r.city = :city and (coalesce(m.times, 0) <> case when r.status = 'PAID' then -1 else 0 end
            or m.least <> r.amount or m.most <> r.amount)
        """,
    ),
    _Rule(
        "R-PAY-2: a transaction that moved refunds was one movement of money, and nothing else",
        """
        select m.bank || ' ' || m.bank_txn_no from refund_transfer m where m.city = :city
        group by m.bank, m.bank_txn_no
        having min(sign(m.amount)) <> max(sign(m.amount)) or min(m.moved_at) <> max(m.moved_at)
        union
        select m.bank || ' ' || m.bank_txn_no from refund_transfer m
        join (
            select city, bank, bank_txn_no from payment
            union all select city, bank, bank_txn_no from suspense_item where refund_id is null
            union all select city, bank, return_txn_no from suspense_item
        ) o using (city, bank, bank_txn_no)
        where m.city = :city
        """,
    ),
    _Rule(
        "I5: a unit in use has one account that is not closed, and an estate one special account",
        """
        select u.code from unit u
        where u.city = :city and u.status = 'ACTIVE' and (
            select count(*) from account a
            where a.city = u.city and a.unit_id = u.id and a.status <> 'CLOSED') <> 1
        union all
        select s.code from estate s
        where s.city = :city and (
            select count(*) from account a
            where a.city = s.city and a.estate_id = s.id and a.kind = 'SPECIAL') <> 1
        """,
    ),
    _Rule(
        "I3: what a split or merge carries over keeps its sum, kind of entry by kind of entry",
        """
        select j.id::text from journal j
        join entry e on e.city = j.city and e.journal_id = j.id
        where j.city = :city and j.reason = 'SPLIT_MERGE'
        group by j.city, j.id, e.component
        having sum(e.amount) <> 0 or e.component is null
        """,
    ),
    _Rule(
        "I6: the units that came of others began with the area of these",
        """
        select min(u.code) from unit u
        where u.city = :city and cardinality(u.predecessor_ids) > 0
        group by u.city, u.predecessor_ids
        having sum((select (h.row ->> 'gross_area')::bigint from row_history h
                where h.city = u.city and h.table_name = 'unit' and h.row_id = u.id
                    and h.operation = 'INSERT'))
            <> (select sum(p.gross_area) from unit p where p.city = u.city and p.id = any(u.predecessor_ids))
        """,
    ),
    _Rule(
        "R-SPL-4: a unit that gave way to others has successors, and no account that is not closed",
        """
        select u.code from unit u
        where u.city = :city and u.status in ('SPLIT', 'MERGED') and (
            not exists (select from unit s
                where s.city = u.city and s.id = any(u.successor_ids) and u.id = any(s.predecessor_ids))
            or exists (select from account a
                where a.city = u.city and a.unit_id = u.id and a.status <> 'CLOSED'))
        """,
    ),
    _Rule(
        "I7: a paid notice has one payment of its amount, and no other notice has one",
        """
        select n.notice_no from notice n
        left join payment p on p.city = n.city and p.notice_id = n.id
        where n.city = :city and ((n.status = 'PAID') <> (p.id is not null) or p.amount <> n.total)
        """,
    ),
    _Rule(
        "I7: a payment is booked once, from the special account to the units of its notice, line by line",
        """
        with said as (
            select p.id, l.account_id, l.amount from payment p
            join notice_line l on l.city = p.city and l.notice_id = p.notice_id where p.city = :city
        ), booked as (
            select j.payment_id, e.account_id, e.amount from journal j
            join entry e on e.city = j.city and e.journal_id = j.id
            where j.city = :city and j.payment_id is not null and e.amount > 0
        )
        select distinct p.proof_no from (
            (table said except all table booked) union all (table booked except all table said)) d
        join payment p on p.city = :city and p.id = d.id
        """,
    ),
    _Rule(
        "R-NOT-1: the lines of a notice stand where it stands and sum to it, and a unit has one open notice",
        """
        select n.notice_no from notice n
        join notice_line l on l.city = n.city and l.notice_id = n.id
        where n.city = :city
        group by n.city, n.id
        having sum(l.amount) <> n.total or bool_or(l.status <> n.status)
        union all
        select min(l.address) from notice_line l
        where l.city = :city and l.status = 'OPEN'
        group by l.unit_id having count(*) > 1
        """,
    ),
    _Rule(
        "R-PAY-3: what a bank holds in suspense is the sum of its items that wait for a decision",
        """
        select a.account_no from account a
        left join suspense_item s on s.city = a.city and s.bank = a.bank and s.status = 'OPEN'
        where a.city = :city and a.kind in ('CLEARING', 'SUSPENSE')
        group by a.city, a.id
        having coalesce(sum(s.amount), 0) <> case when a.kind = 'SUSPENSE' then a.balance else -a.balance end
        """,
    ),
    _Rule(
        "R-PAY-3: waiting money that was decided left suspense once, to the payment or return that it became",
        """
        select s.bank || ' ' || s.bank_txn_no from suspense_item s
        left join (
            select j.suspense_id, sum(e.amount) as amount from journal j
            join entry e on e.city = j.city and e.journal_id = j.id
            join account a on a.city = e.city and a.id = e.account_id and a.kind = 'SUSPENSE'
            where j.city = :city and j.suspense_id is not null and e.amount < 0 group by 1
        ) b on b.suspense_id = s.id
        left join payment p on p.city = s.city and p.id = s.payment_id
        where s.city = :city and (
            coalesce(b.amount, 0) <> case when s.status = 'RESOLVED' then -s.amount else 0 end
            or (s.status = 'RESOLVED') <> (s.resolution is not null)
            or s.payment_id is not null and (p.bank, p.bank_txn_no, p.amount) is distinct from
                (s.bank, s.bank_txn_no, s.amount)
            or s.refund_id is not null and (select (bool_or(m.refund_id = s.refund_id), sum(m.amount),
                    min(m.moved_at)) from refund_transfer m
                where m.city = s.city and m.bank = s.bank and m.bank_txn_no = s.bank_txn_no)
                is distinct from (true, s.amount::numeric, s.paid_at))
        """,
    ),
    _Rule(
        "R-PAY-2: a bank's transaction is one payment, or waiting money that became just this payment",
        """
        select p.proof_no from payment p
        join suspense_item s on s.city = p.city and s.bank = p.bank and s.bank_txn_no = p.bank_txn_no
        where p.city = :city and s.payment_id is distinct from p.id
        """,
    ),
    _Rule(
        "R-PAY-5: receipts are numbered without a gap within a year, and those of a payment sum to it",
        """
        select 'year ' || r.year from receipt r where r.city = :city
        group by r.year having min(r.serial) <> 1 or max(r.serial) <> count(*)
        union all
        select p.proof_no from payment p
        left join (
            select payment_id, sum(amount) as amount from receipt
            where city = :city and voided_at is null group by 1
        ) r on r.payment_id = p.id
        where p.city = :city and (coalesce(r.amount, 0) > p.amount
            or p.receipted_at is not null and coalesce(r.amount, 0) <> p.amount)
        """,
    ),
    _Rule(
        "165-31: a bank's line that stands for interest or use is the sum of its bookings, and theirs alone",
        """
        with line as (
            select l.id, s.bank, l.bank_txn_no, l.amount, l.booking_ids from bank_statement_line l
            join bank_statement s on s.city = l.city and s.id = l.statement_id
            where l.city = :city and l.resolution = 'POSTED'
        )
        select l.bank || ' ' || l.bank_txn_no from line l
        where l.amount <> coalesce((select -sum(e.amount) from journal j
            join entry e on e.city = j.city and e.journal_id = j.id
            join account a on a.city = e.city and a.id = e.account_id
            where j.city = :city and j.id = any(l.booking_ids) and j.reason in ('INTEREST', 'USE')
                and a.kind = 'SPECIAL' and a.bank = l.bank), 0)
            or exists (select from line o where o.bank = l.bank and o.id <> l.id
                and o.booking_ids && l.booking_ids)
        """,
    ),
    _Rule(
        "165-31: a bank's statement begins with what the one before left, and moves what its lines move",
        """
        select s.bank || ' ' || s.day from (
            select *, lag(day) over w as last_day, lag(closing) over w as left_there
            from bank_statement where city = :city window w as (partition by bank order by day)
        ) s
        where s.last_day = s.day - 1 and s.opening <> s.left_there
            or (s.line_count::bigint, s.money_in, s.money_out) is distinct from (
                select (count(*), coalesce(sum(l.amount) filter (where l.amount > 0), 0)::bigint,
                    coalesce(-sum(l.amount) filter (where l.amount < 0), 0)::bigint)
                from bank_statement_line l
                where l.city = s.city and l.statement_id = s.id and l.outcome <> 'MISSING')
        """,
    ),
)


async def verify(desk: Desk, city: int, expected: Expected | None = None) -> list[str]:
    """List every invariant that a city's books break, with the first numbers that break it; none is good.

    Args:
        desk: The installation.
        city: The city.
        expected: A day with the seal that was made known of it.
    """
    found: list[str] = []
    engine = desk.databases.engine(Pool.OFFICE).execution_options(isolation_level="REPEATABLE READ")
    async with AsyncSession(engine) as session:
        await enter_city(session, city, patient=True)
        for rule in (*_RULES, *(_Rule(*one) for one in BELONGING)):
            rows = await session.scalars(text(rule.query), {"city": city})
            broken = rows.all()
            if broken:
                shown = ", ".join(sorted(broken)[:_MAX_TOLD])
                found.append(f"{rule.sentence}: {len(broken)} not so: {shown}")
        found += [
            f"165-31: a bank's balance and ours come to one, adjusted by what one side lacks: {told} not so"
            for told in await check_bank_balances(session, city)
        ]
        found += [
            f"I4: a day's entries stay as they were sealed: {told}"
            for told in await check_seals(session, city, expected)
        ]
    return found
