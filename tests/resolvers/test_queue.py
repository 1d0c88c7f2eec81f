"""The window's queue: who looks for what, who claims an order, and what that keeps the others from."""

from typing import Any

import pytest

from domain.problem import ProblemCode
from tests.office import Office, done, error_of, open_office, try_step
from tests.scenes import CLERK_ID, JIANGMEN, LUZHOU, REFUSED, Caller, unit
from tests.shelf import Shelf

_SECOND_ID = "440705200402290126"
_DONE = f"... on OrderDone {{ order {{ status claimedBy claimedAt claimedByMe }} }} {REFUSED}"
_STEPS = "query($id: ID!) { node(id: $id) { ... on Order { stepsOpen } } }"
_QUEUE = """query($f: OrderFilter) { orders(filter: $f, first: 20) { totalCount edges { node {
  orderNo claimedBy claimedByMe } } } }"""


async def claim(caller: Caller, order: str, act: str = "orderClaim", **more: Any) -> Any:
    return await caller.act(act, {"orderId": order, **more}, _DONE, "OrderClaimInput")


async def numbers(caller: Caller, **wanted: Any) -> list[str]:
    found = (await caller.ask(_QUEUE, f=wanted))["orders"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"]["orderNo"] for edge in found["edges"]]


async def number_of(office: Office, order: str) -> str:
    found = await office.clerk.ask("query($id: ID!) { node(id: $id) { ... on Order { orderNo } } }", id=order)
    return found["node"]["orderNo"]


async def submit_two(office: Office) -> tuple[str, str]:
    first = await office.submit(name="一期", address="一期路1号")
    second = await office.submit([unit("501", building="9栋")], name="二期", address="二期路1号")
    return first, second


@pytest.mark.parametrize("city", [LUZHOU, JIANGMEN])
async def test_a_claimed_order_is_worked_on_by_its_holder_alone(town: Any, shelf: Shelf, city: int):
    office = await open_office(town, city)
    other = await town.office(city, "window_clerk", _SECOND_ID)
    order = await office.submit()
    claimed = (await claim(office.clerk, order))["order"]
    assert (claimed["status"], claimed["claimedBy"], claimed["claimedByMe"]) == (
        "SUBMITTED",
        "window_clerk先生",
        True,
    )
    assert claimed["claimedAt"] == "2026-11-22T12:00:00.000+08:00"
    before = await shelf.standing()
    for refused in (
        await claim(other, order),
        await try_step(other, "ACCEPT", order),
        await try_step(other, "RETURN", order),
    ):
        assert [problem["code"] for problem in refused["problems"]] == [ProblemCode.ORDER_CLAIMED]
        assert "window_clerk先生" in refused["problems"][0]["message"]
    assert await error_of(other, "orderRelease", {"orderId": order}, "OrderClaimInput") == "FORBIDDEN"
    assert await shelf.standing() == before
    steps = [(await way.ask(_STEPS, id=order))["node"]["stepsOpen"] for way in (office.clerk, other)]
    assert steps == [["ACCEPT", "RETURN"], []]
    assert (await office.developer.ask(_STEPS, id=order))["node"]["stepsOpen"] == ["WITHDRAW"]
    # Claiming again says the same; a reviewer whose turn it is not has nothing to claim.
    assert (await claim(office.clerk, order))["order"] == claimed
    assert await error_of(office.reviewer, "orderClaim", {"orderId": order}, "OrderClaimInput") == "FORBIDDEN"
    await done(office.clerk, "ACCEPT", order, registrationPapersReceived=True)
    # The step hands the order on: now the review has it in its queue.
    assert await error_of(other, "orderClaim", {"orderId": order}, "OrderClaimInput") == "FORBIDDEN"
    assert (await claim(office.reviewer, order))["order"]["claimedByMe"] is True
    assert await done(office.reviewer, "APPROVE", order)
    ended = await claim(office.reviewer, order)
    assert [problem["code"] for problem in ended["problems"]] == ["INVALID_TRANSITION"]


async def test_a_claim_is_put_back_by_its_holder_or_taken_away_by_the_authority(town: Any):
    office = await open_office(town)
    authority = await town.authority(LUZHOU)
    order = await office.submit()
    await claim(office.clerk, order)
    assert (await claim(office.clerk, order, "orderRelease"))["order"]["claimedBy"] is None
    rehearsed = await claim(office.clerk, order, dryRun=True)
    assert rehearsed["order"]["claimedByMe"] is True
    assert (await claim(authority, order, "orderRelease"))["order"]["claimedBy"] is None
    await claim(office.clerk, order)
    assert (await claim(authority, order, "orderRelease"))["order"]["claimedBy"] is None
    assert await error_of(authority, "orderClaim", {"orderId": order}, "OrderClaimInput") == "FORBIDDEN"
    # Its applicant is not kept from anything, is not told, and finds nothing by it.
    await claim(office.clerk, order)
    seen = await office.developer.ask(_QUEUE, f={"status": ["SUBMITTED"]})
    assert [edge["node"]["claimedBy"] for edge in seen["orders"]["edges"]] == [None]
    for way in ("ME", "NOBODY", "ANYBODY"):
        assert await numbers(office.developer, claimed=way) == []
    await done(office.developer, "WITHDRAW", order)
    await done(office.developer, "SUBMIT", order)
    assert await numbers(office.clerk, claimed="ANYBODY") == []


async def test_the_queue_is_searched_by_claim_status_kind_day_and_number(town: Any, clock: Any):
    office = await open_office(town)
    first, second = await submit_two(office)
    one, two = await number_of(office, first), await number_of(office, second)
    await claim(office.clerk, second)
    other = await town.office(LUZHOU, "window_clerk", _SECOND_ID)
    kind = ["ESTATE_COLLECTION"]
    assert await numbers(office.clerk, claimed="ME") == [two]
    assert await numbers(other, claimed="ME") == []
    assert await numbers(other, claimed="ANYBODY", kind=kind) == [two]
    assert await numbers(other, claimed="NOBODY", status=["SUBMITTED"], kind=kind) == [one]
    assert await numbers(other, kind=["UNIT_CHANGE"], claimed="NOBODY") == []
    assert await numbers(other, orderNo=one.lower()) == [one]
    assert sorted(await numbers(other, orderNo=one[:12])) == [one, two]
    assert await numbers(other, orderNo="%") == []
    clock.move(minutes=20)
    await done(office.developer, "WITHDRAW", first)
    await done(office.developer, "SUBMIT", first)
    moment = "2026-11-22T12:20:00+08:00"
    assert await numbers(other, submittedFrom=moment) == [one]
    assert await numbers(other, submittedBefore=moment, status=["SUBMITTED"]) == [two]


async def test_who_took_part_on_the_other_side_does_not_claim_an_order(town: Any, shelf: Shelf):
    office = await open_office(town)
    order = await office.accept()
    same = await town.office(LUZHOU, "reviewer", CLERK_ID, "clerk-who-reviews")
    before = await shelf.standing()
    refused = await claim(same, order)
    assert [problem["code"] for problem in refused["problems"]] == ["FOUR_EYES"]
    assert await shelf.standing() == before
