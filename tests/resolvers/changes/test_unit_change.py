"""Unit change: what units are, what is due of them then, and the money that goes back [L 2.4][J 1.3.6]."""

from typing import Any

import pytest

from resolvers.ledger_check import verify
from tests.office import Office, done, open_office, problems, try_step
from tests.resolvers.changes.deposits import pay
from tests.resolvers.changes.unit_changes import Change, estate_of, lines_of, units_of
from tests.scenes import JIANGMEN, LUZHOU, REFUSED, unit
from tests.shelf import Shelf


@pytest.mark.parametrize(("city", "due"), [(LUZHOU, "3534.00"), (JIANGMEN, "1767.00")])
async def test_a_changed_area_and_lift_change_the_due_when_the_office_approves(
    town: Any, city: int, due: str
):
    office = await open_office(town, city)
    estate = await estate_of(office, "301", "302")
    units = await units_of(office, estate)
    change = await Change(office, estate).begin(handler={"name": "王小明", "mobile": "13800138000"})
    await change.pick(units["1栋301"]["id"])
    edited = await change.edit(hasLift="无")
    (line,) = [edge["node"] for edge in edited["order"]["lines"]["edges"]]
    assert (line["before"]["hasLift"], line["after"]["hasLift"], edited["order"]["due"]) == (True, False, due)
    await change.edit([1], grossArea="100.00", roomNo="303")
    assert (await units_of(office, estate))["1栋301"]["grossArea"] == "88.35"
    assert (await change.approve())["status"] == "COMPLETED"
    after = await units_of(office, estate)
    rate = {LUZHOU: 40, JIANGMEN: 20}[city]
    assert after["1栋303"]["grossArea"] == "100.00"
    assert after["1栋303"]["account"]["due"] == f"{100 * rate}.00"
    assert after["1栋302"] == units["1栋302"]
    assert await verify(town.desk, city) == []


@pytest.mark.parametrize(
    ("city", "allowed"),
    [
        (LUZHOU, {"building", "section", "usage", "address"}),
        (JIANGMEN, {"building", "section", "address", "usage", "hasLift", "saleStatus"}),
    ],
)
async def test_only_the_citys_fields_are_edited_for_many_units_at_once(
    town: Any, shelf: Shelf, city: int, allowed: set[str]
):
    office = await open_office(town, city)
    estate = await estate_of(office, "301", "302")
    units = await units_of(office, estate)
    change = await Change(office, estate).begin()
    await change.pick(buildings=(units["1栋301"]["building"],))
    values = {
        "building": "2栋",
        "section": "二单元",
        "floor": "5",
        "roomNo": "900",
        "address": "新址1号",
        "usage": "商业服务",
        "grossArea": "10",
        "netArea": "9",
        "hasLift": "无",
        "saleStatus": "已签约",
        "remark": "备注",
    }
    taken: set[str] = set()
    for name, value in values.items():
        before = await shelf.standing()
        answer = await change.edit(None, **{name: value})
        if answer["__typename"] == "OrderDone":
            taken.add(name)
        else:
            assert [problem["code"] for problem in answer["problems"]] == ["FIELD_NOT_BATCHABLE"]
            assert await shelf.standing() == before
    assert taken == allowed


async def test_a_unit_moves_to_the_building_that_is_named_and_is_found_there(town: Any):
    office = await open_office(town)
    estate = await estate_of(office, "301")
    units = await units_of(office, estate)
    change = await Change(office, estate).begin()
    await change.pick(units["1栋301"]["id"])
    await change.edit([1], building="3栋")
    assert await problems(office.developer, "SUBMIT", change.order) == ["VALUE_UNKNOWN"]
    await change.edit([1], building="2栋", roomNo="101", floor="1")
    # The other building has no section of that name, so the place is free; with none it is taken.
    await change.edit([1], section="1单元")
    assert await problems(office.developer, "SUBMIT", change.order) == ["DUPLICATE_UNIT"]
    await change.edit([1], roomNo="102", address="2栋102")
    await change.approve()
    assert sorted(await units_of(office, estate)) == ["2栋101", "2栋102"]
    search = """query($id: ID!) { node(id: $id) { ... on Estate {
      units(filter: {search: "2栋102"}) { totalCount } } } }"""
    assert (await office.developer.ask(search, id=estate))["node"]["units"]["totalCount"] == 1


async def test_units_may_take_each_others_rooms(town: Any):
    office = await open_office(town)
    estate = await estate_of(office, "301", "302")
    units = await units_of(office, estate)
    change = await Change(office, estate).begin()
    await change.pick(units["1栋301"]["id"], units["1栋302"]["id"])
    await change.edit([1], roomNo="302")
    assert await problems(office.developer, "SUBMIT", change.order) == ["DUPLICATE_UNIT"]
    await change.edit([2], roomNo="301")
    await change.approve()
    after = await units_of(office, estate)
    assert (after["1栋301"]["id"], after["1栋302"]["id"]) == (units["1栋302"]["id"], units["1栋301"]["id"])


_PAYEE = {"holder": "张三", "number": "6222020000000000", "bank": "中国银行江门分行"}


async def without_lift(office: Office) -> tuple[Change, str, dict[str, Any]]:
    """Let 301 and 302 have no lift any more, of which 301 is paid for; give the draft, estate and units."""
    estate = await estate_of(office, "301", "302")
    units = await units_of(office, estate)
    assert await pay(office, units["1栋301"]["id"]) == "2650.50"
    change = await Change(office, estate).begin()
    await change.pick(units["1栋301"]["id"], units["1栋302"]["id"])
    await change.edit(hasLift="无")
    return change, estate, units


async def test_a_draft_tells_what_goes_back_of_each_unit_and_so_does_what_was_handed_in(town: Any):
    office = await open_office(town, JIANGMEN)
    change, _, units = await without_lift(office)
    shown = await change.figures()
    # 301 paid 88.35 × 30.00 and owes 88.35 × 20.00 then; 302 has paid nothing.
    assert (shown["refundCount"], shown["refundTotal"]) == (1, "883.50")
    lines = lines_of(shown)
    assert [line["unit"]["roomNo"] for line in lines] == ["301", "302"]
    money = ("dueBefore", "due", "paid", "refund", "outstanding", "refundAccount")
    assert [tuple(line[name] for name in money) for line in lines] == [
        ("2650.50", "1767.00", "2650.50", "883.50", "0.00", None),
        ("2650.50", "1767.00", "0.00", "0.00", "1767.00", None),
    ]
    stranger = await town.developer(JIANGMEN, "914407007321002770", "other")
    assert await change.figures(stranger) is None
    account = {"unitIds": [units["1栋301"]["id"]], **_PAYEE}
    await change.save(refundConfirmed=True, refundAccounts=[account])
    assert lines_of(await change.figures())[0]["refundAccount"] == _PAYEE
    await change.approve()
    # The accounts say something else by now.
    shown = await change.figures(office.clerk)
    assert (shown["refundTotal"], lines_of(shown)[0]["refundAccount"]) == ("883.50", _PAYEE)


async def test_a_refund_wants_a_confirmation_and_an_account_for_every_unit_in_jiangmen(
    town: Any, shelf: Shelf
):
    office = await open_office(town, JIANGMEN)
    change, estate, units = await without_lift(office)
    before = await shelf.standing()
    refused = await try_step(office.developer, "SUBMIT", change.order)
    assert [problem["code"] for problem in refused["problems"]] == ["REFUND_CONFIRMATION_REQUIRED"]
    # 88.35 m² at 30.00 was paid, at 20.00 is due: 883.50 goes back, of one unit.
    assert "883.50" in refused["problems"][0]["message"]
    assert await shelf.standing() == before
    await change.save(refundConfirmed=True)
    assert await problems(office.developer, "SUBMIT", change.order) == ["REFUND_CONFIRMATION_REQUIRED"]
    account = {"unitIds": [units["1栋301"]["id"]], **_PAYEE}
    await change.save(refundConfirmed=True, refundAccounts=[account])
    order = await change.approve()
    assert [
        (refund["amount"], refund["status"], refund["payeeName"], refund["unit"]["roomNo"])
        for refund in order["refunds"]
    ] == [("883.50", "APPROVED", "张三", "301")]
    after = await units_of(office, estate)
    assert after["1栋301"]["account"] == {
        "due": "1767.00",
        "balance": "2650.50",
        "paidFirst": "2650.50",
        "outstanding": "0.00",
    }
    assert await verify(town.desk, JIANGMEN) == []


async def test_in_luzhou_a_refund_is_promised_to_the_owner_without_an_account(town: Any):
    office = await open_office(town)
    estate = await estate_of(office, "301")
    units = await units_of(office, estate)
    await pay(office, units["1栋301"]["id"])
    change = await Change(office, estate).begin()
    await change.pick(units["1栋301"]["id"])
    await change.edit(hasLift="无")
    order = await change.approve()
    # 88.35 m² at 70.00 was paid, at 40.00 is due.
    assert [(refund["amount"], refund["payeeName"]) for refund in order["refunds"]] == [("2650.50", "张三")]
    assert [refund["payeeBank"] for refund in order["refunds"]] == [None]


async def test_more_than_was_paid_is_demanded_by_a_further_notice(town: Any):
    office = await open_office(town)
    estate = await estate_of(office, "301")
    units = await units_of(office, estate)
    await pay(office, units["1栋301"]["id"])
    change = await Change(office, estate).begin()
    await change.pick(units["1栋301"]["id"])
    await change.edit([1], grossArea="90.00")
    assert (await change.approve())["refunds"] == []
    account = (await units_of(office, estate))["1栋301"]["account"]
    assert (account["due"], account["outstanding"]) == ("6300.00", "115.50")


async def test_a_due_stays_to_the_fen_when_only_other_things_change(town: Any):
    office = await open_office(town)
    estate = await estate_of(office, "301")
    units = await units_of(office, estate)
    change = await Change(office, estate).begin()
    await change.pick(units["1栋301"]["id"])
    await change.edit([1], address="新址1号", saleStatus="已签约")
    await change.approve()
    after = (await units_of(office, estate))["1栋301"]
    assert (after["address"], after["account"]) == ("新址1号", units["1栋301"]["account"])


async def test_a_unit_with_an_open_notice_is_not_changed(town: Any):
    office = await open_office(town)
    estate = await estate_of(office, "301")
    units = await units_of(office, estate)
    await office.developer.act(
        "noticeIssue",
        {"units": [{"unitId": units["1栋301"]["id"]}], "idempotencyKey": "k"},
        "... on NoticesIssued { notices { noticeNo } }",
        "NoticeIssueInput",
    )
    change = await Change(office, estate).begin()
    await change.pick(units["1栋301"]["id"])
    await change.edit([1], grossArea="90")
    assert await problems(office.developer, "SUBMIT", change.order) == ["UNIT_HAS_OPEN_NOTICE"]


async def test_a_unit_under_an_order_gets_no_notice_and_the_other_order_is_told_its_number(town: Any):
    office = await open_office(town)
    estate = await estate_of(office, "301")
    units = await units_of(office, estate)
    changes = [await Change(office, estate).begin() for _ in range(2)]
    for change in changes:
        await change.pick(units["1栋301"]["id"])
        await change.edit([1], grossArea="90")
    first = await done(office.developer, "SUBMIT", changes[0].order)
    refused = await try_step(office.developer, "SUBMIT", changes[1].order)
    assert [problem["code"] for problem in refused["problems"]] == ["UNIT_LOCKED"]
    assert first["orderNo"] in refused["problems"][0]["message"]
    notice = await office.developer.act(
        "noticeIssue",
        {"units": [{"unitId": units["1栋301"]["id"]}], "idempotencyKey": "k"},
        f"... on NoticesIssued {{ notices {{ noticeNo }} }} {REFUSED}",
        "NoticeIssueInput",
    )
    assert [problem["code"] for problem in notice["problems"]] == ["UNIT_LOCKED"]


async def test_only_units_of_the_orders_estate_are_picked(town: Any, shelf: Shelf):
    office = await open_office(town)
    estate = await estate_of(office, "301")
    order = await office.complete([unit("501", building="9栋")], name="二期", address="二期路1号")
    other = await office.developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Order { estate { buildings { id units { id } } } } } }",
        id=order,
    )
    (building,) = other["node"]["estate"]["buildings"]
    change = await Change(office, estate).begin()
    before = await shelf.standing()
    mutation = "mutation($i: OrderLinesPickInput!) { orderLinesPick(input: $i) { __typename } }"
    for given in ({"unitIds": [building["units"][0]["id"]]}, {"buildingIds": [building["id"]]}):
        answer = await office.developer.send(mutation, i={"orderId": change.order, **given})
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert await shelf.standing() == before
