"""Refunds that were paid and came back (退汇): booked back into the units' accounts, to be paid again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select, update

from db.given import among
from db.ledger import Booking, Posting, book_all
from db.tables.estates import Unit
from db.tables.money import Account, Entry, Journal, Refund
from domain.clock import business_day
from domain.field import parse_field
from domain.problem import Invalid, Problem, ProblemCode
from domain.refunds import REASON, Payout, check_return
from domain.status import AccountStatus, EntryType, RefundStatus, UnitStatus
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.money.bookings import booking_of
from resolvers.money.refunds import find_specials, lock_refunds
from resolvers.money.transactions import find_use
from resolvers.money.transfers import find_moved, keep_transfers
from resolvers.trading.telling import tell_refunds


async def take_back(work: Work, refund_id: UUID, back: Payout, reason: str) -> Outcome:
    """Book that the bank's transfer of a refund came back, with every refund that it paid.

    They are then as if the bank could not have paid them: reserved, to be corrected and paid again.
    """
    named = await fetch(work, Refund, refund_id, "refund.settle")
    refunds = await _of_transfer(work, named)
    accounts = await lock_refunds(work, refunds, back.bank_txn_no)
    total = sum(refund.amount for refund in refunds)
    if named.status != RefundStatus.PAID.value:
        if (named.return_txn_no, total) == (back.bank_txn_no, back.amount):
            return Done("Refund", (named.id,), {"repeated": back.bank_txn_no})
        params = {"refund_no": named.refund_no}
        return Refused.because(Problem(ProblemCode.REFUND_NOT_PAID, "refundId", params=params))
    problems = await _stand_against(work, refunds, accounts, back, total)
    if problems:
        return Refused(problems)
    try:
        said = str(parse_field(REASON, reason, work.city, business_day(work.now)))
    except Invalid as invalid:
        return Refused.because(invalid.problem)
    await _open(work, accounts)
    journals = await _book(work, refunds, accounts, said)
    await keep_transfers(work, refunds, accounts, journals, back, back=True)
    for refund in refunds:
        refund.status, refund.failed_at, refund.failure = RefundStatus.FAILED.value, work.now, said
        refund.returned_at, refund.return_txn_no = back.paid_at, back.bank_txn_no
    await work.session.flush()
    await tell_refunds(work, refunds)
    detail = {
        "refundNo": [refund.refund_no for refund in refunds],
        "amount": total,
        "bankTxnNo": back.bank_txn_no,
        "reason": said,
        "before": {"status": RefundStatus.PAID.value},
        "after": {"status": RefundStatus.FAILED.value},
    }
    return Done("Refund", tuple(refund.id for refund in refunds), detail)


async def _of_transfer(work: Work, named: Refund) -> Sequence[Refund]:
    """Find every refund that the same transfer paid, or brought back; one never paid stands by itself."""
    paid = named.status == RefundStatus.PAID.value
    txn = named.bank_txn_no if paid else named.return_txn_no
    account = select(Account.bank).where(Account.city == named.city, Account.id == named.account_id)
    bank = await work.session.scalar(account)
    if bank is None or txn is None:
        return [named]
    return await find_moved(work, bank, txn) or [named]


async def _stand_against(
    work: Work, refunds: Sequence[Refund], accounts: Mapping[UUID, Account], back: Payout, total: int
) -> tuple[Problem, ...]:
    """List what stands against it: amount, number, time, or an account that gave way to others."""
    paid = [refund.paid_at for refund in refunds if refund.paid_at is not None]
    problems = list(check_return(back, total, max(paid), work.now))
    txn = back.bank_txn_no
    other = await find_use(work, accounts[refunds[0].account_id].bank, txn)
    if other is not None:
        problems.append(Problem(ProblemCode.BANK_TXN_USED, "bankTxnNo", params={"txn": txn, "other": other}))
    closed = [one.unit_id for one in accounts.values() if one.status == AccountStatus.CLOSED.value]
    gone = await work.session.scalars(
        select(Unit.room_no).where(
            Unit.city == work.actor.city,
            among(Unit.id, closed),
            Unit.status != UnitStatus.CANCELLED.value,
        )
    )
    problems += [Problem(ProblemCode.ACCOUNT_CLOSED, "refundId", params={"room": room}) for room in gone]
    return tuple(problems)


async def _open(work: Work, accounts: Mapping[UUID, Account]) -> None:
    """Open the closed accounts of cancelled units again, frozen as they were before the refund was paid."""
    closed = [one.id for one in accounts.values() if one.status == AccountStatus.CLOSED.value]
    await work.session.execute(
        update(Account)
        .where(Account.city == work.actor.city, among(Account.id, closed))
        .values(status=AccountStatus.FROZEN.value)
    )


async def _book(
    work: Work, refunds: Sequence[Refund], accounts: Mapping[UUID, Account], said: str
) -> Sequence[UUID]:
    """Take each refund's last booking back, from the estate in which the unit is now."""
    specials = await find_specials(work, accounts)
    drawn = await _drawn(work, refunds)
    kind = EntryType.REVERSAL.value
    bookings: list[tuple[Booking, tuple[Posting, ...]]] = []
    for refund in refunds:
        account = accounts[refund.account_id]
        journal, parts = drawn[refund.id]
        booking = booking_of(work, kind, None, refund.org_id)
        booking = replace(booking, refund=refund.id, reverses=journal, note=said)
        back = [Posting(account.id, kind, amount, refund.org_id, component) for component, amount in parts]
        special = Posting(specials[account.estate_id], kind, -refund.amount, refund.org_id)
        bookings.append((booking, (*back, special)))
    return await book_all(work.session, bookings, work.new_id)


async def _drawn(
    work: Work, refunds: Sequence[Refund]
) -> Mapping[UUID, tuple[UUID, list[tuple[str | None, int]]]]:
    """Find by which booking each refund was last paid, and of which deposits it was taken."""
    rows = await work.session.execute(
        select(Journal.refund_id, Journal.id, Entry.component, -Entry.amount)
        .join(Entry, (Entry.city == Journal.city) & (Entry.journal_id == Journal.id))
        .join(Account, (Account.city == Entry.city) & (Account.id == Entry.account_id))
        .where(
            Journal.city == work.actor.city,
            among(Journal.refund_id, [refund.id for refund in refunds]),
            Journal.reason == EntryType.REFUND.value,
            Account.kind == "UNIT",
        )
        .order_by(Journal.id)
    )
    found: dict[UUID, tuple[UUID, list[tuple[str | None, int]]]] = {}
    for refund, journal, component, amount in rows:
        if refund is not None and found.get(refund, (None,))[0] != journal:
            found[refund] = (journal, [])
        if refund is not None:
            found[refund][1].append((component, int(amount)))
    return found
