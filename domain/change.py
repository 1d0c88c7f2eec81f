"""The primitive changes that an approved order makes to the graph; all of an order's happen or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.people import Owner
from domain.unit import UnitContent


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmitOrganization:
    """Let a registered organization and its first user begin to work.

    Attributes:
        papers_seen: Whether the office has seen its papers; without that it stays provisional (R-ORG-3).
    """

    organization: UUID
    papers_seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissOrganization:
    """Refuse a registration for good; its code and sign-in name are free again (R-ORG-1)."""

    organization: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateEstate:
    """Add an estate with its special account at the bank that keeps its money [165-10]."""

    estate: UUID
    organization: UUID
    name: str
    name_key: str
    address: str
    address_key: str
    district: str
    property_company: str | None
    project_name: str | None
    presale_permit_no: str | None
    total_land_area: int | None
    started_on: date | None
    completed_on: date | None
    route: str
    bank: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateBuilding:
    """Add a building to an estate."""

    building: UUID
    estate: UUID
    organization: UUID
    name: str
    name_key: str
    position: int
    completed_ym: str | None
    structure: str | None
    floors_above: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateUnit:
    """Add a unit with its owners and open its account with what is due."""

    unit: UUID
    account: UUID
    building: UUID
    estate: UUID
    organization: UUID
    content: UnitContent
    place_key: str
    category: str
    deposit_point: date
    bank: str
    due: int
    rate: int
    rate_id: UUID
    owners: tuple[Owner, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateEstate:
    """Write new values into an estate, by the names of its columns."""

    estate: UUID
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateOrganization:
    """Write new values into an organization, by the names of its columns."""

    organization: UUID
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateBuilding:
    """Write new values into a building, by the names of its columns."""

    building: UUID
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveBuilding:
    """Put a building with its units, owners, accounts and their money into another estate (R-BLD-2).

    Attributes:
        source: The estate that it leaves.
        estate: The estate that it comes to; both keep their money at the same bank.
    """

    building: UUID
    source: UUID
    estate: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateUnit:
    """Write new values into a unit, and what is due of it now into its account.

    Attributes:
        building: The building that it stood in until now.
        values: New values by the names of the columns.
        due: What is due, in fen.
        rate: The rate by which that was worked out anew; none if it stays.
    """

    unit: UUID
    account: UUID
    building: UUID
    values: Mapping[str, Any]
    due: int
    rate: int | None
    rate_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRefund:
    """Promise a refund from a unit's account; it is paid later, and until then the amount is reserved.

    Attributes:
        amount: Fen, more than zero.
        holder: Whose bank account it shall go to; none until the office fills it in.
    """

    refund: UUID
    unit: UUID
    account: UUID
    amount: int
    holder: str | None
    number: str | None
    bank: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelUnit:
    """Take a unit out of use; its account is closed if it is empty, else frozen until its money went back."""

    unit: UUID
    account: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBuilding:
    """Take a building out of use, with its last unit."""

    building: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceOwners:
    """Put these owners in the place of a unit's present ones; its account and money stay [165-28]."""

    unit: UUID
    account: UUID
    owners: tuple[Owner, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BindContract:
    """Bind a sale contract to a unit, of which the transaction system is told from then on [J 1.3.9].

    Attributes:
        external_id: What that system calls the unit; none if that is known already, or was not told.
    """

    unit: UUID
    contract_no: str
    external_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingUnit:
    """A unit that gives way to others, and what its account holds by kinds of entries (R-SPL-3)."""

    unit: UUID
    account: UUID
    components: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivingUnit:
    """A unit that comes of others, with what its account opens with."""

    unit: UUID
    account: UUID
    building: UUID
    content: UnitContent
    place_key: str
    category: str
    due: int
    owners: tuple[Owner, ...]
    components: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceUnits:
    """Split a unit, or merge some: the old ones stay as history, their money goes over to the new ones.

    Attributes:
        leaving: The old units.
        arriving: The new units; together they have the areas, dues and entries of the old ones.
        model: The old unit whose rate and deposit point (交存时点) the new ones keep.
    """

    leaving: tuple[LeavingUnit, ...]
    arriving: tuple[ArrivingUnit, ...]
    model: UUID


Change = (
    AdmitOrganization
    | DismissOrganization
    | CreateEstate
    | CreateBuilding
    | CreateUnit
    | UpdateEstate
    | UpdateOrganization
    | MoveBuilding
    | UpdateBuilding
    | UpdateUnit
    | CreateRefund
    | CancelUnit
    | CancelBuilding
    | ReplaceOwners
    | BindContract
    | ReplaceUnits
)
Changes = Sequence[Change]
