"""Measures decisions on rights beside a million grants: `make bench-rights`."""

import asyncio
import gc
import random
import re
import statistics
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from cyclopts import App, Parameter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from authz.domains import organization_domain
from authz.enforcer import Engine
from authz.rights import Rights
from authz.snapshot import Snapshot, compile_snapshot
from bench import processes
from bench.rights_world import CITY, NOW, Crowd, open_crowd, organization_id, session_id, user_id
from db.base import Pool
from db.engine import Databases
from db.scope import guard_text, open_transaction, reader_facts
from domain.actor import Actor, PrincipalKind
from resolvers.rights import read_rights

cli = App(name="bench.rights", help="Measures decisions on rights beside a million grants.")
_DOCS = Path(__file__).resolve().parents[1] / "docs" / "bench.md"
_MARKS = ("<!-- the figures of `make bench-rights` -->", "<!-- end of the figures of `make bench-rights` -->")
_ASKED = ("unit.view", "payment.submit", "estate.collect", "owner.view_pii", "org.view", "order.review")
_SAMPLE, _ROUNDS, _TURNS = 2_000, 300_000, 1_500
_PING = text("select 1")
_ANSWER = "convert_to('1', 'UTF8')"
_PARAMETER = re.compile(r"(?<!:):([a-z]+)")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `goal` is the most that it shall be, if there is one."""

    text: str
    value: float
    unit: str
    goal: float | None = None

    def line(self) -> str:
        """Write it as a row."""
        goal = "" if self.goal is None else f"≤ {self.goal:g} {self.unit}"
        met = "" if self.goal is None else "met" if self.value <= self.goal else "MISSED"
        return f"| {self.text} | {self.value:.3g} {self.unit} | {goal} | {met} |"


@dataclass(frozen=True, slots=True)
class Met:
    """A principal whose rights were read, with how many seconds it took."""

    rights: Rights
    snapshot: Snapshot
    query: float
    compiling: float

    @property
    def cold(self) -> float:
        """The whole way from nothing to an answer."""
        return self.query + self.compiling


async def _meet(databases: Databases, user: int) -> Met:
    """Read and compile the rights of somebody as the product does on a first request."""
    domain = organization_domain(organization_id(user).hex)
    began = time.perf_counter()
    async with AsyncSession(databases.engine(Pool.GATE)) as session:
        rights = (await read_rights(session, CITY, user_id(user), domain, NOW, closed=frozenset())).rights
    read = time.perf_counter()
    snapshot = compile_snapshot(rights)
    return Met(rights, snapshot, read - began, time.perf_counter() - read)


def _questions(met: Sequence[Met], chance: random.Random) -> list[tuple[Snapshot, str, str, str]]:
    """Draw questions about estates that are mostly the asker's own."""
    drawn: list[tuple[Snapshot, str, str, str]] = []
    for one in met:
        known = [grant.estate for grant in one.rights.grants if grant.estate]
        estate = chance.choice(known) if chance.random() < 0.8 else UUID(int=chance.getrandbits(128)).hex  # noqa: PLR2004
        drawn.append((one.snapshot, chance.choice(_ASKED), one.rights.domain, estate))
    return drawn


def _time_warm(questions: Sequence[tuple[Snapshot, str, str, str]]) -> float:
    """Give the microseconds of one decision on kept snapshots, the loop included."""
    turns = max(1, _ROUNDS // len(questions))
    began = time.perf_counter()
    for _ in range(turns):
        for snapshot, action, domain, estate in questions:
            snapshot.may(action, domain=domain, estate=estate)
    return (time.perf_counter() - began) / (turns * len(questions)) * 1e6


def _time_casbin(met: Sequence[Met], questions: Sequence[tuple[Snapshot, str, str, str]]) -> Iterator[float]:
    """Build an engine for each and let casbin decide once; the answers must be the snapshot's."""
    for one, (snapshot, action, domain, estate) in zip(met, questions, strict=True):
        began = time.perf_counter()
        decision = Engine(one.rights).decide(action, domain=domain, estate=estate)
        yield time.perf_counter() - began
        if decision.allowed is not snapshot.may(action, domain=domain, estate=estate):
            raise AssertionError(f"casbin and the snapshot differ: {one.rights.principal} {action} {estate}")


def _weigh(met: Sequence[Met], make: Callable[[Rights], object]) -> float:
    """Give the KiB that one kept thing of each principal takes."""
    gc.collect()
    tracemalloc.start()
    kept = [make(one.rights) for one in met]
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(kept) / 1024


async def _time(work: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def _actor(user: int) -> Actor:
    return Actor(
        CITY, user_id(user), PrincipalKind.DEVELOPER, "", 1,
        organization=organization_id(user), session=session_id(user),
    )  # fmt: skip


async def _time_riding_guard(databases: Databases, users: Sequence[int]) -> float:
    """Give the milliseconds that the guard adds to a compiled query, in whose statement it rides."""
    readers = databases.readers(Pool.DEVELOPER)
    names: list[str] = []
    guard = _PARAMETER.sub(lambda found: _number(names, found[1]), guard_text(_actor(users[0])))
    guarded = f"with context as materialized ({guard}) select {_ANSWER} from context"  # noqa: S608 - our own texts
    times: tuple[list[float], list[float]] = ([], [])
    for user in users:
        facts = {**reader_facts(_actor(user)), "now": NOW.isoformat()}
        given = [facts[name] for name in names]
        if await readers.fetch_value(guarded, given) != b"1":
            raise AssertionError("the guard let nobody in")
        times[0].append(await _time(lambda: readers.fetch_value(f"select {_ANSWER}", [])))
        times[1].append(await _time(lambda given=given: readers.fetch_value(guarded, given)))
    return (statistics.median(times[1]) - statistics.median(times[0])) * 1000


def _number(names: list[str], name: str) -> str:
    if name not in names:
        names.append(name)
    return f"${names.index(name) + 1}"


async def _time_guard(databases: Databases, users: Sequence[int], *, write: bool) -> float:
    """Give the milliseconds that the guard adds to a transaction of one small statement, by the medians."""
    engine = databases.engine(Pool.DEVELOPER)
    plain = engine if write else engine.execution_options(isolation_level="REPEATABLE READ")

    async def without() -> None:
        async with AsyncSession(plain) as session:
            await session.execute(_PING)

    async def guarded(user: int) -> None:
        async with open_transaction(databases, _actor(user), NOW, write=write) as session:
            await session.execute(_PING)

    times: tuple[list[float], list[float]] = ([], [])
    for user in users:
        times[0].append(await _time(without))
        times[1].append(await _time(lambda user=user: guarded(user)))
    return (statistics.median(times[1]) - statistics.median(times[0])) * 1000


async def _measure(crowd: Crowd) -> list[Figure]:
    chance = random.Random(20261122)  # noqa: S311 - the same questions each time
    async with open_crowd(crowd) as addresses:
        databases = Databases(addresses, size=2)
        users = chance.sample(range(crowd.users), _SAMPLE + 200)
        # The first connections, plans and imports are not what is asked about.
        for user in users[_SAMPLE:]:
            await _meet(databases, user)
        met = [await _meet(databases, user) for user in users[:_SAMPLE]]
        riding = await _time_riding_guard(databases, users[:_TURNS])
        guards = [await _time_guard(databases, users[:_TURNS], write=write) for write in (False, True)]
        await databases.close()
    questions = _questions(met, chance)
    first = list(_time_casbin(met, questions))
    cold = _milliseconds([one.cold for one in met])
    return [
        Figure("a warm decision, one principal", _time_warm(questions[:1]), "µs", 2),
        Figure(f"a warm decision, {_SAMPLE:,} principals in turn", _time_warm(questions), "µs", 2),
        Figure("a cold principal, median", cold[0], "ms", 3),
        Figure("a cold principal, 95th percentile", cold[1], "ms"),
        Figure("of that the query, median", _milliseconds([one.query for one in met])[0], "ms"),
        Figure("of that rules and snapshot, median", _milliseconds([one.compiling for one in met])[0], "ms"),
        Figure("a first decision by casbin, engine and all, median", _milliseconds(first)[0], "ms"),
        Figure("what the guard adds to a compiled query, in whose statement it rides", riding, "ms", 0.3),
        Figure("the guard as a statement of its own, where a request reads in steps", guards[0], "ms", 0.3),
        Figure("the guard of an act, with its lock on the actor", guards[1], "ms", 0.3),
        Figure("memory of a kept snapshot", _weigh(met, compile_snapshot), "KiB"),
        Figure("memory of an engine, were it kept", _weigh(met[:300], Engine), "KiB"),
    ]


def _milliseconds(seconds: Sequence[float]) -> tuple[float, float]:
    """Give the median and the 95th percentile."""
    return statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[18] * 1000


def _page(crowd: Crowd, figures: Sequence[Figure], machine: processes.Machine) -> str:
    told = (
        f"{time.strftime('%Y-%m-%d %H:%M')}. {machine.text()} {crowd.organizations:,} organizations,"
        f" {crowd.users:,} users, {crowd.grants:,} grants; {_SAMPLE:,} principals drawn."
    )
    lines = [
        told,
        "",
        "| what | measured | goal | |",
        "| --- | --: | --: | --- |",
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
    organizations: Annotated[int, Parameter(help="How many organizations; ten users each.")] = 10_000,
    into_docs: Annotated[bool, Parameter(help="Put the figures into docs/bench.md, too.")] = False,
) -> None:
    """Make the world, measure, and print the table."""
    crowd, machine = Crowd(organizations), processes.machine()
    page = _page(crowd, asyncio.run(_measure(crowd)), machine)
    print(page)  # noqa: T201 - what a command line is for
    if into_docs:
        _publish(page)


if __name__ == "__main__":
    cli()
