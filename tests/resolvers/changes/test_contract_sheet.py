"""Contracts on their round trip through a spreadsheet: exported, filled in, imported [J 1.3.9 s5]."""

import io
from typing import Any

import openpyxl

from tests.office import open_office
from tests.ordinary import ask_ordinary
from tests.resolvers.changes.test_contract_binding import (
    LI,
    ORDER,
    SMITH,
    ZHANG,
    Binding,
    estate_of,
    lines_of,
)
from tests.resolvers.workbooks import export, send
from tests.scenes import JIANGMEN, Town, unit
from tests.sim import Sim
from tests.statements import Statements


async def test_contracts_come_by_the_sheet_and_keep_what_was_matched(town: Town, sim: Sim):
    office = await open_office(town, JIANGMEN)
    estate = await estate_of(office, unit("301"), unit("302"), unit("303"))
    sim[JIANGMEN].sell("HT-1", None, ZHANG)
    sim[JIANGMEN].sell("HT-2", None, SMITH)
    binding = await Binding(office, estate).begin("301", "302", "303")
    book = openpyxl.load_workbook(io.BytesIO(await export(office.developer, binding.order)))
    page = book.worksheets[0]
    assert page.column_dimensions["A"].hidden
    heads = [str(cell.value) for cell in page[3]]
    assert heads[1:] == ["楼栋名称★", "单元", "楼层★", "室号★", "业主姓名★", "证件号码★", "房屋合同号★"]
    page.delete_rows(6)
    fill(page, 4, "张三", ZHANG[2], "HT-1")
    fill(page, 5, "李四", LI[2], "HT-1")
    refused = await send(office.developer, binding.order, saved(book))
    assert [(one["code"], one["cell"]) for one in refused["problems"]] == [("CONTRACT_TAKEN", "H5")]
    fill(page, 5, "John Smith", SMITH[2], None)
    refused = await send(office.developer, binding.order, saved(book))
    assert [(one["code"], one["cell"]) for one in refused["problems"]] == [("FIELD_REQUIRED", "H5")]
    fill(page, 5, "John Smith", SMITH[2], "HT-2")
    page.cell(5, 2, "九栋")
    assert (await send(office.developer, binding.order, saved(book)))["__typename"] == "OrderImported"
    matched = lines_of(await binding.match())
    assert [line["after"]["match"] for line in matched] == ["MATCHED", "MATCHED", None]
    again = await export(office.developer, binding.order)
    shown = openpyxl.load_workbook(io.BytesIO(again)).worksheets[0]
    assert [cell.value for cell in shown[5]][1:] == [
        "1栋",
        "1单元",
        3,
        "302",
        "John Smith",
        SMITH[2],
        "HT-2",
    ]
    shown.delete_rows(6)
    assert (await send(office.developer, binding.order, saved(shown.parent)))["__typename"] == "OrderImported"
    assert await read_both_ways(town, binding) == matched


async def read_both_ways(town: Town, binding: Binding) -> list[Any]:
    """Read the lines by one statement and without any; both have to say the same."""
    read = f"query($id: ID!) {{ node(id: $id) {{ ... on Order {{ {ORDER.removeprefix('order {')} }} }}"
    with Statements(town.desk) as statements:
        found = await binding.office.developer.ask(read, id=binding.order)
    assert statements.compiled
    assert await ask_ordinary(town, binding.office.developer, read, id=binding.order) == found
    return lines_of({"order": found["node"]})


def fill(page: Any, row: int, *values: str | None) -> None:
    for column, value in enumerate(values, start=6):
        page.cell(row, column).value = value


def saved(book: Any) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
