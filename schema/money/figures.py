"""What the graph works out of the fund's rows: amounts in words, and what a notice said."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from domain.money import in_words
from resolvers.visit import Visit

Frozen: TypeAlias = Mapping[str, Any]
"""What a notice said besides its lines when it was issued, as it is stored."""


def words(_visit: Visit, amount: int) -> str:
    """Give an amount in Chinese capital numerals."""
    return in_words(amount)


def payer(_visit: Visit, snapshot: Frozen) -> str:
    """Name who pays: the unit's owners, or the developer of a shared notice."""
    return "、".join(owner["name"] for owner in snapshot["owners"])


def unit_count(_visit: Visit, snapshot: Frozen) -> int:
    """Tell how many units a notice asks for; only a shared notice says it."""
    return snapshot.get("units", 1)


def gross_area(_visit: Visit, snapshot: Frozen) -> int:
    """Tell the gross floor area of all units of a notice."""
    return snapshot["gross_area"]


def handler(_visit: Visit, snapshot: Frozen) -> str:
    """Name who issued a notice."""
    return snapshot["handler"]


def bank_then(_visit: Visit, snapshot: Frozen) -> str:
    """Name the bank of a notice."""
    return snapshot["bank"]["name"]


def account_name(_visit: Visit, snapshot: Frozen) -> str:
    """Name the holder of the account that a notice is paid into."""
    return snapshot["bank"]["account_name"]


def account_no(_visit: Visit, snapshot: Frozen) -> str:
    """Give the number of the account that a notice is paid into."""
    return snapshot["bank"]["account_no"]


def receipt_mobile(_visit: Visit, snapshot: Frozen) -> str | None:
    """Give the masked mobile number that gets a batch's receipts."""
    mobile = snapshot.get("receipt_mobile")
    return mobile["masked"] if mobile else None
