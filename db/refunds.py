"""Writes promised refunds, each payee's part by itself where the order names no account."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from db.given import among
from db.numbers import take_numbers
from db.site import Site
from db.tables.estates import Owner, Unit
from db.tables.money import Account, Refund
from db.tables.organizations import Organization
from domain.change import CreateRefund
from domain.refunds import Part, share_refund


async def create_refunds(site: Site, changes: Sequence[CreateRefund]) -> None:
    """Promise refunds; without a named account each owner's part is a refund of its own, by the shares."""
    parts = await _parts(site, changes)
    places = await site.session.execute(
        select(Unit.id, Unit.org_id, Unit.estate_id).where(
            Unit.city == site.city, among(Unit.id, [change.unit for change in changes])
        )
    )
    where = {row.id: row for row in places}
    count = sum(len(parts[change.refund]) for change in changes)
    numbers = iter(await take_numbers(site.session, site.city, site.letters + "RF", site.today, count))
    rows: list[dict[str, Any]] = [
        {
            "city": site.city,
            "id": site.new_id() if place else change.refund,
            "org_id": where[change.unit].org_id,
            "estate_id": where[change.unit].estate_id,
            "unit_id": change.unit,
            "account_id": change.account,
            "order_id": site.order,
            "refund_no": next(numbers),
            "amount": part.amount,
            "status": "APPROVED",
            "payee_name": part.payee,
            "payee_account": change.number,
            "payee_bank": change.bank,
            "approved_at": site.now,
        }
        for change in changes
        for place, part in enumerate(parts[change.refund])
    ]
    # Each reserves its amount in its account; accounts are moved in one order by everybody.
    await site.session.execute(insert(Refund), sorted(rows, key=lambda row: row["account_id"]))


async def _parts(site: Site, changes: Sequence[CreateRefund]) -> Mapping[UUID, Sequence[Part]]:
    """Tell who gets what: the named account all, else each owner a part, or the developer who paid."""
    unnamed = [change for change in changes if change.holder is None]
    owners, developers = await _owners(site, unnamed), await _developers(site, unnamed)
    return {
        change.refund: (Part(change.holder, change.amount),)
        if change.holder is not None
        else share_refund(change.amount, owners.get(change.unit, ()), developers.get(change.account))
        for change in changes
    }


async def _developers(site: Site, changes: Sequence[CreateRefund]) -> Mapping[UUID, str]:
    """Name the developers to whom accounts belong, by the accounts."""
    rows = await site.session.execute(
        select(Account.id, Organization.name)
        .join(Organization, (Organization.city == Account.city) & (Organization.id == Account.org_id))
        .where(
            Account.city == site.city,
            Account.holder == "DEVELOPER",
            among(Account.id, [change.account for change in changes]),
        )
    )
    return {account: name for account, name in rows}  # noqa: C416 - rows are no mapping


async def _owners(
    site: Site, changes: Sequence[CreateRefund]
) -> Mapping[UUID, Sequence[tuple[str, str | None]]]:
    """Name the owners of units in their order, each with the share."""
    rows = await site.session.execute(
        select(Owner.unit_id, Owner.name, Owner.share)
        .where(Owner.city == site.city, among(Owner.unit_id, [change.unit for change in changes]))
        .order_by(Owner.unit_id, Owner.position)
    )
    found: dict[UUID, list[tuple[str, str | None]]] = {}
    for unit, name, share in rows:
        found.setdefault(unit, []).append((name, share))
    return found
