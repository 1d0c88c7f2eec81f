"""What an order's rules look at: its lines, and present data as far as its kind asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from domain.city import City
from domain.people import Owner
from domain.problem import Problem
from domain.rates import RateRow
from domain.switch import Route

T = TypeVar("T")


class Holder(StrEnum):
    """Whose a thing is that an order would take, as far as the applicant may be told."""

    OWN = "OWN"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an order: `after` is what shall be, `before` what is, by the kind's own field names."""

    no: int
    after: Mapping[str, Any] | None
    before: Mapping[str, Any] | None = None
    target: UUID | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A thing that an order locks while it is under way (R-GEN-2).

    Attributes:
        kind: What it is, such as `ESTATE`.
        key: Which one; equal things have equal keys, whoever names them.
        taken: What to say if another order holds it; the holder and, if it may be known, the order are added.
        kept: Whether it stays taken when the order is completed.
        own: The estate whose earlier order may hold it already; what it kept then is still its own.
    """

    kind: str
    key: str
    taken: Problem
    kept: bool = False
    own: UUID | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """What a kind must know of present data before it can check and plan.

    Attributes:
        present: What the things that the lines aim at say now.
        buildings_of: Estates whose buildings' names are asked for.
        units_of: Buildings whose units are asked for.
        units: Units whose accounts and dates are asked for.
        own_buildings: The buildings of the order's own estate.
        places_in: Keys of the names of its own estate's buildings whose units' places are asked for.
        own_bank: The bank of the order's own estate.
        external_ids: Units of the transaction system of which is asked whether they were taken over before.
        ledgers: What the accounts of the units asked for hold by kinds of entries, and who owns the units.
    """

    rates: bool = False
    estate_key: tuple[str, str] | None = None
    contract_nos: frozenset[str] = frozenset()
    present: bool = False
    buildings_of: frozenset[UUID] = frozenset()
    units_of: frozenset[UUID] = frozenset()
    units: frozenset[UUID] = frozenset()
    own_buildings: bool = False
    places_in: frozenset[str] = frozenset()
    own_bank: bool = False
    external_ids: frozenset[str] = frozenset()
    ledgers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFacts:
    """What is known of a unit beside its content; amounts in fen.

    Attributes:
        deposit_point: The day whose rates hold for it, for good.
        account: Its open account.
        due: What is due of the first deposit.
        paid_first: What was paid of it.
        available: What the account holds beyond refunds that are promised already.
        balance: What the account holds.
    """

    building: UUID
    deposit_point: date
    account: UUID
    due: int
    paid_first: int
    available: int
    balance: int = 0
    has_open_notice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Present data as the rules see it; the moment and the city's rules included.

    Attributes:
        today: The business day of the submission, which a submitted order keeps.
        attached: The kinds of documents attached.
        estate_holder: Who already has the estate that the order would create.
        contracts_taken: Contract numbers asked for that other units bear.
        present: What the lines' targets say now, by their ids; what is missing is no more, or not active.
        estate: The estate that the order is about.
        buildings_of: The active buildings of the estates asked for, by the keys of their names.
        units_of: The active units of the buildings asked for.
        open_notices: The units of the buildings asked for that have an open notice.
        units: The units asked for, as far as they are active.
        own_buildings: The active buildings of the order's own estate, by the keys of their names.
        places: The places taken in the buildings asked for: a building's and the place's key.
        own_bank: The custodian bank that keeps the special account of the order's own estate.
        external_units: The active units that the transaction system calls by the ids asked for.
        external_taken: Of the transaction system's units asked for, those that were taken over before.
        ledgers: What each account asked for holds, by kinds of entries.
        owners: Who owns the units asked for.
    """

    city: City
    today: date
    organization: UUID
    route: Route
    rates: Sequence[RateRow] = ()
    attached: frozenset[str] = field(default_factory=frozenset[str])
    estate_holder: Holder | None = None
    contracts_taken: frozenset[str] = field(default_factory=frozenset[str])
    present: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict[UUID, Mapping[str, Any]])
    estate: UUID | None = None
    buildings_of: Mapping[UUID, Mapping[str, UUID]] = field(default_factory=dict[UUID, Mapping[str, UUID]])
    units_of: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict[UUID, tuple[UUID, ...]])
    open_notices: frozenset[UUID] = field(default_factory=frozenset[UUID])
    units: Mapping[UUID, UnitFacts] = field(default_factory=dict[UUID, UnitFacts])
    own_buildings: Mapping[str, UUID] = field(default_factory=dict[str, UUID])
    places: Mapping[tuple[str, str], UUID] = field(default_factory=dict[tuple[str, str], UUID])
    own_bank: str | None = None
    external_units: Mapping[str, UUID] = field(default_factory=dict[str, UUID])
    external_taken: frozenset[str] = field(default_factory=frozenset[str])
    ledgers: Mapping[UUID, Mapping[str, int]] = field(default_factory=dict[UUID, Mapping[str, int]])
    owners: Mapping[UUID, tuple[Owner, ...]] = field(default_factory=dict[UUID, tuple[Owner, ...]])


@dataclass(frozen=True, slots=True)
class Totals:
    """What an order amounts to; area in 0.0001 m², due in fen."""

    buildings: int = 0
    units: int = 0
    gross_area: int = 0
    due: int = 0


def checked(value: T | None) -> T:
    """Take what the check of the whole order made sure of.

    Raises:
        ValueError: An order was planned that had not passed its check.
    """
    if value is None:
        raise ValueError("An order is planned only after its check found nothing missing.")
    return value
