"""The embedded database comes back by itself while the product that it belongs to runs."""

import asyncio
import os
import shutil
import signal

from db.embedded import EmbeddedPostgres
from db.lodging import throw_away_folder
from db.postmaster import is_ready, postmaster_of
from tests.db.test_embedded import put


async def test_a_server_that_died_is_started_again_while_it_is_watched() -> None:
    folder = throw_away_folder()
    server = EmbeddedPostgres(folder)
    told: list[str] = []
    async with server as address:
        await put(address.url(), "create table kept as select 7 as number")
        died = postmaster_of(folder / "data") or 0
        watching = asyncio.ensure_future(server.watch(told.append))
        os.kill(died, signal.SIGKILL)
        # The dead one's file still says that it is ready; only the next one's counts.
        while postmaster_of(folder / "data") in (died, None) or not is_ready(folder / "data"):
            await asyncio.wait({watching}, timeout=0.01)
        assert await put(address.url(), "select number from kept") == 7
        watching.cancel()
        await asyncio.wait({watching})
    assert [line.split(".")[0] for line in told] == ["PostgreSQL ended by itself"]
    assert not server.is_running
    shutil.rmtree(folder)
