"""Books reported payments that were found right: the estate's special account against each unit's."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from db.given import among
from db.ledger import Posting, book_all
from db.numbers import take_numbers
from db.tables.money import Account, Notice, NoticeLine, Payment
from domain.clock import business_day
from domain.deposits import DepositType, NoticeStatus, entry_type
from domain.payments import Report
from resolvers.act import Work
from resolvers.money.bookings import booking_of, find_specials
from resolvers.trading.telling import tell_payments

Right = Sequence[tuple[Report, Notice]]
"""Reports whose notices are open and want just these amounts."""


async def book_payments(work: Work, right: Right, suspense: UUID | None = None) -> tuple[UUID, ...]:
    """Book every line of every notice or none (R-PAY-4); payments are given in the order of the reports.

    Args:
        work: The act.
        right: What is booked.
        suspense: The waiting money by which it is paid, where the office decided so.
    """
    if not right:
        return ()
    notices = [notice for _, notice in right]
    letters, day = work.city.letters + "PP", business_day(work.now)
    numbers = await take_numbers(work.session, work.actor.city, letters, day, len(right))
    rows = [
        _payment(work, notice, report, proof_no)
        for (report, notice), proof_no in zip(right, numbers, strict=True)
    ]
    payments = tuple(row["id"] for row in rows)
    organizations = {notice.org_id for notice in notices}
    # A batch of several developers' payments is nobody's own in the audit.
    work.organization = organizations.pop() if len(organizations) == 1 else None
    await work.session.execute(insert(Payment), rows)
    postings = await _postings(work, notices)
    bookings = [
        (
            replace(booking_of(work, notice.deposit_type, payment, notice.org_id), suspense=suspense),
            postings[notice.id],
        )
        for payment, notice in zip(payments, notices, strict=True)
    ]
    await book_all(work.session, bookings, work.new_id)
    await _close(work, notices)
    await tell_payments(work, notices)
    for payment, notice in zip(payments, notices, strict=True):
        work.tell("payment.confirmed", str(payment), {"notice_no": notice.notice_no}, notice.org_id)
    return payments


def _payment(work: Work, notice: Notice, report: Report, proof_no: str) -> dict[str, Any]:
    return {
        "city": work.actor.city,
        "id": work.new_id(),
        "org_id": notice.org_id,
        "estate_id": notice.estate_id,
        "notice_id": notice.id,
        "bank": notice.bank,
        "bank_txn_no": report.bank_txn_no,
        "amount": report.amount,
        "channel": report.channel.value,
        "paid_at": report.paid_at,
        "confirmed_at": work.now,
        "confirmed_by": work.actor.principal,
        "proof_no": proof_no,
    }


async def _postings(work: Work, notices: Sequence[Notice]) -> Mapping[UUID, Sequence[Posting]]:
    """Book each line against the special account of the estate in which its unit is now.

    A report may come so late that the notice ran out and the unit's building went to another estate.
    """
    city = work.actor.city
    found = await work.session.execute(
        select(NoticeLine.notice_id, NoticeLine.account_id, NoticeLine.amount)
        .where(NoticeLine.city == city, among(NoticeLine.notice_id, [notice.id for notice in notices]))
        .order_by(NoticeLine.account_id)
    )
    lines = found.all()
    accounts = await _accounts(work, [line.account_id for line in lines])
    of = {notice.id: (DepositType(notice.deposit_type), notice.org_id) for notice in notices}
    units: dict[UUID, list[Posting]] = defaultdict(list)
    held: dict[UUID, Counter[tuple[UUID, str]]] = defaultdict(Counter)
    for notice, account, amount in lines:
        asked, organization = of[notice]
        bank_side, paid_first = accounts[account]
        kind = entry_type(asked, paid_first).value
        units[notice].append(Posting(account, kind, amount, organization))
        held[notice][bank_side, kind] += amount
    return {
        notice: [
            *(Posting(one, kind, -total, organization) for (one, kind), total in held[notice].items()),
            *units[notice],
        ]
        for notice, (_, organization) in of.items()
    }


async def _accounts(work: Work, accounts: Sequence[UUID]) -> Mapping[UUID, tuple[UUID, int]]:
    """Find for accounts of units the special accounts of their estates, and what was paid of the first.

    By their ids: joined to thousands of lines, accounts were looked through again for each line.
    """
    units = await work.session.execute(
        select(Account.id, Account.estate_id, Account.paid_first).where(
            Account.city == work.actor.city, among(Account.id, accounts)
        )
    )
    found = {row.id: (row.estate_id, row.paid_first) for row in units}
    specials = await find_specials(work, (estate for estate, _ in found.values()))
    return {account: (specials[estate], paid_first) for account, (estate, paid_first) in found.items()}


async def _close(work: Work, notices: Sequence[Notice]) -> None:
    """Mark notices and their lines as paid."""
    city, ids = work.actor.city, [notice.id for notice in notices]
    paid = {"status": NoticeStatus.PAID.value}
    lines = update(NoticeLine).where(NoticeLine.city == city, among(NoticeLine.notice_id, ids))
    heads = update(Notice).where(Notice.city == city, among(Notice.id, ids))
    for statement in (lines.values(paid), heads.values({**paid, "paid_at": work.now})):
        await work.session.execute(statement, execution_options={"synchronize_session": False})
    # Whoever reads the notices later in this act finds them as they are then.
    for notice in notices:
        work.session.expunge(notice)
