"""Confirms thousands of payments over a line that breaks, and times a batch: `make confirmations`."""

import argparse
import asyncio
import random
import time

from resolvers.ledger_check import verify
from tests.banks import BATCH
from tests.confirming import check, confirm_all, open_street, plan, signer_over
from tests.deposits import Books
from tests.scenes import JIANGMEN, Town
from tests.thrown_away import open_books, throw_away_town

_STREET = 1_000
_BATCH = 1_000


def _tell(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - told to the terminal


async def run(sends: int, seed: int) -> None:
    """Open a throw-away world, let the bank confirm, and see that the books are true."""
    dice = random.Random(seed)  # noqa: S311 - the same run for the same seed
    async with throw_away_town() as (town, server), open_books(server, town.desk) as books:
        await _play(town, books, sends, dice)


async def _play(town: Town, books: Books, sends: int, dice: random.Random) -> None:
    block, notices = await open_street(town, _BATCH)
    streets = max(sends // 2 // _STREET, 1) - 1
    for number in range(streets):
        _, more = await open_street(town, _STREET, block.developer, f"滨江名苑{number + 2}期")
        notices += more
    _tell(f"{len(notices):,} units with open notices")
    async with signer_over(block, dice) as (bank, line):
        first = [bank.report(notice, f"T{place:06d}") for place, notice in enumerate(notices[:_BATCH])]
        line.lost = line.cut = 0
        began = time.perf_counter()
        await bank.ask(BATCH, {"payments": first})
        _tell(f"a batch of {_BATCH:,} confirmations: {time.perf_counter() - began:.2f} s")
        began = time.perf_counter()
        await bank.ask(BATCH, {"payments": first})
        _tell(f"the same batch again: {time.perf_counter() - began:.2f} s")
        line.lost, line.cut = 10, 30
        letters = plan(bank, notices, sends, dice)
        began = time.perf_counter()
        told = await confirm_all(bank, letters)
        took = time.perf_counter() - began
    _tell(f"{sends:,} confirmations in {len(letters):,} letters: {took:.0f} s, {told.answers:,} answers")
    for fate, times in sorted(line.fates.items()):
        _tell(f"{times:8,} times: {fate}")
    await check(books, notices, letters, told)
    assert await verify(town.desk, JIANGMEN) == []
    _tell("every yuan is booked once: no duplicate, none lost, sums zero")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sends", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=6)
    given = parser.parse_args()
    asyncio.run(run(given.sends, given.seed))
