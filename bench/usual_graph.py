"""The graph of the usual way: types over the ORM's rows, each relation resolved by its loader."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NewType, cast
from uuid import UUID

import strawberry
from sqlalchemy import delete, insert, select, text, update
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from bench.usual_visit import Visit
from db.tables import estates, orders
from domain.area import format_area
from domain.money import format_yuan
from schema.ids import write_id

Area = NewType("Area", int)
Money = NewType("Money", int)
_SCALARS: dict[object, Any] = {
    Area: strawberry.scalar(name="Area", serialize=format_area),
    Money: strawberry.scalar(name="Money", serialize=format_yuan),
}


_SEARCH = text("select * from bench.find_units(:city, :part) limit :first")


def _visit(info: strawberry.Info) -> Visit:
    return cast("Visit", info.context)


def _key(name: str) -> Any:  # noqa: ANN401 - Strawberry's field
    def resolve(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(write_id(name, root.city, root.id))

    return strawberry.field(resolver=resolve)


@strawberry.type
class Owner:
    """An owner of a unit."""

    name: str

    @strawberry.field
    def id_number(self) -> str:
        """The masked number."""
        return cast("Any", self).id_number_masked


@strawberry.type
class Account:
    """A unit's account."""

    due: Money
    balance: Money


@strawberry.type
class Named:
    """A building or an estate, where only its name is shown."""

    name: str


@strawberry.type
class Unit:
    """A housing unit."""

    id: strawberry.ID = _key("Unit")
    section: str
    floor: int
    room_no: str
    address: str
    usage: str
    gross_area: Area
    sale_status: str | None
    contract_no: str | None

    @strawberry.field
    async def building(self, info: strawberry.Info) -> Named | None:
        """The building it is in."""
        return await _visit(info).building.load(cast("Any", self).building_id)

    @strawberry.field
    async def estate(self, info: strawberry.Info) -> Named | None:
        """The estate it is in."""
        return await _visit(info).estate.load(cast("Any", self).estate_id)

    @strawberry.field
    async def owners(self, info: strawberry.Info) -> list[Owner]:
        """Its owners."""
        return cast("Any", await _visit(info).owners.load(cast("Any", self).id))

    @strawberry.field
    async def account(self, info: strawberry.Info) -> Account | None:
        """Its account."""
        found = await _visit(info).accounts.load(cast("Any", self).id)
        return found[0] if found else None


@strawberry.type
class GridFloor:
    """A floor of a section."""

    floor: int
    units: list[Unit]


@strawberry.type
class GridSection:
    """A section of a building."""

    section: str
    floors: list[GridFloor]


@strawberry.type
class Building:
    """A building."""

    id: strawberry.ID = _key("Building")
    name: str

    @strawberry.field
    async def units(self, info: strawberry.Info) -> list[Unit]:
        """Its units."""
        return cast("Any", await _visit(info).units.load(cast("Any", self).id))

    @strawberry.field
    async def grid(self, info: strawberry.Info) -> list[GridSection]:
        """Its units by section and floor."""
        rows = await _visit(info).units.load(cast("Any", self).id)
        return [
            GridSection(section=section, floors=_floors(list(units)))
            for section, units in groupby(rows, key=lambda row: row.section)
        ]


def _floors(rows: Sequence[Any]) -> list[GridFloor]:
    return [
        GridFloor(floor=floor, units=cast("Any", list(units)))
        for floor, units in groupby(rows, key=lambda row: row.floor)
    ]


@strawberry.type
class PageInfo:
    """What lies after a page."""

    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class UnitEdge:
    """A unit in a page."""

    node: Unit


@strawberry.type
class UnitPage:
    """A page of units."""

    page_info: PageInfo
    edges: list[UnitEdge]


def _page(rows: Sequence[Any], first: int) -> UnitPage:
    shown = rows[:first]
    info = PageInfo(has_next_page=len(rows) > first, end_cursor=shown[-1].id.hex if shown else None)
    return UnitPage(page_info=info, edges=[UnitEdge(node=row) for row in shown])


@strawberry.type
class Estate:
    """An estate."""

    @strawberry.field
    async def buildings(self, info: strawberry.Info) -> list[Building]:
        """Its buildings."""
        return cast("Any", await _visit(info).buildings.load(cast("Any", self).id))

    @strawberry.field
    async def units(self, info: strawberry.Info, first: int = 20, after: str | None = None) -> UnitPage:
        """Its units, a page at a time."""
        row, visit, unit = cast("Any", self), _visit(info), estates.Unit
        statement = select(unit).where(
            unit.city == visit.city, unit.estate_id == row.id, unit.status == "ACTIVE"
        )
        if after:
            statement = statement.where(unit.id > UUID(after))
        return _page(await visit.scalars(statement.order_by(unit.id).limit(first + 1)), first)


@strawberry.type
class LineContent:
    """A unit as a line says it."""

    building: str
    floor: int
    room_no: str
    address: str
    usage: str
    gross_area: Area
    has_lift: bool


_CONTENT = ("building", "floor", "room_no", "address", "usage", "gross_area", "has_lift")


@strawberry.type
class Line:
    """A line of an order."""

    no: int

    @strawberry.field
    def after(self) -> LineContent | None:
        """What it shall be."""
        stored: Mapping[str, Any] = cast("Any", self).after
        return LineContent(**{name: stored[name] for name in _CONTENT})


@strawberry.type
class LineEdge:
    """A line in a page."""

    node: Line


@strawberry.type
class LinePage:
    """A page of lines."""

    edges: list[LineEdge]


@strawberry.type
class Order:
    """An order."""

    id: strawberry.ID = _key("Order")
    status: str

    @strawberry.field
    async def lines(self, info: strawberry.Info, first: int = 20) -> LinePage:
        """Its lines."""
        rows = await _visit(info).lines.load(cast("Any", self).id)
        return LinePage(edges=[LineEdge(node=row) for row in rows[:first]])


@strawberry.type
class OrderDone:
    """An order after an act."""

    order: Order


async def _find(info: strawberry.Info, entity: Any, key: UUID) -> Any:  # noqa: ANN401 - any mapped class
    visit = _visit(info)
    found = await visit.scalars(select(entity).where(entity.city == visit.city, entity.id == key))
    return found[0] if found else None


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    async def unit(self, info: strawberry.Info, id: UUID) -> Unit | None:  # noqa: A002 - the usual name
        """A unit."""
        return await _find(info, estates.Unit, id)

    @strawberry.field
    async def estate(self, info: strawberry.Info, id: UUID) -> Estate | None:  # noqa: A002 - the usual name
        """An estate."""
        return await _find(info, estates.Estate, id)

    @strawberry.field
    async def building(self, info: strawberry.Info, id: UUID) -> Building | None:  # noqa: A002 - the usual name
        """A building."""
        return await _find(info, estates.Building, id)

    @strawberry.field
    async def units(self, info: strawberry.Info, search: str, first: int) -> UnitPage:
        """Units in whose address or room number a text stands."""
        statement = select(estates.Unit).from_statement(_SEARCH)
        visit = _visit(info)
        rows = await visit.scalars(statement, {"city": visit.city, "part": search, "first": first + 1})
        return _page(rows, first)


@strawberry.type
class Mutation:
    """What can be done."""

    @strawberry.mutation
    async def order_lines_put(self, info: strawberry.Info, id: UUID, lines: list[JSON]) -> OrderDone:  # noqa: A002 - the usual name
        """Put these lines in the place of an order's lines."""
        visit, order, line = _visit(info), orders.BusinessOrder, orders.OrderLine
        found = await _find(info, order, id)
        here = {"city": visit.city, "order_id": id, "org_id": found.org_id}
        session = visit.session
        await session.execute(delete(line).where(line.city == visit.city, line.order_id == id))
        rows = [{**here, "no": place, "after": row} for place, row in enumerate(lines, start=1)]
        await session.execute(insert(line), rows)
        mine = update(order).where(order.city == visit.city, order.id == id)
        await session.execute(mine.values(version=order.version + 1))
        return OrderDone(order=found)


def make_schema(extensions: Sequence[Any]) -> strawberry.Schema:
    """Make the schema with its extensions."""
    config = StrawberryConfig(scalar_map=_SCALARS)
    return strawberry.Schema(query=Query, mutation=Mutation, config=config, extensions=extensions)
