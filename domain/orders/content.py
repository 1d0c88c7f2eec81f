"""How an order's content is read from what people typed, and what it still lacks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from domain.city import City
from domain.field import parse_field
from domain.orders.kind import OrderKind
from domain.problem import Invalid, Problem, ProblemCode


def read_fields(
    kind: OrderKind[Any], given: Mapping[str, Any], city: City, today: date
) -> tuple[dict[str, Any], list[Problem]]:
    """Read typed texts by the kind's fields; what is not text was read by its scalar already.

    An empty field is left out: whether it may be empty is asked when the order is submitted.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for field in kind.fields:
        value = given.get(field.name)
        if isinstance(value, str):
            try:
                value = parse_field(field, value, city, today) if value.strip() else None
            except Invalid as wrong:
                problems.append(wrong.problem)
                continue
        if value is not None:
            _place(values, field.name, value)
    return values, problems


def _place(values: dict[str, Any], name: str, value: object) -> None:
    """Put `handler.name` into the handler."""
    head, _, rest = name.partition(".")
    if rest:
        _place(values.setdefault(head, {}), rest, value)
    else:
        values[head] = value


def find_missing(kind: OrderKind[Any], content: object) -> list[Problem]:
    """List the required fields that a content leaves empty."""
    stored = msgspec.to_builtins(content)
    return [
        Problem(ProblemCode.FIELD_REQUIRED, field.name, column=field.label, params={"label": field.label})
        for field in kind.fields
        if field.required and _look(stored, field.name) in (None, "")
    ]


def _look(stored: Mapping[str, Any], name: str) -> object:
    head, _, rest = name.partition(".")
    value = stored.get(head)
    return _look(value, rest) if rest and isinstance(value, Mapping) else value
