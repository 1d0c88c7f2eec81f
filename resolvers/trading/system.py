"""What is asked of a city's transaction system, whoever answers."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from domain.trading import FetchedUnit, Project, SaleContract


class TradingSystem(Protocol):
    """A city's transaction system; every question may raise `TradingError` and never changes anything here.

    None of them may be asked within an open transaction: an answer may take seconds.
    """

    async def find_projects(self, *, keyword: str | None, uscc: str | None) -> Sequence[Project]:
        """Find projects by a part of their name or address, or a developer's own by its credit code."""
        ...

    async def fetch_units(self, project: str, buildings: Sequence[str]) -> Sequence[FetchedUnit]:
        """Fetch the units of some buildings of a project; of all of them if none are named."""
        ...

    async def find_contracts(self, numbers: Sequence[str]) -> Mapping[str, SaleContract]:
        """Look contracts up by their numbers; what is not there, or not in force, is left out."""
        ...

    async def push(self, unit_code: str, key: str, message: Mapping[str, Any]) -> None:
        """Tell of a unit's deposit; the same key again changes nothing there."""
        ...
