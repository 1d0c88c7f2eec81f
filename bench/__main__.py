"""The command line of the benchmark: `python -m bench --help`."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from bench import processes
from bench.contenders import CONTENDERS
from bench.measure import Plan
from bench.people import Size
from bench.queries import questions
from bench.report import publish
from bench.run import Choice, chosen, measure, say
from bench.running import CHECKOUT

cli = App(name="bench", help="Measures the product beside hand-written SQL and beside its peers.")
_QUICK = Plan(seconds=1, rounds=3, warm=0.5, starts=1)
_FULL = Plan(seconds=4, rounds=7, warm=3, starts=3)


@cli.default
def bench(  # noqa: PLR0913 - each is a choice on the command line
    *,
    full: Annotated[bool, Parameter(help="Take the time for figures to be shown.")] = False,
    only: Annotated[str, Parameter(help="Contenders, separated by commas; all unless said.")] = "",
    queries: Annotated[str, Parameter(help="Questions, separated by commas; all unless said.")] = "",
    seconds: Annotated[float | None, Parameter(help="Seconds of one turn.")] = None,
    rounds: Annotated[int | None, Parameter(help="Turns of each contender.")] = None,
    starts: Annotated[int | None, Parameter(help="Cold starts that are timed.")] = None,
    organizations: Annotated[int, Parameter(help="Size of the world: 6,000 units each.")] = 20,
    keep: Annotated[Path | None, Parameter(help="Folder in which the world stays for next time.")] = None,
    product: Annotated[Path, Parameter(help="Checkout of the product that is measured.")] = CHECKOUT,
    out: Annotated[Path, Parameter(help="Folder of the results.")] = CHECKOUT / "bench-out",
    into_docs: Annotated[bool, Parameter(help="Put the tables into docs/bench.md, too.")] = False,
) -> None:
    """Measure, print the tables and keep them."""
    if sys.platform != "linux":
        sys.exit("The benchmark reads processor times as Linux tells them.")
    plan = _plan(_FULL if full else _QUICK, seconds=seconds, rounds=rounds, starts=starts)
    size = Size(organizations)
    asked = questions(size)
    names = chosen(only, [one.name for one in CONTENDERS])
    choice = Choice(
        size,
        plan,
        [asked[name] for name in chosen(queries, list(asked))],
        [one for one in CONTENDERS if one.name in names],
        product,
        keep,
    )
    # Told to end, it ends the servers first, as at Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    processes.pin(os.getpid(), processes.OTHER_CORE)
    report = asyncio.run(measure(choice))
    path = report.write(out)
    say(report.markdown())
    say(f"Kept in {os.path.relpath(path)}.")
    if into_docs:
        publish(report, CHECKOUT / "docs" / "bench.md")


def _plan(usual: Plan, **said: float | None) -> Plan:
    """Put what was said in the place of what is usual."""
    return replace(usual, **{name: value for name, value in said.items() if value is not None})


if __name__ == "__main__":
    cli()
