"""Builds the objects of inputs: how each field is made is worked out once a type, not once a request."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any, TypeAlias, cast

from strawberry.types.arguments import InputContext
from strawberry.types.base import (
    StrawberryList,
    StrawberryObjectDefinition,
    StrawberryOptional,
    StrawberryType,
    has_object_definition,
)

Convert: TypeAlias = "Callable[[Any, InputContext], Any] | None"
"""Makes a field's value of what graphql-core coerced; None where that is the value."""

_FIELDS: dict[type, tuple[dict[str, Any], tuple[tuple[str, str, Convert], ...]]] = {}


def build_input(cls: type, value: Mapping[str, Any], context: InputContext) -> Any:  # noqa: ANN401 - an input
    """Build an input of its type from a coerced value, as Strawberry itself would."""
    absent, fields = _FIELDS.get(cls) or _FIELDS.setdefault(cls, _list_fields(cls, context))
    given = dict(absent)
    for name, python_name, convert in fields:
        if name in value:
            found = value[name]
            given[python_name] = found if convert is None or found is None else convert(found, context)
    return cls(**given)


def _list_fields(
    cls: Any,  # noqa: ANN401 - an input type
    context: InputContext,
) -> tuple[dict[str, Any], tuple[tuple[str, str, Convert], ...]]:
    """List a type's fields by the names that clients use, with what those are that may be left out."""
    definition: StrawberryObjectDefinition = cls.__strawberry_definition__
    names = context.config.name_converter
    absent = {
        field.python_name: None
        for field in definition.fields
        if field.default_value is MISSING and _factory(field) is MISSING
    }
    fields = tuple(
        (
            names.from_field(field),
            field.python_name,
            _converter(field.resolve_type(type_definition=definition)),
        )
        for field in definition.fields
    )
    return absent, fields


def _factory(field: Any) -> object:  # noqa: ANN401 - Strawberry leaves its type open
    return field.default_factory


def _converter(kind: StrawberryType | type) -> Convert:
    if isinstance(kind, StrawberryOptional):
        return _converter(kind.of_type)
    if isinstance(kind, StrawberryList):
        inner = _converter(kind.of_type)

        def convert_list(items: Any, context: InputContext) -> Any:  # noqa: ANN401 - coerced values
            if inner is None:
                # graphql-core gives the same default to every request, so the list is never shared.
                return list(items)
            return [None if item is None else inner(item, context) for item in items]

        return convert_list
    if has_object_definition(kind):
        built = cast("type", kind)
        return lambda value, context: build_input(built, value, context)
    return None
