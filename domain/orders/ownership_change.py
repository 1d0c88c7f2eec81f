"""Ownership change (房屋权属批量变更): who owns units from now on [L 2.11][J 1.3.7]."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from domain.change import Change, ReplaceOwners
from domain.city import City
from domain.field import Field, Mobile, Text
from domain.orders.facts import Facts, Line, Needs, Target, Totals, checked
from domain.orders.flow import Ending
from domain.orders.kind import OrderKind
from domain.orders.paper import Annex, Cover
from domain.orders.picked import changed, check_picked
from domain.orders.rows import RowForm, Shape
from domain.people import Handler, NewId, Owner, Seal
from domain.problem import Problem, ProblemCode
from domain.shares import check_shares
from domain.unit import Reveal
from domain.unit_rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnersContent:
    """Who owns a unit, as an order says it; where the unit is stands beside it to be read."""

    building: str
    section: str = ""
    floor: int
    room_no: str
    owners: tuple[Owner, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipChange:
    """Why units change hands; the units are the order's lines. Neither manual asks for reason or handler."""

    reason: str | None = None
    handler: Handler = field(default_factory=Handler)


FIELDS = (
    Field("reason", "变更原因", Text(200)),
    Field("handler.name", "经办人", Text(50)),
    Field("handler.mobile", "经办人手机", Mobile()),
)


def _typed(content: Mapping[str, Any] | None) -> OwnersContent:
    return msgspec.convert(checked(content), OwnersContent)


def _store(values: Mapping[str, Any], _seal: Seal) -> OwnersContent:
    return msgspec.convert(msgspec.to_builtins(dict(values)), OwnersContent)


def _spread(content: Mapping[str, Any], _reveal: Reveal | None) -> dict[str, Any]:
    return dict(content)


def _check_rows(_rows: Rows, _today: date) -> list[Problem]:
    return []


def _batch(city: City) -> frozenset[str]:
    # [L 2.11] edits many units at once, [J 1.3.7] unit by unit.
    return frozenset({"owners"}) if city.owner_batch_edit else frozenset()


def _needs(_content: OwnershipChange, lines: Sequence[Line]) -> Needs:
    return Needs(present=True, units=frozenset(checked(line.target) for line in lines))


def _targets(_content: OwnershipChange, lines: Sequence[Line], _facts: Facts) -> tuple[Target, ...]:
    return tuple(
        Target(
            "UNIT",
            checked(line.target).hex,
            taken=Problem(
                ProblemCode.UNIT_LOCKED, "lines", row=line.no, params={"room": _typed(line.before).room_no}
            ),
        )
        for line in lines
    )


def _check(_content: OwnershipChange, lines: Sequence[Line], facts: Facts) -> list[Problem]:
    stands = check_picked(lines, facts, label="房屋")
    return stands or [problem for line in lines for problem in _check_line(line, facts)]


def _check_line(line: Line, facts: Facts) -> Iterator[Problem]:
    known, after = facts.units[checked(line.target)], _typed(line.after)
    room = {"room": after.room_no}
    if known.has_open_notice:
        # The payer's name on it would be another's.
        yield Problem(ProblemCode.UNIT_HAS_OPEN_NOTICE, "lines", row=line.no, params=room)
    if not after.owners and (known.paid_first or known.available):
        yield Problem(ProblemCode.OWNER_REQUIRED, "owners", row=line.no, params={"label": "业主"})
    numbers = [owner.id_number.blind for owner in after.owners]
    if len(set(numbers)) < len(numbers):
        yield Problem(ProblemCode.DUPLICATE_OWNER, "owners", row=line.no)
    wrong = check_shares([owner.share for owner in after.owners], "owners")
    if wrong is not None:
        yield Problem(wrong.code, wrong.path, row=line.no, params=wrong.params)


def _totals(_content: OwnershipChange, lines: Sequence[Line], facts: Facts) -> Totals:
    known = [facts.units[checked(line.target)] for line in lines if line.target in facts.units]
    return Totals(
        buildings=len({unit.building for unit in known}),
        units=len(lines),
        due=sum(unit.due for unit in known),
    )


def _plan(
    _content: OwnershipChange, lines: Sequence[Line], facts: Facts, _new_id: NewId
) -> tuple[Change, ...]:
    return tuple(
        ReplaceOwners(
            unit=checked(line.target),
            account=facts.units[checked(line.target)].account,
            owners=_typed(line.after).owners,
        )
        for line in lines
        if changed(line)
    )


def _cells(row: Mapping[str, Any], _content: OwnershipChange, facts: Facts) -> tuple[str, ...]:
    unit = _typed(row)
    people = (
        " ".join(
            part
            for part in (
                owner.name,
                facts.city.code_label("id_type", owner.id_type),
                owner.id_number.masked,
                owner.mobile.masked,
                owner.share or "",
            )
            if part
        )
        for owner in unit.owners
    )
    return unit.building, unit.section, str(unit.floor), unit.room_no, "；".join(people)


def _cover(content: OwnershipChange) -> Cover:
    return Cover(
        reason=content.reason or "", handler=content.handler.name, handler_mobile=content.handler.mobile
    )


def _window(_city: City) -> Ending:
    return Ending.WINDOW


OWNERSHIP_CHANGE: OrderKind[Any] = OrderKind(
    code="OWNERSHIP_CHANGE",
    letters="WX",
    label="房屋权属批量变更",
    action="ownership.change",
    content=OwnershipChange,
    fields=FIELDS,
    endings=_window,
    uploads="OWNERSHIP_CHANGE",
    about=Shape.ESTATE,
    rows=RowForm((), _check_rows, _store, _spread, shape=Shape.OWNERS, picked=True, batch=_batch),
    needs=_needs,
    targets=_targets,
    check=_check,
    totals=_totals,
    plan=_plan,
    cover=_cover,
    on_cover=frozenset({"reason", "handler.name", "handler.mobile"}),
    annex=Annex(("楼栋", "单元", "楼层", "室号", "业主"), _cells),
)
