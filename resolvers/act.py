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

from db.base import Base
from db.scope import RevokedError, open_transaction
from db.tables.records import Audit, OutboxMessage, Repetition
from domain.actor import Actor
from domain.city import City
from domain.problem import Problem, ProblemCode
from domain.refusal import Forbidden, TooBusy, Unauthenticated
from resolvers.constraints import problem_of
from resolvers.visit import OpenAct, Visit

_TRIES = 3
_RETRIED = frozenset({"40001", "40P01"})
_LOCK_NOT_AVAILABLE = "55P03"
_MAX_KEY = 64


@dataclass(frozen=True, slots=True)
class Done:
    """An act that happened, and what it was about."""

    type: str
    ids: tuple[UUID, ...]
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Refused:
    """An act that did not happen, and every reason; `kept` if what it wrote nevertheless stays."""

    problems: tuple[Problem, ...]
    kept: bool = False

    @classmethod
    def because(cls, *problems: Problem) -> "Refused":
        """Refuse for the given reasons."""
        return cls(problems)


Outcome = Done | Refused
Effect = Callable[["Work"], Awaitable[Outcome]]


@dataclass(slots=True)
class Work:
    """An act under way: its open transaction, and what is to be recorded with it."""

    visit: Visit
    actor: Actor
    session: AsyncSession
    now: datetime
    rules: list[str] = field(default_factory=list[str])
    organization: UUID | None = None
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
) -> Outcome:
    """Run one act up to the point where its answer can be read; `settle` then commits it.

    Args:
        visit: The request that acts.
        name: The act's name in the graph, for the audit and for repetitions.
        effect: What happens; it returns what it did, or every problem it found.
        given: The whole input, by which a repetition is told from another request.
        key: Idempotency key; the same key and input give the stored outcome (R-GEN-9).
        dry_run: Say what would happen, and roll it back.

    Raises:
        Unauthenticated: Nobody is signed in, or the rights changed since.
        Forbidden: A right is missing.
        TooBusy: A row stayed locked by others.
    """
    if key is not None and not 1 <= len(key) <= _MAX_KEY:
        params = {"label": "idempotencyKey", "max": str(_MAX_KEY)}
        return Refused.because(Problem(ProblemCode.TEXT_INVALID, "idempotencyKey", params=params))
    # A rehearsal leaves nothing behind, so it neither uses up a key nor is answered from one.
    repetition = _Repetition(name, None if dry_run else key, _fingerprint(visit, given))
    await visit.forget()
    for attempt in range(_TRIES):
        try:
            return await _try(visit, effect, repetition, dry_run=dry_run)
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
            if _state(failed) not in _RETRIED or attempt == _TRIES - 1:
                raise
            await asyncio.sleep(0.02 * (attempt + 1))
        except BaseException:
            await abandon(visit)
            raise
    raise TooBusy


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
    await opened.stack.aclose()


@dataclass(frozen=True, slots=True)
class _Repetition:
    act: str
    key: str | None
    fingerprint: str


async def _try(visit: Visit, effect: Effect, repetition: _Repetition, *, dry_run: bool) -> Outcome:
    actor, now = visit.signed_in(), visit.now
    stack = AsyncExitStack()
    opened = open_transaction(visit.desk.databases, actor, now, write=True)
    try:
        session = await stack.enter_async_context(opened)
    except RevokedError:
        await stack.aclose()
        raise Unauthenticated from None
    visit.open_act = OpenAct(stack, session, commit=not dry_run)
    visit.acting = session
    stored = await _recall(session, actor, repetition)
    if stored is not None:
        visit.open_act.commit = False
        return stored
    work = Work(visit, actor, session, now)
    outcome = await effect(work)
    if isinstance(outcome, Refused) and not outcome.kept:
        await abandon(visit)
        return outcome
    await _record(work, outcome, repetition)
    await session.flush()
    # Deferred rules are checked here, so that nothing can fail after the answer was read.
    await session.execute(text("set constraints all immediate"))
    return outcome


async def _recall(session: AsyncSession, actor: Actor, repetition: _Repetition) -> Outcome | None:
    if repetition.key is None:
        return None
    # Two requests with one key wait for each other, so that the second finds what the first stored.
    lock = text("select pg_advisory_xact_lock(hashtextextended(:key, :city))")
    await session.execute(lock, {"key": f"{actor.principal}:{repetition.key}", "city": actor.city})
    row = await session.get(Repetition, (actor.city, actor.principal, repetition.key))
    if row is None:
        return None
    if (row.act, row.input_hash) != (repetition.act, repetition.fingerprint):
        return Refused.because(Problem(ProblemCode.IDEMPOTENCY_CONFLICT, "idempotencyKey"))
    if row.outcome["tag"] == "done":
        return msgspec.convert(row.outcome["value"], Done)
    return msgspec.convert(row.outcome["value"], Refused)


async def _record(work: Work, outcome: Outcome, repetition: _Repetition) -> None:
    done = isinstance(outcome, Done)
    detail = dict(outcome.detail) if done else {"problems": [p.code.value for p in outcome.problems]}
    await work.add(
        Audit,
        id=work.new_id(),
        org_id=work.organization or work.actor.organization,
        at=work.now,
        principal_id=work.actor.principal,
        act=repetition.act,
        rule="; ".join(dict.fromkeys(work.rules)) or None,
        request_id=work.visit.request_id or None,
        subject_type=outcome.type if done else None,
        subject_id=outcome.ids[0] if done and outcome.ids else None,
        detail=msgspec.to_builtins(detail),
    )
    for message in work.messages:
        await work.add(OutboxMessage, id=work.new_id(), created_at=work.now, attempts=0, **message)
    if repetition.key is not None:
        await work.add(
            Repetition,
            principal_id=work.actor.principal,
            key=repetition.key,
            act=repetition.act,
            input_hash=repetition.fingerprint,
            outcome={"tag": "done" if done else "refused", "value": msgspec.to_builtins(outcome)},
            at=work.now,
        )


def _fingerprint(visit: Visit, given: object) -> str:
    """Know an input again without keeping it: passwords and personal numbers may stand in it."""
    return visit.desk.sealer.fingerprint(msgspec.json.encode(given, order="sorted", enc_hook=repr))


def _state(failed: DBAPIError) -> str:
    return str(getattr(failed.orig, "sqlstate", None) or getattr(failed.orig, "pgcode", ""))
