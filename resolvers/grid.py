"""The building table (楼盘表): a building's units by section and floor, the top floor first [L 2.12]."""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from db.tables.estates import Unit
from resolvers.read import load_lists
from resolvers.visit import Visit

Grid = Sequence[tuple[str, Sequence[tuple[int, Sequence[Unit]]]]]
_DIGITS = re.compile(r"(\d+)", re.ASCII)


def natural(text: str) -> list[tuple[int, int, str]]:
    """Sort `2单元` before `10单元` and 201 before 1001."""
    return [(0, int(part), "") if part.isdecimal() and part.isascii() else (1, 0, part) for part in _DIGITS.split(text) if part]


async def grid_of(visit: Visit, building: Any) -> Grid:  # noqa: ANN401 - the building's row
    """Lay out the units in use of one building: sections in order, floors from the top, rooms in order."""
    lists = await load_lists(visit, Unit, "building_id", [building.id], ("id",), {"status": "ACTIVE"})
    units: list[Unit] = lists.get(building.id, [])
    units.sort(key=lambda unit: (natural(unit.section), -unit.floor, natural(unit.room_no)))
    return [
        (section, [(floor, list(row)) for floor, row in groupby(rows, key=lambda unit: unit.floor)])
        for section, rows in groupby(units, key=lambda unit: unit.section)
    ]
