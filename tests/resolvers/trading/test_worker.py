"""The worker tells each city's transaction system by itself, and goes on after what goes wrong."""

import asyncio
from typing import Any

from api.worker import Worker
from tests.resolvers.trading.pushing import Mouth, with_system
from tests.scenes import JIANGMEN


class Stumbling:
    """A line with a mistake of ours in it, once."""

    def __init__(self, system: Any) -> None:
        self._system = system
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.stumbled = False

    async def push(self, unit_code: str, key: str, message: Any) -> None:
        """Stumble over the first message, and send the others."""
        if not self.stumbled:
            self.stumbled = True
            raise ZeroDivisionError
        await self._system.push(unit_code, key, message)
        await self.heard.put(message["roomNo"])


async def test_the_worker_sends_what_waits_and_a_mistake_of_ours_is_a_failed_try(mouth: Mouth):
    line = Stumbling(mouth.desk.trading[JIANGMEN])
    worker = Worker(with_system(mouth.desk, line))
    worker.start()
    async with asyncio.timeout(20):
        sent = await line.heard.get()
        while (sent, "SENT") not in {(one[0], one[2]) for one in await mouth.standing()}:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await worker.stop()
    left = next(one for one in await mouth.standing() if one[0] != sent)
    assert left[1:] == ("OPENED", "WAITING", 1, "ZeroDivisionError")
    assert [one[:2] for one in mouth.heard()] == [(sent, "OPENED")]
