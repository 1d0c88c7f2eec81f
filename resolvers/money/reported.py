"""Judges what a bank reports: what was answered before, which notice is meant, and what cannot be booked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zlib import crc32

from sqlalchemy import Text, select, text
from sqlalchemy.orm import aliased

from db.given import among
from db.tables.money import Account, Notice, NoticeLine, Payment, SuspenseItem
from domain.deposits import NoticeStatus, SuspenseReason
from domain.payments import Report
from domain.switch import NoticeKind
from resolvers.act import Work

_TURNS = 64
_TURN = text(
    "select pg_advisory_xact_lock(hashtextextended(turn, :city)) from unnest(cast(:turns as text[])) turn"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What became of a transaction that the bank reported before: a payment, or why it is in suspense."""

    notice_no: str
    amount: int
    became: UUID | SuspenseReason

    def is_of(self, report: Report) -> bool:
        """Tell whether a report says the same again."""
        return (self.notice_no, self.amount) == (report.notice_no, report.amount)


@dataclass(frozen=True, slots=True)
class Case:
    """A report, the notice that it names, and why it cannot be booked, if so."""

    report: Report
    notice: Notice | None
    reason: SuspenseReason | None


async def take_turns(work: Work, reports: Iterable[Report]) -> None:
    """Let two reports of one transaction wait for each other.

    Turns are few, so that a batch takes no more locks than the database has; all take them in one order.
    """
    turns = sorted({crc32(report.bank_txn_no.encode()) % _TURNS for report in reports})
    names = [f"txn:{work.actor.bank}:{turn:02d}" for turn in turns]
    await work.session.execute(_TURN, {"turns": names, "city": work.actor.city})


async def find_known(work: Work, reports: Iterable[Report]) -> Mapping[str, Known]:
    """Find what became of transactions that were reported before, by their numbers."""
    city, bank = work.actor.city, work.actor.bank
    numbers = [report.bank_txn_no for report in reports]
    items = await work.session.execute(
        select(SuspenseItem.bank_txn_no, SuspenseItem.notice_no, SuspenseItem.amount, SuspenseItem.reason)
        .where(SuspenseItem.city == city, SuspenseItem.bank == bank)
        .where(among(SuspenseItem.bank_txn_no, numbers, Text()))
    )
    paid = await work.session.execute(
        select(Payment.bank_txn_no, Notice.notice_no, Payment.amount, Payment.id)
        .join(Notice, (Notice.city == Payment.city) & (Notice.id == Payment.notice_id))
        .where(Payment.city == city, Payment.bank == bank, among(Payment.bank_txn_no, numbers, Text()))
    )
    known = {txn: Known(no, amount, SuspenseReason(reason)) for txn, no, amount, reason in items}
    return known | {txn: Known(no, amount, payment) for txn, no, amount, payment in paid}


async def find_notices(work: Work, numbers: Sequence[str]) -> Mapping[str, Notice]:
    """Find notices that go through the bank; accounts are locked before them, as where they were issued."""
    if not numbers:
        return {}
    city, bank = work.actor.city, work.actor.bank
    mine = (Notice.city == city, Notice.bank == bank, among(Notice.notice_no, numbers, Text()))
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
    found = await work.session.scalars(select(Notice).where(*mine).order_by(Notice.id).with_for_update())
    return {notice.notice_no: notice for notice in found}


async def judge(work: Work, reports: Sequence[Report]) -> list[Case]:
    """Tell of each report whether it can be booked; of two for one notice the second cannot."""
    notices = await find_notices(work, list({report.notice_no for report in reports}))
    gone = await _overtaken(work, list(notices.values()))
    cases: list[Case] = []
    taken: set[str] = set()
    for report in reports:
        notice = notices.get(report.notice_no)
        reason = _reason(work, notice, report, gone)
        if reason is None and report.notice_no in taken:
            reason = SuspenseReason.ALREADY_PAID
        if reason is None:
            taken.add(report.notice_no)
        cases.append(Case(report, notice, reason))
    return cases


def _reason(work: Work, notice: Notice | None, report: Report, overtaken: set[UUID]) -> SuspenseReason | None:
    """Tell why a reported amount cannot be booked, or None."""
    if notice is None:
        return SuspenseReason.NOTICE_UNKNOWN
    status = NoticeStatus(notice.status)
    if status is NoticeStatus.PAID:
        return SuspenseReason.ALREADY_PAID
    if status is NoticeStatus.VOIDED or report.paid_at >= notice.expires_at or notice.id in overtaken:
        # What was paid in time counts although the report came late, unless a new notice replaced it.
        return SuspenseReason.NOTICE_NOT_OPEN
    if report.channel not in work.city.channels_of(NoticeKind(notice.kind)):
        return SuspenseReason.CHANNEL_NOT_ALLOWED
    return None if report.amount == notice.total else SuspenseReason.AMOUNT_MISMATCH


async def _overtaken(work: Work, notices: Sequence[Notice]) -> set[UUID]:
    """Tell of which expired notices a unit got another one that is open or paid, or is no more."""
    expired = [notice.id for notice in notices if notice.status == NoticeStatus.EXPIRED]
    if not expired:
        return set()
    here = (NoticeLine.city == work.actor.city, among(NoticeLine.notice_id, expired))
    ended = await work.session.scalars(
        select(NoticeLine.notice_id)
        .join(Account, (Account.city == NoticeLine.city) & (Account.id == NoticeLine.account_id))
        .where(*here, Account.status != "OPEN")
    )
    other = aliased(NoticeLine)
    replaced = await work.session.scalars(
        select(NoticeLine.notice_id)
        .join(other, (NoticeLine.city == other.city) & (NoticeLine.unit_id == other.unit_id))
        .where(
            *here,
            other.notice_id > NoticeLine.notice_id,
            other.status.in_((NoticeStatus.OPEN.value, NoticeStatus.PAID.value)),
        )
    )
    return {*ended, *replaced}
