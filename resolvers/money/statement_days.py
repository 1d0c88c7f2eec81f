"""Which days of a bank have statements (对账单日期): what the day before left, and forgotten days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from db.tables.reconciliation import BankStatement
from resolvers.visit import Visit


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without a statement, between two that have one."""

    bank: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


async def find_closing_before(visit: Visit, bank: str, day: date) -> int | None:
    """Find what the statement of the day before left; None where there is none, or it does not say."""
    rows = await visit.run(
        select(BankStatement.closing).where(
            BankStatement.city == visit.signed_in().city,
            BankStatement.bank == bank,
            BankStatement.day == day - timedelta(days=1),
        )
    )
    return rows.scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a statement: days without one, and a next day that begins otherwise."""

    gap: Gap | None
    next_differs: bool


async def look_beside(visit: Visit, bank: str, day: date) -> Beside:
    """Look at the statements before and after one; that of the next day may be the wrong one of the two."""
    statement, one = BankStatement, timedelta(days=1)
    of_bank = (statement.city == visit.signed_in().city, statement.bank == bank)
    last = (
        await visit.run(select(func.max(statement.day)).where(*of_bank, statement.day < day))
    ).scalar_one()
    rows = await visit.run(
        select(statement.day, statement.opening, statement.closing).where(
            *of_bank, statement.day.in_((day, day + one))
        )
    )
    found = {row.day: row for row in rows}
    begins = found[day + one].opening if day + one in found else None
    left = found[day].closing if day in found else None
    gap = Gap(bank, last + one, day - one) if last is not None and last < day - one else None
    return Beside(gap, begins is not None and left is not None and begins != left)


async def find_gaps(
    visit: Visit, bank: str | None = None, since: date | None = None, until: date | None = None
) -> Sequence[Gap]:
    """Find the days between a bank's statements that have none, the earliest first, bank by bank."""
    scope = await visit.sight(BankStatement)
    if scope is None:
        return ()
    statement = BankStatement
    after = func.lead(statement.day).over(partition_by=statement.bank, order_by=statement.day)
    wanted = select(statement.bank, statement.day, after.label("after")).where(scope.clause(statement))
    if bank is not None:
        wanted = wanted.where(statement.bank == bank)
    if since is not None:
        wanted = wanted.where(statement.day >= since)
    if until is not None:
        wanted = wanted.where(statement.day <= until)
    days = wanted.subquery()
    rows = await visit.run(
        select(days).where(days.c.after > days.c.day + 1).order_by(days.c.bank, days.c.day)
    )
    one = timedelta(days=1)
    return [Gap(row.bank, row.day + one, row.after - one) for row in rows]
