"""A typed contract against what the transaction system knows: one of several buyers suffices."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from domain.orders.contract_rows import (
    ContractContent,
    check_rows,
    match_row,
    read_row,
    spread_row,
    store_row,
)
from domain.orders.facts import Line
from domain.people import NumberKind, Sealed
from domain.problem import ProblemCode
from domain.trading import Buyer, Match, SaleContract

HERE, THERE = UUID(int=1), UUID(int=2)
ZHANG = Buyer(name="张三", id_type="1", id_number="510502198503150120")
LI = Buyer(name="李 四", id_type="1", id_number=" 51050219850315018x")


def seal(kind: NumberKind, clear: str) -> Sealed:
    assert kind is NumberKind.ID_NUMBER
    return Sealed(cipher=f"cipher {clear}", masked=clear[:4] + "***", blind=blind(clear))


def blind(clear: str) -> str:
    return f"hash {clear}"


def line(name: str = "张三", number: str = ZHANG.id_number, **more: Any) -> Line:
    place = ContractContent(
        building="1栋", floor=3, room_no="301", gross_area=883_500, external_id=more.pop("external_id", None)
    )
    typed = {"owner_name": name, "id_number": number, "contract_no": "HT-1"}
    after = store_row({**spread_row(msgspec.to_builtins(place), None), **typed}, seal)
    before = msgspec.to_builtins(place) | more
    return Line(1, msgspec.to_builtins(after), before, HERE)


def compare(one: Line, contract: SaleContract | None, **external: UUID) -> Match | None:
    return match_row(one, contract, blind, set(), external).match


def sold(*buyers: Buyer, unit: str | None = None) -> SaleContract:
    return SaleContract(contract_no="HT-1", external_id=unit, buyers=buyers)


@pytest.mark.parametrize(
    ("name", "number", "match"),
    [
        ("张三", ZHANG.id_number, Match.MATCHED),
        ("李 四", "51050219850315018X", Match.MATCHED),
        ("张三", "51050219850315018X", Match.NAME_MISMATCH),
        ("王五", ZHANG.id_number, Match.NAME_MISMATCH),
        ("张三", "440705200402290126", Match.ID_MISMATCH),
        ("王五", "440705200402290126", Match.NAME_MISMATCH),
    ],
)
def test_name_and_number_have_to_be_those_of_one_buyer(name: str, number: str, match: Match):
    assert compare(line(name, number), sold(ZHANG, LI)) is match


def test_names_are_compared_without_width_and_case():
    foreigner = Buyer(name="Ｊｏｈｎ  SMITH ", id_type="3", id_number="e 1234")
    assert compare(line("John Smith", "E1234"), sold(foreigner)) is Match.MATCHED


def test_a_contract_without_buyers_or_none_at_all_matches_nothing():
    assert compare(line(), sold()) is Match.NAME_MISMATCH
    assert compare(line(), None) is Match.NOT_FOUND


def test_a_contract_of_another_unit_is_told_where_the_units_are_known():
    assert compare(line(), sold(ZHANG, unit="jm1")) is Match.MATCHED
    assert compare(line(), sold(ZHANG, unit="jm1"), jm1=HERE) is Match.MATCHED
    assert compare(line(), sold(ZHANG, unit="jm1"), jm1=THERE) is Match.UNIT_MISMATCH
    assert compare(line(external_id="jm1"), sold(ZHANG, unit="jm1")) is Match.MATCHED
    assert compare(line(external_id="jm2"), sold(ZHANG, unit="jm1")) is Match.UNIT_MISMATCH
    assert compare(line(external_id="jm2"), sold(ZHANG)) is Match.MATCHED


def test_a_unit_under_contract_and_a_contract_of_another_unit_are_bound_already():
    assert compare(line(contract_no="HT-0"), sold(ZHANG)) is Match.ALREADY_BOUND
    assert match_row(line(), sold(ZHANG), blind, {"HT-1"}, {}).match is Match.ALREADY_BOUND


def test_what_matched_remembers_the_unit_and_an_edit_forgets_it_all():
    row = match_row(line(), sold(ZHANG, unit="jm1"), blind, set(), {})
    assert (row.match, row.sells) == (Match.MATCHED, "jm1")
    stored = msgspec.to_builtins(row)
    shown = spread_row(stored, None)
    assert shown["id_number"] == "5105***"
    assert store_row(shown, seal) == row
    assert store_row({**shown, "id_number": ZHANG.id_number, "building": "9栋"}, seal) == row
    for edit in ({"owner_name": "李四"}, {"id_number": "X1234"}, {"contract_no": "HT-2"}):
        edited = store_row({**shown, **edit}, seal)
        assert (edited.match, edited.sells, edited.building) == (None, None, "1栋")
    emptied = store_row({**shown, "id_number": None}, seal)
    assert (emptied.id_number, emptied.match, emptied.is_filled) == (None, None, False)


def test_an_export_shows_the_number_clear_to_who_may_see_it():
    shown = spread_row(checked_after(line()), lambda _kind, cipher: cipher.removeprefix("cipher "))
    assert shown["id_number"] == ZHANG.id_number
    assert spread_row(checked_after(line()), None)["id_number"] == "5105***"


def checked_after(one: Line) -> Any:
    assert read_row(one.after).is_filled
    return one.after


def test_one_number_in_two_rows_is_told_with_the_later_row():
    rows = {
        4: {"contract_no": "A"},
        5: {"contract_no": "B"},
        6: {"contract_no": "A"},
        7: {"contract_no": None},
    }
    (problem,) = check_rows(rows, None)  # pyright: ignore[reportArgumentType] - the day does not matter
    assert (problem.code, problem.row, problem.path) == (ProblemCode.CONTRACT_TAKEN, 6, "contract_no")
