"""Conditions that are written once and kept: a later request of the same shape brings only its values."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam
from sqlalchemy.sql.visitors import cloned_traverse

from db.graph.clauses import shape_of, values_of
from db.scope import Given


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A condition whose parameters have names in place of values.

    Attributes:
        names: Of every value in it the name, in the order of `values_of`; None for one that stays.
        fixed: The values that stay, at their places.
    """

    condition: ColumnElement[bool]
    names: tuple[str | None, ...]
    fixed: tuple[Any, ...]


def write_template(write: Callable[[Given], ColumnElement[bool]]) -> Template:
    """Let a condition be written with named parameters."""
    named: set[str] = set()

    def given(name: str, _value: object, kind: Any) -> ColumnElement[Any]:  # noqa: ANN401 - SQLAlchemy's types
        named.add(name)
        return bindparam(name, type_=kind)

    condition = write(given)
    bound = values_of(condition)
    names = tuple(one.key if one.key in named else None for one in bound)
    fixed = tuple(None if one.key in named else one.effective_value for one in bound)
    return Template(condition, names, fixed)


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept condition with the values of one request, by the names of its parameters."""

    template: Template
    values: Mapping[str, Any]

    @property
    def ordered(self) -> list[Any]:
        """The values in the order of the template's."""
        template = self.template
        return [
            fixed if name is None else self.values[name]
            for name, fixed in zip(template.names, template.fixed, strict=True)
        ]

    def whole(self) -> ColumnElement[bool]:
        """Write the condition with its values in it."""

        def fill(bound: BindParameter[Any]) -> None:
            if bound.key in self.values:
                bound.value, bound.required = self.values[bound.key], False

        return cloned_traverse(self.template.condition, {}, {"bindparam": fill})


Condition: TypeAlias = "ColumnElement[bool] | Kept"


def whole(conditions: Sequence[Condition]) -> list[ColumnElement[bool]]:
    """Write every condition with its values in it."""
    return [one.whole() if isinstance(one, Kept) else one for one in conditions]


@dataclass(slots=True)
class Joined:
    """Conditions joined to one, told apart from others by its shape, and its values in their order."""

    where: ColumnElement[bool]
    shape: Hashable
    values: list[Any] = field(default_factory=list[Any])


def join(conditions: Sequence[Condition]) -> Joined:
    """Join conditions that must all hold; of a kept one neither writing nor comparing costs anything."""
    shapes: list[Hashable] = []
    values: list[Any] = []
    for one in conditions:
        if isinstance(one, Kept):
            shapes.append(one.template)
            values += one.ordered
        else:
            shape, bound = shape_of(one)
            shapes.append(shape)
            values += [value.effective_value for value in bound]
    parts = (one.template.condition if isinstance(one, Kept) else one for one in conditions)
    return Joined(and_(*parts), tuple(shapes), values)
