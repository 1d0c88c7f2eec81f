"""Times the main job with large estates over HTTP, and says how much memory it took: `make bench-job`."""

import asyncio
import os
import resource
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from api.demo.caller import Caller, Json
from api.demo.made_up import PASSWORD, PLACES
from api.demo.play import visitors
from api.house import House, open_house
from api.settings import Settings
from db.embedded import EmbeddedPostgres
from domain.city import City
from reports.sheets import SHEETS
from reports.workbook import write
from resolvers.accounts import OfficeAccount, make_bank_account, make_office_account
from resolvers.founding import found_city

JIANGMEN = 440700
SIZES = (2_000, 20_000)
_NOTICES = 500
_PAPERS = ("BUSINESS_LICENSE", "LEGAL_REPRESENTATIVE_ID", "AUTHORIZATION", "HANDLER_ID")
_TABLE = """query($id: ID!) { node(id: $id) { ... on Estate { buildings { name grid { section floors { floor
  units { roomNo grossArea owners { name } account { due balance } } } } } } } }"""
_UNITS = """query($id: ID!, $after: String) { node(id: $id) { ... on Estate {
  units(first: 100, after: $after) { totalCount pageInfo { endCursor } edges { node { id } } } } } }"""
T = TypeVar("T")


@dataclass(slots=True)
class Stopwatch:
    """What was measured, in the order it happened; seconds of wall clock."""

    rows: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])

    async def time(self, what: str, work: Awaitable[T]) -> T:
        """Wait for some work and note how long it took."""
        began = time.perf_counter()
        done = await work
        self.rows.append((what, time.perf_counter() - began))
        return done


def typed_units(count: int) -> list[dict[str, object]]:
    """Write units as a developer types them: buildings of 600, 30 floors of 20, each with a lift."""
    rows: list[dict[str, object]] = []
    for number in range(count):
        building, place = divmod(number, 600)
        floor, door = divmod(place, 20)
        room = f"{floor + 1}{door + 1:02d}"
        rows.append(
            {
                "building": f"{building + 1}栋",
                "section": "1单元",
                "floor": floor + 1,
                "room_no": room,
                "address": f"示范路1号{building + 1}栋1单元{room}",
                "usage": "10",
                "gross_area": 883_500,
                "has_lift": True,
            }
        )
    return rows


@asynccontextmanager
async def opened() -> AsyncGenerator[tuple[House, Caller]]:
    """Open a house over a throw-away database, and a caller who comes in from outside."""
    settings = Settings()
    async with (
        open_house(settings, EmbeddedPostgres.throw_away()) as house,
        visitors(house, settings) as http,
    ):
        for city in house.desk.cities.values():
            await found_city(house.desk, city)
        yield house, Caller(http)


async def _people(house: House, stranger: Caller, city: City) -> dict[str, Caller]:
    """Let a developer, a clerk and a reviewer come on."""
    people: dict[str, Caller] = {}
    for official in PLACES[city.key].officials:
        account = OfficeAccount(
            city.code, official.role, official.login_name, PASSWORD, official.name, official.id_number
        )
        await make_office_account(house.desk, account)
        people[official.role] = await stranger.sign_in(city.code, official.login_name, PASSWORD)
    visitor = await stranger.begin_registration(city.code)
    form = {
        "name": "量程示范置业有限公司",
        "uscc": "91440703MA4W7K2P3E",
        "legalRepresentative": "量程",
        "legalRepIdNumber": "440705200402290126",
        "contactName": "量程",
        "contactMobile": "13900000000",
        "registeredAddress": "示范路1号",
        "loginName": "bench",
        "password": PASSWORD,
        "agreementAccepted": True,
    }
    await visitor.register(form, _PAPERS)
    people["developer"] = await stranger.sign_in(city.code, "bench", PASSWORD)
    people["bank"] = stranger.with_key(await make_bank_account(house.desk, city.code, city.banks[0].code))
    return people


async def _collect(people: dict[str, Caller], city: City, count: int, watch: Stopwatch) -> str:
    """Collect an estate of so many units from a workbook, to the end."""
    developer, label = people["developer"], f"{count:,} units: "
    workbook = await write(SHEETS["UNIT_IMPORT"], city, typed_units(count))
    content = {
        "name": f"量程{count}",
        "address": f"量程路{count}号",
        "district": city.codes.district[0].code,
        "bank": city.banks[0].code,
        "handler": {"name": "量程", "mobile": "13900000000"},
    }
    drafted = await developer.act(
        "orderDraft",
        "OrderDraftInput",
        {"content": {"estateCollection": content}},
        "... on OrderDone { order { id } }",
    )
    order = drafted["order"]["id"]
    await watch.time(label + "import", developer.import_workbook(order, "units.xlsx", workbook))
    await watch.time(label + "submit", developer.step("orderSubmit", order))
    await people["window_clerk"].step("orderAccept", order, registrationPapersReceived=True)
    done = await watch.time(label + "approve", people["reviewer"].step("orderApprove", order))
    given = {"orderId": order, "form": "OPENING_LIST"}
    await watch.time(
        label + "print the opening list", _print(developer, "orderPrint", "OrderPrintInput", given)
    )
    return done["estate"]["id"]


async def _print(caller: Caller, name: str, kind: str, given: Mapping[str, object]) -> bytes:
    made = await caller.act(name, kind, given, "... on FileMade { file { url } }")
    return await caller.fetch(made["file"]["url"])


async def _pay(people: dict[str, Caller], estate: str, watch: Stopwatch) -> None:
    """Issue and print notices of the first units."""
    developer = people["developer"]
    units: list[str] = []
    after: str | None = None
    while len(units) < _NOTICES:
        found: Json = (await developer.ask(_UNITS, id=estate, after=after))["node"]["units"]
        units += [edge["node"]["id"] for edge in found["edges"]]
        after = found["pageInfo"]["endCursor"]
    owner = {"name": "李堃", "idType": "1", "idNumber": "51050219850315018X", "mobile": "13900009000"}
    given = {
        "units": [{"unitId": unit, "owners": [owner]} for unit in units],
        "ignoreMissingContract": True,
        "idempotencyKey": "bench",
    }
    read = "... on NoticesIssued { notices { id } }"
    issued = await watch.time(
        f"{_NOTICES} notices: issue", developer.act("noticeIssue", "NoticeIssueInput", given, read)
    )
    ids = [notice["id"] for notice in issued["notices"]]
    printing = _print(developer, "noticePrint", "NoticePrintInput", {"noticeIds": ids})
    await watch.time(f"{_NOTICES} notices: print", printing)
    one = _print(developer, "noticePrint", "NoticePrintInput", {"noticeIds": ids[:1]})
    await watch.time("1 notice: print", one)


async def measure() -> None:
    """Run everything once and print a table."""
    watch = Stopwatch()
    async with opened() as (house, stranger):
        city = house.desk.cities[JIANGMEN]
        people = await _people(house, stranger, city)
        for count in SIZES:
            estate = await _collect(people, city, count, watch)
            developer = people["developer"]
            await watch.time(f"{count:,} units: page of 100 with total", developer.ask(_UNITS, id=estate))
            if count == SIZES[0]:
                await watch.time(f"{count:,} units: whole building table", developer.ask(_TABLE, id=estate))
                await _pay(people, estate, watch)
    out = sys.stdout.write
    out(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, client and server in one process\n")
    for what, seconds in watch.rows:
        out(f"{what:44}{seconds:8.2f} s\n")
    kib = {"this process": resource.RUSAGE_SELF, "largest child": resource.RUSAGE_CHILDREN}
    for who, which in kib.items():
        out(f"peak memory of {who:29}{resource.getrusage(which).ru_maxrss / 1024:8.0f} MiB\n")


if __name__ == "__main__":
    asyncio.run(measure())
