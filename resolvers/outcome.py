"""What became of an act: it happened, or every reason why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.problem import Problem


@dataclass(frozen=True, slots=True)
class Done:
    """An act that happened, and what it was about."""

    type: str
    ids: tuple[UUID, ...]
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Refused:
    """An act that did not happen, and every reason; `kept` if what it wrote nevertheless stays."""

    problems: tuple[Problem, ...]
    kept: bool = False

    @classmethod
    def because(cls, *problems: Problem) -> "Refused":
        """Refuse for the given reasons."""
        return cls(problems)


Outcome = Done | Refused
