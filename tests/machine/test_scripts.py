"""Sequences that are told by hand, for what chance seldom meets: promises, late reports, parts of a fen."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from db.engine import Addresses
from db.sealing import Keys
from tests.machine.moves import Move
from tests.machine.playing import Game, Table
from tests.machine.table import open_table
from tests.scenes import JIANGMEN, LUZHOU


@pytest.fixture(scope="module")
async def table(server: Addresses, keys: Keys) -> AsyncIterator[Table]:
    """Give one database with the people of three cities."""
    async with open_table(server, keys) as table:
        yield table


def _order(label: str, kind: str, estate: str, *rows: tuple[str, dict[str, Any]]) -> Iterator[Move]:
    """Tell an order from its draft to its approval."""
    yield Move("draft", label, estate, {"kind": kind})
    yield from (Move(verb, f"{label}.{place}", label, given) for place, (verb, given) in enumerate(rows))
    yield from (Move(step, f"{label}.{step}", label) for step in ("SUBMIT", "ACCEPT", "APPROVE"))


def _change(label: str, unit: str, **values: object) -> Iterator[Move]:
    rows = ("pick", {"targets": [unit]}), ("edit", {"target": None, "values": values})
    return _order(label, "unitChange", "甲", *rows)


def _paid(label: str, unit: str, **more: object) -> Iterator[Move]:
    yield Move("issue", label, unit, {"owners": ("张三",), **more})
    yield Move("pay", f"{label}.pay", label, {"more": 0, "late": False})


def _parts(source: str, areas: dict[str, int]) -> list[dict[str, Any]]:
    known = {"building": "1栋", "floor": 3, "usage": "住宅", "lift": True, "sources": (source,)}
    return [{**known, "room": room, "area": area} for room, area in areas.items()]


async def _follow(table: Table, city: int, *parts: Iterator[Move]) -> Game:
    game = await table.open(city)
    assert await table.follow(game, [move for part in parts for move in part]) == []
    return game


async def test_what_is_promised_back_is_neither_promised_twice_nor_counted_as_paid(table: Table):
    game = await _follow(
        table,
        LUZHOU,
        _paid("n", "b.1"),
        _change("x", "b.1", area=800_000),
        _change("y", "b.1", area=700_000),
        _change("z", "b.1", area=883_500),
        iter([Move("issue", "m", "b.1", {"owners": ()})]),
    )
    # 88.35 m² at 70.00 were paid; 80 m² send back 584.50, 70 m² 700.00 more, and then both are due again.
    unit = game.books.units["b.1"]
    assert (unit.due, unit.paid, unit.promised) == (618_450, 618_450, 128_450)
    assert game.books.notices["m"].total == 128_450


async def test_a_report_that_comes_after_the_building_went_is_booked_where_the_unit_is(table: Table):
    row = {"building": "9栋", "floor": 1, "room": "1", "area": 10_000, "lift": True, "usage": "住宅"}
    game = await _follow(
        table,
        JIANGMEN,
        iter([Move("issue", "n", "b.1", {"owners": ("张三",)}), Move("wait", "w")]),
        _order("o", "estateCollection", "乙", ("put", {"rows": [row]})),
        _order(
            "x",
            "buildingChange",
            "甲",
            ("pick", {"targets": ["b.1.1栋"]}),
            ("edit", {"target": None, "values": {"estate": "乙"}}),
        ),
        iter([Move("pay", "p", "n", {"more": 0, "late": False})]),
    )
    assert (game.books.units["b.1"].paid, game.books.notices["n"].status) == (265_050, "PAID")


@pytest.mark.parametrize("kind", ["unitCancellation", "splitMerge"])
async def test_a_report_for_a_unit_that_is_no_more_is_kept_in_suspense(table: Table, kind: str):
    parts = _parts("b.1", {"301": 441_750, "303": 441_750})
    rows = [("pick", {"targets": ["b.1"]}), *([("put", {"rows": parts})] if kind == "splitMerge" else [])]
    game = await _follow(
        table,
        JIANGMEN,
        iter([Move("issue", "n", "b.1", {"owners": ("张三",)}), Move("wait", "w")]),
        _order("x", kind, "甲", *rows),
        iter([Move("pay", "p", "n", {"more": 0, "late": False})]),
    )
    assert (game.books.suspended, game.books.units["b.1"].active) == (1, False)


async def test_a_split_keeps_every_fen_of_each_kind_of_money(table: Table):
    parts = _parts("b.2", {"302": 133_333, "303": 133_333, "304": 133_334})
    game = await _follow(
        table,
        LUZHOU,
        _paid("n", "b.2"),
        _change("x", "b.2", area=400_000),
        _paid("m", "b.2"),
        _order("s", "splitMerge", "甲", ("pick", {"targets": ["b.2"]}), ("put", {"rows": parts})),
    )
    # 33.3335 m² at 70.00 are 2333.345, so 2333.35 first; 40 m² are 2800.00, so 466.65 are added.
    new = [game.books.units[f"s.1.{place}"] for place in (1, 2, 3)]
    assert [(unit.due, unit.paid, unit.supplement) for unit in new] == [
        (93_333, 93_333, 15_555),
        (93_333, 93_333, 15_555),
        (93_334, 93_334, 15_555),
    ]
