"""What a transaction system may answer, read strictly: anything else is told as a wrong answer."""

from collections.abc import Iterable
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from domain.trading import (
    Buyer,
    FetchedUnit,
    Project,
    ProjectBuilding,
    SaleContract,
    TradingError,
)

# PostgreSQL keeps no NUL in a text, and no name or number has other control characters.
_PLAIN = r"\A[^\x00-\x08\x0b\x0c\x0e-\x1f]*\Z"
_Id = Annotated[str, Meta(min_length=1, max_length=100, pattern=_PLAIN)]
_Text = Annotated[str, Meta(max_length=1_000, pattern=_PLAIN)]
_Count = Annotated[int, Meta(ge=0, le=100_000)]
_Cursor = Annotated[str, Meta(min_length=1, max_length=500)]

T = TypeVar("T")


class _Told(Struct, frozen=True, rename="camel"):
    """An object of an answer; further members are ignored, missing ones are a wrong answer."""


class _Building(_Told, frozen=True):
    id: _Id
    name: _Text
    units: _Count


class _Developer(_Told, frozen=True):
    uscc: _Text
    name: _Text


class _Project(_Told, frozen=True):
    id: _Id
    name: _Text
    address: _Text
    developer: _Developer
    presale_permit_no: _Text | None
    buildings: Annotated[list[_Building], Meta(max_length=2_000)]

    def read(self) -> Project:
        """Give the project in our terms."""
        return Project(
            id=self.id,
            name=self.name,
            address=self.address,
            developer_uscc=self.developer.uscc,
            developer_name=self.developer.name,
            presale_permit_no=self.presale_permit_no,
            buildings=tuple(
                ProjectBuilding(id=told.id, name=told.name, units=told.units) for told in self.buildings
            ),
        )


class _Unit(_Told, frozen=True):
    id: _Id
    building: _Id
    building_name: _Text | None
    section: _Text | None
    floor: _Text | None
    room_no: _Text | None
    address: _Text | None
    usage: _Text | None
    gross_area: _Text | None
    net_area: _Text | None
    has_lift: _Text | None
    completed_ym: _Text | None
    structure: _Text | None
    floors_above: _Text | None
    sale_status: _Text | None
    contract_no: _Text | None

    def read(self) -> FetchedUnit:
        """Give the unit in our terms: what is empty there is left out."""
        values = {name: getattr(self, name) for name in _UNIT_VALUES}
        values["building"] = self.building_name
        return FetchedUnit(
            external_id=self.id,
            building=self.building,
            values={name: value for name, value in values.items() if value},
        )


_UNIT_VALUES = tuple(
    name for name in _Unit.__struct_fields__ if name not in {"id", "building", "building_name"}
)


class _Buyer(_Told, frozen=True):
    name: _Text
    id_type: _Text
    id_number: _Text


class _Contract(_Told, frozen=True):
    contract_no: _Id
    unit_id: _Id | None
    status: _Text
    buyers: Annotated[list[_Buyer], Meta(max_length=100)]

    def read(self) -> SaleContract:
        """Give the contract in our terms."""
        return SaleContract(
            contract_no=self.contract_no,
            external_id=self.unit_id,
            buyers=tuple(
                Buyer(name=told.name, id_type=told.id_type, id_number=told.id_number) for told in self.buyers
            ),
        )


class ProjectPage(_Told, frozen=True):
    """A page of projects, and the cursor of the next one."""

    projects: Annotated[list[_Project], Meta(max_length=1_000)]
    next: _Cursor | None

    def read(self) -> list[Project]:
        """Give the projects in our terms."""
        return [told.read() for told in self.projects]


class UnitPage(_Told, frozen=True):
    """A page of units, and the cursor of the next one."""

    units: Annotated[list[_Unit], Meta(max_length=1_000)]
    next: _Cursor | None

    def read(self) -> list[FetchedUnit]:
        """Give the units in our terms."""
        return [told.read() for told in self.units]


class ContractsFound(_Told, frozen=True):
    """The contracts that were found by their numbers."""

    contracts: Annotated[list[_Contract], Meta(max_length=2_000)]

    def in_force(self) -> list[SaleContract]:
        """Give those that are in force, in our terms."""
        return [told.read() for told in self.contracts if told.status == "IN_FORCE"]


class Receipt(_Told, frozen=True):
    """That a message about a deposit was received."""

    received: bool
    repeated: bool = False


def decode(body: bytes, what: type[T]) -> T:
    """Read an answer.

    Raises:
        TradingError: It is no JSON, or not what was agreed; the text tells where, never what it said there.
    """
    try:
        return msgspec.json.decode(body, type=what)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise TradingError(f"cannot be read: {_place(error)}", answered=True) from None


def _place(error: Exception) -> str:
    """Tell where it went wrong: the texts of msgspec name types and places, and values only after a quote."""
    said = str(error)
    return said if isinstance(error, msgspec.ValidationError) and "'" not in said else type(error).__name__


def once(found: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Take what was told twice in the same words once.

    Raises:
        TradingError: Two things of one name contradict each other.
    """
    kept: dict[str, T] = {}
    for name, thing in found:
        if kept.setdefault(name, thing) != thing:
            raise TradingError("one thing is told twice, and differently", answered=True)
    return kept
