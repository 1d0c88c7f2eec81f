"""An order's lines go out as a workbook and come back the same, unless some of it was masked."""

from typing import Any

import pytest

from tests.reports.books import COLUMN, good, make, opened, saved
from tests.resolvers.workbooks import NOBODY, export, send, told
from tests.scenes import LUZHOU, REVIEWER_ID, Developer, Town, take


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer of Luzhou, where sample rates are set."""
    await town.set_rates(LUZHOU)
    return await town.developer(LUZHOU)


async def test_an_export_is_corrected_in_a_spreadsheet_and_taken_in_again(town: Town, developer: Developer):
    order = await town.draft(developer)
    rows = [good("=1+1", address="@甲", **NOBODY), good("0102", remark="-x"), good("103", **NOBODY)]

    def quote(page: Any) -> None:
        page["D4"].data_type = "s"

    done = await send(developer, order, make(rows, quote))
    assert done["__typename"] == "OrderImported", done
    book = opened(await export(developer, order))
    page = book.worksheets[0]
    column = {
        str(cell.value).rstrip("★"): cell.column
        for row in page.iter_rows(max_row=3)
        for cell in row
        if cell.value
    }
    assert [page.cell(row, column["室号"]).value for row in (4, 5, 6)] == ["=1+1", "0102", "103"]
    assert all(page.cell(row, column["室号"]).data_type == "s" for row in (4, 5, 6)), "no formula is let out"
    unchanged = await send(developer, order, saved(book))
    assert unchanged["order"]["lines"] == done["order"]["lines"]
    page.cell(6, column["建筑面积"], 90)
    page.delete_rows(4)
    again = await send(developer, order, saved(book))
    assert [edge["node"]["after"]["roomNo"] for edge in again["order"]["lines"]["edges"]] == ["0102", "103"]
    assert again["order"]["grossArea"] == "178.35"
    assert again["order"]["lines"]["edges"][0]["node"]["after"]["owner"]["idNumber"] == "5105**********018X"


async def test_who_may_not_read_clear_numbers_exports_masked_ones_which_are_not_taken_in(
    town: Town, developer: Developer
):
    order = await town.draft(developer)
    await send(developer, order, make([good("101")]))
    clear = opened(await export(developer, order)).worksheets[0]
    assert clear.cell(4, COLUMN["owner_id_number"]).value == "51050219850315018X"
    await take(developer, "orderSubmit", order)
    reviewer = await town.office(LUZHOU, "reviewer", REVIEWER_ID)
    sheet = await export(reviewer, order)
    seen = opened(sheet).worksheets[0]
    assert seen.cell(4, COLUMN["owner_id_number"]).value == "5105**********018X"
    assert seen.cell(4, COLUMN["owner_mobile"]).value == "131****0002"
    await take(developer, "orderWithdraw", order)
    answer = await send(developer, order, sheet)
    assert told(answer) == [("P4", "ID_FORMAT"), ("Q4", "MOBILE_FORMAT")]
