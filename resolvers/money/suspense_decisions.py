"""The fund office decides on money in suspense (处理待查款项): what it was, and whose, told once for good."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from db.tables.money import SuspenseItem
from db.tables.reconciliation import BankStatementLine
from domain.clock import business_day
from domain.deposits import SuspenseReason
from domain.field import read_text
from domain.payments import Report
from domain.problem import Problem, ProblemCode
from domain.refunds import Payout
from domain.statements import StatementOutcome
from domain.status import SuspenseStatus
from domain.suspense import (
    NOTE,
    Booked,
    Decision,
    NotReceived,
    RefundReturned,
    Returned,
    SuspenseResolution,
    Waiting,
    check_decision,
)
from domain.switch import Channel
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.lookups import read_number
from resolvers.money.bookings import booking_of
from resolvers.money.confirmed import book_payments
from resolvers.money.refund_returns import bring_back, find_transfer, stand_against
from resolvers.money.reported import find_notices, stands_against, take_turns
from resolvers.money.statement_lines import take_statement_turn
from resolvers.money.suspense import move, refusal
from resolvers.money.transactions import find_use, take_txn_turns
from resolvers.note import About

_BOOK, _BACK = "decision.book.noticeNo", "decision.giveBack.bankTxnNo"
_REFUND = "decision.refundReturn.refundId"


async def resolve(work: Work, item_id: UUID, decision: Decision | None, note: str) -> Outcome:
    """Decide on an amount, once; it leaves the suspense account, and the bank is told the truth."""
    item = await fetch(work, SuspenseItem, item_id, "suspense.resolve")
    if isinstance(decision, NotReceived):
        # A statement that is taken in at this moment may say that it came.
        await take_statement_turn(work, item.bank)
    item = await fetch(work, SuspenseItem, item_id, lock=True)
    if decision is None:
        return Refused.because(Problem(ProblemCode.FIELD_REQUIRED, "decision", params={"label": "处理方式"}))
    wrong = check_decision(_waiting(item), decision, work.actor.person, work.now)
    if wrong is not None:
        return Refused.because(wrong)
    said = read_text(NOTE, note, work.city, business_day(work.now))
    if isinstance(said, Problem):
        return Refused.because(said)
    became = await _carry_out(work, item, decision, said)
    if not isinstance(became, SuspenseResolution):
        return Refused(became)
    booking = booking_of(work, f"suspense:{became.value}", None, None)
    await move(work, replace(booking, suspense=item.id, note=said), item.bank, -item.amount)
    item.status, item.resolution, item.resolution_note = SuspenseStatus.RESOLVED.value, became.value, said
    item.resolved_at, item.resolved_by = work.now, work.actor.principal
    await work.session.flush()
    # What the office decided is its own affair, whoever's notice was paid.
    work.organization = None
    work.tell("suspense.resolved", str(item.id), {"resolution": became.value}, None)
    detail = {
        "bankTxnNo": item.bank_txn_no,
        "amount": item.amount,
        "note": said,
        "before": {"status": SuspenseStatus.OPEN.value},
        "after": {"status": item.status, "resolution": became.value},
    }
    return Done("SuspenseItem", (item.id,), detail)


async def _carry_out(
    work: Work, item: SuspenseItem, decision: Decision, said: str
) -> SuspenseResolution | tuple[Problem, ...]:
    """Do what was decided, and tell what became of the money, or what stands against it."""
    match decision:
        case Booked():
            became = await _book(work, item, decision)
        case Returned():
            became = await _give_back(work, item, decision)
        case NotReceived():
            became = await _strike_off(work, item)
        case RefundReturned():
            return await _bring_back(work, item, decision, said)
    return (became,) if isinstance(became, Problem) else became


def _waiting(item: SuspenseItem) -> Waiting:
    return Waiting(
        SuspenseStatus(item.status),
        SuspenseResolution(item.resolution) if item.resolution else None,
        item.bank_txn_no,
        item.paid_at,
        item.received_person,
    )


async def _book(work: Work, item: SuspenseItem, decision: Booked) -> SuspenseResolution | Problem:
    """Book the amount to a notice of the same bank that asks for just this, and has not been replaced."""
    report = Report(
        notice_no=read_number(decision.notice_no or item.notice_no),
        amount=item.amount,
        bank_txn_no=item.bank_txn_no,
        channel=Channel(item.channel),
        paid_at=item.paid_at,
    )
    await take_turns(work, (report,), item.bank)
    notice = (await find_notices(work, (report.notice_no,), item.bank)).get(report.notice_no)
    reason = await stands_against(work, notice, report)
    if notice is None or reason is not None:
        if not report.notice_no:
            return Problem(ProblemCode.FIELD_REQUIRED, _BOOK, params={"label": "通知单号"})
        return replace(refusal(work, reason or SuspenseReason.NOTICE_UNKNOWN, report, notice), path=_BOOK)
    (item.payment_id,) = await book_payments(work, ((report, notice),), item.id)
    return SuspenseResolution.BOOKED


async def _strike_off(work: Work, item: SuspenseItem) -> SuspenseResolution | Problem:
    """Record that the money never came, unless the bank's own statement says that it did."""
    line = select(BankStatementLine.id).where(
        BankStatementLine.city == item.city,
        BankStatementLine.bank_txn_no == item.bank_txn_no,
        BankStatementLine.suspense_id == item.id,
        BankStatementLine.ours == item.amount,
        BankStatementLine.outcome != StatementOutcome.MISSING.value,
    )
    if await work.session.scalar(line.limit(1)) is not None:
        params = {"txn": item.bank_txn_no}
        return Problem(ProblemCode.STATEMENT_HAS_IT, "decision.neverCame", params=params)
    return SuspenseResolution.NOT_RECEIVED


async def _give_back(work: Work, item: SuspenseItem, given: Returned) -> SuspenseResolution | Problem:
    """Record that the bank gave the amount back; its transaction stands for nothing else."""
    await take_txn_turns(work, (given.txn,), item.bank)
    other = await find_use(work, item.bank, given.txn)
    if other is not None:
        return Problem(ProblemCode.BANK_TXN_USED, _BACK, params={"txn": given.txn, "other": other})
    item.return_txn_no, item.returned_at = given.txn, given.paid_at
    return SuspenseResolution.RETURNED


async def _bring_back(
    work: Work, item: SuspenseItem, given: RefundReturned, said: str
) -> SuspenseResolution | tuple[Problem, ...]:
    """Book back the whole transfer of a refund, which the amount was; it is asked what a return is asked."""
    transfer = await find_transfer(work, given.refund, item.bank_txn_no)
    work.about = About("SuspenseItem", item.id)
    if transfer.bank != item.bank:
        params = {"refund_no": transfer.named.refund_no, "bank": transfer.bank, "other": item.bank}
        return (Problem(ProblemCode.REFUND_BANK_DIFFERS, _REFUND, params=params),)
    back = Payout(amount=item.amount, bank_txn_no=item.bank_txn_no, paid_at=item.paid_at)
    problems = await stand_against(work, transfer, back, item.id)
    if problems:
        return tuple(replace(problem, path=_REFUND) for problem in problems)
    await bring_back(work, transfer, back, said, item.id)
    item.refund_id = transfer.named.id
    return SuspenseResolution.REFUND_RETURNED
