"""A bank's balance brought to that of our books (银行存款余额调节): by what one side alone has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_ITEMS = 5_000
"""So many open items are shown one by one."""


class OpenItemKind(StrEnum):
    """Which side has an amount that the other one does not have yet (未达账项)."""

    BOOKS_RECEIVED = "BOOKS_RECEIVED"
    BOOKS_PAID = "BOOKS_PAID"
    BANK_RECEIVED = "BANK_RECEIVED"
    BANK_PAID = "BANK_PAID"

    @property
    def at_bank(self) -> bool:
        """Whether the bank has it, and our books do not."""
        return self in {OpenItemKind.BANK_RECEIVED, OpenItemKind.BANK_PAID}

    @property
    def sign(self) -> int:
        """Whether it adds to the balance of the side that lacks it, or takes from it."""
        return 1 if self in {OpenItemKind.BOOKS_RECEIVED, OpenItemKind.BANK_RECEIVED} else -1


class BookedAs(StrEnum):
    """As what our books have an amount, if they have it."""

    PAYMENT = "PAYMENT"
    SUSPENSE = "SUSPENSE"
    REFUND = "REFUND"
    INTEREST = "INTEREST"
    USE = "USE"


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What one side had at the end of a day, and the other had not.

    Attributes:
        kind: Who had it.
        amount: How much, in fen, above zero.
        differs: Both have the transaction, and the amount is by how much they differ.
        txn: The bank's number; None for what we booked without one.
        day: The day on which the one side had it.
        said: The bank's words, or ours.
        booked_as: As what our books have it.
        settled_on: The day on which the other side had it, too; None while it is open.
    """

    kind: OpenItemKind
    amount: int
    differs: bool
    txn: str | None
    day: date
    said: str
    booked_as: BookedAs | None
    settled_on: date | None


def kind_of(*, came: bool, bank: int, books: int) -> OpenItemKind:
    """Tell which side has more of a transaction; what left counts below zero.

    Of money that came in, and of money that went out, it is the side with the larger amount.
    """
    at_bank = abs(bank) > abs(books)
    if came:
        return OpenItemKind.BANK_RECEIVED if at_bank else OpenItemKind.BOOKS_RECEIVED
    return OpenItemKind.BANK_PAID if at_bank else OpenItemKind.BOOKS_PAID


@dataclass(frozen=True, slots=True)
class BankBalance:
    """What a bank and our books say was in its special accounts at the end of a day.

    Attributes:
        bank: The bank's code.
        day: The day.
        since: The day from which on they are compared: the bank's first with a balance, or where the unbroken
            run of statements before that begins.
        at_bank: What the bank's statement says, in fen.
        in_books: What our books said by then: the special accounts, and the money in suspense.
        items: What one side had and the other had not, the earliest first.
    """

    bank: str
    day: date
    since: date
    at_bank: int
    in_books: int
    items: Sequence[OpenItem]

    def of(self, kind: OpenItemKind) -> list[OpenItem]:
        """Give the items of a kind."""
        return [item for item in self.items if item.kind is kind]

    def sum_of(self, kind: OpenItemKind) -> int:
        """Sum up the items of a kind."""
        return sum(item.amount for item in self.items if item.kind is kind)

    def _net(self, *, at_bank: bool) -> int:
        return sum(item.kind.sign * item.amount for item in self.items if item.kind.at_bank is at_bank)

    @property
    def bank_adjusted(self) -> int:
        """What the bank would hold with what only our books have."""
        return self.at_bank + self._net(at_bank=False)

    @property
    def books_adjusted(self) -> int:
        """What our books would hold with what only the bank has."""
        return self.in_books + self._net(at_bank=True)

    @property
    def unexplained(self) -> int:
        """By how much the bank has more than our books after all that is known of both; zero is right."""
        return self.bank_adjusted - self.books_adjusted
