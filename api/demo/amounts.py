"""The amounts that the demo must show, written by hand in a file beside this one."""

from pathlib import Path

import msgspec

AMOUNTS = Path(__file__).parent / "amounts.toml"


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
    added_due: str
    fetched_units: int
    fetched_area: str
    fetched_due: str
    heard: dict[str, int]


def load_amounts(path: Path = AMOUNTS) -> dict[str, Amounts]:
    """Read the amounts by the key of their city.

    Raises:
        msgspec.ValidationError: The file has something else than it should.
    """
    return msgspec.toml.decode(path.read_bytes(), type=dict[str, Amounts])
