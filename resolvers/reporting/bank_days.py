"""What moved at a bank on a day (银行日报): payments, money in suspense, refunds, each against the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, null, select

from db.scope import Scope
from db.tables.money import Account, Entry, Journal, Payment, Refund, SuspenseItem
from domain.clock import day_bounds
from domain.reporting import BankCheck, BankMovement, Moved, said_of
from resolvers.visit import Visit

_ByBank = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Check:
    """What the documents of a day say, and what the ledger says of the same, in fen."""

    kind: BankCheck
    said: int
    booked: int


@dataclass(frozen=True, slots=True)
class BankDay:
    """One bank's day.

    Attributes:
        lines: What moved, by kind and channel.
        checks: The same against the ledger; None for a reader who does not see all of both.
    """

    bank: str
    lines: Sequence[Moved]
    checks: Sequence[Check] | None


async def sum_bank_days(visit: Visit, bank: str | None, day: date) -> Sequence[BankDay]:
    """Sum up a business day of one bank, or of each of the city's, in the city's order.

    Each part holds what the reader sees in the list of its kind. A bank's machine sees its own bank alone.
    """
    banks = [known.code for known in visit.city.banks if bank is None or known.code == bank]
    own = visit.signed_in().bank
    banks = [code for code in banks if own is None or code == own]
    payments = await visit.sight(Payment)
    if payments is None or not banks:
        return ()
    within = _Day(day)
    found: dict[str, list[Moved]] = {code: [] for code in banks}
    for rows in (
        await _payments(visit, payments, within),
        await _suspense(visit, within),
        await _refunds(visit, within),
    ):
        for code, line in rows:
            if code in found:
                found[code].append(line)
    booked = await _booked(visit, payments, within)
    return [BankDay(code, lines, _check(code, lines, booked)) for code, lines in found.items()]


class _Day:
    """A calendar day in the cities' own time, as a condition on moments."""

    def __init__(self, day: date) -> None:
        self.since, self.until = day_bounds(day)

    def has(self, moment: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a mapped column
        """Write "falls on this day"."""
        return (moment >= self.since) & (moment < self.until)


_Rows = list[tuple[str, Moved]]


async def _payments(visit: Visit, scope: Scope, day: _Day) -> _Rows:
    rows = await visit.run(
        select(Payment.bank, Payment.channel, *_sums(Payment.amount))
        .where(scope.clause(Payment), day.has(Payment.confirmed_at))
        .group_by(Payment.bank, Payment.channel)
        .order_by(Payment.channel)
    )
    return [_moved(BankMovement.PAYMENT, row) for row in rows]


def _sums(amount: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:  # noqa: ANN401 - a mapped column
    return func.count().label("times"), func.sum(amount).label("amount")


def _moved(kind: BankMovement, row: Any) -> tuple[str, Moved]:  # noqa: ANN401 - a row of sums
    return row.bank, Moved(kind, row.channel, row.times, int(row.amount))


async def _suspense(visit: Visit, day: _Day) -> _Rows:
    scope = await visit.sight(SuspenseItem)
    if scope is None:
        return []
    item = SuspenseItem
    keys = (item.bank, item.channel)
    received = await visit.run(
        select(*keys, *_sums(item.amount))
        .where(scope.clause(item), day.has(item.received_at))
        .group_by(*keys)
        .order_by(item.channel)
    )
    found = [_moved(BankMovement.SUSPENSE_RECEIVED, row) for row in received]
    decided = await visit.run(
        select(*keys, item.resolution, *_sums(item.amount))
        .where(scope.clause(item), day.has(item.resolved_at), item.resolution.is_not(None))
        .group_by(*keys, item.resolution)
        .order_by(item.channel)
    )
    found += [_moved(BankMovement(f"SUSPENSE_{row.resolution}"), row) for row in decided]
    return sorted(found, key=lambda row: list(BankMovement).index(row[1].kind))


async def _refunds(visit: Visit, day: _Day) -> _Rows:
    """Sum up refunds by the bookings of the day: what left the special account, and what came back to it."""
    refunds, accounts = await visit.sight(Refund), await visit.sight(Entry)
    if refunds is None or accounts is None:
        return []
    left = Entry.amount > 0
    rows = await visit.run(
        select(Account.bank, null().label("channel"), left.label("left"), *_sums(Refund.amount))
        .select_from(Journal)
        .join(Refund, (Refund.city == Journal.city) & (Refund.id == Journal.refund_id))
        .join(Entry, (Entry.city == Journal.city) & (Entry.journal_id == Journal.id))
        .join(Account, (Account.city == Entry.city) & (Account.id == Entry.account_id))
        .where(
            refunds.clause(Refund),
            accounts.clause(Entry),
            day.has(Journal.booked_at),
            Account.kind == "SPECIAL",
        )
        .group_by(Account.bank, left)
        .order_by(left.desc())
    )
    kinds = {True: BankMovement.REFUND, False: BankMovement.REFUND_RETURNED}
    return [_moved(kinds[row.left], row) for row in rows]


async def _booked(visit: Visit, payments: Scope, day: _Day) -> Mapping[BankCheck, _ByBank] | None:
    """Sum up by banks what the ledger says of a day; None for who does not see all of it."""
    accounts, suspense = await visit.sight(Account), await visit.sight(SuspenseItem)
    refunds = await visit.sight(Refund)
    if accounts is None or suspense is None or refunds is None:
        return None
    if any(scope.allowed is not None or scope.denied for scope in (payments, accounts, suspense, refunds)):
        return None
    of = case(
        (Account.kind == "SUSPENSE", BankCheck.SUSPENSE.value),
        (Journal.payment_id.is_not(None) & (Account.kind == "SPECIAL"), BankCheck.PAYMENT.value),
        (Journal.refund_id.is_not(None) & (Account.kind == "SPECIAL"), BankCheck.REFUND.value),
    )
    inner = (
        select(
            of.label("kind"),
            func.coalesce(Payment.bank, Account.bank).label("bank"),
            Entry.amount.label("amount"),
        )
        .select_from(Journal)
        .join(Entry, (Entry.city == Journal.city) & (Entry.journal_id == Journal.id))
        .join(Account, (Account.city == Entry.city) & (Account.id == Entry.account_id))
        .outerjoin(Payment, (Payment.city == Journal.city) & (Payment.id == Journal.payment_id))
        .where(accounts.clause(Account), day.has(Journal.booked_at), Journal.city == Account.city)
        .subquery()
    )
    rows = await visit.run(
        select(inner.c.kind, inner.c.bank, func.sum(inner.c.amount).label("amount"))
        .where(inner.c.kind.is_not(None))
        .group_by(inner.c.kind, inner.c.bank)
    )
    found: dict[BankCheck, dict[str, int]] = {kind: {} for kind in BankCheck}
    for row in rows:
        # What the bank holds stands with a minus in its special account.
        sign = -1 if row.kind == BankCheck.PAYMENT.value else 1
        found[BankCheck(row.kind)][row.bank] = sign * int(row.amount)
    return found


def _check(
    bank: str, lines: Sequence[Moved], booked: Mapping[BankCheck, _ByBank] | None
) -> Sequence[Check] | None:
    if booked is None:
        return None
    return [Check(kind, said_of(kind, lines), booked[kind].get(bank, 0)) for kind in BankCheck]
