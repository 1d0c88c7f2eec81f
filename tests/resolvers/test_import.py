"""A filled-in workbook is taken in whole over HTTP, row by row and in its order."""

import io
import os
from typing import Any

import pytest
import xlwt

from tests.reports.books import COLUMN, HEADERS, good, make, opened, package, plain_rows, saved
from tests.resolvers.workbooks import NOBODY, send, told
from tests.scenes import LUZHOU, Caller, Developer, Town
from tests.shelf import Shelf


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer of Luzhou, where sample rates are set."""
    await town.set_rates(LUZHOU)
    return await town.developer(LUZHOU)


async def test_a_template_is_filled_in_and_taken_in_row_by_row(town: Town, developer: Developer):
    response = await town.stranger.fetch(f"/templates/UNIT_IMPORT.xlsx?city={LUZHOU}")
    assert response.status_code == 200
    assert response.headers["content-type"].endswith("spreadsheetml.sheet")
    assert "%E6%88%BF%E5%B1%8B%E5%AF%BC%E5%85%A5.xlsx" in response.headers["content-disposition"]
    book = opened(response.content)
    page = book.worksheets[0]
    page.delete_rows(4)
    rows = [good("201"), good("1-1", has_lift="N", structure="框剪", completed_ym="2014年9月", **NOBODY)]
    for number, row in enumerate(rows, start=4):
        for name, column in COLUMN.items():
            page.cell(number, column, row.get(name))
    order = await town.draft(developer)
    done = await send(developer, order, saved(book))
    assert done["__typename"] == "OrderImported", done
    assert done["rows"] == 2
    assert done["order"]["unitCount"] == 2
    assert done["order"]["due"] == "9718.50"
    first, second = (edge["node"] for edge in done["order"]["lines"]["edges"])
    assert (first["no"], first["after"]["roomNo"], first["after"]["grossArea"]) == (1, "201", "88.35")
    assert first["after"]["owner"] == {
        "name": "李四",
        "idNumber": "5105**********018X",
        "mobile": "131****0002",
    }
    assert (second["no"], second["after"]["roomNo"]) == (2, "1-1")
    assert second["after"]["hasLift"] is False
    assert (second["after"]["structure"], second["after"]["completedYm"]) == ("3", "201409")
    for wrong in (
        f"/templates/UNIT_IMPORT.xlsx?city={LUZHOU + 1}",
        "/templates/UNIT_IMPORT.xlsx",
        "/templates/X.xlsx?city=510500",
    ):
        assert (await town.stranger.fetch(wrong)).status_code == 404


async def test_a_mended_copy_is_taken_in_as_it_came_back(town: Town, developer: Developer):
    order = await town.draft(developer)
    answer = await send(
        developer, order, make([good("101", **NOBODY), good("102", gross_area="88,35", **NOBODY)])
    )
    book = opened((await developer.fetch(answer["correctionUrl"])).content)
    book.worksheets[0]["G5"] = "８８．３５㎡"
    done = await send(developer, order, saved(book))
    assert done["__typename"] == "OrderImported", done
    assert done["order"]["grossArea"] == "176.70"


async def test_a_rehearsal_says_what_would_be_and_writes_nothing(
    town: Town, developer: Developer, shelf: Shelf
):
    order = await town.draft(developer)
    standing = await shelf.standing()
    good_one = await send(developer, order, make([good("101", **NOBODY)]), dryRun=True)
    assert (good_one["dryRun"], good_one["order"]["unitCount"], good_one["order"]["due"]) == (
        True,
        1,
        "6184.50",
    )
    bad_one = await send(developer, order, make([good("101", floor=0, **NOBODY)]), dryRun=True)
    assert told(bad_one) == [("C4", "FLOOR_INVALID")]
    assert bad_one["correctionUrl"] is None
    assert await shelf.standing() == standing


async def test_imported_rows_replace_all_lines_and_keep_the_order_of_the_workbook(
    town: Town, developer: Developer
):
    order = await town.draft(developer)
    await send(developer, order, make([good(room, **NOBODY) for room in ("901", "902", "903")]))
    done = await send(developer, order, make([good(room, **NOBODY) for room in ("302", "101")]))
    lines = done["order"]["lines"]
    assert lines["totalCount"] == 2
    assert [(edge["node"]["no"], edge["node"]["after"]["roomNo"]) for edge in lines["edges"]] == [
        (1, "302"),
        (2, "101"),
    ]
    assert done["order"]["grossArea"] == "176.70"


async def test_what_the_reader_passed_over_is_told_in_the_callers_language(town: Town, developer: Developer):
    order = await town.draft(developer)

    def change(page: Any) -> None:
        page.append(["合计", None, None, None, None, None, 176.7])
        page.row_dimensions[5].hidden = True

    done = await send(developer, order, make([good("101", **NOBODY), good("102", **NOBODY)], change))
    assert done["rows"] == 1
    assert len(done["remarks"]) == 2
    assert any("5" in remark for remark in done["remarks"])
    english = Caller(developer.http, {**developer.headers, "Accept-Language": "en"})
    again = await send(english, order, make([good("101", **NOBODY), good("102", **NOBODY)], change))
    assert all(remark.isascii() for remark in again["remarks"])


def old_excel() -> bytes:
    """Save a workbook as Office 2003 does."""
    book: Any = xlwt.Workbook()
    page = book.add_sheet("房屋导入")
    for column, header in enumerate(HEADERS):
        page.write(2, column, header)
    for name, value in good("101", **NOBODY).items():
        if value is not None:
            page.write(3, COLUMN[name] - 1, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


async def test_a_workbook_of_office_2003_is_taken_in_too(town: Town, developer: Developer):
    order = await town.draft(developer)
    done = await send(developer, order, old_excel(), "房屋.xls")
    assert (done["__typename"], done["rows"]) == ("OrderImported", 1)


async def test_a_repeated_import_with_one_key_changes_nothing_more(
    town: Town, developer: Developer, shelf: Shelf
):
    order = await town.draft(developer)
    data = make([good("101", **NOBODY)])
    first = await send(developer, order, data, idempotencyKey="one")
    standing = await shelf.standing()
    assert (await send(developer, order, data, idempotencyKey="one"))["order"] == first["order"]
    other = await send(developer, order, make([good("102", **NOBODY)]), idempotencyKey="one")
    assert told(other) == [(None, "IDEMPOTENCY_CONFLICT")]
    assert await shelf.standing() == standing


def long_list(count: int) -> bytes:
    """Make a workbook of buildings of 200 units."""
    rows = [
        good(
            f"{1 + place % 200 // 4}{1 + place % 4:02d}",
            building=f"{1 + place // 200}栋",
            floor=1 + place % 200 // 4,
            address=f"江畔路8号第{place}户",
            **NOBODY,
        )
        for place in range(count)
    ]
    return package(plain_rows(rows))


@pytest.mark.parametrize(("count", "seconds"), [(2_000, 2), (20_000, 10)])
async def test_a_long_list_is_taken_in_within_its_time(
    town: Town, developer: Developer, count: int, seconds: int
):
    order = await town.draft(developer)
    data = long_list(count)
    began = spent()
    done = await send(developer, order, data)
    assert spent() - began < seconds
    assert (done["rows"], done["order"]["unitCount"]) == (count, count)
    assert done["order"]["buildingCount"] == count // 200
    assert done["order"]["lines"]["totalCount"] == count


def spent() -> float:
    """Tell the processor's time of this process and its children, which others' work does not lengthen."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
