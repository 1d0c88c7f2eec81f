"""Fetching units from the transaction system (接口获取) in the graph: found, ticked, fetched."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from domain.problem import Problem
from domain.trading import Project as FoundProject
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.orders.fetching import Pick, fetch_lines, find_projects
from resolvers.orders.new_buildings import edit_building
from schema.fields import visit_of
from schema.files import file_url
from schema.mutation import INPUT, REHEARSED, ActInput, mutation, result, row_id, subjects
from schema.orders import Order
from schema.orders.answers import OrderResult, act_on_order
from schema.problem import Rejected, reject
from schema.types import asks, given, maybe, resolved, tells, value

# What is left out of an edit stays as it is; null empties it.
_KEPT: Any = strawberry.UNSET


@tells
class ProjectBuilding:
    """A building of a project, as the transaction system has it (项目栋)."""

    id: str = value("What the transaction system calls it (项目栋编号).")
    name: str = value("Name (楼栋名称).")
    units: int = value("How many units it has there (房屋数).")


@tells
class Project:
    """A development project of the caller's enterprise, as the transaction system has it (项目)."""

    id: str = value("What the transaction system calls it (项目编号).")
    name: str = value("Name (项目名称).")
    address: str = value("Address (项目地址).")
    developer_name: str = value("Its developer (开发建设单位).")
    presale_permit_no: str | None = value("Number of the pre-sale permit (预售许可证号).")
    buildings: list[ProjectBuilding] = value("Its buildings (项目栋).")


@tells
class Projects:
    """What the transaction system found (项目查询结果)."""

    projects: list[Project] = value("The caller's own projects that fit (项目).")


ProjectsResult = Annotated[
    Projects | Rejected, result("ProjectsResult", "Projects of the transaction system, or why none are told.")
]


@tells
class OrderFetched:
    """Units came from the transaction system and are the order's lines now (接口获取结果)."""

    order: Order = value("The order with its new lines (业务单).")
    units: int = value("How many units were taken in (获取户数).")
    already_imported: int = value("How many were left out because they were taken over before (已采集户数).")
    dry_run: bool = value(REHEARSED)


FetchResult = Annotated[
    OrderFetched | Rejected, result("FetchResult", "What was fetched, or every value that cannot be read.")
]


@asks
class ProjectPickInput:
    """A project that is ticked, or buildings of it (勾选项目、项目栋)."""

    project: str = given("What the transaction system calls the project (项目编号).")
    buildings: list[str] | None = maybe(
        "What it calls the ticked buildings, where the city ticks buildings (项目栋编号)."
    )


@asks
class OrderFetchInput(ActInput):
    """What is to be fetched into a draft; it takes the place of all present lines (接口获取)."""

    order_id: strawberry.ID = given("The order (业务单).")
    projects: list[ProjectPickInput] = given("What is ticked, up to 20 projects (项目).")


@asks
class OrderBuildingEditInput(ActInput):
    """What a building of an order's new units shall be; what is left out stays, null empties (更正楼栋)."""

    order_id: strawberry.ID = given("The order (业务单).")
    building: str = given("What the order's lines call the building now (原楼栋名称).")
    name: str | None = maybe("Name (楼栋名称).", _KEPT)
    completed_ym: str | None = maybe("Year and month of completion as 201409 (建成年月).", _KEPT)
    structure: str | None = maybe("Structure by code or name (建筑结构).", _KEPT)
    floors_above: str | None = maybe("Floors above ground (总层数).", _KEPT)
    version: int | None = maybe("The version that was read, to notice another's change (版本).")

    def values(self) -> dict[str, str | None]:
        """Give the edits by the field names of the rows."""
        named = {
            "building": self.name,
            "completed_ym": self.completed_ym,
            "structure": self.structure,
            "floors_above": self.floors_above,
        }
        return {name: text for name, text in named.items() if text is not strawberry.UNSET}


_Keyword = Annotated[
    str | None,
    strawberry.argument(
        description="Part of the name or address; needed where the city looks by it (项目名称或地址)."
    ),
]


def _shown(found: Sequence[FoundProject]) -> Projects:
    return Projects(
        projects=[
            Project(
                id=one.id,
                name=one.name,
                address=one.address,
                developer_name=one.developer_name,
                presale_permit_no=one.presale_permit_no,
                buildings=[
                    ProjectBuilding(id=building.id, name=building.name, units=building.units)
                    for building in one.buildings
                ],
            )
            for one in found
        ]
    )


@tells
class ProjectQueries:
    """What can be asked of the transaction system."""

    @resolved("order.draft")
    async def projects(self, info: strawberry.Info, keyword: _Keyword = None) -> ProjectsResult | None:
        """Find projects of the caller's enterprise in the transaction system (查询项目) [L 2.2][J 1.3.1]."""
        visit = visit_of(info)
        found = await find_projects(visit, keyword)
        return reject(visit, Refused.because(found)) if isinstance(found, Problem) else _shown(found)


@strawberry.type
class FetchActs:
    """The mutations that take units over from the transaction system."""

    @mutation("order.draft")
    async def order_fetch(
        self, info: strawberry.Info, asked: Annotated[OrderFetchInput, INPUT]
    ) -> FetchResult | None:
        """Fetch the units of ticked projects or buildings; each is taken over once (接口获取) [L 2.2]."""
        visit, order = visit_of(info), row_id(info, asked.order_id, "Order", "orderId")
        picks = [Pick(pick.project, tuple(pick.buildings or ())) for pick in asked.projects]
        found = await fetch_lines(visit, order, picks, key=asked.idempotency_key, dry_run=asked.dry_run)
        if isinstance(found.outcome, Done):
            return OrderFetched(
                order=(await subjects(visit, found.outcome))[0],
                units=found.rows,
                already_imported=int(found.outcome.detail.get("skipped", 0)),
                dry_run=asked.dry_run,
            )
        url = file_url(visit.signed_in().city, found.correction) if found.correction else None
        return reject(visit, found.outcome, count=found.problem_count, correction_url=url)

    @mutation("order.draft")
    async def order_building_edit(
        self, info: strawberry.Info, asked: Annotated[OrderBuildingEditInput, INPUT]
    ) -> OrderResult | None:
        """Correct a building of an order's new units, for all of them at once (更正楼栋) [L 2.2]."""
        order = row_id(info, asked.order_id, "Order", "orderId")

        async def effect(work: Work) -> Outcome:
            return await edit_building(work, order, asked.building, asked.values(), asked.version)

        return await act_on_order(info, asked, effect)
