"""What our books say that a bank must have, too (账面流水): payments, waiting money, refunds, returns."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal, or_, select

from db.given import among
from db.tables.money import Payment, SuspenseItem
from db.tables.reconciliation import BankStatement, BankStatementLine
from db.tables.transfers import RefundTransfer
from domain.clock import day_bounds
from domain.statements import Ours, StatementOutcome, StatementResolution
from domain.suspense import SuspenseResolution
from resolvers.act import Work

Takers = Mapping[tuple[str, bool], frozenset[UUID]]
"""The statements with which our amounts agree already, by number and by whether the money came in."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which amounts of a bank are looked for: those of transaction numbers, or those of a day."""

    bank: str
    txns: Sequence[str] | None = None
    day: date | None = None

    def holds(self, txn: Any, moment: Any) -> ColumnElement[bool]:  # noqa: ANN401 - mapped columns
        """Write the condition on the columns of a number and a moment."""
        if self.txns is not None:
            return among(txn, list(self.txns), Text())
        since, until = day_bounds(self.day or date.min)
        return and_(txn.is_not(None), moment >= since, moment < until)


async def find_ours(work: Work, wanted: Wanted) -> list[Ours]:
    """Find our amounts; those that the office struck off stand in no day."""
    found: list[Ours] = []
    for question in _questions(work.actor.city, wanted):
        rows: Any = await work.session.execute(question)
        for txn, amount, payment, suspense, refund, decided in rows:
            struck = decided == SuspenseResolution.NOT_RECEIVED.value
            if not struck or wanted.txns is not None:
                found.append(Ours(txn, int(amount), payment, suspense, refund, struck))
    return found


def _questions(city: int, wanted: Wanted) -> tuple[Select[*tuple[Any, ...]], ...]:
    """Ask for number, signed amount, what it is, and how waiting money was decided."""
    none, unsaid = literal(None, Payment.id.type), literal(None, Text())
    held = SuspenseItem
    kept = (held.city == city, held.bank == wanted.bank)
    moved = RefundTransfer
    first = cast(func.min(cast(moved.refund_id, Text())), moved.refund_id.type)
    return (
        select(Payment.bank_txn_no, Payment.amount, Payment.id, none, none, unsaid).where(
            Payment.city == city,
            Payment.bank == wanted.bank,
            wanted.holds(Payment.bank_txn_no, Payment.paid_at),
        ),
        select(held.bank_txn_no, held.amount, none, held.id, none, held.resolution).where(
            *kept,
            held.payment_id.is_(None),
            held.refund_id.is_(None),
            wanted.holds(held.bank_txn_no, held.paid_at),
        ),
        select(held.return_txn_no, -held.amount, none, held.id, none, unsaid).where(
            *kept, wanted.holds(held.return_txn_no, held.returned_at)
        ),
        select(moved.bank_txn_no, func.sum(moved.amount), none, none, first, unsaid)
        .where(moved.city == city, moved.bank == wanted.bank, wanted.holds(moved.bank_txn_no, moved.moved_at))
        .group_by(moved.bank_txn_no),
    )


async def find_takers(work: Work, bank: str, txns: Sequence[str]) -> Takers:
    """Find on which statements of the bank our amounts of these numbers stand, if with another amount."""
    rows = await work.session.execute(
        select(BankStatementLine.bank_txn_no, BankStatementLine.ours, BankStatementLine.statement_id)
        .join(
            BankStatement,
            (BankStatement.city == BankStatementLine.city)
            & (BankStatement.id == BankStatementLine.statement_id),
        )
        .where(BankStatement.city == work.actor.city, BankStatement.bank == bank)
        .where(among(BankStatementLine.bank_txn_no, list(txns), Text()))
        .where(
            or_(
                BankStatementLine.outcome.in_(_BOTH),
                BankStatementLine.resolution == StatementResolution.SUSPENSE.value,
            )
        )
    )
    found: dict[tuple[str, bool], set[UUID]] = defaultdict(set)
    for txn, ours, statement in rows:
        found[txn, (ours or 0) > 0].add(statement)
    return {key: frozenset(statements) for key, statements in found.items()}


_BOTH = (StatementOutcome.MATCHED.value, StatementOutcome.AMOUNT_DIFFERS.value)


def mark_taken(ours: Sequence[Ours], takers: Takers, statement: UUID) -> list[Ours]:
    """Mark what agrees with another statement than this."""
    return [
        replace(one, taken=bool(takers.get((one.txn, one.amount > 0), frozenset()) - {statement}))
        for one in ours
    ]
