"""One row of the audit before it is written: who wanted what, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class AuditOutcome(StrEnum):
    """What became of what somebody wanted."""

    DONE = "DONE"
    REFUSED = "REFUSED"
    DENIED = "DENIED"


@dataclass(frozen=True, slots=True)
class About:
    """The thing to which something was wanted, by the type that its global id names."""

    type: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Note:
    """One row of the audit.

    Attributes:
        act: What was wanted, as the graph names it.
        outcome: Done; refused for a reason of the business; denied for want of a right or proof.
        principal: Who wanted it, as far as that is known.
        organization: Whose audit it belongs to; None for the fund office's own.
        rule: The rule by which it was decided.
        detail: What else is to be known; never a clear personal number, password, token or code.
    """

    city: int
    act: str
    outcome: AuditOutcome
    at: datetime
    principal: UUID | None = None
    organization: UUID | None = None
    actor_kind: str | None = None
    actor_name: str | None = None
    address: str | None = None
    request_id: str | None = None
    rule: str | None = None
    subject_type: str | None = None
    subject_id: UUID | None = None
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any])
