"""The papers of a unit change: what goes back on the form, the difference on a notice, a refund's notice."""

from typing import Any

from resolvers.ledger_check import verify
from tests.office import Office, done, error_of, open_office
from tests.papers import FILE, fetched, print_order, words
from tests.resolvers.changes.deposits import OWNER, pay
from tests.resolvers.changes.unit_changes import Change, estate_of, units_of
from tests.scenes import JIANGMEN, LUZHOU, REFUSED, Caller
from tests.shelf import Shelf

_NOTICES = f"... on NoticesIssued {{ notices {{ id noticeNo depositType total }} }} {REFUSED}"
_ENTRIES = """query($id: ID!) { node(id: $id) { ... on Unit { account {
  paidFirst balance outstanding entries { type amount } } } } }"""


async def issue(caller: Caller, unit: str, key: str, **more: Any) -> Any:
    given = {"units": [{"unitId": unit, **more}], "idempotencyKey": key}
    return await caller.act("noticeIssue", given, _NOTICES, "NoticeIssueInput")


async def text_of(caller: Caller, made: Any) -> str:
    """Give what a paper says, without the blanks between."""
    return "".join("".join(words(await fetched(caller, made))).split())


async def change_of(office: Office, estate: str, *units: str, **values: object) -> Change:
    change = await Change(office, estate).begin()
    await change.pick(*units)
    for number in range(1, len(units) + 1):
        await change.edit([number], **values)
    return change


ACCOUNT = {"holder": "张三", "number": "6222020000000000", "bank": "中国银行江门分行"}


async def shrink(office: Office) -> Change:
    """Take the lift from a unit that is paid for and from one that is not, and hand that in."""
    estate = await estate_of(office, "301", "302")
    units = await units_of(office, estate)
    await pay(office, units["1栋301"]["id"])
    change = await change_of(office, estate, units["1栋301"]["id"], units["1栋302"]["id"], hasLift="无")
    account = {"unitIds": [units["1栋301"]["id"]], **ACCOUNT}
    await change.save(refundConfirmed=True, refundAccounts=[account])
    await done(office.developer, "SUBMIT", change.order)
    return change


async def test_the_form_of_a_change_says_what_goes_back_to_which_account_before_and_after_it_happened(
    town: Any,
):
    office = await open_office(town, JIANGMEN)
    change = await shrink(office)
    submitted = await text_of(office.developer, await print_order(office.developer, change.order))
    await done(office.clerk, "ACCEPT", change.order, registrationPapersReceived=True)
    await done(office.reviewer, "APPROVE", change.order)
    completed = await text_of(office.developer, await print_order(office.developer, change.order))
    # 88.35 m² at 30.00 was due of both and paid of one; at 20.00 it is 1767.00.
    for text in (submitted, completed):
        for said in (
            "变更申请表&退款申请表",
            "WX-06",
            "房屋信息变更",
            "1栋1单元301",
            "2650.50",
            "1767.00",
            "¥883.50",
            "人民币捌佰捌拾叁元伍角",
            *ACCOUNT.values(),
            "共1户",
        ):
            assert said in text, said
    assert "审核通过" in completed


async def test_a_refund_has_a_notice_that_its_developer_and_the_office_print(town: Any, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    change = await shrink(office)
    await done(office.clerk, "ACCEPT", change.order, registrationPapersReceived=True)
    await done(office.reviewer, "APPROVE", change.order)
    query = "query($id: ID!) { node(id: $id) { ... on Order { refunds { id refundNo printCount } } } }"
    (promised,) = (await office.developer.ask(query, id=change.order))["node"]["refunds"]
    assert promised["printCount"] == 0
    authority = await town.authority(JIANGMEN)
    for times, who in enumerate((office.developer, authority), start=1):
        made = await who.act("refundPrint", {"refundId": promised["id"]}, FILE, "RefundPrintInput")
        assert made["file"]["name"] == f"{promised['refundNo']}.pdf"
        notice = await text_of(who, made)
        for said in ("退款通知单", promised["refundNo"], "¥883.50", "捌佰捌拾叁元伍角", "张三", "WX-07"):
            assert said in notice, said
        assert f"第{times}次打印" in notice
    stranger = await town.developer(JIANGMEN, "914407007321002770", "stranger")
    answer = await error_of(stranger, "refundPrint", {"refundId": promised["id"]}, "RefundPrintInput")
    assert answer == "NOT_FOUND"
    assert await shelf.one("select print_count from refund") == 2


async def enlarge(office: Office) -> list[str]:
    """Let two units that are paid for become larger, and give their ids."""
    estate = await estate_of(office, "301", "302")
    units = await units_of(office, estate)
    ids = [units[f"1栋{room}"]["id"] for room in ("301", "302")]
    for one in ids:
        await pay(office, one)
    change = await change_of(office, estate, *ids, grossArea="90.00")
    await change.approve()
    return ids


async def test_a_difference_is_demanded_by_developer_or_office_and_printed_as_one(town: Any):
    office = await open_office(town, LUZHOU)
    first, second = await enlarge(office)
    authority = await town.authority(LUZHOU)
    # 90.00 m² at 70.00 is 6300.00, of which 6184.50 was paid.
    (notice,) = (await issue(authority, first, "office"))["notices"]
    (other,) = (await issue(office.developer, second, "developer", owners=[OWNER]))["notices"]
    assert [(one["depositType"], one["total"]) for one in (notice, other)] == [("SUPPLEMENT", "115.50")] * 2
    again = await issue(office.developer, first, "again")
    assert [one["noticeNo"] for one in again["notices"]] == [notice["noticeNo"]]
    made = await authority.act("noticePrint", {"noticeIds": [notice["id"]]}, FILE, "NoticePrintInput")
    printed = await text_of(authority, made)
    # Who issued it is reached at the office, and not at the developer's.
    reached = "经办人电话0830-0000000"
    for said in ("补交", "6300.00", "6184.50", "¥115.50", "人民币壹佰壹拾伍元伍角", reached):
        assert said in printed, said
    made = await authority.act("noticePrint", {"noticeIds": [other["id"]]}, FILE, "NoticePrintInput")
    printed = await text_of(authority, made)
    assert ("经办人电话1" in printed, reached in printed) == (True, False)


async def test_a_difference_is_paid_as_a_supplement_and_then_nothing_is_due(town: Any, shelf: Shelf):
    office = await open_office(town, LUZHOU)
    room, _ = await enlarge(office)
    # What is due beyond what was paid before: 115.50.
    assert await pay(office, room, "supplement") == "115.50"
    account = (await office.developer.ask(_ENTRIES, id=room))["node"]["account"]
    assert account == {
        "paidFirst": "6300.00",
        "balance": "6300.00",
        "outstanding": "0.00",
        "entries": [{"type": "FIRST", "amount": "6184.50"}, {"type": "SUPPLEMENT", "amount": "115.50"}],
    }
    authority = await town.authority(LUZHOU)
    before = await shelf.standing()
    refused = await issue(authority, room, "once more")
    assert [problem["code"] for problem in refused["problems"]] == ["NOTHING_DUE"]
    assert await shelf.standing() == before
    assert await verify(town.desk, LUZHOU) == []


async def test_the_form_of_a_resubmitted_order_shows_what_was_corrected(town: Any):
    office = await open_office(town, LUZHOU)
    estate = await estate_of(office, "301", "302")
    units = await units_of(office, estate)
    change = await change_of(office, estate, units["1栋301"]["id"], grossArea="90.00")
    await done(office.developer, "SUBMIT", change.order)
    first = await text_of(office.developer, await print_order(office.developer, change.order))
    assert "退回补正" not in first
    await done(office.clerk, "RETURN", change.order)
    await change.edit([1], grossArea="91.25")
    await change.pick(units["1栋302"]["id"])
    await change.edit([2], address="新址2号")
    await change.act("orderSave", content={"unitChange": {"estateId": estate, "reason": "测绘复核"}})
    await done(office.developer, "SUBMIT", change.order)
    text = await text_of(office.developer, await print_order(office.developer, change.order))
    for said in ("退回补正后的变化，共3项", "变更原因", "测绘更正", "测绘复核", "90.00", "91.25", "新址2号"):
        assert said in text, said
