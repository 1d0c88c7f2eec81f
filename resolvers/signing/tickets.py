"""Tickets: a sign-in with the right password that still waits for a code or for a new password."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from db.base import Pool
from db.tables.identity import Login, Principal, SignInTicket
from resolvers.desk import Desk
from resolvers.signing.codes import Setup
from resolvers.signing.needs import Need
from resolvers.signing.tokens import TICKET, city_of, hash_token, make_token

LASTS = timedelta(minutes=10)
_WRONG_CODES = 5


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A sign-in that waits for more; its ticket is told once and kept only as a hash."""

    ticket: str
    expires_at: datetime
    needs: tuple[Need, ...]
    setup: Setup | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A ticket with whose it is."""

    ticket: SignInTicket
    principal: Principal
    login: Login

    def is_good(self, now: datetime) -> bool:
        """Tell whether the ticket still counts: in time, unused, not guessed at, the password the same."""
        return (
            self.ticket.used_at is None
            and now < self.ticket.expires_at
            and self.ticket.failures < _WRONG_CODES
            and self.principal.status == "ACTIVE"
            and self.ticket.password_digest == digest_of(self.login)
        )

    @property
    def needs(self) -> tuple[Need, ...]:
        """What it still waits for."""
        return tuple(Need(one) for one in self.ticket.needs)


def digest_of(login: Login) -> bytes:
    """Tell one password of an account from the next without keeping either."""
    return hashlib.sha256(login.password_hash.encode()).digest()


def write_ticket(
    session: AsyncSession, login: Login, needs: Sequence[Need], now: datetime
) -> tuple[SignInTicket, str]:
    """Write a ticket and give its token."""
    token, token_hash = make_token(TICKET, login.city)
    ticket = SignInTicket(
        city=login.city,
        id=uuid7(),
        principal_id=login.id,
        token_hash=token_hash,
        password_digest=digest_of(login),
        needs=[need.value for need in needs],
        failures=0,
        created_at=now,
        expires_at=now + LASTS,
    )
    session.add(ticket)
    return ticket, token


def take_off(held: Held, done: Collection[Need]) -> tuple[Need, ...]:
    """Strike out what was done; give what is left."""
    left = tuple(need for need in held.needs if need not in done)
    held.ticket.needs = [need.value for need in left]
    held.ticket.password_digest = digest_of(held.login)
    return left


async def look_up(desk: Desk, token: str) -> Held | None:
    """Find a ticket by its token, whether or not it still counts."""
    city = city_of(token, TICKET)
    if city is None or city not in desk.cities:
        return None
    async with AsyncSession(desk.databases.engine(Pool.GATE), expire_on_commit=False) as session:
        found = await session.execute(
            select(SignInTicket, Principal, Login)
            .join(
                Principal, (Principal.city == SignInTicket.city) & (Principal.id == SignInTicket.principal_id)
            )
            .join(Login, (Login.city == Principal.city) & (Login.id == Principal.id))
            .where(SignInTicket.city == city, SignInTicket.token_hash == hash_token(token))
        )
        row = found.first()
    return Held(*row) if row else None


async def hold(session: AsyncSession, held: Held) -> Held | None:
    """Lock a ticket and whose it is, and read all of it anew; None if something is gone."""
    pair = await hold_account(session, held.principal)
    ticket = await session.scalar(
        select(SignInTicket)
        .where(SignInTicket.city == held.ticket.city, SignInTicket.id == held.ticket.id)
        .with_for_update()
    )
    return None if pair is None or ticket is None else Held(ticket, *pair)


async def hold_account(session: AsyncSession, whose: Principal) -> tuple[Principal, Login] | None:
    """Lock a person's account against being changed beside, and read it anew."""
    principal = await session.scalar(
        select(Principal)
        .where(Principal.city == whose.city, Principal.id == whose.id)
        .with_for_update(key_share=True)
    )
    login = await session.scalar(
        select(Login).where(Login.city == whose.city, Login.id == whose.id).with_for_update()
    )
    return None if principal is None or login is None else (principal, login)
