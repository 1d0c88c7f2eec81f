"""What moves an order on: hand in, take back, accept, return, approve, reject, and print."""

from dataclasses import replace
from typing import Annotated

import strawberry

from domain.orders.flow import Step
from resolvers.act import Outcome, Work
from resolvers.orders.claims import claim, release
from resolvers.orders.steps import take_step
from resolvers.orders.timeline import Item, Wish
from resolvers.printing import OrderForm, print_order
from schema.files import FileResult, file_made
from schema.mutation import INPUT, ActInput, FileActInput, answer, mutation, row_id
from schema.orders.answers import OrderDone, OrderResult, act_on_order
from schema.problem import Rejected
from schema.types import asks, given, maybe


@asks
class OrderStepInput(ActInput):
    """A step of an order (办理)."""

    order_id: strawberry.ID = given("The order (业务单).")
    version: int | None = maybe("The version that was read, to notice another's change (版本).")
    note: str | None = maybe("What is said with the step (意见).")


@asks
class OrderAcceptInput(OrderStepInput):
    """An order whose papers are in order (受理)."""

    registration_papers_received: bool = maybe(
        "The registration papers came with this order (已收注册纸质要件) [J 1.1].", default=False
    )


@asks
class OrderClaimInput(ActInput):
    """An order to claim, or to put back into the queue (领取)."""

    order_id: strawberry.ID = given("The order (业务单).")


@asks
class CorrectionInput:
    """One thing to correct (补正事项)."""

    path: str = given("The field that is meant (字段).")
    text: str = given("What is wrong with it (说明).")
    line: int | None = maybe("The line that is meant (行).")


@asks
class OrderReturnInput(OrderStepInput):
    """An order to be corrected, item by item (退回补正)."""

    items: list[CorrectionInput] = strawberry.field(
        default_factory=list[CorrectionInput], description="What to correct (补正事项)."
    )


@asks
class OrderPrintInput(FileActInput):
    """A form of an order to print (打印)."""

    order_id: strawberry.ID = given("The order (业务单).")
    form: OrderForm = given("Which form (表单).")


async def _step(
    info: strawberry.Info, asked: OrderStepInput, step: Step, wish: Wish | None = None
) -> OrderDone | Rejected:
    order = row_id(info, asked.order_id, "Order", "orderId")
    wish = replace(wish or Wish(), note=asked.note, version=asked.version)

    async def effect(work: Work) -> Outcome:
        return await take_step(work, order, step, wish)

    return await act_on_order(info, asked, effect)


@strawberry.type
class StepActs:
    """The mutations that move an order on."""

    @mutation("order.submit")
    async def order_submit(
        self, info: strawberry.Info, asked: Annotated[OrderStepInput, INPUT]
    ) -> OrderResult | None:
        """Submit an order: it is checked whole, locked and frozen (提交)."""
        return await _step(info, asked, Step.SUBMIT)

    @mutation("order.withdraw")
    async def order_withdraw(
        self, info: strawberry.Info, asked: Annotated[OrderStepInput, INPUT]
    ) -> OrderResult | None:
        """Withdraw a submitted order; it is a draft again (撤回)."""
        return await _step(info, asked, Step.WITHDRAW)

    @mutation("order.draft")
    async def order_discard(
        self, info: strawberry.Info, asked: Annotated[OrderStepInput, INPUT]
    ) -> OrderResult | None:
        """Discard a draft for good (放弃)."""
        return await _step(info, asked, Step.DISCARD)

    @mutation("order.queue")
    async def order_claim(
        self, info: strawberry.Info, asked: Annotated[OrderClaimInput, INPUT]
    ) -> OrderResult | None:
        """Claim an order of the queue; until its next step nobody else of the office works on it (领取)."""
        order = row_id(info, asked.order_id, "Order", "orderId")
        return await act_on_order(info, asked, lambda work: claim(work, order))

    @mutation("order.queue")
    async def order_release(
        self, info: strawberry.Info, asked: Annotated[OrderClaimInput, INPUT]
    ) -> OrderResult | None:
        """Put a claimed order back into the queue; others' claims the authority's admin takes away (放回)."""
        order = row_id(info, asked.order_id, "Order", "orderId")
        return await act_on_order(info, asked, lambda work: release(work, order))

    @mutation("order.accept")
    async def order_accept(
        self, info: strawberry.Info, asked: Annotated[OrderAcceptInput, INPUT]
    ) -> OrderResult | None:
        """Accept a submitted order at the window (受理)."""
        return await _step(info, asked, Step.ACCEPT, Wish(papers_received=asked.registration_papers_received))

    @mutation("order.return")
    async def order_return(
        self, info: strawberry.Info, asked: Annotated[OrderReturnInput, INPUT]
    ) -> OrderResult | None:
        """Return an order for correction, item by item (退回补正)."""
        items = tuple(Item(item.path, item.text, item.line) for item in asked.items)
        return await _step(info, asked, Step.RETURN, Wish(items=items))

    @mutation("order.review")
    async def order_approve(
        self, info: strawberry.Info, asked: Annotated[OrderStepInput, INPUT]
    ) -> OrderResult | None:
        """Approve an order: everything in it happens at once (审核通过)."""
        return await _step(info, asked, Step.APPROVE)

    @mutation("order.review")
    async def order_reject(
        self, info: strawberry.Info, asked: Annotated[OrderStepInput, INPUT]
    ) -> OrderResult | None:
        """Reject an order for good (不予通过)."""
        return await _step(info, asked, Step.REJECT)

    @mutation("order.view")
    async def order_print(
        self, info: strawberry.Info, asked: Annotated[OrderPrintInput, INPUT]
    ) -> FileResult | None:
        """Print a form of an order as PDF; every print is counted (打印)."""
        order = row_id(info, asked.order_id, "Order", "orderId")

        async def effect(work: Work) -> Outcome:
            return await print_order(work, order, asked.form)

        return await answer(info, asked, effect, file_made)
