"""Who books, when, and in which request: what every booking of an act says of itself."""

from uuid import UUID

from db.ledger import Booking
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
