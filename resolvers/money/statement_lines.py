"""Differences of banks' statements (对账差异): matched again as reports come, or settled by the office."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, text, update
from sqlalchemy.orm import aliased

from db.tables.reconciliation import BankStatement, BankStatementLine
from domain.clock import SHANGHAI, business_day
from domain.deposits import SuspenseReason
from domain.field import read_text
from domain.payments import Report
from domain.problem import Problem, ProblemCode
from domain.statements import NOTE, Settlement, StatementOutcome, StatementResolution, match, rank_of
from domain.switch import Channel
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.money.reported import take_turns
from resolvers.money.statement_bookings import Named, find_bookings
from resolvers.money.statement_books import Wanted, find_ours, find_takers, mark_taken
from resolvers.money.suspense import keep
from resolvers.money.transactions import find_use

_MOST = 5_000
_ALONE = (StatementOutcome.UNKNOWN.value, StatementOutcome.AMOUNT_DIFFERS.value)
_BOTH = (StatementOutcome.MATCHED.value, StatementOutcome.AMOUNT_DIFFERS.value)


async def take_statement_turn(work: Work, bank: str) -> None:
    """Let the statements of a bank be worked on one after another, for each may settle what others left."""
    turn = text("select pg_advisory_xact_lock(hashtextextended(:turn, :city))")
    await work.session.execute(turn, {"turn": f"statement:{bank}", "city": work.actor.city})


async def match_again(work: Work, bank: str, *, but: UUID | None = None) -> int:
    """Look once more at what is open on the bank's statements, and tell how many lines changed.

    What the bank told first and reported later agrees from then on; what was late on its side is found on
    the next day's statement.
    """
    lines = (
        select(BankStatementLine)
        .join(BankStatement, _of_statement())
        .where(BankStatement.city == work.actor.city, BankStatement.bank == bank)
        .where(BankStatementLine.outcome.in_(_ALONE), BankStatementLine.resolution.is_(None))
        .order_by(BankStatementLine.id)
        .limit(_MOST)
    )
    found = await work.session.scalars(lines if but is None else lines.where(BankStatement.id != but))
    changed = await _match_lines(work, bank, found.all())
    await work.session.flush()
    return changed + await _settle_missing(work, bank)


def _of_statement() -> ColumnElement[bool]:
    return (BankStatement.city == BankStatementLine.city) & (
        BankStatement.id == BankStatementLine.statement_id
    )


async def _match_lines(work: Work, bank: str, lines: Sequence[BankStatementLine]) -> int:
    txns = sorted({line.bank_txn_no for line in lines})
    ours = await find_ours(work, Wanted(bank, txns=txns))
    takers = await find_takers(work, bank, txns)
    by_statement: dict[UUID, list[BankStatementLine]] = defaultdict(list)
    for line in lines:
        by_statement[line.statement_id].append(line)
    changed = 0
    for statement, own in by_statement.items():
        free = mark_taken(ours, takers, statement)
        for line, one in zip(
            own, match([(line.bank_txn_no, line.amount) for line in own], free), strict=True
        ):
            mine = one.ours
            changed += line.outcome != one.outcome.value
            line.outcome, line.rank = one.outcome.value, rank_of(one.outcome, None)
            line.ours = mine.amount if mine and mine.counts else None
            line.payment_id = mine.payment if mine else None
            line.suspense_id = mine.suspense if mine else None
            line.refund_id = mine.refund if mine else None
    return changed


async def _settle_missing(work: Work, bank: str) -> int:
    """Settle what a statement lacked and another one has; and open it again where that one was replaced."""
    line, other = BankStatementLine, aliased(BankStatementLine)
    later = StatementResolution.LATER.value
    mine = select(BankStatement.id).where(BankStatement.city == work.actor.city, BankStatement.bank == bank)
    has = exists().where(
        other.city == line.city,
        other.bank_txn_no == line.bank_txn_no,
        other.statement_id.in_(mine),
        other.outcome.in_(_BOTH),
        (other.ours > 0) == (line.amount > 0),
    )
    here = (
        line.city == work.actor.city,
        line.statement_id.in_(mine),
        line.outcome == StatementOutcome.MISSING.value,
    )
    came = update(line).where(*here, line.resolution.is_(None), has)
    gone = update(line).where(*here, line.resolution == later, ~has)
    options = {"synchronize_session": False}
    settled = await work.session.execute(
        came.values(
            resolution=later, rank=1, resolved_at=work.now, resolved_by=work.actor.principal
        ).returning(line.id),
        execution_options=options,
    )
    opened = await work.session.execute(
        gone.values(resolution=None, rank=0, resolved_at=None, resolved_by=None).returning(line.id),
        execution_options=options,
    )
    return len(settled.all()) + len(opened.all())


async def settle_line(
    work: Work, line_id: UUID, how: Settlement, note: str, bookings: Sequence[Named] = ()
) -> Outcome:
    """Settle a difference, once each: take the bank's money into suspense, name its bookings, or note it."""
    resolution = StatementResolution(how.value)
    line = await fetch(work, BankStatementLine, line_id)
    statement = await fetch(work, BankStatement, line.statement_id, "suspense.resolve")
    # Another file may take the line away until then.
    await take_statement_turn(work, statement.bank)
    line = await fetch(work, BankStatementLine, line_id, lock=True)
    wrong = _stands_against(line, resolution)
    if wrong is not None:
        return Refused.because(wrong)
    said = read_text(NOTE, note, work.city, business_day(work.now))
    if isinstance(said, Problem):
        return Refused.because(said)
    if resolution is StatementResolution.SUSPENSE:
        kept = await _keep(work, statement, line)
        if isinstance(kept, Problem):
            return Refused.because(kept)
        line.suspense_id, line.ours = kept, line.amount
    if resolution is StatementResolution.POSTED:
        found = await find_bookings(work, statement, line.amount, bookings)
        if isinstance(found, Problem):
            return Refused.because(found)
        line.booking_ids, line.ours = found, line.amount
    line.resolution, line.resolution_note = resolution.value, said
    line.rank = rank_of(StatementOutcome(line.outcome), resolution)
    line.resolved_at, line.resolved_by = work.now, work.actor.principal
    await work.session.flush()
    detail = {"bankTxnNo": line.bank_txn_no, "amount": line.amount, "outcome": line.outcome, "note": said}
    return Done("BankStatementLine", (line.id,), {**detail, "after": {"resolution": resolution.value}})


def _stands_against(line: BankStatementLine, resolution: StatementResolution) -> Problem | None:
    if line.outcome == StatementOutcome.MATCHED.value:
        return Problem(ProblemCode.STATEMENT_LINE_AGREES, "statementLineId")
    if line.resolution is not None:
        return Problem(ProblemCode.STATEMENT_LINE_SETTLED, "statementLineId")
    alone = line.outcome == StatementOutcome.UNKNOWN.value
    if resolution is StatementResolution.SUSPENSE and not (alone and line.amount > 0):
        return Problem(ProblemCode.STATEMENT_LINE_NOT_OURS, "resolution")
    if resolution is StatementResolution.POSTED and (not alone or line.ours is not None):
        return Problem(ProblemCode.STATEMENT_BOOKINGS, "resolution")
    return None


async def _keep(work: Work, statement: BankStatement, line: BankStatementLine) -> UUID | Problem:
    """Keep in suspense what the bank has and never reported; another decides on it (R-GEN-4)."""
    day = line.booked_on or statement.day
    report = Report(
        notice_no="",
        amount=line.amount,
        bank_txn_no=line.bank_txn_no,
        channel=Channel.BANK,
        paid_at=min(datetime.combine(day, time(12), SHANGHAI), work.now),
    )
    await take_turns(work, (report,), statement.bank)
    other = await find_use(work, statement.bank, line.bank_txn_no)
    if other is not None:
        params = {"txn": line.bank_txn_no, "other": other}
        return Problem(ProblemCode.BANK_TXN_USED, "statementLineId", params=params)
    return await keep(work, None, report, SuspenseReason.NOT_REPORTED, statement.bank)
