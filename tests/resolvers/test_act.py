"""The runner: what others' transactions do to an act, and what it leaves when it fails."""

import pytest

from tests.office import done, open_office, try_step
from tests.scenes import JIANGMEN, Town
from tests.shelf import Shelf

STUMBLE = """create function stumble() returns trigger security definer language plpgsql as $$ begin
    if nextval('stumbles') <= {times} then
        raise exception using errcode = '{state}', message = 'in the way';
    end if;
    return new;
end $$"""


async def stumble(shelf: Shelf, state: str, times: int) -> None:
    """Let the first writes of a timeline fail as if another transaction were in the way."""
    await shelf.change("create sequence stumbles")
    await shelf.change(STUMBLE.format(state=state, times=times))
    await shelf.change(
        "create trigger stumble before insert on order_step for each row execute function stumble()"
    )


@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_an_act_that_others_were_in_the_way_of_is_tried_again_and_happens_once(
    town: Town, shelf: Shelf, state: str
):
    office = await open_office(town, JIANGMEN)
    order = await office.prepare()
    await stumble(shelf, state, 2)
    assert (await done(office.developer, "SUBMIT", order))["status"] == "SUBMITTED"
    assert await shelf.one("select count(*) from audit where act = 'orderSubmit'") == 1
    assert await shelf.one("select count(*) from order_lock") == 1


async def test_after_three_tries_the_caller_is_asked_to_come_again(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    order = await office.prepare()
    await stumble(shelf, "40P01", 3)
    before = await shelf.standing()
    assert await try_step(office.developer, "SUBMIT", order) == "TRY_AGAIN"
    assert await shelf.standing() == before
    assert (await done(office.developer, "SUBMIT", order))["status"] == "SUBMITTED"


async def test_a_row_that_stays_locked_is_told_and_not_waited_for_without_end(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    order = await office.prepare()
    async with shelf.engine.begin() as other:
        await other.exec_driver_sql("select 1 from business_order for update")
        assert await try_step(office.developer, "SUBMIT", order) == "TRY_AGAIN"
    assert (await done(office.developer, "SUBMIT", order))["status"] == "SUBMITTED"


async def test_a_mistake_of_ours_is_masked_and_leaves_nothing(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    order = await office.prepare()
    await stumble(shelf, "XX000", 1)
    before = await shelf.standing()
    assert await try_step(office.developer, "SUBMIT", order) == "INTERNAL_SERVER_ERROR"
    assert await shelf.standing() == before
    assert (await done(office.developer, "SUBMIT", order))["status"] == "SUBMITTED"


async def test_an_act_whose_answer_cannot_be_read_does_not_happen(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    order = await office.prepare()
    before = await shelf.standing()
    query = (
        "mutation($i: OrderStepInput!) { orderSubmit(input: $i) {"
        " ... on OrderDone { order { lines(first: 101) { edges { node { no } } } } } } }"
    )
    answer = await office.developer.send(query, i={"orderId": order})
    assert answer["errors"][0]["extensions"]["code"] == "TOO_COSTLY"
    assert await shelf.standing() == before


async def test_several_acts_of_one_request_stand_each_for_itself(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    order = await office.prepare()
    query = (
        "mutation($i: OrderStepInput!) {"
        " one: orderSubmit(input: $i) { __typename }"
        " two: orderAccept(input: {orderId: $id}) { __typename }"
        " three: orderWithdraw(input: $i) { ... on OrderDone { order { status } } } }"
    ).replace("$i: OrderStepInput!", "$i: OrderStepInput!, $id: ID!")
    answer = await office.developer.send(query, i={"orderId": order}, id=order)
    assert answer["data"] == {
        "one": {"__typename": "OrderDone"},
        "two": None,
        "three": {"order": {"status": "DRAFT"}},
    }
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    found = await shelf.rows("select step, to_status from order_step where side = 'DEVELOPER' order by id")
    assert found[-2:] == [("SUBMIT", "SUBMITTED"), ("WITHDRAW", "DRAFT")]
