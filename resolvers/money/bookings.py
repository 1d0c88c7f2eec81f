"""What every booking of an act says of itself, and which accounts stand for the money at the banks."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from db.given import among
from db.ledger import Booking
from db.tables.money import Account
from resolvers.act import Work


def booking_of(work: Work, reason: str, payment: UUID | None, organization: UUID | None) -> Booking:
    """Say what causes a booking and who books it."""
    return Booking(
        city=work.actor.city,
        organization=organization,
        reason=reason,
        payment=payment,
        booked_at=work.now,
        booked_by=work.actor.principal,
        request_id=work.visit.request_id or None,
    )


async def find_specials(work: Work, estates: Iterable[UUID | None]) -> Mapping[UUID | None, UUID]:
    """Find the special accounts of estates, against which everything is booked on their units' accounts."""
    ids = sorted({estate for estate in estates if estate is not None})
    rows = await work.session.execute(
        select(Account.estate_id, Account.id).where(
            Account.city == work.actor.city, Account.kind == "SPECIAL", among(Account.estate_id, ids)
        )
    )
    return {row.estate_id: row.id for row in rows}
