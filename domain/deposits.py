"""Deposit notices: what is still due, which owners may be typed, and what the QR code says."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.people import Owner
from domain.problem import Problem, ProblemCode


class NoticeStatus(StrEnum):
    """Where a deposit notice stands."""

    OPEN = "OPEN"
    PAID = "PAID"
    VOIDED = "VOIDED"
    EXPIRED = "EXPIRED"


class DepositType(StrEnum):
    """What a deposit is for (交款类型)."""

    FIRST = "FIRST"
    SUPPLEMENT = "SUPPLEMENT"
    TOPUP = "TOPUP"
    OTHER = "OTHER"


class SuspenseReason(StrEnum):
    """Why money that the bank reported could not be booked."""

    NOTICE_UNKNOWN = "NOTICE_UNKNOWN"
    ALREADY_PAID = "ALREADY_PAID"
    NOTICE_NOT_OPEN = "NOTICE_NOT_OPEN"
    AMOUNT_MISMATCH = "AMOUNT_MISMATCH"
    CHANNEL_NOT_ALLOWED = "CHANNEL_NOT_ALLOWED"


@dataclass(frozen=True, slots=True)
class UnitAccount:
    """What a unit's account says; amounts in fen."""

    due: int
    paid_first: int
    balance: int


def first_deposit(account: UnitAccount) -> int | Problem:
    """Tell what is still due of the first deposit (R-NOT-2): the due less what was paid, never below one fen."""
    amount = account.due - account.paid_first
    return amount if amount > 0 else Problem(ProblemCode.NOTHING_DUE)


def check_owners(given: Sequence[Owner], present: Sequence[Owner], account: UnitAccount) -> list[Problem]:
    """Tell which owners may stand on a notice (R-OWN-2, R-OWN-3).

    While nothing is paid, owners may be typed anew; afterwards the same people must be named, and only a
    mobile number may differ.
    """
    if not given:
        return [Problem(ProblemCode.OWNER_REQUIRED, "owners")]
    numbers = [owner.id_number.blind for owner in given]
    if len(set(numbers)) < len(numbers):
        return [Problem(ProblemCode.DUPLICATE_OWNER, "owners")]
    known = {(owner.name, owner.id_type, owner.id_number.blind) for owner in present}
    named = {(owner.name, owner.id_type, owner.id_number.blind) for owner in given}
    if (account.paid_first or account.balance) and named != known:
        return [Problem(ProblemCode.OWNER_CHANGE_NEEDS_ORDER, "owners")]
    return []


def qr_payload(city: int, notice_no: str, amount: int) -> str:
    """Write what the QR code of a notice says: `v1|city|notice no.|fen|check`, and nothing about a person.

    The check tells a misread code from a read one; it is no secret, for the bank asks the product anyway.
    """
    text = f"v1|{city}|{notice_no}|{amount}"
    return f"{text}|{hashlib.sha256(text.encode()).hexdigest()[:8]}"
