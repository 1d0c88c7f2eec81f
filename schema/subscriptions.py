"""What can be waited for: changes of orders, and how far long work is, told as they happen."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import strawberry

from db.tables.jobs import Job as JobRow
from db.tables.orders import BusinessOrder as OrderRow
from db.tables.orders import OrderStep as OrderStepRow
from domain.orders.flow import Step
from domain.refusal import Forbidden, TooCostly, Unauthenticated
from resolvers.door import see
from resolvers.page import MAX_PAGE
from resolvers.read import load_rows
from resolvers.visit import Visit
from resolvers.watching import Change, Watch, Wish
from schema.fields import visit_of
from schema.ids import read_id, read_key
from schema.jobs import Job
from schema.mutation import row_id
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


@tells
class JobChanged:
    """How far a piece of long work is (任务进度)."""

    job: Job = value("The work as it now stands (后台任务).")


@dataclass(frozen=True, slots=True)
class JobNews:
    """Word that long work stands otherwise, to be read by the rights of who gets it."""

    job: UUID

    async def read(self, visit: Visit) -> JobChanged:
        """Read it as it shows to whoever the visit is of.

        Raises:
            Unauthenticated: The session or key has ended.
            NotFound: It may be seen no more.
        """
        await visit.begin()
        job: Any = await see(visit, JobRow, self.job)
        return JobChanged(job=job)


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

    @subscription("job.view")
    async def job_changed(
        self,
        info: strawberry.Info,
        job_id: Annotated[strawberry.ID, strawberry.argument(description="One's own long work (后台任务).")],
    ) -> AsyncGenerator[JobChanged, None]:
        """How far long work is: at once, with each change, and for the last time when it ends (任务进度)."""
        visit = visit_of(info)
        await visit.begin()
        job = row_id(info, job_id, "Job", "jobId")
        await see(visit, JobRow, job)
        if visit.watch is None:
            raise Unauthenticated
        return _tell_job(visit.watch, visit, job)


async def _tell_job(watch: Watch, visit: Visit, job: UUID) -> AsyncGenerator[Any, None]:
    changes = watch.jobs.follow(visit.signed_in(), job)
    try:
        async for _ in changes:
            yield JobNews(job)
    finally:
        await changes.aclose()


def _order(visit: Visit, text: str) -> Any:  # noqa: ANN401 - a key, or none where the id names no order here
    name, city, row = read_id(text, "orderIds")
    return row if (name, city) == ("Order", visit.signed_in().city) else None
