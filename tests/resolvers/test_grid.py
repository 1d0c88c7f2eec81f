"""The building table (楼盘表) as the trade draws it, and the list beside it, however large the building."""

from typing import Any

import pytest

from tests.reports.books import good, make
from tests.scenes import CLERK_ID, JIANGMEN, REVIEWER_ID, Developer, Town, take, unit
from tests.statements import Statements

GRID = """{ estates { edges { node { buildings { name grid { section floors { floor units {
  roomNo address account { due } } } } } } } } }"""


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer of Jiangmen, whose rates are published."""
    return await town.developer(JIANGMEN)


def place(section: str, floor: int, room: str, **more: Any) -> dict[str, Any]:
    """Give a unit at a place."""
    return unit(
        "301", roomNo=room, section=section, floor=str(floor), address=f"{section}-{floor}-{room}", **more
    )


async def buildings(developer: Developer) -> list[Any]:
    """Give the buildings of the newest estate with their tables."""
    data = await developer.ask(GRID)
    return data["estates"]["edges"][0]["node"]["buildings"]


async def test_the_table_has_its_top_floor_first_and_numbers_in_their_natural_order(
    town: Town, developer: Developer
):
    lines = [
        place("10单元", 2, "201"),
        place("2单元", -1, "车位2", usage="车位", grossArea="12.50"),
        place("2单元", 10, "1001"),
        place("2单元", 2, "0202"),
        place("2单元", 9, "901"),
        place("2单元", 2, "1202"),
        place("2单元", 2, "201"),
        place("2单元", -2, "车位10", usage="车位", grossArea="12.50"),
        place("2单元", -1, "车位10", usage="车位", grossArea="12.50"),
        place("", 1, "门卫"),
        place("A座", 1, "101"),
        place("甲单元", 1, "101"),
    ]
    await town.collect(developer, lines)
    (building,) = await buildings(developer)
    table = {
        section["section"]: [
            (floor["floor"], [cell["roomNo"] for cell in floor["units"]]) for floor in section["floors"]
        ]
        for section in building["grid"]
    }
    assert list(table) == ["", "2单元", "10单元", "A座", "甲单元"]
    assert table["2单元"] == [
        (10, ["1001"]),
        (9, ["901"]),
        (2, ["201", "0202", "1202"]),
        (-1, ["车位2", "车位10"]),
        (-2, ["车位10"]),
    ]


async def test_a_cell_shows_its_own_unit_and_what_is_due_of_it(town: Town, developer: Developer):
    await town.collect(
        developer, [place("1单元", 3, "301"), place("1单元", -1, "P1", usage="车位", grossArea="12.50")]
    )
    (building,) = await buildings(developer)
    cells = [cell for floor in building["grid"][0]["floors"] for cell in floor["units"]]
    assert [(cell["address"], cell["account"]["due"]) for cell in cells] == [
        ("1单元-3-301", "2650.50"),
        ("1单元--1-P1", "250.00"),
    ]


async def test_the_tables_of_all_buildings_are_one_statement_and_shared_with_the_list(
    town: Town, developer: Developer
):
    await town.collect(developer, [place("1单元", 1, "101", building=f"{no}栋") for no in (10, 2, 1)])
    with Statements(town.desk) as statements:
        data = await developer.ask(
            """{ estates { edges { node { buildings { name units { address }
                 grid { section floors { floor units { roomNo } } } } } } } }"""
        )
    found = data["estates"]["edges"][0]["node"]["buildings"]
    assert [building["name"] for building in found] == ["10栋", "2栋", "1栋"], (
        "buildings stay as the workbook has them"
    )
    assert all(len(building["units"]) == 1 for building in found)
    assert (len(statements.compiled), len(statements.texts)) == (1, 0)


async def test_a_building_of_5000_units_is_a_table_and_a_larger_one_is_a_list(
    town: Town, developer: Developer
):
    await collect_by_workbook(town, developer, 5_001)
    with Statements(town.desk) as statements:
        answer = await developer.send(GRID)
    assert answer["errors"][0]["extensions"]["code"] == "TOO_COSTLY"
    assert "5000" in answer["errors"][0]["message"]
    assert [text for text in statements.texts if "FROM unit" in text and "LIMIT" in text], (
        "no more than that is read"
    )
    data = await developer.ask(
        """{ estates { edges { node { buildings { id name }
             units(last: 1) { totalCount edges { node { address } } pageInfo { hasPreviousPage } } } } } }"""
    )
    estate = data["estates"]["edges"][0]["node"]
    assert [building["name"] for building in estate["buildings"]] == ["1栋", "2栋"]
    assert estate["units"] == {
        "totalCount": 5_003,
        "edges": [{"node": {"address": "2栋第5002户"}}],
        "pageInfo": {"hasPreviousPage": True},
    }
    small = await developer.ask(
        "query($i: ID!) { node(id: $i) { ... on Building { units { roomNo } grid { floors { floor } } } } }",
        i=estate["buildings"][1]["id"],
    )
    assert [home["roomNo"] for home in small["node"]["units"]] == ["16722", "16723"]


async def collect_by_workbook(town: Town, developer: Developer, count: int) -> None:
    """Collect an estate of one large building, and of one of two units, by its workbook."""
    rows = [
        good(
            f"{1 + i // 30}{1 + i % 30:02d}",
            building="1栋" if i < count else "2栋",
            floor=1 + i // 30,
            address=f"{'1栋' if i < count else '2栋'}第{i}户",
            **dict.fromkeys(
                ("owner_name", "owner_id_type", "owner_id_number", "owner_mobile", "contract_no")
            ),
        )
        for i in range(count + 2)
    ]
    order = await town.draft(developer)
    answer = await developer.upload(
        "mutation($i: OrderImportInput!) { orderImport(input: $i) { ... on OrderImported { rows } } }",
        {"orderId": order},
        make(rows),
        "房屋.xlsx",
    )
    assert answer["data"]["orderImport"] == {"rows": count + 2}
    assert (await take(developer, "orderSubmit", order))["__typename"] == "OrderDone"
    clerk = await town.office(JIANGMEN, "window_clerk", CLERK_ID)
    await take(clerk, "orderAccept", order, registrationPapersReceived=True)
    reviewer = await town.office(JIANGMEN, "reviewer", REVIEWER_ID)
    assert (await take(reviewer, "orderApprove", order))["order"]["status"] == "COMPLETED"
