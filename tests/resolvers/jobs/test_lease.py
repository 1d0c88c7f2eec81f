"""A runner that died is replaced at once; one that slept too long finds that the work is another's."""

import asyncio

from sqlalchemy import text

from resolvers.jobs.running import run_next
from resolvers.jobs.taking import beat, take
from tests.conftest import MovableClock
from tests.deposits import build
from tests.resolvers.jobs.asking import ask, look, taken, work_off
from tests.scenes import JIANGMEN, Town
from tests.shelf import Shelf

_WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
_LIVING = """from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and objsubid = 1
  and database = (select oid from pg_database where datname = current_database())"""


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


async def test_whose_runner_died_is_done_by_another_at_once_and_a_slow_one_keeps_its_work(
    town: Town, shelf: Shelf, clock: MovableClock
):
    block = await build(town)
    notice = await block.notice()
    job = await taken(await ask(block.developer, "noticePrintJob", noticeIds=[notice["id"]]))
    async with take(town.desk, JIANGMEN) as slow:
        assert slow is not None
        clock.move(seconds=60)
        assert await work_off(town, JIANGMEN) == 0
        assert await beat(town.desk, slow) is False
        clock.move(seconds=60)
        assert await work_off(town, JIANGMEN) == 0
        # The process dies, and PostgreSQL sees its session end; that is all that tells of it.
        assert await shelf.one(f"select count(*) {_LIVING}") == 1
        assert await shelf.one(f"select pg_terminate_backend(pid, 5000) {_LIVING}")
        assert await work_off(town, JIANGMEN) == 1
        # It was not dead, only cut off: it is told that the work is another's.
        assert await beat(town.desk, slow) is None
    found = await look(block.developer, job)
    assert (found["status"], found["outcome"]["rows"]) == ("DONE", 1)
    assert await shelf.rows("select tries from job") == [(2,)]
    assert await shelf.rows("select print_count from notice") == [(1,)]
    # No session that shows a life goes back among those that do other work.
    assert await shelf.one(f"select count(*) {_LIVING}") == 0


async def test_runners_that_look_at_once_do_each_piece_of_work_once(town: Town, shelf: Shelf):
    developer = await town.developer(JIANGMEN)
    order = await town.draft(developer)
    jobs = [await taken(await ask(developer, "orderExportJob", orderId=order)) for _ in range(6)]
    assert sum(await asyncio.gather(*(work_off(town, JIANGMEN) for _ in range(3)))) == 6
    assert [(await look(developer, job))["status"] for job in jobs] == ["DONE"] * 6
    assert await shelf.rows("select tries, count(*) from job group by 1") == [(1, 6)]
