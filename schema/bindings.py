"""What a readable field stands for: a column, rows that belong to its row, or a stored content's key.

The ordinary resolvers of `schema.fields` and a compiler of queries read the same declaration.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from db.base import Base
from db.kept import Condition
from db.sorting import Grouping, Order, Sorting
from resolvers.asker import Asker


class Conditions(Protocol):
    """The `filter` of a list, as its input type carries it."""

    def conditions(self, asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold as conditions on the listed table; the scope of who asks comes on top."""
        ...


@dataclass(frozen=True)
class Column:
    """A field that is a column of its row; an enum's value is its name, a JSON column's keys are `Stored`.

    Attributes:
        right: The action without which null is shown; None if who sees the row sees it.
    """

    name: str
    right: str | None = None


@dataclass(frozen=True)
class Dated(Column):
    """A field that is a column, and with its argument `asOf` what Python finds the column to have been."""


@dataclass(frozen=True)
class GlobalId:
    """A field that is its row's global id."""


@dataclass(frozen=True)
class Coded:
    """A field that says a column's code in the words of one of the city's code lists."""

    column: str
    codes: str


@dataclass(frozen=True)
class Derived:
    """A field that `read` works out in Python from the visit and named columns of its row."""

    columns: tuple[str, ...]
    read: Callable[..., Any]


@dataclass(frozen=True)
class Kinded:
    """A field that is a stored content in the shape of the row's kind."""

    kind: str
    content: str


@dataclass(frozen=True)
class One:
    """A field that is the row whose `remote` column equals this row's `local` one; of several the newest."""

    entity: type[Base]
    local: str
    remote: str = "id"


@dataclass(frozen=True)
class Many:
    """A field that is a list of rows that point back.

    Attributes:
        where: Columns with the values that they must have.
        by: Columns that lay the rows out in groups, as the sorting begins; each level's type shows its
            column and the list of what is within.
        local: What they point back at: the row's id, or an array in which their ids stand.
    """

    entity: type[Base]
    remote: str
    sorting: Sorting
    where: tuple[tuple[str, str], ...] = ()
    by: Grouping = ()
    local: str = "id"


@dataclass(frozen=True)
class Listed:
    """A field that is a connection: a list read by pages, of the whole city or of one parent.

    Attributes:
        remote: The column that points back at the parent; None for the whole list.
        filters: The input type of its argument `filter`, if it has one.
        personal: Whether its conditions depend on who asks even where no filter is given.
    """

    entity: type[Base]
    order: Order
    remote: str | None = None
    filters: type[Conditions] | None = None
    personal: bool = False


@dataclass(frozen=True)
class Stored:
    """A field that is a value within a stored content, by its keys from the outside in.

    Attributes:
        read: Works out in Python what is shown of the value; None where it is shown as it is stored.
    """

    keys: tuple[str, ...]
    read: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class ById:
    """A field of the outermost door that is any row by its global id, or rows by theirs."""

    many: bool = False


@dataclass(frozen=True)
class ByNumber:
    """A field of the outermost door that is a row by its readable number, its one argument."""

    entity: type[Base]
    column: str


Binding = Column | GlobalId | Coded | Derived | Kinded | One | Many | Listed | Stored | ById | ByNumber
