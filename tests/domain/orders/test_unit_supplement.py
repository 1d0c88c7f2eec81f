"""A unit supplement adds to what is there, and never makes again what is there already."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from domain.change import CreateBuilding, CreateUnit
from domain.orders.facts import Facts
from domain.orders.new_units import place_key, read_units, room_key
from domain.orders.unit_supplement import UNIT_SUPPLEMENT, UnitSupplement
from domain.problem import ProblemCode
from domain.switch import Route
from tests.domain.orders.test_new_units import FACTS, TODAY, line

OLD = {place_key("1栋"): UUID(int=7), place_key("2栋"): UUID(int=8)}
HERE: Facts = replace(FACTS, estate=UUID(int=3), own_bank="JM01", own_buildings=OLD)
CONTENT = UnitSupplement(deposit_point=TODAY)

places = st.lists(
    st.fixed_dictionaries(
        {
            "building": st.sampled_from(["1栋", "１ 栋", "2栋", "3栋", "3 栋", "地下室"]),
            "section": st.sampled_from(["", "1单元"]),
            "room_no": st.sampled_from(["301", "302", "303"]),
            "external_id": st.sampled_from([None, None, "A", "B"]),
        }
    ),
    min_size=1,
    max_size=12,
)


@examples(max_examples=50)
@given(places, st.sets(st.sampled_from(["301", "302"])))
def test_a_supplement_that_passes_its_check_makes_each_place_and_each_new_building_once(
    given_units: list[dict[str, Any]], taken: set[str]
):
    lines = [line(no, **values) for no, values in enumerate(given_units, start=1)]
    units = read_units(lines)
    held = {(place_key("1栋"), room_key(replace(units[0], section="", room_no=room))) for room in taken}
    facts = replace(HERE, places=dict.fromkeys(held, UUID(int=9)), external_taken=frozenset({"B"}))
    wrong = UNIT_SUPPLEMENT.check(CONTENT, lines, facts)
    keys = [(place_key(unit.building), room_key(unit)) for unit in units]
    sources = [unit.external_id for unit in units if unit.external_id]
    clash = len(set(keys)) < len(keys) or bool(set(keys) & held)
    fetched = len(set(sources)) < len(sources) or "B" in sources
    assert (ProblemCode.DUPLICATE_UNIT in {one.code for one in wrong}) is clash
    assert (ProblemCode.ALREADY_IMPORTED in {one.code for one in wrong}) is fetched
    if wrong:
        return
    changes = UNIT_SUPPLEMENT.plan(CONTENT, lines, facts, uuid4)
    made = [change for change in changes if isinstance(change, CreateUnit)]
    buildings = [change for change in changes if isinstance(change, CreateBuilding)]
    assert {building.name_key for building in buildings} == {key for key, _ in keys} - OLD.keys()
    assert [building.position for building in buildings] == list(range(3, 3 + len(buildings)))
    where = {**OLD, **{building.name_key: building.building for building in buildings}}
    assert [unit.building for unit in made] == [where[key] for key, _ in keys]
    assert {target.kind for target in UNIT_SUPPLEMENT.targets(CONTENT, lines, facts)} == (
        {"PLACE", "EXTERNAL"} if sources else {"PLACE"}
    )


def test_the_day_is_filled_in_only_where_the_city_does_not_ask_for_it():
    nothing = UnitSupplement()
    fetched = replace(HERE, route=Route.INTERFACE)
    assert UNIT_SUPPLEMENT.freeze(nothing, HERE) == nothing
    assert UNIT_SUPPLEMENT.freeze(nothing, fetched).deposit_point == TODAY
    wrong = UNIT_SUPPLEMENT.check(nothing, [line(1)], HERE)
    assert [(one.code, one.path) for one in wrong] == [(ProblemCode.FIELD_REQUIRED, "deposit_point")]
    assert UNIT_SUPPLEMENT.check(nothing, [], fetched)[0].path == "lines"
