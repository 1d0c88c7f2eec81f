"""Sessions: the opaque tokens by which people act, and how long each lasts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from db.base import Pool
from db.tables.identity import Attempt, Authenticator, Login, Principal, Session, SignInTicket
from domain.actor import Actor, PrincipalKind
from domain.identity import fold
from resolvers.desk import Desk
from resolvers.signing.tokens import SESSION, city_of, hash_token, make_token
from resolvers.visit import Visit

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
# A registration is looked up again over the days that the office takes.
REGISTRATION = timedelta(days=30)
_SEEN_EVERY = timedelta(minutes=1)
MAX_LOGIN_NAME = 100
MAX_AGENT = 200
_TRIES_KEPT = timedelta(days=1)
_SESSIONS_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: its token is told once and kept only as a hash."""

    token: str
    expires_at: datetime
    principal: UUID
    city: int


def login_key(name: str) -> str:
    """Fold a sign-in name so that case and width make no difference."""
    return fold(name).casefold()


async def find_actor(desk: Desk, city: int, name: str) -> Actor | None:
    """Find who a sign-in name stands for without a password, for the command line alone.

    None if there is no such account, or it may not act. It comes by no session.
    """
    async with AsyncSession(desk.databases.engine(Pool.GATE), expire_on_commit=False) as session:
        principal = await session.scalar(
            select(Principal)
            .join(Login, (Principal.city == Login.city) & (Principal.id == Login.id))
            .where(Login.city == city, Login.name == login_key(name), Principal.status == "ACTIVE")
        )
    return actor_of(principal) if principal is not None else None


async def open_session(
    session: AsyncSession,
    visit: Visit,
    city: int,
    principal: UUID,
    absolute: timedelta,
    idle: timedelta,
) -> SignedIn:
    """Write a session and give its token."""
    now, (token, token_hash) = visit.now, make_token(SESSION, city)
    session.add(
        Session(
            city=city,
            id=uuid7(),
            principal_id=principal,
            token_hash=token_hash,
            address=visit.address or None,
            agent=fold(visit.agent)[:MAX_AGENT] or None,
            created_at=now,
            seen_at=now,
            idle_seconds=int(idle.total_seconds()),
            expires_at=now + absolute,
        )
    )
    return SignedIn(token, now + absolute, principal, city)


def remember_session(desk: Desk, token: str, now: datetime) -> Actor | None:
    """Give who a bearer token stood for within the last minute, without asking the database.

    The statement that answers has to find that the session still stands and the rights are the same.
    """
    known = desk.sessions.find(hash_token(token))
    return known[0] if known and timedelta() <= now - known[1] <= _SEEN_EVERY else None


async def authenticate(desk: Desk, token: str, now: datetime) -> Actor | None:
    """Find who a bearer token stands for; None if it is unknown, ended, idle too long or revoked."""
    actor = await _authenticate(desk, token, now)
    desk.sessions.keep(hash_token(token), actor, now)
    return actor


async def _authenticate(desk: Desk, token: str, now: datetime) -> Actor | None:
    city = city_of(token, SESSION)
    if city is None:
        return None
    async with AsyncSession(desk.databases.engine(Pool.GATE), expire_on_commit=False) as session:
        found = await session.execute(
            select(Session, Principal)
            .join(Principal, (Principal.city == Session.city) & (Principal.id == Session.principal_id))
            .where(Session.city == city, Session.token_hash == hash_token(token))
        )
        row = found.first()
        if row is None or not _alive(row[0], now) or row[1].status != "ACTIVE":
            return None
        if now - row[0].seen_at > _SEEN_EVERY:
            await session.execute(
                update(Session).where(Session.city == city, Session.id == row[0].id).values(seen_at=now)
            )
            await session.commit()
        return actor_of(row[1], session=row[0].id)


def _alive(session: Session, now: datetime) -> bool:
    idle = timedelta(seconds=session.idle_seconds)
    return session.revoked_at is None and now < session.expires_at and now - session.seen_at < idle


async def forget_sessions(desk: Desk, city: int) -> int:
    """Delete sessions that ended long ago, and tries that count no more; tell how many sessions went."""
    old, now = Session.expires_at < desk.clock() - _SESSIONS_KEPT, desk.clock()
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session, session.begin():
        await session.execute(
            delete(Attempt).where(Attempt.city == city, Attempt.last_at < now - _TRIES_KEPT)
        )
        ended = SignInTicket.expires_at < now - _TRIES_KEPT
        await session.execute(delete(SignInTicket).where(SignInTicket.city == city, ended))
        unconfirmed = Authenticator.confirmed_at.is_(None), Authenticator.created_at < now - _TRIES_KEPT
        await session.execute(delete(Authenticator).where(Authenticator.city == city, *unconfirmed))
        gone = await session.execute(delete(Session).where(Session.city == city, old).returning(Session.id))
        return len(gone.all())


async def drop_refused_login(session: AsyncSession, city: int, name: str) -> None:
    """Free a sign-in name that only a refused registration holds."""
    refused = select(Principal.id).where(Principal.city == city, Principal.status == "REFUSED")
    await session.execute(
        delete(Login).where(Login.city == city, Login.name == login_key(name), Login.id.in_(refused))
    )


def actor_of(principal: Principal, session: UUID | None = None, key: UUID | None = None) -> Actor:
    """Say who a principal is, and by what it came."""
    return Actor(
        city=principal.city,
        principal=principal.id,
        kind=PrincipalKind(principal.kind),
        name=principal.name,
        version=principal.version,
        organization=principal.org_id,
        bank=principal.bank,
        person=principal.person_blind,
        session=session,
        key=key,
    )
