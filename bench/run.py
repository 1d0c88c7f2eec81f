"""One run of the benchmark, from the loading of the world to the report."""

import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bench import processes
from bench.contenders import Contender
from bench.dialects import NotAvailable
from bench.measure import Contest, Load, Plan, settle_database
from bench.people import CITY, LOGIN, PASSWORD, Actor, Size, reader
from bench.queries import Question, questions
from bench.report import Report, Standing
from bench.running import CHECKOUT, Running
from bench.world import World, open_world

LOG = CHECKOUT / ".bench" / "servers.log"
_SIGN_IN = (
    "mutation($i: SignInInput!) { signIn(input: $i)"
    " { ... on SignedInDone { token } ... on Rejected { problems { code } } } }"
)
_NOBODY = "a token that no product gave"
_UNTIL_ANSWERED = 60.0


@dataclass(frozen=True, slots=True)
class Choice:
    """What is measured, and how long.

    Attributes:
        product: The checkout of the product that takes part.
        keep: A folder in which the world stays for the next time.
    """

    size: Size
    plan: Plan
    asked: Sequence[Question]
    contenders: Sequence[Contender]
    product: Path = CHECKOUT
    keep: Path | None = None


@dataclass(slots=True)
class Field:
    """Who takes part: the processes that run, how long each took to start, and how each stands."""

    running: list[Running] = field(default_factory=list[Running])
    starts: dict[str, float] = field(default_factory=dict[str, float])
    standings: list[Standing] = field(default_factory=list[Standing])

    def stop(self) -> None:
        """End every process."""
        for one in self.running:
            one.stop()


def say(text: str) -> None:
    """Tell how far it has come."""
    print(text, flush=True)  # noqa: T201 - told to the terminal


async def measure(choice: Choice) -> Report:
    """Load the world, start everybody, and put the questions."""
    report = Report(
        machine=processes.machine(),
        size=choice.size,
        plan=choice.plan,
        when=f"{datetime.now().astimezone():%Y-%m-%d %H:%M}",
        texts={one.name: one.text for one in choice.asked},
    )
    LOG.parent.mkdir(exist_ok=True)
    LOG.unlink(missing_ok=True)
    async with open_world(choice.size, choice.keep) as world:
        say(f"A world of {choice.size.units:,} units stands after {world.seconds:.1f} s.")
        settle_database(world)
        await _compete(choice, world, report)
    return report


async def _compete(choice: Choice, world: World, report: Report) -> None:
    taking_part = Field(standings=report.standings)
    try:
        _line_up(choice, world, taking_part)
        with Load() as load:
            contest = Contest(world, taking_part.running, load, choice.plan)
            for question in choice.asked:
                say(f"{question.name}: {question.text} …")
                report.results[question.name] = await contest.put(question)
        for one in taking_part.running:
            what, took = one.contender, taking_part.starts[one.contender.name]
            memory = processes.memory(one.process.pid)
            report.standings.append(Standing(what.name, what.title, memory, took or None))
        order = [one.name for one in choice.contenders]
        report.standings.sort(key=lambda one: order.index(one.name))
    finally:
        taking_part.stop()


def _line_up(choice: Choice, world: World, taking_part: Field) -> None:
    """Start everybody who can be; the token of the product is everybody's."""
    actors: Mapping[str, Actor] = {}
    for contender in sorted(choice.contenders, key=lambda one: one.name != "ours"):
        try:
            if not actors:
                actors = _let_in(choice, contender, world)
            running, took = _start(choice, contender, world, actors)
        except NotAvailable as missing:
            say(f"{contender.name} is missing: {missing}")
            taking_part.standings.append(Standing(contender.name, contender.title, missing=str(missing)))
            continue
        taking_part.running.append(running)
        taking_part.starts[contender.name] = took
    order = [one.name for one in choice.contenders]
    taking_part.running.sort(key=lambda one: order.index(one.contender.name))


def _let_in(choice: Choice, contender: Contender, world: World) -> Mapping[str, Actor]:
    token = _sign_in(choice, contender, world) if contender.name == "ours" else _NOBODY
    return {f"Bearer {token}": reader(choice.size, token)}


def _sign_in(choice: Choice, ours: Contender, world: World) -> str:
    running = Running.start(ours, world, {}, LOG, choice.product)
    try:
        running.wait()
        given = {"city": CITY, "name": LOGIN, "password": PASSWORD}
        answer = running.post("/graphql", {"query": _SIGN_IN, "variables": {"i": given}})
        if "errors" in answer or "token" not in answer["data"]["signIn"]:
            raise NotAvailable(f"nobody is signed in: {answer}")
        return str(answer["data"]["signIn"]["token"])
    finally:
        running.stop()


def _start(
    choice: Choice, contender: Contender, world: World, actors: Mapping[str, Actor]
) -> tuple[Running, float]:
    """Start a contender as often as the plan says, and leave the last one running; give the median."""
    contender.prepare()
    first = questions(choice.size)["Q1"]
    took: list[float] = []
    # The first start fills the file cache and is not counted.
    for number in range(choice.plan.starts + 1):
        began = time.perf_counter()
        running = Running.start(contender, world, actors, LOG, choice.product)
        try:
            running.wait()
            _first_answer(running, first)
        except NotAvailable:
            running.stop()
            raise
        took.append(time.perf_counter() - began)
        if number < choice.plan.starts:
            running.stop()
    say(f"{contender.name} answers, {took[-1]:.2f} s after its start.")
    return running, statistics.median(took[1:]) if took[1:] else 0.0  # pyright: ignore[reportPossiblyUnboundVariable] - it was started at least once


def _first_answer(running: Running, question: Question) -> None:
    """Ask until it is answered: a server may listen before it can answer."""
    deadline = time.monotonic() + _UNTIL_ANSWERED
    while True:
        try:
            running.mean(question, question.variants[0])
        except NotAvailable:
            if time.monotonic() > deadline or running.process.poll() is not None:
                raise
            time.sleep(0.01)
        else:
            return


def chosen(text: str, known: Sequence[str]) -> list[str]:
    """Read names separated by commas; all for none, and the program ends for a strange one."""
    names = [name for name in text.split(",") if name] or list(known)
    strange = [name for name in names if name not in known]
    if strange:
        sys.exit(f"There is no {strange[0]}: choose of {', '.join(known)}.")
    return names
