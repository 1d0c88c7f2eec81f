"""Reading of rows that acts, long work and queries share: where its statements run is not its affair."""

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Executable, Result

from resolvers.visit import Visit


class Reads(Protocol):
    """Where statements run, one after the other: a session, or a request whose fields take turns."""

    async def execute(self, statement: Executable, /) -> Result[Any]:
        """Run a statement."""
        ...


@dataclass(frozen=True, slots=True)
class TakingTurns:
    """Reads for a request, whose fields take turns."""

    visit: Visit

    async def execute(self, statement: Executable, /) -> Result[Any]:
        """Run a statement when those before it are over."""
        return await self.visit.run(statement)
