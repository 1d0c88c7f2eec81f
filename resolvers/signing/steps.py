"""The further steps of a sign-in: a code, a new authenticator, a new password; and then the session."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db.tables.identity import Login
from domain.problem import Problem, ProblemCode
from resolvers.auditing import add_note
from resolvers.note import AuditOutcome
from resolvers.passwords import check_password
from resolvers.sessions import SignedIn
from resolvers.signing.codes import (
    finish_setup,
    has_authenticator,
    has_recovery_codes,
    make_recovery_codes,
    setup_kind,
    take_code,
    tell_setup,
)
from resolvers.signing.entrance import issuer_of, open_person
from resolvers.signing.keeping import keeping, note_of
from resolvers.signing.needs import Need
from resolvers.signing.ownership import code_subject, end_sessions
from resolvers.signing.tickets import Held, Unfinished, hold, look_up, take_off
from resolvers.throttle import begin_try, forgive
from resolvers.visit import Visit

_ACT = "signInFinish"
_ENDED = Problem(ProblemCode.SIGN_IN_ENDED)
_CODES = frozenset({Need.CODE, Need.CODE_SETUP})


@dataclass(frozen=True, slots=True)
class Given:
    """What a step brings."""

    new_password: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """A sign-in that wants nothing more.

    Attributes:
        recovery_codes: Told this once, if an authenticator was set up on the way.
    """

    signed_in: SignedIn
    recovery_codes: tuple[str, ...] = ()


async def finish_sign_in(visit: Visit, token: str, given: Given) -> Finished | Unfinished | Problem:
    """Take what a sign-in waits for, all at once or one after the other.

    Raises:
        TooBusy: Too many passwords are being hashed already.
    """
    held = await look_up(visit.desk, token)
    if held is None or not held.is_good(visit.now):
        return _ENDED
    wrong = _check(held, given)
    if wrong is not None:
        return wrong
    taking_code = given.code is not None and not _CODES.isdisjoint(held.needs)
    if taking_code:
        throttled = await begin_try(visit.desk, held.login.city, (code_subject(held.login.id),))
        if throttled is not None:
            return throttled
    hashed = await _hash_new(visit, held, given)
    if isinstance(hashed, Problem):
        return hashed
    taken = await _take(visit, held, token, given, hashed)
    if taking_code and not isinstance(taken, Problem):
        await forgive(visit.desk, held.login.city, code_subject(held.login.id))
    return taken


def _check(held: Held, given: Given) -> Problem | None:
    """Ask for the code before a new password: who knows only the old password may not change it."""
    missing = next(iter(held.needs))
    if Need.CODE in held.needs and not given.code:
        return Problem(ProblemCode.FIELD_REQUIRED, "code", params={"label": "动态口令"})
    if not given.code and not given.new_password:
        path, label = ("newPassword", "新密码") if missing is Need.NEW_PASSWORD else ("code", "动态口令")
        return Problem(ProblemCode.FIELD_REQUIRED, path, params={"label": label})
    if Need.NEW_PASSWORD in held.needs and given.new_password is not None:
        return check_password(given.new_password, held.login.name, "newPassword")
    return None


async def _hash_new(visit: Visit, held: Held, given: Given) -> str | Problem | None:
    if given.new_password is None or Need.NEW_PASSWORD not in held.needs:
        return None
    if await visit.desk.passwords.matches(held.login.password_hash, given.new_password):
        return Problem(ProblemCode.PASSWORD_SAME, "newPassword")
    return await visit.desk.passwords.hash(given.new_password)


async def _take(
    visit: Visit, seen: Held, token: str, given: Given, hashed: str | None
) -> Finished | Unfinished | Problem:
    async with keeping(visit.desk, seen.login.city) as session:
        held = await hold(session, seen)
        # Of two steps at once the second finds a ticket that waits for something else.
        if held is None or not held.is_good(visit.now) or held.needs != seen.needs:
            return _ENDED
        done: set[Need] = set()
        for need in _CODES & set(held.needs):
            if given.code is not None:
                if not await _code_is_right(session, visit, held, need, given.code):
                    return await _count_wrong(session, visit, held)
                done.add(need)
        if hashed is not None:
            set_password(held.login, hashed, visit.now)
            await end_sessions(session, held.principal, visit.now)
            done.add(Need.NEW_PASSWORD)
        left = take_off(held, done)
        note = {"steps": sorted(need.value for need in done), "needs": [need.value for need in left]}
        await add_note(
            session, note_of(visit, held.login.city, _ACT, AuditOutcome.DONE, held.principal, **note)
        )
        return await (_go_on(session, visit, held, token) if left else _finish(session, visit, held))


async def _code_is_right(session: AsyncSession, visit: Visit, held: Held, need: Need, code: str) -> bool:
    sealer = visit.desk.sealer
    if need is Need.CODE:
        return await take_code(session, sealer, held.principal, code, visit.now)
    return await finish_setup(session, sealer, held.principal, setup_kind(held.ticket.id), code, visit.now)


async def _count_wrong(session: AsyncSession, visit: Visit, held: Held) -> Problem:
    held.ticket.failures += 1
    denied = note_of(visit, held.login.city, _ACT, AuditOutcome.DENIED, held.principal, because="WRONG_CODE")
    await add_note(session, denied)
    return Problem(ProblemCode.CODE_WRONG, "code")


async def _go_on(session: AsyncSession, visit: Visit, held: Held, token: str) -> Unfinished:
    setup = None
    if Need.CODE_SETUP in held.needs:
        city = visit.desk.cities[held.login.city]
        setup = await tell_setup(
            session,
            visit.desk.sealer,
            held.principal,
            setup_kind(held.ticket.id),
            issuer=issuer_of(city),
            account=held.login.name,
        )
    return Unfinished(token, held.ticket.expires_at, held.needs, setup)


async def _finish(session: AsyncSession, visit: Visit, held: Held) -> Finished:
    held.ticket.used_at = visit.now
    codes: list[str] = []
    # Whoever has an authenticator and was never told any is told them now.
    if await has_authenticator(session, held.login.city, held.login.id) and not await has_recovery_codes(
        session, held.principal
    ):
        codes = await make_recovery_codes(session, held.principal, visit.now)
    return Finished(await open_person(session, visit, held.principal), tuple(codes))


def set_password(login: Login, hashed: str, now: datetime) -> None:
    """Put the person's own new password in the place of the one before."""
    login.password_hash, login.changed_at, login.must_change = hashed, now, False
