"""A bank's balance beside that of our books, and days without a statement, in the graph (余额调节)."""

from typing import Annotated, Any

import strawberry

from domain.bank_balance import MOST_ITEMS, BookedAs, OpenItemKind
from domain.bank_balance import BankBalance as Found
from resolvers.money.bank_balances import read_bank_balance
from resolvers.money.statement_days import Gap, find_gaps
from schema.fields import visit_of
from schema.ids import read_id
from schema.scalars import Day, Money
from schema.types import closed, resolved, tells, value

closed(
    OpenItemKind,
    "Which side had an amount at the end of the day that the other had not (未达账项).",
    {
        "BOOKS_RECEIVED": "Our books had received it, the bank had not (单位已收、银行未收).",
        "BOOKS_PAID": "Our books had paid it, the bank had not (单位已付、银行未付).",
        "BANK_RECEIVED": "The bank had received it, our books had not (银行已收、单位未收).",
        "BANK_PAID": "The bank had paid it, our books had not (银行已付、单位未付).",
    },
)
closed(
    BookedAs,
    "As what our books have an amount of a bank (账面业务).",
    {
        "PAYMENT": "A payment (交款).",
        "SUSPENSE": "Money in suspense, or its return (待查款项).",
        "REFUND": "A refund, or one that came back (退款).",
        "INTEREST": "Interest (利息).",
        "USE": "Money used for repairs (使用).",
    },
)


@tells
class OpenItem:
    """What one side had at the end of a day and the other had not (未达账项)."""

    kind: OpenItemKind = value("Which side had it (类别).")
    amount: Money = value("How much, above zero (金额).")
    differs: bool = value("Whether both have it, and differ by the amount (金额不符).")
    bank_txn_no: str | None = value("The bank's number; null for what was booked without one (银行流水号).")
    day: Day = value("The day on which that side had it (日期).")
    said: str = value("What the bank says of it, or who booked it (摘要).")
    booked_as: BookedAs | None = value("As what our books have it; null while they do not (账面业务).")
    settled_on: Day | None = value("The day on which the other side had it, too (对方入账日期).")


@tells
class OpenItemSum:
    """What the open items of a kind come to (未达账项汇总)."""

    kind: OpenItemKind = value("Which side had them (类别).")
    count: int = value("How many (笔数).")
    amount: Money = value("How much together (金额).")


@tells
class MissingDays:
    """Days without a statement, between two that have one (缺少对账单的日期)."""

    bank: str = value("Code of the bank (银行).")
    from_day: Day = value("The first of them (起始日期).")
    until_day: Day = value("The last of them (截止日期).")
    days: int = value("How many days (天数).")


@tells
class BankBalance:
    """A bank's balance at the end of a day brought to that of our books (银行存款余额调节)."""

    bank: str = value("Code of the bank (银行).")
    day: Day = value("The day (截止日期).")
    since: Day = value("The day from which on they are compared (核对起始日).")
    at_bank: Money = value("What the bank's statement says (银行对账单余额).")
    in_books: Money = value("What our books said: special accounts and money in suspense (单位账面余额).")
    bank_adjusted: Money = value("The bank's balance with what only our books had (银行方调节后余额).")
    books_adjusted: Money = value("Our balance with what only the bank had (单位方调节后余额).")
    unexplained: Money = value("By how much the bank's is more than ours after that (未查明差额).")
    agrees: bool = value("Whether both come to one balance (是否相符).")
    sums: list[OpenItemSum] = value("What one side had alone, summed up by kind (未达账项汇总).")
    items: list[OpenItem] = value("The same one by one, the earliest 5,000 (未达账项).")
    missing_days: list[MissingDays] = value("Days since the first one without a statement (缺少对账单).")


def show_gap(gap: Gap) -> MissingDays:
    """Show days without a statement."""
    return MissingDays(bank=gap.bank, from_day=Day(gap.first), until_day=Day(gap.last), days=gap.days)


def _show(found: Found, gaps: list[MissingDays]) -> BankBalance:
    return BankBalance(
        bank=found.bank,
        day=Day(found.day),
        since=Day(found.since),
        at_bank=Money(found.at_bank),
        in_books=Money(found.in_books),
        bank_adjusted=Money(found.bank_adjusted),
        books_adjusted=Money(found.books_adjusted),
        unexplained=Money(found.unexplained),
        agrees=found.unexplained == 0,
        sums=[
            OpenItemSum(kind=kind, count=len(found.of(kind)), amount=Money(found.sum_of(kind)))
            for kind in OpenItemKind
        ],
        items=[
            OpenItem(
                kind=item.kind,
                amount=Money(item.amount),
                differs=item.differs,
                bank_txn_no=item.txn,
                day=Day(item.day),
                said=item.said,
                booked_as=item.booked_as,
                settled_on=None if item.settled_on is None else Day(item.settled_on),
            )
            for item in found.items[:MOST_ITEMS]
        ],
        missing_days=gaps,
    )


_Statement = Annotated[strawberry.ID, strawberry.argument(description="The statement (对账单).")]
_Bank = Annotated[
    str | None, strawberry.argument(description="Code of a bank; without it every one's (银行).")
]
_From = Annotated[Day | None, strawberry.argument(description="Only from this day on (起始日期).")]
_Until = Annotated[Day | None, strawberry.argument(description="Only up to this day (截止日期).")]


@strawberry.type
class BankBalanceQueries:
    """What can be asked about banks' balances."""

    @resolved("statement.view")
    async def bank_balance(self, info: strawberry.Info, bank_statement_id: _Statement) -> BankBalance | None:
        """A statement's balance beside our books, for the fund office; null if it says none (余额调节)."""
        visit = visit_of(info)
        name, city, statement = read_id(bank_statement_id, "bankStatementId")
        if name != "BankStatement" or city != visit.signed_in().city:
            return None
        found = await read_bank_balance(visit, statement)
        if found is None:
            return None
        gaps = await find_gaps(visit, found.bank, found.since, found.day)
        return _show(found, [show_gap(gap) for gap in gaps])

    @resolved("statement.view")
    async def statement_missing_days(
        self, info: strawberry.Info, bank: _Bank = None, from_day: _From = None, until_day: _Until = None
    ) -> list[MissingDays]:
        """Days between the banks' statements that have none, so that none is forgotten (缺少对账单的日期)."""
        since: Any = from_day
        until: Any = until_day
        return [show_gap(gap) for gap in await find_gaps(visit_of(info), bank, since, until)]
