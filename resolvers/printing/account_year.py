"""The statement of a unit's account for a year: every entry and what it came of (分户账对账单)."""

from collections.abc import Iterator
from uuid import UUID

from db.tables.money import Account
from domain.area import format_area
from domain.clock import business_day
from domain.problem import Problem
from domain.refusal import NotFound
from domain.reporting import ReportFormat
from domain.status import EntryType
from reports.page import print_date
from reports.tabular import SEALED, Fact, Level, TabularColumn, TabularKind, TabularReport, TabularRow
from resolvers.act import Outcome, Refused, Work
from resolvers.door import fetch, must
from resolvers.money.account_year import AccountYear, YearEntry, read_account_year
from resolvers.printing.year_paper import Paper, keep, warn, write_imprint, write_span, yuan

_ACCOUNT_COLUMNS = (
    TabularColumn("序号", 5, TabularKind.COUNT),
    TabularColumn("日期", 11, TabularKind.DATE),
    TabularColumn("类型", 16),
    TabularColumn("摘要", 33),
    TabularColumn("收入\n（元）", 14, TabularKind.AMOUNT),
    TabularColumn("支出\n（元）", 14, TabularKind.AMOUNT),
    TabularColumn("余额\n（元）", 14, TabularKind.AMOUNT),
)
_ENTRY_LABELS = {
    EntryType.REFUND: "退款",
    EntryType.INTEREST: "增值收益",
    EntryType.USE: "维修使用",
    EntryType.TRANSFER_IN: "转入",
    EntryType.TRANSFER_OUT: "转出",
    EntryType.REVERSAL: "冲正",
    EntryType.SUSPENSE: "待查",
}


async def print_account(work: Work, account_id: UUID, year: int, made: ReportFormat) -> Outcome:
    """Print the statement of a unit's account for a year (分户账对账单)."""
    account = await fetch(work, Account, account_id, "account.view")
    if account.unit_id is None:
        raise NotFound
    await must(work, account, "unit.view")
    found = await read_account_year(work.visit, account, year)
    if isinstance(found, Problem):
        return Refused.because(found)
    number = f"{account.account_no}-{year}"
    report = TabularReport(
        imprint=write_imprint(work, work.city.forms.account_statement_title, number),
        form="WX-31",
        facts=_account_facts(account, found),
        columns=_ACCOUNT_COLUMNS,
        rows=list(_account_rows(work, found)),
        notes=(*warn(found.period), "对账如有不符，请向维修资金管理部门申请复核。"),
        signed=SEALED,
    )
    return await keep(work, Paper(report, f"{number}分户账对账单", account.org_id), made)


def _account_facts(account: Account, found: AccountYear) -> list[Fact]:
    place = found.place
    return [
        Fact("物业区域", place.estate, wide=True),
        Fact("房屋", place.unit),
        Fact("建筑面积（㎡）", format_area(place.area)),
        Fact("坐落", place.address, wide=True),
        *([Fact("业主", "、".join(place.owners), wide=True)] if place.owners else []),
        Fact("账号", account.account_no),
        Fact("开户日期", print_date(business_day(account.opened_at))),
        Fact("对账期间", write_span(found.period), wide=True),
        Fact("年初余额", yuan(found.figures.opening), strong=True),
        Fact("期末余额", yuan(found.figures.closing), strong=True),
    ]


def _account_rows(work: Work, found: AccountYear) -> Iterator[TabularRow]:
    yield TabularRow((None, found.period.first, "年初余额", None, None, None, found.figures.opening))
    for number, entry in enumerate(found.entries, start=1):
        came, went = (entry.amount, None) if entry.amount > 0 else (None, -entry.amount)
        label = _label(work, entry)
        yield TabularRow((number, entry.day, label, entry.cause, came, went, entry.balance))
    came = sum(entry.amount for entry in found.entries if entry.amount > 0)
    went = sum(-entry.amount for entry in found.entries if entry.amount < 0)
    label = f"合计：{len(found.entries)} 笔"
    yield TabularRow((label, None, None, None, came, went, found.figures.closing), Level.TOTAL)


def _label(work: Work, entry: YearEntry) -> str:
    """Name an entry as the city does, and of what is carried over or taken back, what it was."""

    def name(kind: EntryType) -> str:
        return _ENTRY_LABELS.get(kind) or work.city.code_label("deposit_type", kind.value)

    return f"{name(entry.type)}（{name(entry.component)}）" if entry.component else name(entry.type)
