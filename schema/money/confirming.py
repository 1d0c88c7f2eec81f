"""The bank's batch of payments in the graph: all of it is booked, or nothing."""

from typing import Annotated

import strawberry

from domain.payments import Report
from domain.switch import Channel
from resolvers.act import Outcome, Work
from resolvers.money.payments import confirm_all
from schema.money import Payment
from schema.mutation import INPUT, REHEARSED, answer, mutation, result
from schema.problem import Rejected
from schema.scalars import Moment, Money
from schema.types import asks, given, maybe, tells, value


@asks
class PaymentReportInput:
    """A payment as the bank reports it; its transaction number makes it unrepeatable (交款明细)."""

    notice_no: str = given("Number of the notice (通知单号).")
    amount: Money = given("The amount, exactly as on the notice (金额).")
    bank_txn_no: str = given("The bank's transaction number (银行流水号).")
    channel: Channel = given("Where it was paid (渠道).")
    paid_at: Moment = given("When it was paid (交款时间).")

    def read(self) -> Report:
        """Give what the bank says."""
        return Report(
            notice_no=self.notice_no,
            amount=self.amount,
            bank_txn_no=self.bank_txn_no,
            channel=self.channel,
            paid_at=self.paid_at,
        )


@asks
class PaymentsConfirmInput:
    """Payments that the bank reports together; each is known again by its own number (银行批量确认交款)."""

    payments: list[PaymentReportInput] = given("Up to 1,000 payments, all booked or none (交款明细).")
    dry_run: bool = maybe("Say what would happen, and write nothing (试运行).", default=False)


@tells
class PaymentsConfirmed:
    """Payments are booked, now or before, in the order in which they were reported (已入账)."""

    payments: list[Payment] = value("The payments (交款).")
    dry_run: bool = value(REHEARSED)


PaymentsResult = Annotated[
    PaymentsConfirmed | Rejected,
    result("PaymentsResult", "The booked payments, or why none was booked."),
]


@strawberry.type
class ConfirmingActs:
    """The mutation of a bank that reports payments together."""

    @mutation("payment.confirm")
    async def payments_confirm(
        self, info: strawberry.Info, asked: Annotated[PaymentsConfirmInput, INPUT]
    ) -> PaymentsResult | None:
        """Confirm payments as the bank, all or none; each is booked exactly once (银行批量确认交款)."""
        reports = [paid.read() for paid in asked.payments]

        async def effect(work: Work) -> Outcome:
            return await confirm_all(work, reports)

        return await answer(
            info, asked, effect, lambda done: PaymentsConfirmed(payments=done.rows, dry_run=done.dry_run)
        )
