"""How the rows of an order are typed: their fields, what must hold between them, and what is stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from domain.city import City
from domain.estate import EXTERNAL_ID, NEW_UNIT_FIELDS
from domain.field import Field
from domain.orders.facts import Line
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
    CONTRACT = "CONTRACT"
    SOURCE = "SOURCE"
    RESULT = "RESULT"

    @property
    def is_of_unit(self) -> bool:
        """Whether a line of the shape aims at a unit."""
        return self in {Shape.UNIT, Shape.OWNERS, Shape.SOURCE, Shape.CONTRACT}


def _none(_city: City) -> frozenset[str]:
    return frozenset()


def _as_typed(row: Mapping[str, Any], _lines: Sequence[Line]) -> Mapping[str, Any]:
    return row


def _empty(_source: Mapping[str, Any], _city: City) -> Mapping[str, Any]:
    return {}


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
        kept: The fields that nobody types: a line that is typed anew keeps them.
        edits: As what its lines are edited; as their own shape unless said.
        complete: Fills in what a row leaves open from the order's other lines, or says what is wrong with it.
        begin: Gives a row to begin with, in an export, for a line that was picked; empty for none.
        becomes: How the rows are typed that take the place of what was picked and ends.
    """

    fields: tuple[Field, ...]
    check: Callable[[Rows, date], Sequence[Problem]]
    store: Callable[[Mapping[str, Any], Seal], object]
    spread: Callable[[Mapping[str, Any], Reveal | None], Mapping[str, Any]]
    shape: Shape = Shape.UNIT
    picked: bool = False
    ends: bool = False
    batch: Callable[[City], frozenset[str]] = _none
    kept: frozenset[str] = frozenset()
    edits: frozenset[Shape] = frozenset()
    complete: Callable[[Mapping[str, Any], Sequence[Line]], Mapping[str, Any] | Problem] = _as_typed
    begin: Callable[[Mapping[str, Any], City], Mapping[str, Any]] = _empty
    becomes: "RowForm | None" = None

    @property
    def typed(self) -> "RowForm | None":
        """The form of the rows that are typed anew; none where all lines aim at what there is."""
        return self.becomes or (None if self.picked else self)

    def shape_of(self, *, aims: bool) -> Shape:
        """Tell the shape of a line that aims at what there is, or of one that does not."""
        return self.shape if aims or self.becomes is None else self.becomes.shape

    @property
    def edited(self) -> "RowForm | None":
        """The form of the lines that are edited; none where what is picked shall only be no more."""
        return self.becomes or (None if self.ends else self)


UNIT_ROWS = RowForm(
    NEW_UNIT_FIELDS, check_unit_rows, unit_content, unit_values, kept=frozenset({EXTERNAL_ID.name})
)
"""One unit a row: what an estate collection and a unit supplement are made of."""
