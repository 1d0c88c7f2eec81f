"""Subscriptions as somebody has them: who is told of which order, in which order, and until when."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import strawberry

from db.engine import Addresses
from schema.fields import INHERIT, RIGHT
from schema.guards import find_unguarded
from schema.ids import read_id
from tests.api.listening import CHANGES, Listener, Place, Socket
from tests.db.roles import change
from tests.scenes import JIANGMEN, LUZHOU, USCC, Caller, Developer, Town, take, unit

OF_ORDER = "subscription($ids: [ID!]) { orderChanged(orderIds: $ids) { order { orderNo } } }"
OF_ESTATE = "subscription($id: ID) { orderChanged(estateId: $id) { order { orderNo } } }"


def told(message: Any) -> dict[str, Any]:
    """Give what an event says of a change."""
    assert message["type"] == "next", message
    assert "errors" not in message["payload"], message
    return message["payload"]["data"]["orderChanged"]


async def put(town: Town, developer: Developer, order: str, room: str) -> None:
    """Edit a draft."""
    done = await town.put(developer, order, [unit(room)])
    assert done["__typename"] == "OrderDone", done


async def test_a_step_and_an_edit_are_told_as_they_happen(town: Town, place: Place):
    await town.set_rates(LUZHOU)
    developer = await town.developer(LUZHOU)
    async with Socket.greeted(place, developer) as socket:
        await socket.subscribe("1")
        await place.until_heard()
        order = await town.draft(developer)
        first = told(await socket.hear())
        await put(town, developer, order, "301")
        second = told(await socket.hear())
        await town.hand_in(developer, order)
        submitted = await take(developer, "orderSubmit", order)
        assert submitted["__typename"] == "OrderDone", submitted
        later = [told(await socket.hear())]
        while later[-1]["step"] is None:
            later.append(told(await socket.hear()))
    assert (first["step"], first["version"], first["order"]["id"]) == ("SAVE", 1, order)
    assert first["at"].startswith("2026-11-22T12:00:00")
    assert (second["step"], second["version"], second["order"]["status"]) == (None, 2, "DRAFT")
    assert (later[-1]["step"], later[-1]["order"]["status"]) == ("SUBMIT", "SUBMITTED")
    await place.until_idle()


async def test_each_receiver_is_told_of_what_it_may_see_alone(town: Town, place: Place, server: Addresses):
    await town.set_rates(LUZHOU)
    developer = await town.developer(LUZHOU)
    other = await town.developer(LUZHOU, USCC[JIANGMEN], "second")
    clerk = await town.clerk(LUZHOU)
    estates = [(await town.collect(developer, name=name))["estate"]["id"] for name in ("江畔", "山前")]
    orders = [await town.draft(developer, f"{name}续") for name in ("江畔", "山前")]
    for order, estate in zip(orders, estates, strict=True):
        await change(town, server, LAY, order=order_no(await found(developer, order)), estate=raw(estate))
    limited = await town.sub_user(developer, ("viewer",), [estates[0]])
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(Socket.greeted(place, one))
            for one in (developer, limited, other, clerk)
        ]
        for socket in sockets:
            await socket.subscribe("1")
        await place.until_heard(4)
        for room in ("301", "302"):
            for order in reversed(orders):
                await put(town, developer, order, room)
        own = await town.draft(other, "别家")
        mine, theirs = [orders[1], orders[0]] * 2, [orders[0]] * 2
        assert [told(await sockets[0].hear())["order"]["id"] for _ in mine] == mine
        assert [told(await sockets[1].hear())["order"]["id"] for _ in theirs] == theirs
        assert told(await sockets[2].hear())["order"]["id"] == own
        assert [told(await sockets[3].hear())["order"]["id"] for _ in range(5)] == [*mine, own]


LAY = "update business_order set estate_id = cast(:estate as uuid) where order_no = :order"


async def found(caller: Caller, order: str) -> Any:
    """Look an order up."""
    return (await caller.ask("query($i: ID!) { node(id: $i) { ... on Order { orderNo } } }", i=order))["node"]


def order_no(order: Any) -> str:
    """Give an order's readable number."""
    return order["orderNo"]


def raw(text: str) -> str:
    """Give the key within a global id."""
    return str(read_id(text)[2])


async def test_only_the_orders_or_the_estate_that_were_asked_for_are_told(
    town: Town, place: Place, server: Addresses
):
    await town.set_rates(LUZHOU)
    developer = await town.developer(LUZHOU)
    estate = (await town.collect(developer))["estate"]["id"]
    orders = [await town.draft(developer, name) for name in ("一期", "二期")]
    numbers = [order_no(await found(developer, order)) for order in orders]
    await change(town, server, LAY, order=numbers[1], estate=raw(estate))
    async with Socket.greeted(place, developer) as socket:
        await socket.subscribe("one", OF_ORDER, ids=[orders[0]])
        await socket.subscribe("estate", OF_ESTATE, id=estate)
        await socket.subscribe("none", OF_ORDER, ids=[])
        await place.until_heard(3)
        for order in orders:
            await put(town, developer, order, "301")
        heard = [await socket.hear() for _ in orders]
    assert {(each["id"], told(each)["order"]["orderNo"]) for each in heard} == {
        ("one", numbers[0]),
        ("estate", numbers[1]),
    }


async def test_an_event_is_read_by_the_rights_of_its_own_moment(town: Town, place: Place, server: Addresses):
    developer = await town.developer(JIANGMEN)
    limited = await town.sub_user(developer, ("viewer",))
    order = await town.draft(developer)
    async with Socket.greeted(place, limited) as socket:
        await socket.subscribe("1")
        await place.until_heard()
        await put(town, developer, order, "301")
        assert told(await socket.hear())["version"] == 2
        await change(town, server, TAKE, login=limited.login_name)
        await put(town, developer, order, "302")
        end = await socket.hear()
        assert (end["type"], end["id"]) == ("error", "1")
        assert [each["extensions"]["code"] for each in end["payload"]] == ["FORBIDDEN"]
        # The sign-in still stands, so the connection does.
        await socket.subscribe("2", "{ me { name } }")
        assert (await socket.hear())["payload"]["data"]["me"]["name"]
        await socket.hear()
        await socket.subscribe("3")
        assert [each["extensions"]["code"] for each in (await socket.hear())["payload"]] == ["FORBIDDEN"]
    await place.until_idle()


TAKE = "delete from role_assignment where principal_id = (select id from login where name = :login)"


async def test_an_act_that_is_rolled_back_or_rehearsed_is_no_event(town: Town, place: Place):
    developer = await town.developer(LUZHOU)
    order = await town.draft(developer)
    async with Socket.greeted(place, developer) as socket:
        await socket.subscribe("1")
        await place.until_heard()
        rehearsed = await town.put(developer, order, [unit()], dryRun=True)
        assert rehearsed["order"]["version"] == 2
        refused = await take(developer, "orderSubmit", order)
        assert refused["__typename"] == "Rejected"
        await put(town, developer, order, "301")
        assert told(await socket.hear())["version"] == 2
        await put(town, developer, order, "302")
        assert told(await socket.hear())["version"] == 3


async def test_fifty_events_of_two_writers_come_in_order_and_once_each(town: Town, place: Place):
    """The other writer is a town of its own over the same database, as another process would be."""
    developer = await town.developer(LUZHOU)
    clerk = await town.clerk(LUZHOU)
    orders = [await town.draft(developer, f"第{number}期") for number in range(5)]
    other = Town(town.desk)
    twin = Developer(other.http, developer.headers, LUZHOU, developer.login_name)
    async with Socket.greeted(place, developer) as socket, Listener.open(place, clerk.headers) as listener:
        await socket.subscribe("1")
        await place.until_heard(2)

        async def edit(order: str) -> None:
            for room in range(301, 306):
                await put(town, developer, order, str(room))
                await put(other, twin, order, str(room + 100))

        await asyncio.gather(*(edit(order) for order in orders))
        heard = [told(await socket.hear()) for _ in range(50)]
        events = [await listener.hear() for _ in range(50)]
        await put(town, developer, orders[0], "501")
        assert told(await socket.hear())["version"] == 12
    both = [heard, [said["data"]["orderChanged"] for _, said in events]]
    for changes in both:
        of_each = [[each["version"] for each in changes if each["order"]["id"] == order] for order in orders]
        assert [len(versions) for versions in of_each] == [10] * 5
        # A payload says how the order stands when it is read: a version may be told twice, none goes back.
        assert all(versions == sorted(versions) and versions[-1] == 11 for versions in of_each)
    await other.http.aclose()


@pytest.mark.parametrize("query", [CHANGES, OF_ORDER])
async def test_a_stranger_a_bank_and_a_keeper_without_the_right_are_refused(
    town: Town, place: Place, query: str
):
    bank = await town.bank(LUZHOU)
    async with Socket.greeted(place, bank) as socket:
        await socket.subscribe("1", query)
        answer = await socket.hear()
        assert [each["extensions"]["code"] for each in answer["payload"]] == ["FORBIDDEN"]
    async with Listener.open(place, bank.headers, query) as listener:
        assert listener.response.status_code == 403
    async with Listener.open(place, {}, query) as listener:
        assert listener.response.status_code == 401
    async with Listener.open(place, {"Authorization": "Bearer wx_510500_nothing"}, query) as listener:
        assert listener.response.status_code == 401


async def test_ids_that_name_nothing_here_are_told_of_as_everywhere(town: Town, place: Place):
    developer = await town.developer(LUZHOU)
    async with Socket.greeted(place, developer) as socket:
        for ids, code in (([USCC[LUZHOU]], "BAD_USER_INPUT"), (["x"] * 101, "TOO_COSTLY")):
            await socket.subscribe("1", OF_ORDER, ids=ids)
            answer = await socket.hear()
            assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", code)
        await socket.subscribe("1", OF_ORDER, ids="no list of ids", id=3)
        await place.until_heard(0)


def test_a_subscription_without_a_right_of_its_own_stops_the_start():
    for right in (None, INHERIT, "node", "city.view", "order.vieww"):

        @strawberry.type
        class Query:
            hello: str = strawberry.field(resolver=lambda: "", metadata={RIGHT: "estate.view"})

        @strawberry.type
        class Subscription:
            @strawberry.subscription(metadata={} if right is None else {RIGHT: right})
            async def ticks(self) -> AsyncGenerator[int, None]:
                yield 1

        seeded = strawberry.Schema(query=Query, subscription=Subscription)
        assert list(find_unguarded(seeded)) == ["Subscription.ticks"]
