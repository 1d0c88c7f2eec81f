"""Times notices, prints, confirmations and receipts, with the processor time: `make bench-money`."""

import asyncio
import sys
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar

from cyclopts import App, Parameter

from api.demo.caller import Caller, Json
from api.demo.signing import ask_signed
from api.house import House
from bench import processes
from bench.main_job import opened
from bench.orders import JIANGMEN, Place
from db.postmaster import postmaster_of
from resolvers.accounts import make_bank_account
from resolvers.money.receipts import issue_receipts

cli = App(name="bench.money", help="Times the ways of money over HTTP.")
LINES = (1_000, 5_000)
_SINGLE, _BATCH, _BUILT = 500, 1_000, 1_200
_DOCS = Path(__file__).resolve().parents[1] / "docs" / "bench.md"
_MARKS = ("<!-- the figures of `make bench-money` -->", "<!-- end of the figures of `make bench-money` -->")
_OWNER = {"name": "李堃", "idType": "1", "idNumber": "51050219850315018X", "mobile": "13900009000"}
_BUILDINGS = "query($id: ID!) { node(id: $id) { ... on Estate { buildings { id units { id } } } } }"
_NOTICE = "noticeNo total"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figure:
    """What one request took: seconds of wall clock, and processor time of Python and of PostgreSQL."""

    what: str
    seconds: float
    python: float
    database: float
    goal: float | None = None

    def line(self) -> str:
        """Write it as a row; one with a goal says whether that was met."""
        told = "" if self.goal is None else f"≤ {self.goal:g} s"
        met = "" if self.goal is None else "met" if self.seconds <= self.goal else "MISSED"
        return (
            f"| {self.what} | {self.seconds:.2f} s | {self.python:.2f} s | {self.database:.2f} s"
            f" | {told} | {met} |"
        )


@dataclass(slots=True)
class Counter:
    """Where money goes through: a developer, the bank, and what their requests took."""

    house: House
    place: Place
    bank: Caller
    figures: list[Figure] = field(default_factory=list[Figure])

    @property
    def developer(self) -> Caller:
        """The developer's admin."""
        return self.place.people["developer"]

    async def time(self, what: str, work: Awaitable[T], goal: float | None = None) -> T:
        """Wait for some work and note what it took."""
        postmaster = postmaster_of(self.house.folder / "data") or 0
        began, python = time.perf_counter(), time.process_time()
        database = processes.family_seconds(postmaster)
        done = await work
        self.figures.append(
            Figure(
                what,
                time.perf_counter() - began,
                time.process_time() - python,
                processes.family_seconds(postmaster) - database,
                goal,
            )
        )
        return done

    async def buildings(self, estate: str) -> dict[str, list[str]]:
        """Read the units of an estate by their buildings."""
        found = (await self.developer.ask(_BUILDINGS, id=estate))["node"]["buildings"]
        return {building["id"]: [unit["id"] for unit in building["units"]] for building in found}

    async def print(self, notices: list[str]) -> bytes:
        """Print notices into one PDF, and fetch it."""
        read = "... on FileMade { file { url } }"
        made = await self.developer.act("noticePrint", "NoticePrintInput", {"noticeIds": notices}, read)
        return await self.developer.fetch(made["file"]["url"])

    async def issue(self, units: list[str]) -> list[Json]:
        """Issue a notice for each of some units."""
        given = {
            "units": [{"unitId": unit, "owners": [_OWNER]} for unit in units],
            "ignoreMissingContract": True,
            "idempotencyKey": units[0][-40:],
        }
        read = f"... on NoticesIssued {{ notices {{ id {_NOTICE} }} }}"
        return (await self.developer.act("noticeIssue", "NoticeIssueInput", given, read))["notices"]

    async def issue_batch(self, estate: str, buildings: list[str]) -> Json:
        """Issue one notice for all units of some buildings."""
        given = {
            "estateId": estate,
            "buildingIds": buildings,
            "ignoreMissingContract": True,
            "idempotencyKey": estate[-40:],
        }
        read = f"... on BatchNoticeIssued {{ notice {{ id {_NOTICE} }} }}"
        return (await self.developer.act("batchNoticeIssue", "BatchNoticeIssueInput", given, read))["notice"]

    def report(self, notice: Json) -> Json:
        """Say as a bank that a notice was paid."""
        return {
            "noticeNo": notice["noticeNo"],
            "amount": notice["total"],
            "bankTxnNo": f"T{notice['noticeNo']}",
            "channel": "BANK",
            "paidAt": self.house.desk.clock().isoformat(),
        }

    async def confirm(self, path: str, asked: Json) -> Json:
        """Send what the bank's machine signs."""
        return await ask_signed(self.bank, self.house.desk.clock(), f"/bank/payments/{path}", asked)

    async def receipts(self) -> None:
        """Give every payment its receipts, as the worker does."""
        while await issue_receipts(self.house.desk, JIANGMEN):
            pass


async def _single(counter: Counter) -> None:
    """Issue, print and confirm notices of single units."""
    estate = await counter.place.collect(_BUILT)
    units = [unit for inside in (await counter.buildings(estate)).values() for unit in inside][:_BATCH]
    notices = await counter.time(f"issue {_SINGLE} single notices", counter.issue(units[:_SINGLE]), 5)
    ids = [notice["id"] for notice in notices]
    await counter.time(f"print {_SINGLE} single notices", counter.print(ids), 5)
    await counter.time("print one of them", counter.print(ids[:1]))
    notices += await counter.issue(units[_SINGLE:])
    reports = {"payments": [counter.report(notice) for notice in notices]}
    one = {"payments": reports["payments"][:1]}
    await counter.time("confirm one notice", counter.confirm("confirm-batch", one))
    told = f"confirm {_BATCH:,} notices in one batch"
    await counter.time(told, counter.confirm("confirm-batch", reports), 1)
    await counter.time("the same batch again", counter.confirm("confirm-batch", reports))
    await counter.time(f"receipts of {_BATCH:,} payments", counter.receipts())


async def _batch(counter: Counter, lines: int) -> None:
    """Issue, print and confirm one notice of so many lines."""
    estate = await counter.place.collect(lines)
    buildings = list(await counter.buildings(estate))
    small = lines == _BATCH
    told = f"batch notice of {lines:,} lines"
    notice = await counter.time(f"issue a {told}", counter.issue_batch(estate, buildings))
    await counter.time(f"print the {told}", counter.print([notice["id"]]), 3 if small else None)
    confirming = counter.confirm("confirm", counter.report(notice))
    await counter.time(f"confirm the {told}", confirming, 1 if small else None)
    await counter.time(f"receipts of the {told}", counter.receipts())


async def measure(lines: tuple[int, ...]) -> list[Figure]:
    """Make the world, and measure."""
    async with opened() as (house, stranger):
        place = Place(house.desk, house.desk.cities[JIANGMEN], stranger, [])
        await place.settle()
        bank = place.city.banks[0].code
        key = await make_bank_account(house.desk, JIANGMEN, bank)
        counter = Counter(house, place, stranger.with_key(key))
        await _single(counter)
        for count in lines:
            await _batch(counter, count)
    return counter.figures


def _page(figures: list[Figure], machine: processes.Machine) -> str:
    lines = [
        f"{time.strftime('%Y-%m-%d %H:%M')}. {machine.text()} Client and server in one process.",
        "",
        "| request | measured | Python's processor | PostgreSQL's | goal | |",
        "| --- | --: | --: | --: | --- | --- |",
        *(figure.line() for figure in figures),
    ]
    return "\n".join(lines)


def _publish(page: str) -> None:
    """Put the figures between their marks in the documentation."""
    before, _, rest = _DOCS.read_text(encoding="utf-8").partition(_MARKS[0])
    _, _, after = rest.partition(_MARKS[1])
    _DOCS.write_text(f"{before}{_MARKS[0]}\n\n{page}\n\n{_MARKS[1]}{after}", encoding="utf-8")


@cli.default
def bench(
    *,
    lines: Annotated[tuple[int, ...], Parameter(help="How many lines the batch notices have.")] = LINES,
    into_docs: Annotated[bool, Parameter(help="Put the figures into docs/bench.md, too.")] = False,
) -> None:
    """Make the world, measure, and print the table."""
    machine = processes.machine()
    page = _page(asyncio.run(measure(lines)), machine)
    sys.stdout.write(page + "\n")
    if into_docs:
        _publish(page)


if __name__ == "__main__":
    cli()
