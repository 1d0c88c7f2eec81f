"""Whoever is refused a right is recorded, and cannot fill the record by knocking on."""

import asyncio
from typing import Any

from sqlalchemy import text

from resolvers.auditing import write_counted_denials
from resolvers.denials import WRITTEN_A_MINUTE
from tests.conftest import MovableClock
from tests.scenes import CLERK_ID, JIANGMEN, Caller, Town
from tests.shelf import Shelf

_ACCEPT = "mutation($i: OrderAcceptInput!) { orderAccept(input: $i) { __typename } }"
_DENIED = """
select act, outcome, rule, subject_type, subject_id, actor_kind, actor_name, detail
from audit where outcome = 'DENIED' order by id
"""


async def _accept(caller: Caller, order: str) -> list[str]:
    answer = await caller.send(_ACCEPT, i={"orderId": order})
    return [error["extensions"]["code"] for error in answer["errors"]]


async def _draft(town: Town) -> tuple[Any, str, Any]:
    developer = await town.developer(JIANGMEN)
    order = (await town.collect(developer))["id"]
    return developer, order, await town.reviewer(JIANGMEN)


async def test_a_refused_right_writes_one_row_and_nothing_else(town: Town, shelf: Shelf):
    _, order, reviewer = await _draft(town)
    before = await shelf.standing()
    assert await _accept(reviewer, order) == ["FORBIDDEN"]
    assert await shelf.standing() == before
    (row,) = await shelf.rows(_DENIED)
    subject = await shelf.one("select id from business_order where kind = 'ESTATE_COLLECTION'")
    assert row == (
        "orderAccept",
        "DENIED",
        "order.accept: no-role",
        "Order",
        subject,
        "OFFICE",
        "reviewer先生",
        {},
    )
    assert await shelf.one("select request_id is not null from audit where outcome = 'DENIED'")


async def test_what_is_not_found_is_no_denial(town: Town, shelf: Shelf):
    _, order, _ = await _draft(town)
    bank = await town.bank(JIANGMEN)
    assert await _accept(bank, order) == ["NOT_FOUND"]
    assert await shelf.rows(_DENIED) == []


async def test_the_first_of_a_minute_are_written_and_the_rest_counted(
    town: Town, shelf: Shelf, clock: MovableClock
):
    _, order, reviewer = await _draft(town)
    for _ in range(WRITTEN_A_MINUTE + 5):
        assert await _accept(reviewer, order) == ["FORBIDDEN"]
    assert len(await shelf.rows(_DENIED)) == WRITTEN_A_MINUTE
    # Another person's denials are counted by themselves.
    other = await town.office(JIANGMEN, "reviewer", CLERK_ID, "second")
    assert await _accept(other, order) == ["FORBIDDEN"]
    assert len(await shelf.rows(_DENIED)) == WRITTEN_A_MINUTE + 1
    clock.move(seconds=61)
    await write_counted_denials(town.desk)
    rows = await shelf.rows(_DENIED)
    assert len(rows) == WRITTEN_A_MINUTE + 2
    assert rows[-1][-1] == {"times": 5}
    await write_counted_denials(town.desk)
    assert len(await shelf.rows(_DENIED)) == WRITTEN_A_MINUTE + 2
    assert await _accept(reviewer, order) == ["FORBIDDEN"]
    assert len(await shelf.rows(_DENIED)) == WRITTEN_A_MINUTE + 3


async def test_many_at_once_are_each_refused_and_written_up_to_the_limit(town: Town, shelf: Shelf):
    _, order, reviewer = await _draft(town)
    answers = await asyncio.gather(*(_accept(reviewer, order) for _ in range(40)))
    assert answers == [["FORBIDDEN"]] * 40
    assert len(await shelf.rows(_DENIED)) == WRITTEN_A_MINUTE


async def test_the_answer_stays_where_the_audit_cannot_be_written(town: Town, shelf: Shelf):
    _, order, reviewer = await _draft(town)
    async with shelf.engine.begin() as connection:
        await connection.execute(text("revoke insert on audit from weixiu_keeper"))
    assert await _accept(reviewer, order) == ["FORBIDDEN"]
    assert await shelf.rows(_DENIED) == []
