"""Bookings that have no bank's number of their own (利息、使用), found for a line of a bank's statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from db.given import among
from db.tables.money import Account, Entry, Journal
from db.tables.reconciliation import BankStatement, BankStatementLine
from domain.ledger import SIGNS
from domain.money import format_yuan
from domain.problem import Problem, ProblemCode
from domain.refusal import NotFound
from resolvers.act import Work
from resolvers.door import fetch

_MOST = 200
_PATH = "bookings"


@dataclass(frozen=True, slots=True)
class Named:
    """A booking, named by one of its entries: the account, and the entry's place in it."""

    account: UUID
    no: int


async def find_bookings(
    work: Work, statement: BankStatement, amount: int, named: Sequence[Named]
) -> list[UUID] | Problem:
    """Find bookings of interest or use that come to just an amount of the bank's; each stands for one line.

    Raises:
        NotFound: An account has no such entry, or the caller does not see it.
    """
    if not named:
        return Problem(ProblemCode.FIELD_REQUIRED, _PATH, params={"label": "记账凭证"})
    if len(named) > _MOST:
        params = {"label": "记账凭证", "max": str(_MOST)}
        return Problem(ProblemCode.LIMIT_EXCEEDED, _PATH, params=params)
    ids = list({await _find(work, one) for one in named})
    wrong = Problem(ProblemCode.STATEMENT_BOOKINGS, _PATH, params={"amount": format_yuan(amount)})
    if await _sum(work, statement.bank, ids) != amount or await _stand_elsewhere(work, statement.bank, ids):
        return wrong
    return sorted(ids)


async def _find(work: Work, named: Named) -> UUID:
    account = await fetch(work, Account, named.account, "ledger.view")
    found = await work.session.scalar(
        select(Entry.journal_id).where(
            Entry.city == account.city, Entry.account_id == account.id, Entry.no == named.no
        )
    )
    if found is None:
        raise NotFound
    return found


async def _sum(work: Work, bank: str, ids: Sequence[UUID]) -> int | None:
    """Sum up what bookings moved at a bank; None if one is not of interest or use, or was taken back."""
    back = aliased(Journal)
    good = await work.session.scalar(
        select(func.count())
        .select_from(Journal)
        .outerjoin(back, (back.city == Journal.city) & (back.reverses_id == Journal.id))
        .where(Journal.city == work.actor.city, among(Journal.id, ids))
        .where(Journal.reason.in_(tuple(SIGNS)), back.id.is_(None))
    )
    if good != len(ids):
        return None
    moved = await work.session.scalar(
        select(func.sum(-Entry.amount))
        .join(Account, (Account.city == Entry.city) & (Account.id == Entry.account_id))
        .where(Entry.city == work.actor.city, among(Entry.journal_id, ids))
        .where(Account.kind == "SPECIAL", Account.bank == bank)
    )
    return int(moved or 0)


async def _stand_elsewhere(work: Work, bank: str, ids: Sequence[UUID]) -> bool:
    """Tell whether one of them stands for another line of the bank already."""
    line = BankStatementLine
    rows = await work.session.execute(
        select(line.booking_ids)
        .join(BankStatement, (BankStatement.city == line.city) & (BankStatement.id == line.statement_id))
        .where(BankStatement.city == work.actor.city, BankStatement.bank == bank)
        .where(line.resolution == "POSTED", line.booking_ids.overlap(list(ids)))
        .limit(1)
    )
    return rows.first() is not None
