"""Books money twice: every booking is entries that sum to zero, added and never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.tables.money import Entry, Journal
from db.tables.reconciliation import LedgerSeal
from domain.clock import business_day
from domain.people import NewId
from domain.refusal import TooBusy

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What caused a booking, and who booked it.

    Attributes:
        refund: The refund that was paid.
        suspense: The waiting money that was decided.
        reverses: The earlier booking that this one takes back.
        note: What the one who booked says of it.
    """

    city: int
    organization: UUID | None
    reason: str
    payment: UUID | None = None
    order: UUID | None = None
    refund: UUID | None = None
    suspense: UUID | None = None
    reverses: UUID | None = None
    note: str | None = None
    booked_at: datetime
    booked_by: UUID
    request_id: str | None


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a booking: fen, credit positive; of what is carried over, how it once came in."""

    account: UUID
    type: str
    amount: int
    organization: UUID | None
    component: str | None = None


Entries = Sequence[tuple[Booking, Sequence[Posting]]]
"""Bookings with their postings."""


async def book(session: AsyncSession, booking: Booking, postings: Sequence[Posting], new_id: NewId) -> UUID:
    """Write a booking with its entries; the database moves the balances and checks the sum again.

    Raises:
        ValueError: The postings do not sum to zero; nothing was written.
    """
    return (await book_all(session, ((booking, postings),), new_id))[0]


async def book_all(session: AsyncSession, entries: Entries, new_id: NewId) -> list[UUID]:
    """Write many bookings at once.

    Raises:
        ValueError: The postings of one do not sum to zero; nothing was written.
        TooBusy: They are of a day that is sealed; the machine's clock is behind.
    """
    if any(sum(posting.amount for posting in postings) for _, postings in entries):
        raise ValueError("A booking's postings must sum to zero.")
    if not entries:
        return []
    await _check_unsealed(session, [booking for booking, _ in entries])
    journals = [new_id() for _ in entries]
    heads = [_journal_row(booking, journal) for journal, (booking, _) in zip(journals, entries, strict=True)]
    await session.execute(insert(Journal), heads)
    rows = [
        _entry_row(booking, journal, posting, new_id())
        for journal, (booking, postings) in zip(journals, entries, strict=True)
        for posting in postings
    ]
    # Accounts are moved in one order by everybody, so that two bookings cannot wait for each other.
    await session.execute(insert(Entry), sorted(rows, key=lambda row: row["account_id"]))
    return journals


async def _check_unsealed(session: AsyncSession, bookings: Sequence[Booking]) -> None:
    """Book nothing on a day that is sealed: nobody could ever take it out again.

    Raises:
        TooBusy: It would be; whoever asks again finds the clock set right.
    """
    first = min(bookings, key=lambda booking: booking.booked_at)
    sealed = await session.scalar(select(func.max(LedgerSeal.day)).where(LedgerSeal.city == first.city))
    if sealed is not None and business_day(first.booked_at) <= sealed:
        _log.error(
            "clock behind the sealed books", city=first.city, at=str(first.booked_at), sealed=str(sealed)
        )
        raise TooBusy


def _journal_row(booking: Booking, journal: UUID) -> dict[str, Any]:
    return {
        "city": booking.city,
        "id": journal,
        "org_id": booking.organization,
        "reason": booking.reason,
        "payment_id": booking.payment,
        "order_id": booking.order,
        "refund_id": booking.refund,
        "suspense_id": booking.suspense,
        "reverses_id": booking.reverses,
        "note": booking.note,
        "booked_at": booking.booked_at,
        "booked_by": booking.booked_by,
        "request_id": booking.request_id,
    }


def _entry_row(booking: Booking, journal: UUID, posting: Posting, entry: UUID) -> dict[str, Any]:
    return {
        "city": booking.city,
        "id": entry,
        "org_id": posting.organization,
        "journal_id": journal,
        "account_id": posting.account,
        "type": posting.type,
        "component": posting.component,
        "amount": posting.amount,
        "booked_at": booking.booked_at,
    }
