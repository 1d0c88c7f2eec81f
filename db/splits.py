"""Splits and merges units: the old ones stay as history at 0.00, the new ones open with what they held."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, select, update

from db.given import among
from db.ledger import Booking, Posting, book_all
from db.numbers import take_numbers
from db.owners import Home, add_owners, owner_row
from db.search import index_buildings
from db.site import Site
from db.tables.estates import Owner, Unit
from db.tables.money import Account
from domain.change import ArrivingUnit, LeavingUnit, ReplaceUnits

_REASON = "SPLIT_MERGE"


async def replace_units(site: Site, changes: Sequence[ReplaceUnits]) -> None:
    """Put units in the place of others, with their owners, dues and money, many rows a statement."""
    models = await _models(site, [change.model for change in changes])
    # The old units leave first, for a new one may stand where an old one stood.
    await _leave(site, changes)
    arriving = [(models[change.model], change, unit) for change in changes for unit in change.arriving]
    count = len(arriving)
    codes = await take_numbers(site.session, site.city, f"{site.letters}UN", site.today, count)
    numbers = await take_numbers(site.session, site.city, f"{site.letters}UA", site.today, count)
    units = [_unit_row(site, *one, code) for one, code in zip(arriving, codes, strict=True)]
    accounts = [
        _account_row(site, model, new, no) for (model, _, new), no in zip(arriving, numbers, strict=True)
    ]
    await site.session.execute(insert(Unit), units)
    await site.session.execute(insert(Account), accounts)
    known = await _known_owners(site, changes)
    owners = chain.from_iterable(
        _owner_rows(site, model, change, new, known) for model, change, new in arriving
    )
    await add_owners(site.session, site.city, site.sealer, list(owners))
    await _carry_over(site, changes, models)
    await _close(site, changes)
    await index_buildings(site.session, site.city, {new.building for _, _, new in arriving})


async def _models(site: Site, units: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    """Read what new units and their accounts take over as it is from the units that they are modelled on."""
    rows = await site.session.execute(
        select(
            Unit.id,
            Unit.org_id,
            Unit.estate_id,
            Unit.deposit_point,
            Account.bank,
            Account.holder,
            Account.rate,
            Account.rate_id,
        )
        .join(Account, (Account.city == Unit.city) & (Account.unit_id == Unit.id))
        .where(Unit.city == site.city, among(Unit.id, units), Account.status == "OPEN")
    )
    return {row["id"]: dict(row) for row in rows.mappings()}


async def _leave(site: Site, changes: Sequence[ReplaceUnits]) -> None:
    """Take the old units out of use; what was one is split, what were several are merged (R-SPL-4)."""
    table = cast("Table", Unit.__table__)
    statement = (
        update(table)
        .where(table.c.city == site.city, table.c.id == bindparam("row"))
        .values(
            status=bindparam("new_status"),
            successor_ids=bindparam("new_successors"),
            version=table.c.version + 1,
        )
    )
    rows = [
        {
            "row": old.unit,
            "new_status": "SPLIT" if len(change.leaving) == 1 else "MERGED",
            "new_successors": [new.unit for new in change.arriving],
        }
        for change in changes
        for old in change.leaving
    ]
    await (await site.session.connection()).execute(statement, rows)


def _unit_row(
    site: Site, model: Mapping[str, Any], change: ReplaceUnits, new: ArrivingUnit, code: str
) -> dict[str, Any]:
    """Write a new unit; contract numbers and the transaction system's names are not carried (R-SPL-6)."""
    content = new.content
    return {
        "city": site.city,
        "id": new.unit,
        "org_id": model["org_id"],
        "estate_id": model["estate_id"],
        "building_id": new.building,
        "code": code,
        "section": content.section,
        "floor": content.floor,
        "room_no": content.room_no,
        "place_key": new.place_key,
        "address": content.address,
        "usage": content.usage,
        "category": new.category,
        "gross_area": content.gross_area,
        "net_area": content.net_area,
        "has_lift": content.has_lift,
        "sale_status": content.sale_status,
        "deposit_point": model["deposit_point"],
        "remark": content.remark,
        "predecessor_ids": [old.unit for old in change.leaving],
        "status": "ACTIVE",
    }


def _account_row(site: Site, model: Mapping[str, Any], new: ArrivingUnit, number: str) -> dict[str, Any]:
    return {
        "city": site.city,
        "id": new.account,
        "org_id": model["org_id"],
        "kind": "UNIT",
        "account_no": number,
        "bank": model["bank"],
        "estate_id": model["estate_id"],
        "unit_id": new.unit,
        "holder": "OWNER" if new.owners else model["holder"],
        "due": new.due,
        "rate": model["rate"],
        "rate_id": model["rate_id"],
        "status": "OPEN",
        "opened_at": site.now,
    }


_Known = Mapping[tuple[UUID, str], tuple[str, bool]]
"""Of a unit's owner, by the blind index of the number: whence it is known, and whether that was reviewed."""


async def _known_owners(site: Site, changes: Sequence[ReplaceUnits]) -> _Known:
    units = [old.unit for change in changes for old in change.leaving]
    rows = await site.session.execute(
        select(Owner.unit_id, Owner.id_number_blind, Owner.source, Owner.reviewed).where(
            Owner.city == site.city, among(Owner.unit_id, units)
        )
    )
    return {(row.unit_id, row.id_number_blind): (row.source, row.reviewed) for row in rows}


def _owner_rows(
    site: Site, model: Mapping[str, Any], change: ReplaceUnits, new: ArrivingUnit, known: _Known
) -> Iterator[dict[str, Any]]:
    """Write the owners of a new unit; whom the office had not reviewed before, it has not by a split."""
    home = Home(site.city, model["org_id"], model["estate_id"], new.unit)
    for position, owner in enumerate(new.owners, start=1):
        keys = ((old.unit, owner.id_number.blind) for old in change.leaving)
        found = [known[key] for key in keys if key in known] or [("ORDER", True)]
        yield owner_row(
            home,
            site.new_id(),
            position,
            owner,
            source=found[0][0],
            reviewed=all(reviewed for _, reviewed in found),
        )


async def _carry_over(
    site: Site, changes: Sequence[ReplaceUnits], models: Mapping[UUID, Mapping[str, Any]]
) -> None:
    """Book what the old accounts hold over to the new ones, each kind of entry by itself (R-SPL-3)."""
    entries: list[tuple[Booking, list[Posting]]] = []
    for change in changes:
        organization = models[change.model]["org_id"]
        postings = [
            *_postings(change.leaving, "TRANSFER_OUT", -1, organization),
            *_postings(change.arriving, "TRANSFER_IN", 1, organization),
        ]
        if postings:
            entries.append((_booking(site, organization), postings))
    await book_all(site.session, entries, site.new_id)


def _postings(
    units: Sequence[LeavingUnit | ArrivingUnit], kind: str, sign: int, organization: UUID
) -> list[Posting]:
    """Post what adds to an account before what takes from it, so that no balance falls below zero."""
    postings = [
        Posting(unit.account, kind, sign * amount, organization, component)
        for unit in units
        for component, amount in unit.components.items()
        if amount
    ]
    return sorted(postings, key=lambda posting: -posting.amount)


def _booking(site: Site, organization: UUID) -> Booking:
    return Booking(
        city=site.city,
        organization=organization,
        reason=_REASON,
        order=site.order,
        booked_at=site.now,
        booked_by=site.principal,
        request_id=site.request_id,
    )


async def _close(site: Site, changes: Sequence[ReplaceUnits]) -> None:
    """Close the old accounts; what was due of them is due of the new ones now."""
    accounts = [old.account for change in changes for old in change.leaving]
    await site.session.execute(
        update(Account)
        .where(Account.city == site.city, among(Account.id, accounts))
        .values(status="CLOSED", due=0)
    )
