"""What the transaction system (房地产交易系统) tells: projects, their units, and sale contracts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


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
