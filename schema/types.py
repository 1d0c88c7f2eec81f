"""How a type of the graph is declared: its docstring is the description that clients read."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeAlias, TypeVar, dataclass_transform

import strawberry

from db.base import Base
from schema.building import build_input

T = TypeVar("T")

Declared: TypeAlias = Any
"""What a class body is given for a field; the annotation beside it tells the type."""

Shown: TypeAlias = Any
"""A row or stored content on its way out; its type in the graph says which."""

RIGHT = "right"
BINDING = "binding"
INHERIT = "inherit"
"""A field that shows no more than its row: who may see the row may see it."""


def described(declared: object) -> str:
    """Give the first paragraph of a docstring in one line.

    Raises:
        TypeError: There is none, and so clients would be left without a description.
    """
    text = getattr(declared, "__doc__", None)
    if not text:
        raise TypeError(f"{declared!r} needs a docstring: clients read it.")
    return " ".join(text.strip().split("\n\n")[0].split())


def value(description: str) -> Declared:
    """Declare a plain field of a type that Python makes."""
    return strawberry.field(description=description, metadata={RIGHT: INHERIT})


def resolved(right: str = INHERIT, binding: object = None) -> Callable[[Callable[..., Any]], Declared]:
    """Declare a field that a method gives; its docstring describes it.

    Args:
        right: The right that it asks for.
        binding: The rows that it stands for, where a query can be compiled from that as well.
    """
    metadata = {RIGHT: right} if binding is None else {RIGHT: right, BINDING: binding}

    def declare(resolver: Callable[..., Any]) -> Declared:
        return strawberry.field(resolver, description=described(resolver), metadata=metadata)

    return declare


def given(description: str) -> Declared:
    """Declare a field of an input that must be given."""
    return strawberry.field(description=description)


def maybe(description: str, default: object = None) -> Declared:
    """Declare a field of an input that may be left out."""
    return strawberry.field(description=description, default=default)


@dataclass_transform(kw_only_default=True, field_specifiers=(value, strawberry.field))
def tells(cls: type[T]) -> type[T]:
    """Declare an object type that Python makes."""
    return strawberry.type(cls, description=described(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(given, maybe, strawberry.field))
def asks(cls: type[T]) -> type[T]:
    """Declare an input type."""
    return _built(strawberry.input(cls, description=described(cls)))


@dataclass_transform(kw_only_default=True, field_specifiers=(given, maybe, strawberry.field))
def asks_one_of(cls: type[T]) -> type[T]:
    """Declare an input type of which exactly one field is given."""
    return _built(strawberry.input(cls, one_of=True, description=described(cls)))


def _built(cls: type[T]) -> type[T]:
    declared: Any = cls
    declared.__strawberry_definition__.from_input = build_input
    return cls


ENTITY_OF: dict[type, type[Base]] = {}
"""The table behind each object type whose objects are rows."""


def shows(entity: type[Base]) -> Callable[[type[T]], type[T]]:
    """Declare an object type whose objects are the rows of a table."""

    def is_row(root: object, _info: object) -> bool:
        return isinstance(root, entity)

    def declare(cls: type[T]) -> type[T]:
        ENTITY_OF[cls] = entity
        # An interface or union asks this to tell its types apart.
        declared: Any = cls
        declared.is_type_of = is_row
        return strawberry.type(cls, description=described(cls))

    return declare


def closed(
    members: type[Enum], description: str, words: Mapping[str, str], *, name: str | None = None
) -> None:
    """Declare an enum of the graph: rows store the value, clients see the name, and each has its sentence.

    Raises:
        TypeError: A member has no sentence, or a sentence has no member.
    """
    if set(words) != set(members.__members__):
        raise TypeError(f"Each member of {members.__name__} needs a sentence, and no other.")
    declared: Any = strawberry.enum(members, name=name, description=description)
    for member in declared.__strawberry_definition__.values:
        member.description = words[member.name]
