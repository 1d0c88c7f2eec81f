"""Where, when and by whom the changes of an order are applied."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db.sealing import Sealer
from domain.people import NewId


@dataclass(frozen=True, slots=True)
class Site:
    """One transaction in which changes are applied.

    Attributes:
        order: The order that is carried out; bookings name it.
        letters: Begin the city's numbers.
        principal: Whoever decided; bookings name it.
    """

    session: AsyncSession
    city: int
    letters: str
    now: datetime
    today: date
    new_id: NewId
    sealer: Sealer
    order: UUID
    principal: UUID
    request_id: str | None
