"""The bank confirms a payment (银行确认交款): each amount is booked exactly or kept in suspense."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import aliased

from db.ledger import Posting, book
from db.numbers import take_numbers
from db.tables.money import Account, Notice, NoticeLine, Payment, SuspenseItem
from domain.clock import business_day
from domain.deposits import DepositType, NoticeStatus, SuspenseReason
from domain.payments import Report, check_report
from domain.problem import Problem, ProblemCode
from domain.switch import NoticeKind
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.lookups import read_number
from resolvers.money.bookings import booking_of
from resolvers.money.notices import close_notice
from resolvers.money.suspense import refusal, suspend
from resolvers.trading.telling import tell_payment


async def confirm(work: Work, report: Report) -> Outcome:
    """Book a payment exactly once; the bank's transaction number is its idempotency key (R-PAY-2).

    What cannot be booked is kept as a suspense item, and the refusal says why.
    """
    bank = work.actor.bank
    await work.must("payment.confirm", organization=None, estate=None, bank=bank)
    report = replace(report, notice_no=read_number(report.notice_no))
    problems = check_report(report, work.now)
    if problems:
        return Refused(problems)
    # Two reports of one transaction wait for each other here.
    lock = text("select pg_advisory_xact_lock(hashtextextended(:txn, :city))")
    await work.session.execute(lock, {"txn": f"txn:{bank}:{report.bank_txn_no}", "city": work.actor.city})
    earlier = await _earlier(work, report)
    if earlier is not None:
        return earlier
    notice = await _notice(work, report.notice_no)
    reason = await _reason(work, notice, report)
    if notice is None or reason is not None:
        return await suspend(work, notice, report, reason or SuspenseReason.NOTICE_UNKNOWN)
    return await _book(work, notice, report)


async def _earlier(work: Work, report: Report) -> Outcome | None:
    """Answer a repeated report as the first one was answered."""
    city, bank = work.actor.city, work.actor.bank
    paid = await work.session.execute(
        select(Payment, Notice.notice_no)
        .join(Notice, (Notice.city == Payment.city) & (Notice.id == Payment.notice_id))
        .where(Payment.city == city, Payment.bank == bank, Payment.bank_txn_no == report.bank_txn_no)
    )
    for payment, notice_no in paid:
        same = (notice_no, payment.amount) == (report.notice_no, report.amount)
        return Done("Payment", (payment.id,)) if same else _conflict()
    item = await work.session.scalar(
        select(SuspenseItem).where(
            SuspenseItem.city == city,
            SuspenseItem.bank == bank,
            SuspenseItem.bank_txn_no == report.bank_txn_no,
        )
    )
    if item is None:
        return None
    if (item.notice_no, item.amount) != (report.notice_no, report.amount):
        return _conflict()
    notice = await work.session.get(Notice, (city, item.notice_id)) if item.notice_id else None
    return Refused.because(refusal(work, SuspenseReason(item.reason), report, notice))


def _conflict() -> Refused:
    return Refused.because(Problem(ProblemCode.IDEMPOTENCY_CONFLICT, "bankTxnNo"))


async def _notice(work: Work, number: str) -> Notice | None:
    """Find a notice that goes through the bank; its accounts are locked before it, as where it was issued."""
    city, bank = work.actor.city, work.actor.bank
    mine = (Notice.city == city, Notice.bank == bank, Notice.notice_no == number)
    accounts = (
        select(NoticeLine.account_id)
        .join(Notice, (Notice.city == NoticeLine.city) & (Notice.id == NoticeLine.notice_id))
        .where(*mine)
    )
    await work.session.execute(
        select(Account.id)
        .where(Account.city == city, Account.id.in_(accounts))
        .order_by(Account.id)
        .with_for_update()
    )
    return await work.session.scalar(select(Notice).where(*mine).with_for_update())


async def _reason(work: Work, notice: Notice | None, report: Report) -> SuspenseReason | None:
    """Tell why a reported amount cannot be booked, or None."""
    if notice is None:
        return SuspenseReason.NOTICE_UNKNOWN
    status = NoticeStatus(notice.status)
    if status is NoticeStatus.PAID:
        return SuspenseReason.ALREADY_PAID
    late = report.paid_at >= notice.expires_at
    if (
        status is NoticeStatus.VOIDED
        or late
        or (status is NoticeStatus.EXPIRED and await _was_overtaken(work, notice))
    ):
        # What was paid in time counts although the report came late, unless a new notice replaced it.
        return SuspenseReason.NOTICE_NOT_OPEN
    if report.channel not in work.city.channels_of(NoticeKind(notice.kind)):
        return SuspenseReason.CHANNEL_NOT_ALLOWED
    return None if report.amount == notice.total else SuspenseReason.AMOUNT_MISMATCH


async def _was_overtaken(work: Work, notice: Notice) -> bool:
    """Tell whether a unit of an expired notice got another one that is open or paid, or is no more."""
    ended = await work.session.scalar(
        select(NoticeLine.id)
        .join(Account, (Account.city == NoticeLine.city) & (Account.id == NoticeLine.account_id))
        .where(NoticeLine.city == notice.city, NoticeLine.notice_id == notice.id, Account.status != "OPEN")
        .limit(1)
    )
    return ended is not None or await _was_replaced(work, notice)


async def _was_replaced(work: Work, notice: Notice) -> bool:
    other = aliased(NoticeLine)
    found = await work.session.scalar(
        select(other.id)
        .join(NoticeLine, (NoticeLine.city == other.city) & (NoticeLine.unit_id == other.unit_id))
        .where(
            NoticeLine.city == notice.city,
            NoticeLine.notice_id == notice.id,
            other.notice_id > notice.id,
            other.status.in_((NoticeStatus.OPEN.value, NoticeStatus.PAID.value)),
        )
        .limit(1)
    )
    return found is not None


async def _book(work: Work, notice: Notice, report: Report) -> Outcome:
    """Book every line of the notice or none (R-PAY-4): the bank's special account against each unit's."""
    payment = work.new_id()
    numbers = await take_numbers(
        work.session, work.actor.city, work.city.letters + "PP", business_day(work.now)
    )
    work.organization = notice.org_id
    await work.add(
        Payment,
        id=payment,
        org_id=notice.org_id,
        estate_id=notice.estate_id,
        notice_id=notice.id,
        bank=notice.bank,
        bank_txn_no=report.bank_txn_no,
        amount=report.amount,
        channel=report.channel.value,
        paid_at=report.paid_at,
        confirmed_at=work.now,
        confirmed_by=work.actor.principal,
        proof_no=numbers[0],
    )
    booking = booking_of(work, notice.deposit_type, payment, notice.org_id)
    await book(work.session, booking, await _postings(work, notice), work.new_id)
    before, notice.paid_at = notice.status, work.now
    await close_notice(work, notice, NoticeStatus.PAID)
    await tell_payment(work, notice)
    work.tell("payment.confirmed", str(payment), {"notice_no": notice.notice_no}, notice.org_id)
    detail = {
        "noticeNo": notice.notice_no,
        "amount": report.amount,
        "bankTxnNo": report.bank_txn_no,
        "before": {"status": before},
        "after": {"status": NoticeStatus.PAID.value},
    }
    return Done("Payment", (payment,), detail)


async def _postings(work: Work, notice: Notice) -> tuple[Posting, ...]:
    """Book each line against the special account of the estate in which its unit is now.

    A report may come so late that the notice ran out and the unit's building went to another estate.
    """
    special = aliased(Account)
    lines = await work.session.execute(
        select(NoticeLine.account_id, NoticeLine.amount, special.id)
        .join(Account, (Account.city == NoticeLine.city) & (Account.id == NoticeLine.account_id))
        .join(special, (special.city == Account.city) & (special.estate_id == Account.estate_id))
        .where(NoticeLine.city == notice.city, NoticeLine.notice_id == notice.id, special.kind == "SPECIAL")
        .order_by(NoticeLine.account_id)
    )
    kind = DepositType(notice.deposit_type).value
    units: list[Posting] = []
    held: Counter[UUID] = Counter()
    for account, amount, bank_side in lines:
        units.append(Posting(account, kind, amount, notice.org_id))
        held[bank_side] += amount
    return (*(Posting(one, kind, -total, notice.org_id) for one, total in held.items()), *units)
