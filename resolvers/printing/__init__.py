"""Printing: forms of orders, notices and proofs, rendered beside the event loop and counted.

What makes pages is loaded with the first print, beside the loop: a process that prints nothing is a fifth
smaller, and starts faster.
"""

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from importlib import import_module
from typing import Any
from uuid import UUID

from domain.reporting import ReportFormat
from domain.yearly import YearAsked
from resolvers.act import Outcome, Refused, Work
from resolvers.visit import Visit

MANY_NOTICES = 5_000
"""So many notices are printed into one PDF beside the requests."""


class OrderForm(StrEnum):
    """The forms that an order prints; the application of a registration is its registration form."""

    APPLICATION = "APPLICATION"
    OPENING_LIST = "OPENING_LIST"


async def print_order(work: Work, order: UUID, form: OrderForm) -> Outcome:
    """Print a form of an order, as `resolvers.printing.orders` says."""
    return await (await _load("orders")).print_order(work, order, form)


async def print_notices(work: Work, notices: Sequence[UUID]) -> Outcome:
    """Print notices into one PDF, as `resolvers.printing.money` says."""
    return await (await _load("money")).print_notices(work, notices)


async def find_printable(work: Work, notices: Sequence[UUID], most: int) -> Refused | None:
    """Tell why notices cannot be printed now, as `resolvers.printing.money` says."""
    found = await (await _load("money")).find_printable(work, notices, most)
    return found if isinstance(found, Refused) else None


async def print_many_notices(visit: Visit, notices: Sequence[UUID], *, key: str) -> Outcome:
    """Print very many notices, as `resolvers.printing.many` says."""
    return await (await _load("many")).print_many(visit, notices, key=key)


async def print_proof(work: Work, payment: UUID) -> Outcome:
    """Print the proof of a payment, as `resolvers.printing.money` says."""
    return await (await _load("money")).print_proof(work, payment)


async def print_receipt(work: Work, receipt: UUID) -> Outcome:
    """Print an official receipt, as `resolvers.printing.receipts` says."""
    return await (await _load("receipts")).print_receipt(work, receipt)


async def print_refund(work: Work, refund: UUID) -> Outcome:
    """Print the notice of a refund, as `resolvers.printing.refunds` says."""
    return await (await _load("refunds")).print_refund(work, refund)


async def print_account_year(work: Work, account: UUID, year: int, made: ReportFormat) -> Outcome:
    """Print the statement of a unit's account for a year, as `resolvers.printing.account_year` says."""
    return await (await _load("account_year")).print_account(work, account, year, made)


async def print_estate_year(work: Work, estate: UUID, year: int, made: ReportFormat) -> Outcome:
    """Print an estate's yearly statement, as `resolvers.printing.yearly` says."""
    return await (await _load("yearly")).print_estate(work, estate, year, made)


async def print_publication(work: Work, estate: UUID, year: int, made: ReportFormat) -> Outcome:
    """Print an estate's publication sheet, as `resolvers.printing.yearly` says."""
    return await (await _load("yearly")).print_publication(work, estate, year, made)


async def print_large_year(visit: Visit, asked: YearAsked, *, key: str) -> Outcome:
    """Print a large estate's paper, as `resolvers.printing.large_year` says."""
    return await (await _load("large_year")).print_large(visit, asked, key=key)


async def _load(name: str) -> Any:  # noqa: ANN401 - a module
    return await asyncio.to_thread(import_module, f"resolvers.printing.{name}")
