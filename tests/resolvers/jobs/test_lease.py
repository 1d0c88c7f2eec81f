"""A runner that slept too long keeps nothing: in its own transaction it finds that the work is another's."""

import asyncio

from sqlalchemy import text

from resolvers.jobs.running import run_next
from tests.conftest import MovableClock
from tests.deposits import build
from tests.resolvers.jobs.asking import ask, look, taken, work_off
from tests.scenes import JIANGMEN, Town
from tests.shelf import Shelf

_WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"


async def test_a_runner_that_wakes_up_after_its_work_was_called_off_elsewhere_keeps_nothing_of_it(
    town: Town, shelf: Shelf, clock: MovableClock
):
    block = await build(town)
    notice = await block.notice()
    job = await taken(await ask(block.developer, "noticePrintJob", noticeIds=[notice["id"]]))
    async with shelf.engine.connect() as other:
        # Somebody holds the notice: the pages are drawn, and the runner sleeps before it counts them.
        await other.execute(text("select id from notice for update"))
        sleeping = asyncio.create_task(run_next(town.desk, JIANGMEN))
        while not await shelf.one(_WAITING):  # noqa: ASYNC110 - it tells nobody here
            await asyncio.sleep(0.01)
        clock.move(seconds=61)
        await taken(await ask(block.developer, "jobCancel", jobId=job["id"]))
        assert await run_next(town.desk, JIANGMEN)
        assert (await look(block.developer, job))["status"] == "CANCELLED"
        before = await shelf.standing()
    assert await sleeping
    assert await shelf.standing() == before
    assert await shelf.rows("select print_count from notice") == [(0,)]
    # A wish that comes while it waits for the notice is heard in the last moment, too.
    late = await taken(await ask(block.developer, "noticePrintJob", noticeIds=[notice["id"]]))
    async with shelf.engine.connect() as other:
        await other.execute(text("select id from notice for update"))
        running = asyncio.create_task(run_next(town.desk, JIANGMEN))
        while not await shelf.one(_WAITING):  # noqa: ASYNC110 - it tells nobody here
            await asyncio.sleep(0.01)
        await taken(await ask(block.developer, "jobCancel", jobId=late["id"]))
    assert await running
    assert (await look(block.developer, late))["status"] == "CANCELLED"
    assert await work_off(town, JIANGMEN) == 0
    assert await shelf.rows("select print_count from notice") == [(0,)]
