"""Fields of sheets and inputs: a name, a Chinese header, a kind, and how a typed text becomes a value."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from domain.city import City
from domain.field_date import Day, YearMonth
from domain.field_kind import Kind
from domain.field_number import Amount, Area, Count, Floor
from domain.field_text import Code, Custodian, Flag, IdNumber, Mobile, Text, Uscc
from domain.identity import fold
from domain.problem import Invalid, Problem, ProblemCode

__all__ = [
    "Amount",
    "Area",
    "Code",
    "Count",
    "Custodian",
    "Day",
    "Field",
    "Flag",
    "Floor",
    "IdNumber",
    "Kind",
    "Mobile",
    "Text",
    "Uscc",
    "YearMonth",
    "parse_field",
    "read_text",
]

_MAX_QUOTED = 200


@dataclass(frozen=True, slots=True)
class Field:
    """A named value that people fill in.

    Attributes:
        name: The name in code.
        label: The Chinese header.
        kind: How it is read and written.
        required: Whether it must be filled in.
        note: One Chinese sentence for the person who fills it in.
        example: A plausible text.
    """

    name: str
    label: str
    kind: Kind[Any]
    required: bool = False
    note: str = ""
    example: str = ""


def parse_field(field: Field, text: str, city: City, today: date) -> object | None:
    """Read a field's text; an empty one that may be empty gives none.

    Raises:
        Invalid: `FIELD_REQUIRED` or what the kind says, with the field as path and column, its label among
            the params, and the value as typed unless it is personal.
    """
    if not text or not fold(text):
        if field.required:
            raise Invalid(_place(Problem(ProblemCode.FIELD_REQUIRED), field, text))
        return None
    try:
        return field.kind.parse(text, city, today)
    except Invalid as invalid:
        raise Invalid(_place(invalid.problem, field, text)) from invalid


def read_text(field: Field, text: str, city: City, today: date) -> str | Problem:
    """Read a field of words that must be filled in, or say what is wrong with it."""
    try:
        return str(parse_field(field, text, city, today))
    except Invalid as invalid:
        return invalid.problem


def _place(problem: Problem, field: Field, text: str) -> Problem:
    return replace(
        problem,
        path=field.name,
        column=field.label,
        value=None if field.kind.personal else text[:_MAX_QUOTED] or None,
        params={"label": field.label, **problem.params},
    )
