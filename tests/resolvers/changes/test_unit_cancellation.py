"""Unit cancellation: whole buildings in Luzhou, single units in Jiangmen, and the money goes back."""

from typing import Any

import pytest

from resolvers.ledger_check import verify
from tests.office import Office, done, open_office, problems
from tests.papers import fetched, print_order, words
from tests.refunds import correct, refunds_of
from tests.resolvers.changes.deposits import pay
from tests.scenes import JIANGMEN, LUZHOU, REFUSED, Town, unit

_ORDER = "order { id status unitCount refunds { amount unit { roomNo status account { status balance } } } }"
_DONE = f"... on OrderDone {{ {_ORDER} }} {REFUSED}"
_ESTATE = (
    """query($id: ID!) { node(id: $id) { ... on Estate { buildings { id name units { id roomNo } } } } }"""
)


async def _estate(office: Office) -> str:
    lines = [unit(room, contractNo=f"HT{room}") for room in ("301", "302", "303")]
    lines.append(unit("101", building="2栋", address="2栋101"))
    order = await office.complete(lines, name="一期", address="一期路1号")
    found = await office.developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Order { estate { id } } } }", id=order
    )
    return found["node"]["estate"]["id"]


async def _look(office: Office, estate: str) -> dict[str, Any]:
    found = await office.developer.ask(_ESTATE, id=estate)
    return {building["name"]: building for building in found["node"]["buildings"]}


async def _cancel(office: Office, estate: str, **picked: list[str]) -> str:
    content = {"unitCancellation": {"estateId": estate, "reason": "拆迁"}}
    drafted = await office.developer.act("orderDraft", {"content": content}, _DONE, "OrderDraftInput")
    order = drafted["order"]["id"]
    await office.developer.act("orderLinesPick", {"orderId": order, **picked}, _DONE, "OrderLinesPickInput")
    return order


async def _approve(office: Office, order: str) -> Any:
    await done(office.developer, "SUBMIT", order)
    await done(office.clerk, "ACCEPT", order, registrationPapersReceived=True)
    answer = await office.reviewer.act("orderApprove", {"orderId": order}, _DONE, "OrderStepInput")
    assert answer["__typename"] == "OrderDone", answer
    return answer["order"]


async def _form(office: Office, order: str) -> str:
    """Print the application, and give what it says without the blanks between."""
    pdf = await fetched(office.clerk, await print_order(office.clerk, order))
    return "".join("".join(words(pdf)).split())


async def test_in_jiangmen_single_units_go_and_what_was_paid_goes_back(town: Town):
    office = await open_office(town, JIANGMEN)
    estate = await _estate(office)
    units = {one["roomNo"]: one["id"] for one in (await _look(office, estate))["1栋"]["units"]}
    assert await pay(office, units["301"]) == "2650.50"
    number = await _cancel(office, estate, unitIds=[units["301"], units["302"]])
    order = await _approve(office, number)
    form = await _form(office, number)
    for said in (
        "注销申请表&退款申请表",
        "首期应交（元）首期已交（元）账户余额（元）退款金额（元）",
        "11栋1单元3012650.502650.502650.502650.50",
        "人民币贰仟陆佰伍拾元零伍角",
        "退款账户",
        "1张三12650.50",
    ):
        assert said in form, said
    # What the office is told of the account stands on the next print.
    authority = await town.authority(JIANGMEN)
    (refund,) = await refunds_of(authority)
    await correct(authority, refund, "payee", number="6222020000000018", bank="示范银行")
    assert "1张三6222020000000018示范银行12650.50" in await _form(office, number)
    assert order["refunds"] == [
        {
            "amount": "2650.50",
            "unit": {
                "roomNo": "301",
                "status": "CANCELLED",
                "account": {"status": "FROZEN", "balance": "2650.50"},
            },
        }
    ]
    left = await _look(office, estate)
    assert [one["roomNo"] for one in left["1栋"]["units"]] == ["303"]
    assert await verify(town.desk, JIANGMEN) == []


async def test_in_luzhou_a_building_goes_whole_or_not_at_all(town: Town):
    office = await open_office(town)
    estate = await _estate(office)
    first = (await _look(office, estate))["1栋"]
    part = await _cancel(office, estate, unitIds=[first["units"][0]["id"]])
    assert await problems(office.developer, "SUBMIT", part) == ["BUILDING_NOT_WHOLE"]
    whole = await _cancel(office, estate, buildingIds=[first["id"]])
    assert (await _approve(office, whole))["unitCount"] == 3
    assert sorted(await _look(office, estate)) == ["2栋"]
    assert await verify(town.desk, LUZHOU) == []


@pytest.mark.parametrize("city", [LUZHOU, JIANGMEN])
async def test_who_was_cancelled_keeps_its_history_and_takes_no_further_order(town: Town, city: int):
    office = await open_office(town, city)
    estate = await _estate(office)
    building = (await _look(office, estate))["2栋"]
    again = await _cancel(office, estate, unitIds=[building["units"][0]["id"]])
    await _approve(office, await _cancel(office, estate, buildingIds=[building["id"]]))
    found = await office.developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Unit { roomNo status } } }", id=building["units"][0]["id"]
    )
    assert found["node"] == {"roomNo": "101", "status": "CANCELLED"}
    assert await problems(office.developer, "SUBMIT", again) == ["UNIT_NOT_ACTIVE"]


async def test_an_open_notice_is_voided_before_its_unit_goes(town: Town):
    office = await open_office(town, JIANGMEN)
    estate = await _estate(office)
    room = (await _look(office, estate))["1栋"]["units"][0]["id"]
    owner = {"name": "张三", "idType": "1", "idNumber": "510502198503150120", "mobile": "13800138000"}
    issued = await office.developer.act(
        "noticeIssue",
        {"units": [{"unitId": room, "owners": [owner]}], "idempotencyKey": "k"},
        f"... on NoticesIssued {{ notices {{ noticeNo }} }} {REFUSED}",
        "NoticeIssueInput",
    )
    assert issued["__typename"] == "NoticesIssued", issued
    order = await _cancel(office, estate, unitIds=[room])
    assert await problems(office.developer, "SUBMIT", order) == ["UNIT_HAS_OPEN_NOTICE"]


async def test_without_a_reason_or_a_unit_nothing_is_cancelled(town: Town):
    office = await open_office(town, JIANGMEN)
    estate = await _estate(office)
    content = {"unitCancellation": {"estateId": estate}}
    drafted = await office.developer.act("orderDraft", {"content": content}, _DONE, "OrderDraftInput")
    assert await problems(office.developer, "SUBMIT", drafted["order"]["id"]) == [
        "FIELD_REQUIRED",
        "FIELD_REQUIRED",
    ]
