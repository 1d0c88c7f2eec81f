"""Signing in and out: opaque tokens, machine keys, and how long each lasts."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from db.base import Pool
from db.tables.identity import ApiKey, Attempt, Login, Principal, Session
from domain.actor import Actor, PrincipalKind
from domain.identity import fold
from domain.problem import Problem, ProblemCode
from domain.refusal import Forbidden, TooBusy
from resolvers.act import Done, Outcome, Refused, Work, act
from resolvers.desk import Desk
from resolvers.passwords import check_password
from resolvers.throttle import begin_try, forgive, name_network, take_back, whole_address
from resolvers.visit import Visit

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
# A registration is looked up again over the days that the office takes.
REGISTRATION = timedelta(days=30)
_SEEN_EVERY = timedelta(minutes=1)
_TOKEN = "wx"  # noqa: S105 - what every token begins with
_KEY = "wxk"
_MAX_TOKEN = 200
MAX_LOGIN_NAME = 100
_SHUT_OUT = frozenset({"DEACTIVATED", "REFUSED"})
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


async def sign_in(visit: Visit, city: int, name: str, password: str) -> SignedIn | Problem:
    """Open a session for a name and password; every wrong pair gets the same answer in the same time.

    Raises:
        TooBusy: Too many passwords are being compared already; nothing was counted against the account.
    """
    desk, key, network = visit.desk, login_key(name), name_network(visit.address)
    account, address = f"login:{_digest(key)}@{network}", whole_address(network)
    throttled = await begin_try(desk, city, (account, address))
    if throttled is not None:
        return throttled
    login, principal = await _find_login(desk, city, key)
    try:
        right = await desk.passwords.matches(login.password_hash if login else None, password)
    except TooBusy:
        await take_back(desk, city, (account, address))
        raise
    if login is None or principal is None or not right or principal.status in _SHUT_OUT:
        return Problem(ProblemCode.SIGN_IN_FAILED)
    await forgive(desk, city, account)
    await take_back(desk, city, (address,))
    # How it stands is told only to who knows the password.
    if principal.status == "PENDING":
        return Problem(ProblemCode.SIGN_IN_PENDING)
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session, session.begin():
        return await open_session(session, city, principal.id, visit.now, visit.address, ABSOLUTE, IDLE)


async def _find_login(desk: Desk, city: int, key: str) -> tuple[Login | None, Principal | None]:
    if len(key) > MAX_LOGIN_NAME:
        return None, None
    async with AsyncSession(desk.databases.engine(Pool.GATE), expire_on_commit=False) as session:
        found = await session.execute(
            select(Login, Principal)
            .join(Principal, (Principal.city == Login.city) & (Principal.id == Login.id))
            .where(Login.city == city, Login.name == key)
        )
        row = found.first()
        return (row[0], row[1]) if row else (None, None)


async def find_actor(desk: Desk, city: int, name: str) -> Actor | None:
    """Find who a sign-in name stands for without a password, for the command line alone.

    None if there is no such account, or it may not act. It comes by no session.
    """
    _, principal = await _find_login(desk, city, login_key(name))
    return _actor(principal) if principal is not None and principal.status == "ACTIVE" else None


async def open_session(
    session: AsyncSession,
    city: int,
    principal: UUID,
    now: datetime,
    address: str,
    absolute: timedelta,
    idle: timedelta,
) -> SignedIn:
    """Write a session and give its token."""
    token = f"{_TOKEN}_{city}_{secrets.token_urlsafe(32)}"
    session.add(
        Session(
            city=city,
            id=uuid7(),
            principal_id=principal,
            token_hash=_hash(token),
            address=address or None,
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
    known = desk.sessions.find(_hash(token))
    return known[0] if known and timedelta() <= now - known[1] <= _SEEN_EVERY else None


async def authenticate(desk: Desk, token: str, now: datetime) -> Actor | None:
    """Find who a bearer token stands for; None if it is unknown, ended, idle too long or revoked."""
    actor = await _authenticate(desk, token, now)
    desk.sessions.keep(_hash(token), actor, now)
    return actor


async def _authenticate(desk: Desk, token: str, now: datetime) -> Actor | None:
    city = _city_of(token, _TOKEN)
    if city is None:
        return None
    async with AsyncSession(desk.databases.engine(Pool.GATE), expire_on_commit=False) as session:
        found = await session.execute(
            select(Session, Principal)
            .join(Principal, (Principal.city == Session.city) & (Principal.id == Session.principal_id))
            .where(Session.city == city, Session.token_hash == _hash(token))
        )
        row = found.first()
        if row is None or not _alive(row[0], now) or row[1].status != "ACTIVE":
            return None
        if now - row[0].seen_at > _SEEN_EVERY:
            await session.execute(
                update(Session).where(Session.city == city, Session.id == row[0].id).values(seen_at=now)
            )
            await session.commit()
        return _actor(row[1], session=row[0].id)


def _alive(session: Session, now: datetime) -> bool:
    idle = timedelta(seconds=session.idle_seconds)
    return session.revoked_at is None and now < session.expires_at and now - session.seen_at < idle


async def authenticate_key(desk: Desk, key: str, now: datetime) -> Actor | None:
    """Find which machine account a key stands for."""
    city = _city_of(key, _KEY)
    parts = key.split("_", 3)
    if city is None or len(parts) != 4:  # noqa: PLR2004 - wxk, city, prefix, secret
        return None
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session:
        found = await session.execute(
            select(ApiKey, Principal)
            .join(Principal, (Principal.city == ApiKey.city) & (Principal.id == ApiKey.principal_id))
            .where(ApiKey.city == city, ApiKey.prefix == parts[2])
        )
        row = found.first()
        if row is None or not hmac.compare_digest(row[0].secret_hash, _hash(key)):
            return None
        ended = row[0].revoked_at is not None or (row[0].expires_at is not None and row[0].expires_at <= now)
        return None if ended or row[1].status != "ACTIVE" else _actor(row[1], key=row[0].id)


def make_key(city: int) -> tuple[str, str, bytes]:
    """Make a machine key: the key itself (told once), its public prefix and the hash to keep."""
    prefix = secrets.token_hex(4)
    key = f"{_KEY}_{city}_{prefix}_{secrets.token_urlsafe(32)}"
    return key, prefix, _hash(key)


async def sign_out(visit: Visit) -> None:
    """End the session that the request came by.

    Raises:
        Forbidden: It came by a machine's key, which is revoked where it was made.
    """
    await visit.confirm()
    actor = visit.signed_in()
    if actor.session is None:
        raise Forbidden
    async with AsyncSession(visit.desk.databases.engine(Pool.GATE)) as session, session.begin():
        await session.execute(
            update(Session)
            .where(Session.city == actor.city, Session.id == actor.session, Session.revoked_at.is_(None))
            .values(revoked_at=visit.now)
        )


async def change_password(visit: Visit, old: str, new: str) -> Problem | None:
    """Change the own password [L 2.13]; every other session of the account ends.

    Raises:
        Forbidden: The account has no password, or may not change it.
    """
    await visit.confirm()
    actor, desk = visit.signed_in(), visit.desk
    if not visit.city.password_change:
        return Problem(ProblemCode.PROFILE_FEATURE_OFF, params={"feature": "修改密码"})
    async with AsyncSession(desk.databases.engine(Pool.GATE), expire_on_commit=False) as session:
        login = await session.get(Login, (actor.city, actor.principal))
    if login is None:
        raise Forbidden
    wrong = await _check_change(visit, login, old, new)
    if wrong is not None:
        return wrong
    hashed = await desk.passwords.hash(new)

    async def effect(work: Work) -> Outcome:
        await work.must("password.change", organization=actor.organization, estate=None)
        if not await _write_password(desk, actor, login, hashed, work.now):
            return Refused.because(Problem(ProblemCode.PASSWORD_WRONG, "oldPassword"))
        return Done("Principal", (actor.principal,))

    outcome = await act(visit, "passwordChange", effect)
    return outcome.problems[0] if isinstance(outcome, Refused) else None


async def _check_change(visit: Visit, login: Login, old: str, new: str) -> Problem | None:
    """Compare the old password, as often as a stranger might try it, and judge the new one."""
    desk, subject = visit.desk, f"password:{login.id}"
    throttled = await begin_try(desk, login.city, (subject,))
    if throttled is not None:
        return throttled
    try:
        right = await desk.passwords.matches(login.password_hash, old)
    except TooBusy:
        await take_back(desk, login.city, (subject,))
        raise
    if not right:
        return Problem(ProblemCode.PASSWORD_WRONG, "oldPassword")
    await forgive(desk, login.city, subject)
    return check_password(new, login.name, "newPassword")


async def _write_password(desk: Desk, actor: Actor, login: Login, hashed: str, now: datetime) -> bool:
    """Replace the password that was compared and end the other sessions; false if it is gone already."""
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session, session.begin():
        changed = await session.execute(
            update(Login)
            .where(
                Login.city == actor.city,
                Login.id == actor.principal,
                Login.password_hash == login.password_hash,
            )
            .values(password_hash=hashed, changed_at=now)
            .returning(Login.id)
        )
        if changed.first() is None:
            return False
        await session.execute(
            update(Session)
            .where(
                Session.city == actor.city,
                Session.principal_id == actor.principal,
                Session.id != actor.session,
                Session.revoked_at.is_(None),
            )
            .values(revoked_at=now)
        )
    return True


async def forget_sessions(desk: Desk, city: int) -> int:
    """Delete sessions that ended long ago, and tries that count no more; tell how many sessions went."""
    old, now = Session.expires_at < desk.clock() - _SESSIONS_KEPT, desk.clock()
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session, session.begin():
        await session.execute(
            delete(Attempt).where(Attempt.city == city, Attempt.last_at < now - _TRIES_KEPT)
        )
        gone = await session.execute(delete(Session).where(Session.city == city, old).returning(Session.id))
        return len(gone.all())


async def drop_refused_login(session: AsyncSession, city: int, name: str) -> None:
    """Free a sign-in name that only a refused registration holds."""
    refused = select(Principal.id).where(Principal.city == city, Principal.status == "REFUSED")
    await session.execute(
        delete(Login).where(Login.city == city, Login.name == login_key(name), Login.id.in_(refused))
    )


def _actor(principal: Principal, session: UUID | None = None, key: UUID | None = None) -> Actor:
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


def _city_of(token: str, kind: str) -> int | None:
    """Read the city that a token carries; anything that is not of our making has none."""
    parts = token.split("_", 2)
    well_formed = len(token) <= _MAX_TOKEN and token.isascii() and len(parts) == 3 and parts[0] == kind  # noqa: PLR2004
    return int(parts[1]) if well_formed and len(parts[1]) == 6 and parts[1].isdigit() else None  # noqa: PLR2004


def _digest(text: str) -> str:
    """Shorten a typed name for counting; some type their password there, so it is not kept in clear."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
