"""The command line of the benchmark: `python -m bench --help`."""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from bench import processes
from bench.contenders import CHECKOUT, PYTHON_CONTENDERS, Contender, Running
from bench.dialects import NotAvailable
from bench.measure import Contest, Load, Plan, settle_database
from bench.people import CITY, LOGIN, PASSWORD, Actor, Size, reader
from bench.queries import Question, questions
from bench.report import Report, Standing
from bench.world import World, open_world

cli = App(name="bench", help="Measures the product beside hand-written SQL and beside its peers.")
ALL: Sequence[Contender] = PYTHON_CONTENDERS
_SIGN_IN = (
    "mutation($i: SignInInput!) { signIn(input: $i)"
    " { ... on SignedInDone { token } ... on Rejected { problems { code } } } }"
)
_NOBODY = "a token that no product gave"
_UNTIL_ANSWERED = 60.0


def _names(text: str, known: Sequence[str]) -> list[str]:
    chosen = [name for name in text.split(",") if name] or list(known)
    strange = [name for name in chosen if name not in known]
    if strange:
        sys.exit(f"There is no {strange[0]}: choose of {', '.join(known)}.")
    return chosen


@cli.default
def bench(  # noqa: PLR0913 - each is a choice on the command line
    *,
    full: Annotated[bool, Parameter(help="Take the time for figures to be shown.")] = False,
    only: Annotated[str, Parameter(help="Contenders, separated by commas; all unless said.")] = "",
    queries: Annotated[str, Parameter(help="Questions, separated by commas; all unless said.")] = "",
    seconds: Annotated[float | None, Parameter(help="Seconds of one turn.")] = None,
    rounds: Annotated[int | None, Parameter(help="Turns of each contender.")] = None,
    organizations: Annotated[int, Parameter(help="Size of the world: 6,000 units each.")] = 20,
    keep: Annotated[Path | None, Parameter(help="Folder in which the world stays for next time.")] = None,
    product: Annotated[Path, Parameter(help="Checkout of the product that is measured.")] = CHECKOUT,
    out: Annotated[Path, Parameter(help="Folder of the results.")] = CHECKOUT / "bench-out",
) -> None:
    """Measure, print the tables and keep them."""
    usual = Plan(seconds=4, rounds=7, warm=3, starts=3) if full else Plan()
    plan = Plan(
        seconds=usual.seconds if seconds is None else seconds,
        rounds=usual.rounds if rounds is None else rounds,
        warm=usual.warm,
        starts=usual.starts,
    )
    size = Size(organizations)
    asked = questions(size)
    chosen = [asked[name] for name in _names(queries, list(asked))]
    names = _names(only, [one.name for one in ALL])
    run = Run(size, plan, chosen, [one for one in ALL if one.name in names], product)
    report = asyncio.run(run.measure(keep))
    path = report.write(out)
    _say(report.markdown())
    _say(f"Kept in {os.path.relpath(path)}.")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - told to the terminal


class Run:
    """One run from the loading of the world to the report."""

    def __init__(
        self,
        size: Size,
        plan: Plan,
        asked: Sequence[Question],
        contenders: Sequence[Contender],
        product: Path,
    ) -> None:
        self._plan = plan
        self._size = size
        self._asked = asked
        self._contenders = contenders
        self._product = product
        self._log = CHECKOUT / ".bench" / "servers.log"
        self._report = Report(
            machine=processes.machine(),
            size=size,
            plan=plan,
            when=f"{datetime.now().astimezone():%Y-%m-%d %H:%M}",
            texts={one.name: one.text for one in asked},
        )

    async def measure(self, keep: Path | None) -> Report:
        """Load the world, start everybody, and put the questions."""
        self._log.parent.mkdir(exist_ok=True)
        self._log.unlink(missing_ok=True)
        os.sched_setaffinity(0, {processes.cores()[1]})
        async with open_world(self._size, keep) as world:
            _say(f"A world of {self._size.units:,} units stands after {world.seconds:.1f} s.")
            settle_database(world)
            await self._compete(world)
        return self._report

    async def _compete(self, world: World) -> None:
        actors = self._let_in(world)
        running: list[Running] = []
        starts: dict[str, float] = {}
        try:
            for contender in self._contenders:
                try:
                    one, starts[contender.name] = self._start(contender, world, actors)
                except NotAvailable as missing:
                    self._stand(Standing(contender.name, contender.title, missing=str(missing)))
                    continue
                running.append(one)
            with Load() as load:
                contest = Contest(world, running, load, self._plan)
                for question in self._asked:
                    _say(f"{question.name}: {question.text} …")
                    self._report.results[question.name] = await contest.put(question)
            for one in running:
                what = one.contender
                self._stand(
                    Standing(what.name, what.title, processes.memory(one.process.pid), starts[what.name])
                )
        finally:
            for one in running:
                one.stop()

    def _stand(self, standing: Standing) -> None:
        self._report.standings.append(standing)

    def _let_in(self, world: World) -> Mapping[str, Actor]:
        """Sign in at the product, if it takes part: its token is everybody's."""
        ours = next((one for one in self._contenders if one.name == "ours"), None)
        token = _NOBODY
        if ours is not None:
            try:
                token = self._sign_in(ours, world)
            except NotAvailable as missing:
                _say(f"The product cannot be signed in to: {missing}")
        return {f"Bearer {token}": reader(self._size, token)}

    def _sign_in(self, ours: Contender, world: World) -> str:
        running = Running.start(ours, world, {}, self._log, self._product)
        try:
            running.wait()
            given = {"city": CITY, "name": LOGIN, "password": PASSWORD}
            answer = running.post("/graphql", {"query": _SIGN_IN, "variables": {"i": given}})
            return answer["data"]["signIn"]["token"]
        except (KeyError, TypeError) as strange:
            raise NotAvailable(f"no token: {answer}") from strange
        finally:
            running.stop()

    def _start(
        self, contender: Contender, world: World, actors: Mapping[str, Actor]
    ) -> tuple[Running, float]:
        """Start a contender as often as the plan says, and leave the last one running; give the median."""
        contender.prepare(world)
        first = questions(self._size)["Q1"]
        took: list[float] = []
        # The first start fills the file cache and is not counted.
        for number in range(self._plan.starts + 1):
            began = time.perf_counter()
            running = Running.start(contender, world, actors, self._log, self._product)
            try:
                running.wait()
                _first_answer(running, first)
            except NotAvailable:
                running.stop()
                raise
            took.append(time.perf_counter() - began)
            if number < self._plan.starts:
                running.stop()
        _say(f"{contender.name} answers, {took[-1]:.2f} s after its start.")
        return running, statistics.median(took[1:] or took)


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


if __name__ == "__main__":
    cli()
