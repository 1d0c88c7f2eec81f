"""Contract binding (房屋合同号设置): which contract sells a unit [J 1.3.9]."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.change import BindContract, Change
from domain.city import City
from domain.field import Field, Mobile, Text
from domain.orders.contract_rows import (
    ROW_FIELDS,
    check_rows,
    is_bound,
    read_row,
    sells_another,
    spread_row,
    store_row,
)
from domain.orders.facts import Facts, Line, Needs, Target, Totals, checked
from domain.orders.flow import Ending
from domain.orders.kind import OrderKind
from domain.orders.paper import Annex, Cover
from domain.orders.picked import check_standing
from domain.orders.rows import RowForm, Shape
from domain.people import Handler, NewId
from domain.problem import Problem, ProblemCode
from domain.trading import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractBinding:
    """Who handles the binding; the units are the order's lines."""

    handler: Handler = field(default_factory=Handler)


FIELDS = (
    Field("handler.name", "经办人", Text(50), required=True),
    Field("handler.mobile", "经办人手机", Mobile(), required=True),
)


def _needs(_content: ContractBinding, lines: Sequence[Line]) -> Needs:
    rows = [read_row(line.after) for line in lines]
    return Needs(
        present=True,
        units=frozenset(checked(line.target) for line in lines),
        contract_nos=frozenset(row.contract_no for row in rows if row.contract_no),
        external_ids=frozenset(row.sells for row in rows if row.sells),
    )


def _targets(_content: ContractBinding, lines: Sequence[Line], _facts: Facts) -> tuple[Target, ...]:
    return tuple(
        Target(
            "UNIT",
            checked(line.target).hex,
            taken=Problem(
                ProblemCode.UNIT_LOCKED, "lines", row=line.no, params={"room": read_row(line.before).room_no}
            ),
        )
        for line in lines
    )


def _check(_content: ContractBinding, lines: Sequence[Line], facts: Facts) -> list[Problem]:
    return check_standing(lines, facts, label="房屋") or [
        *_check_matched(lines, facts),
        *_check_free(lines, facts),
    ]


def _check_matched(lines: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    """Every row must match with what it says now, and what it matched must still be this unit's."""
    known = dict(facts.external_units)
    for line in lines:
        row = read_row(line.after)
        found = row.match.value if row.match else "NONE"
        if is_bound(line):
            found = Match.ALREADY_BOUND.value
        elif row.match is Match.MATCHED and sells_another(line, row, row.sells, known):
            found = Match.UNIT_MISMATCH.value
        elif row.match is Match.MATCHED and row.sells is not None:
            known[row.sells] = checked(line.target)
        if found != Match.MATCHED.value:
            params = {"room": row.room_no, "match": found}
            yield Problem(ProblemCode.ROWS_NOT_MATCHED, "lines", row=line.no, params=params)


def _check_free(lines: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    """One contract sells one unit: no other unit bears its number, in the city or in this order."""
    taken = set(facts.contracts_taken)
    for line in lines:
        row = read_row(line.after)
        if row.match is Match.MATCHED and row.contract_no is not None:
            if row.contract_no in taken:
                params = {"contract_no": row.contract_no}
                yield Problem(ProblemCode.CONTRACT_TAKEN, "contract_no", row=line.no, params=params)
            taken.add(row.contract_no)


def _totals(_content: ContractBinding, lines: Sequence[Line], facts: Facts) -> Totals:
    known = [facts.units[checked(line.target)] for line in lines if line.target in facts.units]
    return Totals(
        buildings=len({unit.building for unit in known}),
        units=len(lines),
        gross_area=sum(read_row(line.after).gross_area for line in lines),
        due=sum(unit.due for unit in known),
    )


def _plan(
    _content: ContractBinding, lines: Sequence[Line], _facts: Facts, _new_id: NewId
) -> tuple[Change, ...]:
    rows = [(line, read_row(line.after)) for line in lines]
    return tuple(
        BindContract(
            unit=checked(line.target),
            contract_no=checked(row.contract_no),
            external_id=row.sells if row.external_id is None else None,
        )
        for line, row in rows
    )


def _cells(content: Mapping[str, Any], _order: ContractBinding, _facts: Facts) -> tuple[str, ...]:
    row = read_row(content)
    return (
        row.building,
        row.section,
        str(row.floor),
        row.room_no,
        row.owner_name or "",
        row.id_number.masked if row.id_number else "",
        row.contract_no or "",
    )


def _cover(content: ContractBinding) -> Cover:
    return Cover(handler=content.handler.name, handler_mobile=content.handler.mobile)


def _submission(_city: City) -> Ending:
    return Ending.SUBMIT


def _offered(city: City) -> bool:
    return city.contract_binding


CONTRACT_BINDING: OrderKind[Any] = OrderKind(
    code="CONTRACT_BINDING",
    letters="CB",
    label="房屋合同号设置",
    action="contract.bind",
    content=ContractBinding,
    fields=FIELDS,
    endings=_submission,
    offered=_offered,
    uploads="CONTRACT_BINDING",
    about=Shape.ESTATE,
    rows=RowForm(ROW_FIELDS, check_rows, store_row, spread_row, shape=Shape.CONTRACT, picked=True),
    sheet="CONTRACT_NO",
    needs=_needs,
    targets=_targets,
    check=_check,
    totals=_totals,
    plan=_plan,
    cover=_cover,
    on_cover=frozenset({"handler.name", "handler.mobile"}),
    annex=Annex(("楼幢", "单元", "楼层", "室号", "业主姓名", "证件号码", "房屋合同号"), _cells),
)
