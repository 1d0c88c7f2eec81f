"""One request: who came, what it may see, and the one connection it reads through."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import Executable, Result
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession

from authz.cities import closed_in
from authz.domains import domain_of_row, side_of
from authz.enforcer import Decision, Engine
from authz.rights import Rights
from authz.snapshot import NOWHERE, EstateScope, Snapshot, compile_snapshot
from db.base import Base, Pool
from db.scope import RevokedError, Scope, open_transaction
from domain.actor import Actor, PrincipalKind
from domain.city import City
from domain.clock import business_day
from domain.refusal import TooBusy, TooCostly, Unauthenticated
from resolvers.desk import Desk, Known
from resolvers.rights import domain_of, read_rights
from resolvers.sight import view_action
from resolvers.timing import Timing

if TYPE_CHECKING:
    # Who watches runs acts of the system's own, whose visits these are.
    from resolvers.watching import Watch

T = TypeVar("T")

Place: TypeAlias = tuple[str, ...]
"""Where in an answer something stands: the names from the outermost field on, without places in lists."""

Pace: TypeAlias = Callable[[int, int | None], Awaitable[None]]
"""Takes how much of how much is done."""

MAX_ROWS = 25_000
"""The plain lists that stand in one place of an answer hold at most this many rows together."""

SECONDS = 5
"""How long a statement may run, as `db.engine` sets it."""

_QUERY_CANCELED = "57014"


def ran_too_long(error: DBAPIError) -> bool:
    """Tell whether a statement was ended because it ran too long."""
    return str(getattr(error.orig, "sqlstate", "")) == _QUERY_CANCELED


@dataclass(slots=True)
class OpenAct:
    """An act whose answer is being read; nothing is committed before the answer is whole."""

    stack: AsyncExitStack
    session: AsyncSession
    commit: bool


# What a registering visitor sees of its own registration (`registration.view` in `authz.public`).
_VISITOR_SEES = frozenset({"order.view", "file.view", "org.view"})
# Whatever roles somebody has: of these only what was begun by the account itself.
_OF_ONESELF = frozenset({"job.view"})


class Visit:
    """A request in progress; it reads in one read-only snapshot, and acts one after another.

    Attributes:
        actor: Who signed in; None for a stranger.
        language: `zh` or `en`, for what it is told.
        address: The network address it came from, for throttling.
        agent: The program that it says it is, as its session keeps it.
        timing: Where its time went; filled in by who spends it.
        watch: Where a subscription waits for changes; None where there are no subscriptions.
        overrun: Why nothing of the query is answered, once it shows too much.
        pace: Where long work tells how far it is; None for a request, whose caller waits.
        lease: Sees before a commit of long work that it is still to be done here.
        questions: How often it asked the transaction system.
    """

    def __init__(
        self,
        desk: Desk,
        actor: Actor | None,
        *,
        language: str = "zh",
        request_id: str = "",
        address: str = "",
    ) -> None:
        self.desk = desk
        self.actor = actor
        self.language = language
        self.request_id = request_id
        self.address = address
        self.agent = ""
        self.timing = Timing()
        self.renew: Callable[[], Awaitable[Actor | None]] | None = None
        self.watch: Watch | None = None
        self.loaders: dict[Any, Any] = {}
        self.overrun: TooCostly | None = None
        self.pace: Pace | None = None
        self.lease: Callable[[AsyncSession], Awaitable[None]] | None = None
        self.questions = 0
        self._shown: Counter[Place] = Counter()
        self.acting: AsyncSession | None = None
        self.open_act: OpenAct | None = None
        self._reading: AsyncSession | None = None
        # Most requests are one statement of their own, and never come to need these.
        self._stack: AsyncExitStack | None = None
        self._lock: asyncio.Lock | None = None
        self._running: set[asyncio.Future[Any]] = set()
        self._is_over = False

    def show(self, place: "Place", rows: int) -> None:
        """Count the rows that the lists of one place of the answer show together.

        A query that goes round in circles, from units to their building and from there to its units, shows
        the same few rows again and again.

        Raises:
            TooCostly: They are too many; a query is not answered then.
        """
        self._shown[place] += rows
        if self._shown[place] > MAX_ROWS:
            self.overrun = TooCostly("list_rows", MAX_ROWS)
            raise self.overrun

    async def tell_progress(self, done: int, total: int | None) -> None:
        """Tell how far long work is; where somebody wants it no more, this ends it by an exception."""
        if self.pace is not None:
            await self.pace(done, total)

    async def confirm(self) -> None:
        """Look the sign-in up again if it was only remembered; whatever is not one statement needs that.

        Raises:
            Unauthenticated: It has ended.
        """
        renew, self.renew = self.renew, None
        if renew is None:
            return
        self.actor = await renew()
        if self.actor is None:
            raise Unauthenticated

    def signed_in(self) -> Actor:
        """Give the actor, or refuse a stranger."""
        if self.actor is None:
            raise Unauthenticated
        return self.actor

    @property
    def now(self) -> datetime:
        """The present moment by the product's clock."""
        return self.desk.clock()

    @property
    def today(self) -> date:
        """The present business day."""
        return business_day(self.now)

    @property
    def city(self) -> City:
        """The city in which the actor acts."""
        return self.desk.cities[self.signed_in().city]

    async def begin(self) -> None:
        """Open the request's snapshot now, so that its guard has looked before any right is asked.

        Raises:
            Unauthenticated: The actor may act no more.
            TooCostly: The guard waited too long.
        """
        await self._uncut(self._begin())

    async def _begin(self) -> None:
        async with self._taking_turns():
            try:
                await self._open_reading()
            except DBAPIError as error:
                if ran_too_long(error):
                    raise TooCostly("seconds", SECONDS) from error
                raise

    async def run_text(self, statement: str, values: Sequence[Any]) -> Any:  # noqa: ANN401 - one value
        """Run a compiled statement where other reading statements of the request run; give its one value."""
        return await self._uncut(self._run_text(statement, values))

    async def _run_text(self, statement: str, values: Sequence[Any]) -> Any:  # noqa: ANN401 - one value
        async with self._taking_turns():
            session = self.acting or await self._open_reading()
            connection = await session.connection()
            return (await connection.exec_driver_sql(statement, tuple(values))).scalar_one()

    async def run(self, statement: Executable) -> Result[Any]:
        """Run a reading statement, in the open act if there is one, else in the request's own snapshot.

        Fields are resolved side by side, so statements wait for each other: a connection is never shared.
        """
        return await self._uncut(self._run(statement))

    async def _run(self, statement: Executable) -> Result[Any]:
        async with self._taking_turns():
            try:
                session = self.acting or await self._open_reading()
                return await session.execute(statement)
            except DBAPIError as error:
                if ran_too_long(error):
                    raise TooCostly("seconds", SECONDS) from error
                raise

    async def stream(self, statement: Executable, size: int) -> AsyncGenerator[Sequence[Any]]:
        """Run a reading statement of very many rows, and give them so many at a time.

        Nothing else can be read until the last has come, or who reads has closed this.
        """
        async with self._taking_turns():
            session = self.acting or await self._open_reading()
            try:
                rows = await session.stream(statement, execution_options={"yield_per": size})
                try:
                    async for part in rows.partitions():
                        yield part
                finally:
                    await rows.close()
            except DBAPIError as error:
                if ran_too_long(error):
                    raise TooCostly("seconds", SECONDS) from error
                raise

    async def _uncut(self, work: Coroutine[Any, Any, T]) -> T:
        """Let a statement come to its end although nobody waits for it any more.

        graphql-core gives up the fields beside one that failed; a statement that was cut short would take
        its connection with it.
        """
        if self._is_over:
            # A loader of fields that were given up comes late.
            work.close()
            raise asyncio.CancelledError
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def load_rights(self) -> Rights:
        """Read the actor's roles and grants."""
        return (await self._know())[1]

    async def snapshot(self) -> Snapshot:
        """Give what the actor may do, compiled from its rights as its session showed them."""
        known, rights = await self._know()
        known.snapshot = known.snapshot or compile_snapshot(rights)
        return known.snapshot

    async def _know(self) -> tuple[Known, Rights]:
        actor = self.signed_in()
        known = self.desk.known.of(actor, self.now)
        if known.rights is None:
            domain = domain_of(actor.kind, actor.city, organization=actor.organization, bank=actor.bank)
            async with AsyncSession(self.desk.databases.engine(Pool.GATE)) as session:
                found = await read_rights(
                    session,
                    actor.city,
                    actor.principal,
                    domain,
                    self.now,
                    closed=closed_in(self.city, side_of(domain)),
                )
            known.rights, known.until = found.rights, found.until
        return known, known.rights

    async def scope(self, action: str) -> Scope | None:
        """Give the rows on which the actor may do something; None for none at all."""
        actor = self.signed_in()
        if actor.kind is PrincipalKind.VISITOR:
            if action not in _VISITOR_SEES:
                return None
            return Scope(actor.city, actor.principal, organization=actor.organization, begun=True)
        kept = self.desk.known.of(actor, self.now).scopes
        if action not in kept:
            snapshot = await self.snapshot()
            kept = self.desk.known.of(actor, self.now).scopes
            reach = snapshot.estates(action)
            own = action in _OF_ONESELF
            kept[action] = None if reach == NOWHERE else _scope(actor, reach, begun=own)
        return kept[action]

    async def sight(self, entity: type[Base]) -> Scope | None:
        """Give the rows of a table that the actor may see; None for none at all."""
        return await self.scope(view_action(entity))

    async def may(
        self, action: str, *, organization: UUID | None, estate: UUID | None, bank: str | None = None
    ) -> Decision:
        """Ask casbin about one row: its organization, estate and bank come from the row itself."""
        actor = self.signed_in()
        known, rights = await self._know()
        domain = domain_of_row(
            side_of(rights.domain),
            city=actor.city,
            organization=organization.hex if organization else None,
            bank=bank,
        )
        known.engine = known.engine or Engine(rights)
        return known.engine.decide(action, domain=domain, estate=estate.hex if estate else None)

    async def close(self) -> None:
        """Leave: whatever was not committed is rolled back, and nothing is read any more."""
        self._is_over = True
        await self._end_reading()

    async def finish_statements(self) -> None:
        """Wait for statements that nobody waits for any more: a transaction ends only after them."""
        if self._running:
            await asyncio.wait(self._running)

    async def _end_reading(self) -> None:
        await self.finish_statements()
        self._reading = None
        stack, self._stack = self._stack, None
        if stack is not None:
            await stack.aclose()

    async def forget(self) -> None:
        """Drop what was read, because an act changed it."""
        self.loaders.clear()
        await self._end_reading()

    async def rest(self) -> None:
        """Give the connection back before waiting for somebody else; what is read after that is read anew."""
        async with self._taking_turns():
            self._reading = None
            stack, self._stack = self._stack, None
            if stack is not None:
                await stack.aclose()

    def _taking_turns(self) -> asyncio.Lock:
        self._lock = self._lock or asyncio.Lock()
        return self._lock

    async def _open_reading(self) -> AsyncSession:
        if self._reading is None:
            self._stack = self._stack or AsyncExitStack()
            self._reading = await self.open(self._stack, write=False)
        return self._reading

    async def open(self, stack: AsyncExitStack, *, write: bool, pool: Pool | None = None) -> AsyncSession:
        """Open a transaction of the actor's; if remembered rights are others now, by the new ones.

        Args:
            stack: Closes it.
            write: Whether something may be written.
            pool: The database role that is used, where it is not the one of the actor's own kind.

        Raises:
            Unauthenticated: It may act no more.
            TooBusy: No connection was free for long.
        """
        again = self.renew is not None
        try:
            opened = open_transaction(self.desk.databases, self.signed_in(), self.now, write=write, pool=pool)
            return await stack.enter_async_context(opened)
        except PoolTimeoutError as error:
            raise TooBusy from error
        except RevokedError:
            if not again:
                raise Unauthenticated from None
        await self.confirm()
        return await self.open(stack, write=write, pool=pool)


def _scope(actor: Actor, reach: EstateScope, *, begun: bool) -> Scope:
    return Scope(
        city=actor.city,
        principal=actor.principal,
        organization=actor.organization,
        bank=actor.bank,
        allowed=None if reach.all else frozenset(map(UUID, reach.allowed)),
        denied=frozenset(map(UUID, reach.denied)),
        begun=begun,
    )
