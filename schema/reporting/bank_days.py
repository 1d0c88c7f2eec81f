"""What moved at a bank on a day, by kind and channel, and whether the ledger says the same (银行日报)."""

from typing import Annotated, Any

import strawberry

from domain.reporting import BankCheck, BankMovement
from domain.switch import Channel
from resolvers.reporting.bank_days import BankDay, sum_bank_days
from schema.fields import visit_of
from schema.scalars import Day, Money
from schema.types import closed, resolved, tells, value

closed(
    BankMovement,
    "What moved at a bank, or was decided about such money (业务).",
    {
        "PAYMENT": "Payments that were booked (交款入账).",
        "SUSPENSE_RECEIVED": "Reported money that could not be booked (转入待查).",
        "SUSPENSE_BOOKED": "Money in suspense that was booked to a notice (待查入账).",
        "SUSPENSE_RETURNED": "Money in suspense that went back to its payer (待查退回).",
        "SUSPENSE_NOT_RECEIVED": "Money in suspense that had never come (待查核销).",
        "SUSPENSE_REFUND_RETURNED": "Money in suspense that was a refund that came back (待查退汇).",
        "REFUND": "Refunds that were paid (退款).",
        "REFUND_RETURNED": "Refunds that were paid and came back (退汇).",
    },
)
closed(
    BankCheck,
    "What of a bank's day is held against the ledger (核对项目).",
    {
        "PAYMENT": "Payments, against the special accounts (交款入账).",
        "SUSPENSE": "Money in suspense, received less decided, against the suspense account (待查款项净增).",
        "REFUND": "Refunds, paid less returned, against the special accounts (退款净额).",
    },
)


@tells
class BankDayLine:
    """How often something moved by a channel, and how much (银行日报明细)."""

    kind: BankMovement = value("What it was (业务).")
    channel: Channel | None = value("By which channel the money came; null for refunds (渠道).")
    count: int = value("How often (笔数).")
    amount: Money = value("How much (金额).")


@tells
class BankDayCheck:
    """What the documents of the day say, and what the ledger says of the same (账实核对)."""

    kind: BankCheck = value("What is compared (核对项目).")
    amount: Money = value("What the documents say (业务金额).")
    booked: Money = value("What was booked on that day (记账金额).")
    agrees: bool = value("Whether both are the same (是否一致).")


@tells
class BankDaySummary:
    """A bank's business day, as it was booked (银行日报)."""

    bank: str = value("Code of the bank (银行).")
    day: Day = value("The day (日期).")
    lines: list[BankDayLine] = value("What moved, by kind and channel (明细).")
    checks: list[BankDayCheck] | None = value(
        "The same against the ledger; null for who does not see all of both (账实核对)."
    )


_Bank = Annotated[
    str | None, strawberry.argument(description="Code of a bank; without it each of the city's (银行).")
]
_Day = Annotated[Day | None, strawberry.argument(description="The day, today if none is named (日期).")]


def _show(found: BankDay, day: Any) -> BankDaySummary:  # noqa: ANN401 - a day
    return BankDaySummary(
        bank=found.bank,
        day=Day(day),
        lines=[
            BankDayLine(
                kind=line.kind,
                channel=None if line.channel is None else Channel(line.channel),
                count=line.count,
                amount=Money(line.amount),
            )
            for line in found.lines
        ],
        checks=None
        if found.checks is None
        else [
            BankDayCheck(
                kind=one.kind,
                amount=Money(one.said),
                booked=Money(one.booked),
                agrees=one.said == one.booked,
            )
            for one in found.checks
        ],
    )


@strawberry.type
class BankDayQueries:
    """What can be asked about the days of banks."""

    @resolved("payment.view")
    async def bank_day_summary(
        self, info: strawberry.Info, bank: _Bank = None, day: _Day = None
    ) -> list[BankDaySummary]:
        """What moved at a bank on a day, as far as the caller sees it (银行日报)."""
        visit = visit_of(info)
        when: Any = day or visit.today
        return [_show(one, when) for one in await sum_bank_days(visit, bank, when)]
