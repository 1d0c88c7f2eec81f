"""The transaction system is told of units' deposits: in order, at least once, whatever goes wrong there."""

import asyncio

import pytest

from api.sim.faults import FaultKind, Question
from resolvers.trading.delivery import TRIES, deliver
from resolvers.upkeep import forget_messages
from tests.conftest import MovableClock
from tests.deposits import build
from tests.resolvers.trading.pushing import Dying, Hanging, Mouth, with_system
from tests.scenes import JIANGMEN, LUZHOU, USCC, YUNMENG, Caller, unit
from tests.shelf import Shelf

OPENED = [("301", "OPENED", "0.00", 1, False), ("302", "OPENED", "0.00", 1, False)]


async def test_linked_units_are_told_of_with_every_figure_and_others_are_not(mouth: Mouth, shelf: Shelf):
    block = mouth.block
    waiting = await mouth.pushes()
    assert await mouth.standing() == [
        ("301", "OPENED", "WAITING", 0, None),
        ("302", "OPENED", "WAITING", 0, None),
    ]
    assert await mouth.drain() == 2
    assert mouth.heard() == OPENED
    told = (await mouth.pushes(unitId=block.units["301"]))[0]
    assert told["message"] == await _opened(shelf)
    assert (told["status"], told["attempts"], told["sentAt"]) == ("SENT", 1, "2026-11-22T12:00:00.000+08:00")
    assert told["id"] == waiting[0]["id"]

    await mouth.pay("301", "303")
    assert await mouth.drain() == 2
    assert mouth.heard()[2:] == [("301", "PAYMENT", "2650.50", 1, False)]
    assert (await mouth.standing())[2:] == [
        ("301", "PAYMENT", "SENT", 1, None),
        ("303", "PAYMENT", "SKIPPED", 1, "NOT_LINKED"),
    ]
    query = "query($id: ID!) { node(id: $id) { ... on Unit { pushes { cause status } } } }"
    found = await block.developer.ask(query, id=block.units["301"])
    assert found["node"]["pushes"] == [
        {"cause": "OPENED", "status": "SENT"},
        {"cause": "PAYMENT", "status": "SENT"},
    ]


async def _opened(shelf: Shelf) -> dict[str, object]:
    """Give what is told of room 301 when its account is opened: 88.35 m² at 30.00 are 2650.50."""
    numbers = "select u.code, p.cause_no, p.seq from push p join unit u on u.id = p.unit_id"
    ((code, order, seq),) = await shelf.rows(f"{numbers} where u.room_no = '301'")
    return {
        "unitCode": code,
        "unitId": None,
        "contractNo": "HT-1",
        "estate": "江畔花园",
        "building": "1栋",
        "section": "1单元",
        "floor": "3",
        "roomNo": "301",
        "address": "滨江路一段1号1栋1单元301",
        "status": "ACTIVE",
        "grossArea": "88.35",
        "due": "2650.50",
        "paid": "0.00",
        "balance": "0.00",
        "cause": "OPENED",
        "causeNo": order,
        "seq": seq,
        "at": "2026-11-22T12:00:00+08:00",
    }


async def test_nobody_is_told_where_the_city_does_not_push(mouth: Mouth, shelf: Shelf):
    luzhou = await build(mouth.block.town, LUZHOU, [unit(contractNo="HT-9")], name="沱江花园")
    paid = await luzhou.pay(await luzhou.notice())
    assert paid["__typename"] == "PaymentConfirmed"
    assert await shelf.rows("select city, count(*) from push group by 1") == [(JIANGMEN, 2)]
    assert await mouth.pushes(luzhou.developer) == []


async def test_a_payment_is_booked_while_the_system_is_down_and_told_when_it_is_back(
    mouth: Mouth, clock: MovableClock
):
    city = mouth.sim[JIANGMEN]
    city.fail(FaultKind.DOWN)
    await mouth.pay("301")
    tries: list[int] = []
    for _ in range(5):
        city.asked.clear()
        await mouth.drain()
        tries.append(len(city.asked))
        clock.move(minutes=10)
    # After five failures nobody asks any more but for one message at a time.
    assert tries == [2, 2, 2, 1, 1]
    assert mouth.heard() == []
    assert [one[:3] for one in await mouth.standing()] == [
        ("301", "OPENED", "WAITING"),
        ("302", "OPENED", "WAITING"),
        ("301", "PAYMENT", "WAITING"),
    ]
    clock.move(days=3)
    city.heal()
    assert await mouth.drain() == 3
    # What was never tried before tells the present state, and so does what was not: it was fixed at that try.
    assert sorted(mouth.heard()) == [
        ("301", "OPENED", "2650.50", 1, False),
        ("301", "PAYMENT", "2650.50", 1, False),
        ("302", "OPENED", "0.00", 1, False),
    ]


async def test_what_was_sent_by_a_process_that_died_is_sent_again_in_the_same_words(
    mouth: Mouth, clock: MovableClock
):
    dying = with_system(mouth.desk, Dying(mouth.desk.trading[JIANGMEN]))
    with pytest.raises(asyncio.CancelledError):
        await deliver(dying, JIANGMEN)
    assert mouth.heard() == OPENED
    await mouth.pay("301")
    # Others leave it alone for a while: it may be under way.
    assert await mouth.drain() == 0
    clock.move(minutes=2)
    assert await mouth.drain() == 3
    # The payment in between is not in the repeated message; the other side would have refused it.
    assert mouth.heard() == [
        ("301", "OPENED", "0.00", 2, False),
        ("302", "OPENED", "0.00", 2, False),
        ("301", "PAYMENT", "2650.50", 1, False),
    ]
    assert [one[2:] for one in await mouth.standing()] == [("SENT", 2, None)] * 2 + [("SENT", 1, None)]


async def test_a_units_messages_keep_their_order_when_some_fail_and_two_processes_send(
    mouth: Mouth, clock: MovableClock
):
    city = mouth.sim[JIANGMEN]
    code = (await mouth.block.developer.ask("{ units { edges { node { code roomNo } } } }"))["units"]
    unit_code = next(edge["node"]["code"] for edge in code["edges"] if edge["node"]["roomNo"] == "301")
    city.fail(FaultKind.CUT, Question.DEPOSITS, unit=unit_code, times=2)
    city.fail(FaultKind.DOWN, Question.DEPOSITS, unit=unit_code, times=1, after=True)
    await mouth.pay("301", "302")
    other = with_system(mouth.desk, mouth.desk.trading[JIANGMEN])
    for _ in range(6):
        await asyncio.gather(mouth.drain(), mouth.drain(other))
        clock.move(minutes=5)
    assert [one[2] for one in await mouth.standing()] == ["SENT"] * 4
    assert [one for one in mouth.heard() if one[0] == "302"] == [
        ("302", "OPENED", "2650.50", 1, False),
        ("302", "PAYMENT", "2650.50", 1, False),
    ]
    # The third try was heard although the answer said otherwise, so the fourth was a repetition.
    assert [one for one in mouth.heard() if one[0] == "301"] == [
        ("301", "OPENED", "2650.50", 2, False),
        ("301", "PAYMENT", "2650.50", 1, False),
    ]


async def test_while_a_message_is_under_way_nothing_is_locked_and_no_other_of_its_unit_is_sent(mouth: Mouth):
    gate = asyncio.Event()
    line = Hanging(mouth.desk.trading[JIANGMEN], gate)
    slow = asyncio.create_task(deliver(with_system(mouth.desk, line), JIANGMEN))
    while len(line.begun) < 2:  # noqa: ASYNC110 - the line tells nobody of it
        await asyncio.sleep(0)
    await mouth.pay("301")
    assert await mouth.drain() == 0
    gate.set()
    assert await slow == 2
    assert await mouth.drain() == 1
    assert [one[1] for one in mouth.heard()] == ["OPENED", "OPENED", "PAYMENT"]


async def test_what_is_refused_waits_for_somebody_to_send_it_again(mouth: Mouth, shelf: Shelf):
    city, admin = mouth.sim[JIANGMEN], await mouth.block.town.authority(JIANGMEN)
    city.fail(FaultKind.STATUS, Question.DEPOSITS, status=422, times=2)
    assert await mouth.drain() == 2
    assert [one[2:] for one in await mouth.standing()] == [("FAILED", 1, "HTTP 422")] * 2
    first, second = (one["id"] for one in await mouth.pushes(admin, status="FAILED"))

    await _retry_in_vain(mouth, admin, first, second)

    # The first is told by the payment that came after it; the second goes out as it was.
    await mouth.pay("301")
    assert await mouth.drain() == 1
    done = await mouth.retry(admin, first, second, first)
    assert [(one["status"], one["attempts"]) for one in done["pushes"]] == [("WAITING", 0), ("WAITING", 0)]
    again = await mouth.retry(admin, first)
    assert again["pushes"][0]["status"] == "WAITING"
    assert await mouth.drain() == 2
    assert await mouth.standing() == [
        ("301", "OPENED", "SKIPPED", 1, "OVERTAKEN"),
        ("302", "OPENED", "SENT", 1, None),
        ("301", "PAYMENT", "SENT", 1, None),
    ]
    assert mouth.heard() == [
        ("301", "PAYMENT", "2650.50", 1, False),
        ("302", "OPENED", "0.00", 1, False),
    ]
    assert await admin.refused(await mouth.retry(admin, second)) == ["PUSH_NOT_FAILED"]
    acts = "select detail ->> 'rows' from audit where act = 'pushRetry' and outcome = 'DONE' order by id"
    assert await shelf.rows(acts) == [("2",), ("0",)]


async def _retry_in_vain(mouth: Mouth, admin: Caller, first: str, second: str) -> None:
    before = await mouth.shelf.standing()
    answer = await mouth.block.developer.send(
        "mutation($i: PushRetryInput!) { pushRetry(input: $i) { __typename } }", i={"pushIds": [first]}
    )
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await admin.refused(await mouth.retry(admin)) == ["FIELD_REQUIRED"]
    assert await admin.refused(await mouth.retry(admin, *[first] * 1_001)) == ["LIMIT_EXCEEDED"]
    for gone in (mouth.block.units["301"], first[:-2] + "AA"):
        answer = await admin.send(
            "mutation($i: PushRetryInput!) { pushRetry(input: $i) { __typename } }",
            i={"pushIds": [first, gone]},
        )
        assert answer["errors"][0]["extensions"]["code"] in {"NOT_FOUND", "BAD_USER_INPUT"}
    rehearsed = await mouth.retry(admin, first, second, dryRun=True)
    assert [one["status"] for one in rehearsed["pushes"]] == ["WAITING", "WAITING"]
    assert await mouth.shelf.standing() == before


async def test_after_twenty_tries_a_message_fails_and_after_ninety_days_what_was_told_is_forgotten(
    mouth: Mouth, clock: MovableClock, shelf: Shelf
):
    city = mouth.sim[JIANGMEN]
    assert await mouth.drain() == 2
    await mouth.pay("301")
    city.fail(FaultKind.BAD_JSON, Question.DEPOSITS)
    for attempt in range(1, TRIES + 1):
        assert await mouth.drain() == 1
        _, _, status, attempts, answer = (await mouth.standing())[2]
        assert (status, attempts) == ("FAILED" if attempt == TRIES else "WAITING", attempt)
        assert answer == "cannot be read: DecodeError"
        clock.move(hours=1)
    assert await mouth.drain() == 0
    assert await forget_messages(mouth.desk, JIANGMEN) == 0
    clock.move(days=90)
    told = await shelf.one("select count(*) from outbox_message where city = :c", c=JIANGMEN)
    assert await forget_messages(mouth.desk, JIANGMEN) == told + 2
    assert await shelf.rows("select cause, status from push") == [("PAYMENT", "FAILED")]


async def test_users_see_what_is_told_of_their_own_estates(mouth: Mouth):
    block = mouth.block
    town = block.town
    clerk = await town.sub_user(block.developer, ("viewer",), [block.estate])
    assert len(await mouth.pushes(clerk, estateId=block.estate)) == 2
    stranger = await town.sub_user(block.developer, ("viewer",), [], login="stranger")
    assert await mouth.pushes(stranger) == []
    neighbour = await town.developer(JIANGMEN, USCC[YUNMENG], "neighbour")
    assert await mouth.pushes(neighbour) == []
    push = (await mouth.pushes())[0]["id"]
    found = await neighbour.ask("query($id: ID!) { node(id: $id) { id } }", id=push)
    assert found == {"node": None}
    assert await mouth.pushes(block.bank) == []
