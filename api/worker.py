"""What the product does by itself from time to time; each body is an act of the system."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from api.security import log_bug
from resolvers.desk import Desk
from resolvers.indexing import complete_search
from resolvers.sessions import forget_sessions
from resolvers.upkeep import expire_notices, forget_repetitions, purge_files

_EVERY_SECONDS = 300
_log = structlog.get_logger(__name__)


class Worker:
    """Runs the upkeep of every city until it is stopped."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin beside the requests."""
        self._task = asyncio.create_task(self._run(), name="upkeep")

    async def stop(self) -> None:
        """End after the present round was broken off; what it had not committed is rolled back."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        rounds: tuple[Callable[[Desk, int], Awaitable[int]], ...] = (
            purge_files,
            expire_notices,
            forget_repetitions,
            forget_sessions,
            complete_search,
        )
        while True:
            for city in self._desk.cities:
                for upkeep in rounds:
                    try:
                        done = await upkeep(self._desk, city)
                    except Exception as error:  # noqa: BLE001 - the other rounds go on
                        log_bug(error, upkeep=upkeep.__name__, city=city)
                    else:
                        if done:
                            _log.info("upkeep", upkeep=upkeep.__name__, city=city, rows=done)
            await asyncio.sleep(_EVERY_SECONDS)
