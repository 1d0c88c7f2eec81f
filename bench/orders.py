"""Times large orders over HTTP, from picking and editing their rows to approval: `make bench-orders`."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import httpx
from cyclopts import App, Parameter

from api.app import Face, make_app
from api.demo.caller import ORDER_DONE, Caller, Json, UnexpectedAnswer, codes_of
from api.demo.made_up import PASSWORD, PLACES
from bench import processes
from bench.main_job import opened, typed_units
from domain.city import City
from reports.sheets import SHEETS
from reports.workbook import write
from resolvers.accounts import OfficeAccount, make_office_account
from resolvers.desk import Desk

cli = App(name="bench.orders", help="Times large orders over HTTP.")
LUZHOU, JIANGMEN = 510500, 440700
SIZES = (2_000, 20_000)
_DOCS = Path(__file__).resolve().parents[1] / "docs" / "bench.md"
_MARKS = ("<!-- the figures of `make bench-orders` -->", "<!-- end of the figures of `make bench-orders` -->")
_RACE, _RUNNERS = "last answer of 200 submitted at once", 200
_GOALS = {("approve", 2_000): 2.0, ("approve", 20_000): 20.0, ("edit", 2_000): 1.0, (_RACE, 1): 2.0}
"""The most seconds that a step of an order of so many units shall take."""
_HANDLER = {"name": "量程", "mobile": "13900000000"}
_OWNER = {"name": "李堃", "idType": "1", "idNumber": "51050219850315018X", "mobile": "13900009000"}
_BUILDINGS = "query($id: ID!) { node(id: $id) { ... on Estate { buildings { id } } } }"


@dataclass(frozen=True, slots=True)
class Figure:
    """How long one step of one order took, in seconds of wall clock."""

    kind: str
    step: str
    units: int
    seconds: float

    def line(self) -> str:
        """Write it as a row; a step with a goal says whether that was met."""
        goal = _GOALS.get((self.step, self.units))
        told = "" if goal is None else f"≤ {goal:g} s"
        met = "" if goal is None else "met" if self.seconds <= goal else "MISSED"
        return f"| {self.kind} | {self.units:,} | {self.step} | {self.seconds:.2f} s | {told} | {met} |"


@dataclass(slots=True)
class Place:
    """One city with a developer and the two of the office who take part."""

    desk: Desk
    city: City
    stranger: Caller
    figures: list[Figure]
    people: dict[str, Caller] = field(default_factory=dict[str, Caller])

    async def settle(self) -> None:
        """Let people come on, and have rates where the city publishes none."""
        officials = (*PLACES[self.city.key].officials,)
        for official in officials:
            account = OfficeAccount(
                self.city.code,
                official.role,
                official.login_name,
                PASSWORD,
                official.name,
                official.id_number,
            )
            await make_office_account(self.desk, account)
            signed_in = await self.stranger.sign_in(self.city.code, official.login_name, PASSWORD)
            self.people[official.role] = signed_in
        if not self.city.rates:
            await self._set_rate()
        enterprise = PLACES[self.city.key].enterprises[0]
        visitor = await self.stranger.begin_registration(self.city.code)
        papers = self.city.required_attachments("ORGANIZATION_REGISTRATION")
        order = await visitor.register(enterprise.form(self.city.code), papers)
        if order["status"] != "COMPLETED":
            await self._end(order["id"])
        self.people["developer"] = await self.stranger.sign_in(
            self.city.code, enterprise.login_name, PASSWORD
        )

    async def _set_rate(self) -> None:
        given = {
            "category": "RESIDENTIAL",
            "hasLift": True,
            "rate": "70.00",
            "validFrom": "2010-01-01",
            "source": "量程",
            "idempotencyKey": "bench",
        }
        read = "... on DepositRateDone { rate { id } }"
        await self.people["authority_admin"].act("depositRateSet", "DepositRateSetInput", given, read)

    async def _end(self, order: str) -> Json:
        await self.people["window_clerk"].step("orderAccept", order, registrationPapersReceived=True)
        return await self.people["reviewer"].step("orderApprove", order)

    async def act(self, name: str, given: Mapping[str, object]) -> Json:
        """Let the developer do something with an order."""
        kind = f"{name[0].upper()}{name[1:]}Input"
        return (await self.people["developer"].act(name, kind, given, ORDER_DONE))["order"]

    async def collect(self, count: int) -> str:
        """Collect an estate of so many units from a workbook, and give its id."""
        content = {
            "name": f"量程{count}",
            "address": f"量程路{count}号",
            "district": self.city.codes.district[0].code,
            "bank": self.city.banks[0].code,
            "handler": _HANDLER,
        }
        order = (await self.act("orderDraft", {"content": {"estateCollection": content}}))["id"]
        workbook = await write(SHEETS["UNIT_IMPORT"], self.city, typed_units(count))
        began = time.perf_counter()
        await self.people["developer"].import_workbook(order, "units.xlsx", workbook)
        self._note("estate collection", "import", count, began)
        done = await self._through("estate collection", order, count)
        return done["estate"]["id"]

    async def change(self, estate: str, count: int, kind: str, edit: Mapping[str, object] | None) -> None:
        """Pick every unit of an estate, edit all of them at once if there is an edit, and go to the end."""
        label = kind.replace("_", " ")
        camel = "".join(part.title() if place else part for place, part in enumerate(kind.split("_")))
        content = {camel: {"estateId": estate, "reason": "量程"}}
        order = (await self.act("orderDraft", {"content": content}))["id"]
        found = await self.people["developer"].ask(_BUILDINGS, id=estate)
        ids = [building["id"] for building in found["node"]["buildings"]]
        began = time.perf_counter()
        await self.act("orderLinesPick", {"orderId": order, "buildingIds": ids})
        self._note(label, "pick", count, began)
        if edit is not None:
            began = time.perf_counter()
            await self.act("orderLinesEdit", {"orderId": order, "edit": edit})
            self._note(label, "edit", count, began)
        await self._through(label, order, count)

    async def race(self) -> None:
        """Let many orders for one unit be submitted at once; one wins, the others are told.

        Raises:
            UnexpectedAnswer: Another number of them won, or one was told something else.
        """
        estate = await self.collect(1)
        found = await self.people["developer"].ask(_BUILDINGS, id=estate)
        (building,) = found["node"]["buildings"]
        orders: list[str] = []
        for _ in range(_RUNNERS):
            content = {"unitChange": {"estateId": estate, "reason": "量程"}}
            orders.append((await self.act("orderDraft", {"content": content}))["id"])
            await self.act("orderLinesPick", {"orderId": orders[-1], "buildingIds": [building["id"]]})
            edit = {"unit": {"hasLift": "无"}}
            await self.act("orderLinesEdit", {"orderId": orders[-1], "edit": edit})
        # Without sockets, of which a client has fewer; what is measured is how the orders meet.
        transport = httpx.ASGITransport(make_app(self.desk, Face(worker=False)), client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://bench", timeout=60) as http:
            runner = Caller(http, self.people["developer"].headers)
            began, busy = time.perf_counter(), time.process_time()
            answers = await asyncio.gather(
                *(
                    runner.attempt("orderSubmit", "OrderStepInput", {"orderId": one}, ORDER_DONE)
                    for one in orders
                )
            )
            self._note("unit change", _RACE, 1, began)
            spent = time.process_time() - busy
            self.figures.append(Figure("unit change", "the same, processor time of Python", 1, spent))
        told = Counter(codes_of(answer)[0] for answer in answers)
        if told != {"OrderDone": 1, "UNIT_LOCKED": _RUNNERS - 1}:
            raise UnexpectedAnswer(f"Of {_RUNNERS} at once: {dict(told)}")

    async def _through(self, label: str, order: str, count: int) -> Json:
        began = time.perf_counter()
        await self.people["developer"].step("orderSubmit", order)
        self._note(label, "submit", count, began)
        began = time.perf_counter()
        await self.people["window_clerk"].step("orderAccept", order, registrationPapersReceived=True)
        self._note(label, "accept", count, began)
        began = time.perf_counter()
        done = await self.people["reviewer"].step("orderApprove", order)
        self._note(label, "approve", count, began)
        return done

    def _note(self, kind: str, step: str, units: int, began: float) -> None:
        self.figures.append(Figure(kind, step, units, time.perf_counter() - began))


async def measure(sizes: tuple[int, ...]) -> list[Figure]:
    """Play every kind of large order with every size, each estate from its collection to its end."""
    figures: list[Figure] = []
    async with opened() as (house, stranger):
        jiangmen, luzhou = [
            Place(house.desk, house.desk.cities[code], stranger, figures) for code in (JIANGMEN, LUZHOU)
        ]
        await jiangmen.settle()
        await luzhou.settle()
        await jiangmen.race()
        for count in sizes:
            estate = await jiangmen.collect(count)
            await jiangmen.change(estate, count, "unit_change", {"unit": {"hasLift": "无"}})
            await jiangmen.change(estate, count, "unit_cancellation", None)
            # Owners are edited at once in Luzhou alone [L 2.11].
            estate = await luzhou.collect(count)
            await luzhou.change(estate, count, "ownership_change", {"owners": {"owners": [_OWNER]}})
    return figures


def _page(figures: list[Figure], machine: processes.Machine) -> str:
    lines = [
        f"{time.strftime('%Y-%m-%d %H:%M')}. {machine.text()} Client and server in one process.",
        "",
        "| order | units | step | measured | goal | |",
        "| --- | --: | --- | --: | --- | --- |",
        *(figure.line() for figure in figures),
    ]
    return "\n".join(lines)


def _publish(page: str) -> None:
    """Put the figures between their marks in the documentation."""
    written = _DOCS.read_text(encoding="utf-8")
    before, _, rest = written.partition(_MARKS[0])
    _, _, after = rest.partition(_MARKS[1])
    _DOCS.write_text(f"{before}{_MARKS[0]}\n\n{page}\n\n{_MARKS[1]}{after}", encoding="utf-8")


@cli.default
def bench(
    *,
    sizes: Annotated[tuple[int, ...], Parameter(help="How many units the orders have.")] = SIZES,
    into_docs: Annotated[bool, Parameter(help="Put the figures into docs/bench.md, too.")] = False,
) -> None:
    """Make the world, measure, and print the table."""
    machine = processes.machine()
    page = _page(asyncio.run(measure(sizes)), machine)
    sys.stdout.write(page + "\n")
    if into_docs:
        _publish(page)


if __name__ == "__main__":
    cli()
