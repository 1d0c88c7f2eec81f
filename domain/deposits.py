"""Deposit notices: what is still due, which owners may be typed, and what the QR code says."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.people import Owner
from domain.problem import Problem, ProblemCode
from domain.switch import Channel


class NoticeStatus(StrEnum):
    """Where a deposit notice stands."""

    OPEN = "OPEN"
    PAID = "PAID"
    VOIDED = "VOIDED"
    EXPIRED = "EXPIRED"


def standing(status: str, expires_at: datetime, now: datetime) -> NoticeStatus:
    """Tell where a notice stands at a moment; an open one whose time ran out counts as expired."""
    found = NoticeStatus(status)
    return NoticeStatus.EXPIRED if found is NoticeStatus.OPEN and expires_at <= now else found


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
    NOT_REPORTED = "NOT_REPORTED"


CHANNEL_LABELS = {
    Channel.BANK: "银行柜台",
    Channel.QR: "扫码交款",
    Channel.QIAODU_WINDOW: "侨都之窗",
    Channel.POS: "维修资金专用POS机",
}
"""What people call the places where a notice can be paid."""


@dataclass(frozen=True, slots=True)
class UnitAccount:
    """What a unit's account says; amounts in fen."""

    due: int
    paid_first: int
    balance: int
    promised: int = 0
    """What refunds under way will take away of it."""

    @property
    def kept(self) -> int:
        """What was paid of the first deposit and is not promised back."""
        return self.paid_first - self.promised


def first_deposit(account: UnitAccount) -> int | Problem:
    """Tell what is still due of the first deposit (R-NOT-2): the due less what was paid and stays."""
    amount = account.due - account.kept
    return amount if amount > 0 else Problem(ProblemCode.NOTHING_DUE)


def deposit_type(account: UnitAccount) -> DepositType:
    """Tell what a notice over what is still due is for: the first deposit, or what a change added to it.

    The bank takes no part of a notice, so that something was paid means that all of an earlier due was.
    """
    return DepositType.SUPPLEMENT if account.paid_first else DepositType.FIRST


def entry_type(kind: DepositType, paid_first: int) -> DepositType:
    """Tell as what a unit's part of a notice is booked.

    What another deposit (其他交款) asks is what is still due, so that it counts as paid of the first deposit.
    """
    if kind is not DepositType.OTHER:
        return kind
    return DepositType.SUPPLEMENT if paid_first else DepositType.FIRST


def check_owners(
    given: Sequence[Owner], present: Sequence[Owner], account: UnitAccount, *, reviewed: bool
) -> Problem | None:
    """Tell whether these owners may stand on a notice (R-OWN-2, R-OWN-3).

    While nothing is paid, owners may be typed anew; afterwards, and once the office has reviewed them by an
    order, the same people must be named, and only a mobile number may differ.
    """
    if not given:
        return Problem(ProblemCode.OWNER_REQUIRED, "owners")
    numbers = [owner.id_number.blind for owner in given]
    if len(set(numbers)) < len(numbers):
        return Problem(ProblemCode.DUPLICATE_OWNER, "owners")
    fixed = account.paid_first or account.balance or reviewed
    if fixed and not same_people(given, present):
        return Problem(ProblemCode.OWNER_CHANGE_NEEDS_ORDER, "owners")
    return None


def same_people(some: Sequence[Owner], others: Sequence[Owner]) -> bool:
    """Tell whether two lists name the same people; their mobile numbers and their order may differ."""
    return {_person(owner) for owner in some} == {_person(owner) for owner in others}


def same_owners(some: Sequence[Owner], others: Sequence[Owner]) -> bool:
    """Tell whether two lists name the same people with the same mobile numbers."""
    return {(*_person(one), one.mobile.blind) for one in some} == {
        (*_person(other), other.mobile.blind) for other in others
    }


def _person(owner: Owner) -> tuple[str, str, str]:
    return owner.name, owner.id_type, owner.id_number.blind


def keep_shares(given: Sequence[Owner], present: Sequence[Owner]) -> tuple[Owner, ...]:
    """Leave the recorded shares with owners who stay the same people; new ones own in common."""
    if not same_people(given, present):
        return tuple(given)
    shares = {owner.id_number.blind: owner.share for owner in present}
    return tuple(replace(owner, share=shares[owner.id_number.blind]) for owner in given)


def qr_payload(city: int, notice_no: str, amount: int) -> str:
    """Write what the QR code of a notice says: `v1|city|notice no.|fen|check`, and nothing about a person.

    The check tells a misread code from a read one; it is no secret, for the bank asks the product anyway.
    """
    text = f"v1|{city}|{notice_no}|{amount}"
    return f"{text}|{hashlib.sha256(text.encode()).hexdigest()[:8]}"
