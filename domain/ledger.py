"""What the fund office books by itself: interest, money used for repairs, and taking such a booking back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.deposits import DepositType
from domain.money import MAX_LINE, allocate, format_yuan
from domain.problem import Problem, ProblemCode
from domain.status import AccountStatus


class PostingType(StrEnum):
    """What the fund office books by itself."""

    INTEREST = "INTEREST"
    USE = "USE"


SIGNS: Final[Mapping[str, int]] = MappingProxyType({PostingType.INTEREST: 1, PostingType.USE: -1})
"""Whether a booking adds to the units' accounts or takes from them; only these can be taken back."""


@dataclass(frozen=True, slots=True)
class Purse:
    """What a unit's account says to whoever books on it; amounts in fen, the area in 0.0001 m².

    Attributes:
        promised: What refunds under way will take away of the balance.
    """

    room: str
    status: AccountStatus
    balance: int
    promised: int
    gross_area: int

    @property
    def free(self) -> int:
        """What can be taken from it."""
        return self.balance - self.promised


def check_posting(purse: Purse, amount: int) -> Problem | None:
    """Tell what stands against booking an amount on an account; below zero it is taken away.

    A frozen account is of a unit that is no more, and goes out by the refunds that were promised: what came
    to it afterwards would stay there for ever.
    """
    if purse.status is AccountStatus.CLOSED:
        return Problem(ProblemCode.ACCOUNT_CLOSED, params={"room": purse.room})
    if purse.status is AccountStatus.FROZEN:
        return Problem(ProblemCode.ACCOUNT_FROZEN, params={"room": purse.room})
    if -amount > purse.free:
        params = {"room": purse.room, "balance": format_yuan(purse.free)}
        return Problem(ProblemCode.BALANCE_SHORT, params=params)
    return None


def check_amount(amount: int) -> Problem | None:
    """Tell whether an amount may be booked on one account (rule M8)."""
    if 0 < amount <= MAX_LINE:
        return None
    return Problem(ProblemCode.AMOUNT_INVALID, params={"label": "金额", "max": format_yuan(MAX_LINE)})


def share_out(kind: PostingType, total: int, purses: Sequence[Purse]) -> tuple[int, ...] | Problem:
    """Share an amount out among accounts to the last fen (M4).

    What was used is borne by gross floor area [165-20]; interest follows what each account holds [165-27].
    """
    held = kind is PostingType.INTEREST
    weights = [purse.balance if held else purse.gross_area for purse in purses]
    if not any(weights):
        return Problem(ProblemCode.NOTHING_TO_SHARE_BY)
    return allocate(total, weights)


class BookingCause(StrEnum):
    """What a booking came of."""

    DEPOSIT = "DEPOSIT"
    REFUND = "REFUND"
    INTEREST = "INTEREST"
    USE = "USE"
    REVERSAL = "REVERSAL"
    MOVE = "MOVE"
    SPLIT_MERGE = "SPLIT_MERGE"
    SUSPENSE = "SUSPENSE"


_DEPOSITS = frozenset[str](DepositType)


def cause_of(reason: str) -> BookingCause:
    """Tell what a booking came of from the reason that the books give; a deposit's is its type."""
    if reason in _DEPOSITS:
        return BookingCause.DEPOSIT
    # Of money in suspense the books say after a colon why it waits, or how it was decided.
    return BookingCause(reason.partition(":")[0].upper())
