"""New units in an order: what must hold of them, what they amount to, and the accounts that they open."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from domain.area import format_area
from domain.change import CreateBuilding, CreateUnit
from domain.estate import unit_key
from domain.identity import fold
from domain.money import due, format_yuan
from domain.orders.facts import Facts, Line, Target, Totals, checked
from domain.orders.paper import Annex, Opening, OpeningList
from domain.people import NewId
from domain.problem import Problem, ProblemCode
from domain.rates import RateRow, pick_rate
from domain.unit import UnitContent


@dataclass(frozen=True, slots=True)
class Site:
    """Where new units belong, and the day whose rates hold for them (交存时点)."""

    estate: UUID
    organization: UUID
    bank: str
    deposit_point: date


def place_key(text: str | None) -> str:
    """Fold a name or address so that the same place is known again."""
    return fold(text or "").replace(" ", "").casefold()


def read_units(lines: Sequence[Line]) -> list[UnitContent]:
    """Read lines as the units that they shall become."""
    return [msgspec.convert(line.after, UnitContent) for line in lines]


def contracts_of(lines: Sequence[Line]) -> frozenset[str]:
    """Gather the contract numbers that an order names."""
    numbers = (line.after.get("contract_no") for line in lines if line.after)
    return frozenset(number for number in numbers if number)


def sources_of(lines: Sequence[Line]) -> frozenset[str]:
    """Gather the transaction system's units that an order's lines were fetched from."""
    sources = (line.after.get("external_id") for line in lines if line.after)
    return frozenset(source for source in sources if source)


def claim_sources(lines: Sequence[Line]) -> tuple[Target, ...]:
    """Keep other orders from taking over the same units of the transaction system (R-EST-5)."""
    fetched = ((line, unit) for line, unit in zip(lines, read_units(lines), strict=True))
    sources = {unit.external_id: (line, unit) for line, unit in fetched if unit.external_id}
    return tuple(
        Target("EXTERNAL", source, taken=_taken(line, unit)) for source, (line, unit) in sources.items()
    )


def reserve_places(lines: Sequence[Line], estate: UUID) -> tuple[Target, ...]:
    """Keep other orders from adding units at the same places of an estate."""
    units = zip(lines, read_units(lines), strict=True)
    # A place that two lines name is told by the check; it is reserved once.
    places = {(place_key(unit.building), room_key(unit)): (line, unit) for line, unit in units}
    return tuple(
        Target("PLACE", "\x1f".join((estate.hex, *place)), taken=_taken(line, unit))
        for place, (line, unit) in places.items()
    )


def _taken(line: Line, unit: UnitContent) -> Problem:
    return Problem(ProblemCode.UNIT_LOCKED, "lines", row=line.no, params={"room": unit.room_no})


def check_new_units(lines: Sequence[Line], point: date, facts: Facts) -> list[Problem]:
    """Find what is wrong with new units; each problem names its line.

    Returns:
        `DUPLICATE_UNIT` for a place that an earlier line or a unit of the estate has (R-EST-3),
        `ALREADY_IMPORTED` (R-EST-5), `CONTRACT_TAKEN`, and `RATE_NOT_CONFIGURED` for a unit without a rate:
        nothing is ever due by default (domain.md §4.3).
    """
    units = read_units(lines)
    return [
        *_check_places(lines, units, facts),
        *_check_sources(lines, units, facts),
        *_check_contracts(lines, facts),
        *_check_rates(lines, units, point, facts),
    ]


def _check_places(lines: Sequence[Line], units: Sequence[UnitContent], facts: Facts) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for line, unit in zip(lines, units, strict=True):
        key = unit_key(unit.building, unit.section, unit.floor, unit.room_no)
        other = first.setdefault(key, line.no)
        if other != line.no:
            params = {"row": str(other), "room": unit.room_no}
            yield Problem(ProblemCode.DUPLICATE_UNIT, "room_no", row=line.no, params=params)
        elif (place_key(unit.building), room_key(unit)) in facts.places:
            params = {"room": unit.room_no}
            yield Problem(ProblemCode.DUPLICATE_UNIT, "room_no", row=line.no, params=params)


def _check_sources(lines: Sequence[Line], units: Sequence[UnitContent], facts: Facts) -> Iterator[Problem]:
    """A unit of the transaction system opens one account, ever, however often it is fetched."""
    first: dict[str, int] = {}
    for line, unit in zip(lines, units, strict=True):
        if unit.external_id is None:
            continue
        other = first.setdefault(unit.external_id, line.no)
        params = {"room": unit.room_no, **({"row": str(other)} if other != line.no else {})}
        if other != line.no or unit.external_id in facts.external_taken:
            yield Problem(ProblemCode.ALREADY_IMPORTED, "lines", row=line.no, params=params)


def _check_contracts(lines: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    seen = set(facts.contracts_taken)
    for line in lines:
        number = (line.after or {}).get("contract_no")
        if number is None:
            continue
        if number in seen:
            params = {"contract_no": number}
            yield Problem(ProblemCode.CONTRACT_TAKEN, "contract_no", row=line.no, params=params)
        seen.add(number)


def _check_rates(
    lines: Sequence[Line], units: Sequence[UnitContent], point: date, facts: Facts
) -> Iterator[Problem]:
    for line, unit in zip(lines, units, strict=True):
        if _rate_of(unit, point, facts) is None:
            usage = facts.city.code_label("usage", unit.usage)
            params = {"usage": usage, "lift": "有电梯" if unit.has_lift else "无电梯"}
            yield Problem(ProblemCode.RATE_NOT_CONFIGURED, "usage", row=line.no, params=params)


def _rate_of(unit: UnitContent, point: date, facts: Facts) -> RateRow | None:
    category = facts.city.rate_category(unit.usage)
    return pick_rate(facts.rates, category=category, has_lift=unit.has_lift, point=point)


def total_units(lines: Sequence[Line], point: date, facts: Facts) -> Totals:
    """Add up new units; while a unit has no rate it is counted without a due."""
    units = read_units(lines)
    amounts = ((unit.gross_area, _rate_of(unit, point, facts)) for unit in units)
    return Totals(
        buildings=len({place_key(unit.building) for unit in units}),
        units=len(units),
        gross_area=sum(unit.gross_area for unit in units),
        due=sum(due(area, rate.rate) for area, rate in amounts if rate is not None),
    )


def list_openings(lines: Sequence[Line], point: date, facts: Facts) -> OpeningList:
    """List the accounts that units open, each due rounded by itself (M2)."""
    units = read_units(lines)
    rated = ((unit, _rate_of(unit, point, facts)) for unit in units)
    openings = [
        Opening(unit, rate.rate, due(unit.gross_area, rate.rate)) if rate else Opening(unit, None, None)
        for unit, rate in rated
    ]
    return OpeningList(point, openings)


def create_buildings(
    lines: Sequence[Line], site: Site, new_id: NewId, present: Collection[str] = ()
) -> dict[str, CreateBuilding]:
    """Gather the buildings that the units name; what a building is, its first unit that says so tells.

    Args:
        lines: The new units.
        site: Where they belong.
        new_id: Makes ids.
        present: Keys of the names of buildings that are there already, and stay as they are.
    """
    found: dict[str, CreateBuilding] = {}
    for unit in read_units(lines):
        key = place_key(unit.building)
        if key in present:
            continue
        known = found.get(key) or CreateBuilding(
            building=new_id(),
            estate=site.estate,
            organization=site.organization,
            name=unit.building,
            name_key=key,
            position=len(present) + len(found) + 1,
            completed_ym=None,
            structure=None,
            floors_above=None,
        )
        found[key] = replace(
            known,
            completed_ym=known.completed_ym or unit.completed_ym,
            structure=known.structure or unit.structure,
            floors_above=known.floors_above or unit.floors_above,
        )
    return found


def create_units(
    lines: Sequence[Line],
    site: Site,
    buildings: Mapping[str, UUID],
    facts: Facts,
    new_id: NewId,
) -> Iterator[CreateUnit]:
    """Make each unit with its owner and an account that opens with what is due.

    Args:
        lines: The new units.
        site: Where they belong.
        buildings: The estate's buildings, new and old, by the keys of their names.
        facts: Gives the city and its rates.
        new_id: Makes ids.
    """
    for unit in read_units(lines):
        rate = checked(_rate_of(unit, site.deposit_point, facts))
        yield CreateUnit(
            unit=new_id(),
            account=new_id(),
            building=buildings[place_key(unit.building)],
            estate=site.estate,
            organization=site.organization,
            content=unit,
            place_key=room_key(unit),
            category=facts.city.rate_category(unit.usage).value,
            deposit_point=site.deposit_point,
            bank=site.bank,
            due=due(unit.gross_area, rate.rate),
            rate=rate.rate,
            rate_id=UUID(rate.id),
            owners=(unit.owner,) if unit.owner else (),
        )


def room_key(unit: UnitContent) -> str:
    """Give the key of a unit's place within its building."""
    return unit_key("", unit.section, unit.floor, unit.room_no)


def _cells(values: Mapping[str, Any], content: Any, facts: Facts) -> tuple[str, ...]:  # noqa: ANN401 - any kind's
    unit = msgspec.convert(values, UnitContent)
    rate = _rate_of(unit, content.deposit_point or facts.today, facts)
    return (
        unit.building,
        unit.section,
        str(unit.floor),
        unit.room_no,
        unit.address,
        facts.city.code_label("usage", unit.usage),
        "有" if unit.has_lift else "无",
        format_area(unit.gross_area),
        format_yuan(due(unit.gross_area, rate.rate)) if rate else "",
        unit.owner.name if unit.owner else "",
    )


UNIT_ANNEX: Annex[Any] = Annex(
    ("楼栋", "单元", "楼层", "室号", "地址", "用途", "电梯", "建筑面积（㎡）", "应交（元）", "业主"), _cells
)
"""New units as the application form lists them; the kind's content has a `deposit_point`."""
