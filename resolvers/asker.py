"""Who asks for a list, as far as the list's conditions depend on that."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.scope import Scope
from db.sealing import Sealer
from resolvers.visit import Visit


@dataclass(frozen=True, slots=True)
class Asker:
    """What conditions are written with.

    Attributes:
        city: Where it asks.
        now: The present moment by the product's clock.
        principal: Who it is.
        organization: The organization whose eyes it is seen through; None for the fund office's.
        units: The units that may be seen; None for none at all.
        accounts: Those whose accounts may be seen; None for none at all.
        owners: Those whose owners may be seen; None for none at all.
        contracts: Those whose contract numbers may be seen; None for none at all.
        numbers: Those that may be found by an owner's ID number; None for none at all.
        sealer: Hashes what is kept hashed.
        moment: The moment at which everything is read as it was; None for the present.
    """

    city: int
    now: datetime
    principal: UUID
    organization: UUID | None
    units: Scope | None
    accounts: Scope | None
    owners: Scope | None
    contracts: Scope | None
    numbers: Scope | None
    sealer: Sealer
    moment: datetime | None = None


async def asker_of(visit: Visit) -> Asker:
    """Tell who asks.

    Raises:
        Unauthenticated: Nobody has signed in.
    """
    actor = visit.signed_in()
    return Asker(
        city=actor.city,
        now=visit.now,
        principal=actor.principal,
        organization=actor.organization,
        units=await visit.scope("unit.view"),
        accounts=await visit.scope("account.view"),
        owners=await visit.scope("owner.view"),
        contracts=await visit.scope("contract.view"),
        numbers=await visit.scope("owner.find"),
        sealer=visit.desk.sealer,
    )
