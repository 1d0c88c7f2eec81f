"""Unit change (房屋信息变更): place, use, size and lift of units, and their new dues [L 2.4][J 1.3.6]."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec

from domain.area import format_area
from domain.change import Change, CreateRefund, UpdateUnit
from domain.city import City
from domain.estate import UNIT_CHANGE_FIELDS
from domain.field import Field, Mobile, Text
from domain.identity import fold
from domain.money import due, format_yuan
from domain.orders.facts import Facts, Line, Needs, Target, Totals, UnitFacts, checked
from domain.orders.flow import Ending
from domain.orders.kind import OrderKind
from domain.orders.new_units import place_key, room_key
from domain.orders.paper import Annex, Cover, Figure, Payee
from domain.orders.picked import changed, check_picked
from domain.orders.rows import RowForm, Shape
from domain.people import Handler, NewId, Seal
from domain.problem import Problem, ProblemCode
from domain.rates import RateRow, pick_rate
from domain.unit import Reveal, UnitContent
from domain.unit_rows import check_unit_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAccount:
    """Where the refunds of some units shall be paid; one account may serve many units [J 1.3.6]."""

    units: tuple[UUID, ...]
    holder: str
    number: str
    bank: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChange:
    """Why units are changed; the units are the order's lines.

    Attributes:
        refund_confirmed: The applicant knows that money goes back, and how much.
    """

    reason: str | None = None
    handler: Handler = field(default_factory=Handler)
    refund_confirmed: bool = False
    refund_accounts: tuple[RefundAccount, ...] = ()


FIELDS = (
    Field("reason", "变更原因", Text(200), required=True),
    Field("handler.name", "经办人", Text(50)),
    Field("handler.mobile", "经办人手机", Mobile()),
)


def _typed(content: Mapping[str, Any] | None) -> UnitContent:
    return msgspec.convert(checked(content), UnitContent)


def _store(values: Mapping[str, Any], _seal: Seal) -> UnitContent:
    known = {name: value for name, value in values.items() if value is not None}
    return msgspec.convert(msgspec.to_builtins(known), UnitContent)


def _spread(content: Mapping[str, Any], _reveal: Reveal | None) -> dict[str, Any]:
    return dict(content)


def _batch(city: City) -> frozenset[str]:
    return frozenset(name.value for name in city.unit_batch_fields)


def _needs(_content: UnitChange, lines: Sequence[Line]) -> Needs:
    return Needs(
        rates=True,
        present=True,
        units=frozenset(checked(line.target) for line in lines),
        own_buildings=True,
        places_in=frozenset(place_key(_typed(line.after).building) for line in lines),
    )


def _names(content: UnitChange) -> frozenset[UUID]:
    return frozenset(unit for account in content.refund_accounts for unit in account.units)


def _targets(_content: UnitChange, lines: Sequence[Line], _facts: Facts) -> tuple[Target, ...]:
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


@dataclass(frozen=True, slots=True)
class Case:
    """One unit and what the order makes of it.

    Attributes:
        facts: The unit's account and dates as they are.
        rate: The rate that will hold for it; none where the office has set none.
        due: What will be due, in fen; only an area, a use or a lift that changes lets it change (R-UCH-6).
    """

    line: Line
    before: UnitContent
    after: UnitContent
    facts: UnitFacts
    rate: RateRow | None
    due: int

    @property
    def refund(self) -> int:
        """What was paid of the first deposit beyond what is due now, in fen."""
        return max(self.kept - self.due, 0) if self.due != self.facts.due else 0

    @property
    def kept(self) -> int:
        """What was paid of the first deposit and is not promised back by an earlier change, in fen."""
        return self.facts.paid_first - max(self.facts.balance - self.facts.available, 0)


_LONGEST = 100
_DUE_FIELDS = frozenset({"usage", "gross_area", "has_lift"})


def _cases(lines: Sequence[Line], facts: Facts) -> list[Case]:
    """Work each line out by the unit's own deposit point, not by today's rates (domain.md §3.2)."""
    return [_case(line, facts) for line in lines if line.target in facts.units]


def _case(line: Line, facts: Facts) -> Case:
    before, after, known = _typed(line.before), _typed(line.after), facts.units[checked(line.target)]
    category = facts.city.rate_category(after.usage)
    rate = pick_rate(facts.rates, category=category, has_lift=after.has_lift, point=known.deposit_point)
    same = _DUE_FIELDS.isdisjoint(changed(line))
    new_due = known.due if same or rate is None else due(after.gross_area, rate.rate)
    return Case(line, before, after, known, rate, new_due)


def _check(content: UnitChange, lines: Sequence[Line], facts: Facts) -> list[Problem]:
    stands = check_picked(lines, facts, label="房屋")
    if stands:
        return stands
    cases = _cases(lines, facts)
    return [
        *_check_accounts(content),
        *_check_notices(cases),
        *_check_places(cases, facts),
        *_check_rates(cases, facts),
        *_check_refunds(content, cases, facts),
    ]


def _check_accounts(content: UnitChange) -> Iterator[Problem]:
    for place, account in enumerate(content.refund_accounts):
        for name, label in (("holder", "户名"), ("number", "账号"), ("bank", "开户银行")):
            text = getattr(account, name)
            if not fold(text) or len(text) > _LONGEST:
                params = {"label": label, "max": str(_LONGEST)}
                yield Problem(ProblemCode.TEXT_INVALID, f"refundAccounts.{place}.{name}", params=params)


def _check_notices(cases: Sequence[Case]) -> Iterator[Problem]:
    """What stands on an open notice must stay as printed until it is paid or void (R-GEN-3)."""
    for case in cases:
        if case.facts.has_open_notice:
            params = {"room": case.before.room_no}
            yield Problem(ProblemCode.UNIT_HAS_OPEN_NOTICE, "lines", row=case.line.no, params=params)


def _check_places(cases: Sequence[Case], facts: Facts) -> Iterator[Problem]:
    """A unit's building must be there, and its place free, counted as all will stand afterwards."""
    buildings = facts.own_buildings
    touched = {case.line.target for case in cases}
    taken = {place for place, unit in facts.places.items() if unit not in touched}
    for case in cases:
        building = place_key(case.after.building)
        if building not in buildings:
            # R-UCH-5: the unit moves to the building of that name, which must be there [L 2.4].
            params = {"label": "楼栋名称"}
            yield Problem(
                ProblemCode.VALUE_UNKNOWN,
                "building",
                row=case.line.no,
                value=case.after.building,
                params=params,
            )
            continue
        place = building, room_key(case.after)
        if place in taken:
            params = {"room": case.after.room_no}
            yield Problem(ProblemCode.DUPLICATE_UNIT, "room_no", row=case.line.no, params=params)
        taken.add(place)


def _check_rates(cases: Sequence[Case], facts: Facts) -> Iterator[Problem]:
    for case in cases:
        if case.rate is None and not _DUE_FIELDS.isdisjoint(changed(case.line)):
            params = {
                "usage": facts.city.code_label("usage", case.after.usage),
                "lift": "有电梯" if case.after.has_lift else "无电梯",
            }
            yield Problem(ProblemCode.RATE_NOT_CONFIGURED, "usage", row=case.line.no, params=params)


def _check_refunds(content: UnitChange, cases: Sequence[Case], facts: Facts) -> Iterator[Problem]:
    """Money that goes back is confirmed, has an account to go to, and is there (R-UCH-1) [J 1.3.6 s6]."""
    refunds = [case for case in cases if case.refund]
    for case in refunds:
        if case.refund > case.facts.available:
            params = {"room": case.after.room_no, "balance": format_yuan(case.facts.available)}
            yield Problem(ProblemCode.REFUND_EXCEEDS_BALANCE, "lines", row=case.line.no, params=params)
    if not facts.city.refund_prompt or not refunds:
        return
    covered = {unit for account in content.refund_accounts for unit in account.units}
    open_units = [case for case in refunds if case.line.target not in covered]
    if not content.refund_confirmed or open_units:
        rooms = "、".join(case.after.room_no for case in (open_units or refunds)[:20])
        total = format_yuan(sum(case.refund for case in refunds))
        params = {"count": str(len(refunds)), "amount": total, "rooms": rooms}
        yield Problem(ProblemCode.REFUND_CONFIRMATION_REQUIRED, "refundConfirmed", params=params)


def _totals(_content: UnitChange, lines: Sequence[Line], facts: Facts) -> Totals:
    cases = _cases(lines, facts)
    return Totals(
        buildings=len({place_key(case.after.building) for case in cases}),
        units=len(lines),
        gross_area=sum(case.after.gross_area for case in cases),
        due=sum(case.due for case in cases),
    )


def _plan(content: UnitChange, lines: Sequence[Line], facts: Facts, new_id: NewId) -> tuple[Change, ...]:
    accounts = {unit: account for account in content.refund_accounts for unit in account.units}
    changes: list[Change] = []
    for case in _cases(lines, facts):
        edits = changed(case.line)
        if not edits:
            continue
        changes.append(_update(case, edits, facts))
        if case.refund:
            account = accounts.get(checked(case.line.target))
            changes.append(
                CreateRefund(
                    refund=new_id(),
                    unit=checked(case.line.target),
                    account=case.facts.account,
                    amount=case.refund,
                    holder=account.holder if account else None,
                    number=account.number if account else None,
                    bank=account.bank if account else None,
                )
            )
    return tuple(changes)


def _figures(content: UnitChange, lines: Sequence[Line], facts: Facts) -> tuple[Figure, ...]:
    """Say what each unit's due becomes, and what goes back to which account (变更申请表&退款申请表)."""
    payees = {
        unit: Payee(holder=account.holder, number=account.number, bank=account.bank)
        for account in content.refund_accounts
        for unit in account.units
    }
    return tuple(
        Figure(
            line=case.line.no,
            due_before=case.facts.due,
            due=case.due,
            paid=case.kept,
            refund=case.refund,
            payee=payees.get(checked(case.line.target)) if case.refund else None,
        )
        for case in _cases(lines, facts)
    )


def _update(case: Case, edits: Mapping[str, Any], facts: Facts) -> UpdateUnit:
    after = case.after
    values = {name: getattr(after, name) for name in edits if name != "building"}
    if "building" in edits:
        values["building_id"] = facts.own_buildings[place_key(after.building)]
    if not {"section", "floor", "room_no"}.isdisjoint(edits):
        values["place_key"] = room_key(after)
    if "usage" in edits:
        values["category"] = facts.city.rate_category(after.usage).value
    rated = case.rate is not None and case.due != case.facts.due
    return UpdateUnit(
        unit=checked(case.line.target),
        account=case.facts.account,
        building=case.facts.building,
        values=values,
        due=case.due,
        rate=case.rate.rate if rated and case.rate else None,
        rate_id=UUID(case.rate.id) if rated and case.rate else None,
    )


def _cells(row: Mapping[str, Any], _content: UnitChange, facts: Facts) -> tuple[str, ...]:
    unit = _typed(row)
    return (
        unit.building,
        unit.section,
        str(unit.floor),
        unit.room_no,
        unit.address,
        facts.city.code_label("usage", unit.usage),
        "有" if unit.has_lift else "无",
        format_area(unit.gross_area),
        facts.city.code_label("sale_status", unit.sale_status) if unit.sale_status else "",
    )


_COLUMNS = ("楼栋", "单元", "楼层", "室号", "地址", "用途", "电梯", "建筑面积（㎡）", "销售状态")


def _cover(content: UnitChange) -> Cover:
    return Cover(
        reason=content.reason or "", handler=content.handler.name, handler_mobile=content.handler.mobile
    )


def _window(_city: City) -> Ending:
    return Ending.WINDOW


UNIT_CHANGE: OrderKind[Any] = OrderKind(
    code="UNIT_CHANGE",
    letters="UX",
    label="房屋信息变更",
    action="unit.change",
    content=UnitChange,
    fields=FIELDS,
    endings=_window,
    uploads="UNIT_CHANGE",
    about=Shape.ESTATE,
    rows=RowForm(
        UNIT_CHANGE_FIELDS, check_unit_rows, _store, _spread, shape=Shape.UNIT, picked=True, batch=_batch
    ),
    sheet="UNIT_CHANGE",
    names=_names,
    needs=_needs,
    targets=_targets,
    check=_check,
    totals=_totals,
    plan=_plan,
    cover=_cover,
    on_cover=frozenset({"reason", "handler.name", "handler.mobile"}),
    annex=Annex(_COLUMNS, _cells),
    figures=_figures,
)
