"""What a binding order is held against when it is submitted: its results, other units, and itself."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec

from domain.change import BindContract
from domain.city import load_cities
from domain.orders.contract_binding import CONTRACT_BINDING, ContractBinding
from domain.orders.contract_rows import ContractContent
from domain.orders.facts import Facts, Line
from domain.people import Sealed
from domain.switch import Route
from domain.trading import Match

CITIES = load_cities()
NUMBER = Sealed(cipher="k1:x", masked="5105***", blind="hash")
PLACE = ContractContent(building="1栋", floor=3, room_no="301", gross_area=883_500)


def line(no: int, contract_no: str, match: Match | None = Match.MATCHED, **more: Any) -> Line:
    """Give a line as it is stored: the unit is the one of its number."""
    before = replace(PLACE, contract_no=more.pop("bears", None), external_id=more.pop("known", None))
    typed = replace(before, contract_no=contract_no, owner_name="张三", id_number=NUMBER, match=match, **more)
    return Line(no, msgspec.to_builtins(typed), msgspec.to_builtins(before), UUID(int=no))


def facts(*lines: Line, **more: Any) -> Facts:
    """Give present data in which everything is as it was picked."""
    return Facts(
        city=CITIES[440700],
        today=date(2026, 11, 22),
        organization=uuid4(),
        route=Route.TEMPLATE,
        present={one.target: one.before for one in lines if one.target and one.before},
        **more,
    )


def told(*lines: Line, **more: Any) -> list[tuple[str, int | None, str | None]]:
    """Tell the code, row and result of each problem."""
    problems = CONTRACT_BINDING.check(ContractBinding(), lines, facts(*lines, **more))
    return [(one.code.value, one.row, one.params.get("match")) for one in problems]


def test_only_rows_that_match_are_submitted():
    lines = line(1, "HT-1"), line(2, "HT-2", None), line(3, "HT-3", Match.NOT_FOUND)
    assert told(*lines) == [("ROWS_NOT_MATCHED", 2, "NONE"), ("ROWS_NOT_MATCHED", 3, "NOT_FOUND")]
    assert told(line(1, "HT-1")) == []
    assert [code for code, *_ in told()] == ["FIELD_REQUIRED"]


def test_a_unit_that_bears_a_number_by_now_is_bound_already():
    assert told(line(1, "HT-1", bears="HT-0")) == [("ROWS_NOT_MATCHED", 1, "ALREADY_BOUND")]


def test_a_number_serves_one_unit_in_the_city_and_in_the_order():
    lines = line(1, "HT-1"), line(2, "HT-2"), line(3, "HT-2")
    taken = {"contracts_taken": frozenset({"HT-1"})}
    assert told(*lines, **taken) == [("CONTRACT_TAKEN", 1, None), ("CONTRACT_TAKEN", 3, None)]


def test_a_contract_that_sells_another_unit_by_now_matches_no_more():
    mismatch = ("ROWS_NOT_MATCHED", 1, "UNIT_MISMATCH")
    one = line(1, "HT-1", sells="JM-1")
    assert told(one) == []
    assert told(one, external_units={"JM-1": UUID(int=1)}) == []
    assert told(one, external_units={"JM-1": UUID(int=9)}) == [mismatch]
    assert told(one, line(2, "HT-2", sells="JM-1")) == [("ROWS_NOT_MATCHED", 2, "UNIT_MISMATCH")]


def test_the_units_id_there_is_taken_over_where_it_is_not_known():
    lines = line(1, "HT-1", sells="JM-1"), line(2, "HT-2", known="JM-2", sells="JM-2"), line(3, "HT-3")
    plan = CONTRACT_BINDING.plan(ContractBinding(), lines, facts(*lines), uuid4)
    assert plan == (
        BindContract(unit=UUID(int=1), contract_no="HT-1", external_id="JM-1"),
        BindContract(unit=UUID(int=2), contract_no="HT-2", external_id=None),
        BindContract(unit=UUID(int=3), contract_no="HT-3", external_id=None),
    )


def test_only_a_city_with_the_switch_has_the_business():
    assert [CONTRACT_BINDING.offered(CITIES[code]) for code in (510500, 440700)] == [False, True]
