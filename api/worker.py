"""What the product does by itself from time to time; each body is an act of the system."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from api.security import log_bug
from resolvers.auditing import write_counted_denials
from resolvers.chain import BATCH, link_audit
from resolvers.desk import Desk
from resolvers.indexing import complete_search
from resolvers.sessions import forget_sessions
from resolvers.trading.delivery import deliver
from resolvers.upkeep import expire_notices, forget_messages, forget_repetitions, purge_files

_EVERY_SECONDS = 300
_SOON_SECONDS = 5
_PUSH_SECONDS = 1
_log = structlog.get_logger(__name__)


class Worker:
    """Runs the upkeep of every city until it is stopped."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin beside the requests."""
        self._tasks = [
            asyncio.create_task(self._run(), name="upkeep"),
            asyncio.create_task(self._run_soon(), name="audit chain"),
            # A city whose transaction system is slow keeps none of the others waiting.
            *(
                asyncio.create_task(self._run_pushes(city), name=f"pushes {city}")
                for city in self._desk.trading
            ),
        ]

    async def stop(self) -> None:
        """End after the present round was broken off; what it had not committed is rolled back."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _run(self) -> None:
        rounds: tuple[Callable[[Desk, int], Awaitable[int]], ...] = (
            purge_files,
            expire_notices,
            forget_repetitions,
            forget_messages,
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

    async def _run_soon(self) -> None:
        """Do what may not wait for minutes: new keys, counted denials, and the chain of the audit."""
        linked: set[int] = set()
        while True:
            await self._try("keys", asyncio.to_thread(self._desk.sealer.refresh))
            await self._try("denials", write_counted_denials(self._desk))
            for city in self._desk.cities:
                # Only what came while nobody linked can be older than what is looked at again each time.
                if await self._try("audit chain", self._link(city, everything=city not in linked)):
                    linked.add(city)
            await asyncio.sleep(_SOON_SECONDS)

    async def _run_pushes(self, city: int) -> None:
        """Tell a city's transaction system what waits for it, until nothing is due."""
        while True:
            if not await self._try("pushes", self._push(city)):
                await asyncio.sleep(_SOON_SECONDS)
            await asyncio.sleep(_PUSH_SECONDS)

    async def _push(self, city: int) -> None:
        while await deliver(self._desk, city):
            pass

    async def _link(self, city: int, *, everything: bool) -> None:
        while await link_audit(self._desk, city, everything=everything) == BATCH:
            pass

    async def _try(self, name: str, work: Awaitable[object]) -> bool:
        """Do one thing of a round, and tell whether it went well; the others go on in any case."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the next round tries again
            log_bug(error, upkeep=name)
            return False
        return True
