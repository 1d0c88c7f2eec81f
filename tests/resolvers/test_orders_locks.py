"""Two orders cannot have one thing, and one human cannot have two parts in an order."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from tests.office import Office, attach, done, look, open_office, problems, try_step
from tests.scenes import CLERK_ID, JIANGMEN, LUZHOU, REVIEWER_ID, USCC, YUNMENG, Town, unit, units
from tests.shelf import Shelf

OTHER_USCC = USCC[YUNMENG]


async def neighbour(office: Office) -> Office:
    """Give another developer of the same city with the same office."""
    developer = await office.town.developer(office.city, OTHER_USCC, "neighbour")
    return Office(office.town, developer, office.clerk, office.reviewer)


async def test_the_first_submission_of_an_estate_wins_over_ones_own_second(town: Town, shelf: Shelf):
    office = await open_office(town)
    first, second = await office.prepare(), await office.prepare()
    number = (await done(office.developer, "SUBMIT", first))["orderNo"]
    before = await shelf.standing()
    (problem,) = (await try_step(office.developer, "SUBMIT", second))["problems"]
    assert (problem["code"], problem["path"]) == ("ESTATE_EXISTS", "name")
    assert number in problem["message"]
    assert "房屋补充" in problem["message"]
    assert await shelf.standing() == before
    await done(office.developer, "WITHDRAW", first)
    assert (await done(office.developer, "SUBMIT", second))["status"] == "SUBMITTED"


async def test_another_developers_estate_is_known_to_be_taken_but_not_by_which_order(town: Town):
    office = await open_office(town)
    other = await neighbour(office)
    taken = await office.submit()
    number = (await look(office.developer, taken)) and "LZEC2026112200001"
    mine = await other.prepare()
    (problem,) = (await try_step(other.developer, "SUBMIT", mine))["problems"]
    assert problem["code"] == "ESTATE_EXISTS"
    assert number not in problem["message"]
    assert "请联系维修资金管理部门" in problem["message"]


@pytest.mark.parametrize("step", ["RETURN", "REJECT", "WITHDRAW"])
async def test_an_order_that_goes_back_or_ends_lets_the_name_go(town: Town, step: str):
    office = await open_office(town)
    other = await neighbour(office)
    mine = await (office.accept() if step == "REJECT" else office.submit())
    theirs = await other.prepare()
    assert await problems(other.developer, "SUBMIT", theirs) == ["ESTATE_EXISTS"]
    await done(office.side(step), step, mine)
    assert (await done(other.developer, "SUBMIT", theirs))["status"] == "SUBMITTED"
    if step == "RETURN":
        assert await problems(office.developer, "SUBMIT", mine) == ["ESTATE_EXISTS"]


async def test_a_collected_estate_keeps_its_name_however_it_is_written(town: Town):
    office = await open_office(town)
    other = await neighbour(office)
    await office.complete(name="江畔ＡＢ花园", address="滨江路 1号")
    for people, word in ((office, "房屋补充"), (other, "其他单位")):
        order = await people.prepare(name="江畔 ab 花园", address="滨江路１号")
        (problem,) = (await try_step(people.developer, "SUBMIT", order))["problems"]
        assert problem["code"] == "ESTATE_EXISTS"
        assert word in problem["message"]
    elsewhere = await other.prepare(name="江畔AB花园", address="滨江路2号")
    assert (await done(other.developer, "SUBMIT", elsewhere))["status"] == "SUBMITTED"


async def test_the_same_name_in_another_city_is_another_estate(town: Town):
    await (await open_office(town, LUZHOU)).complete()
    jiangmen = await open_office(town, JIANGMEN)
    assert (await look(jiangmen.developer, await jiangmen.submit()))["status"] == "SUBMITTED"


async def test_of_twenty_submissions_at_once_one_wins_and_the_others_are_told(town: Town, shelf: Shelf):
    office = await open_office(town)
    other = await neighbour(office)
    orders = [(people, await people.prepare()) for people in (office, other) for _ in range(10)]
    answers = await asyncio.gather(*(try_step(people.developer, "SUBMIT", order) for people, order in orders))
    assert sorted(answer["__typename"] for answer in answers) == ["OrderDone"] + ["Rejected"] * 19
    codes = {problem["code"] for answer in answers if "problems" in answer for problem in answer["problems"]}
    assert codes == {"ESTATE_EXISTS"}
    assert await shelf.one("select count(*) from order_lock where target_kind = 'ESTATE'") == 1
    assert (
        await shelf.one("select count(*) from order_step where step = 'SUBMIT' and to_status = 'SUBMITTED'")
        == 1 + 2
    )


async def test_two_reviewers_at_once_approve_an_order_once(town: Town, shelf: Shelf):
    office = await open_office(town)
    order = await office.accept()
    second = await town.office(LUZHOU, "reviewer", "440705200402290126", "second")
    answers = await asyncio.gather(*(try_step(one, "APPROVE", order) for one in (office.reviewer, second)))
    assert sorted(answer["__typename"] for answer in answers) == ["OrderDone", "Rejected"]
    assert await shelf.one("select count(*) from unit") == 3


async def test_nobody_accepts_and_reviews_the_same_order_with_two_accounts(town: Town, shelf: Shelf):
    office = await open_office(town)
    order = await office.accept()
    twin = await town.office(LUZHOU, "reviewer", CLERK_ID, "the-clerk-as-reviewer")
    before = await shelf.standing()
    assert await problems(twin, "APPROVE", order) == ["FOUR_EYES"]
    assert await problems(twin, "REJECT", order) == ["FOUR_EYES"]
    assert await shelf.standing() == before
    assert (await done(office.reviewer, "APPROVE", order))["status"] == "COMPLETED"


async def test_four_eyes_look_back_over_every_submission(town: Town):
    office = await open_office(town)
    order = await office.accept()
    await done(office.clerk, "RETURN", order)
    await done(office.developer, "SUBMIT", order)
    colleague = await town.office(LUZHOU, "window_clerk", "440705200402290126", "colleague")
    await done(colleague, "ACCEPT", order)
    twin = await town.office(LUZHOU, "reviewer", CLERK_ID, "the-first-clerk-as-reviewer")
    assert await problems(twin, "APPROVE", order) == ["FOUR_EYES"]
    reviewing_clerk = await town.office(LUZHOU, "window_clerk", REVIEWER_ID, "the-reviewer-as-clerk")
    assert await try_step(reviewing_clerk, "APPROVE", order) == "FORBIDDEN"
    assert (await done(office.reviewer, "APPROVE", order))["status"] == "COMPLETED"


async def test_the_database_itself_keeps_four_eyes(town: Town, shelf: Shelf):
    office = await open_office(town)
    await office.complete()
    for broken in (
        "update business_order set reviewed_person = accepted_person where status = 'COMPLETED'",
        "update business_order set submitted_person = accepted_person where status = 'COMPLETED'",
        "update business_order set submitted_person = reviewed_person where status = 'COMPLETED'",
        "update business_order set accepted_person = null where status = 'COMPLETED'",
    ):
        with pytest.raises(IntegrityError, match="four_eyes"):
            await shelf.change(broken)


async def test_each_side_takes_its_own_steps_only(town: Town, shelf: Shelf):
    office = await open_office(town)
    order = await office.accept()
    authority, bank = await town.authority(LUZHOU), await town.bank(LUZHOU)
    before = await shelf.standing()
    for caller, forbidden in (
        (office.clerk, ("SUBMIT", "WITHDRAW", "DISCARD", "APPROVE", "REJECT")),
        (office.reviewer, ("SUBMIT", "WITHDRAW", "DISCARD", "ACCEPT")),
        (office.developer, ("ACCEPT", "RETURN", "APPROVE", "REJECT")),
        (authority, ("SUBMIT", "WITHDRAW", "DISCARD", "ACCEPT", "RETURN", "APPROVE", "REJECT")),
    ):
        for step in forbidden:
            assert await try_step(caller, step, order) == "FORBIDDEN", step
    for step in ("SUBMIT", "WITHDRAW", "DISCARD", "ACCEPT", "RETURN", "APPROVE", "REJECT"):
        assert await try_step(bank, step, order) == "NOT_FOUND", step
        assert await try_step(town.stranger, step, order) == "UNAUTHENTICATED", step
    assert await shelf.standing() == before


async def test_another_organizations_order_is_not_there_for_any_step(town: Town, shelf: Shelf):
    office = await open_office(town)
    other = await neighbour(office)
    stranger, _ = await town.register(JIANGMEN)
    order = await office.prepare()
    file = await town.upload(other.developer)
    before = await shelf.standing()
    for caller in (other.developer, stranger):
        for step in ("SUBMIT", "WITHDRAW", "DISCARD", "ACCEPT", "RETURN", "APPROVE", "REJECT"):
            assert await try_step(caller, step, order) == "NOT_FOUND", step
        query = "query($id: ID!) { node(id: $id) { id } }"
        assert (await caller.ask(query, id=order))["node"] is None
    tries: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("orderSave", {"content": {"estateCollection": {}}}, "OrderSaveInput"),
        ("orderLinesPut", {"lines": [unit()]}, "OrderLinesPutInput"),
        ("orderLinesRemove", {"numbers": [1]}, "OrderLinesRemoveInput"),
        ("orderAttach", {"fileId": file, "kind": "PLANNING_PERMIT"}, "OrderAttachInput"),
        ("orderExport", {}, "OrderExportInput"),
        ("orderPrint", {"form": "APPLICATION"}, "OrderPrintInput"),
    )
    for name, given, kind in tries:
        answer = await other.developer.send(
            f"mutation($i: {kind}!) {{ {name}(input: $i) {{ __typename }} }}", i={"orderId": order, **given}
        )
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND", name
    assert await shelf.standing() == before


async def test_anothers_file_cannot_be_attached_and_anothers_attachment_not_taken_back(
    town: Town, shelf: Shelf
):
    office = await open_office(town)
    other = await neighbour(office)
    mine, theirs = await office.prepare(), await other.prepare()
    file = await town.upload(office.developer)
    attached = await attach(office.developer, mine, file, "PLANNING_PERMIT")
    attachment = attached["order"]["attachments"][0]["id"]
    before = await shelf.standing()
    for name, given, kind in (
        ("orderAttach", {"orderId": theirs, "fileId": file, "kind": "PLANNING_PERMIT"}, "OrderAttachInput"),
        ("orderDetach", {"attachmentId": attachment}, "OrderDetachInput"),
    ):
        query = f"mutation($i: {kind}!) {{ {name}(input: $i) {{ __typename }} }}"
        answer = await other.developer.send(query, i=given)
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert await shelf.standing() == before


async def test_nobody_but_a_developer_drafts(town: Town):
    office = await open_office(town)
    query = "mutation($i: OrderDraftInput!) { orderDraft(input: $i) { __typename } }"
    given = {"content": {"estateCollection": {"name": "不该有"}}}
    visitor = await town.visitor(LUZHOU)
    for caller in (office.clerk, office.reviewer, await town.bank(LUZHOU), visitor):
        answer = await caller.send(query, i=given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_units_of_one_estate_are_told_apart_by_building_and_counted(town: Town):
    office = await open_office(town)
    order = await office.submit([*units(), unit("301", building="2栋")])
    seen = await look(office.developer, order)
    assert (seen["unitCount"], seen["buildingCount"]) == (4, 3)
