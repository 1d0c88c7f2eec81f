"""What an act gives the transaction system to hear: queued with the act, sent by the worker (推送)."""

from db.pushes import Occasion, queue_changes, queue_payment
from db.tables.money import Notice
from domain.change import Changes
from resolvers.act import Work


async def tell_changes(work: Work, order_no: str, changes: Changes) -> None:
    """Queue what an order changed of units, where the city's switch is on [J 1.3.1, 1.3.9]."""
    if work.city.push_to_trading:
        await queue_changes(_occasion(work, order_no), changes)


async def tell_payment(work: Work, notice: Notice) -> None:
    """Queue that a notice was paid, where the city's switch is on; whether anybody hears it is no matter."""
    if work.city.push_to_trading:
        await queue_payment(_occasion(work, notice.notice_no), notice.id, notice.org_id, notice.estate_id)


def _occasion(work: Work, number: str) -> Occasion:
    return Occasion(work.session, work.actor.city, work.now, work.new_id, number)
