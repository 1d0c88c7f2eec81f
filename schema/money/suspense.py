"""Money in suspense in the graph: the fund office decides on each amount (处理待查款项)."""

from typing import Annotated

import strawberry

from domain.suspense import Booked, Decision, NotReceived, RefundReturned, Returned
from resolvers.act import Outcome, Work
from resolvers.money.suspense_decisions import resolve
from schema.money import SuspenseItem
from schema.mutation import INPUT, REHEARSED, MoneyActInput, answer, mutation, result, row_id
from schema.problem import Rejected
from schema.scalars import Moment
from schema.types import asks, asks_one_of, given, maybe, tells, value


@tells
class SuspenseResolved:
    """Money in suspense was decided (已处理)."""

    item: SuspenseItem = value("The item, as it is now (待查款项).")
    dry_run: bool = value(REHEARSED)


SuspenseResult = Annotated[
    SuspenseResolved | Rejected, result("SuspenseResult", "The item that was decided, or why it still waits.")
]


@asks
class SuspenseBookInput:
    """The notice that the money is for (入账)."""

    notice_no: str | None = maybe(
        "Number of a notice of the same bank that asks for just this amount; none means the one that the bank"
        " named (通知单号)."
    )


@asks
class SuspenseReturnInput:
    """How the bank gave the money back to whoever paid it (退回)."""

    bank_txn_no: str = given("The bank's number of the transaction that gave it back (退回流水号).")
    paid_at: Moment = given("When it was given back (退回时间).")


@asks
class SuspenseRefundInput:
    """Which refund it was that came back (退汇)."""

    refund_id: strawberry.ID = given(
        "A paid refund of the same bank, whose transfer came to just this amount; all that it paid come back"
        " together (退款单)."
    )


@asks_one_of
class SuspenseDecisionInput:
    """What is decided; one of the four (处理方式)."""

    book: SuspenseBookInput | None = maybe("It is booked to a notice (入账).", strawberry.UNSET)
    give_back: SuspenseReturnInput | None = maybe("The bank gave it back (退回).", strawberry.UNSET)
    never_came: bool | None = maybe(
        "True: the bank reported by mistake, and no such money came (误报、未到账).", strawberry.UNSET
    )
    refund_return: SuspenseRefundInput | None = maybe(
        "It is a refund that came back, to be paid anew (退汇).", strawberry.UNSET
    )


@asks
class SuspenseResolveInput(MoneyActInput):
    """Money in suspense, and what is decided on it (处理待查款项)."""

    suspense_item_id: strawberry.ID = given("The item (待查款项).")
    decision: SuspenseDecisionInput = given("What is decided (处理方式).")
    note: str = given("Why, such as the number of the bank's letter (处理说明).")


def _decision(info: strawberry.Info, asked: SuspenseDecisionInput) -> Decision | None:
    if asked.book:
        return Booked(asked.book.notice_no)
    if asked.give_back:
        return Returned(asked.give_back.bank_txn_no, asked.give_back.paid_at)
    if asked.refund_return:
        path = "decision.refundReturn.refundId"
        return RefundReturned(row_id(info, asked.refund_return.refund_id, "Refund", path))
    return NotReceived() if asked.never_came else None


@strawberry.type
class SuspenseActs:
    """The mutations of money in suspense."""

    @mutation("suspense.resolve")
    async def suspense_resolve(
        self, info: strawberry.Info, asked: Annotated[SuspenseResolveInput, INPUT]
    ) -> SuspenseResult | None:
        """Decide on money in suspense, once: booked, given back, never come, or a refund's (处理待查款项)."""
        item = row_id(info, asked.suspense_item_id, "SuspenseItem", "suspenseItemId")
        decision = _decision(info, asked.decision)

        async def effect(work: Work) -> Outcome:
            return await resolve(work, item, decision, asked.note)

        return await answer(
            info, asked, effect, lambda done: SuspenseResolved(item=done.row, dry_run=done.dry_run)
        )
