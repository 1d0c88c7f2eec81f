"""Lets the clients that front ends use listen to the product itself, until their sign-in ends."""

import asyncio

from tests.api.audit.npm import installed
from tests.api.listening import listening
from tests.db.roles import change
from tests.scenes import LUZHOU
from tests.thrown_away import throw_away_town

_END = "update session set revoked_at = created_at"


async def listen() -> int:
    """Serve a world of its own, and play what the clients wait for; 0 if both heard all of it."""
    with installed("listen.mjs") as (node, work):
        async with throw_away_town() as (town, server), listening(town.desk) as place:
            developer = await town.developer(LUZHOU)
            token = developer.headers["Authorization"].removeprefix("Bearer ")
            url = f"{place.http}/graphql"
            clients = await asyncio.create_subprocess_exec(
                node, "listen.mjs", url, token, cwd=work, stdout=asyncio.subprocess.PIPE
            )
            await place.until_heard(2)
            for name in ("一期", "二期"):
                await town.draft(developer, name)
            assert clients.stdout is not None
            for _ in range(4):
                await clients.stdout.readline()
            await change(town, server, _END)
            told, _ = await clients.communicate()
            print(told.decode(), end="")  # noqa: T201 - the outcome is meant for the terminal
            await place.until_idle()
            return clients.returncode or 0


def run() -> int:
    """Run it in an event loop of its own."""
    return asyncio.run(listen())
