"""Units on their round trip through a spreadsheet: exported, edited, imported again [J 1.3.6]."""

import io
from typing import Any

import openpyxl
import pytest

from tests.office import open_office
from tests.resolvers.changes.unit_changes import Change, estate_of, units_of
from tests.resolvers.workbooks import export, send
from tests.scenes import JIANGMEN, LUZHOU, Town
from tests.shelf import Shelf


async def _begun(town: Town, city: int) -> tuple[Change, Any]:
    """Give a unit change with three units picked, and its workbook."""
    office = await open_office(town, city)
    estate = await estate_of(office, "301", "302", "303")
    units = await units_of(office, estate)
    change = await Change(office, estate).begin()
    await change.pick(*(units[f"1栋{room}"]["id"] for room in ("301", "302", "303")))
    return change, openpyxl.load_workbook(io.BytesIO(await export(office.developer, change.order)))


def _columns(page: Any) -> dict[str, int]:
    return {
        str(cell.value).rstrip("★"): cell.column
        for row in page.iter_rows(max_row=3)
        for cell in row
        if cell.value
    }


def _saved(book: Any) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


async def _lines(change: Change) -> dict[str, Any]:
    query = """query($o: ID!) { node(id: $o) { ... on Order { lines(first: 9) { edges { node { no
      before { ... on UnitContent { roomNo grossArea hasLift } }
      after { ... on UnitContent { roomNo grossArea hasLift building } } } } } } } }"""
    found = await change.office.developer.ask(query, o=change.order)
    return {edge["node"]["before"]["roomNo"]: edge["node"] for edge in found["node"]["lines"]["edges"]}


@pytest.mark.parametrize("city", [LUZHOU, JIANGMEN])
async def test_what_was_edited_in_the_sheet_comes_back_to_the_same_units(town: Town, city: int):
    change, book = await _begun(town, city)
    page = book.worksheets[0]
    column = _columns(page)
    assert page.column_dimensions["A"].hidden
    rows = {page.cell(row, column["室号"]).value: row for row in range(4, 7)}
    page.cell(rows["302"], column["建筑面积"], 100.5)
    page.cell(rows["302"], column["电梯(有/无)"], "无")
    page.cell(rows["301"], column["室号"], "305")
    page.delete_rows(rows["303"])
    done = await send(change.office.developer, change.order, _saved(book))
    assert done["__typename"] == "OrderImported", done
    lines = await _lines(change)
    assert {room: line["after"] for room, line in lines.items()} == {
        "301": {"roomNo": "305", "grossArea": "88.35", "hasLift": True, "building": "1栋"},
        "302": {"roomNo": "302", "grossArea": "100.50", "hasLift": False, "building": "1栋"},
        "303": {"roomNo": "303", "grossArea": "88.35", "hasLift": True, "building": "1栋"},
    }
    assert (await change.approve())["status"] == "COMPLETED"


async def test_an_unchanged_sheet_changes_nothing(town: Town):
    change, book = await _begun(town, LUZHOU)
    before = await _lines(change)
    assert (await send(change.office.developer, change.order, _saved(book)))["__typename"] == "OrderImported"
    assert await _lines(change) == before


async def test_a_row_of_another_unit_or_the_same_unit_twice_is_refused_whole(town: Town, shelf: Shelf):
    change, book = await _begun(town, LUZHOU)
    page = book.worksheets[0]
    first = page.cell(4, 1).value
    for code in ("LZUN0000000000000", page.cell(5, 1).value):
        page.cell(4, 1, code)
        page.cell(4, _columns(page)["建筑面积"], 77)
        before = await shelf.standing()
        refused = await send(change.office.developer, change.order, _saved(book))
        assert [problem["code"] for problem in refused["problems"]] == ["VALUE_UNKNOWN"]
        assert await shelf.standing() == before
    assert first


async def test_a_wrong_cell_is_told_and_nothing_is_taken_in(town: Town):
    change, book = await _begun(town, LUZHOU)
    page = book.worksheets[0]
    before = await _lines(change)
    page.cell(5, _columns(page)["建筑面积"], "八十")
    refused = await send(change.office.developer, change.order, _saved(book))
    assert [(problem["code"], problem["row"]) for problem in refused["problems"]] == [("NUMBER_FORMAT", 5)]
    assert await _lines(change) == before
