"""Who waits for changes of orders, and one small query a city that finds them, four times a second."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from db.scope import RevokedError, open_transaction
from domain.actor import Actor
from domain.refusal import FellBehind, Refusal, Unauthenticated
from resolvers.desk import Desk
from resolvers.jobs.watching import JobWatch
from resolvers.standing import SWEEP_SECONDS, Standing
from resolvers.system import system_actor

_log: Any = structlog.get_logger()

POLL_SECONDS = 0.25
MOST_WAITING = 200
"""How many changes wait for one slow reader before its subscription ends."""

# Ids carry the moment at which they were made; the clocks of two servers may differ by so much.
_SKEW_MS = 5_000
_LONGEST_PAUSE = 5.0

# An order changes with each step, and with each act that edits it. What is written carries an id made
# within its transaction, so whatever is younger than every open transaction is looked at again.
_CHANGES = text(
    """
with changed as (
  select id, order_id, id as step from order_step where city = :city and id > :after
  union all
  select audit.id, subject_id, null from audit
  where audit.city = :city and audit.id > :after and subject_type = 'Order' and subject_id is not null
    and outcome = 'DONE' and not detail ? 'repeated'
    and not exists (
      select from order_step
      where order_step.city = audit.city and order_id = subject_id and order_step.xmin = audit.xmin
    )
)
select changed.id, changed.order_id, step, org_id, estate_id
from changed join business_order on business_order.city = :city and business_order.id = changed.order_id
order by changed.id
"""
)
# The first is read when the transaction began, the others are of the snapshot that it took after that.
_MOMENT = text(
    """
select (extract(epoch from now()) * 1000)::bigint as now_ms,
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint as oldest_open,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next
"""
)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to an order; what a reader is told of it is read by that reader's own rights.

    Attributes:
        step: The line of the timeline, if it was a step.
    """

    id: UUID
    order: UUID
    step: UUID | None
    organization: UUID
    estate: UUID | None


@dataclass(frozen=True, slots=True)
class Wish:
    """Which changes somebody asks for; None for all that may be seen."""

    orders: frozenset[UUID] | None = None
    estate: UUID | None = None

    def covers(self, change: Change) -> bool:
        """Tell whether a change is asked for."""
        return (self.orders is None or change.order in self.orders) and self.estate in (None, change.estate)


class LeavingError(Exception):
    """The server stops, and the reader may come back to another."""


@dataclass(eq=False, slots=True)
class _Follower:
    """One open subscription: what waits for it, and why it ends."""

    actor: Actor
    wish: Wish
    waiting: deque[Change | None] = field(default_factory=deque["Change | None"])
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    ending: Refusal | LeavingError | None = None
    is_ready: bool = False

    def offer(self, change: Change) -> None:
        """Take a change that may concern it; one too many ends it."""
        own = self.actor.organization in (None, change.organization)
        if own and self.wish.covers(change):
            if len(self.waiting) >= MOST_WAITING:
                self.end(FellBehind())
            else:
                self._put(change)

    def recheck(self) -> None:
        """Let the reader's rights be looked at, although nothing happened."""
        if None not in self.waiting:
            self._put(None)

    def end(self, why: Refusal | LeavingError) -> None:
        """End it; nothing more is told."""
        self.ending = self.ending or why
        self.waiting.clear()
        self.woken.set()

    def _put(self, change: Change | None) -> None:
        self.waiting.append(change)
        self.woken.set()

    async def take(self) -> Change | None:
        """Wait for the next change; None asks for a look at the rights."""
        while not self.waiting:
            if self.ending is not None:
                raise self.ending
            self.woken.clear()
            await self.woken.wait()
        return self.waiting.popleft()


class Ledge:
    """How far a city's changes are known: below it nothing can come to light any more.

    An id is made after its transaction got its number. So once every transaction has ended that had a number
    at some moment, no id from before that moment is still to come.
    """

    def __init__(self, now_ms: int, following: int) -> None:
        self.safe_ms = now_ms - _SKEW_MS
        self._moments: deque[tuple[int, int]] = deque([(now_ms, following)])
        self._seen: dict[UUID, int] = {}

    @property
    def after(self) -> UUID:
        """The id above which changes are looked at."""
        return UUID(int=max(self.safe_ms, 0) << 80)

    def is_new(self, change: UUID) -> bool:
        """Remember a change; tell whether it is seen for the first time."""
        if change in self._seen:
            return False
        self._seen[change] = change.int >> 80
        return True

    def move(self, now_ms: int, oldest_open: int, following: int) -> None:
        """Move on as far as the transactions that are still open allow."""
        while self._moments and self._moments[0][1] <= oldest_open:
            self.safe_ms = max(self.safe_ms, self._moments.popleft()[0] - _SKEW_MS)
        if self._moments and self._moments[-1][1] == following:
            self._moments.pop()
        self._moments.append((now_ms, following))
        self._seen = {one: at for one, at in self._seen.items() if at >= self.safe_ms}


class _CityWatch:
    """Finds the changes of one city while somebody follows them."""

    def __init__(self, desk: Desk, city: int, rest: float) -> None:
        self.followers: set[_Follower] = set()
        self.task: asyncio.Task[None] | None = None
        self._desk = desk
        self._city = city
        self._rest = rest
        self._system: Actor | None = None
        self._ledge: Ledge | None = None
        self._begun = asyncio.Event()
        self._left = asyncio.Event()

    async def join(self, follower: _Follower) -> None:
        """Add a follower, and wait until it cannot miss what happens from now on."""
        self.followers.add(follower)
        self._left.clear()
        if self.task is None:
            self._begun.clear()
            self._ledge = None
            self.task = asyncio.create_task(self._watch())
        await self._begun.wait()
        follower.is_ready = True

    def leave(self, follower: _Follower) -> None:
        """Drop a follower; without any the city is not looked at."""
        self.followers.discard(follower)
        if not self.followers:
            self._left.set()

    async def _watch(self) -> None:
        pause = self._rest
        while self.followers:
            try:
                await self._look()
                pause = self._rest
            except (SQLAlchemyError, OSError, RevokedError) as error:
                # Nothing is lost: the next look begins where the last one that came to an end did.
                self._system = None
                _log.warning("watch failed", city=self._city, error=type(error).__qualname__)
                pause = min(pause * 2, _LONGEST_PAUSE)
            try:
                async with asyncio.timeout(pause):
                    await self._left.wait()
            except TimeoutError:
                continue
        self.task = None

    async def _look(self) -> None:
        self._system = self._system or await system_actor(self._desk, self._city)
        opened = open_transaction(self._desk.databases, self._system, self._desk.clock(), write=False)
        async with opened as session:
            moment = (await session.execute(_MOMENT)).one()
            first = self._ledge is None
            ledge = self._ledge or Ledge(moment.now_ms, moment.next)
            found = (await session.execute(_CHANGES, {"city": self._city, "after": ledge.after})).all()
        self._ledge = ledge
        fresh = [row for row in found if ledge.is_new(row.id)]
        ledge.move(moment.now_ms, moment.oldest_open, moment.next)
        if not first:
            self._tell([Change(row.id, row.order_id, row.step, row.org_id, row.estate_id) for row in fresh])
        self._begun.set()

    def _tell(self, changes: Sequence[Change]) -> None:
        for change in changes:
            for follower in self.followers:
                follower.offer(change)


class Watch:
    """What one process has open: connections, subscriptions, and what they wait for.

    Attributes:
        standing: Looks after those who keep something open.
        jobs: Those who wait for long work.
    """

    def __init__(self, desk: Desk, *, rest: float = POLL_SECONDS, sweep: float = SWEEP_SECONDS) -> None:
        self.standing = Standing(desk, rest=sweep)
        self.jobs = JobWatch(desk, self.standing, rest=rest)
        self._desk = desk
        self._rest = rest
        self._cities: dict[int, _CityWatch] = {}
        self._is_leaving = False
        desk.tally.watch("subscriptions_open", lambda: self.followers)

    @property
    def is_idle(self) -> bool:
        """Whether nobody follows anything and nothing runs."""
        watched = any(city.followers or city.task for city in self._cities.values())
        return self.standing.is_idle and self.jobs.is_idle and not watched

    @property
    def followers(self) -> int:
        """How many subscriptions are open."""
        return len(self.jobs) + sum(len(city.followers) for city in self._cities.values())

    @property
    def ready(self) -> int:
        """How many of them miss nothing that happens from now on."""
        return sum(each.is_ready for city in self._cities.values() for each in city.followers)

    async def follow(self, actor: Actor, wish: Wish) -> AsyncGenerator[Change | None]:
        """Give changes as they happen; None asks for a look at the reader's rights, which changed.

        Raises:
            Unauthenticated: The reader's session or key has ended.
            TooManyStreams: The account keeps too much open.
            FellBehind: Too many changes wait.
            LeavingError: The server stops.
        """
        follower = _Follower(actor, wish)
        held = self.standing.hold(
            actor, gone=lambda: follower.end(Unauthenticated()), changed=follower.recheck
        )
        city = self._cities.setdefault(actor.city, _CityWatch(self._desk, actor.city, self._rest))
        try:
            if self._is_leaving:
                raise LeavingError
            await city.join(follower)
            while True:
                yield await follower.take()
        finally:
            city.leave(follower)
            self.standing.let_go(held)

    def leave(self) -> None:
        """End every subscription, because the server stops."""
        self._is_leaving = True
        self.jobs.leave(LeavingError())
        for city in self._cities.values():
            for follower in city.followers:
                follower.end(LeavingError())
