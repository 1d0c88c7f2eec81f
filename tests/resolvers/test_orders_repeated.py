"""A request that comes twice has one effect, and a rehearsal has none."""

import asyncio
from typing import Any

import pytest

from tests.office import STEPS, attach, done, look, open_office, problems, save, try_step
from tests.scenes import JIANGMEN, LUZHOU, Caller, Town, unit, units
from tests.shelf import Shelf

PREPARED = {
    "SUBMIT": "prepare",
    "WITHDRAW": "submit",
    "DISCARD": "prepare",
    "ACCEPT": "submit",
    "RETURN": "submit",
}
DRAFT = "... on OrderDone { order { id orderNo } }"


async def draft(caller: Caller, name: str, **more: Any) -> Any:
    """Draft an order with a key."""
    return await caller.act(
        "orderDraft", {"content": {"estateCollection": {"name": name}}, **more}, DRAFT, "OrderDraftInput"
    )


async def test_the_same_key_and_input_give_the_same_answer_and_no_second_effect(town: Town, shelf: Shelf):
    office = await open_office(town)
    first = await draft(office.developer, "江畔", idempotencyKey="k" * 64)
    before = await shelf.standing()
    assert await draft(office.developer, "江畔", idempotencyKey="k" * 64) == first
    assert await shelf.standing() == before


async def test_the_same_key_with_other_input_or_for_another_act_is_refused(town: Town, shelf: Shelf):
    office = await open_office(town)
    order = (await draft(office.developer, "江畔", idempotencyKey="one"))["order"]["id"]
    before = await shelf.standing()
    other = await draft(office.developer, "江岸", idempotencyKey="one")
    assert await office.developer.refused(other) == ["IDEMPOTENCY_CONFLICT"]
    assert await problems(office.developer, "DISCARD", order, idempotencyKey="one") == [
        "IDEMPOTENCY_CONFLICT"
    ]
    assert await shelf.standing() == before


async def test_a_key_is_the_callers_own(town: Town):
    office = await open_office(town)
    other = await town.developer(LUZHOU, "914407007321002770", "neighbour")
    mine = await draft(office.developer, "江畔", idempotencyKey="one")
    theirs = await draft(other, "江岸", idempotencyKey="one")
    assert mine["order"]["id"] != theirs["order"]["id"]


@pytest.mark.parametrize("key", ["", "k" * 65])
async def test_a_key_has_a_length(town: Town, shelf: Shelf, key: str):
    office = await open_office(town)
    before = await shelf.standing()
    assert await office.developer.refused(await draft(office.developer, "江畔", idempotencyKey=key)) == [
        "TEXT_INVALID"
    ]
    assert await shelf.standing() == before


async def test_a_replay_reads_the_order_as_it_is_now(town: Town):
    office = await open_office(town)
    order = await office.prepare()
    await done(office.developer, "SUBMIT", order, idempotencyKey="submit")
    await done(office.clerk, "ACCEPT", order)
    again = await done(office.developer, "SUBMIT", order, idempotencyKey="submit")
    assert again["status"] == "ACCEPTED"


async def test_a_refused_request_may_be_sent_again_with_its_key(town: Town):
    office = await open_office(town)
    order = await town.draft(office.developer)
    assert await problems(office.developer, "SUBMIT", order, idempotencyKey="submit") == ["FIELD_REQUIRED"]
    await town.put(office.developer, order, units())
    assert (await done(office.developer, "SUBMIT", order, idempotencyKey="submit"))["status"] == "SUBMITTED"


async def test_two_requests_at_once_with_one_key_have_one_effect(town: Town, shelf: Shelf):
    office = await open_office(town)
    answers = await asyncio.gather(*(draft(office.developer, "江畔", idempotencyKey="one") for _ in range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert await shelf.one("select count(*) from business_order where kind = 'ESTATE_COLLECTION'") == 1


async def test_the_kept_key_tells_nothing_of_the_input(town: Town, shelf: Shelf):
    await town.register(JIANGMEN, idempotencyKey="register")
    ((kept, outcome),) = await shelf.rows("select input_hash, outcome::text from repetition")
    assert len(kept) == 64
    assert "510502198503150120" not in outcome


@pytest.mark.parametrize("step", list(STEPS))
async def test_repeating_ones_own_last_step_says_the_same_and_changes_nothing(
    town: Town, shelf: Shelf, step: str
):
    office = await open_office(town)
    order = await getattr(office, PREPARED.get(step, "accept"))()
    first = await done(office.side(step), step, order)
    before = await shelf.standing()
    again = await done(office.side(step), step, order)
    assert again == first
    after = await shelf.standing()
    assert {name for name in after if after[name] != before[name]} == {"audit"}


async def test_a_step_that_somebody_else_took_is_not_repeated(town: Town):
    office = await open_office(town)
    order = await office.accept()
    colleague = await town.office(LUZHOU, "window_clerk", "440705200402290126", "colleague")
    assert await problems(colleague, "ACCEPT", order) == ["INVALID_TRANSITION"]


async def test_a_clerk_adds_to_an_acceptance_that_the_papers_came(town: Town):
    office = await open_office(town, JIANGMEN)
    order = await office.submit()
    await done(office.clerk, "ACCEPT", order)
    assert await problems(office.reviewer, "APPROVE", order) == ["REGISTRATION_PAPERS_MISSING"]
    await done(office.clerk, "ACCEPT", order, registrationPapersReceived=True)
    assert (await done(office.reviewer, "APPROVE", order))["status"] == "COMPLETED"


@pytest.mark.parametrize("step", list(STEPS))
async def test_a_rehearsed_step_tells_area_money_and_rows_and_writes_nothing(
    town: Town, shelf: Shelf, step: str
):
    office = await open_office(town, JIANGMEN)
    order = await getattr(office, PREPARED.get(step, "accept"))()
    before = await shelf.standing()
    answer = await try_step(office.side(step), step, order, dryRun=True, idempotencyKey="rehearsal")
    assert answer["dryRun"] is True
    told = answer["order"]
    assert (told["grossArea"], told["due"], told["unitCount"]) == ("134.1835", "3900.51", 3)
    assert (told["estate"] is not None) is (step == "APPROVE")
    assert await shelf.standing() == before
    real = await try_step(office.side(step), step, order, idempotencyKey="rehearsal")
    assert real["dryRun"] is False
    assert real["order"]["status"] == told["status"], "what was rehearsed is what happens"


async def test_rehearsed_drafting_and_filling_write_nothing(town: Town, shelf: Shelf):
    office = await open_office(town)
    order = await office.prepare()
    file = await town.upload(office.developer)
    attached = await attach(office.developer, order, file, "PLANNING_PERMIT")
    attachment = attached["order"]["attachments"][0]["id"]
    before = await shelf.standing()
    assert (await draft(office.developer, "排练", dryRun=True))["__typename"] == "OrderDone"
    put = await town.put(office.developer, order, [unit("909", "100")], dryRun=True)
    assert (put["order"]["unitCount"], put["order"]["due"]) == (4, "15892.85")
    assert (await save(office.developer, order, {"name": "排练"}, dryRun=True))["order"]["content"][
        "name"
    ] == "排练"
    other = await town.upload(office.developer)
    before = await shelf.standing()
    taken = await attach(office.developer, order, other, "PLANNING_PERMIT", dryRun=True)
    assert len(taken["order"]["attachments"]) == 2
    for name, given, kind, read in (
        ("orderLinesRemove", {"orderId": order, "numbers": [1]}, "OrderLinesRemoveInput", "unitCount"),
        ("orderDetach", {"attachmentId": attachment}, "OrderDetachInput", "attachments { id }"),
    ):
        done_ = await office.developer.act(
            name, {**given, "dryRun": True}, f"... on OrderDone {{ dryRun order {{ {read} }} }}", kind
        )
        assert done_["dryRun"] is True
    assert await shelf.standing() == before
    assert (await look(office.developer, order))["unitCount"] == 3


async def test_a_rehearsal_of_what_is_refused_is_refused_the_same(town: Town):
    office = await open_office(town)
    order = await town.draft(office.developer)
    assert await problems(office.developer, "SUBMIT", order, dryRun=True) == ["FIELD_REQUIRED"]
    assert await problems(office.developer, "WITHDRAW", order, dryRun=True) == ["INVALID_TRANSITION"]
