"""Money in suspense (待查款项): how the fund office decides on it, and what stands against a decision."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.clock import business_day
from domain.field import Field, Text
from domain.payments import CLOCK_SKEW, check_txn
from domain.problem import Problem, ProblemCode
from domain.status import SuspenseStatus

NOTE = Field("note", "处理说明", Text(200), required=True)


class SuspenseResolution(StrEnum):
    """What the office decided on money in suspense."""

    BOOKED = "BOOKED"
    RETURNED = "RETURNED"
    NOT_RECEIVED = "NOT_RECEIVED"
    REFUND_RETURNED = "REFUND_RETURNED"


@dataclass(frozen=True, slots=True)
class Booked:
    """The money belongs to a notice: the one of this number, or the one that the bank named."""

    notice_no: str | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """The bank gave the money back to whoever paid it, by this transaction."""

    txn: str
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class NotReceived:
    """The bank reported by mistake; no such money came."""


@dataclass(frozen=True, slots=True)
class RefundReturned:
    """It is no deposit: the bank's transfer of this refund came back (退汇), with all that it had paid."""

    refund: UUID


Decision = Booked | Returned | NotReceived | RefundReturned


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item of money in suspense, as far as a decision on it asks.

    Attributes:
        person: Whose person took it from a bank's statement; None where the bank reported it.
    """

    status: SuspenseStatus
    resolution: SuspenseResolution | None
    bank_txn_no: str
    paid_at: datetime
    person: str | None


def check_decision(item: Waiting, decision: Decision, person: str | None, now: datetime) -> Problem | None:
    """Tell what stands against a decision, whatever it would book.

    It is made once, and never by the very person who took the money into suspense (R-GEN-4).
    """
    if item.status is not SuspenseStatus.OPEN:
        params = {"resolution": (item.resolution or SuspenseResolution.BOOKED).value}
        return Problem(ProblemCode.SUSPENSE_RESOLVED, "suspenseItemId", params=params)
    if item.person is not None and item.person == person:
        return Problem(ProblemCode.FOUR_EYES, "suspenseItemId", params={"side": "SUSPENSE"})
    return _check_return(item, decision, now) if isinstance(decision, Returned) else None


def _check_return(item: Waiting, given: Returned, now: datetime) -> Problem | None:
    no_txn = check_txn(given.txn, "decision.giveBack.bankTxnNo", "退回流水号")
    if no_txn is not None:
        return no_txn
    if given.txn == item.bank_txn_no:
        params = {"txn": given.txn, "other": item.bank_txn_no}
        return Problem(ProblemCode.BANK_TXN_USED, "decision.giveBack.bankTxnNo", params=params)
    early = business_day(given.paid_at) < business_day(item.paid_at)
    if early or given.paid_at > now + CLOCK_SKEW:
        return Problem(ProblemCode.DATE_INVALID, "decision.giveBack.paidAt", params={"label": "退回时间"})
    return None
