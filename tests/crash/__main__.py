"""Kills servers and database twenty times under load, and sees that nothing is lost: `make crash`."""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Annotated

from cyclopts import App, Parameter

from tests.crash.load import Load, go_on
from tests.crash.servers import Installation
from tests.crash.truth import catch_up, check, count, reach, still_there
from tests.crash.world import World, settle

cli = App(name="crash", help="Kills servers and database under load, and sees that nothing is lost.")
_UNITS, _REFUNDS, _SERVERS = 3_000, 60, 2


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _hits(there: Installation, dice: random.Random) -> list[tuple[str, Callable[[], None]]]:
    """List what may die."""

    def first_and_database() -> None:
        there.kill_database()
        there.first.kill()

    def everything() -> None:
        there.kill_database()
        for server in there.servers:
            server.kill()

    return [
        ("the server beside", there.servers[-1].kill),
        ("PostgreSQL", there.kill_database),
        ("the server that looks after PostgreSQL", there.first.kill),
        ("a process that PostgreSQL answers in", lambda: there.kill_backend(dice.randrange(100))),
        ("that server and PostgreSQL", first_and_database),
        ("both servers and PostgreSQL", everything),
    ]


async def _play(there: Installation, world: World, kills: int, dice: random.Random) -> None:
    load = Load(world, dice)
    works = (load.order, load.print, load.take_in, load.settle, *[load.issue] * 3)
    working = asyncio.ensure_future(load.run(*works, *[load.confirm] * 6, *[load.confirm_batch] * 2))
    books = await reach(there)
    before = await count(books)
    try:
        for number in range(kills):
            await go_on(working, dice.uniform(1.0, 4.0))
            hits = _hits(there, dice)
            what, hit = hits[number % len(hits)]
            hit()
            await go_on(working, dice.uniform(0.0, 1.0))
            began = time.monotonic()
            await there.revive()
            _tell(f"{number + 1:3}. {what}: up after {time.monotonic() - began:.1f} s; {load.told.counts}")
            books = await reach(there)
            await still_there(books, load.told)
        await go_on(working, 3.0)
    finally:
        load.over.set()
    await working
    _tell(
        f"{world.line.answers:,} requests answered, the slowest after {world.line.slowest:.1f} s;"
        f" asked again after {dict(world.line.broken)}"
    )
    await catch_up(books)
    assert there.mistakes == [], "\n".join(there.mistakes)
    await check(books, world, load, before)
    for words in (("verify",), ("audit", "verify")):
        told = there.first.run(*words)
        _tell(f"{' '.join(words)}: {told.stdout.strip()}{told.stderr.strip()[-2000:]}")
        assert told.returncode == 0


async def _crash(kills: int, seed: int, units: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same kills for the same seed
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="weixiu-crash-"))
        there = Installation.at(folder)
        stack.callback(there.close)
        await there.open(_SERVERS)
        world = await stack.enter_async_context(settle(there, dice, units=units, refunds=_REFUNDS))
        _tell(f"{units:,} units, {_REFUNDS} promised refunds, {_SERVERS} servers on one database")
        await _play(there, world, kills, dice)
        _tell("every acknowledged act is there once, nothing is lost")


@cli.default
def crash(
    *,
    kills: Annotated[int, Parameter(help="How often something is killed.")] = 20,
    seed: Annotated[int, Parameter(help="Of everything that is left to chance.")] = 6,
    units: Annotated[int, Parameter(help="How many units there are to pay for.")] = _UNITS,
) -> None:
    """Kill, and see that every acknowledged act is there once."""
    asyncio.run(_crash(kills, seed, units))


if __name__ == "__main__":
    cli()
