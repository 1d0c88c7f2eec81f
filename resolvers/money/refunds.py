"""Refunds (退款): paid once by the bank from the unit's account, or failed, corrected and tried again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, select, update

from db.given import among
from db.ledger import Booking, Posting, book_all
from db.tables.money import Account, Entry, Refund
from domain.clock import business_day
from domain.field import read_text
from domain.problem import Problem, ProblemCode
from domain.quantity import check_quantity
from domain.refunds import MAX_REFUNDS, REASON, Payout, check_payout, draw
from domain.status import RefundStatus
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch, fetch_all
from resolvers.money.bookings import booking_of, find_specials
from resolvers.money.transactions import find_use, take_txn_turns
from resolvers.money.transfers import keep_transfers
from resolvers.orders.unit_facts import hold_accounts
from resolvers.trading.telling import tell_refunds


async def settle(work: Work, ids: Sequence[UUID], payout: Payout) -> Outcome:
    """Book that the bank has paid refunds by one transfer: each once, from its unit's account.

    The bank's transaction number makes it unrepeatable: the same one for the same refunds changes nothing.
    """
    wrong = check_quantity(ids, MAX_REFUNDS, "refundIds", "退款单")
    if wrong is not None:
        return Refused.because(wrong)
    refunds = await fetch_all(work, Refund, ids, "refund.settle")
    accounts = await lock_refunds(work, refunds, payout.bank_txn_no)
    total = sum(refund.amount for refund in refunds)
    if _is_repeated(refunds, payout, total):
        return Done("Refund", tuple(dict.fromkeys(ids)), {"repeated": payout.bank_txn_no})
    problems = (
        *_check_standing(refunds),
        *_check_together(refunds, accounts),
        *check_payout(payout, total, max(one.returned_at or one.approved_at for one in refunds), work.now),
        *await _check_txn(work, refunds, accounts, payout.bank_txn_no),
    )
    if problems:
        return Refused(problems)
    for refund in refunds:
        refund.status, refund.paid_at = RefundStatus.PAID.value, payout.paid_at
        refund.bank_txn_no, refund.settled_by = payout.bank_txn_no, work.actor.principal
    # What is reserved is let go of before it leaves; another booking could not have taken it.
    await work.session.flush()
    short = await _book(work, refunds, accounts, payout)
    if short:
        return Refused(tuple(short))
    await _close(work, accounts)
    await tell_refunds(work, refunds)
    detail = {
        "refundNo": [refund.refund_no for refund in refunds],
        "amount": total,
        "bankTxnNo": payout.bank_txn_no,
        "before": {"status": RefundStatus.APPROVED.value},
        "after": {"status": RefundStatus.PAID.value},
    }
    return Done("Refund", tuple(dict.fromkeys(ids)), detail)


async def lock_refunds(work: Work, refunds: Sequence[Refund], txn: str) -> Mapping[UUID, Account]:
    """Lock the accounts, then their refunds, each in the order of their ids, as everybody does.

    Whatever else is said of the same number waits first, whatever refunds it names.
    """
    city, session = work.actor.city, work.session
    theirs = (Account.city == city, among(Account.id, [refund.account_id for refund in refunds]))
    for bank in sorted(await session.scalars(select(Account.bank).where(*theirs).distinct())):
        await take_txn_turns(work, (txn,), bank)
    accounts = (
        select(Account)
        .where(*theirs)
        .order_by(Account.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {account.id: account for account in await session.scalars(accounts)}
    locked = (
        select(Refund)
        .where(Refund.city == city, among(Refund.id, [refund.id for refund in refunds]))
        .order_by(Refund.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    (await session.scalars(locked)).all()
    return found


def _is_repeated(refunds: Sequence[Refund], payout: Payout, total: int) -> bool:
    """Tell whether exactly this was entered before."""
    same = all(
        (refund.status, refund.bank_txn_no) == (RefundStatus.PAID.value, payout.bank_txn_no)
        for refund in refunds
    )
    return same and payout.amount == total


def _check_standing(refunds: Sequence[Refund]) -> tuple[Problem, ...]:
    """Each must be promised and unpaid, and have an account to go to."""
    problems = [_standing(refund) for refund in refunds]
    return tuple(problem for problem in problems if problem)


def _standing(refund: Refund) -> Problem | None:
    params = {"refund_no": refund.refund_no}
    if refund.status == RefundStatus.PAID.value:
        params["txn"] = refund.bank_txn_no or ""
        return Problem(ProblemCode.REFUND_PAID, "refundIds", params=params)
    if refund.status == RefundStatus.FAILED.value:
        return Problem(ProblemCode.REFUND_FAILED, "refundIds", params=params)
    if not (refund.payee_name and refund.payee_account and refund.payee_bank):
        return Problem(ProblemCode.REFUND_ACCOUNT_MISSING, "refundIds", params=params)
    return None


def _check_together(refunds: Sequence[Refund], accounts: Mapping[UUID, Account]) -> tuple[Problem, ...]:
    """One transfer leaves one bank and comes to one account."""
    ends = {
        (accounts[one.account_id].bank, one.payee_name, one.payee_account, one.payee_bank) for one in refunds
    }
    if len(ends) == 1:
        return ()
    params = {"refund_no": "、".join(refund.refund_no for refund in refunds[:20])}
    return (Problem(ProblemCode.REFUND_PAYEES_DIFFER, "refundIds", params=params),)


async def _check_txn(
    work: Work, refunds: Sequence[Refund], accounts: Mapping[UUID, Account], txn: str
) -> tuple[Problem, ...]:
    """A transaction of a bank is one movement of money: a deposit, one transfer of refunds, or a return."""
    other = await find_use(work, accounts[refunds[0].account_id].bank, txn)
    if other is None:
        return ()
    return (Problem(ProblemCode.BANK_TXN_USED, "bankTxnNo", params={"txn": txn, "other": other}),)


async def _book(
    work: Work, refunds: Sequence[Refund], accounts: Mapping[UUID, Account], payout: Payout
) -> Sequence[Problem]:
    """Book each refund from its unit's account to the bank's side of the estate where the unit is now."""
    specials = await find_specials(work, (account.estate_id for account in accounts.values()))
    held = await _held(work, accounts)
    bookings: list[tuple[Booking, tuple[Posting, ...]]] = []
    short: list[Problem] = []
    for refund in refunds:
        account = accounts[refund.account_id]
        try:
            parts = draw(refund.amount, held[account.id])
        except ValueError:
            params = {"room": refund.refund_no}
            short.append(Problem(ProblemCode.REFUND_EXCEEDS_BALANCE, "refundIds", params=params))
            continue
        for kind, amount in parts.items():
            held[account.id][kind] -= amount
        taken = [
            Posting(account.id, "REFUND", -amount, refund.org_id, kind) for kind, amount in parts.items()
        ]
        bank_side = Posting(specials[account.estate_id], "REFUND", refund.amount, refund.org_id)
        booking = booking_of(work, "REFUND", None, refund.org_id)
        bookings.append((replace(booking, refund=refund.id), (*taken, bank_side)))
    if not short:
        journals = await book_all(work.session, bookings, work.new_id)
        await keep_transfers(work, refunds, accounts, journals, payout, back=False)
    return short


async def _held(work: Work, accounts: Mapping[UUID, Account]) -> dict[UUID, dict[str, int]]:
    """Add up what the accounts hold, by the types of entries through which it first came or went."""
    kind = func.coalesce(Entry.component, Entry.type)
    rows = await work.session.execute(
        select(Entry.account_id, kind, func.sum(Entry.amount))
        .where(Entry.city == work.actor.city, among(Entry.account_id, list(accounts)))
        .group_by(Entry.account_id, kind)
    )
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for account, name, amount in rows:
        found[account][name] = int(amount)
    return found


async def _close(work: Work, accounts: Mapping[UUID, Account]) -> None:
    """Close the account of a unit that is no more, once its last refund is paid and nothing is left."""
    waiting = select(Refund.account_id).where(
        Refund.city == work.actor.city, Refund.status != RefundStatus.PAID.value
    )
    await work.session.execute(
        update(Account)
        .where(
            Account.city == work.actor.city,
            among(Account.id, list(accounts)),
            Account.status == "FROZEN",
            Account.balance == 0,
            Account.id.not_in(waiting),
        )
        .values(status="CLOSED")
    )


async def lock_refund(work: Work, refund_id: UUID) -> Refund:
    """Lock a refund that the caller may settle, after its unit's account, which moves with its status."""
    refund = await fetch(work, Refund, refund_id, "refund.settle")
    await hold_accounts(work, [refund.unit_id])
    return await fetch(work, Refund, refund_id, lock=True)


async def fail(work: Work, refund_id: UUID, reason: str) -> Outcome:
    """Record that the bank could not pay a refund; its account is then corrected and it is tried again."""
    refund = await lock_refund(work, refund_id)
    wrong = _standing(refund)
    if wrong is not None:
        return Refused.because(replace(wrong, path="refundId"))
    said = read_text(REASON, reason, work.city, business_day(work.now))
    if isinstance(said, Problem):
        return Refused.because(said)
    refund.status, refund.failed_at, refund.failure = RefundStatus.FAILED.value, work.now, said
    await work.session.flush()
    detail = {
        "refundNo": refund.refund_no,
        "reason": said,
        "before": {"status": RefundStatus.APPROVED.value},
        "after": {"status": refund.status},
    }
    return Done("Refund", (refund.id,), detail)
