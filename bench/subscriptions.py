"""How much a thousand idle subscriptions cost one process: memory, and the milliseconds of each look."""
# ruff: noqa: T201 - the outcome is meant for the terminal

import asyncio
import gc
import resource
import time
from contextlib import AsyncExitStack
from pathlib import Path

import resolvers.standing
from tests.api.listening import Place, Socket, listening
from tests.scenes import LUZHOU, Caller, Town
from tests.thrown_away import throw_away_town

_SOCKETS = 1000
_LOOKS = 50


def memory() -> int:
    """Tell the process's memory in KiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1024


async def measure(town: Town, place: Place) -> None:
    """Open the subscriptions, each on a connection of its own, and measure."""
    developer = await town.developer(LUZHOU)
    user = await town.sub_user(developer)
    callers = [Caller(town.http, await town.sign_in(LUZHOU, user.login_name)) for _ in range(20)]
    watch = place.watch
    if watch is None:
        raise TypeError("The server of another process cannot be measured.")
    async with AsyncExitStack() as stack:
        gc.collect()
        before = memory()
        sockets: list[Socket] = []
        for number in range(_SOCKETS):
            socket = await stack.enter_async_context(Socket.greeted(place, callers[number % len(callers)]))
            await socket.subscribe("1")
            sockets.append(socket)
        await place.until_heard(_SOCKETS)
        gc.collect()
        print(f"{(memory() - before) / _SOCKETS:.1f} KiB for each, its client in the same process included")
        began = time.perf_counter()
        for _ in range(_LOOKS):
            await watch.standing.ask()
        print(
            f"{(time.perf_counter() - began) / _LOOKS * 1000:.1f} ms for each sweep of {len(watch.standing)}"
        )
        used = time.process_time()
        await asyncio.sleep(5)
        print(f"{(time.process_time() - used) / 5:.1%} of one core while nothing happens")
        began = time.perf_counter()
        await town.draft(developer)
        await asyncio.gather(*(socket.hear() for socket in sockets))
        print(f"{time.perf_counter() - began:.1f} s until one change was told to each of them")


async def main() -> None:
    """Serve a world of its own and measure."""
    resolvers.standing.MOST_OF_ONE = 3 * _SOCKETS
    async with throw_away_town() as (town, _), listening(town.desk) as place:
        await measure(town, place)


if __name__ == "__main__":
    asyncio.run(main())
