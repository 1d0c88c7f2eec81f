"""Counts what the comparison covers: `python -m tests.answers` runs all of it and prints the figures."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from db.sealing import Keys
from tests.answers.battery.case import battery
from tests.answers.both import Both
from tests.answers.compare import COMPILED, Counts, compare
from tests.answers.generated import CHUNKS, run_chunk
from tests.answers.world.people import EVERYBODY
from tests.answers.world.settle import open_world
from tests.conftest import open_server


async def _battery(both: Both) -> Counts:
    found = Counts()
    for case in battery():
        for person in EVERYBODY if case.refused is None else ():
            found.add(await compare(both, case.asked, person))
    return found


async def _generated(both: Both) -> Counts:
    found = Counts()
    for chunk in CHUNKS:
        found.add(await run_chunk(both, chunk))
    return found


def _tell(name: str, found: Counts) -> None:
    print(f"{name}: {found.ways.total()}, compiled {found.share:.1%}, different {len(found.different)}")  # noqa: T201 - a report
    for reason, number in found.ways.most_common():
        if reason != COMPILED:
            print(f"  left to the ordinary executor, {reason}: {number}")  # noqa: T201 - a report


async def _main() -> int:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        keys = Keys.load_or_make(Path(folder) / "keys.json")
        async with open_server() as server, open_world(server, keys) as world:
            both = Both(world)
            print(f"battery: {len(battery())} operations, each as {len(EVERYBODY)} callers")  # noqa: T201 - a report
            by_hand, drawn = await _battery(both), await _generated(both)
    _tell("answers to the battery", by_hand)
    _tell("generated documents", drawn)
    print(f"{time.monotonic() - begun:.0f} seconds")  # noqa: T201 - a report
    for told in (*by_hand.different, *drawn.different)[:10]:
        print(f"\n{told}")  # noqa: T201 - a report
    return 1 if by_hand.different or drawn.different else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
