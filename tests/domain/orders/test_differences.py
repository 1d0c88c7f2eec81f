"""What a resubmission changed: lines found again, and numbers compared without being told."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.orders import KINDS
from domain.orders.differences import compare_heads, compare_lines, with_ciphers, without_ciphers
from domain.orders.facts import Line

_KIND = KINDS["ESTATE_COLLECTION"]
_CHANGE = KINDS["UNIT_CHANGE"]


def _unit(room: str, **more: object) -> dict[str, Any]:
    return {"building": "1栋", "section": "", "floor": 3, "room_no": room, "gross_area": 883500, **more}


def _told(before: list[Line], after: list[Line]) -> list[tuple[int | None, object, object]]:
    def room(said: Mapping[str, Any] | None) -> object:
        return said and said["room_no"]

    return [(one.line, room(one.before), room(one.after)) for one in compare_lines(_KIND, before, after)]


@given(st.lists(st.sampled_from(["301", "302", "303"]), max_size=6), st.randoms())
@settings(max_examples=50)
def test_lines_in_another_order_are_no_change(rooms: list[str], random: Any):
    lines = [Line(no, _unit(room)) for no, room in enumerate(rooms, start=1)]
    moved = [Line(no, line.after) for no, line in enumerate(random.sample(lines, len(lines)), start=1)]
    assert compare_lines(_KIND, lines, moved) == ()


def test_a_line_is_found_by_its_target_its_place_or_its_number():
    before = [Line(1, _unit("301")), Line(2, _unit("302")), Line(3, _unit("303"))]
    # 303 moved up and grew, 302 was renamed where it stood in the sheet, 301 is gone, 305 is new.
    after = [Line(1, _unit("303", gross_area=1)), Line(2, _unit("304")), Line(9, _unit("305"))]
    assert _told(before, after) == [(1, "301", None), (1, "303", "303"), (2, "302", "304"), (9, None, "305")]
    target = UUID(int=7)
    picked = [Line(1, _unit("301", floor=4), _unit("301"), target)]
    again = [Line(5, _unit("302"), _unit("301"), target)]
    (found,) = compare_lines(_CHANGE, picked, again)
    assert [field.path for field in found.fields] == ["floor", "room_no"]
    assert [field.label for field in found.fields] == ["楼层", "室号"]
    assert compare_lines(_CHANGE, picked, [Line(1, None, _unit("301", floor=4), target)]) == ()


def test_a_number_that_was_only_locked_anew_is_no_change():
    def owner(cipher: str, blind: str) -> dict[str, Any]:
        return {"name": "张三", "id_number": {"cipher": cipher, "masked": "5105****", "blind": blind}}

    one = [Line(1, _unit("301", owner=owner("k1:a", "x")))]
    assert compare_lines(_KIND, one, [Line(1, _unit("301", owner=owner("k2:b", "x")))]) == ()
    (found,) = compare_lines(_KIND, one, [Line(1, _unit("301", owner=owner("k2:b", "y")))])
    assert [field.label for field in found.fields] == ["证件号"]
    assert "cipher" not in repr(found)
    assert with_ciphers(without_ciphers({"owners": [owner("k1:a", "x")]})) == {"owners": [owner("", "x")]}


def test_a_head_tells_its_changed_fields_in_the_order_of_the_form():
    before = {"name": "一期", "address": "路1号", "handler": {"name": "甲", "mobile": "1"}}
    after = {"name": "一期", "address": "路2号", "handler": {"name": "乙", "mobile": "1"}, "extra": None}
    (found,) = compare_heads(_KIND, before, after)
    assert [(field.path, field.label) for field in found.fields] == [
        ("address", "坐落地址"),
        ("handler.name", "经办人"),
    ]
    assert compare_heads(_KIND, before, before) == ()
