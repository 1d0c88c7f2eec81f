"""Long work by the worker itself, and its progress as a stream that ends with it."""

import asyncio
from typing import Any

from api.worker import Worker
from resolvers.jobs.running import run_next
from tests.api.listening import Listener, Place, Socket
from tests.resolvers.jobs.asking import ask_import, book, look, taken
from tests.resolvers.workbooks import see
from tests.scenes import JIANGMEN, LUZHOU, USCC, YUNMENG, Town

WATCH = "subscription($j: ID!) { jobChanged(jobId: $j) { job { status done total outcome { rows } } } }"


def job_of(said: Any) -> Any:
    """Give the job that an event tells of."""
    return said["data"]["jobChanged"]["job"]


async def test_progress_is_told_until_the_work_is_over_and_to_nobody_else(town: Town, place: Place):
    developer = await town.developer(LUZHOU)
    order = await town.draft(developer)
    job = await taken(await ask_import(developer, order, book("201", "202")))
    other = await town.developer(LUZHOU, USCC[YUNMENG], "other")
    async with Listener.open(place, other.headers, WATCH, j=job["id"]) as listener:
        _, said = await listener.hear()
        assert said["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    async with Listener.open(place, developer.headers, WATCH, j=job["id"]) as listener:
        assert job_of((await listener.hear())[1])["status"] == "WAITING"
        assert await run_next(town.desk, LUZHOU)
        last: Any = None
        while True:
            name, said = await listener.hear()
            if name == "complete":
                break
            last = job_of(said)
        assert last == {"status": "DONE", "done": 2, "total": 2, "outcome": {"rows": 2}}
    # Of what is over the end is told at once; a socket hears the same.
    async with Socket.greeted(place, developer) as socket:
        await socket.subscribe("a", WATCH, j=job["id"])
        assert job_of((await socket.hear())["payload"])["status"] == "DONE"
        assert await socket.hear() == {"id": "a", "type": "complete"}


async def test_the_worker_does_what_waits_in_every_city(town: Town):
    worker = Worker(town.desk)
    jobs: list[tuple[Any, Any, str]] = []
    for city in (LUZHOU, JIANGMEN):
        developer = await town.developer(city)
        order = await town.draft(developer)
        jobs.append((developer, await taken(await ask_import(developer, order, book("201"))), order))
    worker.start()
    async with asyncio.timeout(20):
        for developer, job, order in jobs:
            while (await look(developer, job))["status"] != "DONE":  # noqa: ASYNC110 - it tells nobody here
                await asyncio.sleep(0.05)
            assert (await see(developer, order))["unitCount"] == 1
    await worker.stop()
