"""Deposits summed up by estates, buildings, usages or months, and the units that still owe (交存统计)."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from db.kept import Condition
from db.sorting import Order
from db.tables.estates import Building as BuildingRow
from db.tables.estates import Estate as EstateRow
from db.tables.estates import Unit as UnitRow
from db.tables.organizations import Organization as OrganizationRow
from domain.rates import RateCategory
from domain.reporting import Dimension, Figures
from domain.status import UnitStatus
from resolvers.asker import Asker
from resolvers.reporting.arrears import owing
from resolvers.reporting.conditions import Chosen
from resolvers.reporting.deposits import Key, Summary, sum_deposits
from resolvers.visit import Visit
from schema.bindings import One
from schema.estates import Building, Estate, Unit
from schema.fields import visit_of
from schema.ids import read_key
from schema.loading import load_one
from schema.organizations import Organization
from schema.paging import Connection, connection
from schema.scalars import Area, Day, Money
from schema.types import asks, closed, maybe, resolved, tells, value

closed(
    Dimension,
    "By what units are put together (统计维度).",
    {
        "DISTRICT": "By county or district (行政区划).",
        "ORGANIZATION": "By developer (开发建设单位).",
        "ESTATE": "By estate (物业区域).",
        "BUILDING": "By building (楼幢).",
        "USAGE": "By what they are used for (房屋用途).",
        "CATEGORY": "By category of deposit rates (交存类别).",
        "MONTH": "By the month of the deposit point (交存时点月份).",
    },
)


@tells
class DepositFigures:
    """What units have been asked for and hold (交存金额)."""

    units: int = value("How many units (户数).")
    gross_area: Area = value("Their gross floor area (建筑面积).")
    due: Money = value("First deposits that are due (应交金额).")
    paid: Money = value("What of them was paid (已交金额).")
    outstanding: Money = value(
        "What is missing, unit by unit: what one paid too much makes up for no other (未交金额)."
    )
    balance: Money = value("What the units' accounts hold now (账户余额).")
    paid_units: int = value("How many of the units owe nothing (交清户数).")


@tells
class DepositGroup:
    """Units that have in common what was asked for; the other fields are null (交存统计分组)."""

    key: strawberry.Private[dict[Dimension, Any]]
    visit: strawberry.Private[Visit]
    figures: DepositFigures = value("What they come to (金额).")

    @resolved()
    async def organization(self) -> Organization | None:
        """The developer, if it was asked for and may be seen (开发建设单位)."""
        return await self._row(Dimension.ORGANIZATION, OrganizationRow)

    @resolved()
    async def estate(self) -> Estate | None:
        """The estate, if it was asked for and may be seen (物业区域)."""
        return await self._row(Dimension.ESTATE, EstateRow)

    @resolved()
    async def building(self) -> Building | None:
        """The building, if it was asked for and may be seen (楼幢)."""
        return await self._row(Dimension.BUILDING, BuildingRow)

    @resolved()
    def district(self) -> str | None:
        """Code of the county or district (行政区划)."""
        return self.key.get(Dimension.DISTRICT)

    @resolved()
    def usage(self) -> str | None:
        """Code of what the units are used for (房屋用途)."""
        return self.key.get(Dimension.USAGE)

    @resolved()
    def rate_category(self) -> RateCategory | None:
        """Category of deposit rates (交存类别)."""
        found = self.key.get(Dimension.CATEGORY)
        return None if found is None else RateCategory(found)

    @resolved()
    def month(self) -> str | None:
        """Month of the deposit point, such as `2026-09` (交存时点月份)."""
        return self.key.get(Dimension.MONTH)

    async def _row(self, dimension: Dimension, entity: Any) -> Any:  # noqa: ANN401 - a row of the table
        key = self.key.get(dimension)
        return None if key is None else await load_one(self.visit, One(entity, "id"), key)


@tells
class DepositSummary:
    """Deposits of the units that the caller sees with their accounts, summed up (交存情况统计)."""

    groups: list[DepositGroup] = value("Group by group; none if nothing to group by was named (分组).")
    total: DepositFigures = value("All together (合计).")


@asks
class DepositFilter:
    """Which units are summed up; all conditions must hold (统计条件)."""

    organization_id: strawberry.ID | None = maybe("Only of this developer (开发建设单位).")
    estate_id: strawberry.ID | None = maybe("Only of this estate (物业区域).")
    building_id: strawberry.ID | None = maybe("Only of this building (楼幢).")
    usage: str | None = maybe("Only used for this, as a code (房屋用途).")
    rate_category: RateCategory | None = maybe("Only of this category of deposit rates (交存类别).")
    since: Day | None = maybe("Only with a deposit point on or after this day (交存时点起).")
    until: Day | None = maybe("Only with a deposit point on or before this day (交存时点止).")
    paid: bool | None = maybe("Only units whose first deposit is, or is not, fully paid (首期是否交清).")
    low: bool | None = maybe("Only units that do, or do not, need a top-up (余额不足首期30%).")
    status: UnitStatus | None = maybe(
        "Only in this status, in use unless said; null for any (状态).", UnitStatus.ACTIVE
    )

    def chosen(self) -> Chosen:
        """Give the conditions."""
        since: Any = self.since
        until: Any = self.until
        return Chosen(
            organization=read_key(self.organization_id, "Organization", "filter.organizationId"),
            estate=read_key(self.estate_id, "Estate", "filter.estateId"),
            building=read_key(self.building_id, "Building", "filter.buildingId"),
            usage=self.usage,
            category=self.rate_category,
            since=since,
            until=until,
            paid=self.paid,
            low=self.low,
            status=self.status,
        )


@asks
class ArrearsFilter:
    """Which units that owe are asked for; all conditions must hold (欠交查询条件)."""

    organization_id: strawberry.ID | None = maybe("Only of this developer (开发建设单位).")
    estate_id: strawberry.ID | None = maybe("Only of this estate (物业区域).")
    building_id: strawberry.ID | None = maybe("Only of this building (楼幢).")
    usage: str | None = maybe("Only used for this, as a code (房屋用途).")
    since: Day | None = maybe("Only with a deposit point on or after this day (交存时点起).")
    until: Day | None = maybe("Only with a deposit point on or before this day (交存时点止).")

    def chosen(self) -> Chosen:
        """Give the conditions."""
        since: Any = self.since
        until: Any = self.until
        return owing(
            Chosen(
                organization=read_key(self.organization_id, "Organization", "filter.organizationId"),
                estate=read_key(self.estate_id, "Estate", "filter.estateId"),
                building=read_key(self.building_id, "Building", "filter.buildingId"),
                usage=self.usage,
                since=since,
                until=until,
            )
        )

    def conditions(self, asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        return self.chosen().conditions(asker)


_By = Annotated[
    list[Dimension] | None,
    strawberry.argument(description="By what they are put together, the outermost first (统计维度)."),
]
_Filter = Annotated[
    DepositFilter | None,
    strawberry.argument(name="filter", description="Only units that meet all of these conditions."),
]


def figures_of(found: Figures) -> DepositFigures:
    """Show figures in the graph."""
    return DepositFigures(
        units=found.units,
        gross_area=Area(found.area),
        due=Money(found.due),
        paid=Money(found.paid),
        outstanding=Money(found.outstanding),
        balance=Money(found.balance),
        paid_units=found.paid_units,
    )


def _group(visit: Visit, summary: Summary, key: Key, found: Figures) -> DepositGroup:
    named = dict(zip(summary.by, key, strict=True))
    return DepositGroup(key=named, visit=visit, figures=figures_of(found))


@strawberry.type
class DepositQueries:
    """What can be asked about deposits as a whole."""

    arrears: Connection[Unit] = connection(
        UnitRow,
        Order(("deposit_point", "id")),
        "Units in use whose first deposit is not fully paid, the longest due first (欠交清单).",
        right="account.view",
        filters=ArrearsFilter,
        personal=True,
    )

    @resolved("account.view")
    async def deposit_summary(
        self, info: strawberry.Info, by: _By = None, chosen: _Filter = None
    ) -> DepositSummary | None:
        """Deposits summed up over units and their accounts; null for who sees none (交存情况统计)."""
        visit = visit_of(info)
        summary = await sum_deposits(visit, by or (), Chosen() if chosen is None else chosen.chosen())
        if summary is None:
            return None
        return DepositSummary(
            groups=[_group(visit, summary, key, found) for key, found in summary.groups],
            total=figures_of(summary.total),
        )
