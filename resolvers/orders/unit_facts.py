"""What an order's rules must know of units: their accounts, their dates, and whether a notice is open."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from db.given import among
from db.tables.estates import Unit
from db.tables.money import Account, Entry, NoticeLine, Refund
from db.tables.orders import BusinessOrder
from domain.orders.facts import UnitFacts
from resolvers.act import Work
from resolvers.reading import Reads


async def hold_accounts(work: Work, units: Sequence[UUID]) -> None:
    """Lock the accounts of units, in the order of their ids as everybody does, before anything is read.

    Whoever pays, posts, refunds, asks or changes something of the units at this moment waits for the other.
    A row that is locked while it is read beside others would be new, and what stands beside it old.
    """
    accounts = select(Account.id).where(Account.city == work.actor.city, among(Account.unit_id, units))
    await work.session.execute(accounts.order_by(Account.id).with_for_update())


async def load_unit_facts(
    reads: Reads, order: BusinessOrder, units: Collection[UUID]
) -> Mapping[UUID, UnitFacts]:
    """Read the active units of these with their open accounts, table by table.

    Right after a large order the database has no statistics of the new rows, and would join them badly.
    """
    if not units:
        return {}
    ids = list(units)
    accounts = await reads.execute(
        select(Account.unit_id, Account.id, Account.due, Account.paid_first, Account.balance).where(
            Account.city == order.city, Account.status == "OPEN", among(Account.unit_id, ids)
        )
    )
    known = {row.unit_id: row for row in accounts}
    noticed = await reads.execute(
        select(NoticeLine.unit_id).where(
            NoticeLine.city == order.city, NoticeLine.status == "OPEN", among(NoticeLine.unit_id, ids)
        )
    )
    with_notice = set(noticed.scalars())
    reserved = await _add_promised(reads, order.city, [row.id for row in known.values()])
    rows = await reads.execute(
        select(Unit.id, Unit.building_id, Unit.deposit_point).where(
            Unit.city == order.city, Unit.status == "ACTIVE", among(Unit.id, ids)
        )
    )
    return {
        row.id: UnitFacts(
            building=row.building_id,
            deposit_point=row.deposit_point,
            account=known[row.id].id,
            due=known[row.id].due,
            paid_first=known[row.id].paid_first,
            available=known[row.id].balance - reserved.get(known[row.id].id, 0),
            balance=known[row.id].balance,
            has_open_notice=row.id in with_notice,
        )
        for row in rows
        if row.id in known
    }


async def load_ledgers(
    work: Work, order: BusinessOrder, units: Mapping[UUID, UnitFacts]
) -> Mapping[UUID, Mapping[str, int]]:
    """Add up what the units' accounts hold, by the types of entries through which it first came or went."""
    accounts = [unit.account for unit in units.values()]
    kind = func.coalesce(Entry.component, Entry.type)
    rows = await work.session.execute(
        select(Entry.account_id, kind, func.sum(Entry.amount))
        .where(Entry.city == order.city, among(Entry.account_id, accounts))
        .group_by(Entry.account_id, kind)
    )
    found: dict[UUID, dict[str, int]] = {account: {} for account in accounts}
    for account, name, amount in rows:
        found[account][name] = int(amount)
    return found


async def load_promised(work: Work, accounts: Sequence[UUID]) -> Mapping[UUID, int]:
    """Add up the refunds that are promised and not yet paid."""
    return await _add_promised(work.session, work.city.code, accounts)


async def _add_promised(reads: Reads, city: int, accounts: Sequence[UUID]) -> Mapping[UUID, int]:
    rows: Any = await reads.execute(
        select(Refund.account_id, func.sum(Refund.amount))
        .where(Refund.city == city, Refund.status != "PAID", among(Refund.account_id, accounts))
        .group_by(Refund.account_id)
    )
    return {account: int(amount) for account, amount in rows}
