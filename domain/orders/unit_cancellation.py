"""Unit cancellation (房屋注销): units that are no more, whose money goes back [L 2.5][J 1.3.8][165-29]."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from domain.area import format_area
from domain.change import CancelBuilding, CancelUnit, Change, CreateRefund
from domain.city import City
from domain.field import Field, Mobile, Text
from domain.orders.facts import Facts, Line, Needs, Target, Totals, checked
from domain.orders.flow import Ending
from domain.orders.kind import OrderKind
from domain.orders.new_units import place_key
from domain.orders.paper import Annex, Cover, Figure
from domain.orders.picked import check_standing
from domain.orders.rows import RowForm, Shape
from domain.orders.unit_change import UNIT_CHANGE
from domain.people import Handler, NewId
from domain.problem import Problem, ProblemCode
from domain.switch import CancellationGranularity
from domain.unit import UnitContent


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCancellation:
    """Why units are cancelled; the units are the order's lines."""

    reason: str | None = None
    handler: Handler = field(default_factory=Handler)


FIELDS = (
    Field("reason", "注销原因", Text(200), required=True),
    Field("handler.name", "经办人", Text(50)),
    Field("handler.mobile", "经办人手机", Mobile()),
)
_FORM = checked(UNIT_CHANGE.rows)


def _before(line: Line) -> UnitContent:
    return msgspec.convert(checked(line.before), UnitContent)


def _needs(_content: UnitCancellation, lines: Sequence[Line]) -> Needs:
    return Needs(
        present=True,
        units=frozenset(checked(line.target) for line in lines),
        own_buildings=True,
        places_in=frozenset(place_key(_before(line).building) for line in lines),
    )


def _targets(_content: UnitCancellation, lines: Sequence[Line], _facts: Facts) -> tuple[Target, ...]:
    return tuple(
        Target(
            "UNIT",
            checked(line.target).hex,
            taken=Problem(
                ProblemCode.UNIT_LOCKED, "lines", row=line.no, params={"room": _before(line).room_no}
            ),
        )
        for line in lines
    )


def _check(_content: UnitCancellation, lines: Sequence[Line], facts: Facts) -> list[Problem]:
    return check_standing(lines, facts, label="房屋") or [
        *_check_notices(lines, facts),
        *_check_whole(lines, facts),
    ]


def _check_notices(lines: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    """Pending notices are voided first, so that nobody pays for what is no more."""
    for line in lines:
        known = facts.units.get(checked(line.target))
        if known is not None and known.has_open_notice:
            params = {"room": _before(line).room_no}
            yield Problem(ProblemCode.UNIT_HAS_OPEN_NOTICE, "lines", row=line.no, params=params)


def _check_whole(lines: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    """Where a city cancels whole buildings alone [L 2.5], none of a building's units may be left."""
    if facts.city.cancellation_granularity is CancellationGranularity.UNIT:
        return
    for building, left in _left(lines, facts).items():
        if left:
            names = (_before(line).building for line in lines)
            name = next(name for name in names if place_key(name) == building)
            params = {"building": name, "count": str(left)}
            yield Problem(ProblemCode.BUILDING_NOT_WHOLE, "lines", params=params)


def _left(lines: Sequence[Line], facts: Facts) -> Mapping[str, int]:
    """Count the active units that the order leaves in each building that it touches."""
    gone = {line.target for line in lines}
    left = dict.fromkeys((place_key(_before(line).building) for line in lines), 0)
    for (building, _place), unit in facts.places.items():
        if building in left and unit not in gone:
            left[building] += 1
    return left


def _totals(_content: UnitCancellation, lines: Sequence[Line], facts: Facts) -> Totals:
    known = [facts.units[checked(line.target)] for line in lines if line.target in facts.units]
    return Totals(
        buildings=len({place_key(_before(line).building) for line in lines}),
        units=len(lines),
        gross_area=sum(_before(line).gross_area for line in lines),
        due=sum(unit.due for unit in known),
    )


def _plan(
    _content: UnitCancellation, lines: Sequence[Line], facts: Facts, new_id: NewId
) -> tuple[Change, ...]:
    changes: list[Change] = []
    for line in lines:
        unit = checked(line.target)
        known = facts.units[unit]
        changes.append(CancelUnit(unit=unit, account=known.account))
        if known.available > 0:
            changes.append(
                CreateRefund(
                    refund=new_id(),
                    unit=unit,
                    account=known.account,
                    amount=known.available,
                    holder=None,
                    number=None,
                    bank=None,
                )
            )
    # A building goes with its last unit.
    empty = (building for building, left in _left(lines, facts).items() if not left)
    return (*changes, *(CancelBuilding(building=facts.own_buildings[name]) for name in empty))


def _figures(_content: UnitCancellation, lines: Sequence[Line], facts: Facts) -> tuple[Figure, ...]:
    """Say what goes back of each unit; nobody names an account before the office does (退款申请)."""
    known = ((line.no, facts.units[checked(line.target)]) for line in lines)
    return tuple(
        Figure(
            line=number,
            due_before=unit.due,
            due=0,
            paid=unit.paid_first,
            refund=max(unit.available, 0),
            balance=unit.balance,
        )
        for number, unit in known
    )


def _cells(row: Mapping[str, Any], _content: UnitCancellation, facts: Facts) -> tuple[str, ...]:
    unit = msgspec.convert(row, UnitContent)
    return (
        unit.building,
        unit.section,
        str(unit.floor),
        unit.room_no,
        unit.address,
        facts.city.code_label("usage", unit.usage),
        format_area(unit.gross_area),
    )


def _cover(content: UnitCancellation) -> Cover:
    return Cover(
        reason=content.reason or "", handler=content.handler.name, handler_mobile=content.handler.mobile
    )


def _window(_city: City) -> Ending:
    return Ending.WINDOW


UNIT_CANCELLATION: OrderKind[Any] = OrderKind(
    code="UNIT_CANCELLATION",
    letters="UC",
    label="房屋注销",
    action="unit.cancel",
    content=UnitCancellation,
    fields=FIELDS,
    endings=_window,
    uploads="UNIT_CANCELLATION",
    about=Shape.ESTATE,
    rows=RowForm(
        _FORM.fields, _FORM.check, _FORM.store, _FORM.spread, shape=Shape.UNIT, picked=True, ends=True
    ),
    needs=_needs,
    targets=_targets,
    check=_check,
    totals=_totals,
    plan=_plan,
    cover=_cover,
    on_cover=frozenset({"reason", "handler.name", "handler.mobile"}),
    annex=Annex(("楼栋", "单元", "楼层", "室号", "地址", "用途", "建筑面积（㎡）"), _cells),
    figures=_figures,
)
