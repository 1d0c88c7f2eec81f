"""Beginnings that many tests share: played over HTTP once a process, then cloned for each test.

A test says `await town.developer(city)`, and means every step of it. Where other tests of the process have
begun in the same way, those steps are not played again: the test's database, as long as nobody has touched
it, becomes a copy of one in which they were. What a test finds is the same either way, to the last row.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from db.base import Pool
from db.engine import Addresses

if TYPE_CHECKING:
    from resolvers.desk import Desk
    from tests.scenes import Town

    OpenTown = Callable[[str], AbstractAsyncContextManager[Town]]
    Play = Callable[[Town], Awaitable[Any]]

TEMPLATE: Final = "template_house"
_KEPT: Final = 24
"""How many beginnings one process keeps: each is a database of a dozen megabytes."""

# The first counts who is there, the second who was there and left.
_VISITS = text(
    "select (select count(*) from pg_stat_activity where datname = :name)"
    " + (select coalesce(sum(sessions), 0) from pg_stat_database where datname = :name)"
)
_EMPTY = text("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = :name")

Path = tuple[str, ...]
"""What was played since the house was founded: each verb with all that it was given."""
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")
_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class _World:
    database: str
    town: "Town"
    result: Any


class Worlds:
    """The databases of one server: each test's own, and the beginnings to clone them from."""

    def __init__(self, owner: AsyncConnection, open_town: "OpenTown", dawn: datetime) -> None:
        self._owner = owner
        self._open_town = open_town
        self._dawn = dawn
        self._seen: set[Path] = set()
        self._worlds: dict[Path, _World] = {}

    async def clone(self, name: str, template: str = TEMPLATE) -> None:
        """Make a database that is a copy of another one."""
        await self._owner.execute(text(f"create database {name} template {template}"))

    async def drop(self, name: str) -> None:
        """Remove a database with everybody who is in it."""
        await self._owner.execute(text(f"drop database {name} with (force)"))

    async def begin(self, town: "Town", step: str, play: "Play") -> Any:
        """Play a step, or give a town that nobody has touched the database in which it was played.

        A beginning is kept when it is played for the second time; most are played but once.

        Args:
            town: Where it is played.
            step: The verb with all that it is given.
            play: Plays it in any town.
        """
        path = (*town.path, step)
        known = path in self._worlds or (path in self._seen and len(self._worlds) < _KEPT)
        if not known or not await self._is_untouched(town):
            self._seen.add(path)
            return await play(town)
        if path not in self._worlds:
            self._worlds[path] = await self._make(town.path, play)
        world, name = self._worlds[path], name_of(town.desk)
        await self.drop(name)
        await self.clone(name, world.database)
        town.path = path
        return move(world.result, world.town, town)

    async def _is_untouched(self, town: "Town") -> bool:
        """Tell whether nobody was ever in the town's database, and beginnings are played as in this town.

        A verb under `@beginning` may therefore depend on nothing but what it is given, and on the time.
        """
        if town.desk.clock() != self._dawn:
            return False
        return not await self._owner.scalar(_VISITS, {"name": name_of(town.desk)})

    async def _make(self, before: Path, play: "Play") -> _World:
        name = f"world_{len(self._worlds)}"
        await self.clone(name, self._worlds[before].database if before else TEMPLATE)
        async with self._open_town(name) as town:
            result = await play(town)
        # A database is copied only when everybody who was in it has gone.
        await self._owner.execute(_EMPTY, {"name": name})
        return _World(name, town, result)


def name_of(desk: "Desk") -> str:
    """Tell the name of a desk's database."""
    return str(desk.databases.engine(Pool.OFFICE).url.database)


def move(thing: _Thing, here: "Town", there: "Town") -> _Thing:
    """Copy what a verb was given or gave; what belongs to one town then belongs to another."""
    return deepcopy(thing, {id(here): there, id(here.http): there.http})


def beginning(
    verb: "Callable[Concatenate[Town, _Given], Awaitable[_Result]]",
) -> "Callable[Concatenate[Town, _Given], Awaitable[_Result]]":
    """Let a verb with which tests begin be played once for all of them."""

    @wraps(verb)
    async def begin(town: "Town", *given: _Given.args, **more: _Given.kwargs) -> _Result:
        async def play(there: "Town") -> _Result:
            if there is town:
                return await verb(town, *given, **more)
            args, keywords = move((given, more), town, there)
            return await verb(there, *args, **keywords)

        if town.worlds is None:
            return await play(town)
        said = deepcopy((given, more), {id(town): None, id(town.http): None})
        return await town.worlds.begin(town, f"{verb.__qualname__}{said!r}", play)

    return begin


@asynccontextmanager
async def open_worlds(server: Addresses, open_town: "OpenTown", dawn: datetime) -> AsyncGenerator[Worlds]:
    """Keep beginnings for as long as a server runs.

    Args:
        server: Where the databases are.
        open_town: Opens a town over a database by its name, with its clock at dawn.
        dawn: When every beginning is played.
    """
    engine = create_async_engine(server.url(), isolation_level="AUTOCOMMIT")
    async with engine.connect() as owner:
        yield Worlds(owner, open_town, dawn)
    await engine.dispose()
