"""Summaries of deposits (交存情况统计): units put together in SQL, each seen as the lists show it."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    cast,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from db.given import among, rows_of
from db.kept import whole
from db.tables.estates import Building, Estate, Unit
from db.tables.money import Account
from db.tables.organizations import Organization
from domain.refusal import TooCostly
from domain.reporting import CATEGORY_LABELS, MAX_GROUPS, REPORT_PART, Dimension, Figures
from domain.status import AccountStatus
from resolvers.asker import asker_of
from resolvers.reporting.conditions import Chosen
from resolvers.reporting.parts import plan_each_part
from resolvers.visit import Visit

Key = tuple[Any, ...]
"""What the units of a group have in common, one value for each dimension; ids of estates and the like."""

# Written into the statement, for a value given twice would make two expressions of one.
_MONTH = func.to_char(Unit.deposit_point, literal_column("'YYYY-MM'"))
# The account of a unit goes by a name of its own, for conditions look at accounts as well.
_HELD: Any = Account.__table__.alias("held")
HELD: Any = _HELD.c
"""The account of each unit, as `select_units` puts it there."""

_COLUMNS: Mapping[Dimension, ColumnElement[Any] | Any] = {
    Dimension.DISTRICT: Estate.district,
    Dimension.ORGANIZATION: Unit.org_id,
    Dimension.ESTATE: Unit.estate_id,
    Dimension.BUILDING: Unit.building_id,
    Dimension.USAGE: Unit.usage,
    Dimension.CATEGORY: Unit.category,
    Dimension.MONTH: _MONTH,
}
_IDS = frozenset({Dimension.ORGANIZATION, Dimension.ESTATE, Dimension.BUILDING})
_CODED = frozenset({Dimension.DISTRICT, Dimension.USAGE, Dimension.CATEGORY})
"""Dimensions whose values are known beforehand."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the units come to, group by group and together.

    Attributes:
        by: The dimensions, the outermost first.
        groups: The groups in the order in which they are shown.
        names: For each dimension the words for its values in their order, as far as the reader may see them.
        total: Of all groups.
    """

    by: Sequence[Dimension]
    groups: Sequence[tuple[Key, Figures]]
    names: Mapping[Dimension, Mapping[Any, str]]
    total: Figures


async def sum_deposits(visit: Visit, by: Sequence[Dimension], chosen: Chosen) -> Summary | None:
    """Sum up what units and their accounts have; None if the reader sees no units or no accounts.

    Counted are the units that the reader sees and whose account it sees as well.

    Raises:
        TooCostly: There are more groups than a report holds.
    """
    where = await see_accounts(visit, chosen)
    if where is None:
        return None
    by = tuple(dict.fromkeys(by))
    statement = await _grouped(visit, by, where)
    found = (await visit.run(statement.limit(MAX_GROUPS + 1))).all()
    if len(found) > MAX_GROUPS:
        raise TooCostly("rows", MAX_GROUPS)
    groups = [(tuple(row[: len(by)]), Figures(*(int(part) for part in row[len(by) :]))) for row in found]
    total = sum((figures for _, figures in groups), Figures())
    names = {one: await _name(visit, one, {key[place] for key, _ in groups}) for place, one in enumerate(by)}
    return Summary(by, _sorted(by, groups, names) if by else (), names, total)


@dataclass(frozen=True, slots=True)
class DepositPlan:
    """What there is to be summed up.

    Attributes:
        by: The dimensions, the outermost first.
        where: What holds of the units.
        names: For each dimension the words for its values in their order, as far as the reader may see them.
        groups: How many groups there are.
    """

    by: Sequence[Dimension]
    where: Sequence[ColumnElement[bool]]
    names: Mapping[Dimension, Mapping[Any, str]]
    groups: int


async def plan_deposits(visit: Visit, by: Sequence[Dimension], chosen: Chosen) -> DepositPlan:
    """Find out into how many groups units fall, and what those are called."""
    by = tuple(dict.fromkeys(by))
    where = await see_accounts(visit, chosen)
    if where is None:
        return DepositPlan(by, (), {}, 0)
    await plan_each_part(visit)
    keys = (await _grouped(visit, by, where)).with_only_columns(literal(1)).subquery()
    groups = (await visit.run(select(func.count()).select_from(keys))).scalar_one() if by else 1
    names: dict[Dimension, Mapping[Any, str]] = {}
    for one in by:
        values = select_units(_COLUMNS[one]).where(*where).distinct()
        found = () if one in _CODED else (await visit.run(values)).scalars().all()
        names[one] = await _name(visit, one, found)
    return DepositPlan(by, where, names, groups)


async def read_deposits(
    visit: Visit, plan: DepositPlan, most: int = REPORT_PART
) -> AsyncGenerator[Sequence[tuple[Key, Figures]]]:
    """Sum up in the order in which the groups are shown, so many groups at a time."""
    width = len(plan.by)
    statement = _in_order(await _grouped(visit, plan.by, plan.where), plan)
    async with aclosing(visit.stream(statement, most)) as parts:
        async for rows in parts:
            yield [(tuple(row[:width]), Figures(*(int(part) for part in row[width:]))) for row in rows]


def _in_order(grouped: Select[Any], plan: DepositPlan) -> Select[Any]:
    """Let the database sort groups dimension by dimension; what the reader may not see comes last."""
    if not plan.by:
        return grouped
    found = grouped.subquery("found")
    keys = list(found.c)[: len(plan.by)]
    statement, order = select(found), list[Any]()
    for number, (one, key) in enumerate(zip(plan.by, keys, strict=True)):
        values = list(plan.names[one])
        kind = Uuid() if one in _IDS else Text()
        shown = rows_of(f"shown_{number}", value=(kind, values), place=(Integer(), range(len(values))))
        statement = statement.outerjoin(shown, shown.c.value == key)
        order += [shown.c.place.nulls_last(), cast(key, Text)]
    return statement.order_by(*order)


async def _grouped(
    visit: Visit, by: Sequence[Dimension], where: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    """Write the statement that puts units together."""
    columns = [_COLUMNS[one] for one in by]
    statement = select_units(*columns, *_figures())
    if Dimension.DISTRICT in by:
        statement = statement.outerjoin(Estate, await _own_estate(visit))
    grouped = statement.group_by(*columns) if by else statement
    return grouped.where(*where)


async def see_accounts(visit: Visit, chosen: Chosen) -> list[ColumnElement[bool]] | None:
    """Write which units with their accounts a report is about; None if the reader sees none.

    A unit's account lies where the unit lies, so what limits accounts is asked of the units: asked of both,
    and right after a large collection of which it knows nothing yet, PostgreSQL would hold every unit of an
    estate against every account of it.
    """
    units, accounts = await visit.sight(Unit), await visit.sight(Account)
    if units is None or accounts is None:
        return None
    asker = await asker_of(visit)
    return [units.clause(Unit), accounts.clause(Unit), *whole(chosen.conditions(asker))]


def select_units(*columns: Any) -> Select[Any]:  # noqa: ANN401 - columns of any type
    """Select units, each with its newest account, as the lists do; of a unit in use that is its open one."""
    newer = aliased(Account)
    later = select(newer.id).where(newer.city == HELD.city, newer.unit_id == HELD.unit_id, newer.id > HELD.id)
    mine = and_(HELD.city == Unit.city, HELD.unit_id == Unit.id, ~later.exists())
    units: Any = select(*columns)
    return units.select_from(Unit).join(_HELD, mine)


def _figures() -> tuple[ColumnElement[Any], ...]:
    """Write the figures in the order in which `Figures` has them."""
    settled = or_(HELD.status == AccountStatus.CLOSED.value, HELD.paid_first >= HELD.due)
    sums = (Unit.gross_area, HELD.due, HELD.paid_first)
    return (
        func.count(),
        *(func.coalesce(func.sum(one), 0) for one in sums),
        func.coalesce(func.sum(HELD.due - HELD.paid_first).filter(~settled), 0),
        func.coalesce(func.sum(HELD.balance), 0),
        func.count().filter(settled),
    )


async def _own_estate(visit: Visit) -> ColumnElement[bool]:
    """Write which estate a unit's district is taken from: its own, if the reader may see it."""
    scope = await visit.sight(Estate)
    if scope is None:
        return false()
    return and_(Estate.city == Unit.city, Estate.id == Unit.estate_id, scope.clause(Estate))


async def _name(visit: Visit, dimension: Dimension, values: Collection[Any]) -> Mapping[Any, str]:
    """Give the words for values of a dimension in the order in which they are shown."""
    codes = visit.city.codes
    match dimension:
        case Dimension.DISTRICT | Dimension.USAGE:
            known = codes.usage if dimension is Dimension.USAGE else codes.district
            return {code.code: code.label for code in known}
        case Dimension.CATEGORY | Dimension.MONTH:
            months = {month: month for month in sorted(values)}
            return months if dimension is Dimension.MONTH else CATEGORY_LABELS
        case Dimension.ORGANIZATION:
            return await _named(visit, Organization, values, Organization.name)
        case Dimension.ESTATE:
            return await _named(visit, Estate, values, Estate.name, Estate.code)
        case Dimension.BUILDING:
            return await _named(visit, Building, values, Building.position)


async def _named(visit: Visit, table: Any, values: Collection[Any], *order: Any) -> Mapping[Any, str]:  # noqa: ANN401 - tables with a name, and their columns
    """Read the names of the rows that the reader may see, in order."""
    scope = await visit.sight(table)
    if scope is None:
        return {}
    rows = await visit.run(
        select(table.id, table.name)
        .where(scope.clause(table), among(table.id, sorted(values)))
        .order_by(*order, table.id)
    )
    return {row.id: row.name for row in rows}


def _sorted(
    by: Sequence[Dimension],
    groups: Sequence[tuple[Key, Figures]],
    names: Mapping[Dimension, Mapping[Any, str]],
) -> list[tuple[Key, Figures]]:
    """Sort groups dimension by dimension; what the reader may not see the name of comes last."""
    places = [{value: place for place, value in enumerate(names[one])} for one in by]

    def place(group: tuple[Key, Figures]) -> tuple[tuple[int, str], ...]:
        return tuple(
            (known.get(value, len(known)), str(value)) for known, value in zip(places, group[0], strict=True)
        )

    return sorted(groups, key=place)
