"""The bank confirms a payment (银行确认交款): every amount it reports is either booked exactly or kept in suspense."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text

from db.ledger import Booking, Posting, book
from db.numbers import take_numbers
from db.tables.money import Account, Notice, NoticeLine, Payment, SuspenseItem
from domain.clock import business_day
from domain.deposits import DepositType, NoticeStatus, SuspenseReason
from domain.money import format_yuan
from domain.problem import Problem, ProblemCode
from domain.switch import Channel, NoticeKind
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.money.notices import close_notice

_MAX_TXN = 64
# A bank's clock may run a little ahead of ours.
_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the bank says: this amount was paid for this notice."""

    notice_no: str
    amount: int
    bank_txn_no: str
    channel: Channel
    paid_at: datetime


async def confirm(work: Work, report: Report) -> Outcome:
    """Book a payment exactly once; the bank's transaction number is its idempotency key (R-PAY-2)."""
    bank = work.actor.bank
    await work.must("payment.confirm", organization=None, estate=None, bank=bank)
    wrong = _check_report(work, report)
    if wrong is not None:
        return Refused.because(wrong)
    # Two reports of one transaction wait for each other here.
    lock = text("select pg_advisory_xact_lock(hashtextextended(:txn, :city))")
    await work.session.execute(lock, {"txn": f"txn:{bank}:{report.bank_txn_no}", "city": work.actor.city})
    earlier = await _earlier(work, report)
    if earlier is not None:
        return earlier
    notice = await _notice(work, report)
    reason = _reason(work, notice, report)
    if reason is not None or notice is None:
        return await _suspend(work, notice, report, reason or SuspenseReason.NOTICE_UNKNOWN)
    return await _book(work, notice, report)


def _check_report(work: Work, report: Report) -> Problem | None:
    number = report.bank_txn_no
    if not 1 <= len(number) <= _MAX_TXN or not number.isascii() or not number.isprintable() or " " in number:
        params = {"label": "银行流水号", "max": str(_MAX_TXN)}
        return Problem(ProblemCode.TEXT_INVALID, "bankTxnNo", params=params)
    if report.amount <= 0:
        return Problem(ProblemCode.AMOUNT_INVALID, "amount", params={"label": "金额", "max": "99999999.99"})
    if report.paid_at > work.now + _CLOCK_SKEW:
        return Problem(ProblemCode.DATE_INVALID, "paidAt", params={"label": "交款时间"})
    return None


async def _earlier(work: Work, report: Report) -> Outcome | None:
    """Answer a repeated report as the first one was answered."""
    city, bank = work.actor.city, work.actor.bank
    paid = await work.session.execute(
        select(Payment, Notice.notice_no)
        .join(Notice, (Notice.city == Payment.city) & (Notice.id == Payment.notice_id))
        .where(Payment.city == city, Payment.bank == bank, Payment.bank_txn_no == report.bank_txn_no)
    )
    found = paid.first()
    if found is not None:
        payment, notice_no = found
        same = (notice_no, payment.amount) == (report.notice_no, report.amount)
        return Done("Payment", (payment.id,)) if same else _conflict()
    item = await work.session.scalar(
        select(SuspenseItem).where(
            SuspenseItem.city == city, SuspenseItem.bank == bank, SuspenseItem.bank_txn_no == report.bank_txn_no
        )
    )
    if item is None:
        return None
    if (item.notice_no, item.amount) != (report.notice_no, report.amount):
        return _conflict()
    return Refused.because(_problem(SuspenseReason(item.reason), report, item.id))


def _conflict() -> Refused:
    return Refused.because(Problem(ProblemCode.IDEMPOTENCY_CONFLICT, "bankTxnNo"))


async def _notice(work: Work, report: Report) -> Notice | None:
    return await work.session.scalar(
        select(Notice)
        .where(
            Notice.city == work.actor.city, Notice.bank == work.actor.bank, Notice.notice_no == report.notice_no
        )
        .with_for_update()
    )


def _reason(work: Work, notice: Notice | None, report: Report) -> SuspenseReason | None:
    """Tell why a reported amount cannot be booked, or None."""
    if notice is None:
        return SuspenseReason.NOTICE_UNKNOWN
    if notice.status == NoticeStatus.PAID.value:
        return SuspenseReason.ALREADY_PAID
    # What was paid in time counts although the report came late (R-PAY-3).
    if notice.status != NoticeStatus.OPEN.value or report.paid_at > notice.expires_at:
        return SuspenseReason.NOTICE_NOT_OPEN
    if report.channel not in work.city.channels_of(NoticeKind(notice.kind)):
        return SuspenseReason.CHANNEL_NOT_ALLOWED
    if report.amount != notice.total:
        return SuspenseReason.AMOUNT_MISMATCH
    return None


async def _suspend(work: Work, notice: Notice | None, report: Report, reason: SuspenseReason) -> Outcome:
    """Keep what cannot be booked as a suspense item, in the books of the bank's clearing account."""
    item = work.new_id()
    await work.add(
        SuspenseItem,
        id=item,
        bank=work.actor.bank,
        bank_txn_no=report.bank_txn_no,
        notice_no=report.notice_no[:_MAX_TXN],
        notice_id=notice.id if notice else None,
        amount=report.amount,
        channel=report.channel.value,
        reason=reason.value,
        paid_at=report.paid_at,
        received_at=work.now,
        received_by=work.actor.principal,
        status="OPEN",
    )
    clearing, suspense = await _bank_accounts(work)
    postings = (
        Posting(clearing, "SUSPENSE", -report.amount, None),
        Posting(suspense, "SUSPENSE", report.amount, None),
    )
    await book(work.session, _booking(work, f"suspense:{reason.value}", None, None), postings, work.new_id)
    work.tell("payment.suspended", str(item), {"reason": reason.value}, None)
    return Refused((_problem(reason, report, item, notice),), kept=True)


async def _bank_accounts(work: Work) -> tuple[UUID, UUID]:
    rows = await work.session.execute(
        select(Account.kind, Account.id).where(
            Account.city == work.actor.city,
            Account.bank == work.actor.bank,
            Account.kind.in_(("CLEARING", "SUSPENSE")),
        )
    )
    accounts = {kind: account for kind, account in rows}
    return accounts["CLEARING"], accounts["SUSPENSE"]


def _problem(
    reason: SuspenseReason, report: Report, item: UUID, notice: Notice | None = None
) -> Problem:
    params = {"notice_no": report.notice_no, "suspense": str(item)}
    if notice is not None:
        params |= {"status": notice.status, "expected": format_yuan(notice.total)}
    return Problem(ProblemCode(reason.value), "noticeNo", params=params)


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
    booking = _booking(work, notice.deposit_type, payment, notice.org_id)
    await book(work.session, booking, await _postings(work, notice), work.new_id)
    notice.paid_at = work.now
    await close_notice(work, notice, NoticeStatus.PAID)
    work.tell("payment.confirmed", str(payment), {"notice_no": notice.notice_no}, notice.org_id)
    return Done("Payment", (payment,), {"noticeNo": notice.notice_no, "amount": report.amount})


def _booking(work: Work, reason: str, payment: UUID | None, organization: UUID | None) -> Booking:
    return Booking(
        city=work.actor.city,
        organization=organization,
        reason=reason,
        payment=payment,
        booked_at=work.now,
        booked_by=work.actor.principal,
        request_id=work.visit.request_id or None,
    )


async def _postings(work: Work, notice: Notice) -> tuple[Posting, ...]:
    special = await work.session.scalar(
        select(Account.id).where(
            Account.city == notice.city, Account.estate_id == notice.estate_id, Account.kind == "SPECIAL"
        )
    )
    assert special is not None, "An estate has its special account from its first day."
    lines = await work.session.execute(
        select(NoticeLine.account_id, NoticeLine.amount)
        .where(NoticeLine.city == notice.city, NoticeLine.notice_id == notice.id)
        .order_by(NoticeLine.account_id)
    )
    kind = DepositType(notice.deposit_type).value
    units = tuple(Posting(account, kind, amount, notice.org_id) for account, amount in lines)
    return (Posting(special, kind, -sum(posting.amount for posting in units), notice.org_id), *units)
