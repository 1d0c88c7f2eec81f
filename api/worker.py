"""What the product does by itself from time to time; each body is an act of the system."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from api.security import log_bug
from resolvers.auditing import write_counted_denials
from resolvers.chain import BATCH, link_audit
from resolvers.desk import Desk
from resolvers.indexing import complete_search
from resolvers.jobs.running import run_next
from resolvers.money.receipts import issue_receipts
from resolvers.money.seals import seal_days
from resolvers.sessions import forget_sessions
from resolvers.trading.delivery import deliver
from resolvers.upkeep import expire_notices, forget_jobs, forget_messages, forget_repetitions, purge_files

_EVERY_SECONDS = 300
_SOON_SECONDS = 5
_PUSH_SECONDS = 1
_JOBS_AT_ONCE = 2
_JOB_SECONDS = 0.5
_RECEIPT_SECONDS = 1
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
            asyncio.create_task(self._run_receipts(), name="receipts"),
            # A city whose transaction system is slow keeps none of the others waiting.
            *(
                asyncio.create_task(self._run_pushes(city), name=f"pushes {city}")
                for city in self._desk.trading
            ),
            *(
                asyncio.create_task(self._run_jobs(), name=f"jobs {number}")
                for number in range(_JOBS_AT_ONCE)
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
            forget_jobs,
            forget_sessions,
            complete_search,
            seal_days,
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

    async def _run_receipts(self) -> None:
        """Give every payment its receipts right after it was booked."""
        while True:
            for city in self._desk.cities:
                await self._try("receipts", self._issue_receipts(city))
            await asyncio.sleep(_RECEIPT_SECONDS)

    async def _issue_receipts(self, city: int) -> None:
        while await issue_receipts(self._desk, city):
            pass

    async def _run_pushes(self, city: int) -> None:
        """Tell a city's transaction system what waits for it, until nothing is due."""
        while True:
            if not await self._try("pushes", self._push(city)):
                await asyncio.sleep(_SOON_SECONDS)
            await asyncio.sleep(_PUSH_SECONDS)

    async def _run_jobs(self) -> None:
        """Do the long work that waits, of each city in turn."""
        while True:
            found = [await self._run_job(city) for city in self._desk.cities]
            if not any(found):
                await asyncio.sleep(_JOB_SECONDS)

    async def _run_job(self, city: int) -> bool:
        try:
            return await run_next(self._desk, city)
        except Exception as error:  # noqa: BLE001 - the next piece of work goes on
            log_bug(error, upkeep="jobs", city=city)
            return False

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
