"""Estate collection (物业区域采集): a new estate with its buildings and units [L 2.2][J 1.3.1]."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.area import MAX_AREA
from domain.change import Change, CreateEstate
from domain.city import City
from domain.field import Area, Code, Custodian, Day, Field, Mobile, Text
from domain.orders.facts import Facts, Line, Needs, Target, Totals, checked
from domain.orders.flow import Ending
from domain.orders.kind import OrderKind
from domain.orders.new_units import (
    UNIT_ANNEX,
    Site,
    check_new_units,
    claim_sources,
    contracts_of,
    create_buildings,
    create_units,
    list_openings,
    place_key,
    sources_of,
    total_units,
)
from domain.orders.paper import Cover, OpeningList
from domain.orders.rows import UNIT_ROWS
from domain.people import Handler, NewId
from domain.problem import Problem, ProblemCode


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
    Field("bank", "专户银行", Custodian(), note="专户银行名称或代码；只有一家专户银行时可不填。"),
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


def _estate_key(content: EstateCollection) -> tuple[str, str]:
    return place_key(content.name), place_key(content.address)


def _point(content: EstateCollection, facts: Facts) -> date:
    return content.deposit_point or facts.today


def _needs(content: EstateCollection, lines: Sequence[Line]) -> Needs:
    return Needs(
        rates=True,
        estate_key=_estate_key(content),
        contract_nos=contracts_of(lines),
        external_ids=sources_of(lines),
    )


def _targets(content: EstateCollection, lines: Sequence[Line], _facts: Facts) -> tuple[Target, ...]:
    # Two orders may not collect one estate at once, and a collected estate keeps its name (R-EST-1).
    taken = Problem(ProblemCode.ESTATE_EXISTS, "name")
    estate = Target("ESTATE", "\x1f".join(_estate_key(content)), taken=taken, kept=True)
    return (estate, *claim_sources(lines))


def _freeze(content: EstateCollection, facts: Facts) -> EstateCollection:
    """Fill in what the city or the day decides; what comes back to be edited lets go of it again."""
    bank = content.bank or (facts.city.banks[0].code if len(facts.city.banks) == 1 else None)
    return replace(content, bank=bank, deposit_point=_point(content, facts))


def _check(content: EstateCollection, lines: Sequence[Line], facts: Facts) -> list[Problem]:
    problems = _check_head(content, facts)
    if not lines:
        problems.append(Problem(ProblemCode.FIELD_REQUIRED, "lines", params={"label": "房屋"}))
    return problems + check_new_units(lines, _point(content, facts), facts)


def _check_head(content: EstateCollection, facts: Facts) -> list[Problem]:
    problems: list[Problem] = []
    if content.bank is None:
        problems.append(Problem(ProblemCode.FIELD_REQUIRED, "bank", params={"label": "专户银行"}))
    if content.started_on and content.completed_on and content.completed_on < content.started_on:
        problems.append(Problem(ProblemCode.DATE_INVALID, "completed_on", params={"label": "竣工日期"}))
    if facts.estate_holder is not None:
        params = {"holder": facts.estate_holder.value}
        problems.append(Problem(ProblemCode.ESTATE_EXISTS, "name", params=params))
    return problems


def _totals(content: EstateCollection, lines: Sequence[Line], facts: Facts) -> Totals:
    return total_units(lines, _point(content, facts), facts)


def _opens(content: EstateCollection, lines: Sequence[Line], facts: Facts) -> OpeningList:
    return list_openings(lines, _point(content, facts), facts)


def _plan(
    content: EstateCollection, lines: Sequence[Line], facts: Facts, new_id: NewId
) -> tuple[Change, ...]:
    estate = _create_estate(content, new_id(), facts)
    site = Site(estate.estate, facts.organization, estate.bank, _point(content, facts))
    buildings = create_buildings(lines, site, new_id)
    ids = {key: building.building for key, building in buildings.items()}
    return (estate, *buildings.values(), *create_units(lines, site, ids, facts, new_id))


def _create_estate(content: EstateCollection, estate: UUID, facts: Facts) -> CreateEstate:
    name_key, address_key = _estate_key(content)
    return CreateEstate(
        estate=estate,
        organization=facts.organization,
        name=checked(content.name),
        name_key=name_key,
        address=checked(content.address),
        address_key=address_key,
        district=checked(content.district),
        property_company=content.property_company,
        project_name=content.project_name,
        presale_permit_no=content.presale_permit_no,
        total_land_area=content.total_land_area,
        started_on=content.started_on,
        completed_on=content.completed_on,
        route=facts.route.value,
        bank=checked(content.bank),
    )


def _cover(content: EstateCollection) -> Cover:
    return Cover(
        estate=content.name or "",
        address=content.address or "",
        handler=content.handler.name,
        handler_mobile=content.handler.mobile,
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
    rows=UNIT_ROWS,
    sheet="UNIT_IMPORT",
    fetches=True,
    needs=_needs,
    targets=_targets,
    freeze=_freeze,
    check=_check,
    totals=_totals,
    plan=_plan,
    cover=_cover,
    on_cover=frozenset({"name", "address", "handler.name", "handler.mobile"}),
    annex=UNIT_ANNEX,
    opens=_opens,
)
