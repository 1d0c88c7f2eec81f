"""What an order's rules must know of present data, loaded for the checks of one step."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Text, select

from db.given import among
from db.tables.estates import Building, Estate, Unit
from db.tables.files import Attachment
from db.tables.money import DepositRate, NoticeLine
from db.tables.orders import BusinessOrder, OrderLine
from domain.clock import business_day
from domain.orders import KINDS
from domain.orders.facts import Facts, Holder, Line, Needs
from domain.orders.flow import Status
from domain.orders.kind import OrderKind
from domain.people import Owner
from domain.rates import RateCategory, RateRow
from domain.switch import Route
from resolvers.act import Work
from resolvers.money.owners import load_owners, owner_of
from resolvers.orders.subjects import Present, load_present
from resolvers.orders.unit_facts import hold_accounts, load_ledgers, load_unit_facts
from resolvers.visit import Visit


async def load_rates(visit: Visit) -> tuple[RateRow, ...]:
    """Read every rate of the actor's city."""
    rows = await visit.run(select(DepositRate).where(DepositRate.city == visit.city.code))
    return tuple(rate_row(row) for row in rows.scalars())


def rate_row(row: DepositRate) -> RateRow:
    """Read a stored rate as the rules know it."""
    return RateRow(
        id=row.id.hex,
        category=RateCategory(row.category),
        lift=row.has_lift,
        rate=row.rate,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        source=row.source,
        is_sample=row.is_sample,
    )


def kind_of(order: BusinessOrder) -> OrderKind[Any]:
    """Find the kind that an order is of."""
    return KINDS[order.kind]


def content_of(order: BusinessOrder) -> Any:  # noqa: ANN401 - each kind declares its own content
    """Read an order's content as its kind declares it."""
    return msgspec.convert(order.content, kind_of(order).content)


async def load_lines(visit: Visit, order: BusinessOrder) -> tuple[Line, ...]:
    """Read an order's lines in their order."""
    columns = (OrderLine.no, OrderLine.after, OrderLine.before, OrderLine.target)
    statement = select(*columns).where(OrderLine.city == order.city, OrderLine.order_id == order.id)
    rows = await visit.run(statement.order_by(OrderLine.no))
    return tuple(Line(row.no, row.after, row.before, row.target) for row in rows)


_EDITED = frozenset({Status.DRAFT, Status.RETURNED})


async def load_facts(
    work: Work, order: BusinessOrder, content: object, lines: Sequence[Line], *, hold: bool = False
) -> Facts:
    """Load what the order's kind needs; an order keeps the day of its submission until it is edited again.

    Args:
        work: The act.
        order: The order.
        content: What it says, as its kind declares it.
        lines: Its lines.
        hold: Whether the accounts that it looks at stay as they are until the act ends.
    """
    submitted = None if Status(order.status) in _EDITED else order.submitted_at
    kind = kind_of(order)
    needs = kind.needs(content, lines)
    if hold:
        await _hold(work, order, needs)
    units = await load_unit_facts(work.session, order, needs.units)
    return Facts(
        city=work.city,
        today=business_day(submitted or work.now),
        organization=order.org_id,
        route=Route(order.route),
        rates=await load_rates(work.visit) if needs.rates else (),
        attached=await _attached(work, order),
        estate_holder=await _estate_holder(work, order, needs),
        contracts_taken=await load_contracts_taken(work, needs.contract_nos),
        present=await _present(work, order, kind, lines) if needs.present else {},
        estate=order.estate_id,
        buildings_of=await _buildings_of(work, order, needs),
        units_of=await _units_of(work, order, needs),
        open_notices=await _open_notices(work, order, needs),
        units=units,
        ledgers=await load_ledgers(work, order, units) if needs.ledgers else {},
        owners=await _owners(work, needs),
        own_buildings=await _own_buildings(work, order, needs),
        places=await _places(work, order, needs),
        own_bank=await _own_bank(work, order, needs),
        external_units=await load_external_units(work, needs.external_ids),
        external_taken=await find_fetched(work, needs.external_ids),
    )


async def _hold(work: Work, order: BusinessOrder, needs: Needs) -> None:
    """Hold the accounts of the units, and of whatever was ever in the buildings."""
    units = list(needs.units)
    if needs.units_of:
        inside = among(Unit.building_id, list(needs.units_of))
        units += await work.session.scalars(select(Unit.id).where(Unit.city == order.city, inside))
    if units:
        await hold_accounts(work, units)


async def _owners(work: Work, needs: Needs) -> Mapping[UUID, tuple[Owner, ...]]:
    if not needs.ledgers:
        return {}
    found = await load_owners(work, list(needs.units))
    return {unit: tuple(map(owner_of, rows)) for unit, rows in found.items()}


async def _own_bank(work: Work, order: BusinessOrder, needs: Needs) -> str | None:
    if not needs.own_bank or order.estate_id is None:
        return None
    own = select(Estate.bank).where(Estate.city == order.city, Estate.id == order.estate_id)
    return await work.session.scalar(own)


async def load_external_units(work: Work, sources: Collection[str]) -> Mapping[str, UUID]:
    """Find the active units that the transaction system calls by these ids."""
    if not sources:
        return {}
    rows = await work.session.execute(
        select(Unit.external_id, Unit.id).where(
            Unit.city == work.city.code,
            Unit.status == "ACTIVE",
            among(Unit.external_id, list(sources), Text()),
        )
    )
    return {source: unit for source, unit in rows if source is not None}


async def find_fetched(work: Work, sources: Collection[str]) -> frozenset[str]:
    """Tell which units of the transaction system were taken over before, whatever became of them since."""
    if not sources:
        return frozenset()
    taken = await work.session.scalars(
        select(Unit.external_id).where(
            Unit.city == work.city.code, among(Unit.external_id, list(sources), Text())
        )
    )
    return frozenset(source for source in taken if source is not None)


async def _own_buildings(work: Work, order: BusinessOrder, needs: Needs) -> Mapping[str, UUID]:
    if not needs.own_buildings or order.estate_id is None:
        return {}
    rows = await work.session.execute(
        select(Building.name_key, Building.id).where(
            Building.city == order.city, Building.status == "ACTIVE", Building.estate_id == order.estate_id
        )
    )
    return {name: building for name, building in rows}  # noqa: C416 - rows are no mapping


async def _places(work: Work, order: BusinessOrder, needs: Needs) -> Mapping[tuple[str, str], UUID]:
    if not needs.places_in or order.estate_id is None:
        return {}
    rows = await work.session.execute(
        select(Building.name_key, Unit.place_key, Unit.id)
        .join(Unit, (Unit.city == Building.city) & (Unit.building_id == Building.id))
        .where(
            Building.city == order.city,
            Building.estate_id == order.estate_id,
            Building.status == "ACTIVE",
            among(Building.name_key, list(needs.places_in), Text()),
            Unit.status == "ACTIVE",
        )
    )
    return {(building, place): unit for building, place, unit in rows}


async def _buildings_of(work: Work, order: BusinessOrder, needs: Needs) -> Mapping[UUID, Mapping[str, UUID]]:
    found: dict[UUID, dict[str, UUID]] = {estate: {} for estate in needs.buildings_of}
    if found:
        rows = await work.session.execute(
            select(Building.estate_id, Building.name_key, Building.id).where(
                Building.city == order.city,
                Building.status == "ACTIVE",
                among(Building.estate_id, list(found)),
            )
        )
        for estate, name, building in rows:
            found[estate][name] = building
    return found


async def _units_of(work: Work, order: BusinessOrder, needs: Needs) -> Mapping[UUID, tuple[UUID, ...]]:
    found: dict[UUID, tuple[UUID, ...]] = dict.fromkeys(needs.units_of, ())
    if found:
        rows = await work.session.execute(
            select(Unit.building_id, Unit.id)
            .where(Unit.city == order.city, Unit.status == "ACTIVE", among(Unit.building_id, list(found)))
            .order_by(Unit.id)
        )
        for building, unit in rows:
            found[building] += (unit,)
    return found


async def _open_notices(work: Work, order: BusinessOrder, needs: Needs) -> frozenset[UUID]:
    """Find the units of the buildings asked for that have an open notice (R-GEN-3)."""
    if not needs.units_of:
        return frozenset()
    units = await work.session.scalars(
        select(NoticeLine.unit_id)
        .join(Unit, (Unit.city == NoticeLine.city) & (Unit.id == NoticeLine.unit_id))
        .where(
            NoticeLine.city == order.city,
            NoticeLine.status == "OPEN",
            among(Unit.building_id, list(needs.units_of)),
        )
    )
    return frozenset(units)


async def _present(work: Work, order: BusinessOrder, kind: OrderKind[Any], lines: Sequence[Line]) -> Present:
    targets = [line.target for line in lines if line.target is not None]
    return await load_present(work, order, kind.rows.shape, targets) if kind.rows else {}


async def _attached(work: Work, order: BusinessOrder) -> frozenset[str]:
    kinds = await work.session.scalars(
        select(Attachment.kind).where(Attachment.city == order.city, Attachment.order_id == order.id)
    )
    return frozenset(kinds)


async def _estate_holder(work: Work, order: BusinessOrder, needs: Needs) -> Holder | None:
    """Look for an estate of that name among those to be seen; of the others their locks tell."""
    if needs.estate_key is None:
        return None
    name, address = needs.estate_key
    held = await work.session.scalar(
        select(Estate.org_id).where(
            Estate.city == order.city, Estate.name_key == name, Estate.address_key == address
        )
    )
    if held is None:
        return None
    return Holder.OWN if held == order.org_id else Holder.OTHER


async def load_contracts_taken(work: Work, numbers: Collection[str]) -> frozenset[str]:
    """Tell which contract numbers active units bear, of those that are to be seen."""
    if not numbers:
        return frozenset()
    taken = await work.session.scalars(
        select(Unit.contract_no).where(
            Unit.city == work.city.code,
            Unit.status == "ACTIVE",
            among(Unit.contract_no, list(numbers), Text()),
        )
    )
    return frozenset(number for number in taken if number is not None)
