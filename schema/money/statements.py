"""Banks' daily statements in the graph (银行对账): what agrees with our books, and what does not."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from db.kept import Condition
from db.sorting import Order as Sorting
from db.tables.money import Journal as JournalRow
from db.tables.money import Payment as PaymentRow
from db.tables.money import Refund as RefundRow
from db.tables.money import SuspenseItem as SuspenseItemRow
from db.tables.reconciliation import BankStatement as BankStatementRow
from db.tables.reconciliation import BankStatementLine as BankStatementLineRow
from domain.statements import StatementOutcome, StatementResolution
from resolvers.asker import Asker
from resolvers.filters import statement_filter, statement_line_filter
from resolvers.money.bookers import name_bookers
from resolvers.visit import Visit
from schema.fields import column, derived, named, one
from schema.loading import load_value
from schema.money import Payment, Refund, SuspenseItem
from schema.node import Node
from schema.paging import Connection, connection
from schema.scalars import Day, Moment, Money
from schema.types import asks, closed, maybe, shows

if TYPE_CHECKING:
    from schema.money.booking import Booking

closed(
    StatementOutcome,
    "What an amount of a bank's statement came to (对账结果).",
    {
        "MATCHED": "The bank and our books agree (一致).",
        "AMOUNT_DIFFERS": "Both have the transaction, with different amounts (金额不符).",
        "UNKNOWN": "The bank alone has it (银行有、账面无).",
        "MISSING": "Our books alone have it (账面有、银行无).",
    },
)
closed(
    StatementResolution,
    "How a difference was settled (差异处理).",
    {
        "SUSPENSE": "The money was taken into suspense (登记待查).",
        "POSTED": "It is interest or use that was booked without the bank's number (对应记账凭证).",
        "NOTED": "Somebody noted what was found out (核对说明).",
        "LATER": "It came with another day's statement (其他日对账单已列示).",
    },
)


async def _person(visit: Visit, principal: UUID | None) -> str | None:
    return await load_value(visit, name_bookers, principal) if principal else None


@shows(BankStatementLineRow)
class BankStatementLine(Node):
    """One amount of a bank's statement, or one of ours that it lacks (对账明细)."""

    no: int = column("no", "Its row in the file; what the bank lacks comes after (序号).")
    bank_txn_no: str = column("bank_txn_no", "The bank's transaction number (银行流水号).")
    amount: Money = column("amount", "Amount; what came in is positive (金额).")
    ours: Money | None = column("ours", "What our books say of it; null if they do not have it (账面金额).")
    booked_on: Day | None = column("booked_on", "Day on which the bank booked it (交易日期).")
    counterparty: str | None = column("counterparty", "Who it came from or went to (对方户名).")
    remark: str | None = column("remark", "What the bank says it is for (摘要).")
    outcome: StatementOutcome = column("outcome", "What it came to (对账结果).")
    resolution: StatementResolution | None = column(
        "resolution", "How the difference was settled (差异处理)."
    )
    resolution_note: str | None = column("resolution_note", "What was found out (核对说明).")
    resolved_at: Moment | None = column("resolved_at", "When it was settled (处理时间).")
    resolved_by: str | None = derived(("resolved_by",), _person, "Who settled it (处理人).")
    payment: Payment | None = one(PaymentRow, "payment_id", "Our payment of that number (交款).")
    suspense_item: SuspenseItem | None = one(
        SuspenseItemRow, "suspense_id", "Our waiting money of that number (待查款项)."
    )
    bookings: list[Annotated["Booking", strawberry.lazy("schema.money.booking")]] = named(
        JournalRow, "booking_ids", "The bookings of interest or use for which it stands (记账凭证)."
    )
    refund: Refund | None = one(
        RefundRow, "refund_id", "Our refund of that number; the first one if it paid several (退款)."
    )


@asks
class BankStatementLineFilter:
    """Which lines of a statement are asked for (对账明细查询条件)."""

    outcome: list[StatementOutcome] | None = maybe("Only what came to one of these (对账结果).")
    settled: bool | None = maybe("Only what needs nothing any more, or only open differences (是否已处理).")
    number: str | None = maybe("Only with this transaction number (银行流水号).")

    def conditions(self, _asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        return statement_line_filter(self.outcome, settled=self.settled, number=self.number)


@shows(BankStatementRow)
class BankStatement(Node):
    """A bank's statement of one day, beside our books (银行对账单)."""

    bank: str = column("bank", "Code of the bank (银行).")
    day: Day = column("day", "The day (对账日期).")
    line_count: int = column("line_count", "How many amounts the bank told (笔数).")
    money_in: Money = column("money_in", "What came in, as the bank says (收入合计).")
    money_out: Money = column("money_out", "What went out, as the bank says (支出合计).")
    opening_balance: Money | None = column(
        "opening", "What the account held before; null if the statement does not say (期初余额)."
    )
    closing_balance: Money | None = column(
        "closing", "What the account held after it; null if the statement does not say (期末余额)."
    )
    received_at: Moment = column("received_at", "When it was handed in (导入时间).")
    received_by: str | None = derived(("received_by",), _person, "Who handed it in (导入人).")
    lines: Connection[BankStatementLine] = connection(
        BankStatementLineRow,
        Sorting(("rank", "no")),
        "Its amounts: open differences first, then settled ones, then what agrees (明细).",
        remote="statement_id",
        filters=BankStatementLineFilter,
    )


@asks
class BankStatementFilter:
    """Which statements are asked for; all conditions must hold (对账单查询条件)."""

    bank: str | None = maybe("Only of the bank with this code (银行).")
    from_day: Day | None = maybe("Only of this day or a later one (起始日期).")
    until_day: Day | None = maybe("Only of this day or an earlier one (截止日期).")
    has_differences: bool | None = maybe("Only with open differences, or only without (有无未处理差异).")

    def conditions(self, _asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        since: Any = self.from_day
        until: Any = self.until_day
        return statement_filter(self.bank, since, until, differences=self.has_differences)
