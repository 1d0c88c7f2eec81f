"""Refunds in the graph (退款): the list that the office works from, and what it does with each."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from db.kept import Condition
from domain.orders.paper import Payee
from domain.refunds import Payout
from domain.status import RefundStatus
from resolvers.act import Outcome, Work
from resolvers.asker import Asker
from resolvers.money.filters import RefundsAsked
from resolvers.money.refund_payees import correct
from resolvers.money.refund_returns import take_back
from resolvers.money.refunds import fail, settle
from schema.ids import read_key
from schema.money import Refund
from schema.mutation import INPUT, REHEARSED, Answered, MoneyActInput, answer, mutation, result, row_id
from schema.problem import Rejected
from schema.scalars import Moment, Money
from schema.types import asks, given, maybe, tells, value


@asks
class RefundFilter:
    """Which refunds are asked for; all conditions must hold (退款查询条件)."""

    status: RefundStatus | None = maybe("Only in this status (状态).")
    estate_id: strawberry.ID | None = maybe("Only of this estate (物业区域).")
    unit_id: strawberry.ID | None = maybe("Only of this unit (房屋).")
    order_id: strawberry.ID | None = maybe("Only those that this order promised (业务单).")
    number: str | None = maybe(
        "Only with this refund number or bank transaction number (退款单号、流水号、退汇流水号)."
    )
    approved_from: Moment | None = maybe("Only promised at this moment or later (核准时间起).")
    approved_before: Moment | None = maybe("Only promised before this moment (核准时间止).")

    def conditions(self, _asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        asked = RefundsAsked(
            status=self.status,
            estate=read_key(self.estate_id, "Estate", "filter.estateId"),
            unit=read_key(self.unit_id, "Unit", "filter.unitId"),
            order=read_key(self.order_id, "Order", "filter.orderId"),
            number=self.number,
            since=self.approved_from,
            before=self.approved_before,
        )
        return asked.conditions()


@tells
class RefundsDone:
    """Refunds that were paid, or failed, or were corrected (退款办理结果)."""

    refunds: list[Refund] = value("The refunds in the order asked (退款).")
    dry_run: bool = value(REHEARSED)


RefundResult = Annotated[
    RefundsDone | Rejected, result("RefundResult", "The refunds, or why they stay as they are.")
]


@asks
class RefundSettleInput(MoneyActInput):
    """Refunds that the bank has paid by one transfer (办结退款)."""

    refund_ids: list[strawberry.ID] = given("The refunds, up to 100, all to one account (退款单).")
    amount: Money = given("What the bank paid, exactly what the refunds come to (金额).")
    bank_txn_no: str = given("The bank's transaction number (银行流水号).")
    paid_at: Moment = given("When the bank paid it (退款时间).")


@asks
class RefundFailInput(MoneyActInput):
    """A refund that the bank could not pay (退款失败)."""

    refund_id: strawberry.ID = given("The refund (退款单).")
    reason: str = given("What the bank said (失败原因).")


@asks
class RefundReturnInput(MoneyActInput):
    """Money that was refunded and came back to the special account (退汇)."""

    refund_id: strawberry.ID = given(
        "A refund of the transfer; all that it paid come back together (退款单)."
    )
    amount: Money = given("What came back, exactly what the transfer had paid (金额).")
    bank_txn_no: str = given("The bank's number of the transaction by which it came back (退汇流水号).")
    paid_at: Moment = given("When it came back (退汇时间).")
    reason: str = given("What the bank said (退汇原因).")


@asks
class RefundCorrectInput(MoneyActInput):
    """The account to which a refund shall go (填写、更正退款账户)."""

    refund_id: strawberry.ID = given("The refund, not paid yet (退款单).")
    holder: str = given("Holder of the account (户名).")
    number: str = given("Number of the account (账号).")
    bank: str = given("Bank of the account (开户银行).")
    payee_confirmed: bool = maybe(
        "The holder is right although neither an owner nor the developer who paid (户名已核实).",
        default=False,
    )


def _done(done: Answered) -> RefundsDone:
    return RefundsDone(refunds=done.rows, dry_run=done.dry_run)


@strawberry.type
class RefundActs:
    """The mutations of refunds."""

    @mutation("refund.settle")
    async def refund_settle(
        self, info: strawberry.Info, asked: Annotated[RefundSettleInput, INPUT]
    ) -> RefundResult | None:
        """Book that the bank has paid refunds; each is booked exactly once (办结退款)."""
        ids = [row_id(info, one, "Refund", "refundIds") for one in asked.refund_ids]
        payout = Payout(amount=asked.amount, bank_txn_no=asked.bank_txn_no, paid_at=asked.paid_at)

        async def effect(work: Work) -> Outcome:
            return await settle(work, ids, payout)

        return await answer(info, asked, effect, _done)

    @mutation("refund.settle")
    async def refund_fail(
        self, info: strawberry.Info, asked: Annotated[RefundFailInput, INPUT]
    ) -> RefundResult | None:
        """Record that the bank could not pay a refund; the amount stays reserved (退款失败)."""
        refund = row_id(info, asked.refund_id, "Refund", "refundId")

        async def effect(work: Work) -> Outcome:
            return await fail(work, refund, asked.reason)

        return await answer(info, asked, effect, _done)

    @mutation("refund.settle")
    async def refund_return(
        self, info: strawberry.Info, asked: Annotated[RefundReturnInput, INPUT]
    ) -> RefundResult | None:
        """Book that refunded money came back; it is reserved again, to be corrected and paid anew (退汇)."""
        refund = row_id(info, asked.refund_id, "Refund", "refundId")
        back = Payout(amount=asked.amount, bank_txn_no=asked.bank_txn_no, paid_at=asked.paid_at)

        async def effect(work: Work) -> Outcome:
            return await take_back(work, refund, back, asked.reason)

        return await answer(info, asked, effect, _done)

    @mutation("refund.settle")
    async def refund_correct(
        self, info: strawberry.Info, asked: Annotated[RefundCorrectInput, INPUT]
    ) -> RefundResult | None:
        """Fill in or correct the account of a refund; a failed one can then be tried again (更正退款账户)."""
        refund = row_id(info, asked.refund_id, "Refund", "refundId")
        payee = Payee(holder=asked.holder, number=asked.number, bank=asked.bank)

        async def effect(work: Work) -> Outcome:
            return await correct(work, refund, payee, payee_confirmed=asked.payee_confirmed)

        return await answer(info, asked, effect, _done)
