"""Judges what a bank reports: what was answered before, which notice is meant, and what cannot be booked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, and_, or_, select
from sqlalchemy.orm import aliased

from db.given import among
from db.tables.money import Account, Notice, NoticeLine, Payment, SuspenseItem
from domain.deposits import DepositType, NoticeStatus, SuspenseReason
from domain.payments import Report
from domain.suspense import SuspenseResolution
from domain.switch import NoticeKind
from resolvers.act import Work
from resolvers.money.transactions import take_txn_turns

_INITIAL = (DepositType.FIRST.value, DepositType.SUPPLEMENT.value)


@dataclass(frozen=True, slots=True)
class Known:
    """What became of a transaction that the bank reported before.

    Attributes:
        notices: For which notices it counts: the one that was reported and the one that it was booked to;
            none where the office found the money on a statement before the bank reported it.
        became: A payment; why it is in suspense; or how the office decided on it.
    """

    notices: frozenset[str]
    amount: int
    became: UUID | SuspenseReason | SuspenseResolution

    def is_of(self, report: Report) -> bool:
        """Tell whether a report says the same again."""
        return self.amount == report.amount and (not self.notices or report.notice_no in self.notices)


@dataclass(frozen=True, slots=True)
class Judged:
    """A report, the notice that it names, and why it cannot be booked, if so."""

    report: Report
    notice: Notice | None
    reason: SuspenseReason | None


async def take_turns(work: Work, reports: Iterable[Report], bank: str | None = None) -> None:
    """Let two reports of one transaction wait for each other."""
    await take_txn_turns(work, (report.bank_txn_no for report in reports), bank or work.actor.bank)


async def find_known(work: Work, reports: Iterable[Report], bank: str | None = None) -> Mapping[str, Known]:
    """Find what became of transactions that were reported before, by their numbers."""
    city, bank = work.actor.city, bank or work.actor.bank
    numbers = [report.bank_txn_no for report in reports]
    items = await work.session.scalars(
        select(SuspenseItem)
        .where(SuspenseItem.city == city, SuspenseItem.bank == bank)
        .where(among(SuspenseItem.bank_txn_no, numbers, Text()))
    )
    paid = await work.session.execute(
        select(Payment.bank_txn_no, Notice.notice_no, Payment.amount, Payment.id)
        .join(Notice, (Notice.city == Payment.city) & (Notice.id == Payment.notice_id))
        .where(Payment.city == city, Payment.bank == bank, among(Payment.bank_txn_no, numbers, Text()))
    )
    known = {item.bank_txn_no: _kept(item) for item in items}
    for txn, notice_no, amount, payment in paid:
        reported = known[txn].notices if txn in known else frozenset[str]()
        known[txn] = Known(reported | {notice_no}, amount, payment)
    return known


def _kept(item: SuspenseItem) -> Known:
    """Tell what is known of money in suspense; what it was booked to is found with its payment."""
    became = SuspenseResolution(item.resolution) if item.resolution else SuspenseReason(item.reason)
    return Known(frozenset({item.notice_no} if item.notice_no else ()), item.amount, became)


async def find_notices(work: Work, numbers: Sequence[str], bank: str | None = None) -> Mapping[str, Notice]:
    """Find notices that go through the bank, by default the caller's own.

    Accounts are locked before them, as where they were issued.
    """
    if not numbers:
        return {}
    city = work.actor.city
    mine = (
        Notice.city == city,
        Notice.bank == (bank or work.actor.bank),
        among(Notice.notice_no, numbers, Text()),
    )
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


async def judge(work: Work, reports: Sequence[Report]) -> list[Judged]:
    """Tell of each report whether it can be booked.

    Of two for one notice the second cannot, nor of two for one unit's first deposit that both ran out.
    """
    notices = await find_notices(work, list({report.notice_no for report in reports}))
    gone = await _overtaken(work, list(notices.values()))
    asked = await _units_asked(work, list(notices.values()))
    judged: list[Judged] = []
    taken: set[str] = set()
    served: frozenset[UUID] = frozenset()
    for report in reports:
        notice = notices.get(report.notice_no)
        reason = _reason(work, notice, report, gone)
        if reason is None and report.notice_no in taken:
            reason = SuspenseReason.ALREADY_PAID
        units = frozenset[UUID]() if notice is None else asked.get(notice.id, frozenset[UUID]())
        if reason is None and served & units:
            reason = SuspenseReason.NOTICE_NOT_OPEN
        if reason is None:
            taken.add(report.notice_no)
            served |= units
        judged.append(Judged(report, notice, reason))
    return judged


async def stands_against(work: Work, notice: Notice | None, report: Report) -> SuspenseReason | None:
    """Tell why even the office cannot book an amount to a notice.

    It may decide on where and when it was paid, but not on how much, nor on what nobody asks for any more.
    """
    if notice is None:
        return SuspenseReason.NOTICE_UNKNOWN
    status = NoticeStatus(notice.status)
    if status is NoticeStatus.PAID:
        return SuspenseReason.ALREADY_PAID
    if status is NoticeStatus.VOIDED or await _overtaken(work, (notice,)):
        return SuspenseReason.NOTICE_NOT_OPEN
    return None if report.amount == notice.total else SuspenseReason.AMOUNT_MISMATCH


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


async def _units_asked(work: Work, notices: Sequence[Notice]) -> Mapping[UUID, frozenset[UUID]]:
    """Tell for which units notices ask the first deposit, where several are paid and one of them ran out."""
    initial = [notice for notice in notices if notice.deposit_type in _INITIAL]
    if len(initial) < 2 or all(notice.status != NoticeStatus.EXPIRED for notice in initial):  # noqa: PLR2004
        return {}
    rows = await work.session.execute(
        select(NoticeLine.notice_id, NoticeLine.unit_id).where(
            NoticeLine.city == work.actor.city,
            among(NoticeLine.notice_id, [notice.id for notice in initial]),
        )
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for notice, unit in rows:
        found[notice].add(unit)
    return {notice: frozenset(units) for notice, units in found.items()}


async def _overtaken(work: Work, notices: Sequence[Notice]) -> set[UUID]:
    """Tell which expired notices nobody asks to be paid any more.

    A unit got another one that is open or paid, or is no more, or less is due of it by now.
    """
    expired = [notice.id for notice in notices if notice.status == NoticeStatus.EXPIRED]
    if not expired:
        return set()
    here = (NoticeLine.city == work.actor.city, among(NoticeLine.notice_id, expired))
    initial = [notice.id for notice in notices if notice.deposit_type in _INITIAL]
    beyond_due = and_(
        among(NoticeLine.notice_id, initial),
        Account.paid_first - Account.reserved + NoticeLine.amount > Account.due,
    )
    ended = await work.session.scalars(
        select(NoticeLine.notice_id)
        .join(Account, (Account.city == NoticeLine.city) & (Account.id == NoticeLine.account_id))
        .where(*here, or_(Account.status != "OPEN", beyond_due))
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
