"""Whether those who keep a stream open may still have it: one query for all of them, twice a second."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ARRAY, DateTime, Integer, Uuid, bindparam, text
from sqlalchemy.exc import SQLAlchemyError

from db.base import Pool
from domain.actor import Actor
from domain.refusal import TooManyStreams
from resolvers.desk import Desk

_log: Any = structlog.get_logger()

SWEEP_SECONDS = 0.4
"""How long a sweep rests: what ended is noticed within half a second, and told within a whole one."""

MOST_OF_ONE = 100
"""How many connections and subscriptions together one account may keep open in one process."""

# What stands is written as in the guard of every transaction (`db.scope`).
_STANDING = text(
    """
select held.id, principal.version
from unnest(:session_cities, :sessions) as held(city, id)
join session on session.city = held.city and session.id = held.id and session.revoked_at is null
  and session.expires_at > :now and session.seen_at + session.idle_seconds * interval '1 second' > :now
join principal on principal.city = session.city and principal.id = session.principal_id
  and principal.status = 'ACTIVE'
union all
select held.id, principal.version
from unnest(:key_cities, :keys) as held(city, id)
join api_key on api_key.city = held.city and api_key.id = held.id and api_key.revoked_at is null
  and (api_key.expires_at is null or api_key.expires_at > :now)
join principal on principal.city = api_key.city and principal.id = api_key.principal_id
  and principal.status = 'ACTIVE'
"""
).bindparams(
    bindparam("session_cities", type_=ARRAY(Integer())),
    bindparam("sessions", type_=ARRAY(Uuid())),
    bindparam("key_cities", type_=ARRAY(Integer())),
    bindparam("keys", type_=ARRAY(Uuid())),
    bindparam("now", type_=DateTime(timezone=True)),
)


@dataclass(eq=False, slots=True)
class Hold:
    """Something that somebody keeps open.

    Attributes:
        actor: Who came, by a session or a key.
        version: Of the rights that were seen last.
        gone: Is told once, when the session or key has ended or the account may act no more.
        changed: Is told whenever the rights are others.
    """

    actor: Actor
    version: int
    gone: Callable[[], None]
    changed: Callable[[], None]


class Standing:
    """Knows what is kept open in this process, and asks while there is anything.

    Attributes:
        sweeps: How often it has asked.
    """

    def __init__(self, desk: Desk, *, rest: float = SWEEP_SECONDS) -> None:
        self.sweeps = 0
        self._desk = desk
        self._rest = rest
        self._holds: set[Hold] = set()
        self._of_one: Counter[tuple[int, UUID]] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._left = asyncio.Event()

    def __len__(self) -> int:
        return len(self._holds)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is open and nothing runs."""
        return not self._holds and self._task is None

    def hold(
        self, actor: Actor, *, gone: Callable[[], None], changed: Callable[[], None] = lambda: None
    ) -> Hold:
        """Look after something that an actor keeps open, until it is let go.

        Raises:
            TooManyStreams: The account keeps too much open already.
        """
        account = actor.city, actor.principal
        if self._of_one[account] >= MOST_OF_ONE:
            raise TooManyStreams(MOST_OF_ONE)
        self._of_one[account] += 1
        held = Hold(actor, actor.version, gone, changed)
        self._holds.add(held)
        self._left.clear()
        if self._task is None:
            self._task = asyncio.create_task(self._sweep())
        return held

    def let_go(self, held: Hold) -> None:
        """Look after it no more."""
        if held not in self._holds:
            return
        self._holds.discard(held)
        account = held.actor.city, held.actor.principal
        self._of_one[account] -= 1
        if not self._of_one[account]:
            del self._of_one[account]
        if not self._holds:
            self._left.set()

    async def _sweep(self) -> None:
        while self._holds:
            try:
                await self.ask()
            except (SQLAlchemyError, OSError) as error:
                # While the database is away nothing is told either: every event is read there first.
                _log.warning("sweep failed", error=type(error).__qualname__)
            await _rest(self._left, self._rest)
        self._task = None

    async def ask(self) -> None:
        """Ask once for everything that is open, and tell whom it concerns."""
        asked = list(self._holds)
        standing = await self._find(asked)
        self.sweeps += 1
        for held in asked:
            if held not in self._holds:
                continue
            version = standing.get(held.actor.session or held.actor.key)
            if version is None:
                self.let_go(held)
                held.gone()
            elif version != held.version:
                held.version = version
                held.changed()

    async def _find(self, asked: Collection[Hold]) -> dict[UUID | None, int]:
        sessions = {(held.actor.city, held.actor.session) for held in asked if held.actor.session}
        keys = {(held.actor.city, held.actor.key) for held in asked if held.actor.key}
        given = {
            "session_cities": [city for city, _ in sessions],
            "sessions": [one for _, one in sessions],
            "key_cities": [city for city, _ in keys],
            "keys": [one for _, one in keys],
            "now": self._desk.clock(),
        }
        async with self._desk.databases.engine(Pool.GATE).connect() as connection:
            return {row.id: row.version for row in await connection.execute(_STANDING, given)}


async def _rest(woken: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until woken."""
    try:
        async with asyncio.timeout(seconds):
            await woken.wait()
    except TimeoutError:
        return
