"""Years in the graph: what accounts and estates held and what changed it, as the papers say it (年度收支)."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from db.tables.estates import Building as BuildingRow
from db.tables.estates import Estate as EstateRow
from db.tables.estates import Unit as UnitRow
from domain.clock import business_day
from domain.problem import Problem
from domain.status import EntryType, UnitStatus
from domain.yearly import Figures, Period
from resolvers.act import Refused
from resolvers.money.account_year import AccountYear as FoundAccount
from resolvers.money.account_year import YearEntry as FoundEntry
from resolvers.money.estate_years import (
    BuildingSum,
    OpenYear,
    YearSums,
    find_account_year,
    list_uses,
    open_estate_year,
    show_units,
    sum_year,
)
from resolvers.money.year_sums import UseItem
from resolvers.money.yearly import YearUnit
from resolvers.page import Window
from resolvers.visit import Visit
from schema.bindings import One
from schema.estates import Building, Estate, Unit
from schema.fields import place_of, visit_of
from schema.ids import read_id
from schema.loading import load_one, load_value
from schema.mutation import result
from schema.paging import After, Before, Connection, First, Last
from schema.problem import Rejected, reject
from schema.scalars import Area, Day, Money
from schema.told import cut, page
from schema.types import resolved, tells, value


@tells
class YearFigures:
    """What was held at the beginning of a year, what changed it, and what was held at its end (年度收支)."""

    opening: Money = value("What was held at the beginning (年初余额).")
    deposits: Money = value("What was deposited, of every kind (本年交存).")
    first_deposits: Money = value("First deposits of it (首期).")
    supplements: Money = value("Supplements of it, asked for after a change (补交).")
    top_ups: Money = value("Top-ups of it (续筹).")
    other_deposits: Money = value("Other deposits of it (其他).")
    interest: Money = value("Interest and other gains (增值收益).")
    used: Money = value("What was used, less what was taken back of it; above zero (本年使用).")
    refunded: Money = value("What was refunded, less what came back of it; above zero (本年退款).")
    transfers_in: Money = value("What came from elsewhere: splits, merges, buildings that moved (转入).")
    transfers_out: Money = value("What went elsewhere; above zero (转出).")
    closing: Money = value(
        "What was held at the end: opening, deposits, interest and transfersIn less the others (期末余额)."
    )


def _figures(found: Figures) -> YearFigures:
    return YearFigures(
        opening=Money(found.opening),
        deposits=Money(found.deposits),
        first_deposits=Money(found.first),
        supplements=Money(found.supplement),
        top_ups=Money(found.topup),
        other_deposits=Money(found.other),
        interest=Money(found.gains),
        used=Money(-found.used),
        refunded=Money(-found.refunded),
        transfers_in=Money(found.transfers_in),
        transfers_out=Money(-found.transfers_out),
        closing=Money(found.closing),
    )


@tells
class YearPeriod:
    """The days of a year that are told of (统计期间)."""

    year: int = value("The year (年度).")
    since: Day = value("The first day (起始日期).")
    until: Day = value("The last day: the year's last, or today while it runs (截止日期).")
    over: bool = value("Whether the year is over, so that its figures stay as they are (年度是否终了).")


def _period(found: Period) -> YearPeriod:
    return YearPeriod(year=found.year, since=Day(found.first), until=Day(found.last), over=found.over)


@tells
class YearEntry:
    """An entry of an account's year (对账明细)."""

    day: Day = value("The day (日期).")
    type: EntryType = value("What it is (类型).")
    component: EntryType | None = value("Of what is carried over or taken back, what it was (原类型).")
    cause: str = value("What it came of, as far as the caller may see that (摘要).")
    amount: Money = value("Amount; out is below zero (金额).")
    balance: Money = value("What was held after it (余额).")


@tells
class AccountYear:
    """What one unit's account held in a year, as its statement says it (分户账年度收支)."""

    found: strawberry.Private[FoundAccount]
    period: YearPeriod = value("The days that are told of (统计期间).")
    figures: YearFigures = value("What was held, and what changed it (收支).")
    estate_name: str = value("Name of its estate at the end of the period (物业区域).")
    place: str = value("Building, section, floor and room by then (房屋).")
    address: str = value("Address of the unit by then (坐落).")
    gross_area: Area = value("Gross floor area by then (建筑面积).")
    owners: list[str] = value("Names of the owners by then; none for who may not see owners (业主).")

    @resolved()
    async def entries(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[YearEntry]:
        """Every entry of the period in its order, by pages (分录)."""
        entries = self.found.entries
        span = cut([str(number) for number in range(len(entries))], Window(first, after, last, before))
        return page(span, [_entry(one) for one in entries[span.begin : span.end]])


def _entry(found: FoundEntry) -> YearEntry:
    return YearEntry(
        day=Day(found.day),
        type=found.type,
        component=found.component,
        cause=found.cause,
        amount=Money(found.amount),
        balance=Money(found.balance),
    )


@tells
class BuildingYear:
    """What the units of a building come to in a year (楼幢年度收支)."""

    found: strawberry.Private[BuildingSum]
    visit: strawberry.Private[Visit]
    name: str = value("Its name at the end of the period (楼栋).")
    unit_count: int = value("How many of its units are told of (户数).")
    gross_area: Area = value("Gross floor area of those that were in use there at the end (建筑面积).")
    figures: YearFigures = value("What they come to (收支).")

    @resolved()
    async def building(self) -> Building | None:
        """The building as it is now; null if it may not be seen any more (楼幢)."""
        return await load_one(self.visit, One(BuildingRow, "id"), self.found.building)


@tells
class UnitYear:
    """What one unit held in an estate in a year (房屋年度收支)."""

    found: strawberry.Private[YearUnit]
    visit: strawberry.Private[Visit]
    building_name: str = value("Name of its building at the end of the period (楼栋).")
    room: str = value("Section and room by then (房屋).")
    gross_area: Area = value("Gross floor area by then (建筑面积).")
    account_no: str = value("Number of its account; empty if it never had one (账号).")
    status: UnitStatus = value("What had become of it by then (状态).")
    moved: bool = value("Whether it had gone to another estate by then (是否已划转).")
    figures: YearFigures = value("What it held there, and what changed it (收支).")

    @resolved()
    async def unit(self) -> Unit | None:
        """The unit as it is now; null if it may not be seen any more (房屋)."""
        return await load_one(self.visit, One(UnitRow, "id"), self.found.unit)


@tells
class YearUse:
    """Money that was used, or taken back, as it was booked (使用项目)."""

    no: int = value("Its number in the year, as the publication sheet has it (序号).")
    day: Day = value("The day (日期).")
    note: str = value("What for (使用项目).")
    amount: Money = value("How much; below zero if it was taken back (金额).")
    unit_count: int = value("How many units bore it (分摊户数).")
    reversal: bool = value("Whether it takes back an earlier one (是否冲正).")


def _use(found: UseItem) -> YearUse:
    return YearUse(
        no=found.no,
        day=Day(business_day(found.booked_at)),
        note=found.note,
        amount=Money(-found.amount),
        unit_count=found.units,
        reversal=found.reversal,
    )


@tells
class EstateYear:
    """What an estate's units held in a year, as its statement and publication say it (物业区域年度收支)."""

    opened: strawberry.Private[OpenYear]
    period: YearPeriod = value("The days that are told of (统计期间).")
    unit_count: int = value("Units that were in use there at the end (期末房屋数).")
    gross_area: Area = value("Their gross floor area by then (期末建筑面积).")

    @resolved()
    async def estate(self) -> Estate | None:
        """The estate as it is now (物业区域)."""
        return await load_one(self.opened.visit, One(EstateRow, "id"), self.opened.estate.id)

    @resolved()
    async def figures(self) -> YearFigures:
        """What all units come to (合计)."""
        return _figures((await self._sums()).total)

    @resolved()
    async def special_account(self) -> YearFigures:
        """The same as the estate's special account says it (专户账)."""
        return _figures((await self._sums()).special)

    @resolved()
    async def agrees(self) -> bool:
        """Whether units and special account held the same at the beginning and at the end (是否相符)."""
        sums = await self._sums()
        units, special = sums.total, sums.special
        return (units.opening, units.closing) == (special.opening, special.closing)

    @resolved()
    async def buildings(self, info: strawberry.Info) -> list[BuildingYear]:
        """What the units of each building come to, in the order of the building table (楼幢小计)."""
        found = (await self._sums()).buildings
        self.opened.visit.show(place_of(info), len(found))
        return [
            BuildingYear(
                found=one,
                visit=self.opened.visit,
                name=one.name,
                unit_count=one.units,
                gross_area=Area(one.area),
                figures=_figures(one.figures),
            )
            for one in found
        ]

    @resolved()
    async def uses(self, info: strawberry.Info) -> list[YearUse]:
        """What the money was used for, in the order in which it was booked (使用项目)."""
        found = await list_uses(self.opened)
        self.opened.visit.show(place_of(info), len(found))
        return [_use(one) for one in found]

    @resolved()
    async def units(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[UnitYear]:
        """Unit by unit in the order of the building table, by pages (分户).

        Units that are there no more are told of as long as they have a figure.
        """
        lodgers = self.opened.lodgers
        span = cut([lodger.last.unit.hex for lodger in lodgers], Window(first, after, last, before))
        found = await show_units(self.opened, lodgers[span.begin : span.end])
        return page(span, [_unit(self.opened.visit, one) for one in found])

    async def _sums(self) -> YearSums:
        return await load_value(self.opened.visit, _sum_year, self.opened.estate.id, self.opened)


async def _sum_year(_visit: Visit, estates: Sequence[UUID], opened: OpenYear) -> Mapping[UUID, YearSums]:
    """Sum a year up once, whichever of its fields ask."""
    found = await sum_year(opened)
    return dict.fromkeys(estates, found)


def _unit(visit: Visit, found: YearUnit) -> UnitYear:
    return UnitYear(
        found=found,
        visit=visit,
        building_name=found.name,
        room=found.room,
        gross_area=Area(found.area),
        account_no=found.account_no,
        status=found.status,
        moved=found.moved,
        figures=_figures(found.figures),
    )


AccountYearResult = Annotated[
    AccountYear | Rejected, result("AccountYearResult", "The account's year, or why there is none.")
]
EstateYearResult = Annotated[
    EstateYear | Rejected, result("EstateYearResult", "The estate's year, or why there is none.")
]
_Unit = Annotated[strawberry.ID, strawberry.argument(description="The unit (房屋).")]
_Estate = Annotated[strawberry.ID, strawberry.argument(description="The estate (物业区域).")]
_Year = Annotated[
    int,
    strawberry.argument(description="The year; of one that still runs the days up to today are told (年度)."),
]


@strawberry.type
class YearQueries:
    """What can be asked about years."""

    @resolved("account.view")
    async def account_year(
        self, info: strawberry.Info, unit_id: _Unit, year: _Year
    ) -> AccountYearResult | None:
        """A unit's account in a year, as its statement says it; null if it may not be seen (分户年度收支)."""
        visit = visit_of(info)
        name, city, unit = read_id(unit_id, "unitId")
        if name != "Unit" or city != visit.signed_in().city:
            return None
        found = await find_account_year(visit, unit, year)
        if found is None or isinstance(found, Problem):
            return None if found is None else reject(visit, Refused.because(found))
        return AccountYear(
            found=found,
            period=_period(found.period),
            figures=_figures(found.figures),
            estate_name=found.place.estate,
            place=found.place.unit,
            address=found.place.address,
            gross_area=Area(found.place.area),
            owners=list(found.place.owners),
        )

    @resolved("export.create")
    async def estate_year(
        self, info: strawberry.Info, estate_id: _Estate, year: _Year
    ) -> EstateYearResult | None:
        """An estate's units in a year, as its statement says it; null for who may not print it (年度收支)."""
        visit = visit_of(info)
        name, city, estate = read_id(estate_id, "estateId")
        if name != "Estate" or city != visit.signed_in().city:
            return None
        found = await open_estate_year(visit, estate, year)
        if found is None or isinstance(found, Problem):
            return None if found is None else reject(visit, Refused.because(found))
        there = found.there
        return EstateYear(
            opened=found,
            period=_period(found.period),
            unit_count=len(there),
            gross_area=Area(sum(lodger.last.area for lodger in there)),
        )
