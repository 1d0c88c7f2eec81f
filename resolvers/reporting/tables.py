"""Reports as tables: the rows, sums and words of what was asked for, as they are handed out."""

from collections.abc import Iterator, Sequence
from contextlib import aclosing
from datetime import date

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
    MAX_GROUPS,
    MAX_ROWS,
    MOVEMENT_LABELS,
    Dimension,
)
from domain.status import UnitStatus
from domain.switch import Channel
from reports.imprint import Imprint
from reports.page import print_date
from reports.tabular import DRAWN_UP, Fact, Level, TabularColumn, TabularKind, TabularReport, TabularRow
from resolvers.door import see
from resolvers.reporting.arrears import plan_arrears, read_arrears
from resolvers.reporting.arrears_table import ARREARS_COLUMNS, ArrearsTable
from resolvers.reporting.bank_days import BankDay, sum_bank_days
from resolvers.reporting.conditions import Chosen
from resolvers.reporting.deposits import plan_deposits, read_deposits
from resolvers.reporting.deposits_table import DepositsTable
from resolvers.visit import Visit

_STATUS = {
    UnitStatus.ACTIVE: "正常",
    UnitStatus.SPLIT: "已拆分",
    UnitStatus.MERGED: "已合并",
    UnitStatus.CANCELLED: "已注销",
}
_NOTES = (
    "本表统计生成时的房屋和账户；已交金额为首期及补交，未交金额按户计算，多交不抵其他房屋。",
    "交存率为已交金额占应交金额的百分比，舍去万分之一以下的尾数。",
)
_BANK_DAY = (
    TabularColumn("业务", 26),
    TabularColumn("渠道", 20),
    TabularColumn("笔数", 10, TabularKind.COUNT),
    TabularColumn("金额（元）", 18, TabularKind.AMOUNT),
    TabularColumn("记账金额（元）", 18, TabularKind.AMOUNT),
    TabularColumn("核对", 8),
)


async def make_deposits(
    visit: Visit, by: Sequence[Dimension], chosen: Chosen, most: int = MAX_GROUPS
) -> TabularReport | Problem:
    """Make the summary of deposits of at most so many groups."""
    facts = await _begin(visit, chosen)
    plan = await plan_deposits(visit, by, chosen)
    if plan.groups > most:
        return _too_many("分组", most)
    table = DepositsTable(plan.by, plan.names)
    async with aclosing(read_deposits(visit, plan)) as parts:
        async for groups in parts:
            table.add(groups)
            await visit.tell_progress(0, plan.groups)
    if not table.total.units:
        return Problem(ProblemCode.REPORT_EMPTY)
    table.close()
    told = "、".join(DIMENSION_LABELS[one] for one in plan.by) or "合计"
    return TabularReport(
        imprint=_imprint(visit, visit.city.forms.deposit_summary_title),
        facts=[*facts, Fact("统计维度", told)],
        columns=table.columns,
        rows=table.rows,
        notes=_NOTES,
        signed=DRAWN_UP,
    )


async def make_arrears(visit: Visit, chosen: Chosen, most: int = MAX_ROWS) -> TabularReport | Problem:
    """Make the list of units that owe, of at most so many."""
    facts = await _begin(visit, chosen)
    plan = await plan_arrears(visit, chosen)
    if plan.units > most:
        return _too_many("房屋", most)
    table = ArrearsTable()
    async for units in read_arrears(visit, plan):
        table.add(units)
        await visit.tell_progress(0, plan.units)
    if not table.rows:
        return Problem(ProblemCode.REPORT_EMPTY)
    table.close()
    return TabularReport(
        imprint=_imprint(visit, visit.city.forms.arrears_title),
        facts=facts,
        columns=ARREARS_COLUMNS,
        rows=table.rows,
        notes=("本表列出首期未交清的在用房屋；业主姓名只显示首字。", "通知单号为尚可交款的通知单。"),
        signed=DRAWN_UP,
    )


def _too_many(label: str, most: int) -> Problem:
    return Problem(ProblemCode.LIMIT_EXCEEDED, params={"label": label, "max": str(most)})


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
        imprint=_imprint(visit, visit.city.forms.bank_day_title),
        facts=[await _whose(visit), Fact("银行", known[bank]), Fact("日期", print_date(day))],
        columns=_BANK_DAY,
        rows=list(_bank_rows(found[0])),
        notes=("按记账日期统计；记账金额取自总账，未列记账金额的，为本账号不能查看全部账务。",),
        signed=DRAWN_UP,
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


async def see_chosen(visit: Visit, chosen: Chosen) -> list[Fact]:
    """See that what a report is limited to is there, and tell it as facts.

    Raises:
        NotFound: The developer, estate or building is not there, or not the caller's to see.
    """
    named = (
        ("开发建设单位", Organization, chosen.organization),
        ("物业区域", Estate, chosen.estate),
        ("楼栋", Building, chosen.building),
    )
    return [
        Fact(label, (await see(visit, entity, id_)).name) for label, entity, id_ in named if id_ is not None
    ]


async def _begin(visit: Visit, chosen: Chosen) -> list[Fact]:
    """Tell as facts what a report is limited to.

    Raises:
        NotFound: The developer, estate or building is not there, or not the caller's to see.
    """
    facts = [await _whose(visit), *await see_chosen(visit, chosen)]
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


def _bank_rows(found: BankDay) -> Iterator[TabularRow]:
    """Write what moved by kind and channel, then what the ledger says of it."""
    for line in found.lines:
        channel = "" if line.channel is None else CHANNEL_LABELS[Channel(line.channel)]
        yield TabularRow((MOVEMENT_LABELS[line.kind], channel, line.count, line.amount, None, None))
    for check in found.checks or ():
        agrees = "一致" if check.said == check.booked else "不一致"
        cells = (f"{CHECK_LABELS[check.kind]}核对", None, None, check.said, check.booked, agrees)
        yield TabularRow(cells, Level.SUBTOTAL)
