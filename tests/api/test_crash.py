"""Server and database are killed under load: what people were told stands in the books, once."""

import asyncio
import random
import tempfile
from collections.abc import Iterator

import pytest

from resolvers.ledger_check import verify
from tests.crash.load import Load, go_on
from tests.crash.servers import Installation
from tests.crash.truth import catch_up, check, count, reach, still_there
from tests.crash.world import settle
from tests.scenes import JIANGMEN

_RUNNING = "select count(*) from job where status = 'RUNNING'"
_LEFT_BEHIND = "select id from job where status = 'RUNNING' and beat_at < :killed"


@pytest.fixture
def there() -> Iterator[Installation]:
    """Give an installation that starts with nothing; whatever happens, nothing of it is left running."""
    with tempfile.TemporaryDirectory(prefix="weixiu-crash-") as folder:
        there = Installation.at(folder)
        yield there
        there.close()


async def test_what_a_bank_was_told_stands_in_the_books_once_though_server_and_database_were_killed(
    there: Installation,
):
    dice = random.Random(6)  # noqa: S311 - the same test every time
    await there.open()
    async with settle(there, dice, units=24, refunds=2) as world:
        books = await reach(there)
        before = await count(books)
        load = Load(world, dice)
        works = (load.issue, load.take_in, load.settle, *[load.confirm] * 3, load.confirm_batch)
        working = asyncio.ensure_future(load.run(*works))
        # The kill comes in the midst of whatever they do then.
        while len(load.told.payments) < 6 or not await books.one(_RUNNING):
            await go_on(working, 0.01)
        killed = world.town.desk.clock()
        there.kill_database()
        there.first.kill()
        await go_on(working, 0.1)
        await there.revive()
        books = await reach(there)
        await still_there(books, load.told)
        # Whoever died let go of the locks of its work, which others take over at once, if not already.
        left = await books.rows(_LEFT_BEHIND, killed=killed)
        while len(load.told.payments) < 12:
            await go_on(working, 0.01)
        load.over.set()
        await working
        assert sum(world.line.broken.values()) > 0
        await catch_up(books)
        await check(books, world, load, before)
        assert there.mistakes == []
        tried = await books.rows("select id from job where tries = 2 and status = 'DONE'")
        assert set(left) <= set(tried)
        # The desk of the world's makers still holds connections to the server that was killed.
        await world.town.desk.databases.close()
        assert await verify(world.town.desk, JIANGMEN) == []
