"""Money and orders meet over one account at the same moment: the second finds what the first one left."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from zlib import crc32

from sqlalchemy import text

from resolvers.ledger_check import verify
from tests.deposits import Block, build, codes
from tests.office import Office, done, open_office
from tests.postings import alone, try_post
from tests.refunds import come_back, correct, fail, promise, refunds_of, settle
from tests.scenes import JIANGMEN, Town, unit
from tests.shelf import Shelf
from tests.statement_desk import Desk, told

_WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
_DONE = "... on OrderDone { order { id } }"
_BUILDING = "query($id: ID!) { node(id: $id) { ... on Estate { buildings { id } } } }"


async def _accepted(
    block: Block, office: Office, kind: str, picked: dict[str, Any], edit: dict[str, Any] | None = None
) -> str:
    """Bring an order up to where the reviewer decides on it."""
    content = {kind: {"estateId": block.estate, "reason": "更正"}}
    mine = office.developer
    order = (await mine.act("orderDraft", {"content": content}, _DONE, "OrderDraftInput"))["order"]["id"]
    await mine.act("orderLinesPick", {"orderId": order, **picked}, _DONE, "OrderLinesPickInput")
    if edit is not None:
        given = {"orderId": order, "edit": {"building": edit}}
        await mine.act("orderLinesEdit", given, _DONE, "OrderLinesEditInput")
    await done(mine, "SUBMIT", order)
    await done(office.clerk, "ACCEPT", order, registrationPapersReceived=True)
    return order


async def _waits(shelf: Shelf, *acts: asyncio.Task[Any]) -> None:
    """Let acts go on until each waits for a lock, or is done."""
    while sum(act.done() for act in acts) + await shelf.one(_WAITING) < len(acts):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def _meet(
    shelf: Shelf, held: str, first: Coroutine[Any, Any, Any], *others: Coroutine[Any, Any, Any]
) -> list[Any]:
    """Stop the first at rows that somebody holds, begin the others, and let all go on."""
    async with shelf.engine.connect() as other:
        await other.execute(text(held))
        acts = [asyncio.create_task(first)]
        await _waits(shelf, *acts)
        acts += map(asyncio.create_task, others)
        await _waits(shelf, *acts)
    return await asyncio.gather(*acts, return_exceptions=True)


async def _run_out(shelf: Shelf) -> None:
    """Let the time of every notice run out; what was paid before still counts."""
    for table in ("notice_line", "notice"):
        await shelf.change(f"update {table} set status = 'EXPIRED'")


async def test_a_building_moves_with_what_is_paid_and_posted_at_that_moment(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    block = await build(town, lines=[unit("301"), unit("401", building="2栋")], developer=office.developer)
    other = await build(
        town,
        lines=[unit("501", building="5栋")],
        developer=office.developer,
        name="二期",
        address="二期路1号",
    )
    authority = await town.authority(JIANGMEN)
    notice = await block.notice("301")
    await _run_out(shelf)
    building = (await office.developer.ask(_BUILDING, id=block.estate))["node"]["buildings"][0]["id"]
    order = await _accepted(
        block, office, "buildingChange", {"buildingIds": [building]}, {"estateId": other.estate}
    )
    # The move has read what the accounts hold, and waits for the building.
    moved, paid, posted = await _meet(
        shelf,
        "select id from building where name = '1栋' for update",
        done(office.reviewer, "APPROVE", order),
        block.pay(notice),
        try_post(authority, block.estate, "INTEREST", alone(block.units["301"], "7.00")),
    )
    assert (moved["status"], paid["__typename"]) == ("COMPLETED", "PaymentConfirmed")
    # The unit is another estate's by now.
    assert posted.args[0][0]["extensions"]["code"] == "NOT_FOUND"
    assert await verify(town.desk, JIANGMEN) == []
    held = "select balance from account where kind = 'SPECIAL' order by balance"
    assert await shelf.rows(held) == [(-265_050,), (0,)]


async def test_a_unit_that_is_cancelled_at_that_moment_is_neither_paid_for_nor_asked(
    town: Town, shelf: Shelf
):
    office = await open_office(town, JIANGMEN)
    block = await build(town, lines=[unit("301"), unit("302")], developer=office.developer)
    notice = await block.notice("301")
    await _run_out(shelf)
    order = await _accepted(block, office, "unitCancellation", {"unitIds": list(block.units.values())})
    gone, paid, asked = await _meet(
        shelf,
        "select id from unit for update",
        done(office.reviewer, "APPROVE", order),
        block.pay(notice),
        block.issue("302"),
    )
    assert gone["status"] == "COMPLETED"
    assert codes(paid) == ["NOTICE_NOT_OPEN"]
    assert codes(asked) == ["UNIT_NOT_ACTIVE"]
    assert await verify(town.desk, JIANGMEN) == []
    assert await shelf.rows("select kind, status, balance from account where balance <> 0 order by 1") == [
        ("CLEARING", "OPEN", -265_050),
        ("SUSPENSE", "OPEN", 265_050),
    ]
    assert await shelf.rows("select status from account where kind = 'UNIT'") == [("CLOSED",)] * 2
    assert await shelf.one("select count(*) from notice") == 1


async def test_what_a_statement_lists_at_that_moment_is_not_struck_off(town: Town, shelf: Shelf):
    block, authority = await build(town), await town.authority(JIANGMEN)
    assert codes(await block.pay({"noticeNo": "X", "total": "5.00"}, "TX")) == ["NOTICE_UNKNOWN"]
    found = await authority.ask("{ suspenseItems { edges { node { id } } } }")
    given = {
        "suspenseItemId": found["suspenseItems"]["edges"][0]["node"]["id"],
        "decision": {"neverCame": True},
        "note": "未到账",
        "idempotencyKey": "strike",
    }
    # The decision waits for the bank's suspense account, and the statement for the decision.
    struck, sent = await _meet(
        shelf,
        "select id from account where kind = 'SUSPENSE' for update",
        authority.act(
            "suspenseResolve", given, "... on SuspenseResolved { item { status } }", "SuspenseResolveInput"
        ),
        Desk(authority).send("2026-11-22,TX,5.00,,张三,\n", bank="JM01"),
    )
    assert struck["item"]["status"] == "RESOLVED"
    assert [line[2] for line in told(sent["statement"])] == ["UNKNOWN"]


async def test_a_transfer_that_came_back_and_was_paid_otherwise_at_that_moment_is_asked_again(
    town: Town, shelf: Shelf
):
    office = await open_office(town, JIANGMEN)
    await promise(office)
    authority = await town.authority(JIANGMEN)
    both = await refunds_of(authority, status="APPROVED")
    await settle(authority, both, "1767.00", "R1")
    turn = f"txn:JM01:{crc32(b'B1') % 64:02d}"
    async with shelf.engine.connect() as other:
        held = text("select pg_advisory_xact_lock(hashtextextended(:turn, :city))")
        await other.execute(held, {"turn": turn, "city": JIANGMEN})
        late = asyncio.create_task(come_back(authority, both[0], "B1"))
        await _waits(shelf, late)
        await come_back(authority, both[0], "B2")
        await correct(authority, both[0], "anew")
        await settle(authority, both[:1], "883.50", "R2")
    (answer,) = await asyncio.gather(late, return_exceptions=True)
    assert answer.args[0][0]["extensions"]["code"] == "TRY_AGAIN"
    assert await verify(town.desk, JIANGMEN) == []


async def test_a_refund_is_locked_after_its_account_as_by_whoever_pays_it(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    await promise(office)
    authority = await town.authority(JIANGMEN)
    one, _ = await refunds_of(authority, status="APPROVED")
    for act in (fail(authority, one), correct(authority, one, "anew")):
        async with shelf.engine.connect() as other:
            await other.execute(text("select id from account where kind = 'UNIT' for update"))
            late = asyncio.create_task(act)
            await _waits(shelf, late)
            # Whoever holds the account finds the refund free.
            assert len(await shelf.rows("select id from refund for update nowait")) == 2
        assert (await late)["__typename"] == "RefundsDone"
