"""Business orders over HTTP, from the draft to the end, in both cities and in a made-up third."""

from typing import Any

import pytest

from tests.conftest import MovableClock
from tests.office import attach, done, look, open_office, problems, save, try_step
from tests.scenes import JIANGMEN, LUZHOU, YUNMENG, Caller, Town, unit, units
from tests.shelf import Shelf

CITIES = pytest.mark.parametrize("city", [LUZHOU, JIANGMEN, YUNMENG])

# Reckoned by hand: 88.35 m², a parking space of 12.50 m², 33.3335 m², by each city's rates.
DUES = {
    LUZHOU: ("6184.50", "375.00", "2333.35", "8892.85"),
    JIANGMEN: ("2650.50", "250.00", "1000.01", "3900.51"),
    YUNMENG: ("4903.43", "312.50", "1850.01", "7065.94"),
}


@CITIES
async def test_an_order_goes_from_draft_to_the_graph_and_its_accounts(town: Town, shelf: Shelf, city: int):
    office = await open_office(town, city)
    order = await office.prepare()
    draft = await look(office.developer, order)
    assert draft["status"] == "DRAFT"
    assert draft["stepsOpen"] == ["SAVE", "SUBMIT", "DISCARD"]
    submitted = await done(office.developer, "SUBMIT", order)
    assert (submitted["status"], submitted["due"]) == ("SUBMITTED", DUES[city][3])
    assert (submitted["unitCount"], submitted["buildingCount"]) == (3, 2)
    assert submitted["grossArea"] == "134.1835"
    assert await shelf.one("select count(*) from estate") == 0, "nothing changes before approval"
    accepted = await done(office.clerk, "ACCEPT", order, registrationPapersReceived=True)
    assert accepted["status"] == "ACCEPTED"
    completed = await done(office.reviewer, "APPROVE", order, note="同意")
    assert completed["status"] == "COMPLETED"
    assert completed["stepsOpen"] == []
    found = await shelf.rows(
        "select due, balance, paid_first, status from account where kind = 'UNIT' order by due desc"
    )
    dues = sorted((int(text.replace(".", "")) for text in DUES[city][:3]), reverse=True)
    assert found == [(due, 0, 0, "OPEN") for due in dues]
    assert await shelf.rows(
        "select kind, count(*) from account where estate_id is not null group by 1 order by 1"
    ) == [
        ("SPECIAL", 1),
        ("UNIT", 3),
    ]
    timeline = (await look(office.developer, order))["timeline"]
    assert [(one["step"], one["side"], one["fromStatus"], one["toStatus"]) for one in timeline] == [
        ("SAVE", "DEVELOPER", None, "DRAFT"),
        ("SUBMIT", "DEVELOPER", "DRAFT", "SUBMITTED"),
        ("ACCEPT", "WINDOW", "SUBMITTED", "ACCEPTED"),
        ("APPROVE", "REVIEW", "ACCEPTED", "COMPLETED"),
    ]
    assert timeline[-1]["note"] == "同意"


async def test_every_act_leaves_one_audit_row_with_the_rule_that_allowed_it(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    await office.complete()
    found = await shelf.rows("select act, rule from audit where act like 'order%' order by id")
    assert [act for act, _ in found] == [
        "orderDraft",
        "orderLinesPut",
        "orderSubmit",
        "orderAccept",
        "orderApprove",
    ]
    for act, rule in found:
        assert rule, act
    assert found[2][1].startswith("order.submit: ")
    assert "; estate.collect: " in found[2][1]
    told = await shelf.rows(
        "select payload ->> 'status' from outbox_message where topic = 'order.step' order by id"
    )
    assert [status for (status,) in told][-3:] == ["SUBMITTED", "ACCEPTED", "COMPLETED"]


async def test_what_was_returned_is_corrected_and_submitted_again(town: Town):
    office = await open_office(town)
    order = await office.submit()
    items = [{"path": "grossArea", "text": "与测绘报告不符", "line": 1}]
    returned = await done(office.clerk, "RETURN", order, note=None, items=items)
    assert returned["status"] == "RETURNED"
    seen = await look(office.developer, order)
    assert seen["timeline"][-1]["items"] == items
    assert seen["timeline"][-1]["side"] == "OFFICE"
    assert seen["stepsOpen"] == ["SAVE", "SUBMIT", "DISCARD"]
    assert seen["submittedAt"] is None
    put = await town.put(office.developer, order, [unit("301", "90", no=1)])
    assert put["order"]["status"] == "RETURNED", "it stays returned while it is being corrected"
    again = await done(office.developer, "SUBMIT", order)
    assert again["grossArea"] == "135.8335"


async def test_an_accepted_order_is_returned_too_and_loses_its_acceptance(town: Town):
    office = await open_office(town)
    order = await office.accept()
    assert (await look(office.developer, order))["acceptanceNo"] == "LZAC2026112200002"
    await done(office.reviewer, "RETURN", order)
    seen = await look(office.developer, order)
    assert (seen["acceptanceNo"], seen["acceptedAt"]) == (None, None)


async def test_a_reviewer_who_returned_an_order_may_review_it_later(town: Town):
    office = await open_office(town)
    order = await office.accept()
    await done(office.reviewer, "RETURN", order)
    await done(office.developer, "SUBMIT", order)
    await done(office.clerk, "ACCEPT", order)
    assert (await done(office.reviewer, "APPROVE", order))["status"] == "COMPLETED"


@pytest.mark.parametrize(
    "words", [{"note": "  "}, {"note": None}, {"note": None, "items": [{"path": "a", "text": " "}]}]
)
async def test_who_returns_an_order_says_why(town: Town, shelf: Shelf, words: dict[str, object]):
    office = await open_office(town)
    order = await office.submit()
    before = await shelf.standing()
    assert await problems(office.clerk, "RETURN", order, **words) == ["FIELD_REQUIRED"]
    assert await shelf.standing() == before


async def test_a_note_has_a_length(town: Town):
    office = await open_office(town)
    order = await office.submit()
    assert await problems(office.clerk, "RETURN", order, note="长" * 501) == ["TEXT_INVALID"]
    items = [{"path": "name", "text": "错"}] * 201
    assert await problems(office.clerk, "RETURN", order, items=items) == ["LIMIT_EXCEEDED"]
    assert (await done(office.clerk, "RETURN", order, note="长" * 500))["status"] == "RETURNED"


async def test_a_withdrawn_order_is_a_draft_again(town: Town, shelf: Shelf):
    office = await open_office(town)
    order = await office.submit()
    withdrawn = await done(office.developer, "WITHDRAW", order)
    assert withdrawn["status"] == "DRAFT"
    assert await shelf.one("select count(*) from order_lock") == 0
    assert (await done(office.developer, "SUBMIT", order))["status"] == "SUBMITTED"


async def test_a_discarded_and_a_rejected_order_are_at_their_end(town: Town, shelf: Shelf):
    office = await open_office(town)
    discarded = await office.prepare()
    assert (await done(office.developer, "DISCARD", discarded))["status"] == "CANCELLED"
    rejected = await office.accept()
    assert (await done(office.reviewer, "REJECT", rejected))["status"] == "REJECTED"
    assert await shelf.one("select count(*) from order_lock") == 0
    assert await shelf.one("select count(*) from estate") == 0
    for order in (discarded, rejected):
        assert (await look(office.developer, order))["stepsOpen"] == []
        for step in ("SUBMIT", "WITHDRAW", "DISCARD", "ACCEPT", "RETURN", "APPROVE", "REJECT"):
            answer = await try_step(office.side(step), step, order)
            repeated = (order, step) in {(discarded, "DISCARD"), (rejected, "REJECT")}
            assert answer["__typename"] == ("OrderDone" if repeated else "Rejected"), (step, answer)


async def test_a_submission_keeps_what_was_handed_in(town: Town, shelf: Shelf):
    office = await open_office(town)
    await office.submit()
    ((snapshot, rules),) = await shelf.rows(
        "select s.snapshot, o.rules from order_step s join business_order o on o.id = s.order_id"
        " where s.step = 'SUBMIT' and o.kind = 'ESTATE_COLLECTION'"
    )
    assert snapshot["content"]["name"] == "江畔花园"
    assert snapshot["units"] == 3
    assert len(snapshot["lines_sha256"]) == 64
    assert rules["city"] == "luzhou"


async def test_order_numbers_are_readable_and_never_the_same(town: Town, clock: MovableClock):
    office = await open_office(town)
    numbers: list[str] = []
    for name in ("一", "二"):
        order = await town.draft(office.developer, name)
        numbers.append((await done(office.developer, "DISCARD", order))["orderNo"])
    clock.move(hours=12)
    office.developer.headers = await town.sign_in(LUZHOU, "admin")
    order = await town.draft(office.developer, "三")
    data = await office.developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Order { orderNo } } }", id=order
    )
    assert [*numbers, data["node"]["orderNo"]] == [
        "LZEC2026112200001",
        "LZEC2026112200002",
        "LZEC2026112300001",
    ]


async def test_the_offered_steps_are_those_that_the_caller_may_take(town: Town):
    office = await open_office(town)
    order = await office.submit()
    offered = {
        name: (await look(caller, order))["stepsOpen"]
        for name, caller in (
            ("developer", office.developer),
            ("clerk", office.clerk),
            ("reviewer", office.reviewer),
        )
    }
    assert offered == {"developer": ["WITHDRAW"], "clerk": ["ACCEPT", "RETURN"], "reviewer": ["RETURN"]}


async def test_a_line_is_put_replaced_and_removed(town: Town):
    office = await open_office(town)
    order = await town.draft(office.developer)
    await town.put(office.developer, order, units())
    await town.put(office.developer, order, [unit("303", "50"), unit("301", "60", no=1)])
    seen = await look(office.developer, order)
    assert [
        (line["node"]["no"], line["node"]["after"]["roomNo"], line["node"]["after"]["grossArea"])
        for line in seen["lines"]["edges"]
    ] == [
        (1, "301", "60.00"),
        (2, "101", "12.50"),
        (3, "302", "33.3335"),
        (4, "303", "50.00"),
    ]
    removed = await remove(office.developer, order, [2, 3])
    assert removed["order"]["unitCount"] == 2
    again = await town.put(office.developer, order, [unit("304", "70")])
    assert again["order"]["unitCount"] == 3
    alone = await town.put(office.developer, order, [unit("305", "80")], replace=True)
    assert (alone["order"]["unitCount"], alone["order"]["grossArea"]) == (1, "80.00")
    empty = await town.put(office.developer, order, [], replace=True)
    assert (empty["order"]["unitCount"], empty["order"]["due"]) == (0, "0.00")


async def remove(caller: Caller, order: str, numbers: list[int]) -> Any:
    """Remove lines."""
    return await caller.act(
        "orderLinesRemove",
        {"orderId": order, "numbers": numbers},
        "... on OrderDone { order { unitCount } }",
        "OrderLinesRemoveInput",
    )


@pytest.mark.parametrize("numbers", [[9], [1, 1], [0], [-1]])
async def test_a_line_that_is_not_there_is_neither_replaced_nor_removed(
    town: Town, shelf: Shelf, numbers: list[int]
):
    office = await open_office(town)
    order = await town.draft(office.developer)
    await town.put(office.developer, order, units())
    before = await shelf.standing()
    put = await town.put(
        office.developer, order, [unit(f"40{place}", no=number) for place, number in enumerate(numbers)]
    )
    assert await office.developer.refused(put) == ["VALUE_UNKNOWN"]
    assert await office.developer.refused(await remove(office.developer, order, numbers)) == ["VALUE_UNKNOWN"]
    assert await shelf.standing() == before


async def test_every_wrong_cell_of_typed_lines_is_named_and_none_is_kept(town: Town, shelf: Shelf):
    office = await open_office(town)
    order = await town.draft(office.developer)
    before = await shelf.standing()
    wrong = [
        unit("301"),
        unit("302", "0"),
        unit("303", usage="城堡", hasLift="也许"),
        unit(
            "304",
            ownerName="喆䶮",
            ownerIdType="身份证",
            ownerIdNumber="510502198503150121",
            ownerMobile="13800138000",
        ),
        unit("305", ownerName="只有姓名"),
        unit("301"),
        unit("306", "50", netArea="60"),
    ]
    answer = await town.put(office.developer, order, wrong)
    assert [(one["row"], one["code"], one["path"]) for one in answer["problems"]] == [
        (2, "AREA_INVALID", "grossArea"),
        (3, "VALUE_UNKNOWN", "usage"),
        (3, "VALUE_UNKNOWN", "hasLift"),
        (4, "ID_CHECKSUM", "ownerIdNumber"),
        (5, "OWNER_REQUIRED", "ownerIdType"),
        (5, "OWNER_REQUIRED", "ownerIdNumber"),
        (5, "OWNER_REQUIRED", "ownerMobile"),
        (6, "DUPLICATE_UNIT", "roomNo"),
        (7, "AREA_INVALID", "netArea"),
    ]
    assert all(
        "510502198503150121" not in (one["value"] or "") + one["message"] for one in answer["problems"]
    )
    assert await shelf.standing() == before


async def test_two_lines_of_one_place_are_found_at_submission_whenever_they_came(town: Town):
    office = await open_office(town)
    order = await office.prepare([unit("301")])
    await town.put(office.developer, order, [unit("３０１", building="1 栋")])
    answer = await try_step(office.developer, "SUBMIT", order)
    assert [(one["code"], one["row"]) for one in answer["problems"]] == [("DUPLICATE_UNIT", 2)]


async def test_an_owners_numbers_are_masked_for_everybody_and_sealed_in_the_line(town: Town, shelf: Shelf):
    office = await open_office(town)
    owner = {
        "ownerName": "喆䶮",
        "ownerIdType": "身份证",
        "ownerIdNumber": "510502198503150120",
        "ownerMobile": "13800138000",
    }
    order = await office.prepare([unit("301", **owner)])
    for caller in (office.developer, office.clerk):
        (line,) = (await look(caller, order))["lines"]["edges"]
        assert line["node"]["after"]["owner"] == {"idNumber": "5105**********0120", "mobile": "138****8000"}
    everything = await shelf.rows(
        "select after::text from order_line union all select outcome::text from repetition"
        " union all select detail::text from audit"
    )
    assert not any("510502198503150120" in text or "13800138000" in text for (text,) in everything)


async def test_edited_orders_only_are_edited(town: Town, shelf: Shelf):
    office = await open_office(town)
    order = await office.submit()
    file = await town.upload(office.developer)
    before = await shelf.standing()
    answers: list[Any] = [
        await save(office.developer, order, {"name": "改名"}),
        await town.put(office.developer, order, units()),
        await remove(office.developer, order, [1]),
        await attach(office.developer, order, file, "PLANNING_PERMIT"),
    ]
    for answer in answers:
        assert await office.developer.refused(answer) == ["INVALID_TRANSITION"]
    assert await shelf.standing() == before
