"""Unit supplement (房屋补充): new buildings, sections and units of a known estate [L 2.9][J 1.3.5]."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.change import Change
from domain.city import City
from domain.field import Day, Field, Mobile, Text
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
    read_units,
    reserve_places,
    sources_of,
    total_units,
)
from domain.orders.paper import Cover, OpeningList
from domain.orders.rows import UNIT_ROWS, Shape
from domain.people import Handler, NewId
from domain.problem import Problem, ProblemCode


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSupplement:
    """What the applicant says of the supplement as a whole; the new units are the order's lines.

    Attributes:
        deposit_point: The day whose rates hold (交存时点); the day of submission unless given.
    """

    deposit_point: date | None = None
    handler: Handler = field(default_factory=Handler)


_POINT = "交存时点"
FIELDS = (
    Field("deposit_point", _POINT, Day(), note="决定交存标准的日期；本市未要求填写时，不填则为提交日期。"),
    Field("handler.name", "经办人", Text(50), required=True),
    Field("handler.mobile", "经办人手机", Mobile(), required=True),
)


def _point(content: UnitSupplement, facts: Facts) -> date:
    return content.deposit_point or facts.today


def _needs(_content: UnitSupplement, lines: Sequence[Line]) -> Needs:
    return Needs(
        rates=True,
        contract_nos=contracts_of(lines),
        own_buildings=True,
        places_in=frozenset(place_key(unit.building) for unit in read_units(lines)),
        own_bank=True,
        external_ids=sources_of(lines),
    )


def _targets(_content: UnitSupplement, lines: Sequence[Line], facts: Facts) -> tuple[Target, ...]:
    # What is there stays free for other business; only the new places are reserved (domain.md §3.3).
    return (*reserve_places(lines, checked(facts.estate)), *claim_sources(lines))


def _freeze(content: UnitSupplement, facts: Facts) -> UnitSupplement:
    """Fill in the day where the city does not ask for it; where it does, nobody but the applicant says it."""
    if facts.route in facts.city.deposit_point_on_supplement:
        return content
    return replace(content, deposit_point=_point(content, facts))


def _check(content: UnitSupplement, lines: Sequence[Line], facts: Facts) -> list[Problem]:
    return [*_check_head(content, lines, facts), *check_new_units(lines, _point(content, facts), facts)]


def _check_head(content: UnitSupplement, lines: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    if content.deposit_point is None and facts.route in facts.city.deposit_point_on_supplement:
        params = {"label": _POINT}
        yield Problem(ProblemCode.FIELD_REQUIRED, "deposit_point", column=_POINT, params=params)
    if not lines:
        yield Problem(ProblemCode.FIELD_REQUIRED, "lines", params={"label": "房屋"})


def _totals(content: UnitSupplement, lines: Sequence[Line], facts: Facts) -> Totals:
    return total_units(lines, _point(content, facts), facts)


def _opens(content: UnitSupplement, lines: Sequence[Line], facts: Facts) -> OpeningList:
    return list_openings(lines, _point(content, facts), facts)


def _plan(content: UnitSupplement, lines: Sequence[Line], facts: Facts, new_id: NewId) -> tuple[Change, ...]:
    site = Site(
        checked(facts.estate), facts.organization, checked(facts.own_bank), checked(content.deposit_point)
    )
    fresh = create_buildings(lines, site, new_id, facts.own_buildings)
    buildings: dict[str, UUID] = {
        **facts.own_buildings,
        **{key: building.building for key, building in fresh.items()},
    }
    return (*fresh.values(), *create_units(lines, site, buildings, facts, new_id))


def _cover(content: UnitSupplement) -> Cover:
    return Cover(handler=content.handler.name, handler_mobile=content.handler.mobile)


def _window(_city: City) -> Ending:
    return Ending.WINDOW


UNIT_SUPPLEMENT: OrderKind[Any] = OrderKind(
    code="UNIT_SUPPLEMENT",
    letters="US",
    label="房屋补充",
    action="unit.supplement",
    content=UnitSupplement,
    fields=FIELDS,
    endings=_window,
    uploads="UNIT_SUPPLEMENT",
    about=Shape.ESTATE,
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
    on_cover=frozenset({"handler.name", "handler.mobile"}),
    annex=UNIT_ANNEX,
    opens=_opens,
)
