"""The simulated city answers as the protocol says, goes wrong as told, and remembers what it heard."""

import asyncio
import hashlib
import hmac
import json
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import Face, make_app
from api.house import House
from api.sim.beside import city_beside
from api.sim.city import SimCity, make_sim
from api.sim.records import Listing, Project, Unit, encode
from api.sim.serving import connections, run_sim, serve_sim
from api.trading import open_trading
from api.welcome import DemoLogin, write_welcome
from db.engine import Addresses
from domain.city import load_cities
from domain.trading import TradingError
from resolvers.accounts import make_bank_account
from resolvers.desk import Desk
from resolvers.trading.http import HttpTradingSystem
from resolvers.trading.system import TradingSystem
from tests.resolvers.changes.deposits import OWNER
from tests.scenes import JIANGMEN, LUZHOU, USCC, Developer, Town, unit
from tests.sim import Line, Sim

MESSAGE: dict[str, Any] = {
    "unitCode": "JMHS1",
    "unitId": "JM-P001-1-1-101",
    "contractNo": None,
    "estate": "试验苑",
    "building": "1栋",
    "section": "1单元",
    "floor": "1",
    "roomNo": "101",
    "address": "示范路1号",
    "status": "ACTIVE",
    "grossArea": "88.35",
    "due": "2650.50",
    "paid": "0.00",
    "balance": "0.00",
    "cause": "OPENED",
    "causeNo": "JMWC2026112200001",
    "seq": 1,
    "at": "2026-11-22T12:00:00+08:00",
}

STATE = {
    "projects": 8,
    "units": 2497,  # 3 x 22 + 3 x 10 + 2,400 and the new one
    "contracts": 313,  # 12 of projects, 300 of the demo world, and the new one
    "deposits": 1,
    "repeated": 0,
    "outOfOrder": 0,
    "requests": 1,
    "faults": 1,
    "page": 7,
}
"""How much there is in Jiangmen after the control added one of each."""


class Asker:
    """Whoever asks the simulated city by hand, with a signature written out here."""

    def __init__(self, city: SimCity) -> None:
        transport = httpx.ASGITransport(Line(city.app))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://sim")

    async def send(self, method: str, path: str, given: Any = None, **more: Any) -> httpx.Response:
        """Send a signed request; `secret`, `at` and `key` replace what is right."""
        body = b"" if given is None else json.dumps(given).encode()
        at = str(more.get("at", int(time.time())))
        text = f"{method}\n{path}\n{at}\n{hashlib.sha256(body).hexdigest()}"
        secret = more.get("secret", "simulated-jiangmen").encode()
        headers = {
            "X-City-Key": "jiangmen",
            "X-City-Time": at,
            "X-City-Signature": hmac.new(secret, text.encode(), hashlib.sha256).hexdigest(),
            **({"Idempotency-Key": more["key"]} if "key" in more else {}),
        }
        return await self.http.request(method, path, content=body, headers=headers)

    async def tell(self, key: str, **more: Any) -> tuple[int, Any]:
        """Tell of a deposit."""
        answer = await self.send("PUT", "/deposits/JMHS1", MESSAGE | more, key=key)
        return answer.status_code, answer.json()


@pytest.fixture
async def asker(sim: Sim) -> AsyncIterator[Asker]:
    """Give somebody who asks by hand."""
    asker = Asker(sim.city)
    yield asker
    await asker.http.aclose()


async def test_a_request_is_answered_only_with_a_fresh_signature_of_its_city(asker: Asker, sim: Sim):
    path = f"/projects?uscc={USCC[JIANGMEN]}"
    assert (await asker.send("GET", path)).status_code == 200
    now = int(time.time())
    for wrong in ({"secret": "simulated-luzhou"}, {"at": now - 301}, {"at": now + 302}, {"at": "now"}):
        assert (await asker.send("GET", path, **wrong)).status_code == 401, wrong
    assert (await asker.http.get(path)).status_code == 401
    assert [(one.path, one.status) for one in sim[JIANGMEN].asked] == [(path, 200)]


async def test_projects_units_and_contracts_are_told_as_the_product_reads_them(sim: Sim):
    system = sim.system(JIANGMEN)
    own = await system.find_projects(keyword=None, uscc=USCC[JIANGMEN])
    assert [(one.id, one.name, sum(b.units for b in one.buildings)) for one in own] == [
        ("JM-P001", "试验苑一期", 22),
        ("JM-P002", "试验苑二期", 10),
        ("JM-P007", "试验苑大区", 2400),
    ]
    assert own[0].presale_permit_no == "JM预售2026第001号"
    units = await system.fetch_units("JM-P001", ["JM-P001-2", "JM-P001-3"])
    assert len(units) == 10
    assert dict(units[0].values) == {
        "building": "2栋",
        "section": "1单元",
        "floor": "1",
        "room_no": "101",
        "address": "示范路1号2栋1单元101",
        "usage": "住宅",
        "gross_area": "45.67",
        "has_lift": "无",
        "completed_ym": "202606",
        "structure": "钢混",
        "floors_above": "3",
        "sale_status": "未售",
    }
    # 2,400 units come in three pages, in whatever order.
    sim[JIANGMEN].fail("OUT_OF_ORDER", "units")
    large = await system.fetch_units("JM-P007", [])
    assert (len({unit.external_id for unit in large}), large[0].external_id) == (2400, "JM-P007-12-2-2504")
    found = await system.find_contracts([f"JMHT00100{at}" for at in range(1, 6)])
    told = {no: (one.external_id, [buyer.name for buyer in one.buyers]) for no, one in found.items()}
    assert told == {
        "JMHT001001": ("JM-P001-1-1-301", ["张三"]),
        "JMHT001002": ("JM-P001-1-1-302", ["张三", "李四"]),
        "JMHT001004": ("JM-P001-1-2-302", ["John Smith"]),  # 001003 is void
    }
    assert [one.name for one in await sim.system(LUZHOU).find_projects(keyword="示范路3号", uscc=None)] == [
        "江畔花园一期"
    ]
    await system.close()


async def test_a_deposit_is_heard_once_under_its_key_and_what_comes_late_is_marked(asker: Asker, sim: Sim):
    assert await asker.tell("a", seq=2) == (200, {"received": True, "repeated": False})
    assert await asker.tell("a", seq=2) == (200, {"received": True, "repeated": True})
    assert (await asker.tell("a", seq=3))[0] == 409
    assert (await asker.tell("b", seq=1))[0] == 200
    sim[JIANGMEN].sell("HT1", None, ("张三", "1", OWNER["idNumber"]))
    assert (await asker.tell("c", seq=4, unitId=None, contractNo="HT1"))[0] == 200
    for key, status, more in (
        ("", 400, {}),
        ("d", 404, {"unitId": "JM-P999"}),
        ("d", 404, {"unitId": None, "contractNo": "HT2"}),
        ("d", 422, {"due": 1.5}),
        ("d", 422, {"unitCode": "JMHS2"}),
        ("d", 422, {"more": 1}),
    ):
        assert (await asker.tell(key, **more))[0] == status, more
    heard = [(one.key, one.message.seq, one.times, one.late) for one in sim[JIANGMEN].heard]
    assert heard == [("a", 2, 2, False), ("b", 1, 1, True), ("c", 4, 1, False)]
    assert [one.seq for one in sim[JIANGMEN].messages("JMHS1")] == [2, 1, 4]
    assert sim[JIANGMEN].messages("JMHS2") == []


async def test_every_fault_goes_wrong_as_it_says(asker: Asker, sim: Sim):
    town, path = sim[JIANGMEN], f"/projects?uscc={USCC[JIANGMEN]}"
    told = (await asker.send("GET", path)).json()

    async def meet(kind: str, **more: Any) -> httpx.Response:
        town.fail(kind, "projects", times=1, **more)
        return await asker.send("GET", path)

    assert (await meet("LATE", seconds=0)).json() == told
    assert (await meet("LATE", seconds=0, after=True)).json() == told
    assert (await meet("DOWN")).status_code == 503
    assert (await meet("STATUS", status=429)).status_code == 429
    with pytest.raises(httpx.RemoteProtocolError):
        await meet("CUT")
    assert (await meet("PAGE")).headers["content-type"].startswith("text/html")
    with pytest.raises(json.JSONDecodeError):
        (await meet("BAD_JSON")).json()
    assert "name" not in (await meet("MISSING_FIELD", field="name")).json()["projects"][0]
    assert (await meet("WRONG_TYPE", field="next")).json() == {**told, "next": [0]}
    doubled = (await meet("TWICE")).json()["projects"]
    assert [one["id"] for one in doubled] == [one["id"] for one in told["projects"] for _ in range(2)]
    assert (await meet("ENDLESS")).json() == {**told, "next": "0"}
    assert (await asker.send("GET", path)).json() == told
    assert [one.fault for one in town.asked][-2:] == ["ENDLESS", None]


async def test_an_answer_can_go_wrong_after_the_deposit_was_heard(asker: Asker, sim: Sim):
    town = sim[JIANGMEN]
    town.fail("CUT", "deposits", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await asker.tell("a")
    assert town.heard == []
    town.fail("CUT", "deposits", times=1, after=True, unit="JMHS1")
    with pytest.raises(httpx.RemoteProtocolError):
        await asker.tell("a")
    assert [one.times for one in town.heard] == [1]
    town.fail("TWICE", "deposits", unit="JMHS2")
    assert await asker.tell("a") == (200, {"received": True, "repeated": True})
    town.heal()
    town.fail("TWICE", "deposits")
    assert await asker.tell("b", seq=2) == (200, {"received": True, "repeated": True})
    assert [one.times for one in town.heard] == [2, 2]


async def test_the_control_tells_and_sets_everything_over_http(asker: Asker, sim: Sim):
    http = asker.http
    page = await http.get("/")
    assert (page.status_code, "default-src 'self'" in page.headers["content-security-policy"]) == (200, True)
    for name in ("page.js", "page.css"):
        assert (await http.get(f"/control/{name}")).status_code == 200
    one = Project(id="P", name="新苑", address="路", developer=sim[JIANGMEN].projects["JM-P001"].developer)
    listing = encode(Listing(project=one, units=(Unit(id="P-1", building="B"),)))
    assert (await http.post("/control/jiangmen/projects", json=listing)).json() == {
        "project": "P",
        "units": 1,
    }
    contract = {
        "contractNo": "N",
        "unitId": "P-1",
        "buyers": [{"name": "张", "idType": "1", "idNumber": "2"}],
    }
    assert (await http.post("/control/jiangmen/contracts", json=contract)).status_code == 200
    assert (await http.post("/control/jiangmen/page", json={"rows": 7})).json() == {"rows": 7}
    fault = {"kind": "DOWN", "question": "units", "times": 2}
    assert (await http.post("/control/jiangmen/faults", json=fault)).status_code == 200
    await asker.tell("a", unitId="P-1")
    state = (await http.get("/control/state")).json()["cities"]["jiangmen"]
    assert state == STATE
    heard = (await http.get("/control/jiangmen/deposits?unit=JMHS1")).json()
    assert (heard["count"], heard["deposits"][0]["message"]) == (1, MESSAGE | {"unitId": "P-1"})
    asked = (await http.get("/control/jiangmen/requests")).json()["requests"]
    assert [(one["question"], one["status"]) for one in asked] == [("deposits", 200)]
    assert len((await http.get("/control/jiangmen/projects")).json()["projects"]) == 8
    assert len((await http.get("/control/jiangmen/contracts")).json()["contracts"]) == 313
    assert (await http.get("/control/jiangmen/faults")).json()["faults"][0]["times"] == 2
    assert (await http.delete("/control/jiangmen/faults")).json() == {"faults": []}
    await http.post("/control/reset", json={})
    after = (await http.get("/control/state")).json()["cities"]["jiangmen"]
    assert (after["projects"], after["deposits"], after["page"]) == (7, 0, 1000)


async def test_the_control_refuses_in_words_what_it_cannot_use(asker: Asker):
    http = asker.http
    assert (await http.get("/control/paris/faults")).status_code == 422
    wrong: tuple[tuple[str, Any], ...] = (
        ("/control/jiangmen/faults", {"kind": "EARTHQUAKE"}),
        ("/control/jiangmen/faults", {"kind": "DOWN", "times": 0}),
        ("/control/jiangmen/page", {"rows": 0}),
        ("/control/jiangmen/projects", []),
        ("/control/bank/confirm", {"city": "jiangmen", "noticeNo": "1"}),
    )
    for path, given in wrong:
        refused = await http.post(path, json=given)
        assert (refused.status_code, bool(refused.json()["error"])) == (422, True), path
    # A page of another site can neither send a form here nor come under a name of its own.
    assert (await http.post("/control/reset", data={"a": "b"})).status_code == 415
    assert (await http.get("/control/state", headers={"Host": "evil.example"})).status_code == 400


async def test_the_bank_confirms_through_the_product_with_every_mistake(town: Town, asker: Asker, sim: Sim):
    bank = sim.city.bank
    bank.transport = httpx.ASGITransport(make_app(town.desk, Face(worker=False)))
    bank.clock = town.desk.clock
    key = await make_bank_account(town.desk, JIANGMEN, "JM01")
    connected = {"product": "http://town", "keys": {"jiangmen": key}}
    assert (await asker.http.post("/control/bank", json=connected)).json()["cities"] == ["jiangmen"]
    assert key not in repr(bank)
    assert key not in (await asker.http.get("/control/state")).text
    developer = await town.developer(JIANGMEN)
    rooms = [unit(room, contractNo=f"N{room}") for room in ("301", "302", "303", "304")]
    estate = (await town.collect(developer, rooms))["estate"]["id"]
    notices = await _issue(developer, estate)

    async def confirm(at: int, mistake: str, **more: Any) -> list[str]:
        given = {
            "city": "jiangmen",
            "noticeNo": notices[at],
            "mistake": mistake,
            "paidAt": town.desk.clock().isoformat(),
            **more,
        }
        said = (await asker.http.post("/control/bank/confirm", json=given)).json()
        return [
            one["problems"][0]["code"] if "problems" in one else one["payment"]["amount"]
            for one in said["answers"]
        ]

    assert await confirm(0, "WRONG_AMOUNT") == ["AMOUNT_MISMATCH"]
    assert await confirm(0, "LATE", seconds=0) == ["2650.50"]
    assert await confirm(1, "TWICE") == ["2650.50"] * 2
    assert await confirm(2, "PAID_AGAIN") == ["2650.50", "ALREADY_PAID"]
    assert await confirm(3, "NONE") == ["2650.50"]
    data = await developer.ask("{ payments { totalCount } }")
    assert data["payments"]["totalCount"] == 4


async def test_a_served_city_answers_and_hangs_up_over_a_real_connection():
    sim = make_sim(load_cities().values())
    async with serve_sim(sim, port=0) as url:
        given = connections(sim, url)["jiangmen"]
        system = HttpTradingSystem(given["url"], given["key"], given["secret"])
        assert len(await system.find_projects(keyword="试验苑", uscc=None)) == 3
        sim["jiangmen"].fail("CUT", "deposits", after=True, times=1)
        with pytest.raises(TradingError) as caught:
            await system.push("JMHS1", "a", MESSAGE)
        assert caught.value.answered is False
        await system.push("JMHS1", "a", MESSAGE)
        assert [one.times for one in sim["jiangmen"].heard] == [2]
        await system.close()
    async with httpx.AsyncClient(trust_env=False) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(url)


async def test_only_a_demo_world_is_connected_and_a_set_system_is_kept(
    desk: Desk, trading: dict[int, TradingSystem], tmp_path: Path
):
    house = House(desk, Addresses("postgresql://demo/demo", "unused"), tmp_path)
    async with city_beside(house, (), "http://127.0.0.1:1", 0) as (beside, url):
        assert (beside.desk.trading, url) == ({}, None)
    own = HttpTradingSystem("http://sim", "jiangmen", "secret")
    trading[JIANGMEN] = own
    logins = [DemoLogin(LUZHOU, "bank_operator", "LZ01", "key")]
    async with city_beside(house, logins, "http://127.0.0.1:1", 0) as (beside, url):
        assert sorted(beside.desk.trading) == [JIANGMEN, LUZHOU]
        assert beside.desk.trading[JIANGMEN] is own
        assert len(await beside.desk.trading[LUZHOU].find_projects(keyword="江畔花园一", uscc=None)) == 1
        welcome = list(write_welcome("http://p", logins, page=False, simulated=url))
        assert welcome[1] == f"Simulated transaction systems and banks, with faults to inject: {url}/"
        async with httpx.AsyncClient(base_url=url or "", trust_env=False) as http:
            state = (await http.get("/control/state")).json()
        assert (list(state["cities"]), state["bank"]["cities"]) == (["luzhou"], ["luzhou"])
    assert sorted(desk.trading) == [JIANGMEN]
    await own.close()


async def test_make_sim_tells_how_a_product_is_connected(capsys: pytest.CaptureFixture[str]):
    running = asyncio.create_task(run_sim(load_cities(), 0))
    told = ""
    while "WEIXIU_TRADING" not in told:
        await asyncio.sleep(0)
        told += capsys.readouterr().out
    setting = re.search(r"WEIXIU_TRADING='(.*)'", told)
    assert setting
    opened = open_trading(setting[1], load_cities().values())
    assert sorted(opened) == [JIANGMEN, LUZHOU]
    assert len(await opened[JIANGMEN].find_projects(keyword="试验苑", uscc=None)) == 3
    for system in opened.values():
        await system.close()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def _issue(developer: Developer, estate: str) -> list[str]:
    found = await developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Estate { units { edges { node { id } } } } } }", id=estate
    )
    units = [edge["node"]["id"] for edge in found["node"]["units"]["edges"]]
    done = await developer.act(
        "noticeIssue",
        {"units": [{"unitId": one, "owners": [OWNER]} for one in units], "idempotencyKey": "issue"},
        "... on NoticesIssued { notices { noticeNo } }",
        "NoticeIssueInput",
    )
    return [notice["noticeNo"] for notice in done["notices"]]
