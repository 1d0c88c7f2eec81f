"""Where things stand: the closed sets that rows carry as text, the value being the name."""

from enum import StrEnum


class OrganizationStatus(StrEnum):
    """How far an enterprise's registration has come."""

    PENDING_REVIEW = "PENDING_REVIEW"
    PROVISIONAL = "PROVISIONAL"
    ACTIVE = "ACTIVE"
    REJECTED = "REJECTED"


class PapersStatus(StrEnum):
    """Whether the registration papers have come (F5)."""

    PENDING = "PENDING"
    RECEIVED = "RECEIVED"


class BuildingStatus(StrEnum):
    """Whether a building is in use."""

    ACTIVE = "ACTIVE"
    CANCELLED = "CANCELLED"


class UnitStatus(StrEnum):
    """Whether a unit is in use, and what became of it otherwise."""

    ACTIVE = "ACTIVE"
    SPLIT = "SPLIT"
    MERGED = "MERGED"
    CANCELLED = "CANCELLED"


class AccountStatus(StrEnum):
    """Whether money can move on an account."""

    OPEN = "OPEN"
    FROZEN = "FROZEN"
    CLOSED = "CLOSED"


class AccountHolder(StrEnum):
    """Whose the money of a unit's account is."""

    OWNER = "OWNER"
    DEVELOPER = "DEVELOPER"


class EntryType(StrEnum):
    """What a ledger entry is."""

    FIRST = "FIRST"
    SUPPLEMENT = "SUPPLEMENT"
    TOPUP = "TOPUP"
    OTHER = "OTHER"
    REFUND = "REFUND"
    INTEREST = "INTEREST"
    USE = "USE"
    TRANSFER_IN = "TRANSFER_IN"
    TRANSFER_OUT = "TRANSFER_OUT"
    REVERSAL = "REVERSAL"
    SUSPENSE = "SUSPENSE"


class RefundStatus(StrEnum):
    """Where a refund stands."""

    APPROVED = "APPROVED"
    PAID = "PAID"
    FAILED = "FAILED"


class SuspenseStatus(StrEnum):
    """Whether reported money still waits for a decision."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"
