"""Who asks for a list, as far as the list's conditions depend on that."""

from dataclasses import dataclass
from datetime import datetime

from db.scope import Scope
from db.sealing import Sealer
from resolvers.visit import Visit


@dataclass(frozen=True, slots=True)
class Asker:
    """What conditions are written with.

    Attributes:
        city: Where it asks.
        now: The present moment by the product's clock.
        units: The units that may be seen; None for none at all.
        owners: Those whose owners may be seen; None for none at all.
        sealer: Hashes what is kept hashed.
    """

    city: int
    now: datetime
    units: Scope | None
    owners: Scope | None
    sealer: Sealer


async def asker_of(visit: Visit) -> Asker:
    """Tell who asks.

    Raises:
        Unauthenticated: Nobody has signed in.
    """
    units, owners = await visit.scope("unit.view"), await visit.scope("owner.view")
    return Asker(visit.signed_in().city, visit.now, units, owners, visit.desk.sealer)
