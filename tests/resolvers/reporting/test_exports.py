"""Reports as files over HTTP: what stands in the workbook and on the pages, and who may not make one."""

# openpyxl has no types of its own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import base64
import io
from typing import Any

from openpyxl import load_workbook

from tests.papers import FILE, fetched, words
from tests.resolvers.reporting.streets import Streets
from tests.scenes import LUZHOU, YUNMENG, Caller, Town

_KINDS = {
    "depositSummaryExport": "DepositSummaryExportInput",
    "arrearsExport": "ArrearsExportInput",
    "bankDayExport": "BankDayExportInput",
}


async def export(caller: Caller, name: str, **given: Any) -> Any:
    """Ask for a report as a file."""
    return await caller.act(name, {"format": "XLSX", **given}, FILE, _KINDS[name])


async def table(caller: Caller, made: Any) -> list[list[Any]]:
    """Fetch a workbook and read its table."""
    assert made["__typename"] == "FileMade", made
    return read_table((await caller.fetch(made["file"]["url"])).content)


def read_table(book: bytes) -> list[list[Any]]:
    """Read the rows below a workbook's head, until the notes."""
    page: Any = load_workbook(io.BytesIO(book)).worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    head = next(place for place, row in enumerate(rows) if row[1] is not None)
    return [row for row in rows[head + 1 :] if any(cell is not None for cell in row[1:])]


async def test_the_summary_as_a_workbook_has_real_numbers_subtotals_and_a_total(streets: Streets):
    developer = streets.first.developer
    made = await export(developer, "depositSummaryExport", by=["ESTATE", "BUILDING"])
    assert await table(developer, made) == [
        ["江畔花园", "1栋", 2, 1, 121.6835, 8517.85, 6184.5, 2333.35, 6184.5, 0.726],
        ["江畔花园", "地下室", 1, 0, 12.5, 375, 0, 375, 0, 0],
        ["江畔花园小计", None, 3, 1, 134.1835, 8892.85, 6184.5, 2708.35, 6184.5, 0.6954],
        ["滨江苑", "2栋", 2, 1, 150, 9000, 7000, 2000, 7000, 0.7777],
        ["滨江苑小计", None, 2, 1, 150, 9000, 7000, 2000, 7000, 0.7777],
        ["总计", None, 5, 2, 284.1835, 17892.85, 13184.5, 4708.35, 13184.5, 0.7368],
    ]


async def test_the_summary_as_pages_is_numbered_and_says_what_it_is_limited_to(streets: Streets):
    developer = streets.first.developer
    given = {"by": ["USAGE"], "filter": {"estateId": streets.first.estate, "paid": False}, "format": "PDF"}
    made = await export(developer, "depositSummaryExport", **given)
    assert made["file"]["mediaType"] == "application/pdf"
    (page,) = words(await fetched(developer, made))
    text = "".join(page.split())
    name, number = made["file"]["name"].removesuffix(".pdf").split("-")
    assert (name, number[:12]) == ("维修资金交存情况统计表", "LZBB20261122")
    assert f"编号：{number}" in text
    for part in ("维修资金交存情况统计表", "江畔花园", "未交清", "2708.35", "总计"):
        assert part in text, part
    again = await export(developer, "depositSummaryExport", **given)
    assert again["file"]["name"] != made["file"]["name"]


async def test_the_list_of_arrears_hides_names_and_names_open_notices(streets: Streets):
    developer = streets.first.developer
    rows = await table(developer, await export(developer, "arrearsExport"))
    day = rows[0][8]
    number = streets.notice["noticeNo"]
    assert rows == [
        [1, "江畔花园", "1栋", "1单元", 3, "302", "李**", 33.3335, day, 2333.35, 0, 2333.35, number],
        [2, "江畔花园", "地下室", None, -1, "101", None, 12.5, day, 375, 0, 375, None],
        ["江畔花园小计：2 户", *[None] * 6, 45.8335, None, 2708.35, 0, 2708.35, None],
        [3, "滨江苑", "2栋", "1单元", 5, "502", None, 50, day, 2000, 0, 2000, None],
        ["滨江苑小计：1 户", *[None] * 6, 50, None, 2000, 0, 2000, None],
        ["总计：3 户", *[None] * 6, 95.8335, None, 4708.35, 0, 4708.35, None],
    ]
    made = await export(developer, "arrearsExport", format="PDF")
    assert "李𬭎喆" not in "".join(words(await fetched(developer, made)))


async def test_a_banks_day_is_handed_out_with_its_check_against_the_ledger(streets: Streets):
    authority = await streets.authority()
    bank = streets.town.desk.cities[LUZHOU].banks[0]
    made = await export(authority, "bankDayExport", bank=bank.code, day="2026-11-22")
    assert await table(authority, made) == [
        ["交款入账", "银行柜台", 2, 13184.5, None, None],
        ["交款入账核对", None, None, 13184.5, 13184.5, "一致"],
        ["待查款项净增核对", None, None, 0, 0, "一致"],
        ["退款净额核对", None, None, 0, 0, "一致"],
    ]


async def test_what_a_report_is_called_is_a_text_of_the_city(town: Town):
    for city, bank, title in ((LUZHOU, "LZ01", "维修资金银行日报"), (YUNMENG, "YM01", "维修资金每日收支表")):
        authority = await town.authority(city)
        given = {"bank": bank, "day": "2026-11-22", "format": "PDF"}
        made = await authority.act("bankDayExport", given, FILE, "BankDayExportInput")
        assert made["file"]["name"].startswith(f"{title}-")
        (page,) = words(await fetched(authority, made))
        assert title in page


_FILES = """query($b: String!, $d: Date, $e: ID, $f: ReportFormat!) {
  deposits: depositSummaryFile(by: [ESTATE], filter: { estateId: $e }, format: $f) { ...File }
  arrears: arrearsFile(filter: { estateId: $e }, format: $f) { ...File }
  day: bankDayFile(bank: $b, day: $d, format: $f) { ...File }
  none: depositSummaryFile(filter: { status: MERGED }, format: $f) { ...File }
}
fragment File on ReportFileResult { __typename ... on ReportFile { name mediaType content }
  ... on Rejected { problems { code } } }"""


async def test_a_machine_that_only_reads_gets_reports_in_the_answer_and_nothing_is_written(streets: Streets):
    reporter = await streets.reporter()
    before = await streets.shelf.standing()
    asked = {"b": "LZ01", "d": "2026-11-22", "e": streets.first.estate}
    pages = await reporter.ask(_FILES, **asked, f="PDF")
    books = await reporter.ask(_FILES, **asked, f="XLSX")
    assert await streets.shelf.standing() == before
    for name, title in (("deposits", "交存情况统计表"), ("arrears", "欠交清单"), ("day", "银行日报")):
        (page,) = words(base64.b64decode(pages[name]["content"]))
        assert (pages[name]["mediaType"], title in page) == ("application/pdf", True)
        assert books[name]["name"].endswith(".xlsx")
    rows = read_table(base64.b64decode(books["deposits"]["content"]))
    assert rows == [
        ["江畔花园", 3, 1, 134.1835, 8892.85, 6184.5, 2708.35, 6184.5, 0.6954],
        ["总计", 3, 1, 134.1835, 8892.85, 6184.5, 2708.35, 6184.5, 0.6954],
    ]
    empty = {"__typename": "Rejected", "problems": [{"code": "REPORT_EMPTY"}]}
    assert (pages["none"], books["none"]) == (empty, empty)
    for caller in (streets.first.developer, await streets.authority(), streets.first.bank):
        answer = await caller.send('{ arrearsFile { __typename } bankDayFile(bank: "LZ01") { __typename } }')
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}


async def test_who_may_not_export_or_names_what_is_not_theirs_gets_no_file(streets: Streets):
    developer, viewer = streets.first.developer, await streets.member()
    reporter, authority = await streets.reporter(), await streets.authority()
    files = await streets.shelf.one("select count(*) from file")

    async def error(caller: Caller, name: str, **given: Any) -> str:
        query = f"mutation($i: {_KINDS[name]}!) {{ {name}(input: $i) {{ __typename }} }}"
        answer = await caller.send(query, i={"format": "PDF", **given})
        return answer["errors"][0]["extensions"]["code"]

    for caller in (viewer, reporter, streets.first.bank):
        assert await error(caller, "depositSummaryExport", by=[]) == "FORBIDDEN"
        assert await error(caller, "arrearsExport") == "FORBIDDEN"
        assert await error(caller, "bankDayExport", bank="LZ01", day="2026-11-22") == "FORBIDDEN"
    their_developer = await streets.organization(streets.other)
    for theirs in ({"estateId": streets.other.estate}, {"organizationId": their_developer}):
        assert await error(developer, "depositSummaryExport", by=[], filter=theirs) == "NOT_FOUND"
        assert await error(developer, "arrearsExport", filter=theirs) == "NOT_FOUND"
    empty = await export(developer, "depositSummaryExport", by=[], filter={"status": "MERGED"})
    assert await developer.refused(empty) == ["REPORT_EMPTY"]
    assert await developer.refused(await export(developer, "arrearsExport", filter={"usage": "?"})) == [
        "REPORT_EMPTY"
    ]
    unknown = await export(authority, "bankDayExport", bank="?", day="2026-11-22")
    assert await authority.refused(unknown) == ["VALUE_UNKNOWN"]
    assert await streets.shelf.one("select count(*) from file") == files
