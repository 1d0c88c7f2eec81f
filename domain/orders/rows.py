"""How the rows of an order are typed: their fields, what must hold between them, and what is stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from domain.city import City
from domain.estate import UNIT_FIELDS
from domain.field import Field
from domain.people import Seal
from domain.problem import Problem
from domain.unit import Reveal, unit_content, unit_values
from domain.unit_rows import Rows, check_unit_rows


class Shape(StrEnum):
    """What a line is about, and so which type its content has."""

    UNIT = "UNIT"
    BUILDING = "BUILDING"
    ESTATE = "ESTATE"
    ORGANIZATION = "ORGANIZATION"
    OWNERS = "OWNERS"

    @property
    def is_of_unit(self) -> bool:
        """Whether a line of the shape aims at a unit."""
        return self in {Shape.UNIT, Shape.OWNERS}


def _none(_city: City) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class RowForm:
    """How one kind of row is typed, whether by hand or in a workbook.

    Attributes:
        fields: What a row says, in the order of the sheet.
        check: Finds what is wrong between the fields of a row and between rows.
        store: Makes what a line keeps of a row; personal numbers are sealed here.
        spread: Gives a stored line back as the row's fields, for an export.
        shape: What a line is about.
        picked: Whether lines aim at what there is already, which is picked and then edited.
        ends: Whether what is picked shall be no more, so that there is nothing to edit.
        batch: The fields that may be edited for many lines at once; a city's switch may decide.
    """

    fields: tuple[Field, ...]
    check: Callable[[Rows, date], Sequence[Problem]]
    store: Callable[[Mapping[str, Any], Seal], object]
    spread: Callable[[Mapping[str, Any], Reveal | None], Mapping[str, Any]]
    shape: Shape = Shape.UNIT
    picked: bool = False
    ends: bool = False
    batch: Callable[[City], frozenset[str]] = _none


UNIT_ROWS = RowForm(UNIT_FIELDS, check_unit_rows, unit_content, unit_values)
"""One unit a row: what an estate collection and a unit supplement are made of."""
