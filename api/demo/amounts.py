"""The amounts that the demo must show, written by hand in a file beside this one."""

from pathlib import Path

import msgspec

AMOUNTS = Path(__file__).parent / "amounts.toml"


class Deposits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the second estate's deposits come to, the units by building and room.

    Attributes:
        waiting: What waits in suspense, in the order in which the bank reported it.
        batches: The totals of the two batch notices.
        interest: What 101, 102 and 201 get of 100.00 yuan.
        used: What 101 and 102 bear of 60.00 yuan.
        balances: What these three hold then.
        booked: What the estate's deposits come to once all are paid.
        closing: What the estate holds at the end of the day.
        bank_day: What the bank took that day for notices of any estate.
        statement: What came and went as the bank's statement says, which leaves one amount out, tells another
            wrongly, and has one of its own.
        held: What the bank holds after it, what the books say then, and what both come to when each has what
            the other alone has; then the same three of the next day.
    """

    due: dict[str, str]
    order_due: str
    waiting: tuple[str, ...]
    batches: tuple[str, str]
    in_words: str
    receipts: int
    interest: tuple[str, str, str]
    used: tuple[str, str]
    balances: tuple[str, str, str]
    booked: str
    closing: str
    bank_day: str
    statement: tuple[str, str]
    held: tuple[str, str, str, str, str, str]


class Amounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One city's amounts in yuan and areas in square metres, as the product has to write them."""

    rates: dict[str, str]
    area: str
    units: int
    due: dict[str, str]
    order_due: str
    notice: str
    in_words: str
    wrong_amount: str
    balance_before: str
    balance_after: str
    outstanding: str
    split: tuple[str, str]
    changed_due: str
    refunds: tuple[str, ...]
    returned: tuple[str, str]
    added_due: str
    fetched_units: int
    fetched_area: str
    fetched_due: str
    heard: dict[str, int]
    deposits: Deposits
    topped_up: dict[str, str]


def load_amounts(path: Path = AMOUNTS) -> dict[str, Amounts]:
    """Read the amounts by the key of their city.

    Raises:
        msgspec.ValidationError: The file has something else than it should.
    """
    return msgspec.toml.decode(path.read_bytes(), type=dict[str, Amounts])
