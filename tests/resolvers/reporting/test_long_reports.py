"""Long reports beside the requests: the tables that requests make, read part by part, within their limits."""

from typing import Any

import pytest

from domain.reporting import Dimension
from resolvers.jobs.pace import CancelledJob
from resolvers.reporting.arrears import plan_arrears, read_arrears
from resolvers.reporting.conditions import Chosen
from resolvers.reporting.deposits import plan_deposits, read_deposits, sum_deposits
from resolvers.reporting.tables import make_arrears, make_deposits
from resolvers.sessions import find_actor
from resolvers.visit import Visit
from schema.ids import read_id
from tests.resolvers.jobs.asking import ask, look, taken, work_off
from tests.resolvers.reporting.streets import Streets
from tests.resolvers.reporting.test_exports import export, read_table, table
from tests.scenes import LUZHOU, Caller


async def done(streets: Streets, caller: Caller, name: str, **given: Any) -> Any:
    """Ask for a report beside the requests, let it be made, and look at the job."""
    job = await taken(await ask(caller, name, **given))
    assert await work_off(streets.town, LUZHOU) == 1
    return await look(caller, job)


async def test_a_job_makes_the_table_that_a_request_makes_and_says_why_it_makes_none(streets: Streets):
    developer = streets.first.developer
    for name, given in (
        ("depositSummaryExport", {"by": ["ESTATE", "BUILDING"], "filter": {"since": "2000-01-01"}}),
        ("arrearsExport", {"filter": {"estateId": streets.first.estate}}),
    ):
        rows = await table(developer, await export(developer, name, **given))
        job = await done(streets, developer, f"{name}Job", **given, format="XLSX")
        assert (job["status"], job["done"], job["outcome"]["rows"]) == ("DONE", len(rows), len(rows))
        assert read_table((await developer.fetch(job["file"]["url"])).content) == rows
    audited = "select distinct act from audit where request_id = :job and outcome = 'DONE'"
    assert await streets.shelf.one(audited, job=_bare(job)) == "arrearsExport"
    empty = await done(streets, developer, "arrearsExportJob", filter={"usage": "?"}, format="PDF")
    assert (empty["status"], empty["outcome"]["problems"][0]["code"]) == ("REFUSED", "REPORT_EMPTY")
    theirs = {"filter": {"estateId": streets.other.estate}, "format": "XLSX"}
    waiting = await streets.shelf.one("select count(*) from job")
    for caller, given, code in (
        (developer, theirs, "NOT_FOUND"),
        (await streets.member(), {"format": "XLSX"}, "FORBIDDEN"),
        (await streets.reporter(), {"format": "XLSX"}, "FORBIDDEN"),
    ):
        query = "mutation($i: ArrearsExportJobInput!) { arrearsExportJob(input: $i) { __typename } }"
        answer = await caller.send(query, i=given)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert await streets.shelf.one("select count(*) from job") == waiting


def _bare(job: Any) -> str:
    return read_id(job["id"])[2].hex


async def test_what_is_read_part_by_part_is_what_is_read_at_once(streets: Streets):
    visit = Visit(streets.town.desk, await find_actor(streets.town.desk, LUZHOU, "admin"))
    plan = await plan_arrears(visit, Chosen())
    parts = [part async for part in read_arrears(visit, plan, 1)]
    assert [[(one.estate, one.building, one.room_no) for one in part] for part in parts] == [
        [("江畔花园", "1栋", "302")],
        [("江畔花园", "地下室", "101")],
        [("滨江苑", "2栋", "502")],
    ]
    (whole,) = [part async for part in read_arrears(visit, plan)]
    assert [one for part in parts for one in part] == whole
    for by in (
        (),
        (Dimension.USAGE, Dimension.ESTATE),
        (Dimension.ESTATE, Dimension.BUILDING),
        (Dimension.DISTRICT,),
    ):
        summary = await sum_deposits(visit, by, Chosen())
        assert summary is not None
        found = [part async for part in read_deposits(visit, await plan_deposits(visit, by, Chosen()), 1)]
        assert all(len(part) == 1 for part in found)
        assert [group for part in found for group in part] == (summary.groups or [((), summary.total)])
    # Whoever wants it no more ends it between two parts, and the same snapshot can be read on.
    visit.pace = stop
    for making in (make_arrears(visit, Chosen()), make_deposits(visit, (Dimension.ESTATE,), Chosen())):
        with pytest.raises(CancelledJob):
            await making
    assert (await plan_arrears(visit, Chosen())).units == 3
    await visit.close()


async def stop(_done: int, _total: int | None) -> None:
    """Say that the work is wanted no more."""
    raise CancelledJob
