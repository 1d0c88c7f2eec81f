"""Every mistake in a workbook is told in its place; the same workbook comes back with them beside."""

from datetime import datetime

import pytest

from tests.reports.books import good, make, opened
from tests.resolvers.workbooks import NOBODY, see, send, told
from tests.scenes import LUZHOU, Caller, Developer, Town
from tests.shelf import Shelf


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer of Luzhou, where sample rates are set."""
    await town.set_rates(LUZHOU)
    return await town.developer(LUZHOU)


MISTAKES: dict[str, tuple[dict[str, object], tuple[str, str]]] = {
    "88,35": ({"gross_area": "88,35"}, ("G4", "NUMBER_FORMAT")),
    "a fifth decimal": ({"gross_area": 88.35678}, ("G5", "AREA_INVALID")),
    "no area": ({"gross_area": 0}, ("G6", "AREA_INVALID")),
    "a larger area within": ({"net_area": 99}, ("H7", "AREA_INVALID")),
    "a room that became a date": ({"room_no": datetime(2026, 3, 12)}, ("D8", "DATE_CELL")),  # noqa: DTZ001
    "no room": ({"room_no": "\u3000"}, ("D9", "FIELD_REQUIRED")),
    "floor zero": ({"floor": 0}, ("C10", "FLOOR_INVALID")),
    "an unknown usage": ({"usage": "住房儿"}, ("F11", "VALUE_UNKNOWN")),
    "an unknown structure": ({"structure": "木头"}, ("K12", "VALUE_UNKNOWN")),
    "a lift, perhaps": ({"has_lift": "也许"}, ("I13", "VALUE_UNKNOWN")),
    "month 13": ({"completed_ym": "201413"}, ("J14", "DATE_INVALID")),
    "an ID as a number": ({"owner_id_number": 510502198503150120}, ("P15", "ID_NUMERIC_CELL")),
    "an ID in scientific notation": ({"owner_id_number": "5.10502E+17"}, ("P16", "ID_NUMERIC_CELL")),
    "a wrong check digit": ({"owner_id_number": "510502198503150121"}, ("P17", "ID_CHECKSUM")),
    "29 February 2001": ({"owner_id_number": "510504200102290125"}, ("P18", "ID_DATE")),
    "a short mobile": ({"owner_mobile": "1380013800"}, ("Q19", "MOBILE_FORMAT")),
    "an owner without a name": ({"owner_name": None}, ("N20", "OWNER_REQUIRED")),
    "a formula without a value": ({"net_area": "=1+"}, ("H21", "FORMULA_NO_VALUE")),
    "merged addresses": ({}, ("E22:E23", "MERGED_CELL")),
    "a raised digit": ({"gross_area": "88²"}, ("G24", "NUMBER_FORMAT")),
    "too long a contract number": ({"contract_no": "号" * 51}, ("R25", "TEXT_INVALID")),
    "a floor count that is none": ({"floors_above": "十八"}, ("L26", "NUMBER_FORMAT")),
}


def mistaken() -> bytes:
    """Make a workbook with one mistake a row from row 4 on, and one room twice at its end."""
    rows: list[dict[str, object]] = []
    for place, (changes, (cell, _)) in enumerate(MISTAKES.values()):
        if cell == "G24":
            rows.append(good("3900", **NOBODY))
        rows.append(good(f"{3000 + place}", **{"contract_no": None, **changes}))
    rows += [good("4001", **NOBODY), good("4001 ", building="１栋", **NOBODY)]
    return make(rows, lambda page: page.merge_cells("E22:E23"), above=2)


async def test_every_mistake_is_told_with_its_cell_and_nothing_is_written(
    town: Town, developer: Developer, shelf: Shelf
):
    order = await town.draft(developer)
    await send(developer, order, make([good("101", **NOBODY)]))
    before, standing = await see(developer, order), await shelf.standing()
    answer = await send(developer, order, mistaken(), "第一期.xlsx")
    more = [("E23", "FIELD_REQUIRED"), ("D28", "DUPLICATE_UNIT")]
    expected = sorted([*(place for _, place in MISTAKES.values()), *more], key=row_of)
    assert sorted(told(answer), key=row_of) == expected
    assert answer["problemCount"] == len(expected) == 24
    assert await see(developer, order) == before
    after = await shelf.standing()
    changed = {table for table, state in after.items() if state != standing[table]}
    assert changed == {"file", "audit"}, "only the marked copy is kept, and that it was tried"
    assert after["file"][0] == standing["file"][0] + 1
    by_cell = {problem["cell"]: problem for problem in answer["problems"]}
    assert by_cell["G4"]["message"].startswith("“建筑面积”")
    assert (by_cell["G4"]["path"], by_cell["G4"]["row"], by_cell["G4"]["column"]) == (
        "grossArea",
        4,
        "建筑面积",
    )
    assert by_cell["G4"]["value"] == "88,35"
    assert "510502198503150121" not in str(answer), "a personal number is never told"
    assert "4001" in by_cell["D28"]["message"]
    english = Caller(developer.http, {**developer.headers, "Accept-Language": "en"})
    again = await send(english, order, mistaken())
    date_cell = next(problem["message"] for problem in again["problems"] if problem["cell"] == "D8")
    assert "turned what was typed" in date_cell


def row_of(place: tuple[str | None, str]) -> tuple[int, str]:
    """Sort by row."""
    digits = "".join(char for char in (place[0] or "").partition(":")[0] if char.isdigit())
    return int(digits or 0), place[0] or ""


async def test_the_marked_copy_holds_every_cell_as_typed_with_the_problems_beside(
    town: Town, developer: Developer
):
    order = await town.draft(developer)
    typed = mistaken()
    answer = await send(developer, order, typed, "第一期.xlsx")
    fetched = await developer.fetch(answer["correctionUrl"])
    assert fetched.status_code == 200
    assert "%E7%AC%AC%E4%B8%80%E6%9C%9F-%E9%97%AE%E9%A2%98.xlsx" in fetched.headers["content-disposition"]
    before, after = opened(typed).worksheets[0], opened(fetched.content).worksheets[0]
    for row in before.iter_rows():
        for cell in row:
            if cell.coordinate != "H21":
                assert after[cell.coordinate].value == cell.value, cell.coordinate
    beside = after.max_column
    assert "88,35" not in str(after.cell(4, beside).value)
    assert "建筑面积" in str(after.cell(4, beside).value)
    assert after.cell(27, beside).value is None, "a good row is left alone"
    assert (await town.stranger.fetch(answer["correctionUrl"])).status_code == 401
    other = await town.developer(LUZHOU, uscc="91440703MA4W7K2P3E", login="other")
    assert (await other.fetch(answer["correctionUrl"])).status_code == 404


async def test_a_thousand_problems_are_told_and_all_are_counted(town: Town, developer: Developer):
    order = await town.draft(developer)
    data = make([good(str(1000 + place), floor=0, **NOBODY) for place in range(1001)])
    answer = await send(developer, order, data)
    assert len(answer["problems"]) == 1000
    assert answer["problemCount"] == 1001
    assert answer["problems"][-1]["cell"] == "C1003"
    copy = opened((await developer.fetch(answer["correctionUrl"])).content).worksheets[0]
    assert copy["C1004"].value == 0
