"""Signing in with a name and a password; what else is wanted comes in further steps."""

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from db.tables.identity import Login, Principal
from domain.city import City
from domain.problem import Problem, ProblemCode
from domain.refusal import TooBusy
from resolvers.auditing import add_note
from resolvers.desk import Desk
from resolvers.note import AuditOutcome
from resolvers.sessions import ABSOLUTE, IDLE, SignedIn, login_key, open_session
from resolvers.signing.codes import Setup, begin_setup, setup_kind
from resolvers.signing.keeping import keeping, note_of, record_alone
from resolvers.signing.needs import Need, find_needs
from resolvers.signing.standing import Standing, find_standing
from resolvers.signing.tickets import Unfinished, hold_account, write_ticket
from resolvers.throttle import begin_try, forgive, from_anywhere, name_network, take_back, whole_address
from resolvers.visit import Visit

Entered: TypeAlias = SignedIn | Unfinished | Problem

_ACT = "signIn"
_SHUT_OUT = frozenset({"DEACTIVATED", "REFUSED"})


@dataclass(frozen=True, slots=True)
class _Tries:
    """What a try counts against: the account from there, all from there, the account from anywhere new."""

    account: str
    others: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return (self.account, *self.others)


async def sign_in(visit: Visit, city: int, name: str, password: str) -> Entered:
    """Open a session for a name and password; every wrong pair gets the same answer in the same time.

    Raises:
        TooBusy: Too many passwords are being compared already; nothing was counted against the account.
    """
    desk, key = visit.desk, login_key(name)
    standing = await find_standing(desk, city, key, visit.now)
    tries = _count_as(key, name_network(visit.address), standing)
    throttled = await begin_try(desk, city, tries.all)
    if throttled is not None:
        return throttled
    login, principal = standing.login, standing.principal
    try:
        right = await desk.passwords.matches(login.password_hash if login else None, password)
    except TooBusy:
        await take_back(desk, city, tries.all)
        raise
    served = desk.cities.get(city)
    if login is None or principal is None or served is None or not right or principal.status in _SHUT_OUT:
        return await _refuse(visit, city, standing, right=right)
    await forgive(desk, city, tries.account)
    await take_back(desk, city, tries.others)
    # How it stands is told only to who knows the password.
    if principal.status == "PENDING":
        await record_alone(
            desk, note_of(visit, city, _ACT, AuditOutcome.REFUSED, principal, because="PENDING")
        )
        return Problem(ProblemCode.SIGN_IN_PENDING)
    return await _enter(visit, served, principal, login, await _renew(desk, login, password))


def _count_as(key: str, network: str, standing: Standing) -> _Tries:
    account = f"login:{_digest(key)}"
    others = (whole_address(network),)
    if network not in standing.networks:
        others = (*others, from_anywhere(account))
    return _Tries(f"{account}@{network}", others)


async def _refuse(visit: Visit, city: int, standing: Standing, *, right: bool) -> Problem:
    """Give the one answer for every wrong pair; what was typed is not kept, for it may be a password."""
    principal = standing.principal
    because = "UNKNOWN_NAME" if principal is None else principal.status if right else "WRONG_PASSWORD"
    denied = note_of(visit, city, _ACT, AuditOutcome.DENIED, principal, because=because)
    await record_alone(visit.desk, denied)
    return Problem(ProblemCode.SIGN_IN_FAILED)


async def _renew(desk: Desk, login: Login, password: str) -> str | None:
    """Hash the password anew where the rules for that have changed; another day does as well."""
    try:
        return await desk.passwords.renew(login.password_hash, password)
    except TooBusy:
        return None


async def _enter(
    visit: Visit, city: City, principal: Principal, login: Login, renewed: str | None
) -> Entered:
    """Open the session, or hand out a ticket for the next step, unless the account changed meanwhile."""
    async with keeping(visit.desk, city.code) as session:
        pair = await hold_account(session, principal)
        if pair is None or pair[0].status != "ACTIVE" or pair[1].password_hash != login.password_hash:
            return Problem(ProblemCode.SIGN_IN_FAILED)
        principal, login = pair
        if renewed is not None:
            login.password_hash = renewed
        needs = await find_needs(session, city, login, principal, visit.now)
        detail = {"needs": [need.value for need in needs]} if needs else {}
        await add_note(session, note_of(visit, city.code, _ACT, AuditOutcome.DONE, principal, **detail))
        if needs:
            return await _hand_ticket(session, visit, city, principal, login, needs)
        return await open_person(session, visit, principal)


async def open_person(session: AsyncSession, visit: Visit, principal: Principal) -> SignedIn:
    """Open a session for a person who proved everything that was asked."""
    return await open_session(session, visit, principal.city, principal.id, ABSOLUTE, IDLE)


async def _hand_ticket(
    session: AsyncSession,
    visit: Visit,
    city: City,
    principal: Principal,
    login: Login,
    needs: tuple[Need, ...],
) -> Unfinished:
    ticket, token = write_ticket(session, login, needs, visit.now)
    setup: Setup | None = None
    if Need.CODE_SETUP in needs:
        kind, issuer = setup_kind(ticket.id), issuer_of(city)
        sealer = visit.desk.sealer
        setup = await begin_setup(
            session, sealer, principal, kind, visit.now, issuer=issuer, account=login.name
        )
    return Unfinished(token, ticket.expires_at, needs, setup)


def issuer_of(city: City) -> str:
    """Name the product as an authenticator app lists it."""
    return f"{city.name}住宅专项维修资金"


def _digest(text: str) -> str:
    """Shorten a typed name for counting; some type their password there, so it is not kept in clear."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
