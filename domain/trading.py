"""What the transaction system (房地产交易系统) tells: projects, their units, and sale contracts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from domain.change import (
    AdmitOrganization,
    BindContract,
    CancelBuilding,
    CancelUnit,
    Change,
    CreateBuilding,
    CreateEstate,
    CreateRefund,
    CreateUnit,
    DismissOrganization,
    MoveBuilding,
    ReplaceOwners,
    ReplaceUnits,
    UpdateBuilding,
    UpdateEstate,
    UpdateOrganization,
    UpdateUnit,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectBuilding:
    """A building of a project (项目栋), as the transaction system knows it."""

    id: str
    name: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A development project (项目), as the transaction system knows it.

    Attributes:
        developer_uscc: The unified social credit code of its developer.
    """

    id: str
    name: str
    address: str
    developer_uscc: str
    developer_name: str
    presale_permit_no: str | None
    buildings: tuple[ProjectBuilding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedUnit:
    """A unit as the transaction system wrote it: nothing is checked yet.

    Attributes:
        external_id: What that system calls it; a unit is taken over once only (R-EST-5).
        building: The id of its building there.
        values: Texts by the names of `domain.estate.UNIT_FIELDS`, as somebody might have typed them.
    """

    external_id: str
    building: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """A buyer of a sale contract, by the codes of the city's list `id_type`."""

    name: str
    id_type: str
    id_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleContract:
    """A sale contract (商品房买卖合同) that is in force there.

    Attributes:
        external_id: The unit that it sells, as the transaction system calls it.
    """

    contract_no: str
    external_id: str | None
    buyers: tuple[Buyer, ...]


class Match(StrEnum):
    """What came of comparing a typed contract number with the transaction system (domain.md §3.2)."""

    MATCHED = "MATCHED"
    NOT_FOUND = "NOT_FOUND"
    NAME_MISMATCH = "NAME_MISMATCH"
    ID_MISMATCH = "ID_MISMATCH"
    UNIT_MISMATCH = "UNIT_MISMATCH"
    ALREADY_BOUND = "ALREADY_BOUND"


class PushCause(StrEnum):
    """Why the transaction system is told of a unit's deposit again."""

    OPENED = "OPENED"
    CHANGED = "CHANGED"
    OWNERS = "OWNERS"
    CONTRACT = "CONTRACT"
    SPLIT_MERGE = "SPLIT_MERGE"
    CANCELLED = "CANCELLED"
    PAYMENT = "PAYMENT"
    REFUND = "REFUND"


class PushStatus(StrEnum):
    """Where a message to the transaction system stands; a failed one waits for somebody to try it again."""

    WAITING = "WAITING"
    SENT = "SENT"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


class TradingError(Exception):
    """The transaction system did not answer, or not so that it can be used; nothing of ours was changed.

    Attributes:
        answered: Whether it answered at all; if it did, asking again at once is of no use.
        seconds: After how long it makes sense to ask again.
    """

    def __init__(self, why: str, *, answered: bool, seconds: int = 30) -> None:
        super().__init__(why)
        self.answered = answered
        self.seconds = seconds


class RefusedError(TradingError):
    """The transaction system will never take this message: sending it again is of no use."""

    def __init__(self, why: str) -> None:
        super().__init__(why, answered=True)


def push_cause(change: Change) -> PushCause | None:  # noqa: C901, PLR0911 - one answer for each kind of change
    """Tell why the transaction system hears of a unit after a change; None if nothing it is told changed.

    It is told what is due and paid of a unit, and where the unit stands (domain.md §3.3).
    """
    match change:
        case CreateUnit():
            return PushCause.OPENED
        case UpdateUnit() | MoveBuilding():
            return PushCause.CHANGED
        case UpdateBuilding():
            return PushCause.CHANGED if "name" in change.values else None
        case ReplaceOwners():
            return PushCause.OWNERS
        case BindContract():
            return PushCause.CONTRACT
        case ReplaceUnits():
            return PushCause.SPLIT_MERGE
        case CancelUnit():
            return PushCause.CANCELLED
        case CreateRefund():
            # Promised money still stands on the account; the bank's payment of it is told.
            return None
        case CreateEstate() | CreateBuilding() | CancelBuilding():
            # Their units are told of one by one.
            return None
        case UpdateEstate() | AdmitOrganization() | DismissOrganization() | UpdateOrganization():
            # Nothing of a unit's own; its estate's name is told with the next message.
            return None
        case _:
            assert_never(change)
