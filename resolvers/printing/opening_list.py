"""The account-opening list (开户清册): the accounts that an order asks for, then those it opened."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from db.given import among
from db.tables.estates import Building, Unit
from db.tables.money import Account
from db.tables.orders import BusinessOrder
from db.tables.organizations import Organization
from domain.orders.flow import Status
from domain.orders.paper import Cover, Opening
from domain.problem import Problem, ProblemCode
from reports.forms import Imprint
from reports.forms.opening_list import OpeningBuilding, OpeningListData, OpeningUnit
from resolvers.act import Work
from resolvers.orders.facts import content_of, kind_of, load_facts, load_lines

_Units = dict[str, list[OpeningUnit]]


async def fill_opening_list(
    work: Work, order: BusinessOrder, organization: Organization, imprint: Imprint, cover: Cover
) -> OpeningListData | Problem:
    """Gather the accounts by building; where a rate was ended meanwhile, there is no due to print."""
    content, lines = content_of(order), await load_lines(work.visit, order)
    facts = await load_facts(work, order, content, lines)
    kind = kind_of(order)
    if kind.opens is None:
        return Problem(ProblemCode.PROFILE_FEATURE_OFF, "form")
    expected = kind.opens(content, lines, facts)
    opened = order.status == Status.COMPLETED.value
    units = await _opened(work, order) if opened else _expected(work, expected.units)
    if units is None:
        return Problem(ProblemCode.RATE_NOT_CONFIGURED)
    return OpeningListData(
        imprint=imprint,
        estate=cover.estate,
        estate_address=cover.address,
        developer=organization.name,
        uscc=organization.uscc,
        deposit_point=expected.deposit_point,
        buildings=[OpeningBuilding(name, rows) for name, rows in units.items()],
    )


def _expected(work: Work, openings: Sequence[Opening]) -> _Units | None:
    """List the units as the order asks for them, before they have accounts."""
    found: _Units = {}
    for opening in openings:
        unit = opening.unit
        if opening.rate is None or opening.due is None:
            return None
        row = OpeningUnit(
            section=unit.section,
            floor=str(unit.floor),
            room_no=unit.room_no,
            usage=work.city.code_label("usage", unit.usage),
            has_lift=unit.has_lift,
            area=unit.gross_area,
            rate=opening.rate,
            due=opening.due,
        )
        found.setdefault(unit.building, []).append(row)
    return found


async def _opened(work: Work, order: BusinessOrder) -> _Units:
    """List the units with the accounts that approval opened, wherever they stand by now.

    The three tables are read apart, each by its ids: joined right after a large approval, the planner
    knows nothing of the new rows and may take minutes.
    """
    accounts = {row.unit_id: row for row in await _accounts(work, order) if row.unit_id is not None}
    own = select(Unit).where(Unit.city == order.city, among(Unit.id, list(accounts)))
    units = sorted(await work.session.scalars(own), key=lambda unit: unit.id)
    names = await _names(work, order, {unit.building_id for unit in units})
    places = {building: place for place, building in enumerate(names)}
    found: _Units = {}
    for unit in sorted(units, key=lambda unit: places[unit.building_id]):
        account = accounts[unit.id]
        row = OpeningUnit(
            section=unit.section,
            floor=str(unit.floor),
            room_no=unit.room_no,
            usage=work.city.code_label("usage", unit.usage),
            has_lift=unit.has_lift,
            area=unit.gross_area,
            # A unit's account always says both; the database holds it to that.
            rate=account.rate or 0,
            due=account.due or 0,
            account_no=account.account_no,
        )
        found.setdefault(names[unit.building_id], []).append(row)
    return found


async def _accounts(work: Work, order: BusinessOrder) -> Sequence[Account]:
    """Find the accounts that the order opened; those from before that was kept are all their estate's."""
    own = select(Account).where(Account.city == order.city, Account.order_id == order.id)
    found = (await work.session.scalars(own)).all()
    if found:
        return found
    old = select(Account).where(
        Account.city == order.city,
        Account.estate_id == order.estate_id,
        Account.kind == "UNIT",
        Account.order_id.is_(None),
    )
    return (await work.session.scalars(old)).all()


async def _names(work: Work, order: BusinessOrder, buildings: Collection[UUID]) -> Mapping[UUID, str]:
    """Name buildings in the order in which an estate shows them."""
    rows = await work.session.execute(
        select(Building.id, Building.name)
        .where(Building.city == order.city, among(Building.id, list(buildings)))
        .order_by(Building.position, Building.id)
    )
    return {row.id: row.name for row in rows}
