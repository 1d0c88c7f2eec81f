"""The locks of orders under way: taken at submission, given back when an order ends or is edited."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Text, Uuid, delete, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from db.given import among, rows_of
from db.tables.orders import BusinessOrder, OrderLock
from domain.orders.facts import Holder, Target
from domain.problem import Problem
from resolvers.act import Work


async def take_locks(work: Work, order: BusinessOrder, targets: Sequence[Target]) -> list[Problem]:
    """Lock what the order touches, and tell of each thing that another order holds (R-GEN-2).

    Locks are taken in one order by everybody, so that two submissions cannot wait for each other; and in one
    statement, for an order may touch 20,000 things.
    """
    wanted = [target for target in targets if target.own is None or not await _is_own(work, order, target)]
    if not wanted:
        return []
    taken = await _take(work, order, wanted)
    missed = sorted(
        (target for target in wanted if (target.kind, target.key) not in taken),
        key=lambda target: (target.kind, target.key),
    )
    holders = await _holders(work, order, missed)
    return [_tell_taken(target, holders.get((target.kind, target.key))) for target in missed]


async def _take(work: Work, order: BusinessOrder, targets: Sequence[Target]) -> set[tuple[str, str]]:
    """Take what is free, and tell what that was."""
    given = rows_of(
        "given",
        id=(Uuid(), [work.new_id() for _ in targets]),
        kind=(Text(), [target.kind for target in targets]),
        key=(Text(), [target.key for target in targets]),
    )
    rows = select(
        literal(order.city), given.c.id, literal(order.org_id), literal(order.id), given.c.kind, given.c.key
    ).order_by(given.c.kind, given.c.key)
    columns = ("city", "id", "org_id", "order_id", "target_kind", "target")
    statement = insert(OrderLock).from_select(columns, rows).on_conflict_do_nothing()
    taken = await work.session.execute(statement.returning(OrderLock.target_kind, OrderLock.target))
    return {(kind, key) for kind, key in taken}


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


async def _holders(
    work: Work, order: BusinessOrder, targets: Sequence[Target]
) -> Mapping[tuple[str, str], str]:
    """Find the numbers of the own orders that hold things; another's lock is not to be seen."""
    if not targets:
        return {}
    rows = await work.session.execute(
        select(OrderLock.target_kind, OrderLock.target, BusinessOrder.order_no)
        .join(OrderLock, (OrderLock.city == BusinessOrder.city) & (OrderLock.order_id == BusinessOrder.id))
        .where(
            OrderLock.city == order.city,
            OrderLock.org_id == order.org_id,
            among(OrderLock.target, [target.key for target in targets], Text()),
        )
    )
    return {(kind, key): number for kind, key, number in rows}


def _tell_taken(target: Target, number: str | None) -> Problem:
    """Say whose order holds a thing; the number only of one's own."""
    known = {"holder": Holder.OWN.value, "order_no": number} if number else {"holder": Holder.OTHER.value}
    return replace(target.taken, params={**target.taken.params, **known})


async def release_locks(work: Work, order: BusinessOrder, kept: Sequence[Target] = ()) -> None:
    """Give back what the order had locked, but for what it keeps for good."""
    locks = delete(OrderLock).where(OrderLock.city == order.city, OrderLock.order_id == order.id)
    if kept:
        names = [(target.kind, target.key) for target in kept]
        locks = locks.where(tuple_(OrderLock.target_kind, OrderLock.target).not_in(names))
    await work.session.execute(locks)
