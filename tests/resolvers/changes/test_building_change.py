"""Building change: fields of many buildings, and moves with all their money [L 2.6][J 1.3.3]."""

from typing import Any

import pytest

from resolvers.ledger_check import verify
from tests.office import Office, done, open_office, problems, try_step
from tests.papers import FILE, fetched, words
from tests.resolvers.changes.deposits import pay
from tests.scenes import JIANGMEN, LUZHOU, REFUSED, USCC, YUNMENG, Town, unit
from tests.shelf import Shelf

_BUILDING = "... on BuildingContent { estateName name completedYm structure floorsAbove }"
_ORDER = f"""order {{ id status version buildingCount lines(first: 20) {{ edges {{ node {{ no
  before {{ {_BUILDING} }} after {{ {_BUILDING} }} }} }} }} }}"""
_DONE = f"... on OrderDone {{ {_ORDER} }} {REFUSED}"
_ESTATE = """query($id: ID!) { node(id: $id) { ... on Estate { name buildings { id name completedYm structure
  units { id roomNo account { balance due } owners { name } } } } } }"""


class Change:
    """A building change that somebody fills in."""

    def __init__(self, office: Office, order: str) -> None:
        self.office = office
        self.order = order

    async def act(self, act: str, **given: Any) -> Any:
        """Do something with the draft."""
        kind = f"{act[0].upper()}{act[1:]}Input"
        return await self.office.developer.act(act, {"orderId": self.order, **given}, _DONE, kind)

    async def pick(self, *buildings: str) -> Any:
        """Pick buildings."""
        return await self.act("orderLinesPick", buildingIds=list(buildings))

    async def edit(self, numbers: list[int] | None = None, **values: object) -> Any:
        """Edit lines, all of them unless some are named."""
        named = {} if numbers is None else {"numbers": numbers}
        return await self.act("orderLinesEdit", edit={"building": values}, **named)

    async def approve(self) -> Any:
        """Bring it to its end."""
        await done(self.office.developer, "SUBMIT", self.order)
        await done(self.office.clerk, "ACCEPT", self.order, registrationPapersReceived=True)
        return await done(self.office.reviewer, "APPROVE", self.order)


async def _change(office: Office, estate: str, **more: Any) -> Change:
    handler = {"name": "王小明", "mobile": "13800138000"}
    content = {"buildingChange": {"estateId": estate, "reason": "测绘更正", "handler": handler, **more}}
    drafted = await office.developer.act("orderDraft", {"content": content}, _DONE, "OrderDraftInput")
    return Change(office, drafted["order"]["id"])


async def _estate(office: Office, name: str, *buildings: str) -> str:
    lines = [
        unit(
            building=building,
            ownerName="张三",
            ownerIdType="1",
            ownerIdNumber="510502198503150120",
            ownerMobile="13800138000",
            contractNo=f"{name}{building}",
        )
        for building in buildings
    ]
    order = await office.complete(lines, name=name, address=f"{name}路1号")
    found = await office.developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Order { estate { id } } } }", id=order
    )
    return found["node"]["estate"]["id"]


async def _look(office: Office, estate: str) -> dict[str, Any]:
    found = await office.developer.ask(_ESTATE, id=estate)
    return {building["name"]: building for building in found["node"]["buildings"]}


@pytest.mark.parametrize("city", [LUZHOU, JIANGMEN])
async def test_fields_of_many_buildings_change_when_the_office_approves(town: Town, city: int):
    office = await open_office(town, city)
    estate = await _estate(office, "一期", "1栋", "2栋", "3栋")
    buildings = await _look(office, estate)
    change = await _change(office, estate)
    picked = await change.pick(buildings["1栋"]["id"], buildings["2栋"]["id"])
    assert picked["order"]["buildingCount"] == 2
    edited = await change.edit(completedYm="202607", structure="钢结构")
    sides = [edge["node"] for edge in edited["order"]["lines"]["edges"]]
    assert [(side["before"]["completedYm"], side["after"]["completedYm"]) for side in sides] == [
        (None, "202607"),
        (None, "202607"),
    ]
    await change.edit([2], name="二栋", floorsAbove="18")
    assert {one["completedYm"] for one in (await _look(office, estate)).values()} == {None}
    order = await change.approve()
    assert order["status"] == "COMPLETED"
    found = await _look(office, estate)
    assert sorted(found) == ["1栋", "3栋", "二栋"]
    assert [(found[name]["completedYm"], found[name]["structure"]) for name in ("1栋", "二栋", "3栋")] == [
        ("202607", "1"),
        ("202607", "1"),
        (None, None),
    ]


async def test_a_building_moves_with_units_owners_and_money_to_the_fen(town: Town):
    office = await open_office(town)
    source, target = await _estate(office, "一期", "1栋", "2栋"), await _estate(office, "二期", "5栋")
    buildings = await _look(office, source)
    total = await pay(office, buildings["2栋"]["units"][0]["id"])
    await pay(office, buildings["1栋"]["units"][0]["id"])
    change = await _change(office, source)
    await change.pick(buildings["2栋"]["id"])
    edited = await change.edit(estateId=target)
    (line,) = [edge["node"] for edge in edited["order"]["lines"]["edges"]]
    assert (line["before"]["estateName"], line["after"]["estateName"]) == ("一期", "二期")
    await change.approve()
    left, came = await _look(office, source), await _look(office, target)
    assert (sorted(left), sorted(came)) == (["1栋"], ["2栋", "5栋"])
    (moved,) = came["2栋"]["units"]
    assert (moved["account"]["balance"], moved["owners"][0]["name"]) == (total, "张三")
    assert await verify(town.desk, LUZHOU) == []
    search = """query($id: ID!) { node(id: $id) { ... on Estate {
      units(filter: {search: "张三"}) { totalCount } } } }"""
    counts = [
        (await office.developer.ask(search, id=estate))["node"]["units"]["totalCount"]
        for estate in (source, target)
    ]
    assert counts == [1, 2]


async def test_buildings_may_take_each_others_names(town: Town):
    office = await open_office(town)
    estate = await _estate(office, "一期", "1栋", "2栋")
    before = await _look(office, estate)
    change = await _change(office, estate)
    await change.pick(*(building["id"] for building in before.values()))
    await change.edit([1], name="2栋")
    await change.edit([2], name="1栋")
    await change.approve()
    after = await _look(office, estate)
    assert (after["1栋"]["id"], after["2栋"]["id"]) == (before["2栋"]["id"], before["1栋"]["id"])


async def test_a_name_that_stands_already_is_refused_in_the_estate_that_it_would_stand_in(town: Town):
    office = await open_office(town)
    estate, other = await _estate(office, "一期", "1栋", "2栋"), await _estate(office, "二期", "1栋")
    buildings = await _look(office, estate)
    change = await _change(office, estate)
    await change.pick(buildings["1栋"]["id"])
    await change.edit([1], name=" 2 栋")
    assert await problems(office.developer, "SUBMIT", change.order) == ["DUPLICATE_BUILDING"]
    await change.edit([1], name="1栋", estateId=other)
    assert await problems(office.developer, "SUBMIT", change.order) == ["DUPLICATE_BUILDING"]


async def test_a_building_with_an_open_notice_changes_its_year_but_does_not_move(town: Town):
    office = await open_office(town)
    estate, other = await _estate(office, "一期", "1栋"), await _estate(office, "二期", "5栋")
    (building,) = (await _look(office, estate)).values()
    await office.developer.act(
        "noticeIssue",
        {"units": [{"unitId": building["units"][0]["id"]}], "idempotencyKey": "k"},
        "... on NoticesIssued { notices { noticeNo } }",
        "NoticeIssueInput",
    )
    change = await _change(office, estate)
    await change.pick(building["id"])
    await change.edit(estateId=other)
    assert await problems(office.developer, "SUBMIT", change.order) == ["UNIT_HAS_OPEN_NOTICE"]
    await change.pick(building["id"])
    again = await _change(office, estate)
    await again.pick(building["id"])
    await again.edit(completedYm="202607")
    assert (await again.approve())["status"] == "COMPLETED"


async def test_one_order_at_a_time_has_a_building_and_the_other_is_told_its_number(town: Town, shelf: Shelf):
    office = await open_office(town)
    estate = await _estate(office, "一期", "1栋")
    (building,) = (await _look(office, estate)).values()
    changes = [await _change(office, estate) for _ in range(2)]
    for number, change in enumerate(changes):
        await change.pick(building["id"])
        await change.edit(completedYm=f"20260{number + 1}")
    first = await done(office.developer, "SUBMIT", changes[0].order)
    before = await shelf.standing()
    refused = await try_step(office.developer, "SUBMIT", changes[1].order)
    assert [problem["code"] for problem in refused["problems"]] == ["UNIT_LOCKED"]
    assert first["orderNo"] in refused["problems"][0]["message"]
    assert await shelf.standing() == before
    await done(office.clerk, "ACCEPT", changes[0].order, registrationPapersReceived=True)
    await done(office.reviewer, "APPROVE", changes[0].order)
    assert await problems(office.developer, "SUBMIT", changes[1].order) == ["STALE_DATA"]
    await changes[1].pick(building["id"])
    await done(office.developer, "SUBMIT", changes[1].order)


@pytest.mark.parametrize("field", ["name", "floorsAbove"])
async def test_what_the_city_does_not_let_be_edited_at_once_is_edited_line_by_line(
    town: Town, shelf: Shelf, field: str
):
    office = await open_office(town)
    estate = await _estate(office, "一期", "1栋", "2栋")
    change = await _change(office, estate)
    await change.pick(*(building["id"] for building in (await _look(office, estate)).values()))
    before = await shelf.standing()
    refused = await change.edit(None, **{field: "7"})
    assert [problem["code"] for problem in refused["problems"]] == ["FIELD_NOT_BATCHABLE"]
    assert await shelf.standing() == before
    assert (await change.edit([1], **{field: "7"}))["order"]["id"] == change.order


async def test_anothers_building_or_estate_is_not_there(town: Town, shelf: Shelf):
    office = await open_office(town)
    estate = await _estate(office, "一期", "1栋")
    other = await town.developer(LUZHOU, USCC[YUNMENG], "other")
    foreign = Office(town, other, office.clerk, office.reviewer)
    theirs = await _estate(foreign, "二期", "2栋")
    (their_building,) = (await _look(foreign, theirs)).values()
    (mine,) = (await _look(office, estate)).values()
    change = await _change(office, estate)
    await change.pick(mine["id"])
    before = await shelf.standing()
    mutation = "mutation($i: {}!) {{ act: {}(input: $i) {{ __typename }} }}"
    for act, given in (
        ("orderLinesPick", {"buildingIds": [their_building["id"]]}),
        ("orderLinesEdit", {"edit": {"building": {"estateId": theirs}}}),
    ):
        text = mutation.format(f"{act[0].upper()}{act[1:]}Input", act)
        answer = await office.developer.send(text, i={"orderId": change.order, **given})
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert await shelf.standing() == before


async def test_an_order_without_a_line_a_change_or_a_reason_is_not_submitted(town: Town):
    office = await open_office(town)
    estate = await _estate(office, "一期", "1栋")
    change = await _change(office, estate, reason=None)
    refused = await try_step(office.developer, "SUBMIT", change.order)
    assert [(one["code"], one["path"]) for one in refused["problems"]] == [
        ("FIELD_REQUIRED", "reason"),
        ("FIELD_REQUIRED", "lines"),
    ]
    (building,) = (await _look(office, estate)).values()
    await change.pick(building["id"])
    assert await problems(office.developer, "SUBMIT", change.order) == ["FIELD_REQUIRED", "NO_CHANGES"]


async def test_the_application_form_shows_what_was_and_what_shall_be(town: Town):
    office = await open_office(town)
    estate = await _estate(office, "一期", "1栋")
    (building,) = (await _look(office, estate)).values()
    change = await _change(office, estate)
    await change.pick(building["id"])
    await change.edit(completedYm="202607")
    await done(office.developer, "SUBMIT", change.order)
    printed = await office.developer.act(
        "orderPrint", {"orderId": change.order, "form": "APPLICATION"}, FILE, "OrderPrintInput"
    )
    shown = "".join(words(await fetched(office.developer, printed)))
    for said in ("楼幢变更", "一期", "一期路1号", "测绘更正", "变更前", "变更后", "202607"):
        assert said in shown, said
