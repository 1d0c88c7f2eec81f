"""Unit supplement: new buildings, sections and units of an estate that is there already [L 2.9][J 1.3.5]."""

from typing import Any

import pytest

from resolvers.ledger_check import verify
from tests.conftest import MovableClock
from tests.office import Office, done, open_office, problems, try_step
from tests.papers import fetched, print_order, words
from tests.resolvers.workbooks import export, send
from tests.scenes import JIANGMEN, LUZHOU, ORDER, REFUSED, YUNMENG, Town, unit
from tests.shelf import Shelf

HANDLER = {"name": "王小明", "mobile": "13800138000"}
_CONTENT = "content { ... on UnitSupplement { depositPoint handler { name } } }"
_DONE = f"... on OrderDone {{ {ORDER[:-2]} route {_CONTENT} }} }} {REFUSED}"
_ESTATE = """query($id: ID!) { node(id: $id) { ... on Estate { buildings { name completedYm structure units {
  section roomNo depositPoint account { due balance } } } } } }"""


async def estate_of(office: Office, *lines: dict[str, Any]) -> str:
    """Collect an estate and give its id."""
    order = await office.complete(list(lines) or [unit()], name="一期", address="一期路1号")
    found = await office.developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Order { estate { id } } } }", id=order
    )
    return found["node"]["estate"]["id"]


async def supplement(office: Office, estate: str, **more: Any) -> str:
    """Open a draft of a supplement and give its id."""
    content = {"unitSupplement": {"estateId": estate, "handler": HANDLER, **more}}
    answer = await office.developer.act("orderDraft", {"content": content}, _DONE, "OrderDraftInput")
    assert answer["__typename"] == "OrderDone", answer
    return answer["order"]["id"]


async def save(office: Office, order: str, estate: str, **more: Any) -> Any:
    """Save the head of a supplement anew."""
    content = {"unitSupplement": {"estateId": estate, "handler": HANDLER, **more}}
    given = {"orderId": order, "content": content}
    return await office.developer.act("orderSave", given, _DONE, "OrderSaveInput")


async def point_of(office: Office, order: str) -> str | None:
    """Tell the deposit point that an order says now."""
    found = await office.developer.ask(
        f"query($id: ID!) {{ node(id: $id) {{ ... on Order {{ {_CONTENT} }} }} }}", id=order
    )
    return found["node"]["content"]["depositPoint"]


async def buildings_of(office: Office, estate: str) -> dict[str, Any]:
    """Give the buildings of an estate by their names, in the order in which they are shown."""
    found = await office.developer.ask(_ESTATE, id=estate)
    return {building["name"]: building for building in found["node"]["buildings"]}


def _added() -> list[dict[str, Any]]:
    new = {"building": "3栋", "address": "滨江路3栋", "completedYm": "202601", "structure": "钢混"}
    return [
        unit("401", "100"),
        unit("301", "80", section="2单元"),
        unit("101", "50", hasLift="无", section="", **new),
    ]


@pytest.mark.parametrize(
    ("city", "point", "dues"),
    [
        # 100 x 70, 80 x 70 and 50 x 40 yuan; 100 x 30, 80 x 30 and 50 x 20 yuan.
        (LUZHOU, None, ("7000.00", "5600.00", "2000.00", "14600.00", "6184.50")),
        (JIANGMEN, "2026-01-02", ("3000.00", "2400.00", "1000.00", "6400.00", "2650.50")),
    ],
)
async def test_units_come_to_old_and_new_buildings_and_open_their_accounts(
    town: Town, city: int, point: str | None, dues: tuple[str, ...]
):
    office = await open_office(town, city)
    estate = await estate_of(office)
    order = await supplement(office, estate, depositPoint=point)
    put = await town.put(office.developer, order, _added())
    counted = [put["order"][key] for key in ("buildingCount", "unitCount", "grossArea", "due")]
    assert counted == [2, 3, "230.00", dues[3]]
    # Its units may as well go through the workbook and back.
    assert (await send(office.developer, order, await export(office.developer, order)))["rows"] == 3
    await done(office.developer, "SUBMIT", order)
    assert list(await buildings_of(office, estate)) == ["1栋"]
    before, form = await _printed(office, order, "OPENING_LIST"), await _printed(office, order, "APPLICATION")
    assert all(said in form for said in ("房屋补充", "一期", "王小明", dues[3]))
    await done(office.clerk, "ACCEPT", order)
    assert (await done(office.reviewer, "APPROVE", order))["status"] == "COMPLETED"
    day = point or "2026-11-22"
    buildings = await buildings_of(office, estate)
    assert {
        name: [
            (one["section"], one["roomNo"], one["depositPoint"], one["account"]["due"])
            for one in building["units"]
        ]
        for name, building in buildings.items()
    } == {
        "1栋": [
            ("1单元", "401", day, dues[0]),
            ("1单元", "301", "2026-11-22", dues[4]),
            ("2单元", "301", day, dues[1]),
        ],
        "3栋": [("", "101", day, dues[2])],
    }
    assert (buildings["3栋"]["completedYm"], buildings["3栋"]["structure"]) == ("202601", "3")
    assert (buildings["1栋"]["completedYm"], buildings["1栋"]["structure"]) == (None, None)
    after = await _printed(office, order, "OPENING_LIST")
    assert all(said in text for said in ("一期", "总计：3 户", *dues[:4]) for text in (before, after))
    assert dues[4] not in after, "the estate's older units stand on another list"
    assert await verify(town.desk, city) == []


async def _printed(office: Office, order: str, form: str) -> str:
    return "".join(words(await fetched(office.clerk, await print_order(office.clerk, order, form))))


async def test_a_place_that_is_taken_is_told_whoever_takes_it(town: Town, shelf: Shelf):
    office = await open_office(town)
    estate = await estate_of(office)
    first, second = await supplement(office, estate), await supplement(office, estate)
    await town.put(office.developer, first, [unit("401"), unit("３01", building="１ 栋")])
    before = await shelf.standing()
    refused = await try_step(office.developer, "SUBMIT", first)
    assert [(one["code"], one["row"]) for one in refused["problems"]] == [("DUPLICATE_UNIT", 2)]
    assert await shelf.standing() == before
    await town.put(office.developer, first, [unit("401")], replace=True)
    await town.put(office.developer, second, [unit("402"), unit("401", "70")])
    number = (await done(office.developer, "SUBMIT", first))["orderNo"]
    before = await shelf.standing()
    refused = await try_step(office.developer, "SUBMIT", second)
    (told,) = refused["problems"]
    assert (told["code"], told["row"]) == ("UNIT_LOCKED", 2)
    assert number in told["message"]
    assert await shelf.standing() == before
    # What is there stays free for other business, and what goes back is free again.
    content = {"unitChange": {"estateId": estate, "reason": "测绘更正", "handler": HANDLER}}
    drafted = await office.developer.act("orderDraft", {"content": content}, _DONE, "OrderDraftInput")
    assert drafted["__typename"] == "OrderDone"
    await done(office.clerk, "RETURN", first)
    await done(office.developer, "SUBMIT", second)
    assert await problems(office.developer, "SUBMIT", first) == ["UNIT_LOCKED"]
    await done(office.clerk, "ACCEPT", second)
    await done(office.reviewer, "APPROVE", second)
    assert await problems(office.developer, "SUBMIT", first) == ["DUPLICATE_UNIT"]
    assert await shelf.one("select count(*) from order_lock where target_kind = 'PLACE'") == 0


async def test_the_deposit_point_is_asked_for_where_the_city_asks_and_stays_if_it_was_typed(town: Town):
    office = await open_office(town, JIANGMEN)
    estate = await estate_of(office)
    order = await supplement(office, estate)
    await town.put(office.developer, order, [unit("401")])
    refused = await try_step(office.developer, "SUBMIT", order)
    assert [(one["code"], one["path"]) for one in refused["problems"]] == [("FIELD_REQUIRED", "depositPoint")]
    assert "交存时点" in refused["problems"][0]["message"]
    await save(office, order, estate, depositPoint="2021-01-01")
    assert await problems(office.developer, "SUBMIT", order) == ["RATE_NOT_CONFIGURED"]
    await save(office, order, estate, depositPoint="2022-04-01")
    await done(office.developer, "SUBMIT", order)
    await done(office.developer, "WITHDRAW", order)
    assert await point_of(office, order) == "2022-04-01"


async def test_what_was_filled_in_at_a_submission_is_let_go_when_the_order_comes_back(
    town: Town, clock: MovableClock
):
    office = await open_office(town, YUNMENG)
    estate = await estate_of(office)
    order = await supplement(office, estate, depositPoint="2026-01-02")
    other = await office.submit([unit()], name="二期", bank=None)
    await town.put(office.developer, order, [unit("401")])
    await done(office.developer, "SUBMIT", order)
    assert await _head(office, other) == {"depositPoint": "2026-11-22", "bank": "YM01", "name": "二期"}
    clock.move(hours=13)
    office.developer.headers.update(await town.sign_in(YUNMENG, office.developer.login_name))
    office.clerk.headers.update(await town.sign_in(YUNMENG, "window_clerk-0120"))
    await done(office.clerk, "RETURN", order)
    await done(office.developer, "WITHDRAW", other)
    assert await point_of(office, order) == "2026-01-02"
    assert await _head(office, other) == {"depositPoint": None, "bank": None, "name": "二期"}
    await done(office.developer, "SUBMIT", other)
    assert await _head(office, other) == {"depositPoint": "2026-11-23", "bank": "YM01", "name": "二期"}


async def _head(office: Office, order: str) -> dict[str, str]:
    read = "... on EstateCollection { depositPoint bank name }"
    found = await office.developer.ask(
        f"query($id: ID!) {{ node(id: $id) {{ ... on Order {{ content {{ {read} }} }} }} }}", id=order
    )
    return found["node"]["content"]
