"""A bank's statement beside our books, in sums (对账调节)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from db.tables.reconciliation import BankStatement, BankStatementLine
from domain.refusal import NotFound
from domain.statements import Rank, StatementOutcome
from resolvers.door import see
from resolvers.visit import Visit


@dataclass(frozen=True, slots=True)
class OutcomeSum:
    """What lines of one outcome come to, in fen."""

    outcome: StatementOutcome
    count: int
    open_count: int
    money_in: int
    money_out: int


@dataclass(frozen=True, slots=True)
class Sums:
    """A statement beside our books, in fen; ours is what both have, as we have it, and what it lacks."""

    bank_in: int
    bank_out: int
    books_in: int
    books_out: int
    open_count: int
    sums: Sequence[OutcomeSum]


async def read_reconciliation(visit: Visit, statement_id: UUID) -> Sums | None:
    """Sum a statement up; None if the caller does not see it."""
    try:
        statement = await see(visit, BankStatement, statement_id)
    except NotFound:
        return None
    line = BankStatementLine
    rows = await visit.run(
        select(
            line.outcome,
            func.count(),
            func.count().filter(line.rank == Rank.OPEN),
            _sum("amount", came=True),
            _sum("amount", came=False),
            _sum("ours", came=True),
            _sum("ours", came=False),
        )
        .where(line.city == statement.city, line.statement_id == statement.id)
        .group_by(line.outcome)
    )
    found = {StatementOutcome(row[0]): [int(value) for value in row[1:]] for row in rows}
    none = [0] * 6
    return Sums(
        statement.money_in,
        statement.money_out,
        sum(values[4] for values in found.values()),
        sum(values[5] for values in found.values()),
        sum(values[1] for values in found.values()),
        [OutcomeSum(one, *found.get(one, none)[:4]) for one in StatementOutcome],
    )


def _sum(name: str, *, came: bool) -> ColumnElement[int]:
    """Add up what came in, or what went out as a positive sum."""
    column = BankStatementLine.__table__.c[name]
    signed = case((column > 0, column), else_=0) if came else case((column < 0, -column), else_=0)
    return func.coalesce(func.sum(signed), 0)
