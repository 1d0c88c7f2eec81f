"""Who waits for a piece of long work, and one small query a city that looks how far it is."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ARRAY, Uuid, bindparam, text
from sqlalchemy.exc import SQLAlchemyError

from db.scope import RevokedError, open_transaction
from domain.actor import Actor
from domain.jobs import JobStatus
from domain.refusal import Unauthenticated
from resolvers.desk import Desk
from resolvers.standing import Standing
from resolvers.system import system_actor

_log: Any = structlog.get_logger()
_STATES = text(
    "select id, status, done, total, cancel_asked from job where city = :city and id = any(:ids)"
).bindparams(bindparam("ids", type_=ARRAY(Uuid())))


@dataclass(eq=False, slots=True)
class _Follower:
    """One open subscription: what it was told last, and why it ends."""

    actor: Actor
    job: UUID
    state: tuple[Any, ...] | None = None
    is_over: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    ending: Exception | None = None

    def see(self, state: tuple[Any, ...]) -> None:
        """Take how the work stands; what came in between is not told to a slow reader."""
        if state != self.state:
            self.state, self.is_over = state, JobStatus(state[0]).is_over
            self.woken.set()

    def end(self, why: Exception) -> None:
        """End it; nothing more is told."""
        self.ending = self.ending or why
        self.woken.set()


class JobWatch:
    """What one process has open that waits for long work."""

    def __init__(self, desk: Desk, standing: Standing, *, rest: float) -> None:
        self._desk = desk
        self._standing = standing
        self._rest = rest
        self._followers: set[_Follower] = set()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._leaving: Exception | None = None

    def __len__(self) -> int:
        return len(self._followers)

    @property
    def is_idle(self) -> bool:
        """Whether nobody follows anything and nothing runs."""
        return not self._followers and not self._tasks

    async def follow(self, actor: Actor, job: UUID) -> AsyncGenerator[bool]:
        """Say whenever a job stands otherwise than it was told, at once and until it is over.

        Raises:
            Unauthenticated: The reader's session or key has ended.
            TooManyStreams: The account keeps too much open.
        """
        if self._leaving is not None:
            raise self._leaving
        follower = _Follower(actor, job)
        held = self._standing.hold(
            actor, gone=lambda: follower.end(Unauthenticated()), changed=follower.woken.set
        )
        self._followers.add(follower)
        if actor.city not in self._tasks:
            self._tasks[actor.city] = asyncio.create_task(self._look_on(actor.city))
        try:
            while not follower.is_over:
                await follower.woken.wait()
                follower.woken.clear()
                if follower.ending is not None:
                    raise follower.ending
                yield follower.is_over
        finally:
            self._followers.discard(follower)
            self._standing.let_go(held)

    def leave(self, why: Exception) -> None:
        """End every subscription, because the server stops."""
        self._leaving = why
        for follower in self._followers:
            follower.end(why)

    async def _look_on(self, city: int) -> None:
        while followers := [one for one in self._followers if one.actor.city == city]:
            try:
                await self._look(city, followers)
            except (SQLAlchemyError, OSError, RevokedError) as error:
                _log.warning("job watch failed", city=city, error=type(error).__qualname__)
            await asyncio.sleep(self._rest)
        del self._tasks[city]

    async def _look(self, city: int, followers: list[_Follower]) -> None:
        system = await system_actor(self._desk, city)
        ids = list({one.job for one in followers})
        opened = open_transaction(self._desk.databases, system, self._desk.clock(), write=False)
        async with opened as session:
            rows = await session.execute(_STATES, {"city": city, "ids": ids})
            found = {row.id: tuple(row)[1:] for row in rows}
        for follower in followers:
            if follower.job in found:
                follower.see(found[follower.job])
