"""What the mutations of orders answer, and how an act about an order is run."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import strawberry

from resolvers.act import Outcome, Work
from schema.mutation import REHEARSED, Answered, answer, result
from schema.orders import Order
from schema.problem import Rejected
from schema.types import tells, value


@tells
class OrderDone:
    """An order after an act, or after its rehearsal (办理结果)."""

    order: Order = value("The order as it now stands (业务单).")
    dry_run: bool = value(REHEARSED)


OrderResult = Annotated[
    OrderDone | Rejected, result("OrderResult", "What became of an order, or why nothing did.")
]


def order_done(done: Answered) -> OrderDone:
    """Answer with the order that an act was about."""
    return OrderDone(order=done.row, dry_run=done.dry_run)


async def act_on_order(
    info: strawberry.Info, asked: object, effect: Callable[[Work], Awaitable[Outcome]]
) -> OrderDone | Rejected:
    """Run an act about one order and answer with the order."""
    return await answer(info, asked, effect, order_done)
