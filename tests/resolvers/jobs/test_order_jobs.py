"""Workbooks taken in and given out beside the requests: as whoever asked, once, and as long as wanted."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from domain.jobs import JobStatus
from resolvers.jobs.kinds import RUNS
from resolvers.jobs.pace import CancelledJob, Pace
from resolvers.jobs.running import run_next
from resolvers.jobs.taking import finish, give_back, take, tell
from resolvers.sessions import find_actor
from resolvers.upkeep import forget_jobs, purge_files
from resolvers.visit import Visit
from tests.conftest import MovableClock
from tests.resolvers.jobs.asking import ask, ask_import, book, look, taken, work_off
from tests.resolvers.users.acting import done
from tests.resolvers.workbooks import see
from tests.scenes import JIANGMEN, LUZHOU, USCC, YUNMENG, Developer, Town
from tests.shelf import Shelf


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer of Luzhou, where sample rates are set."""
    await town.set_rates(LUZHOU)
    return await town.developer(LUZHOU)


async def test_a_workbook_is_taken_in_beside_the_requests_and_shown_to_its_asker_alone(
    town: Town, developer: Developer, shelf: Shelf, clock: MovableClock
):
    order = await town.draft(developer)
    rehearsed = await ask_import(developer, order, book("201"), dryRun=True)
    assert (rehearsed["dryRun"], rehearsed["job"]["status"]) == (True, "WAITING")
    assert await shelf.one("select count(*) from job") == 0
    sent = book("201", "202", "203")
    job = await taken(await ask_import(developer, order, sent, idempotencyKey="one"))
    again = await taken(await ask_import(developer, order, sent, idempotencyKey="one"))
    assert (again["id"], await shelf.one("select count(*) from job")) == (job["id"], 1)
    assert (job["kind"], job["status"], job["done"], job["total"]) == ("ORDER_IMPORT", "WAITING", 0, None)
    assert (job["orderId"], job["file"]["name"], job["outcome"]) == (order, "房屋.xlsx", None)
    assert (await see(developer, order))["unitCount"] == 0
    clock.move(seconds=2)
    assert await work_off(town, JIANGMEN) == 0
    assert await work_off(town, LUZHOU) == 1
    job = await look(developer, job)
    assert (job["status"], job["done"], job["total"], job["file"]) == ("DONE", 3, 3, None)
    found: dict[str, Any] = {"rows": 3, "problemCount": 0, "remarks": [], "problems": []}
    assert job["outcome"] == {**found, "skippedCount": None, "skipped": None}
    assert job["finishedAt"] == "2026-11-22T12:00:02.000+08:00"
    found = await see(developer, order)
    assert (found["unitCount"], found["grossArea"]) == (3, "265.05")
    listed = await developer.ask("{ jobs(filter: { status: DONE, kind: ORDER_IMPORT }) { totalCount } }")
    assert listed["jobs"]["totalCount"] == 1
    # Nobody else sees it: not a colleague, not another enterprise, not the office.
    colleague = await town.sub_user(developer, ["org_admin"])
    for other in (colleague, await town.developer(LUZHOU, USCC[YUNMENG], "other"), await town.clerk(LUZHOU)):
        assert await look(other, job) is None
        assert (await other.ask("{ jobs { totalCount } }"))["jobs"]["totalCount"] == 0
        query = "mutation($i: JobCancelInput!) { jobCancel(input: $i) { __typename } }"
        answer = await other.send(query, i={"jobId": job["id"]})
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_FOUND"]
    over = await ask(developer, "jobCancel", jobId=job["id"])
    assert await developer.refused(over) == ["JOB_OVER"]


async def test_a_workbook_with_mistakes_comes_back_marked_and_the_order_stays_as_it_was(
    town: Town, developer: Developer
):
    order = await town.draft(developer)
    job = await taken(await ask_import(developer, order, book("201", "202", gross_area="88,35")))
    await work_off(town, LUZHOU)
    job = await look(developer, job)
    assert (job["status"], job["outcome"]["problemCount"]) == ("REFUSED", 2)
    assert [(one["code"], one["cell"]) for one in job["outcome"]["problems"]] == [
        ("NUMBER_FORMAT", "G4"),
        ("NUMBER_FORMAT", "G5"),
    ]
    assert "请" in job["outcome"]["problems"][0]["message"]
    assert job["file"]["name"] == "房屋-问题.xlsx"
    assert (await developer.fetch(job["file"]["url"])).content.startswith(b"PK")
    assert (await see(developer, order))["unitCount"] == 0


async def test_a_runner_that_dies_after_the_commit_leaves_nothing_to_be_done_twice(
    town: Town, developer: Developer, shelf: Shelf, clock: MovableClock
):
    order = await town.draft(developer)
    job = await taken(await ask_import(developer, order, book("201", "202")))
    async with take(town.desk, LUZHOU) as first:
        assert first is not None
        visit = Visit(town.desk, await find_actor(town.desk, LUZHOU, "admin"))
        await RUNS[first.kind](visit, first)
        await visit.close()
        version = (await see(developer, order))["version"]
        # It says nothing, but its session stands: it is believed to live for a minute.
        clock.move(seconds=60)
        assert not await run_next(town.desk, LUZHOU)
    # What is done is not undone by a wish that comes too late.
    await taken(await ask(developer, "jobCancel", jobId=job["id"]))
    assert await run_next(town.desk, LUZHOU)
    job = await look(developer, job)
    assert (job["status"], job["done"], job["outcome"]["rows"]) == ("DONE", 0, 2)
    found = await see(developer, order)
    assert (found["version"], found["unitCount"]) == (version, 2)
    assert await shelf.one("select count(*) from audit where act = 'orderImport'") == 1
    # The first one, back from the dead, changes nothing.
    assert await tell(town.desk, first, 1, 2) is None
    await finish(town.desk, first, JobStatus.FAILED, None, None)
    await give_back(town.desk, first)
    assert (await look(developer, job))["status"] == "DONE"


async def test_a_server_that_stops_gives_its_work_back_at_once_and_the_try_does_not_count(
    town: Town, developer: Developer, shelf: Shelf
):
    order = await town.draft(developer)
    job = await taken(await ask_import(developer, order, book("201")))
    async with shelf.engine.connect() as other:
        # Somebody holds the order, so that the import comes no further than to its lock.
        await other.execute(text("select id from business_order for update"))
        running = asyncio.create_task(run_next(town.desk, LUZHOU))
        waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
        while not await shelf.one(waiting):  # noqa: ASYNC110 - it tells nobody here
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert await shelf.rows("select status, tries, beat_at from job") == [("WAITING", 0, None)]
    assert await work_off(town, LUZHOU) == 1
    assert (await look(developer, job))["status"] == "DONE"


async def test_over_whom_five_runners_died_is_given_up(town: Town, developer: Developer):
    order = await town.draft(developer)
    job = await taken(await ask_import(developer, order, book("201")))
    for tries in range(1, 6):
        async with take(town.desk, LUZHOU) as found:
            assert found is not None
            assert found.tries == tries
    assert await run_next(town.desk, LUZHOU)
    job = await look(developer, job)
    assert (job["status"], job["outcome"]["problems"][0]["code"]) == ("FAILED", "JOB_FAILED")
    assert (await see(developer, order))["unitCount"] == 0


async def test_a_mistake_of_ours_ends_the_work_and_is_told_to_the_log(
    town: Town, developer: Developer, shelf: Shelf
):
    order = await town.draft(developer)
    job = await taken(await ask(developer, "orderExportJob", orderId=order))
    await shelf.change("update job set asked = '{}'")
    with pytest.raises(KeyError):
        await run_next(town.desk, LUZHOU)
    job = await look(developer, job)
    assert (job["status"], job["outcome"]["problems"][0]["code"]) == ("FAILED", "JOB_FAILED")
    assert not await run_next(town.desk, LUZHOU)


async def test_work_is_cancelled_before_it_begins_and_while_it_goes_on(
    town: Town, developer: Developer, shelf: Shelf
):
    order = await town.draft(developer)
    await town.put(developer, order, [])
    job = await taken(await ask_import(developer, order, book("201")))
    wanted = await taken(await ask(developer, "jobCancel", jobId=job["id"]))
    assert (wanted["status"], wanted["cancelAsked"]) == ("WAITING", True)
    assert await work_off(town, LUZHOU) == 1
    job = await look(developer, job)
    assert (job["status"], job["outcome"]) == ("CANCELLED", None)
    # The second is under way when the wish comes: it finds it in its midst, before it has written a line.
    other = await taken(await ask_import(developer, order, book("201", "202")))
    async with take(town.desk, LUZHOU) as running:
        assert running is not None
        await ask(developer, "jobCancel", jobId=other["id"])
        visit = Visit(town.desk, await find_actor(town.desk, LUZHOU, "admin"))
        visit.pace = Pace(town.desk, running).tell
        with pytest.raises(CancelledJob):
            await RUNS[running.kind](visit, running)
        await visit.close()
        assert ((await look(developer, other))["done"], (await look(developer, other))["total"]) == (0, 2)
        # The server stops in the same moment, and the next runner ends it.
        await give_back(town.desk, running)
    assert await work_off(town, LUZHOU) == 1
    assert (await look(developer, other))["status"] == "CANCELLED"
    assert (await see(developer, order))["unitCount"] == 0
    assert await shelf.one("select count(*) from audit where act = 'orderImport'") == 0


async def test_it_is_done_with_the_rights_of_that_moment_and_not_for_who_may_act_no_more(
    town: Town, developer: Developer, shelf: Shelf
):
    order = await town.draft(developer)
    one = await town.sub_user(developer, ["estate_editor"], login="one")
    two = await town.sub_user(developer, ["estate_editor"], login="two")
    weak = await taken(await ask_import(one, order, book("201")))
    await taken(await ask_import(two, order, book("202")))
    await done(developer, "userRolesSet", userId=one.id, roles=[{"role": "viewer"}])
    await done(developer, "userDeactivate", userId=two.id, reason="离职")
    assert await work_off(town, LUZHOU) == 2
    one.headers = await town.sign_in(LUZHOU, "one")
    weak = await look(one, weak)
    assert (weak["status"], weak["outcome"]["problems"][0]["code"]) == ("REFUSED", "JOB_NOT_ALLOWED")
    gone = "select status, outcome -> 'problems' -> 0 ->> 'code' from job order by id"
    assert await shelf.rows(gone) == [("REFUSED", "JOB_NOT_ALLOWED"), ("REFUSED", "JOB_OWNER_GONE")]
    assert (await see(developer, order))["unitCount"] == 0


async def test_what_cannot_be_done_is_refused_at_once_and_ten_wait_at_most(
    town: Town, developer: Developer, shelf: Shelf
):
    order = await town.draft(developer)
    viewer = await town.sub_user(developer, ["viewer"])
    query = "mutation($i: OrderImportJobInput!) { orderImportJob(input: $i) { __typename } }"
    answer = await viewer.upload(query, {"orderId": order}, book("201"), "x.xlsx")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    for _ in range(10):
        await taken(await ask(developer, "orderExportJob", orderId=order))
    standing = await shelf.standing()
    for refused in (
        await ask(developer, "orderExportJob", orderId=order),
        await ask_import(developer, order, book("201")),
    ):
        assert await developer.refused(refused) == ["LIMIT_EXCEEDED"]
    assert await shelf.standing() == standing


async def test_an_export_is_fetched_for_a_day_and_what_it_was_is_known_for_ninety(
    town: Town, developer: Developer, shelf: Shelf, clock: MovableClock
):
    order = await town.draft(developer)
    await taken(await ask_import(developer, order, book("201")))
    job = await taken(await ask(developer, "orderExportJob", orderId=order))
    # A workbook that waits is kept, however long that is.
    clock.move(hours=25)
    await purge_files(town.desk, LUZHOU)
    assert await work_off(town, LUZHOU) == 2
    developer.headers = await town.sign_in(LUZHOU, "admin")
    job = await look(developer, job)
    assert (job["status"], job["done"], job["total"], job["outcome"]["rows"]) == ("DONE", 1, 1, 1)
    assert (await developer.fetch(job["file"]["url"])).content.startswith(b"PK")
    assert await shelf.rows("select status from job order by id") == [("DONE",), ("DONE",)]
    assert (await see(developer, order))["unitCount"] == 1
    clock.move(hours=25)
    assert await purge_files(town.desk, LUZHOU) == 2
    developer.headers = await town.sign_in(LUZHOU, "admin")
    assert (await look(developer, job))["file"] is None
    clock.move(days=91)
    assert (await forget_jobs(town.desk, LUZHOU), await shelf.one("select count(*) from job")) == (2, 0)
