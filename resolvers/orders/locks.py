"""The locks of orders under way: taken at submission, given back when an order ends or is edited."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from db.tables.orders import BusinessOrder, OrderLock
from domain.orders.facts import Holder, Target
from domain.problem import Problem
from resolvers.act import Work


async def take_locks(work: Work, order: BusinessOrder, targets: Sequence[Target]) -> list[Problem]:
    """Lock what the order touches, and tell of each thing that another order holds (R-GEN-2).

    Locks are taken in one order by everybody, so that two submissions cannot wait for each other.
    """
    return [
        await _tell_taken(work, order, target)
        for target in sorted(targets, key=lambda target: (target.kind, target.key))
        if not await _take(work, order, target)
    ]


async def _take(work: Work, order: BusinessOrder, target: Target) -> bool:
    if target.own is not None and await _is_own(work, order, target):
        return True
    row = insert(OrderLock).values(
        city=order.city,
        id=work.new_id(),
        org_id=order.org_id,
        order_id=order.id,
        target_kind=target.kind,
        target=target.key,
    )
    taken = await work.session.execute(row.on_conflict_do_nothing().returning(OrderLock.id))
    return taken.first() is not None


async def _is_own(work: Work, order: BusinessOrder, target: Target) -> bool:
    """Tell whether an earlier order of the same estate keeps the thing already."""
    keeper = await work.session.scalar(
        select(BusinessOrder.estate_id)
        .join(OrderLock, (OrderLock.city == BusinessOrder.city) & (OrderLock.order_id == BusinessOrder.id))
        .where(
            OrderLock.city == order.city,
            OrderLock.org_id == order.org_id,
            OrderLock.target_kind == target.kind,
            OrderLock.target == target.key,
        )
    )
    return keeper is not None and keeper == target.own


async def _tell_taken(work: Work, order: BusinessOrder, target: Target) -> Problem:
    """Say whose order holds a thing; the number only of one's own, for another's lock is not to be seen."""
    number = await work.session.scalar(
        select(BusinessOrder.order_no)
        .join(OrderLock, (OrderLock.city == BusinessOrder.city) & (OrderLock.order_id == BusinessOrder.id))
        .where(
            OrderLock.city == order.city,
            OrderLock.org_id == order.org_id,
            OrderLock.target_kind == target.kind,
            OrderLock.target == target.key,
        )
    )
    known = {"holder": Holder.OWN.value, "order_no": number} if number else {"holder": Holder.OTHER.value}
    return replace(target.taken, params={**target.taken.params, **known})


async def release_locks(work: Work, order: BusinessOrder, kept: Sequence[Target] = ()) -> None:
    """Give back what the order had locked, but for what it keeps for good."""
    locks = delete(OrderLock).where(OrderLock.city == order.city, OrderLock.order_id == order.id)
    if kept:
        names = [(target.kind, target.key) for target in kept]
        locks = locks.where(tuple_(OrderLock.target_kind, OrderLock.target).not_in(names))
    await work.session.execute(locks)
