"""Requests that come twice: the same key and input give the stored outcome, and no second effect."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.sealing import Sealer
from db.tables.records import Repetition
from domain.actor import Actor
from domain.problem import Problem, ProblemCode
from resolvers.outcome import Done, Outcome, Refused

_MAX_KEY = 64


@dataclass(frozen=True, slots=True)
class Request:
    """A request by which it is known again; without a key it never is."""

    act: str
    key: str | None
    fingerprint: str

    @classmethod
    def of(cls, sealer: Sealer, act: str, key: str | None, given: object) -> "Request":
        """Know an input again without keeping it: passwords and personal numbers may stand in it."""
        return cls(act, key, sealer.fingerprint(msgspec.json.encode(given, order="sorted", enc_hook=repr)))


def check_key(key: str | None) -> Problem | None:
    """Refuse a key that is empty or too long."""
    if key is None or 1 <= len(key) <= _MAX_KEY:
        return None
    params = {"label": "idempotencyKey", "max": str(_MAX_KEY)}
    return Problem(ProblemCode.TEXT_INVALID, "idempotencyKey", params=params)


async def recall(session: AsyncSession, actor: Actor, request: Request) -> Outcome | None:
    """Give the stored outcome of a request that came before, or refuse a key that was another's."""
    if request.key is None:
        return None
    # Two requests with one key wait for each other, so that the second finds what the first stored.
    lock = text("select pg_advisory_xact_lock(hashtextextended(:key, :city))")
    await session.execute(lock, {"key": f"{actor.principal}:{request.key}", "city": actor.city})
    row = await session.get(Repetition, (actor.city, actor.principal, request.key))
    if row is None:
        return None
    if (row.act, row.input_hash) != (request.act, request.fingerprint):
        return Refused.because(Problem(ProblemCode.IDEMPOTENCY_CONFLICT, "idempotencyKey"))
    return _read(row)


async def find_outcome(session: AsyncSession, city: int, principal: UUID, key: str) -> Outcome | None:
    """Give what was committed under a key, if anything was."""
    row = await session.get(Repetition, (city, principal, key))
    return None if row is None else _read(row)


def _read(row: Repetition) -> Outcome:
    return msgspec.convert(row.outcome["value"], Done if row.outcome["tag"] == "done" else Refused)


async def remember(
    session: AsyncSession, actor: Actor, request: Request, outcome: Outcome, now: datetime
) -> None:
    """Store an outcome under the request's key: what it was about, never what it read."""
    if request.key is None:
        return
    tag = "done" if isinstance(outcome, Done) else "refused"
    await session.execute(
        insert(Repetition).values(
            city=actor.city,
            principal_id=actor.principal,
            key=request.key,
            act=request.act,
            input_hash=request.fingerprint,
            outcome={"tag": tag, "value": msgspec.to_builtins(outcome)},
            at=now,
        )
    )
