"""Reported money that cannot be booked: kept in suspense until the authority decides (R-PAY-3)."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from db.ledger import Booking, Posting, book
from db.tables.money import Account, Notice, SuspenseItem
from domain.deposits import CHANNEL_LABELS, SuspenseReason
from domain.money import format_yuan
from domain.payments import Report
from domain.problem import Problem, ProblemCode
from domain.suspense import SuspenseResolution
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
    SuspenseReason.NOT_REPORTED: "bankTxnNo",
}
_DECIDED = {
    SuspenseResolution.BOOKED: ProblemCode.ALREADY_PAID,
    SuspenseResolution.RETURNED: ProblemCode.REPORT_RETURNED,
    SuspenseResolution.NOT_RECEIVED: ProblemCode.REPORT_STRUCK_OFF,
    SuspenseResolution.REFUND_RETURNED: ProblemCode.REPORT_REFUND_RETURNED,
}


async def suspend(work: Work, notice: Notice | None, report: Report, reason: SuspenseReason) -> Outcome:
    """Keep what cannot be booked as a suspense item, in the books of the bank's clearing account."""
    item = await keep(work, notice, report, reason, work.actor.bank or "")
    work.about = About("SuspenseItem", item)
    work.changed = {
        "after": {"status": "OPEN", "reason": reason.value, "amount": report.amount},
        "noticeNo": report.notice_no,
        "bankTxnNo": report.bank_txn_no,
    }
    return Refused((refusal(work, reason, report, notice),), kept=True)


async def keep(work: Work, notice: Notice | None, report: Report, reason: SuspenseReason, bank: str) -> UUID:
    """Write a suspense item with its booking; whose person took it is kept where no bank reported it."""
    item = work.new_id()
    await work.add(
        SuspenseItem,
        id=item,
        bank=bank,
        bank_txn_no=report.bank_txn_no,
        notice_no=report.notice_no,
        notice_id=notice.id if notice else None,
        amount=report.amount,
        channel=report.channel.value,
        reason=reason.value,
        paid_at=report.paid_at,
        received_at=work.now,
        received_by=work.actor.principal,
        received_person=work.actor.person,
        status="OPEN",
    )
    booking = replace(booking_of(work, f"suspense:{reason.value}", None, None), suspense=item)
    await move(work, booking, bank, report.amount)
    work.tell("payment.suspended", str(item), {"reason": reason.value}, None)
    return item


async def move(work: Work, booking: Booking, bank: str, amount: int) -> None:
    """Book an amount into a bank's suspense, or below zero out of it."""
    rows = await work.session.execute(
        select(Account.kind, Account.id).where(
            Account.city == work.actor.city,
            Account.bank == bank,
            Account.kind.in_(("CLEARING", "SUSPENSE")),
        )
    )
    of = dict(rows.all())
    postings = (
        Posting(of["CLEARING"], "SUSPENSE", -amount, None),
        Posting(of["SUSPENSE"], "SUSPENSE", amount, None),
    )
    await book(work.session, booking, postings, work.new_id)


def refusal(
    work: Work, became: SuspenseReason | SuspenseResolution, report: Report, notice: Notice | None
) -> Problem:
    """Tell the bank why the amount was not booked; what it is told is about its own report."""
    if isinstance(became, SuspenseResolution):
        params = {"notice_no": report.notice_no, "txn": report.bank_txn_no}
        return Problem(_DECIDED[became], "bankTxnNo", params=params)
    path, params = _PATHS[became], {"notice_no": report.notice_no}
    if notice is not None:
        channels = work.city.channels_of(NoticeKind(notice.kind))
        params["expected"] = format_yuan(notice.total)
        params["allowed"] = "、".join(CHANNEL_LABELS[channel] for channel in channels)
    return Problem(ProblemCode(became.value), path, params=params)
