"""The building table (楼盘表): a building's units by section and floor, the top floor first [L 2.12]."""

from collections.abc import Sequence
from itertools import groupby

from db.sorting import Grouping, Sorting
from db.tables.estates import Unit

GRID: Sorting = ("section_key", "section", "-floor", "room_key", "id")
"""Sections in natural order, floors from the top with basements last, rooms in natural order."""

GROUPS: Grouping = (("section", ("section_key", "section")), ("floor", ("-floor",)))
"""The building table's groups: sections, and in each its floors."""

Floor = tuple[int, list[Unit]]
Section = tuple[str, list[Floor]]


def lay_out(units: Sequence[Unit]) -> list[Section]:
    """Lay out the units of one building, sorted as `GRID` says, by section and floor."""
    return [
        (section, [(floor, list(row)) for floor, row in groupby(rows, key=lambda unit: unit.floor)])
        for section, rows in groupby(units, key=lambda unit: unit.section)
    ]
