"""The invariants of the books (domain.md §3.6) over the estates of one sequence, by SQL alone."""

from tests.shelf import Shelf

_MINE = "(select id from estate where city = :city and name like :name)"

_BROKEN = {
    "I1 a balance is the sum of its entries, never below zero": f"""
        select a.account_no from account a left join entry e on e.city = a.city and e.account_id = a.id
        where a.city = :city and a.estate_id in {_MINE}
        group by a.city, a.id
        having a.balance <> coalesce(sum(e.amount), 0) or (a.kind = 'UNIT' and a.balance < 0)
          or a.entry_count <> count(e.id)""",
    "I2 an estate has what its units have, and what its special account has at the bank": f"""
        select estate_id::text from account where city = :city and estate_id in {_MINE}
        group by estate_id having sum(balance) <> 0 or count(*) filter (where kind = 'SPECIAL') <> 1""",
    "I3 a booking has a cause and sums to zero; transfers of each sum to zero": f"""
        select j.id::text from journal j join entry e on e.city = j.city and e.journal_id = j.id
        where j.city = :city and j.id in (
          select e.journal_id from entry e join account a on a.city = e.city and a.id = e.account_id
          where a.city = :city and a.estate_id in {_MINE})
        group by j.city, j.id
        having sum(e.amount) <> 0 or num_nonnulls(j.payment_id, j.order_id) <> 1
          or sum(e.amount) filter (where e.type like 'TRANSFER%') <> 0
          or (j.order_id is not null) <> bool_and(e.type like 'TRANSFER%')""",
    "I4 entries are numbered without a gap, each with the balance that it left": f"""
        select account_id::text from (
          select e.account_id, e.no, e.balance_after,
            row_number() over (partition by e.account_id order by e.no) as place,
            sum(e.amount) over (partition by e.account_id order by e.no) as running
          from entry e join account a on a.city = e.city and a.id = e.account_id
          where e.city = :city and a.estate_id in {_MINE}) e
        where no <> place or balance_after <> running""",
    "I5 a unit in use has exactly one account that is not closed": f"""
        select u.id::text from unit u where u.city = :city and u.estate_id in {_MINE} and u.status = 'ACTIVE'
          and (select count(*) from account a where a.city = u.city and a.unit_id = u.id
            and a.status <> 'CLOSED') <> 1""",
    "I7 a paid notice has one payment of its amount, booked line by line": f"""
        select n.notice_no from notice n left join payment p on p.city = n.city and p.notice_id = n.id
        where n.city = :city and n.estate_id in {_MINE} and ((n.status = 'PAID') <> (p.id is not null)
          or p.amount <> n.total
          or (p.id is not null and n.total <> (select sum(e.amount) from journal j
            join entry e on e.city = j.city and e.journal_id = j.id
            join account a on a.city = e.city and a.id = e.account_id and a.kind = 'UNIT'
            where j.city = p.city and j.payment_id = p.id)))""",
    "a promise is covered by the balance that it will be paid from": f"""
        select a.account_no from account a join refund r on r.city = a.city and r.account_id = a.id
        where a.city = :city and a.estate_id in {_MINE} and r.status = 'APPROVED'
        group by a.city, a.id having sum(r.amount) > a.balance""",
}
"""What must find nothing; I6 is the plain books' own, which know why an area changed."""


async def broken(shelf: Shelf, city: int, prefix: str) -> list[str]:
    """Tell which invariants do not hold, and where."""
    found: list[str] = []
    for sentence, statement in _BROKEN.items():
        rows = await shelf.rows(statement, city=city, name=f"{prefix}%")
        if rows:
            found.append(f"{sentence}: not so of {', '.join(str(row[0]) for row in rows[:5])}")
    return found
