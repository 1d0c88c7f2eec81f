"""Refunds that were paid and came back (退汇): booked back into the units' accounts, to be paid again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select, update

from db.given import among
from db.ledger import Booking, Posting, book_all
from db.tables.estates import Unit
from db.tables.money import Account, Entry, Journal, Refund
from domain.clock import business_day
from domain.field import read_text
from domain.problem import Problem, ProblemCode
from domain.refunds import REASON, Payout, check_return
from domain.refusal import TooBusy
from domain.status import AccountStatus, EntryType, RefundStatus, UnitStatus
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.money.bookings import booking_of, find_specials
from resolvers.money.refunds import lock_refunds
from resolvers.money.transactions import find_use
from resolvers.money.transfers import find_moved, keep_transfers
from resolvers.trading.telling import tell_refunds


@dataclass(frozen=True, slots=True)
class Transfer:
    """All refunds that the transfer of one of them paid, with their units' accounts, locked."""

    named: Refund
    refunds: Sequence[Refund]
    accounts: Mapping[UUID, Account]

    @property
    def bank(self) -> str:
        """The bank that paid it."""
        return self.accounts[self.named.account_id].bank

    @property
    def total(self) -> int:
        """What it came to, in fen."""
        return sum(refund.amount for refund in self.refunds)

    @property
    def numbers(self) -> list[str]:
        """The numbers of its refunds."""
        return [refund.refund_no for refund in self.refunds]

    def came_back(self, back: Payout) -> bool:
        """Tell whether just this was recorded before."""
        if self.named.status == RefundStatus.PAID.value:
            return False
        return (self.named.return_txn_no, self.total) == (back.bank_txn_no, back.amount)


async def take_back(work: Work, refund_id: UUID, back: Payout, reason: str) -> Outcome:
    """Book that the bank's transfer of a refund came back, with every refund that it paid.

    They are then as if the bank could not have paid them: reserved, to be corrected and paid again.
    """
    transfer = await find_transfer(work, refund_id, back.bank_txn_no)
    if transfer.came_back(back):
        return Done("Refund", (refund_id,), {"repeated": back.bank_txn_no})
    problems = await stand_against(work, transfer, back)
    if problems:
        return Refused(problems)
    said = read_text(REASON, reason, work.city, business_day(work.now))
    if isinstance(said, Problem):
        return Refused.because(said)
    await bring_back(work, transfer, back, said)
    detail = {
        "refundNo": transfer.numbers,
        "amount": transfer.total,
        "bankTxnNo": back.bank_txn_no,
        "reason": said,
        "before": {"status": RefundStatus.PAID.value},
        "after": {"status": RefundStatus.FAILED.value},
    }
    return Done("Refund", tuple(refund.id for refund in transfer.refunds), detail)


async def find_transfer(work: Work, refund_id: UUID, txn: str) -> Transfer:
    """Find and lock every refund that was paid together with this one; the number is taken by nobody else.

    Raises:
        TooBusy: Until they were locked, somebody brought them back and paid them otherwise.
    """
    named = await fetch(work, Refund, refund_id, "refund.settle")
    refunds = await _of_transfer(work, named)
    accounts = await lock_refunds(work, refunds, txn)
    if {one.id for one in await _of_transfer(work, named)} != {one.id for one in refunds}:
        raise TooBusy
    return Transfer(named, refunds, accounts)


async def bring_back(
    work: Work, transfer: Transfer, back: Payout, said: str, suspense: UUID | None = None
) -> None:
    """Book a transfer back; its refunds failed and are reserved again.

    Args:
        work: The act.
        transfer: What came back.
        back: By what it came back.
        said: Why.
        suspense: The waiting money that it was, where the office decided so.
    """
    refunds, accounts = transfer.refunds, transfer.accounts
    await _open(work, accounts)
    journals = await _book(work, transfer, said, suspense)
    await keep_transfers(work, refunds, accounts, journals, back, back=True)
    for refund in refunds:
        refund.status, refund.failed_at, refund.failure = RefundStatus.FAILED.value, work.now, said
        refund.returned_at, refund.return_txn_no = back.paid_at, back.bank_txn_no
    await work.session.flush()
    await tell_refunds(work, refunds)


async def _of_transfer(work: Work, named: Refund) -> Sequence[Refund]:
    """Find every refund that the same transfer paid, or brought back; one never paid stands by itself."""
    paid = named.status == RefundStatus.PAID.value
    txn = named.bank_txn_no if paid else named.return_txn_no
    account = select(Account.bank).where(Account.city == named.city, Account.id == named.account_id)
    bank = await work.session.scalar(account)
    if bank is None or txn is None:
        return [named]
    return await find_moved(work, bank, txn) or [named]


async def stand_against(
    work: Work, transfer: Transfer, back: Payout, but: UUID | None = None
) -> tuple[Problem, ...]:
    """List what stands against it: not paid, amount, number, time, an account that gave way to others.

    The waiting money that it is does not stand in its own way.
    """
    if transfer.named.status != RefundStatus.PAID.value:
        params = {"refund_no": transfer.named.refund_no}
        return (Problem(ProblemCode.REFUND_NOT_PAID, "refundId", params=params),)
    paid = [refund.paid_at for refund in transfer.refunds if refund.paid_at is not None]
    problems = list(check_return(back, transfer.total, max(paid), work.now))
    txn, accounts = back.bank_txn_no, transfer.accounts
    other = await find_use(work, transfer.bank, txn, but=but)
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


async def _book(work: Work, transfer: Transfer, said: str, suspense: UUID | None) -> Sequence[UUID]:
    """Take each refund's last booking back, from the estate in which the unit is now."""
    refunds, accounts = transfer.refunds, transfer.accounts
    specials = await find_specials(work, (account.estate_id for account in accounts.values()))
    drawn = await _drawn(work, refunds)
    kind = EntryType.REVERSAL.value
    bookings: list[tuple[Booking, tuple[Posting, ...]]] = []
    for refund in refunds:
        account = accounts[refund.account_id]
        journal, parts = drawn[refund.id]
        booking = booking_of(work, kind, None, refund.org_id)
        booking = replace(booking, refund=refund.id, reverses=journal, note=said, suspense=suspense)
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
