"""Split and merge (房屋拆分合并): units give way to others with their area and money [L 2.7][J 1.3.4]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from domain.area import format_area
from domain.change import ArrivingUnit, Change, LeavingUnit, ReplaceUnits
from domain.city import City
from domain.conservation import pool, share_out
from domain.field import Field, Mobile, Text
from domain.money import allocate
from domain.orders.facts import Facts, Line, Needs, Target, Totals, checked
from domain.orders.flow import Ending
from domain.orders.kind import OrderKind
from domain.orders.new_units import place_key, reserve_places, room_key
from domain.orders.paper import Annex, Cover
from domain.orders.picked import check_standing
from domain.orders.rows import Shape
from domain.orders.split_checks import check_groups
from domain.orders.split_groups import Group, group_lines, read_lines
from domain.orders.split_rows import SOURCE_ROWS, ResultContent
from domain.people import Handler, NewId, Owner
from domain.problem import Problem, ProblemCode
from domain.unit import UnitContent


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitMerge:
    """Why units are split or merged; neither manual asks for reason or handler. The units are the lines."""

    reason: str | None = None
    handler: Handler = field(default_factory=Handler)


FIELDS = (
    Field("reason", "拆分合并原因", Text(200)),
    Field("handler.name", "经办人", Text(50)),
    Field("handler.mobile", "经办人手机", Mobile()),
)


def _needs(_content: SplitMerge, lines: Sequence[Line]) -> Needs:
    _sources, results = read_lines(lines)
    return Needs(
        present=True,
        units=frozenset(line.target for line in lines if line.target is not None),
        own_buildings=True,
        places_in=frozenset(place_key(result.content.building) for result in results),
        ledgers=True,
    )


def _targets(_content: SplitMerge, lines: Sequence[Line], facts: Facts) -> tuple[Target, ...]:
    sources, _results = read_lines(lines)
    units = (
        Target(
            "UNIT",
            source.unit.hex,
            taken=Problem(
                ProblemCode.UNIT_LOCKED, "lines", row=source.no, params={"room": source.content.room_no}
            ),
        )
        for source in sources
    )
    # Nobody else shall add a unit where one shall come to stand.
    return *units, *reserve_places([line for line in lines if line.target is None], checked(facts.estate))


def _check(_content: SplitMerge, lines: Sequence[Line], facts: Facts) -> list[Problem]:
    picked = [line for line in lines if line.target is not None]
    missing = check_standing(picked, facts, label="房屋")
    if not missing and len(picked) == len(lines):
        missing = [Problem(ProblemCode.FIELD_REQUIRED, "lines", params={"label": "拆分合并后的房屋"})]
    return missing or check_groups(lines, facts)


def _totals(_content: SplitMerge, lines: Sequence[Line], facts: Facts) -> Totals:
    """Count the units that come of it, or those that were picked until it is said what comes of them."""
    sources, results = read_lines(lines)
    shown = [row.content for row in results or sources]
    return Totals(
        buildings=len({place_key(unit.building) for unit in shown}),
        units=len(shown),
        gross_area=sum(unit.gross_area for unit in shown),
        due=sum(facts.units[source.unit].due for source in sources if source.unit in facts.units),
    )


def _plan(_content: SplitMerge, lines: Sequence[Line], facts: Facts, new_id: NewId) -> tuple[Change, ...]:
    return tuple(_replace(group, facts, new_id) for group in group_lines(lines))


def _replace(group: Group, facts: Facts, new_id: NewId) -> ReplaceUnits:
    """Carry dues and entries over by area, never worked out anew, so that no fen comes or goes (R-SPL-3)."""
    leaving = tuple(
        LeavingUnit(
            unit=source.unit,
            account=facts.units[source.unit].account,
            components=facts.ledgers.get(facts.units[source.unit].account, {}),
        )
        for source in group.sources
    )
    areas = [result.content.gross_area for result in group.results]
    dues = allocate(sum(facts.units[old.unit].due for old in leaving), areas)
    shares = share_out(pool(old.components for old in leaving), areas)
    owners = facts.owners.get(leaving[0].unit, ())
    arriving = tuple(
        _arrive(result.content, due, result.content.owners or owners, share, facts, new_id)
        for result, due, share in zip(group.results, dues, shares, strict=True)
    )
    # The larger part's rate holds where the old units' rates differ.
    model = max(group.sources, key=lambda source: source.content.gross_area)
    return ReplaceUnits(leaving=leaving, arriving=arriving, model=model.unit)


def _arrive(
    result: ResultContent,
    due: int,
    owners: tuple[Owner, ...],
    components: Mapping[str, int],
    facts: Facts,
    new_id: NewId,
) -> ArrivingUnit:
    kept = {one.name for one in fields(UnitContent)} & {one.name for one in fields(ResultContent)}
    content = UnitContent(**{name: getattr(result, name) for name in kept})
    return ArrivingUnit(
        unit=new_id(),
        account=new_id(),
        building=facts.own_buildings[place_key(content.building)],
        content=content,
        place_key=room_key(content),
        category=facts.city.rate_category(content.usage).value,
        due=due,
        owners=owners,
        components=components,
    )


def _cells(row: Mapping[str, Any], _content: SplitMerge, facts: Facts) -> tuple[str, ...]:
    return (
        row.get("code") or "；".join(row.get("sources", ())),
        row["building"],
        row.get("section", ""),
        str(row["floor"]),
        row["room_no"],
        row["address"],
        facts.city.code_label("usage", row["usage"]),
        format_area(row["gross_area"]),
        "、".join(owner["name"] for owner in row.get("owners", ())),
    )


_COLUMNS = ("原房屋编号", "楼栋", "单元", "楼层", "室号", "地址", "用途", "建筑面积（㎡）", "业主")


def _cover(content: SplitMerge) -> Cover:
    return Cover(
        reason=content.reason or "", handler=content.handler.name, handler_mobile=content.handler.mobile
    )


def _window(_city: City) -> Ending:
    return Ending.WINDOW


SPLIT_MERGE: OrderKind[Any] = OrderKind(
    code="SPLIT_MERGE",
    letters="SM",
    label="房屋拆分合并",
    action="unit.split",
    content=SplitMerge,
    fields=FIELDS,
    endings=_window,
    uploads="SPLIT_MERGE",
    about=Shape.ESTATE,
    rows=SOURCE_ROWS,
    sheet="SPLIT_MERGE",
    needs=_needs,
    targets=_targets,
    check=_check,
    totals=_totals,
    plan=_plan,
    cover=_cover,
    on_cover=frozenset({"reason", "handler.name", "handler.mobile"}),
    annex=Annex(_COLUMNS, _cells, ended="原房屋", added="新房屋"),
)
