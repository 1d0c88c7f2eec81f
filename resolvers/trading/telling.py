"""What an act gives the transaction system to hear: queued with the act, sent by the worker (推送)."""

from collections.abc import Sequence

from db.pushes import Occasion, queue_changes, queue_payments, queue_refunds
from db.tables.money import Notice, Refund
from domain.change import Changes
from resolvers.act import Work


async def tell_changes(work: Work, order_no: str, changes: Changes) -> None:
    """Queue what an order changed of units, where the city's switch is on [J 1.3.1, 1.3.9]."""
    if work.city.push_to_trading:
        await queue_changes(_occasion(work, order_no), changes)


async def tell_payments(work: Work, notices: Sequence[Notice]) -> None:
    """Queue that notices were paid, where the city's switch is on; whether anybody hears it is no matter."""
    if work.city.push_to_trading:
        await queue_payments(_occasion(work, ""), [notice.id for notice in notices])


async def tell_refunds(work: Work, refunds: Sequence[Refund]) -> None:
    """Queue that money of units went back, where the city's switch is on [J 1.3.9]."""
    if work.city.push_to_trading:
        units = {refund.unit_id: refund.refund_no for refund in refunds}
        await queue_refunds(_occasion(work, ""), units)


def _occasion(work: Work, number: str) -> Occasion:
    return Occasion(work.session, work.actor.city, work.now, work.new_id, number)
