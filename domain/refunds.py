"""Refunds (退款): who gets which part, of which deposits it is taken, and how the bank's result is read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.clock import business_day
from domain.field import Field, Text
from domain.identity import fold
from domain.money import allocate, format_yuan
from domain.payments import CLOCK_SKEW, check_txn
from domain.problem import Problem, ProblemCode
from domain.shares import share_of

MAX_REFUNDS = 100
"""So many refunds may be paid by one transfer."""

PAYEE_FIELDS = (
    Field("holder", "户名", Text(100), required=True),
    Field("number", "账号", Text(40, r"[0-9A-Za-z](?:[0-9A-Za-z -]*[0-9A-Za-z])?"), required=True),
    Field("bank", "开户银行", Text(100), required=True),
)
REASON = Field("reason", "退款失败原因", Text(200), required=True)

# What was deposited last for a change of the unit goes back first, then the rest in the order of the law:
# first deposit, later deposits, and interest at the very end.
_TAKEN_FIRST = ("SUPPLEMENT", "FIRST", "TOPUP", "OTHER", "INTEREST")
_SHOWN = 4
_RETURNED_AT = {"label": "退汇时间"}


@dataclass(frozen=True, slots=True)
class Part:
    """What of a unit's refund goes to one payee, in fen; no name where the office still names the payee."""

    payee: str | None
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """What the bank has paid by one transfer, as the office enters it.

    Attributes:
        amount: What went out, in fen; all refunds of the transfer together.
    """

    amount: int
    bank_txn_no: str
    paid_at: datetime


def share_refund(
    amount: int, owners: Sequence[tuple[str, str | None]], developer: str | None
) -> tuple[Part, ...]:
    """Part a unit's refund among its owners by their shares, to the fen, by the largest remainder.

    Money that the developer had paid goes back to the developer. A sole owner gets all; owners in common,
    who have no shares, get one joint refund, whose payee the office names.

    Args:
        amount: What goes back, in fen.
        owners: The names of the unit's owners, each with the share if there are shares.
        developer: The developer's name where the account is the developer's.
    """
    if developer is not None:
        return (Part(developer, amount),)
    if len(owners) == 1:
        return (Part(owners[0][0], amount),)
    shares = [share_of(share) for _, share in owners if share]
    if not owners or len(shares) < len(owners):
        return (Part(None, amount),)
    whole = math.lcm(*(share.denominator for share in shares))
    parts = allocate(amount, [int(share * whole) for share in shares])
    return tuple(Part(name, part) for (name, _), part in zip(owners, parts, strict=True) if part)


def draw(amount: int, held: Mapping[str, int]) -> dict[str, int]:
    """Tell of which deposits a refund is taken, so that what was paid of the first deposit goes down with it.

    Args:
        amount: What goes back, in fen; no more than the account holds.
        held: What the account holds by the types of entries through which it came or went.

    Raises:
        ValueError: The account holds less.
    """
    known = [kind for kind in _TAKEN_FIRST if kind in held]
    parts: dict[str, int] = {}
    left = amount
    for kind in (*known, *sorted(set(held) - set(known))):
        taken = min(left, max(held[kind], 0))
        if taken:
            parts[kind] = taken
            left -= taken
    if left or amount > sum(held.values()):
        raise ValueError("an account cannot give back more than it holds")
    return parts


def check_payout(payout: Payout, total: int, approved_at: datetime, now: datetime) -> tuple[Problem, ...]:
    """List what is wrong with a transfer as entered.

    Args:
        payout: What was entered.
        total: What the refunds come to, in fen.
        approved_at: When the last of them was promised; none is paid on a day before.
        now: The moment.
    """
    no_txn = check_txn(payout.bank_txn_no, "bankTxnNo")
    problems = [] if no_txn is None else [no_txn]
    if payout.amount != total:
        params = {"expected": format_yuan(total)}
        problems.append(Problem(ProblemCode.REFUND_AMOUNT_DIFFERS, "amount", params=params))
    early = business_day(payout.paid_at) < business_day(approved_at)
    if early or payout.paid_at > now + CLOCK_SKEW:
        problems.append(Problem(ProblemCode.DATE_INVALID, "paidAt", params={"label": "退款时间"}))
    return tuple(problems)


def check_return(back: Payout, total: int, paid_at: datetime, now: datetime) -> tuple[Problem, ...]:
    """List what is wrong with money that came back as entered: all of a transfer, after it was paid."""
    found = check_payout(back, total, paid_at, now)
    return tuple(replace(one, params=_RETURNED_AT) if one.path == "paidAt" else one for one in found)


def names_payee(holder: str, known: Sequence[str]) -> bool:
    """Tell whether an account is in the name of somebody to whom the money belongs."""
    return fold(holder) in {fold(name) for name in known}


def hide_account(number: str) -> str:
    """Give the number of a bank account as anybody may read it: its last four characters alone."""
    hidden = max(len(number) - _SHOWN, 0)
    return f"{'*' * max(hidden, _SHOWN)}{number[-_SHOWN:] if hidden else ''}"
