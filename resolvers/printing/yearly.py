"""Yearly statements and the publication sheet as pages or workbooks (年度对账单、公示表) [165-30][165-31]."""

from collections.abc import Iterator, Sequence
from itertools import count, groupby
from uuid import UUID

from sqlalchemy import select

from db.graph.past import past_rows
from db.tables.estates import Estate
from db.tables.organizations import Organization
from domain.area import format_area
from domain.clock import business_day
from domain.money import format_yuan
from domain.problem import Problem
from domain.reporting import ReportFormat
from domain.status import UnitStatus
from domain.yearly import Figures, sum_figures
from reports.tabular import SEALED, Fact, Level, TabularColumn, TabularKind, TabularReport, TabularRow
from resolvers.act import Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.money.year_sums import UseItem
from resolvers.money.yearly import (
    MOST_AT_ONCE,
    YEAR_RIGHTS,
    EstateYear,
    YearUnit,
    over_limit,
    read_estate_year,
)
from resolvers.printing.year_paper import Paper, keep, warn, write_imprint, write_span, yuan

_MOST_ROWS = 60_000
_MOST_ROWS_A_UNIT = 6
_AMOUNT = 13
_PLACES = (
    TabularColumn("序号", 5, TabularKind.COUNT),
    TabularColumn("楼栋", 9),
    TabularColumn("房屋", 18),
)
_FIGURES = (
    TabularColumn("年初余额\n（元）", _AMOUNT, TabularKind.AMOUNT),
    TabularColumn("本年交存\n（元）", _AMOUNT, TabularKind.AMOUNT),
    TabularColumn("增值收益\n（元）", 11, TabularKind.AMOUNT),
    TabularColumn("本年使用\n（元）", _AMOUNT, TabularKind.AMOUNT),
    TabularColumn("本年退款\n（元）", _AMOUNT, TabularKind.AMOUNT),
    TabularColumn("转入转出\n（元）", _AMOUNT, TabularKind.AMOUNT),
    TabularColumn("期末余额\n（元）", _AMOUNT, TabularKind.AMOUNT),
)
_AREA = TabularColumn("建筑面积\n（㎡）", 10, TabularKind.AREA)
_GONE = {UnitStatus.SPLIT: "已拆分", UnitStatus.MERGED: "已合并", UnitStatus.CANCELLED: "已注销"}
_RECKONED = "期末余额＝年初余额＋本年交存＋增值收益－本年使用－本年退款＋转入转出。"


async def print_estate(work: Work, estate_id: UUID, year: int, made: ReportFormat) -> Outcome:
    """Print what every unit of an estate held in a year (年度对账单)."""
    paper = await lay_out_estate(work, estate_id, year, MOST_AT_ONCE)
    return paper if isinstance(paper, Refused) else await keep(work, paper, made)


async def print_publication(work: Work, estate_id: UUID, year: int, made: ReportFormat) -> Outcome:
    """Print what is put up for the owners of an estate to read (收支公示表)."""
    paper = await lay_out_publication(work, estate_id, year, MOST_AT_ONCE)
    return paper if isinstance(paper, Refused) else await keep(work, paper, made)


async def lay_out_estate(work: Work, estate_id: UUID, year: int, most: int) -> Paper | Refused:
    """Lay out an estate's yearly statement: a line a unit, with sums of each building."""
    estate, found = await _read(work, estate_id, year, most)
    if isinstance(found, Problem):
        return Refused.because(found)
    number = f"{estate.code}-{year}"
    report = TabularReport(
        imprint=write_imprint(work, work.city.forms.estate_statement_title, number),
        form="WX-32",
        facts=[*await _head(work, estate, found), _compared(found)],
        columns=(*_PLACES, TabularColumn("账号", 19), *_FIGURES),
        rows=[*_estate_rows(found)],
        notes=(*warn(found.period), _RECKONED, "转入转出为拆分合并和楼幢划转所结转的金额。"),
        signed=SEALED,
    )
    return Paper(report, f"{number}年度对账单", estate.org_id)


async def _read(work: Work, estate_id: UUID, year: int, most: int) -> tuple[Estate, EstateYear | Problem]:
    estate = await fetch(work, Estate, estate_id, *YEAR_RIGHTS)
    return estate, await read_estate_year(work.session, estate, year, work.now, most)


async def _head(work: Work, estate: Estate, found: EstateYear) -> list[Fact]:
    """Say which estate it is, as it was called at the end, and what it all comes to."""
    developer = await work.session.scalar(
        select(Organization.name).where(Organization.city == estate.city, Organization.id == estate.org_id)
    )
    past = past_rows(Estate, found.period.end).c
    named = await work.session.execute(
        select(past.name, past.address).where(past.city == estate.city, past.id == estate.id)
    )
    ((name, address),) = named.all()
    there = [unit for unit in found.units if unit.there]
    total = found.total
    return [
        Fact("物业区域", f"{name}（{estate.code}）", wide=True),
        Fact("坐落", address, wide=True),
        Fact("开发建设单位", developer or "", wide=True),
        Fact("统计期间", write_span(found.period), wide=True),
        Fact("期末房屋", f"{len(there)} 户（套、个）"),
        Fact("期末建筑面积", f"{format_area(sum(unit.area for unit in there))} ㎡"),
        Fact("年初余额", yuan(total.opening)),
        Fact("本年交存", yuan(total.deposits)),
        Fact("增值收益", yuan(total.gains)),
        Fact("本年使用", yuan(-total.used)),
        Fact("本年退款", yuan(-total.refunded)),
        Fact("转入转出", yuan(total.transfers)),
        Fact("期末余额", yuan(total.closing), wide=True, strong=True),
    ]


def _compared(found: EstateYear) -> Fact:
    """Say whether the units' accounts come to what the estate's special account says (I2)."""
    units, special = found.total, found.special
    differences = [
        f"{label}相差 {format_yuan(mine - theirs)} 元"
        for label, mine, theirs in (
            ("年初余额", units.opening, special.opening),
            ("期末余额", units.closing, special.closing),
        )
        if mine != theirs
    ]
    return Fact("与专户账核对", "，".join(differences) or "年初余额、期末余额均相符", wide=True)


def _estate_rows(found: EstateYear) -> Iterator[TabularRow]:
    number = count(1)
    for units in _by_building(found):
        for unit in units:
            place = (next(number), unit.name, _room(unit))
            yield TabularRow((*place, unit.account_no, *_cells(unit.figures)))
        yield _sum(f"{units[0].name}小计：{len(units)} 户", units, Level.SUBTOTAL)
    yield _sum(f"合计：{len(found.units)} 户", found.units, Level.TOTAL)


def _by_building(found: EstateYear) -> Iterator[Sequence[YearUnit]]:
    return (list(units) for _, units in groupby(found.units, key=lambda unit: unit.building))


def _room(unit: YearUnit) -> str:
    """Name a unit, and say if it was there no more at the end of the period."""
    gone = "已划转" if unit.moved else _GONE.get(unit.status)
    return f"{unit.room}（{gone}）" if gone else unit.room


def _sum(label: str, units: Sequence[YearUnit], level: Level) -> TabularRow:
    cells = _cells(sum_figures(unit.figures for unit in units))
    return TabularRow((label, None, None, None, *cells), level)


def _cells(figures: Figures) -> tuple[int, ...]:
    """Write figures as columns; what was used and refunded is told above zero."""
    return (
        figures.opening,
        figures.deposits,
        figures.gains,
        -figures.used,
        -figures.refunded,
        figures.transfers,
        figures.closing,
    )


async def lay_out_publication(work: Work, estate_id: UUID, year: int, most: int) -> Paper | Refused:
    """Lay out what is put up: sums, what money was used for, each unit's share; nothing of persons."""
    estate, found = await _read(work, estate_id, year, most)
    if isinstance(found, Problem):
        return Refused.because(found)
    rows = [*_publication_rows(found)]
    room = min(_MOST_ROWS, _MOST_ROWS_A_UNIT * most)
    if len(rows) > room:
        return Refused.because(over_limit("公示明细", room, most))
    number = f"{estate.code}-{year}"
    report = TabularReport(
        imprint=write_imprint(work, work.city.forms.publication_title, number),
        form="WX-33",
        facts=[*await _head(work, estate, found), *_items(found.items)],
        columns=(*_PLACES, _AREA, *_FIGURES),
        rows=rows,
        notes=(*warn(found.period), *_PUBLICATION_NOTES),
        signed=SEALED,
    )
    return Paper(report, f"{number}收支公示表", estate.org_id)


_PUBLICATION_NOTES = (
    _RECKONED,
    "使用项目的费用由受益房屋按建筑面积分摊；使用项目不止一个的，各户名下逐项列明分摊金额。",
    "小计、合计的建筑面积为期末在册房屋的面积。",
    "业主对公示内容有异议的，可以向维修资金管理部门申请复核。",
)


def _items(items: Sequence[UseItem]) -> list[Fact]:
    """List what the money was used for, with its number, day, amount and the units that bore it."""
    if not items:
        return [Fact("使用项目", "本期没有使用维修资金。", wide=True)]
    return [
        Fact(
            f"使用项目 {item.no}",
            f"{business_day(item.booked_at).isoformat()}　{'冲正：' if item.reversal else ''}{item.note}"
            f"　{yuan(-item.amount)}　{item.units} 户分摊",
            wide=True,
        )
        for item in items
    ]


def _publication_rows(found: EstateYear) -> Iterator[TabularRow]:
    number = count(1)
    for units in _by_building(found):
        for unit in units:
            place = (next(number), unit.name, _room(unit))
            yield TabularRow((*place, unit.area, *_cells(unit.figures)))
            # Where there is but one item, the column already says each unit's share of it.
            if len(found.items) > 1:
                yield from (_share(no, amount) for no, amount in sorted(unit.used.items()))
        yield _sum_with_area(f"{units[0].name}小计：{len(units)} 户", units, Level.SUBTOTAL)
    yield _sum_with_area(f"合计：{len(found.units)} 户", found.units, Level.TOTAL)


def _share(no: int, amount: int) -> TabularRow:
    return TabularRow((None, None, f"其中：项目 {no}", None, None, None, None, -amount, None, None, None))


def _sum_with_area(label: str, units: Sequence[YearUnit], level: Level) -> TabularRow:
    """Sum units up; the area is of those that are still there."""
    area = sum(unit.area for unit in units if unit.there)
    cells = _cells(sum_figures(unit.figures for unit in units))
    return TabularRow((label, None, None, area, *cells), level)
