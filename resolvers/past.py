"""Tables as they are or as they were: where rows are read from, and at which moment a row was seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnClause, ColumnElement, FromClause, Select, inspect, select
from sqlalchemy.orm import InstanceState, aliased
from sqlalchemy.sql.visitors import replacement_traverse

from db.base import Base
from db.graph.past import past_rows
from domain.refusal import BadUserInput

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
"""Nothing was recorded before, and the database cannot take every moment that can be written."""


def read_moment(moment: datetime | None, now: datetime) -> datetime | None:
    """Give the moment at which everything is to be read as it was; None for the present.

    Raises:
        BadUserInput: It is still to come.
    """
    if moment is None:
        return None
    if moment > now:
        raise BadUserInput("asOf")
    return max(moment, _BEFORE_ALL)


def moment_of(row: object) -> datetime | None:
    """Tell at which moment a row was read as it was; None for the present, or for what is no row.

    What belongs to the row is read at the same moment.
    """
    state: Any = inspect(row, raiseerr=False)
    token: Any = state.identity_token if isinstance(state, InstanceState) else None
    return token


@dataclass(frozen=True, slots=True)
class Rows:
    """A table from which is read.

    Attributes:
        source: What a statement selects.
        rows: The table under the name that it has in the statement; None for its own.
        columns: Its columns by name.
        moment: The moment at which its rows are read as they were; None for the present.
    """

    entity: type[Base]
    source: Any
    rows: FromClause | None
    columns: Mapping[str, ColumnElement[Any]]
    moment: datetime | None

    def select(self, *where: ColumnElement[bool]) -> Select[Any]:
        """Select rows; each keeps the moment with it, so that it is never taken for the present one."""
        return self.keep(select(self.source).where(*where))

    def keep(self, statement: Select[Any]) -> Select[Any]:
        """Let the rows of a statement keep the moment with them."""
        return statement if self.moment is None else statement.execution_options(identity_token=self.moment)

    def adapt(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        """Say a condition that names the table itself on these rows."""
        if self.rows is None:
            return condition

        # SQLAlchemy's own adapter cannot look into a select that is text.
        def replace(element: Any, **_: object) -> ColumnElement[Any] | None:  # noqa: ANN401 - any part of it
            if isinstance(element, ColumnClause) and element.table == self.entity.__table__:
                return self.columns[element.key]
            return None

        return replacement_traverse(condition, {}, replace)


def rows_at(entity: type[Base], moment: datetime | None) -> Rows:
    """Give a table as it is, or as it was at a moment."""
    columns: Any
    if moment is None:
        columns = entity.__table__.columns
        return Rows(entity, entity, None, columns, None)
    rows = past_rows(entity, moment)
    columns = rows.c
    return Rows(entity, aliased(entity, rows), rows, columns, moment)
