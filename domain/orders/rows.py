"""How the rows of an order are typed: their fields, what must hold between them, and what is stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.estate import UNIT_FIELDS
from domain.field import Field
from domain.people import Seal
from domain.problem import Problem
from domain.unit import Reveal, unit_content, unit_values
from domain.unit_rows import Rows, check_unit_rows


@dataclass(frozen=True, slots=True)
class RowForm:
    """How one kind of row is typed, whether by hand or in a workbook.

    Attributes:
        fields: What a row says, in the order of the sheet.
        check: Finds what is wrong between the fields of a row and between rows.
        store: Makes what a line keeps of a row; personal numbers are sealed here.
        spread: Gives a stored line back as the row's fields, for an export.
    """

    fields: tuple[Field, ...]
    check: Callable[[Rows, date], Sequence[Problem]]
    store: Callable[[Mapping[str, Any], Seal], object]
    spread: Callable[[Mapping[str, Any], Reveal | None], Mapping[str, Any]]


UNIT_ROWS = RowForm(UNIT_FIELDS, check_unit_rows, unit_content, unit_values)
"""One unit a row: what an estate collection and a unit supplement are made of."""
