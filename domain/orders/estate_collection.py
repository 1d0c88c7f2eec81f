"""Estate collection (物业区域采集): a developer reports a new estate with its buildings and units [L 2.2][J 1.3.1]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from domain.area import MAX_AREA
from domain.change import Change, CreateBuilding, CreateEstate, CreateUnit
from domain.city import City
from domain.estate import unit_key
from domain.field import Area, Code, Day, Field, Mobile, Text
from domain.identity import fold
from domain.money import due
from domain.orders.flow import Ending
from domain.orders.kind import Facts, Holder, Line, Needs, OrderKind, Plan, Target, Totals
from domain.people import Handler, NewId
from domain.problem import Problem, ProblemCode
from domain.rates import RateRow, pick_rate
from domain.unit import UnitContent


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateCollection:
    """What the applicant says of the estate as a whole; the units are the order's lines.

    Attributes:
        district: County or district, GB/T 2260.
        bank: The custodian bank that shall keep the estate's special account.
        deposit_point: The day whose rates hold (交存时点); the day of submission unless given.
    """

    name: str | None = None
    address: str | None = None
    district: str | None = None
    bank: str | None = None
    deposit_point: date | None = None
    property_company: str | None = None
    project_name: str | None = None
    presale_permit_no: str | None = None
    total_land_area: int | None = None
    started_on: date | None = None
    completed_on: date | None = None
    handler: Handler = field(default_factory=Handler)


FIELDS = (
    Field("name", "物业区域名称", Text(100), required=True, example="江畔花园"),
    Field("address", "坐落地址", Text(200), required=True, example="滨江路一段1号"),
    Field("district", "行政区划", Code("district"), required=True, note="县区名称或六位行政区划代码。"),
    Field("bank", "专户银行", Text(20), note="专户银行代码；只有一家专户银行时可不填。"),
    Field("deposit_point", "交存时点", Day(), note="决定交存标准的日期；不填则为提交日期。"),
    Field("property_company", "物业服务企业", Text(100)),
    Field("project_name", "项目名称", Text(100)),
    Field("presale_permit_no", "预售许可证号", Text(50)),
    Field("total_land_area", "用地面积", Area(MAX_AREA)),
    Field("started_on", "开工日期", Day()),
    Field("completed_on", "竣工日期", Day()),
    Field("handler.name", "经办人", Text(50), required=True),
    Field("handler.mobile", "经办人手机", Mobile(), required=True),
)

_ESTATE = "ESTATE"


def place_key(text: str | None) -> str:
    """Fold a name or address so that the same place is known again."""
    return fold(text or "").replace(" ", "").casefold()


def unit_of(line: Line) -> UnitContent:
    """Read a line as the unit it shall become."""
    return msgspec.convert(line.after, UnitContent)


def _estate_key(content: EstateCollection) -> tuple[str, str]:
    return place_key(content.name), place_key(content.address)


def _needs(content: EstateCollection, lines: Sequence[Line]) -> Needs:
    numbers = (line.after.get("contract_no") for line in lines if line.after)
    return Needs(rates=True, estate_key=_estate_key(content), contract_nos=frozenset(filter(None, numbers)))


def _targets(content: EstateCollection, _lines: Sequence[Line]) -> tuple[Target, ...]:
    # Two orders may not collect one estate at once (R-EST-1).
    return (Target(_ESTATE, "\x1f".join(_estate_key(content))),)


def _freeze(content: EstateCollection, facts: Facts) -> EstateCollection:
    bank = content.bank or (facts.city.banks[0].code if len(facts.city.banks) == 1 else None)
    return replace(content, bank=bank, deposit_point=content.deposit_point or facts.today)


def _check(content: EstateCollection, lines: Sequence[Line], facts: Facts) -> list[Problem]:
    problems = _check_head(content, facts)
    if not lines:
        problems.append(Problem(ProblemCode.FIELD_REQUIRED, "lines", params={"label": "房屋"}))
    problems += _check_places(lines)
    problems += _check_contracts(lines, facts)
    return problems + _check_rates(content, lines, facts)


def _check_head(content: EstateCollection, facts: Facts) -> list[Problem]:
    problems: list[Problem] = []
    if content.bank is None:
        problems.append(Problem(ProblemCode.FIELD_REQUIRED, "bank", params={"label": "专户银行"}))
    elif content.bank not in {bank.code for bank in facts.city.banks}:
        problems.append(Problem(ProblemCode.VALUE_UNKNOWN, "bank", value=content.bank, params={"label": "专户银行"}))
    if content.started_on and content.completed_on and content.completed_on < content.started_on:
        problems.append(Problem(ProblemCode.DATE_INVALID, "completed_on", params={"label": "竣工日期"}))
    if facts.estate_holder is not None:
        problems.append(Problem(ProblemCode.ESTATE_EXISTS, "name", params={"holder": facts.estate_holder.value}))
    return problems


def _check_places(lines: Sequence[Line]) -> list[Problem]:
    """Find two lines that are one place (R-EST-3), however they came in."""
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for line in lines:
        unit = unit_of(line)
        key = unit_key(unit.building, unit.section, unit.floor, unit.room_no)
        other = first.setdefault(key, line.no)
        if other != line.no:
            params = {"row": str(other), "room": unit.room_no}
            problems.append(Problem(ProblemCode.DUPLICATE_UNIT, "room_no", row=line.no, params=params))
    return problems


def _check_contracts(lines: Sequence[Line], facts: Facts) -> list[Problem]:
    problems: list[Problem] = []
    seen = set(facts.contracts_taken)
    for line in lines:
        number = (line.after or {}).get("contract_no")
        if number is None:
            continue
        if number in seen:
            problems.append(Problem(ProblemCode.CONTRACT_TAKEN, "contract_no", row=line.no, params={"contract_no": number}))
        seen.add(number)
    return problems


def rate_of(unit: UnitContent, content: EstateCollection, facts: Facts) -> RateRow | None:
    """Find the rate that holds for a unit at the order's deposit point."""
    return pick_rate(
        facts.rates,
        category=facts.city.rate_category(unit.usage),
        has_lift=unit.has_lift,
        point=content.deposit_point or facts.today,
    )


def _check_rates(content: EstateCollection, lines: Sequence[Line], facts: Facts) -> list[Problem]:
    """Refuse a unit for which no rate is set: nothing is ever due by default (domain.md §4.3)."""
    problems: list[Problem] = []
    for line in lines:
        unit = unit_of(line)
        if rate_of(unit, content, facts) is None:
            params = {"usage": facts.city.code_label("usage", unit.usage), "lift": "有电梯" if unit.has_lift else "无电梯"}
            problems.append(Problem(ProblemCode.RATE_NOT_CONFIGURED, "usage", row=line.no, params=params))
    return problems


def _totals(content: EstateCollection, lines: Sequence[Line], facts: Facts) -> Totals:
    units = [unit_of(line) for line in lines]
    amounts = ((unit.gross_area, rate_of(unit, content, facts)) for unit in units)
    return Totals(
        buildings=len({place_key(unit.building) for unit in units}),
        units=len(units),
        gross_area=sum(unit.gross_area for unit in units),
        due=sum(due(area, rate.rate) for area, rate in amounts if rate is not None),
    )


def _plan(content: EstateCollection, lines: Sequence[Line], facts: Facts, new_id: NewId) -> Plan:
    estate = new_id()
    units = [unit_of(line) for line in lines]
    buildings = _buildings(units, estate, facts, new_id)
    changes: list[Change] = [_estate(content, estate, facts), *buildings.values()]
    for unit in units:
        rate = rate_of(unit, content, facts)
        assert rate is not None, "A plan follows a check that found every rate."
        changes.append(_unit(unit, rate, buildings[place_key(unit.building)], content, facts, new_id))
    return Plan(tuple(changes), _totals(content, lines, facts))


def _estate(content: EstateCollection, estate: UUID, facts: Facts) -> CreateEstate:
    assert content.name and content.address and content.district and content.bank
    name_key, address_key = _estate_key(content)
    return CreateEstate(
        estate=estate,
        organization=facts.organization,
        name=content.name,
        name_key=name_key,
        address=content.address,
        address_key=address_key,
        district=content.district,
        property_company=content.property_company,
        project_name=content.project_name,
        presale_permit_no=content.presale_permit_no,
        total_land_area=content.total_land_area,
        started_on=content.started_on,
        completed_on=content.completed_on,
        route=facts.route.value,
        bank=content.bank,
    )


def _buildings(units: Sequence[UnitContent], estate: UUID, facts: Facts, new_id: NewId) -> Mapping[str, CreateBuilding]:
    """Gather the buildings that the units name; what a building is, its first unit that says so tells."""
    found: dict[str, CreateBuilding] = {}
    for unit in units:
        key = place_key(unit.building)
        known = found.get(key) or CreateBuilding(
            building=new_id(),
            estate=estate,
            organization=facts.organization,
            name=unit.building,
            name_key=key,
            position=len(found) + 1,
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


def _unit(  # noqa: PLR0913, PLR0917 - a unit is made of what all these say
    unit: UnitContent,
    rate: RateRow,
    building: CreateBuilding,
    content: EstateCollection,
    facts: Facts,
    new_id: NewId,
) -> CreateUnit:
    assert content.bank and content.deposit_point
    return CreateUnit(
        unit=new_id(),
        account=new_id(),
        building=building.building,
        estate=building.estate,
        organization=facts.organization,
        content=unit,
        place_key=unit_key("", unit.section, unit.floor, unit.room_no),
        category=facts.city.rate_category(unit.usage).value,
        deposit_point=content.deposit_point,
        bank=content.bank,
        due=due(unit.gross_area, rate.rate),
        rate=rate.rate,
        rate_id=UUID(rate.id),
        owners=(unit.owner,) if unit.owner else (),
    )


def _window(_city: City) -> Ending:
    return Ending.WINDOW


ESTATE_COLLECTION: OrderKind[Any] = OrderKind(
    code="ESTATE_COLLECTION",
    letters="EC",
    label="物业区域采集",
    action="estate.collect",
    content=EstateCollection,
    fields=FIELDS,
    endings=_window,
    uploads="ESTATE_COLLECTION",
    sheet="UNIT_IMPORT",
    opening_list=True,
    needs=_needs,
    targets=_targets,
    freeze=_freeze,
    check=_check,
    totals=_totals,
    plan=_plan,
    heading=lambda content: content.name or "",
)
