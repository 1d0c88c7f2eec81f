"""The owners of units whose notices are printed: read, and recorded where nothing is paid yet (R-OWN-2)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from db.given import among
from db.owners import Home, add_owners, owner_row, remove_owners
from db.tables.estates import Owner as OwnerRow
from db.tables.estates import Unit
from db.tables.money import Account
from domain.people import Owner, Sealed
from resolvers.act import Work


def owner_of(row: OwnerRow) -> Owner:
    """Read a recorded owner as the rules know it."""
    return Owner(
        name=row.name,
        id_type=row.id_type,
        id_number=Sealed(row.id_number_cipher, row.id_number_masked, row.id_number_blind),
        mobile=Sealed(row.mobile_cipher, row.mobile_masked, row.mobile_blind),
        share=row.share,
    )


async def load_owners(work: Work, units: Sequence[UUID]) -> Mapping[UUID, tuple[OwnerRow, ...]]:
    """Read the owners of units, in their order."""
    rows = await work.session.scalars(
        select(OwnerRow)
        .where(OwnerRow.city == work.actor.city, among(OwnerRow.unit_id, units))
        .order_by(OwnerRow.position)
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[OwnerRow]] = {}
    for row in rows:
        found.setdefault(row.unit_id, []).append(row)
    return {unit: tuple(owners) for unit, owners in found.items()}


async def replace_owners(
    work: Work, units: Mapping[UUID, tuple[Unit, Sequence[OwnerRow], Sequence[Owner]]]
) -> None:
    """Put the named owners in the place of the recorded ones; whoever stays keeps the id and the review."""
    if not units:
        return
    city, sealer = work.actor.city, work.visit.desk.sealer
    await remove_owners(work.session, city, sealer, units)
    rows = [
        _row(work, unit, place, owner, present)
        for unit, present, owners in units.values()
        for place, owner in enumerate(owners, start=1)
    ]
    await add_owners(work.session, city, sealer, rows)
    accounts = update(Account).where(
        Account.city == city,
        among(Account.unit_id, list(units)),
        Account.kind == "UNIT",
        Account.status != "CLOSED",
        # What a developer paid in advance stays its own, though a mobile number is typed anew.
        Account.paid_first == 0,
        Account.balance == 0,
    )
    await work.session.execute(accounts.values(holder="OWNER"))


def _row(work: Work, unit: Unit, place: int, owner: Owner, present: Sequence[OwnerRow]) -> dict[str, Any]:
    blind = owner.id_number.blind
    same = next((row for row in present if (row.name, row.id_number_blind) == (owner.name, blind)), None)
    return owner_row(
        Home(unit.city, unit.org_id, unit.estate_id, unit.id),
        same.id if same else work.new_id(),
        place,
        owner,
        source=same.source if same else "NOTICE",
        reviewed=same.reviewed if same else False,
    )
