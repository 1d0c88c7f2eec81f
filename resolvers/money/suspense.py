"""Reported money that cannot be booked: kept in suspense until the authority decides (R-PAY-3)."""

from uuid import UUID

from sqlalchemy import select

from db.ledger import Posting, book
from db.tables.money import Account, Notice, SuspenseItem
from domain.deposits import CHANNEL_LABELS, SuspenseReason
from domain.money import format_yuan
from domain.payments import Report
from domain.problem import Problem, ProblemCode
from domain.switch import NoticeKind
from resolvers.act import Outcome, Refused, Work
from resolvers.money.bookings import booking_of
from resolvers.note import About

_PATHS = {
    SuspenseReason.NOTICE_UNKNOWN: "noticeNo",
    SuspenseReason.ALREADY_PAID: "noticeNo",
    SuspenseReason.NOTICE_NOT_OPEN: "noticeNo",
    SuspenseReason.AMOUNT_MISMATCH: "amount",
    SuspenseReason.CHANNEL_NOT_ALLOWED: "channel",
}


async def suspend(work: Work, notice: Notice | None, report: Report, reason: SuspenseReason) -> Outcome:
    """Keep what cannot be booked as a suspense item, in the books of the bank's clearing account."""
    item = work.new_id()
    await work.add(
        SuspenseItem,
        id=item,
        bank=work.actor.bank,
        bank_txn_no=report.bank_txn_no,
        notice_no=report.notice_no,
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
    await book(work.session, booking_of(work, f"suspense:{reason.value}", None, None), postings, work.new_id)
    work.about = About("SuspenseItem", item)
    work.changed = {
        "after": {"status": "OPEN", "reason": reason.value, "amount": report.amount},
        "noticeNo": report.notice_no,
        "bankTxnNo": report.bank_txn_no,
    }
    work.tell("payment.suspended", str(item), {"reason": reason.value}, None)
    return Refused((refusal(work, reason, report, notice),), kept=True)


async def _bank_accounts(work: Work) -> tuple[UUID, UUID]:
    rows = await work.session.execute(
        select(Account.kind, Account.id).where(
            Account.city == work.actor.city,
            Account.bank == work.actor.bank,
            Account.kind.in_(("CLEARING", "SUSPENSE")),
        )
    )
    accounts = dict(rows.all())
    return accounts["CLEARING"], accounts["SUSPENSE"]


def refusal(work: Work, reason: SuspenseReason, report: Report, notice: Notice | None) -> Problem:
    """Tell the bank why the amount was not booked; what it is told is about its own report."""
    path, params = _PATHS[reason], {"notice_no": report.notice_no}
    if notice is not None:
        channels = work.city.channels_of(NoticeKind(notice.kind))
        params["expected"] = format_yuan(notice.total)
        params["allowed"] = "、".join(CHANNEL_LABELS[channel] for channel in channels)
    return Problem(ProblemCode(reason.value), path, params=params)
