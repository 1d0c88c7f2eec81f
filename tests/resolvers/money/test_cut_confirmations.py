"""A bank confirms over a line that breaks: nothing is booked twice, and nothing that it reported is lost."""

import random

from resolvers.ledger_check import verify
from tests.confirming import check, confirm_all, open_street, plan, signer_over
from tests.cutting import Fate
from tests.deposits import Books
from tests.scenes import JIANGMEN, Town

NOTICES, SENDS = 150, 500


async def test_whatever_is_cut_repeated_copied_or_shuffled_every_yuan_is_booked_once(
    town: Town, books: Books
):
    dice = random.Random(6)  # noqa: S311 - the same test every time
    block, notices = await open_street(town, NOTICES)
    async with signer_over(block, dice) as (bank, line):
        letters = plan(bank, notices, SENDS, dice)
        told = await confirm_all(bank, letters)
    assert sum(map(len, letters)) == SENDS
    assert told.repeats >= line.broken > 50
    assert set(line.fates) == set(Fate)
    await check(books, notices, letters, told)
    assert await verify(town.desk, JIANGMEN) == []
