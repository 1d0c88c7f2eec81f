"""Building change (楼幢变更): a building's name, estate, completion and structure [L 2.6][J 1.3.3]."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from domain.change import Change, MoveBuilding, UpdateBuilding
from domain.city import City
from domain.field import Code, Count, Field, Mobile, Text, YearMonth
from domain.orders.facts import Facts, Line, Needs, Target, Totals, checked
from domain.orders.flow import Ending
from domain.orders.kind import OrderKind
from domain.orders.new_units import place_key
from domain.orders.paper import Annex, Cover
from domain.orders.picked import changed, check_picked
from domain.orders.rows import RowForm, Shape
from domain.people import Handler, NewId, Seal
from domain.problem import Problem, ProblemCode
from domain.unit import Reveal
from domain.unit_rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingContent:
    """What an order says of a building.

    Attributes:
        estate: The estate that it belongs to; another one moves it there with its units and their money.
        estate_name: What that estate is called.
        bank: The bank that keeps that estate's money.
    """

    estate: UUID
    estate_name: str
    bank: str
    name: str
    completed_ym: str | None = None
    structure: str | None = None
    floors_above: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingChange:
    """Why buildings are changed, and by whom; the buildings are the order's lines."""

    reason: str | None = None
    handler: Handler = field(default_factory=Handler)


BUILDING_FIELDS = (
    Field("name", "楼栋名称", Text(50), required=True, note="同一物业区域内楼栋名称不得重复。"),
    Field("completed_ym", "建成年月", YearMonth()),
    Field("structure", "建筑结构", Code("structure")),
    Field("floors_above", "总层数", Count(1, 200, "层")),
)
"""What is typed of a building; the estate is picked."""

FIELDS = (
    Field("reason", "变更原因", Text(200), required=True),
    # Asked for in Jiangmen [J 1.3.3], not named in Luzhou [L 2.6] (R-GEN-7).
    Field("handler.name", "经办人", Text(50)),
    Field("handler.mobile", "经办人手机", Mobile()),
)


def _typed(content: Mapping[str, Any] | None) -> BuildingContent:
    return msgspec.convert(checked(content), BuildingContent)


def _store(values: Mapping[str, Any], _seal: Seal) -> BuildingContent:
    known = {name: value for name, value in values.items() if value is not None}
    return msgspec.convert(msgspec.to_builtins(known), BuildingContent)


def _spread(content: Mapping[str, Any], _reveal: Reveal | None) -> dict[str, Any]:
    return dict(content)


def _check_rows(_rows: Rows, _today: date) -> list[Problem]:
    return []


def _batch(_city: City) -> frozenset[str]:
    # [L 2.6] 物业区域, 建成年代, 建筑结构; [J 1.3.3] 物业区域, 建成年月, 建筑结构.
    return frozenset({"estate", "completed_ym", "structure"})


def _moves(line: Line) -> bool:
    return "estate" in changed(line)


def _needs(_content: BuildingChange, lines: Sequence[Line]) -> Needs:
    estates = frozenset(_typed(line.after).estate for line in lines)
    moved = frozenset(checked(line.target) for line in lines if _moves(line))
    return Needs(present=True, buildings_of=estates, units_of=moved)


def _targets(_content: BuildingChange, lines: Sequence[Line], facts: Facts) -> tuple[Target, ...]:
    """Lock the buildings; their units too where they move (domain.md §3.3)."""
    targets: list[Target] = []
    for line in lines:
        building = checked(line.target)
        taken = Problem(ProblemCode.UNIT_LOCKED, "lines", row=line.no)
        targets.append(Target("BUILDING", building.hex, taken=taken))
        if _moves(line):
            targets += [Target("UNIT", unit.hex, taken=taken) for unit in facts.units_of.get(building, ())]
    return tuple(targets)


def _check(_content: BuildingChange, lines: Sequence[Line], facts: Facts) -> list[Problem]:
    return check_picked(lines, facts, label="楼幢") or [
        *_check_names(lines, facts),
        *_check_moves(lines, facts),
    ]


def _check_names(lines: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    """A name stands once in an estate (R-EST-2, R-BLD-1), counted as all will stand afterwards."""
    touched = {line.target for line in lines}
    names = Counter(
        (estate, name)
        for estate, buildings in facts.buildings_of.items()
        for name, building in buildings.items()
        if building not in touched
    )
    for line in lines:
        after = _typed(line.after)
        key = after.estate, place_key(after.name)
        names[key] += 1
        if names[key] > 1:
            params = {"building": after.name}
            yield Problem(ProblemCode.DUPLICATE_BUILDING, "name", row=line.no, params=params)


def _check_moves(lines: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    for line in lines:
        if not _moves(line):
            continue
        before, after = _typed(line.before), _typed(line.after)
        if before.bank != after.bank:
            # The special accounts are with different banks: booking alone would not move the money.
            params = {"label": "物业区域", "estate": after.estate_name}
            yield Problem(ProblemCode.BANK_DIFFERS, "estate", row=line.no, params=params)
        if facts.open_notices & set(facts.units_of.get(checked(line.target), ())):
            yield Problem(ProblemCode.UNIT_HAS_OPEN_NOTICE, "lines", row=line.no)


def _totals(_content: BuildingChange, lines: Sequence[Line], _facts: Facts) -> Totals:
    return Totals(buildings=len(lines))


def _plan(
    _content: BuildingChange, lines: Sequence[Line], _facts: Facts, _new_id: NewId
) -> tuple[Change, ...]:
    changes: list[Change] = []
    for line in lines:
        before, after, building = _typed(line.before), _typed(line.after), checked(line.target)
        values = {name: getattr(after, name) for name in changed(line) if name in _NAMES}
        if "name" in values:
            values["name_key"] = place_key(after.name)
        if _moves(line):
            changes.append(MoveBuilding(building=building, source=before.estate, estate=after.estate))
        if values:
            changes.append(UpdateBuilding(building=building, values=values))
    return tuple(changes)


_NAMES = frozenset(field.name for field in BUILDING_FIELDS)


def _cells(row: Mapping[str, Any], _content: BuildingChange, facts: Facts) -> tuple[str, ...]:
    content = _typed(row)
    shown = ((getattr(content, field.name), field) for field in BUILDING_FIELDS)
    rest = ("" if value is None else field.kind.show(value, facts.city) for value, field in shown)
    return (content.estate_name, *rest)


def _cover(content: BuildingChange) -> Cover:
    return Cover(
        reason=content.reason or "", handler=content.handler.name, handler_mobile=content.handler.mobile
    )


def _window(_city: City) -> Ending:
    return Ending.WINDOW


BUILDING_CHANGE: OrderKind[Any] = OrderKind(
    code="BUILDING_CHANGE",
    letters="BX",
    label="楼幢变更",
    action="building.change",
    content=BuildingChange,
    fields=FIELDS,
    endings=_window,
    uploads="BUILDING_CHANGE",
    about=Shape.ESTATE,
    rows=RowForm(
        BUILDING_FIELDS, _check_rows, _store, _spread, shape=Shape.BUILDING, picked=True, batch=_batch
    ),
    needs=_needs,
    targets=_targets,
    check=_check,
    totals=_totals,
    plan=_plan,
    cover=_cover,
    on_cover=frozenset({"reason", "handler.name", "handler.mobile"}),
    annex=Annex(("物业区域", *(field.label for field in BUILDING_FIELDS)), _cells),
)
