"""Many orders meet over one unit at the same moment: one has it, the others are told whose it is."""

import asyncio
from typing import Any

from tests.office import Office, done, open_office, try_step
from tests.scenes import JIANGMEN, Town, unit
from tests.shelf import Shelf

_DONE = "... on OrderDone { order { id orderNo } }"
_ESTATE = """query($id: ID!) { node(id: $id) { ... on Order {
  estate { id units { edges { node { id } } } } } } }"""


async def _unit(office: Office) -> tuple[str, str]:
    order = await office.complete([unit("301")], name="一期", address="一期路1号")
    found = (await office.developer.ask(_ESTATE, id=order))["node"]["estate"]
    return found["id"], found["units"]["edges"][0]["node"]["id"]


async def _change(office: Office, estate: str, room: str, content: str, edit: dict[str, Any] | None) -> str:
    """Give a draft that can be submitted."""
    drafted = await office.developer.act(
        "orderDraft", {"content": {content: {"estateId": estate, "reason": "更正"}}}, _DONE, "OrderDraftInput"
    )
    order = drafted["order"]["id"]
    given: dict[str, Any] = {"orderId": order, "unitIds": [room]}
    await office.developer.act("orderLinesPick", given, _DONE, "OrderLinesPickInput")
    if edit is not None:
        given = {"orderId": order, "edit": edit}
        await office.developer.act("orderLinesEdit", given, _DONE, "OrderLinesEditInput")
    return order


async def test_of_two_orders_submitted_at_once_one_wins_and_the_other_names_it(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    estate, room = await _unit(office)
    orders = [
        await _change(office, estate, room, "unitChange", {"unit": {"hasLift": "无"}}),
        await _change(office, estate, room, "unitCancellation", None),
    ]
    answers = await asyncio.gather(*(try_step(office.developer, "SUBMIT", order) for order in orders))
    (won,) = [answer["order"] for answer in answers if answer["__typename"] == "OrderDone"]
    (lost,) = [answer["problems"] for answer in answers if answer["__typename"] == "Rejected"]
    assert [problem["code"] for problem in lost] == ["UNIT_LOCKED"]
    assert won["orderNo"] in lost[0]["message"]
    assert await shelf.one("select count(*) from order_lock where target_kind = 'UNIT'") == 1
    await done(office.developer, "WITHDRAW", won["id"])
    (loser,) = [order for order in orders if order != won["id"]]
    assert (await done(office.developer, "SUBMIT", loser))["status"] == "SUBMITTED"


async def test_of_two_hundred_submitted_at_once_one_wins_and_the_rest_are_told(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    estate, room = await _unit(office)
    first = await _change(office, estate, room, "unitChange", {"unit": {"hasLift": "无"}})
    # The other drafts are copies: what is measured is how they meet, not how they were typed.
    await _copy(shelf, 199)
    orders = await _drafts(office)
    assert (first in orders, len(orders)) == (True, 200)
    answers = await asyncio.gather(*(try_step(office.developer, "SUBMIT", order) for order in orders))
    assert sorted(answer["__typename"] for answer in answers) == ["OrderDone"] + ["Rejected"] * 199
    (won,) = [answer["order"]["orderNo"] for answer in answers if answer["__typename"] == "OrderDone"]
    told = [problem for answer in answers if "problems" in answer for problem in answer["problems"]]
    assert {problem["code"] for problem in told} == {"UNIT_LOCKED"}
    assert all(won in problem["message"] for problem in told)
    assert await shelf.one("select count(*) from order_lock where target_kind = 'UNIT'") == 1
    assert await shelf.rows("select status, count(*) from business_order group by 1 order by 1") == [
        ("COMPLETED", 2),
        ("DRAFT", 199),
        ("SUBMITTED", 1),
    ]
    assert await shelf.one("select deadlocks from pg_stat_database where datname = current_database()") == 0


async def _copy(shelf: Shelf, count: int) -> None:
    """Write copies of the only draft beside it."""
    await shelf.change(
        "insert into business_order select (o2).* from (select jsonb_populate_record(o, jsonb_build_object("
        "'id', md5(n::text)::uuid, 'order_no', 'COPY' || n)) as o2 from business_order o,"
        " generate_series(1, :count) n where o.status = 'DRAFT') copies",
        count=count,
    )
    await shelf.change(
        "insert into order_line select (l2).* from (select jsonb_populate_record(l, jsonb_build_object("
        "'order_id', c.id)) as l2 from order_line l join business_order o on o.id = l.order_id"
        " and o.status = 'DRAFT' and o.order_no not like 'COPY%' cross join business_order c"
        " where c.order_no like 'COPY%') copies"
    )


async def _drafts(office: Office) -> list[str]:
    query = (
        "query($after: String) { orders(first: 100, after: $after, filter: {status: [DRAFT]})"
        " { pageInfo { endCursor hasNextPage } edges { node { id } } } }"
    )
    found: list[str] = []
    after = None
    while True:
        page = (await office.developer.ask(query, after=after))["orders"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]
