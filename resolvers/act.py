"""The one runner of everything that writes: guard, repetition, effect, audit, outbox, and one commit."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from db.base import Base, Pool
from db.tables.records import Audit, OutboxMessage
from domain.actor import Actor, PrincipalKind
from domain.city import City
from domain.refusal import Forbidden, TooBusy, TooCostly
from resolvers.auditing import tell_denial
from resolvers.constraints import problem_of
from resolvers.note import About, AuditOutcome
from resolvers.outcome import Done, Outcome, Refused
from resolvers.repetition import Request, check_key, recall, remember
from resolvers.visit import SECONDS, OpenAct, Visit, ran_too_long

_TRIES = 3
_RETRIED = frozenset({"40001", "40P01"})
_LOCK_NOT_AVAILABLE = "55P03"


Effect = Callable[["Work"], Awaitable[Outcome]]


@dataclass(slots=True)
class Work:
    """An act under way: its open transaction, and what is to be recorded with it.

    Attributes:
        about: The thing for which a right was asked last, or that a refusal left behind.
        changed: What a refusal left behind nevertheless, for the audit.
        denial: Why it is refused, where that is recorded as a refused right: what was missing.
    """

    visit: Visit
    actor: Actor
    session: AsyncSession
    now: datetime
    rules: list[str] = field(default_factory=list[str])
    organization: UUID | None = None
    about: About | None = None
    changed: dict[str, Any] = field(default_factory=dict[str, Any])
    denial: str | None = None
    messages: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def city(self) -> City:
        """The city in which the actor acts."""
        return self.visit.city

    def new_id(self) -> UUID:
        """Make an id that sorts by time."""
        return uuid7()

    async def must(
        self, action: str, *, organization: UUID | None, estate: UUID | None, bank: str | None = None
    ) -> None:
        """Ask casbin whether the actor may do this to a row, and remember the rule for the audit.

        Raises:
            Forbidden: The row may be seen but this may not be done to it.
        """
        decision = await self.visit.may(action, organization=organization, estate=estate, bank=bank)
        if not decision.allowed:
            self.denial = f"{action}: {decision.rule}"
            raise Forbidden
        self.organization = self.organization or organization
        self.rules.append(f"{action}: {decision.rule}")

    def tell(self, topic: str, subject: str, payload: Mapping[str, Any], organization: UUID | None) -> None:
        """Queue a message to the outside; it is sent only if the act is committed."""
        self.messages.append(
            {"org_id": organization, "topic": topic, "subject": subject, "payload": dict(payload)}
        )

    async def add(self, entity: type[Base], **values: Any) -> None:  # noqa: ANN401 - columns of any type
        """Insert one row of the actor's city."""
        await self.session.execute(insert(entity).values(city=self.actor.city, **values))


async def act(
    visit: Visit,
    name: str,
    effect: Effect,
    *,
    given: object = None,
    key: str | None = None,
    dry_run: bool = False,
    pool: Pool | None = None,
) -> Outcome:
    """Run one act up to the point where its answer can be read; `settle` then commits it.

    Args:
        visit: The request that acts.
        name: The act's name in the graph, for the audit and for repetitions.
        effect: What happens; it returns what it did, or every problem it found.
        given: The whole input, by which a repetition is told from another request.
        key: Idempotency key; the same key and input give the stored outcome (R-GEN-9).
        dry_run: Say what would happen, and roll it back.
        pool: The database role that is used, where it is not the one of the actor's own kind; acts on users
            and their rights are the keeper's.

    Raises:
        Unauthenticated: Nobody is signed in, or the rights changed since.
        Forbidden: A right is missing.
        TooCostly: A statement ran too long.
        TooBusy: A row stayed locked by others, or others were in the way three times over.
    """
    await _refuse_reporters(visit, name)
    wrong = check_key(key)
    if wrong is not None:
        return Refused.because(wrong)
    # A rehearsal leaves nothing behind, so it neither uses up a key nor is answered from one.
    request = Request.of(visit.desk.sealer, name, None if dry_run else key, given)
    await visit.forget()
    for attempt in range(_TRIES):
        try:
            return await _try(visit, effect, request, dry_run=dry_run, pool=pool)
        except IntegrityError as broken:
            await abandon(visit)
            problem = problem_of(broken)
            if problem is None:
                raise
            return Refused.because(problem)
        except DBAPIError as failed:
            await abandon(visit)
            if _state(failed) == _LOCK_NOT_AVAILABLE:
                raise TooBusy from failed
            if ran_too_long(failed):
                raise TooCostly("seconds", SECONDS) from failed
            if _state(failed) not in _RETRIED:
                raise
            await asyncio.sleep(0.02 * (attempt + 1))
        except BaseException:
            await abandon(visit)
            raise
    raise TooBusy


async def _refuse_reporters(visit: Visit, name: str) -> None:
    """Let reporting keys only read; their database role could write nothing either."""
    if visit.actor is not None and visit.actor.kind is PrincipalKind.REPORTER:
        await tell_denial(visit, name, "reporters-only-read", None)
        raise Forbidden


async def settle(visit: Visit) -> None:
    """Commit the open act, or roll back a rehearsal; the answer was read before."""
    opened = visit.open_act
    if opened is None:
        return
    try:
        if opened.commit:
            await opened.session.commit()
    finally:
        await _leave(visit, opened)


async def abandon(visit: Visit) -> None:
    """Roll the open act back, if there is one."""
    if visit.open_act is not None:
        await _leave(visit, visit.open_act)


async def _leave(visit: Visit, opened: OpenAct) -> None:
    visit.open_act = None
    visit.acting = None
    visit.loaders.clear()
    await visit.finish_statements()
    await opened.stack.aclose()


async def _try(
    visit: Visit, effect: Effect, request: Request, *, dry_run: bool, pool: Pool | None
) -> Outcome:
    stack = AsyncExitStack()
    session = await visit.open(stack, write=True, pool=pool)
    actor, now = visit.signed_in(), visit.now
    visit.open_act = OpenAct(stack, session, commit=not dry_run)
    visit.acting = session
    stored = await recall(session, actor, request)
    if stored is not None:
        visit.open_act.commit = False
        return stored
    work = Work(visit, actor, session, now)
    try:
        outcome = await effect(work)
    except Forbidden:
        await _deny(work, request.act)
        raise
    if isinstance(outcome, Refused) and not outcome.kept:
        if work.denial is not None:
            await _deny(work, request.act)
        await abandon(visit)
        return outcome
    if visit.lease is not None and not dry_run:
        await visit.lease(session)
    await _record(work, outcome, request)
    await session.flush()
    # Deferred rules are checked here, so that nothing can fail after the answer was read.
    await session.execute(text("set constraints all immediate"))
    return outcome


async def _deny(work: Work, name: str) -> None:
    """Take everything back, and record in a transaction of its own that a right was refused."""
    await abandon(work.visit)
    await tell_denial(work.visit, name, work.denial, work.about)


async def _record(work: Work, outcome: Outcome, request: Request) -> None:
    about = work.about
    if isinstance(outcome, Done):
        detail = dict(outcome.detail)
        about = About(outcome.type, outcome.ids[0]) if outcome.ids else None
    else:
        detail = {"problems": [problem.code.value for problem in outcome.problems], **work.changed}
    await work.add(
        Audit,
        id=work.new_id(),
        org_id=work.organization or work.actor.organization,
        at=work.now,
        principal_id=work.actor.principal,
        actor_kind=work.actor.kind.value,
        actor_name=work.actor.name,
        act=request.act,
        outcome=(AuditOutcome.DONE if isinstance(outcome, Done) else AuditOutcome.REFUSED).value,
        address=work.visit.address or None,
        rule="; ".join(dict.fromkeys(work.rules)) or None,
        request_id=work.visit.request_id or None,
        subject_type=outcome.type if isinstance(outcome, Done) else about and about.type,
        subject_id=about and about.id,
        detail=msgspec.to_builtins(detail),
    )
    if work.messages:
        fresh = {"city": work.actor.city, "created_at": work.now, "attempts": 0}
        messages = [{**fresh, "id": work.new_id(), **message} for message in work.messages]
        await work.session.execute(insert(OutboxMessage), messages)
    await remember(work.session, work.actor, request, outcome, work.now)


def _state(failed: DBAPIError) -> str:
    return str(getattr(failed.orig, "sqlstate", None) or getattr(failed.orig, "pgcode", ""))
