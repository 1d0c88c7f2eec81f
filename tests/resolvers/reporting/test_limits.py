"""What is too much for a report is refused by a clear answer, and makes no file."""

from tests.resolvers.jobs.asking import ask, look, taken, work_off
from tests.resolvers.reporting.streets import Streets
from tests.resolvers.reporting.test_exports import export
from tests.scenes import LUZHOU

_UNITS = """insert into unit (city, id, org_id, estate_id, building_id, code, section, floor, room_no,
    place_key, address, usage, category, gross_area, has_lift, deposit_point, status, version)
  select city, gen_random_uuid(), org_id, estate_id, building_id, 'X' || g, '', 1, g::text, 'p' || g, address,
    usage, category, gross_area, has_lift, date '2026-01-01' - g % 6000 * interval '1 month', 'ACTIVE', 1
  from unit, generate_series(1, 20000) g where room_no = '502'"""
_ACCOUNTS = """insert into account (city, id, org_id, kind, account_no, bank, estate_id, unit_id, due, rate,
    status, opened_at)
  select city, gen_random_uuid(), org_id, 'UNIT', 'A' || code, 'LZ01', estate_id, id, 200000, 4000, 'OPEN',
    now() from unit where code like 'X%'"""


async def test_more_than_a_report_holds_is_refused_and_a_narrower_question_is_answered(own_streets: Streets):
    developer, shelf = own_streets.first.developer, own_streets.shelf
    await shelf.change(_UNITS)
    await shelf.change(_ACCOUNTS)
    files = await shelf.one("select count(*) from file")
    answer = await developer.send("{ depositSummary(by: [MONTH]) { total { units } } }")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["TOO_COSTLY"]
    assert await developer.refused(await export(developer, "arrearsExport")) == ["LIMIT_EXCEEDED"]
    months = await export(developer, "depositSummaryExport", by=["MONTH"])
    assert await developer.refused(months) == ["LIMIT_EXCEEDED"]
    # Beside the requests a workbook holds ten times as much; of pages there may be no more than by a request.
    job = await taken(await ask(developer, "arrearsExportJob", format="PDF"))
    assert await work_off(own_streets.town, LUZHOU) == 1
    job = await look(developer, job)
    assert (job["status"], job["outcome"]["problems"][0]["code"]) == ("REFUSED", "LIMIT_EXCEEDED")
    assert await shelf.one("select count(*) from file") == files
    assert (await own_streets.ask(None, "BUILDING"))["total"]["units"] == 20_005
    narrower = {"estateId": own_streets.first.estate}
    made = await export(developer, "arrearsExport", filter=narrower)
    assert made["__typename"] == "FileMade"
