"""Split and merge: walls come and go, areas, dues and money stay to the last fen [L 2.7][J 1.3.4]."""

import io
from typing import Any

import openpyxl
import pytest

from resolvers.ledger_check import verify
from tests.office import Office, done, open_office, problems
from tests.resolvers.changes.deposits import pay
from tests.resolvers.changes.splits import (
    DONE,
    OTHER,
    OWNER,
    UNIT,
    Split,
    garage,
    letter_in,
    open_estate,
    part,
    rooms_of,
)
from tests.resolvers.workbooks import export, send
from tests.scenes import JIANGMEN, LUZHOU, YUNMENG, Town, unit
from tests.shelf import Shelf

_LINEAGE = f"""query($id: ID!) {{ node(id: $id) {{ ... on Unit {{ {UNIT}
  predecessors {{ code }} successors {{ roomNo }} }} }} }}"""


def _money(unit: dict[str, Any]) -> tuple[str, str, str]:
    account = unit["account"]
    return account["due"], account["paidFirst"], account["balance"]


async def test_a_paid_garage_is_split_in_three_and_merged_again_without_a_fen_lost(town: Town):
    office = await open_office(town, JIANGMEN)
    # The owner is named on the notice alone, and is none the more reviewed by a split.
    estate = await open_estate(office, {**garage(), **dict.fromkeys(OWNER)})
    (old,) = (await rooms_of(office, estate)).values()
    assert await pay(office, old["id"]) == "2000.00"
    split = await Split(office, estate).begin(old["id"])
    await split.put(
        part(old["code"], "1", "33.3333"),
        part(old["code"], "2", "33.3333"),
        part(old["code"], "3", "33.3334"),
    )
    order = await split.approve()
    assert (order["unitCount"], order["grossArea"], order["due"]) == (3, "100.00", "2000.00")
    rooms = await rooms_of(office, estate)
    assert {room: _money(one) for room, one in rooms.items()} == {
        "1": ("666.67", "666.67", "666.67"),
        "2": ("666.66", "666.66", "666.66"),
        "3": ("666.67", "666.67", "666.67"),
    }
    assert rooms["2"]["account"]["entries"] == [
        {"type": "TRANSFER_IN", "component": "FIRST", "amount": "666.66"}
    ]
    await _look_at_what_is_gone(office, old["id"])
    assert await verify(town.desk, JIANGMEN) == []
    merge = await Split(office, estate).begin(*(one["id"] for one in rooms.values()))
    await merge.put(part("；".join(one["code"] for one in rooms.values()), "1", "100.00"))
    assert (await merge.approve())["status"] == "COMPLETED"
    (whole,) = (await rooms_of(office, estate)).values()
    assert _money(whole) == ("2000.00", "2000.00", "2000.00")
    assert (whole["grossArea"], whole["owners"], whole["contractNo"]) == (
        "100.00",
        [{"name": "张三", "share": None, "reviewed": False}],
        None,
    )
    shown = (await office.developer.ask(_LINEAGE, id=whole["id"]))["node"]
    assert {one["code"] for one in shown["predecessors"]} == {one["code"] for one in rooms.values()}
    assert await verify(town.desk, JIANGMEN) == []


async def _look_at_what_is_gone(office: Office, unit_id: str) -> None:
    gone = (await office.developer.ask(_LINEAGE, id=unit_id))["node"]
    assert (gone["status"], gone["account"]["status"], _money(gone)) == ("SPLIT", "CLOSED", ("0.00",) * 3)
    assert gone["account"]["entries"][-1] == {
        "type": "TRANSFER_OUT",
        "component": "FIRST",
        "amount": "-2000.00",
    }
    assert sorted(one["roomNo"] for one in gone["successors"]) == ["1", "2", "3"]


def _rows(book: Any) -> dict[str, int]:
    return {
        str(cell.value).rstrip("★"): cell.column
        for row in book.worksheets[0].iter_rows(max_row=3)
        for cell in row
        if cell.value
    }


async def _sheet(town: Town, city: int, split: Split) -> Any:
    """Give the workbook that the city begins with: its template [L 2.7], or what was picked [J 1.3.4]."""
    if city == JIANGMEN:
        data = await export(split.office.developer, split.order)
    else:
        fetched = await split.office.developer.fetch(f"/templates/SPLIT_MERGE.xlsx?city={city}")
        data = fetched.content
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.mark.parametrize(("city", "rate"), [(LUZHOU, 30), (JIANGMEN, 20), (YUNMENG, 25)])
async def test_the_new_units_come_by_the_workbook_and_the_letter_is_asked_for(
    town: Town, city: int, rate: int
):
    office = await open_office(town, city)
    estate = await open_estate(office, garage(area="100.01"), garage("9"))
    rooms = await rooms_of(office, estate)
    old = rooms["1"]
    split = await Split(office, estate).begin(old["id"])
    book = await _sheet(town, city, split)
    page, column = book.worksheets[0], _rows(book)
    if city == JIANGMEN:
        first = {name: page.cell(4, place).value for name, place in column.items()}
        assert (first["原房屋编号"], first["新室号"], first["用途"]) == (old["code"], "1", "车库")
    for place, (room, area) in enumerate((("1A", "50.01"), ("1B", "50")), start=4):
        row = {"原房屋编号": old["code"], "新室号": room, "新地址": f"地下{room}", "新建筑面积": area}
        for name, spot in column.items():
            page.cell(place, spot).value = row.get(name)
    data = io.BytesIO()
    book.save(data)
    sent = await send(office.developer, split.order, data.getvalue())
    assert sent["__typename"] == "OrderImported", sent
    if town.desk.cities[city].required_attachments("SPLIT_MERGE"):
        assert await problems(office.developer, "SUBMIT", split.order) == ["ATTACHMENT_REQUIRED"]
    again = openpyxl.load_workbook(io.BytesIO(await export(office.developer, split.order)))
    assert [again.worksheets[0].cell(row, column["新室号"]).value for row in (4, 5)] == ["1A", "1B"]
    assert (await split.approve())["status"] == "COMPLETED"
    rooms = await rooms_of(office, estate)
    assert {room: (one["grossArea"], one["usage"], one["hasLift"]) for room, one in rooms.items()} == {
        "1A": ("50.01", "P2", True),
        "1B": ("50.00", "P2", True),
        "9": ("100.00", "P2", True),
    }
    assert [_money(rooms[room])[0] for room in ("1A", "1B")] == [f"{50.01 * rate:.2f}", f"{50 * rate:.2f}"]
    assert await verify(town.desk, city) == []


async def test_what_does_not_add_up_is_told_row_by_row_and_changes_nothing(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    estate = await open_estate(
        office, garage(), garage("2", "50.00", **OTHER), unit("301", contractNo="HT301")
    )
    rooms = await rooms_of(office, estate)
    one, two, home = (rooms[room] for room in ("1", "2", "301"))
    split = await Split(office, estate).begin(one["id"])
    await letter_in(office, split.order)
    code = one["code"]

    async def told(*rows: dict[str, Any]) -> list[str]:
        put = await split.put(*rows)
        assert put["__typename"] == "OrderDone", put
        before = await shelf.standing()
        codes = await problems(office.developer, "SUBMIT", split.order)
        assert await shelf.standing() == before
        return codes

    halves = part(code, "1A", "50"), part(code, "1B", "50")
    assert await problems(office.developer, "SUBMIT", split.order) == ["FIELD_REQUIRED"]
    assert await told(part(code, "1A", "50"), part(code, "1B", "49.9999")) == ["AREA_NOT_CONSERVED"]
    assert await told(part(code, "1A", "100")) == ["NOT_SPLIT_OR_MERGED"]
    assert await told(halves[0], part(code, "2", "50")) == ["DUPLICATE_UNIT"]
    assert await told(halves[0], part(code, "1B", "50", usage="住宅")) == ["RATE_CATEGORY_CHANGED"]
    assert await told(halves[0], part(code, "1B", "50", usage="车位", building="9栋")) == ["VALUE_UNKNOWN"]
    unknown = await split.put(part(two["code"], "1A", "50"))
    assert await office.developer.refused(unknown) == ["VALUE_UNKNOWN"]
    await split.put(*halves)
    owners = {"owners": {"owners": [{"ownerId": (await _owners(office, two["id"]))[0]}]}}
    await split.act("orderLinesEdit", edit=owners)
    assert await problems(office.developer, "SUBMIT", split.order) == ["OWNERS_STAY", "OWNERS_STAY"]
    lift = await split.act("orderLinesEdit", edit={"unit": {"hasLift": "无"}}, numbers=[2])
    assert await office.developer.refused(lift) == ["FIELD_FIXED"]
    await split.act("orderLinesPick", unitIds=[two["id"], home["id"]])
    assert await told(*halves) == ["SPLIT_MERGE_INCOMPLETE", "SPLIT_MERGE_INCOMPLETE"]
    both = ";".join((code, two["code"]))
    overlapping = *halves, part(both, "3", "150"), part(home["code"], "301", "88.35")
    assert await told(*overlapping) == ["SPLIT_MERGE_OVERLAP", "NOT_SPLIT_OR_MERGED"]


_CHANGES = """query($id: ID!) { node(id: $id) { ... on Order { changesSinceReturn(first: 9) { edges { node {
  line fields { path label }
  before { ... on SplitMergeSource { code } ... on SplitMergeResult { roomNo grossArea } }
  after { ... on SplitMergeSource { code } ... on SplitMergeResult { roomNo grossArea } } } } } } } }"""


async def test_the_window_sees_what_was_corrected_of_the_units_that_come_and_those_that_go(town: Town):
    office = await open_office(town, LUZHOU)
    estate = await open_estate(office, garage(), garage("2", "50.00"))
    one, two = (await rooms_of(office, estate)).values()
    split = await Split(office, estate).begin(one["id"])
    await split.put(part(one["code"], "1A", "50"), part(one["code"], "1B", "50"))
    await letter_in(office, split.order)
    await done(office.developer, "SUBMIT", split.order)
    await done(office.clerk, "RETURN", split.order)
    await split.act("orderLinesEdit", numbers=[3], edit={"unit": {"roomNo": "1C"}})
    await split.act("orderLinesPick", unitIds=[two["id"]])
    halves = [part(two["code"], f"2{letter}", "25") for letter in "AB"]
    assert (await split.put(*halves, replace=False))["order"]["unitCount"] == 4
    await done(office.developer, "SUBMIT", split.order)
    found = await office.clerk.ask(_CHANGES, id=split.order)
    new: dict[str, Any] = {"line": 0, "fields": [], "before": None}
    assert [edge["node"] for edge in found["node"]["changesSinceReturn"]["edges"]] == [
        {
            "line": 3,
            "fields": [{"path": "room_no", "label": "新室号"}],
            "before": {"roomNo": "1B", "grossArea": "50.00"},
            "after": {"roomNo": "1C", "grossArea": "50.00"},
        },
        {**new, "line": 4, "after": {"code": two["code"]}},
        {**new, "line": 5, "after": {"roomNo": "2A", "grossArea": "25.00"}},
        {**new, "line": 6, "after": {"roomNo": "2B", "grossArea": "25.00"}},
    ]


async def _owners(office: Office, unit_id: str) -> list[str]:
    query = "query($id: ID!) { node(id: $id) { ... on Unit { owners { id } } } }"
    found = await office.developer.ask(query, id=unit_id)
    return [owner["id"] for owner in found["node"]["owners"]]


async def test_neighbours_who_join_their_garages_say_who_owns_the_whole_and_nobody_else_may_touch_them(
    town: Town,
):
    office = await open_office(town, LUZHOU)
    estate = await open_estate(office, garage(), garage("2", "50.00", **OTHER))
    rooms = await rooms_of(office, estate)
    one, two = rooms["1"], rooms["2"]
    assert await pay(office, one["id"]) == "3000.00"
    merge, rival = [await Split(office, estate).begin(one["id"], two["id"]) for _ in range(2)]
    whole = part(f"{one['code']};{two['code']}", "1", "150")
    for order in (merge, rival):
        await order.put(whole)
        await letter_in(office, order.order)
    assert await problems(office.developer, "SUBMIT", merge.order) == ["OWNERS_DIFFER"]
    people = [*(await _owners(office, one["id"])), *(await _owners(office, two["id"]))]
    shares = [{"ownerId": who, "share": share} for who, share in zip(people, ("2/3", "1/3"), strict=True)]
    for order in (merge, rival):
        edited = await order.act("orderLinesEdit", edit={"owners": {"owners": shares}})
        assert edited["__typename"] == "OrderDone", edited
    await done(office.developer, "SUBMIT", merge.order)
    assert await problems(office.developer, "SUBMIT", rival.order) == ["UNIT_LOCKED"] * 3
    await done(office.clerk, "ACCEPT", merge.order, registrationPapersReceived=True)
    tried = await office.reviewer.act(
        "orderApprove", {"orderId": merge.order, "dryRun": True}, DONE, "OrderStepInput"
    )
    assert (tried["order"]["status"], tried["order"]["due"]) == ("COMPLETED", "4500.00")
    assert sorted(await rooms_of(office, estate)) == ["1", "2"]
    await done(office.reviewer, "APPROVE", merge.order)
    (joined,) = (await rooms_of(office, estate)).values()
    assert [(who["name"], who["share"]) for who in joined["owners"]] == [("张三", "2/3"), ("李四", "1/3")]
    assert _money(joined) == ("4500.00", "3000.00", "3000.00")
    assert await problems(office.developer, "SUBMIT", rival.order) == ["UNIT_NOT_ACTIVE"] * 2
    assert await verify(town.desk, LUZHOU) == []
