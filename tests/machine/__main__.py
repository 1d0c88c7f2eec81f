"""Plays longer than the check does: `make machine ARGS="--sequences 1000 --length 60"`."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from db.sealing import Keys
from resolvers.ledger_check import verify
from tests.conftest import open_server
from tests.machine.table import open_table

cli = App(name="machine", help="Plays random sequences of orders against a plain reading of the rules.")


async def _play(first: int, sequences: int, length: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        keys = Keys.load_or_make(Path(folder) / "keys.json")
        async with open_server() as server, open_table(server, keys) as table:
            began = time.process_time()
            for seed in range(first, first + sequences):
                wrong = await table.play(seed, length)
                if wrong:
                    return wrong
            spent = time.process_time() - began
            for what, times in sorted(table.tally.counts.items()):
                sys.stdout.write(f"{times:8,} {what}\n")
            told = f"{sequences:,} sequences of {length} moves, {spent:.0f} s of Python: "
            sys.stdout.write(told + "the books are as the rules say.\n")
            return [line for city in table.hands for line in await verify(table.hands[city].town.desk, city)]


@cli.default
def machine(
    *,
    seed: Annotated[int, Parameter(help="The first seed.")] = 0,
    sequences: Annotated[int, Parameter(help="How many sequences, each with a seed of its own.")] = 1_000,
    length: Annotated[int, Parameter(help="How many moves each.")] = 60,
) -> None:
    """Play, and end with 1 at the first sequence that goes wrong, shortened as far as possible."""
    wrong = asyncio.run(_play(seed, sequences, length))
    if wrong:
        sys.stdout.write("\n".join(wrong) + "\n")
        sys.exit(1)


if __name__ == "__main__":
    cli()
