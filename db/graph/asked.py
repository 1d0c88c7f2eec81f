"""What is asked of the graph, as a tree whose leaves are columns: the compiler's input, free of GraphQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any, TypeAlias

from db.base import Base
from db.sorting import Grouping, Order, Sorting


class Form(StrEnum):
    """How a value is written as JSON; each has one text in SQL and one in Python, held equal by a test."""

    TEXT = auto()
    NAME = auto()
    NUMBER = auto()
    TRUTH = auto()
    MONEY = auto()
    AREA = auto()
    DAY = auto()
    MOMENT = auto()


@dataclass(frozen=True, slots=True)
class Said:
    """JSON that is the same for every row, such as a type's name."""

    json: str


@dataclass(frozen=True, slots=True)
class Value:
    """A column's value, or in a stored content the value under its keys.

    Attributes:
        keys: The column, and for a stored content the keys further in.
        form: How it is written.
        required: Whether it may not be null.
        right: The action without which null is shown; None if who sees the row sees it.
        names: All that it may be, where it is a name; anything else is for Python to look at.
    """

    keys: tuple[str, ...]
    form: Form
    required: bool
    right: str | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """A column's code in the words of a code list of the city; a code that it lacks stands for itself."""

    column: str
    codes: str
    required: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """A row's global id."""

    type_name: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that Python works out afterwards from the named columns or stored keys.

    Attributes:
        number: Which of the tree's computations.
        sources: Keys of each value that it needs.
    """

    number: int
    sources: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its fields by the names under which they are answered, in their order."""

    fields: "tuple[tuple[str, Part], ...]"


@dataclass(frozen=True, slots=True)
class Inner:
    """An object, or a list of objects, within a stored content."""

    keys: tuple[str, ...]
    shape: Shape
    required: bool
    many: bool


@dataclass(frozen=True, slots=True)
class ByKind:
    """A stored content whose shape follows from the row's kind; null where there is none."""

    kind: str
    content: str
    shapes: Mapping[str, Shape]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Related:
    """The row whose `remote` column equals this row's `local` one; of several the newest."""

    entity: type[Base]
    local: str
    remote: str
    shape: Shape
    required: bool


@dataclass(frozen=True, slots=True)
class RelatedList:
    """The rows that point back at this one, or whose ids stand in an array of it (`local`)."""

    entity: type[Base]
    remote: str
    sorting: Sorting
    where: tuple[tuple[str, Any], ...]
    shape: Shape
    local: str = "id"


@dataclass(frozen=True, slots=True)
class GroupKey:
    """In a group of rows the value that they share."""

    column: str
    form: Form


@dataclass(frozen=True, slots=True)
class GroupRows:
    """In an innermost group its rows."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Group:
    """One level of groups, as an object of fields; further groups or rows are among them."""

    fields: "tuple[tuple[str, GroupPart], ...]"


GroupPart: TypeAlias = Said | GroupKey | GroupRows | Group


@dataclass(frozen=True, slots=True)
class Grouped:
    """The rows that point back at this one, laid out by the columns they share, the outermost first.

    Attributes:
        by: The column of each level, with the sorting of its groups.
        sorting: Sorting of the rows within an innermost group.
    """

    entity: type[Base]
    remote: str
    where: tuple[tuple[str, Any], ...]
    by: Grouping
    sorting: Sorting
    group: Group


class Fact(StrEnum):
    """What a page tells about itself."""

    START = auto()
    END = auto()
    NEXT = auto()
    PREVIOUS = auto()


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of a row in its list."""


@dataclass(frozen=True, slots=True)
class Edges:
    """The entries of a page."""

    fields: tuple[tuple[str, Said | Cursor | Shape], ...]


@dataclass(frozen=True, slots=True)
class About:
    """What lies before and after a page."""

    fields: tuple[tuple[str, Said | Fact], ...]


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows the whole list has."""


PagePart: TypeAlias = Said | Edges | About | Total


@dataclass(frozen=True, slots=True)
class Pages:
    """A list read by pages; which page and which rows, its site says anew for each request.

    Attributes:
        remote: The column that points back at this row; None for the whole list.
        site: Number of the place in the document whose arguments choose the page.
    """

    entity: type[Base]
    order: Order
    remote: str | None
    site: int
    fields: tuple[tuple[str, PagePart], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One row, by an id that its site tells; the shape follows from the row's table."""

    site: int
    shapes: Mapping[type[Base], Shape]


@dataclass(frozen=True, slots=True)
class FoundList:
    """Rows by ids that their site tells, in its order; null for each that is not there."""

    site: int
    shapes: Mapping[type[Base], Shape]


@dataclass(frozen=True, slots=True)
class Numbered:
    """One row by a readable number that its site tells."""

    entity: type[Base]
    column: str
    site: int
    shape: Shape


Part: TypeAlias = (
    Said
    | Value
    | Label
    | Identity
    | Computed
    | Inner
    | ByKind
    | Related
    | RelatedList
    | Grouped
    | Pages
    | Found
    | FoundList
    | Numbered
)
