"""What can be waited for: changes of orders, told as they happen."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from db.tables.orders import BusinessOrder as OrderRow
from db.tables.orders import OrderStep as OrderStepRow
from domain.orders.flow import Step
from domain.refusal import Forbidden, TooCostly, Unauthenticated
from resolvers.page import MAX_PAGE
from resolvers.read import load_rows
from resolvers.visit import Visit
from resolvers.watching import Change, Watch, Wish
from schema.fields import visit_of
from schema.ids import read_id, read_key
from schema.orders import Order
from schema.scalars import Moment
from schema.types import RIGHT, Declared, described, tells, value

_OrderIds = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(
        description="Only these orders, up to 100; all that may be seen if left out (业务单)."
    ),
]
_EstateId = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Only orders about this estate (物业区域)."),
]


@tells
class OrderChanged:
    """A change of an order: a step that somebody took, or an edit of its draft (业务单变化)."""

    order: Order = value("The order as it now stands (业务单).")
    step: Step | None = value("The step that was taken; null for an edit (步骤).")
    at: Moment = value("When it happened; when it was read, for an edit (时间).")
    version: int = value("The order's version as it now stands (版本).")


@dataclass(frozen=True, slots=True)
class News:
    """Word of a change, to be read by the rights of who gets it; without one only those rights are asked.

    Attributes:
        wish: What the subscriber asked for.
    """

    change: Change | None
    wish: Wish

    async def read(self, visit: Visit) -> OrderChanged | None:
        """Read the change as it shows to whoever the visit is of; None if it does not.

        Raises:
            Unauthenticated: The session or key has ended.
            Forbidden: The right to see orders is gone.
        """
        await visit.begin()
        if await visit.scope("order.view") is None:
            raise Forbidden
        change = self.change
        if change is None:
            return None
        order: Any = (await load_rows(visit, OrderRow, "id", [change.order])).get(change.order)
        if order is None or self.wish.estate not in (None, order.estate_id):
            return None
        steps = await load_rows(visit, OrderStepRow, "id", [change.step] if change.step else [])
        taken: Any = steps.get(change.step) if change.step else None
        at: Any = taken.at if taken else visit.now
        return OrderChanged(
            order=order, step=Step(taken.step) if taken else None, at=at, version=order.version
        )


def subscription(right: str) -> Callable[[Callable[..., Any]], Any]:
    """Declare a subscription field with the right that it asks for, at its start and before each event."""

    def declare(resolver: Callable[..., Any]) -> Declared:
        return strawberry.subscription(resolver, description=described(resolver), metadata={RIGHT: right})

    return declare


async def _tell(watch: Watch, visit: Visit, wish: Wish) -> AsyncGenerator[Any, None]:
    changes = watch.follow(visit.signed_in(), wish)
    try:
        async for change in changes:
            yield News(change, wish)
    finally:
        await changes.aclose()


@tells
class Subscription:
    """Everything that can be waited for, over a WebSocket or an event stream."""

    @subscription("order.view")
    async def order_changed(
        self, info: strawberry.Info, order_ids: _OrderIds = None, estate_id: _EstateId = None
    ) -> AsyncGenerator[OrderChanged, None]:
        """Changes of orders that the caller may see, each told once, in their order (业务单变化)."""
        visit = visit_of(info)
        await visit.begin()
        if await visit.scope("order.view") is None:
            raise Forbidden
        if visit.watch is None:
            raise Unauthenticated
        if order_ids is not None and len(order_ids) > MAX_PAGE:
            raise TooCostly("rows", MAX_PAGE)
        orders = None if order_ids is None else frozenset(_order(visit, one) for one in order_ids) - {None}
        wish = Wish(orders, read_key(estate_id, "Estate", "estateId"))
        return _tell(visit.watch, visit, wish)


def _order(visit: Visit, text: str) -> Any:  # noqa: ANN401 - a key, or none where the id names no order here
    name, city, row = read_id(text, "orderIds")
    return row if (name, city) == ("Order", visit.signed_in().city) else None
