"""The rules of splits and merges by themselves: which units belong together, and what carries over."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.change import ReplaceUnits
from domain.city import load_cities
from domain.orders.facts import Facts, Line, UnitFacts
from domain.orders.new_units import place_key
from domain.orders.split_merge import SPLIT_MERGE, SplitMerge
from domain.switch import Route

CITY = load_cities(Path(__file__).parents[2] / "cities")[990100]
HOUSE = UUID(int=90)


def _unit(room: str, area: int, **more: Any) -> dict[str, Any]:
    plain = {"building": "1栋", "section": "", "floor": 1, "address": room, "usage": "P2", "has_lift": True}
    return {**plain, "room_no": room, "gross_area": area, **more}


def _source(number: int, area: int, **more: Any) -> Line:
    before = {"code": f"U{number}", **_unit(f"{number}", area), "net_area": None, **more}
    return Line(number, None, before, UUID(int=number))


def _result(no: int, sources: str, room: str, area: int, **more: Any) -> Line:
    return Line(no, {"sources": sources.split(";"), **_unit(room, area, **more)})


def _facts(*lines: Line, **more: Any) -> Facts:
    picked = [line for line in lines if line.target]
    plain = UnitFacts(
        building=HOUSE,
        deposit_point=date(2026, 1, 1),
        account=HOUSE,
        due=10_000,
        paid_first=0,
        available=0,
        has_open_notice=False,
    )
    units = {line.target: replace(plain, account=UUID(int=100 + line.no)) for line in picked if line.target}
    facts = Facts(
        city=CITY,
        today=date(2026, 11, 22),
        organization=UUID(int=1),
        route=Route.TEMPLATE,
        present={line.target: line.before or {} for line in picked if line.target},
        units=units,
        own_buildings={place_key("1栋"): HOUSE, place_key("2栋"): UUID(int=91)},
    )
    return replace(facts, **more)


def _codes(*lines: Line, facts: Facts | None = None) -> list[tuple[str, int | None]]:
    found = SPLIT_MERGE.check(SplitMerge(), lines, facts or _facts(*lines))
    return [(problem.code.value, problem.row) for problem in found]


def _plan(*lines: Line, **more: Any) -> list[ReplaceUnits]:
    ids = iter(range(1_000, 2_000))
    changes = SPLIT_MERGE.plan(SplitMerge(), lines, _facts(*lines, **more), lambda: UUID(int=next(ids)))
    return [change for change in changes if isinstance(change, ReplaceUnits)]


def test_two_units_become_three_within_a_building_and_each_kind_of_entry_is_carried_by_area():
    lines = (
        _source(1, 300),
        _source(2, 700),
        _result(3, "U1;U2", "A", 500),
        _result(4, "U2;U1", "B", 300),
        _result(5, "U1;U2", "C", 200),
    )
    ledgers = {UUID(int=101): {"FIRST": 1_001, "USE": -500}, UUID(int=102): {"FIRST": 2_000, "TOPUP": 3}}
    assert _codes(*lines) == []
    (change,) = _plan(*lines, ledgers=ledgers)
    assert [(old.unit.int, old.components) for old in change.leaving] == [
        (1, ledgers[UUID(int=101)]),
        (2, ledgers[UUID(int=102)]),
    ]
    assert [(new.content.room_no, new.due, new.components) for new in change.arriving] == [
        ("A", 10_000, {"FIRST": 1_501, "TOPUP": 1, "USE": -250}),
        ("B", 6_000, {"FIRST": 900, "TOPUP": 1, "USE": -150}),
        ("C", 4_000, {"FIRST": 600, "TOPUP": 1, "USE": -100}),
    ]
    assert change.model == UUID(int=2)


def test_several_become_several_in_one_building_only():
    lines = (_source(1, 300), _source(2, 700), *(_result(n, "U1;U2", f"{n}", 500) for n in (3, 4)))
    moved = (*lines[:3], _result(4, "U1;U2", "4", 500, building="2栋"))
    assert _codes(*moved) == [("SPLIT_MERGE_BUILDINGS", 3)]
    merged = (*lines[:2], _result(3, "U1;U2", "3", 1_000, building="2栋"))
    assert _codes(*merged) == []


def test_two_splits_in_one_order_keep_to_themselves():
    lines = (
        _source(1, 300),
        _source(2, 700),
        *(_result(no, "U1", f"{no}", 150) for no in (3, 4)),
        *(_result(no, "U2", f"{no}", 350) for no in (5, 6)),
    )
    assert _codes(*lines) == []
    assert [[new.due for new in change.arriving] for change in _plan(*lines)] == [[5_000, 5_000]] * 2
    swapped = (*lines[:3], _result(4, "U1", "4", 151), *lines[4:5], _result(6, "U2", "6", 349))
    assert _codes(*swapped) == [("AREA_NOT_CONSERVED", 3), ("AREA_NOT_CONSERVED", 5)]


def test_an_open_notice_or_an_unpaid_refund_is_settled_first():
    lines = (_source(1, 300), *(_result(no, "U1", f"{no}", 150) for no in (2, 3)))
    facts = _facts(*lines)
    (known,) = facts.units.values()
    busy = replace(known, has_open_notice=True, balance=500, available=400)
    assert _codes(*lines, facts=replace(facts, units={UUID(int=1): busy})) == [
        ("UNIT_HAS_OPEN_NOTICE", 1),
        ("UNIT_HAS_OPEN_REFUND", 1),
    ]


def test_units_of_different_rates_are_not_merged():
    lines = (
        _source(1, 300),
        _source(2, 700, has_lift=False),
        _result(3, "U1;U2", "A", 1_000),
    )
    assert _codes(*lines) == [("RATE_CATEGORY_CHANGED", 3)]


def test_a_new_unit_may_stand_where_an_old_one_stood_but_not_where_another_stands():
    lines = (_source(1, 300), _result(2, "U1", "1", 150), _result(3, "U1", "7", 150))
    house = place_key("1栋")
    own = {(house, "\x1f\x1f1\x1f1"): UUID(int=1)}
    assert _codes(*lines, facts=_facts(*lines, places=own)) == []
    twice = (*lines, _result(4, "U1", "7 ", 1))
    assert _codes(*twice, facts=_facts(*twice, places=own))[0] == ("DUPLICATE_UNIT", 4)
    taken = {**own, (house, "\x1f\x1f1\x1f7"): UUID(int=7)}
    assert _codes(*lines, facts=_facts(*lines, places=taken)) == [("DUPLICATE_UNIT", 3)]


def test_nothing_is_split_that_changed_since_it_was_picked():
    lines = (_source(1, 300), *(_result(no, "U1", f"{no}", 150) for no in (2, 3)))
    other = {UUID(int=1): {**(lines[0].before or {}), "gross_area": 301}}
    assert _codes(*lines, facts=_facts(*lines, present=other)) == [("STALE_DATA", 1)]
    assert _codes(*lines, facts=_facts(*lines, present={})) == [("UNIT_NOT_ACTIVE", 1)]
