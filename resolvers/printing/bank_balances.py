"""A bank's balance brought to that of our books, in the form that accountants know (余额调节表)."""

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest
from uuid import UUID

from db.tables.reconciliation import BankStatement
from domain.bank_balance import MOST_ITEMS, BankBalance, BookedAs, OpenItem, OpenItemKind
from domain.money import format_yuan
from domain.problem import Problem, ProblemCode
from domain.refusal import NotFound
from domain.reporting import ReportFormat
from reports.imprint import Imprint
from reports.page import print_date
from reports.tabular import Fact, Level, TabularColumn, TabularKind, TabularReport, TabularRow
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.money.bank_balances import read_bank_balance
from resolvers.money.statement_days import find_gaps
from resolvers.printing.tabular import keep_report

_COLUMNS = (
    TabularColumn("银行对账单", 40),
    TabularColumn("金额\n（元）", 15, TabularKind.AMOUNT),
    TabularColumn("单位账面", 40),
    TabularColumn("金额\n（元）", 15, TabularKind.AMOUNT),
)
_HEADS = {
    OpenItemKind.BOOKS_RECEIVED: "加：单位已收、银行未收",
    OpenItemKind.BOOKS_PAID: "减：单位已付、银行未付",
    OpenItemKind.BANK_RECEIVED: "加：银行已收、单位未收",
    OpenItemKind.BANK_PAID: "减：银行已付、单位未付",
}
_PAIRS = (
    (OpenItemKind.BOOKS_RECEIVED, OpenItemKind.BANK_RECEIVED),
    (OpenItemKind.BOOKS_PAID, OpenItemKind.BANK_PAID),
)
_BOOKED_AS = {
    BookedAs.PAYMENT: "交款",
    BookedAs.SUSPENSE: "待查款项",
    BookedAs.REFUND: "退款",
    BookedAs.INTEREST: "利息",
    BookedAs.USE: "使用",
}
_NOTES = (
    "银行余额取自银行对账单；单位账面余额为该银行各物业专户和待查款项当日终了的账面余额，按记账日期计。",
    "同一流水号双方金额不同的，按差额列示；括号内为另一方入账日期，未注明的至生成时尚未入账。",
    "自核对起始日起逐日核对；“未查明差额”不为零的，须核对期初余额和缺少对账单的日期。",
)


async def print_bank_balance(work: Work, statement_id: UUID, made: ReportFormat) -> Outcome:
    """Make the paper of a statement's day, from what is booked by now."""
    statement = await fetch(work, BankStatement, statement_id, "statement.import", "suspense.view")
    balance = await read_bank_balance(work.visit, statement.id)
    if balance is None:
        if statement.closing is None:
            return Refused.because(Problem(ProblemCode.STATEMENT_WITHOUT_BALANCE, "bankStatementId"))
        raise NotFound
    if len(balance.items) > MOST_ITEMS:
        params = {"label": "未达账项", "max": str(MOST_ITEMS)}
        return Refused.because(Problem(ProblemCode.LIMIT_EXCEEDED, "bankStatementId", params=params))
    report = await _make(work, balance)
    name = f"{report.imprint.title}-{statement.bank}-{statement.day:%Y%m%d}"
    kept = await keep_report(work, report, made, name)
    if isinstance(kept, Problem):
        return Refused.because(kept)
    said = {"statement": str(statement.id), "format": made.value, "unexplained": balance.unexplained}
    return Done("File", (kept,), said)


async def _make(work: Work, balance: BankBalance) -> TabularReport:
    bank = work.city.bank(balance.bank)
    number = f"{work.city.letters}YE{balance.day:%Y%m%d}{balance.bank}"
    gaps = await find_gaps(work.visit, balance.bank, balance.since, balance.day)
    missing = "、".join(_span(gap.first, gap.last) for gap in gaps)
    return TabularReport(
        imprint=Imprint(work.city.authority.name, work.city.forms.balance_title, number, 1, work.now),
        facts=[
            Fact("银行", bank.name),
            Fact("账号", bank.account_no),
            Fact("截止日期", print_date(balance.day)),
            Fact("核对起始日", print_date(balance.since)),
            Fact("未达账项", f"{len(balance.items)} 笔"),
            Fact("未查明差额", f"{format_yuan(balance.unexplained)} 元", strong=True),
            *([Fact("缺少对账单", missing, wide=True)] if missing else []),
        ],
        columns=_COLUMNS,
        rows=list(_rows(balance)),
        notes=_NOTES,
        signed=("制表人", "复核人", "单位负责人"),
    )


def _span(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} 至 {last.isoformat()}"


def _rows(balance: BankBalance) -> Iterator[TabularRow]:
    """Write both sides beside each other: the balance, what is added, what is taken off, and what results."""
    sides = ("银行对账单余额", balance.at_bank, "单位账面余额", balance.in_books)
    yield TabularRow(sides, Level.SUBTOTAL)
    for left, right in _PAIRS:
        yield TabularRow(
            (_HEADS[left], balance.sum_of(left), _HEADS[right], balance.sum_of(right)), Level.SUBTOTAL
        )
        for one, other in zip_longest(balance.of(left), balance.of(right)):
            yield TabularRow((*_cells(one, balance.day), *_cells(other, balance.day)))
    sides = ("调节后余额", balance.bank_adjusted, "调节后余额", balance.books_adjusted)
    yield TabularRow(sides, Level.TOTAL)


def _cells(item: OpenItem | None, at: date) -> tuple[str | None, int | None]:
    return (None, None) if item is None else (_say(item, at), item.amount)


def _say(item: OpenItem, at: date) -> str:
    """Name an item: its day, the bank's number, what it is, and when the other side had it."""
    what = _BOOKED_AS[item.booked_as] if item.booked_as else ""
    day = f"{item.day:%m-%d}" if item.day.year == at.year else item.day.isoformat()
    words = [day, item.txn or "", what, "金额不符" if item.differs else "", item.said]
    followed = f"（{item.settled_on.isoformat()}）" if item.settled_on else ""
    return " ".join(word for word in words if word) + followed
