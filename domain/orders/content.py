"""How an order's content is read from what people typed, and what it still lacks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.city import City
from domain.field import parse_field
from domain.orders.facts import Facts
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
    return [
        Problem(ProblemCode.FIELD_REQUIRED, field.name, column=field.label, params={"label": field.label})
        for field in kind.fields
        if field.required and look(content, field.name) in (None, "")
    ]


def look(content: object, name: str) -> Any:  # noqa: ANN401 - a field's value is its kind's
    """Read a field of a content; `handler.name` is the handler's."""
    for part in name.split("."):
        content = getattr(content, part)
    return content


def find_missing_papers(kind: OrderKind[Any], facts: Facts) -> list[Problem]:
    """List the required documents (要件) that are not attached."""
    labels = facts.city.attachment_kinds(kind.uploads)
    return [
        Problem(ProblemCode.ATTACHMENT_REQUIRED, "attachments", params={"attachments": labels[code]})
        for code in facts.city.required_attachments(kind.uploads, facts.route)
        if code not in facts.attached
    ]
