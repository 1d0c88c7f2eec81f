"""What the parts of a statement are written with: names for tables, the reader's scope, and parameters."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, FromClause, literal_column
from sqlalchemy.types import TypeEngine

from db.base import Base
from db.graph.asked import Shape
from db.graph.clauses import Slot, Slots, write_plain
from db.graph.past import write_past
from db.graph.wording import quote, write_object
from db.scope import Scope
from db.sorting import Sorting, sorted_by


@dataclass(frozen=True, slots=True)
class Sights:
    """What a reader may see, for the time of writing.

    Attributes:
        views: The action that lets rows of a table be seen.
        scopes: For each action where it is allowed; None for nowhere.
    """

    views: Mapping[type[Base], str]
    scopes: Mapping[str, Scope | None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a site of the document chose, as far as the statement's text depends on it.

    Attributes:
        entities: The tables in which rows are looked up by id.
        backwards: Whether a page is counted from the end.
        after: Whether it begins after a cursor.
        before: Whether it ends before one.
        past: Whether everything from there on is read as it was at a moment.
        where: Further conditions on the listed table, or None.
    """

    entities: tuple[type[Base], ...] = ()
    backwards: bool = False
    after: bool = False
    before: bool = False
    past: bool = False
    where: ColumnElement[bool] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row that fields are read from, by its name in the statement.

    Attributes:
        moment: The moment, as an expression, at which it is read as it was; None for the present.
    """

    entity: type[Base]
    alias: str
    rows: FromClause
    moment: str | None = None

    def column(self, name: str) -> str:
        """Write one of its columns."""
        return f'{self.alias}."{name}"'

    def may_be_null(self, name: str) -> bool:
        """Tell whether a column may be null; an old version may have been written before there was one."""
        return self.moment is not None or bool(self.entity.__table__.columns[name].nullable)

    @property
    def table(self) -> str:
        """Write the table with its name in the statement."""
        if self.moment is not None:
            return f"({write_past(self.entity, self.moment)}) as {self.alias}"
        return f"{self.entity.__tablename__} as {self.alias}"


@dataclass(frozen=True, slots=True)
class Content:
    """A stored content that fields are read from."""

    expression: str


Source: TypeAlias = Row | Content | None
Write: TypeAlias = "Callable[[Writer, Any, Any], str]"


@dataclass(slots=True)
class Writer:
    """Writes the parts of one statement.

    Attributes:
        ways: How each kind of part is written.
        sights: What the reader may see.
        chosen: What each site chose.
        slots: The statement's parameters so far.
    """

    ways: Mapping[type, Write]
    sights: Sights
    chosen: Sequence[Chosen]
    slots: Slots = field(default_factory=Slots)
    _aliases: int = 0
    _moment: str | None = None

    @contextmanager
    def at(self, site: int) -> Generator[None]:
        """Write what stands below a site: as it was, where the site chose a moment."""
        outer = self._moment
        if self.chosen[site].past:
            self._moment = self.slots.write(("site", site, "asOf"), "timestamptz")
        yield
        self._moment = outer

    def name_rows(self, entity: type[Base]) -> Row:
        """Name a table once more."""
        self._aliases += 1
        alias = f"t{self._aliases}"
        return Row(entity, alias, entity.__table__.alias(alias), self._moment)

    def name_item(self) -> str:
        """Name the items of a list within the statement."""
        self._aliases += 1
        return f"i{self._aliases}"

    def write_part(self, part: object, source: Source) -> str:
        """Write one field's value."""
        return self.ways[type(part)](self, part, source)

    def write_shape(self, shape: Shape, source: Source) -> str:
        """Write an object."""
        return write_object([(key, self.write_part(part, source)) for key, part in shape.fields])

    def sees(self, entity: type[Base]) -> bool:
        """Tell whether any row of a table may be seen."""
        return self.sights.scopes[self.sights.views[entity]] is not None

    def write_scope(self, row: Row) -> str | None:
        """Write which rows of a table may be seen; None for none."""
        return self.write_reach(row, self.sights.views[row.entity])

    def write_reach(self, row: Row, action: str) -> str | None:
        """Write on which rows an action is allowed; None for none."""
        scope = self.sights.scopes[action]
        if scope is None:
            return None

        def given(name: str, _value: object, kind: TypeEngine[Any]) -> ColumnElement[Any]:
            return self.slots.symbol(slot_of_scope(action, name), kind)

        return self.slots.write_condition(row.rows, scope.clause(row.entity, row.rows, given))

    def write_condition(self, row: Row, condition: ColumnElement[bool]) -> str:
        """Write a condition on a named table whose values stand in slots already."""
        return self.slots.write_condition(row.rows, condition)

    def write_sorting(self, row: Row, sorting: Sorting) -> list[str]:
        """Write how rows are sorted."""
        columns = {
            column.key: literal_column(row.column(column.key), column.type)
            for column in row.entity.__table__.columns
        }
        return [write_plain(part) for part in sorted_by(columns, sorting)]


def slot_of_scope(action: str, name: str) -> Slot:
    """Name a value of a scope; what is the reader's own, whatever is done, stands in one slot."""
    return ("scope", action, name) if name in ("allowed", "denied") else ("reader", name)


def write_declared(row: Row, where: Sequence[tuple[str, str]]) -> list[str]:
    """Write that columns have the values that a declaration names."""
    return [f"{row.column(name)} = {quote(value)}" for name, value in where]
