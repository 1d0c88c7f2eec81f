"""How every table is made: tenant key first, plain column types, and who may touch its rows."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Json = dict[str, Any]


class Pool(StrEnum):
    """The database roles that sign in, one connection pool each; none owns a table or bypasses policies."""

    GATE = "gate"
    DEVELOPER = "developer"
    OFFICE = "office"
    BANK = "bank"
    WORKER = "worker"
    KEEPER = "keeper"
    REPORT = "report"


# Privileges are written as letters: Select, Insert, Update, Delete.
Access = Mapping[Pool, str]


class Base(DeclarativeBase):
    """The declaration of all tables; a test walks it for keys, scopes and policies."""

    metadata = MetaData(
        naming_convention={
            "ix": "%(table_name)s_%(column_0_N_name)s_ix",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s_check",
            "fk": "%(table_name)s_%(column_1_name)s_fkey",
            "pk": "%(table_name)s_pkey",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Uuid(),
        str: Text(),
        int: BigInteger(),
        bytes: LargeBinary(),
        date: Date(),
        datetime: DateTime(timezone=True),
        Json: JSONB(),
        list[Any]: JSONB(),
    }

    access: ClassVar[Access] = {}
    """Which pool may do what; the rows it reaches follow from the table's tenant columns and its parent."""

    identity: ClassVar[bool] = False
    """Read before there is a context: no row-level security, reached by the gate alone."""

    parent: ClassVar["tuple[str, type[Base]] | None"] = None
    """The column and table through which a row without an own one belongs to an estate or bank."""

    uploader: ClassVar[str | None] = None
    """The column of the principal whose own rows a bank's machine reaches, where the table names no bank."""

    held_by: ClassVar["tuple[str, type[Base]] | None"] = None
    """The table, and its column that names such a row, by which whoever sees the one sees the other."""

    personal: ClassVar[bool] = False
    """Only the principal of `principal_id` reaches a row, the worker excepted."""

    view: ClassVar[bool] = False
    """A view over identity tables that compares the context itself; read only."""

    history: ClassVar[bool] = False
    """Every version of a row is kept by the one history trigger."""

    appended: ClassVar[bool] = False
    """Rows are added and never changed; a trigger refuses everybody, the owner included."""


class Keyed:
    """A row of a city: the city's division code (GB/T 2260) and a time-ordered id."""

    city: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)


class Owned(Keyed):
    """A row that belongs to one developer organization."""

    org_id: Mapped[UUID]


def refers(table: str, column: str | None = None) -> ForeignKeyConstraint:
    """Point at a row of the same city; a reference never crosses cities."""
    return ForeignKeyConstraint(["city", column or f"{table}_id"], [f"{table}.city", f"{table}.id"])


def unique(*columns: str) -> UniqueConstraint:
    """Unique within a city."""
    return UniqueConstraint("city", *columns)


def index(name: str, *columns: Any, **options: Any) -> Index:  # noqa: ANN401 - SQLAlchemy's own loose types
    """Index rows of a city for a scope that is always given."""
    return Index(name, *columns, **options)
