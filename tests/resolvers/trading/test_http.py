"""The client of a transaction system, against a simulated one that goes wrong in every way."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from api.sim.faults import FaultKind, Question
from domain.trading import RefusedError, TradingError
from resolvers.trading.http import HttpTradingSystem
from tests.scenes import JIANGMEN, USCC
from tests.sim import Sim

MESSAGE = {
    "unitCode": "UN1",
    "unitId": None,
    "contractNo": "HT1",
    "estate": "江畔花园",
    "building": "1栋",
    "section": "1单元",
    "floor": "3",
    "roomNo": "301",
    "address": "滨江路一段1号1栋1单元301",
    "status": "ACTIVE",
    "grossArea": "88.35",
    "due": "6184.50",
    "paid": "0.00",
    "balance": "0.00",
    "cause": "OPENED",
    "causeNo": "JMEC1",
    "seq": 1,
    "at": "2026-11-22T12:00:00+08:00",
}


async def _projects(system: HttpTradingSystem) -> int:
    return len(await system.find_projects(keyword=None, uscc=USCC[JIANGMEN]))


async def test_projects_are_read_in_our_terms_and_pages_are_put_together(sim: Sim):
    system, city = sim.system(JIANGMEN), sim[JIANGMEN]
    projects = await system.find_projects(keyword=None, uscc=USCC[JIANGMEN])
    assert {project.developer_uscc for project in projects} == {USCC[JIANGMEN]}
    project = projects[0]
    first = project.buildings[0]
    whole = await system.fetch_units(project.id, ())
    assert len(whole) == sum(building.units for building in project.buildings)
    city.page = 1
    assert await system.fetch_units(project.id, ()) == whole
    city.fail(FaultKind.TWICE)
    assert await system.fetch_units(project.id, ()) == whole
    city.heal()
    some = await system.fetch_units(project.id, [first.id])
    assert [unit for unit in whole if unit.building == first.id] == list(some)
    assert some[0].values["building"] == first.name
    assert "remark" not in some[0].values


async def test_a_question_is_tried_three_times_and_then_no_more(sim: Sim):
    system, city = sim.system(JIANGMEN), sim[JIANGMEN]
    city.fail(FaultKind.DOWN, times=2)
    assert await _projects(system) == 3
    assert [asked.status for asked in city.asked] == [503, 503, 200]
    for kind in (FaultKind.DOWN, FaultKind.CUT):
        city.asked.clear()
        city.fail(kind)
        with pytest.raises(TradingError) as failed:
            await _projects(system)
        assert not failed.value.answered
        assert len(city.asked) == 3
        city.heal()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": FaultKind.BAD_JSON},
        {"kind": FaultKind.PAGE},
        {"kind": FaultKind.MISSING_FIELD, "field": "buildings"},
        {"kind": FaultKind.WRONG_TYPE, "field": "name"},
        {"kind": FaultKind.ENDLESS},
        {"kind": FaultKind.STATUS, "status": 404},
        {"kind": FaultKind.STATUS, "status": 401},
    ],
    ids=lambda fault: fault["kind"].value,
)
async def test_a_wrong_answer_is_told_as_one_and_not_asked_for_again(sim: Sim, fault: dict[str, object]):
    city = sim[JIANGMEN]
    city.fail(**fault)  # pyright: ignore[reportArgumentType] - the fault's own members
    with pytest.raises(TradingError) as failed:
        await _projects(sim.system(JIANGMEN))
    assert failed.value.answered
    assert len(city.asked) == (2 if fault["kind"] is FaultKind.ENDLESS else 1)


async def test_who_signs_with_another_secret_is_not_answered(sim: Sim):
    city = sim[JIANGMEN]
    stranger = HttpTradingSystem(
        "http://sim", city.key, "another secret", transport=httpx.ASGITransport(sim.city.app)
    )
    with pytest.raises(TradingError, match="HTTP 401") as failed:
        await _projects(stranger)
    assert failed.value.answered
    with pytest.raises(TradingError) as kept:
        await stranger.push("UN1", "k", MESSAGE)
    # Somebody may set the secret right, so the message is not lost.
    assert not isinstance(kept.value, RefusedError)
    await stranger.close()


async def test_who_answers_too_late_or_never_ends_is_not_waited_for():
    async def drip(_request: httpx.Request) -> httpx.Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"["
            await asyncio.Event().wait()

        return httpx.Response(200, content=parts())

    async def flood(_request: httpx.Request) -> httpx.Response:
        async def parts() -> AsyncIterator[bytes]:
            while True:
                yield b" " * (1 << 22)

        return httpx.Response(200, content=parts())

    slow = HttpTradingSystem("http://x/base", "k", "s", seconds=0.01, transport=httpx.MockTransport(drip))
    with pytest.raises(TradingError, match="TimeoutError") as failed:
        await slow.push("UN1", "k", MESSAGE)
    assert not failed.value.answered
    loud = HttpTradingSystem("http://x", "k", "s", transport=httpx.MockTransport(flood))
    with pytest.raises(TradingError, match="longer than") as failed:
        await loud.find_contracts(["HT1"])
    assert failed.value.answered


async def test_only_contracts_in_force_are_found_five_hundred_at_a_time(sim: Sim):
    city, system = sim[JIANGMEN], sim.system(JIANGMEN)
    city.sell("HT-1", "U-1", ("张三", "1", "510502198503150120"))
    city.sell("HT-2", None)
    void = city.contracts["HT-2"]
    city.sign_contract(type(void)(contract_no="HT-3", unit_id=None, buyers=(), status="VOID"))
    found = await system.find_contracts([f"NO-{number}" for number in range(600)] + ["HT-1", "HT-2", "HT-3"])
    assert sorted(found) == ["HT-1", "HT-2"]
    assert found["HT-1"].external_id == "U-1"
    assert [buyer.name for buyer in found["HT-1"].buyers] == ["张三"]
    assert [asked.question for asked in city.asked] == [Question.CONTRACTS] * 2


async def test_a_message_is_sent_once_and_what_is_refused_is_told_from_what_may_go_later(sim: Sim):
    city, system = sim[JIANGMEN], sim.system(JIANGMEN)
    city.sell("HT1", None)
    await system.push("UN1", "key", MESSAGE)
    await system.push("UN1", "key", MESSAGE)
    assert [(heard.times, heard.message.due) for heard in city.heard] == [(2, "6184.50")]
    for status in (404, 409, 422, 400):
        city.fail(FaultKind.STATUS, status=status, times=1)
        with pytest.raises(RefusedError, match=f"HTTP {status}"):
            await system.push("UN1", "key", MESSAGE)
    for status in (408, 429, 500, 502, 504):
        city.fail(FaultKind.STATUS, status=status, times=1)
        with pytest.raises(TradingError) as later:
            await system.push("UN1", "key", MESSAGE)
        assert not later.value.answered
    city.fail(FaultKind.BAD_JSON, times=1)
    with pytest.raises(TradingError) as wrong:
        await system.push("UN1", "key", MESSAGE)
    assert wrong.value.answered
    assert not isinstance(wrong.value, RefusedError)


async def test_what_it_wants_to_be_asked_again_after_is_told_within_reason():
    said = iter(["7", "99999999", "86400", "Wed, 21 Oct 2026 07:28:00 GMT", "-1"])

    async def busy(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(503, headers={"Retry-After": next(said)})

    system = HttpTradingSystem("http://x", "k", "s", transport=httpx.MockTransport(busy))
    waits: list[int] = []
    for _ in range(5):
        with pytest.raises(TradingError) as failed:
            await system.push("UN1", "k", MESSAGE)
        waits.append(failed.value.seconds)
    assert waits == [7, 30, 300, 30, 30]
