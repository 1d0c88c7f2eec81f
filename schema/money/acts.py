"""What people and machines do with money: issue, void and print notices, confirm payments, set rates."""

from typing import Annotated

import strawberry

from domain.rates import RateCategory
from resolvers.act import Outcome, Work
from resolvers.money.demands import Demand
from resolvers.money.notices import issue, void
from resolvers.money.payments import confirm
from resolvers.money.rates import end_rate, set_rate
from resolvers.printing import print_notices, print_proof, print_refund
from schema.files import FileResult, file_made
from schema.money import DepositRate, Notice, Payment
from schema.money.confirming import PaymentReportInput
from schema.mutation import (
    INPUT,
    REHEARSED,
    Answered,
    FileActInput,
    MoneyActInput,
    answer,
    mutation,
    result,
    row_id,
)
from schema.people import OwnerInput
from schema.problem import Rejected
from schema.scalars import Day, Money
from schema.types import asks, given, maybe, tells, value


@tells
class NoticesIssued:
    """Notices, issued now or open already, one a unit in the order asked (通知单)."""

    notices: list[Notice] = value("The notices (通知单).")
    dry_run: bool = value(REHEARSED)


@tells
class NoticeVoided:
    """A notice was voided (已作废)."""

    notice: Notice = value("The notice (通知单).")
    dry_run: bool = value(REHEARSED)


@tells
class PaymentConfirmed:
    """A payment is booked (已入账)."""

    payment: Payment = value("The payment (交款).")
    dry_run: bool = value(REHEARSED)


@tells
class DepositRateDone:
    """A rate was set or ended (交存标准)."""

    rate: DepositRate = value("The rate (交存标准).")
    dry_run: bool = value(REHEARSED)


NoticesResult = Annotated[
    NoticesIssued | Rejected, result("NoticesResult", "The notices, or why none was issued.")
]
NoticeVoidResult = Annotated[
    NoticeVoided | Rejected, result("NoticeVoidResult", "The voided notice, or why it stands.")
]
PaymentResult = Annotated[
    PaymentConfirmed | Rejected,
    result("PaymentResult", "The booked payment, or why the amount was not booked."),
]
DepositRateResult = Annotated[
    DepositRateDone | Rejected, result("DepositRateResult", "The rate, or why it was not set.")
]


@asks
class NoticeUnitInput:
    """A unit for which a notice is asked, and its owners (交款房屋)."""

    unit_id: strawberry.ID = given("The unit (房屋).")
    owners: list[OwnerInput] = strawberry.field(
        default_factory=list[OwnerInput], description="Its owners; none means those already recorded (业主)."
    )


@asks
class NoticeIssueInput(MoneyActInput):
    """Deposit notices to issue for owners, one a unit (代打交款通知单) [L 2.3.2][J 1.4.2]."""

    units: list[NoticeUnitInput] = given("Units of one estate, up to 1,000 (房屋).")
    ignore_missing_contract: bool = maybe(
        "Issue although a contract number is missing; the unit is then filed by hand (人工备案).",
        default=False,
    )


@asks
class NoticeVoidInput(MoneyActInput):
    """An open notice to void (作废)."""

    notice_id: strawberry.ID = given("The notice (通知单).")
    reason: str = given("Why (作废原因).")


@asks
class NoticePrintInput(FileActInput):
    """Notices to print into one PDF (打印)."""

    notice_ids: list[strawberry.ID] = given("The notices, up to 1,000 (通知单).")


@asks
class PaymentConfirmInput(PaymentReportInput):
    """A payment that the bank reports; its transaction number makes it unrepeatable (银行确认交款)."""

    dry_run: bool = maybe("Say what would happen, and write nothing (试运行).", default=False)


@asks
class PaymentPrintInput(FileActInput):
    """A payment whose proof is printed (打印交款证明)."""

    payment_id: strawberry.ID = given("The payment (交款).")


@asks
class RefundPrintInput(FileActInput):
    """A refund whose notice is printed (打印退款通知单)."""

    refund_id: strawberry.ID = given("The refund (退款).")


@asks
class DepositRateSetInput(MoneyActInput):
    """A deposit rate to set (设定交存标准)."""

    category: RateCategory = given("Category of units (交存类别).")
    has_lift: bool | None = maybe("With a lift, without, or null for either (电梯).")
    rate: Money = given("Yuan a square metre (元/㎡).")
    valid_from: Day = given("First day (生效日期).")
    valid_to: Day | None = maybe("Last day, if it is known (截止日期).")
    source: str = given("The decision it rests on (依据).")


@asks
class DepositRateEndInput(MoneyActInput):
    """A deposit rate that ends (截止交存标准)."""

    rate_id: strawberry.ID = given("The rate (交存标准).")
    valid_to: Day = given("Last day (截止日期).")


def _rate(done: Answered) -> DepositRateDone:
    return DepositRateDone(rate=done.row, dry_run=done.dry_run)


@strawberry.type
class MoneyActs:
    """The mutations of money."""

    @mutation("notice.print")
    async def notice_issue(
        self, info: strawberry.Info, asked: Annotated[NoticeIssueInput, INPUT]
    ) -> NoticesResult | None:
        """Issue deposit notices for owners, one a unit (代打交款通知单) [L 2.3.2][J 1.4.2]."""
        demands = [
            Demand(
                row_id(info, unit.unit_id, "Unit", f"units.{place}.unitId"),
                tuple(
                    owner.typed(info, f"units.{place}.owners.{nth}") for nth, owner in enumerate(unit.owners)
                ),
            )
            for place, unit in enumerate(asked.units)
        ]

        async def effect(work: Work) -> Outcome:
            return await issue(work, demands, ignore_missing_contract=asked.ignore_missing_contract)

        return await answer(
            info, asked, effect, lambda done: NoticesIssued(notices=done.rows, dry_run=done.dry_run)
        )

    @mutation("notice.void")
    async def notice_void(
        self, info: strawberry.Info, asked: Annotated[NoticeVoidInput, INPUT]
    ) -> NoticeVoidResult | None:
        """Void an open notice (作废)."""
        notice = row_id(info, asked.notice_id, "Notice", "noticeId")

        async def effect(work: Work) -> Outcome:
            return await void(work, notice, asked.reason)

        return await answer(
            info, asked, effect, lambda done: NoticeVoided(notice=done.row, dry_run=done.dry_run)
        )

    @mutation("notice.print")
    async def notice_print(
        self, info: strawberry.Info, asked: Annotated[NoticePrintInput, INPUT]
    ) -> FileResult | None:
        """Print notices into one PDF; a reprint keeps the number and is counted (打印)."""
        ids = [row_id(info, one, "Notice", "noticeIds") for one in asked.notice_ids]

        async def effect(work: Work) -> Outcome:
            return await print_notices(work, ids)

        return await answer(info, asked, effect, file_made)

    @mutation("payment.confirm")
    async def payment_confirm(
        self, info: strawberry.Info, asked: Annotated[PaymentConfirmInput, INPUT]
    ) -> PaymentResult | None:
        """Confirm a payment as the bank; it is booked exactly once (银行确认交款)."""
        report = asked.read()

        async def effect(work: Work) -> Outcome:
            return await confirm(work, report)

        return await answer(
            info, asked, effect, lambda done: PaymentConfirmed(payment=done.row, dry_run=done.dry_run)
        )

    @mutation("payment.print")
    async def payment_print(
        self, info: strawberry.Info, asked: Annotated[PaymentPrintInput, INPUT]
    ) -> FileResult | None:
        """Print the proof of a payment, or print it again (打印交款证明)."""
        payment = row_id(info, asked.payment_id, "Payment", "paymentId")

        async def effect(work: Work) -> Outcome:
            return await print_proof(work, payment)

        return await answer(info, asked, effect, file_made)

    @mutation("refund.view")
    async def refund_print(
        self, info: strawberry.Info, asked: Annotated[RefundPrintInput, INPUT]
    ) -> FileResult | None:
        """Print the notice of a refund as PDF; every print is counted (打印退款通知单) [J 1.3.6]."""
        refund = row_id(info, asked.refund_id, "Refund", "refundId")

        async def effect(work: Work) -> Outcome:
            return await print_refund(work, refund)

        return await answer(info, asked, effect, file_made)

    @mutation("rate.set")
    async def deposit_rate_set(
        self, info: strawberry.Info, asked: Annotated[DepositRateSetInput, INPUT]
    ) -> DepositRateResult | None:
        """Set a deposit rate; overlapping ones are refused (设定交存标准)."""

        async def effect(work: Work) -> Outcome:
            return await set_rate(
                work,
                category=asked.category,
                has_lift=asked.has_lift,
                rate=asked.rate,
                valid_from=asked.valid_from,
                valid_to=asked.valid_to,
                source=asked.source,
            )

        return await answer(info, asked, effect, _rate)

    @mutation("rate.set")
    async def deposit_rate_end(
        self, info: strawberry.Info, asked: Annotated[DepositRateEndInput, INPUT]
    ) -> DepositRateResult | None:
        """Let a deposit rate end (截止交存标准)."""
        rate = row_id(info, asked.rate_id, "DepositRate", "rateId")

        async def effect(work: Work) -> Outcome:
            return await end_rate(work, rate, asked.valid_to)

        return await answer(info, asked, effect, _rate)
