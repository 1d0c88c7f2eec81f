"""Conditions written with SQLAlchemy as text for a compiled statement, with slots for their values."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, bindparam, literal_column, select
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.util import ClauseAdapter

# Named parameters are replaced by the statement's own numbered ones; percent signs come doubled.
_DIALECT = PGDialect_asyncpg(paramstyle="pyformat")
_PLAIN = PGDialect_asyncpg()

_ONE: ColumnElement[Any] = literal_column("1")

Slot = tuple[Hashable, ...]
"""Names a value that each request brings anew."""

Template = tuple[ColumnElement[bool], Callable[[int], Slot]]
"""A condition whose own values go into slots, told by their place among the condition's values."""


@dataclass(slots=True)
class Slots:
    """The values of a statement by their numbers, in the order in which they first appear."""

    numbers: dict[Slot, int] = field(default_factory=dict[Slot, int])

    def number(self, slot: Slot) -> int:
        """Give a slot's number, beginning with 1."""
        return self.numbers.setdefault(slot, len(self.numbers) + 1)

    def write(self, slot: Slot, kind: str) -> str:
        """Write a slot as a parameter of a type."""
        return f"${self.number(slot)}::{kind}"

    def symbol(self, slot: Slot, kind: Any) -> BindParameter[Any]:  # noqa: ANN401 - a type of SQLAlchemy
        """Make a stand-in for a slot, to be used in a condition."""
        return bindparam(f"slot{self.number(slot)}", type_=kind)

    def write_condition(
        self, rows: FromClause, condition: ColumnElement[bool], slot_of: Callable[[int], Slot] | None = None
    ) -> str:
        """Write a condition on rows as text; what stands in it for a slot becomes that slot's parameter.

        Args:
            rows: The aliased table that the condition is about.
            condition: It names no other table but in sub-selects.
            slot_of: Gives the slot of the condition's own values, by their places; without it there are none.
        """
        compiled = select(_ONE).select_from(rows).where(condition).compile(dialect=_DIALECT)
        names: dict[str, str] = {}
        places = {bound.key: place for place, bound in enumerate(values_of(condition))}
        for bound, name in compiled.bind_names.items():
            if bound.key.startswith("slot"):
                names[name] = f"${bound.key[4:]}"
            elif slot_of is not None and bound.key in places:
                names[name] = f"${self.number(slot_of(places[bound.key]))}"
        text = (str(compiled).split("\nWHERE ", 1)[1] % names).replace("\n", " ")
        # Conditions stand beside each other, so none may fall apart at an "or" of its own.
        return f"({text})"


def adapt(condition: ColumnElement[bool], rows: FromClause) -> ColumnElement[bool]:
    """Say a condition on a table of its alias; sub-selects keep pointing at it."""
    return ClauseAdapter(rows).traverse(condition)


def values_of(condition: ColumnElement[Any]) -> list[BindParameter[Any]]:
    """Give the values bound in a condition, in a fixed order for conditions of one shape."""
    return shape_of(condition)[1]


def shape_of(condition: ColumnElement[Any]) -> tuple[Hashable, list[BindParameter[Any]]]:
    """Give what two conditions share that differ in values only, and the values.

    SQLAlchemy's own statement cache lives on it, and its documentation shows it to caches of one's own.

    Raises:
        TypeError: The condition has a part that SQLAlchemy cannot compare.
    """
    key = condition._generate_cache_key()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - see above
    if key is None:
        raise TypeError(f"A condition cannot be compared by its shape: {condition}")
    return key.key, [*key.bindparams]


def write_plain(expression: ColumnElement[Any]) -> str:
    """Write an expression whose values are declared ones, as a sorting is."""
    return str(expression.compile(dialect=_PLAIN, compile_kwargs={"literal_binds": True}))
