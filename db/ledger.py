"""Books money twice: every booking is entries that sum to zero, added and never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.tables.money import Entry, Journal
from domain.people import NewId


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What caused a booking, and who booked it."""

    city: int
    organization: UUID | None
    reason: str
    payment: UUID | None = None
    order: UUID | None = None
    booked_at: datetime
    booked_by: UUID
    request_id: str | None


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a booking: fen, credit positive."""

    account: UUID
    type: str
    amount: int
    organization: UUID | None


async def book(session: AsyncSession, booking: Booking, postings: Sequence[Posting], new_id: NewId) -> UUID:
    """Write a booking with its entries; the database moves the balances and checks the sum again.

    Raises:
        ValueError: The postings do not sum to zero; nothing was written.
    """
    if sum(posting.amount for posting in postings) != 0:
        raise ValueError("A booking's postings must sum to zero.")
    journal = new_id()
    await session.execute(
        insert(Journal).values(
            city=booking.city,
            id=journal,
            org_id=booking.organization,
            reason=booking.reason,
            payment_id=booking.payment,
            order_id=booking.order,
            booked_at=booking.booked_at,
            booked_by=booking.booked_by,
            request_id=booking.request_id,
        )
    )
    rows = [
        {
            "city": booking.city,
            "id": new_id(),
            "org_id": posting.organization,
            "journal_id": journal,
            "account_id": posting.account,
            "type": posting.type,
            "amount": posting.amount,
            "booked_at": booking.booked_at,
        }
        for posting in sorted(postings, key=lambda p: p.account)
    ]
    await session.execute(insert(Entry), rows)
    return journal
