"""Reports as tables: the rows, sums and words of what was asked for, as they are handed out."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from uuid_utils.compat import uuid7

from db.tables.estates import Building, Estate
from db.tables.money import Account
from db.tables.organizations import Organization
from domain.deposits import CHANNEL_LABELS
from domain.problem import Problem, ProblemCode
from domain.reporting import (
    CATEGORY_LABELS,
    CHECK_LABELS,
    DIMENSION_LABELS,
    MOVEMENT_LABELS,
    Dimension,
    Figures,
)
from domain.status import UnitStatus
from domain.switch import Channel
from reports.imprint import Imprint
from reports.page import print_date
from reports.tabular import Fact, Level, TabularColumn, TabularKind, TabularReport, TabularRow
from resolvers.door import see
from resolvers.reporting.arrears import Arrear, list_arrears
from resolvers.reporting.bank_days import BankDay, sum_bank_days
from resolvers.reporting.conditions import Chosen
from resolvers.reporting.deposits import Key, Summary, sum_deposits
from resolvers.visit import Visit

_STATUS = {
    UnitStatus.ACTIVE: "正常",
    UnitStatus.SPLIT: "已拆分",
    UnitStatus.MERGED: "已合并",
    UnitStatus.CANCELLED: "已注销",
}
_WIDTHS = {
    Dimension.DISTRICT: 14,
    Dimension.ORGANIZATION: 26,
    Dimension.ESTATE: 24,
    Dimension.BUILDING: 10,
    Dimension.USAGE: 12,
    Dimension.CATEGORY: 12,
    Dimension.MONTH: 10,
}
_FIGURES = (
    TabularColumn("户数", 7, TabularKind.COUNT),
    TabularColumn("交清户数", 8, TabularKind.COUNT),
    TabularColumn("建筑面积\n（㎡）", 14, TabularKind.AREA),
    TabularColumn("应交金额\n（元）", 16, TabularKind.AMOUNT),
    TabularColumn("已交金额\n（元）", 16, TabularKind.AMOUNT),
    TabularColumn("未交金额\n（元）", 16, TabularKind.AMOUNT),
    TabularColumn("账户余额\n（元）", 16, TabularKind.AMOUNT),
    TabularColumn("交存率", 8, TabularKind.PERCENT),
)
_NOTES = (
    "本表统计生成时的房屋和账户；已交金额为首期及补交，未交金额按户计算，多交不抵其他房屋。",
    "交存率为已交金额占应交金额的百分比，舍去万分之一以下的尾数。",
)
_ARREARS = (
    TabularColumn("序号", 5, TabularKind.COUNT),
    TabularColumn("物业区域", 20),
    TabularColumn("楼栋", 8),
    TabularColumn("单元", 8),
    TabularColumn("楼层", 5, TabularKind.COUNT),
    TabularColumn("室号", 8),
    TabularColumn("业主", 16),
    TabularColumn("建筑面积\n（㎡）", 11, TabularKind.AREA),
    TabularColumn("交存时点", 11, TabularKind.DATE),
    TabularColumn("应交金额\n（元）", 13, TabularKind.AMOUNT),
    TabularColumn("已交金额\n（元）", 13, TabularKind.AMOUNT),
    TabularColumn("未交金额\n（元）", 13, TabularKind.AMOUNT),
    TabularColumn("未交款通知单号", 21),
)
_BANK_DAY = (
    TabularColumn("业务", 26),
    TabularColumn("渠道", 20),
    TabularColumn("笔数", 10, TabularKind.COUNT),
    TabularColumn("金额（元）", 18, TabularKind.AMOUNT),
    TabularColumn("记账金额（元）", 18, TabularKind.AMOUNT),
    TabularColumn("核对", 8),
)
T = TypeVar("T")


async def make_deposits(visit: Visit, by: Sequence[Dimension], chosen: Chosen) -> TabularReport | Problem:
    """Make the summary of deposits."""
    facts = await _begin(visit, chosen)
    summary = await sum_deposits(visit, by, chosen)
    if summary is None or not summary.total.units:
        return Problem(ProblemCode.REPORT_EMPTY)
    told = "、".join(DIMENSION_LABELS[one] for one in summary.by) or "合计"
    columns = [TabularColumn(DIMENSION_LABELS[one], _WIDTHS[one]) for one in summary.by] or [
        TabularColumn("统计范围", 12)
    ]
    return TabularReport(
        imprint=_imprint(visit, "维修资金交存情况统计表"),
        facts=[*facts, Fact("统计维度", told)],
        columns=[*columns, *_FIGURES],
        rows=list(_summary_rows(summary)),
        notes=_NOTES,
    )


async def make_arrears(visit: Visit, chosen: Chosen) -> TabularReport | Problem:
    """Make the list of units that owe."""
    facts = await _begin(visit, chosen)
    found = await list_arrears(visit, chosen)
    if isinstance(found, Problem):
        return found
    if not found:
        return Problem(ProblemCode.REPORT_EMPTY)
    return TabularReport(
        imprint=_imprint(visit, "维修资金欠交清单"),
        facts=facts,
        columns=_ARREARS,
        rows=list(_arrear_rows(found)),
        notes=("本表列出首期未交清的在用房屋；业主姓名只显示首字。", "通知单号为尚可交款的通知单。"),
    )


async def make_bank_day(visit: Visit, bank: str, day: date) -> TabularReport | Problem:
    """Make a bank's day; one on which nothing moved says so by zeros."""
    known = {one.code: one.name for one in visit.city.banks}
    if bank not in known:
        params = {"label": "银行", "allowed": "、".join(known)}
        return Problem(ProblemCode.VALUE_UNKNOWN, "bank", value=bank[:50], params=params)
    found = await sum_bank_days(visit, bank, day)
    if not found:
        return Problem(ProblemCode.REPORT_EMPTY)
    return TabularReport(
        imprint=_imprint(visit, "维修资金银行日报"),
        facts=[await _whose(visit), Fact("银行", known[bank]), Fact("日期", print_date(day))],
        columns=_BANK_DAY,
        rows=list(_bank_rows(found[0])),
        notes=("按记账日期统计；记账金额取自总账，未列记账金额的，为本账号不能查看全部账务。",),
    )


async def _whose(visit: Visit) -> Fact:
    """Say whose units a report is about: one developer's or the city's, all or those that its maker sees."""
    actor, whose = visit.signed_in(), "全市"
    if actor.organization is not None:
        own = (Organization.city == actor.city) & (Organization.id == actor.organization)
        whose = (await visit.run(select(Organization.name).where(own))).scalar_one()
    scope = await visit.sight(Account)
    limited = scope is not None and (scope.allowed is not None or bool(scope.denied))
    return Fact("统计范围", f"{whose}（制表账号可查看的物业区域）" if limited else whose, wide=True)


async def _begin(visit: Visit, chosen: Chosen) -> list[Fact]:
    """See that what a report is limited to is there, and tell the limits as facts.

    Raises:
        NotFound: The estate or building is not there, or not the caller's to see.
    """
    facts = [await _whose(visit)]
    if chosen.estate is not None:
        facts.append(Fact("物业区域", (await see(visit, Estate, chosen.estate)).name))
    if chosen.building is not None:
        facts.append(Fact("楼栋", (await see(visit, Building, chosen.building)).name))
    if chosen.usage is not None:
        labels = {code.code: code.label for code in visit.city.codes.usage}
        facts.append(Fact("房屋用途", labels.get(chosen.usage, chosen.usage)))
    if chosen.category is not None:
        facts.append(Fact("交存类别", CATEGORY_LABELS[chosen.category.value]))
    if chosen.since is not None or chosen.until is not None:
        since, until = (day.isoformat() if day else "" for day in (chosen.since, chosen.until))
        facts.append(Fact("交存时点", f"{since} 至 {until}".strip()))
    facts.append(Fact("房屋状态", "全部" if chosen.status is None else _STATUS[chosen.status]))
    if chosen.paid is not None:
        facts.append(Fact("首期交存", "已交清" if chosen.paid else "未交清"))
    if chosen.low is not None:
        facts.append(Fact("余额", "不足首期30%" if chosen.low else "不低于首期30%"))
    return facts


def _imprint(visit: Visit, title: str) -> Imprint:
    """Number a report, each anew; drawn instead of counted, so that no report waits for another's pages."""
    number = f"{visit.city.letters}BB{visit.today:%Y%m%d}{uuid7().hex[-6:].upper()}"
    return Imprint(visit.city.authority.name, title, number, 1, visit.now)


def _summary_rows(summary: Summary) -> Iterator[TabularRow]:
    """Write the groups, after those of one outermost value their sum, and at the end the total."""
    names = [summary.names[one] for one in summary.by]

    def words(key: Key) -> tuple[str, ...]:
        return tuple(known.get(value, "") for known, value in zip(names, key, strict=True))

    nested = len(summary.by) > 1
    for outer, groups in _runs(summary.groups, lambda group: group[0][0]):
        for key, found in groups:
            yield TabularRow((*words(key), *_cells(found)))
        if nested:
            label = f"{names[0].get(outer, '')}小计"
            rest = (None,) * (len(summary.by) - 1)
            total = sum((found for _, found in groups), Figures())
            yield TabularRow((label, *rest, *_cells(total)), Level.SUBTOTAL)
    rest = (None,) * (max(len(summary.by), 1) - 1)
    yield TabularRow(("总计", *rest, *_cells(summary.total)), Level.TOTAL)


def _cells(found: Figures) -> tuple[int | None, ...]:
    return (
        found.units,
        found.paid_units,
        found.area,
        found.due,
        found.paid,
        found.outstanding,
        found.balance,
        found.rate,
    )


def _runs(rows: Sequence[T], of: Callable[[T], object]) -> Iterator[tuple[object, list[T]]]:
    """Put together rows that stand after each other and have the same value."""
    run: list[T] = []
    for row in rows:
        if run and of(run[0]) != of(row):
            yield of(run[0]), run
            run = []
        run.append(row)
    if run:
        yield of(run[0]), run


def _arrear_rows(found: Sequence[Arrear]) -> Iterator[TabularRow]:
    number = 0
    for estate, units in _runs(found, lambda one: one.estate):
        for one in units:
            number += 1
            yield TabularRow(
                (
                    number,
                    one.estate,
                    one.building,
                    one.section,
                    one.floor,
                    one.room_no,
                    one.owners,
                    one.area,
                    one.deposit_point,
                    one.due,
                    one.paid,
                    one.outstanding,
                    one.notice_no or None,
                )
            )
        yield _arrear_sum(f"{estate}小计：{len(units)} 户", units, Level.SUBTOTAL)
    yield _arrear_sum(f"总计：{len(found)} 户", found, Level.TOTAL)


def _arrear_sum(label: str, units: Sequence[Arrear], level: Level) -> TabularRow:
    sums = (
        sum(one.due for one in units),
        sum(one.paid for one in units),
        sum(one.outstanding for one in units),
    )
    area = sum(one.area for one in units)
    return TabularRow((label, None, None, None, None, None, None, area, None, *sums, None), level)


def _bank_rows(found: BankDay) -> Iterator[TabularRow]:
    """Write what moved by kind and channel, then what the ledger says of it."""
    for line in found.lines:
        channel = "" if line.channel is None else CHANNEL_LABELS[Channel(line.channel)]
        yield TabularRow((MOVEMENT_LABELS[line.kind], channel, line.count, line.amount, None, None))
    for check in found.checks or ():
        agrees = "一致" if check.said == check.booked else "不一致"
        cells = (f"{CHECK_LABELS[check.kind]}核对", None, None, check.said, check.booked, agrees)
        yield TabularRow(cells, Level.SUBTOTAL)
