"""New units in an order: their sums are those of their lines, each rounded by itself."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.change import CreateBuilding, CreateEstate, CreateUnit
from domain.city import City, load_cities
from domain.orders.estate_collection import ESTATE_COLLECTION, EstateCollection
from domain.orders.facts import Facts, Line, checked
from domain.problem import ProblemCode
from domain.rates import RateCategory, RateRow
from domain.switch import Route
from domain.unit import UnitContent

JIANGMEN: City = load_cities()[440700]
TODAY = date(2026, 11, 22)
CONTENT = EstateCollection(
    name="江畔花园", address="滨江路1号", district="440703", bank="JM01", deposit_point=TODAY
)


def rate(category: RateCategory, fen: int, *, lift: bool | None) -> RateRow:
    """Give a rate that always holds."""
    return RateRow(uuid4().hex, category, lift, fen, date(2010, 1, 1), None, "样例")


FACTS = Facts(
    city=JIANGMEN,
    today=TODAY,
    organization=UUID(int=1),
    route=Route.TEMPLATE,
    rates=(
        rate(RateCategory.RESIDENTIAL, 3000, lift=True),
        rate(RateCategory.RESIDENTIAL, 2000, lift=False),
        rate(RateCategory.PARKING, 2000, lift=None),
    ),
)


def line(no: int, **values: Any) -> Line:
    """Give a line as it is stored."""
    unit = {
        "building": "1栋",
        "floor": 3,
        "room_no": str(no),
        "address": "滨江路1号",
        "usage": "10",
        "gross_area": 883_500,
        "has_lift": True,
        **values,
    }
    return Line(no, msgspec.to_builtins(msgspec.convert(unit, UnitContent)))


units = st.lists(
    st.fixed_dictionaries(
        {
            "building": st.sampled_from(["1栋", "2栋", "１栋", "2 栋", "地下室"]),
            "usage": st.sampled_from(["10", "P1"]),
            "gross_area": st.integers(1, 99_999_999),
            "has_lift": st.booleans(),
        }
    ),
    max_size=40,
)


@given(units)
def test_totals_and_changes_are_the_sums_of_the_lines(given_units: list[dict[str, Any]]):
    lines = [line(no, **values) for no, values in enumerate(given_units, start=1)]
    totals = ESTATE_COLLECTION.totals(CONTENT, lines, FACTS)
    expected = 0
    for values in given_units:
        fen = 2000 if values["usage"] == "P1" or not values["has_lift"] else 3000
        # Half up, reckoned apart from the product: the floor of the exact value plus one half.
        expected += int(Fraction(values["gross_area"] * fen, 10_000) + Fraction(1, 2))
    assert totals.due == expected
    assert totals.gross_area == sum(values["gross_area"] for values in given_units)
    assert totals.units == len(given_units)
    changes = ESTATE_COLLECTION.plan(CONTENT, lines, FACTS, uuid4)
    made = [change for change in changes if isinstance(change, CreateUnit)]
    buildings = [change for change in changes if isinstance(change, CreateBuilding)]
    assert sum(unit.due for unit in made) == totals.due
    assert len(made) == totals.units
    assert (
        len(buildings)
        == totals.buildings
        == len({values["building"].replace(" ", "").replace("１", "1") for values in given_units})
    )
    assert {unit.building for unit in made} == {building.building for building in buildings}
    assert sum(isinstance(change, CreateEstate) for change in changes) == 1


@pytest.mark.parametrize(
    ("area", "more", "due"),
    [
        (883_500, {}, 265_050),
        (125_000, {"usage": "P1"}, 25_000),
        (125_000, {"usage": "P1", "has_lift": False}, 25_000),
        (333_335, {}, 100_001),
        (333_335, {"has_lift": False}, 66_667),
        (1, {}, 0),
    ],
)
def test_the_due_of_a_unit_is_as_reckoned_by_hand(area: int, more: dict[str, Any], due: int):
    assert ESTATE_COLLECTION.totals(CONTENT, [line(1, gross_area=area, **more)], FACTS).due == due


def test_three_units_of_33_3335_are_summed_after_rounding():
    lines = [line(no, gross_area=333_335) for no in (1, 2, 3)]
    assert ESTATE_COLLECTION.totals(CONTENT, lines, FACTS).due == 300_003


def test_a_unit_without_a_rate_is_counted_and_named_but_never_free():
    lines = [line(1), line(2, usage="31")]
    assert ESTATE_COLLECTION.totals(CONTENT, lines, FACTS).due == 265_050
    (problem,) = ESTATE_COLLECTION.check(CONTENT, lines, FACTS)
    assert (problem.code, problem.row) == (ProblemCode.RATE_NOT_CONFIGURED, 2)
    with pytest.raises(ValueError, match="only after its check"):
        ESTATE_COLLECTION.plan(CONTENT, lines, FACTS, uuid4)


@pytest.mark.parametrize(
    "other",
    [
        {"building": "１栋", "floor": 3, "room_no": "1"},
        {"building": "1 栋", "floor": 3, "room_no": "１"},
        {"building": "1栋", "floor": 3, "room_no": "1", "section": ""},
    ],
)
def test_a_place_is_one_place_however_it_is_written(other: dict[str, Any]):
    (problem,) = ESTATE_COLLECTION.check(CONTENT, [line(1), line(2, **other)], FACTS)
    assert (problem.code, problem.row, problem.params["row"]) == (ProblemCode.DUPLICATE_UNIT, 2, "1")


@pytest.mark.parametrize(
    "other", [{"floor": 4}, {"section": "2单元"}, {"building": "2栋"}, {"room_no": "1-1"}]
)
def test_another_floor_section_building_or_room_is_another_place(other: dict[str, Any]):
    assert ESTATE_COLLECTION.check(CONTENT, [line(1), line(2, **{"room_no": "1", **other})], FACTS) == []


def test_what_ends_before_it_begins_is_no_time_of_building():
    content = replace(CONTENT, started_on=date(2026, 2, 1), completed_on=date(2026, 1, 31))
    (problem,) = ESTATE_COLLECTION.check(content, [line(1)], FACTS)
    assert (problem.code, problem.path) == (ProblemCode.DATE_INVALID, "completed_on")


def test_what_was_not_checked_is_not_taken():
    assert checked("x") == "x"
    with pytest.raises(ValueError, match="only after its check"):
        checked(None)
