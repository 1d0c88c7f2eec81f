"""Accounts made by the city's own IT people: clerks, reviewers, authority admins and bank machines."""

from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from authz.domains import Side
from authz.roles import ROLES
from db.base import Pool
from db.tables.identity import ApiKey, Login, Principal, RoleAssignment
from domain.actor import PrincipalKind
from domain.clock import business_day
from domain.identity import RESIDENT_ID, check_id_number, fold
from domain.people import NumberKind, Sealed
from domain.problem import Invalid, Problem, ProblemCode
from resolvers.desk import Desk
from resolvers.keys import make_key, seal_signing
from resolvers.passwords import check_password
from resolvers.sessions import MAX_LOGIN_NAME, login_key

_MACHINES = frozenset({"city_reporter"})
OFFICE_ROLES = tuple(name for name, role in ROLES.items() if role.side is Side.CITY and name not in _MACHINES)


@dataclass(frozen=True, slots=True)
class OfficeAccount:
    """A person of the fund office, known by the ID number so that four eyes are two people.

    Attributes:
        must_change: Whether the first sign-in asks for a new password, since somebody else chose this one.
    """

    city: int
    role: str
    login_name: str
    password: str
    name: str
    id_number: str
    must_change: bool = False


async def make_office_account(desk: Desk, account: OfficeAccount) -> Problem | None:
    """Make a sign-in for a person of the fund office; the same person may hold several.

    Raises:
        KeyError: There is no such city, or no such role of a fund office.
    """
    if account.city not in desk.cities:
        raise KeyError(account.city)
    if account.role not in OFFICE_ROLES:
        raise KeyError(account.role)
    number = _check_office(desk, account)
    if isinstance(number, Problem):
        return number
    hashed = await desk.passwords.hash(account.password)
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session, session.begin():
        name = login_key(account.login_name)
        if await session.scalar(select(Login.id).where(Login.city == account.city, Login.name == name)):
            return Problem(ProblemCode.NAME_TAKEN, "loginName")
        await _write_office(session, desk, account, hashed, desk.sealer(NumberKind.ID_NUMBER, number))
    return None


def _check_office(desk: Desk, account: OfficeAccount) -> str | Problem:
    """Give the person's ID number, or what is wrong with the account."""
    name = login_key(account.login_name)
    if not 1 <= len(name) <= MAX_LOGIN_NAME:
        params = {"label": "登录名", "max": str(MAX_LOGIN_NAME)}
        return Problem(ProblemCode.TEXT_INVALID, "loginName", params=params)
    if not fold(account.name):
        return Problem(ProblemCode.FIELD_REQUIRED, "name", params={"label": "姓名"})
    try:
        number = check_id_number(RESIDENT_ID, account.id_number, business_day(desk.clock()), "idNumber")
    except Invalid as wrong:
        return wrong.problem
    return check_password(account.password, account.login_name) or number


async def _write_office(
    session: AsyncSession, desk: Desk, account: OfficeAccount, hashed: str, person: Sealed
) -> None:
    principal, now = uuid7(), desk.clock()
    await session.execute(
        insert(Principal).values(
            city=account.city,
            id=principal,
            kind=PrincipalKind.OFFICE.value,
            name=fold(account.name),
            person_cipher=person.cipher,
            person_masked=person.masked,
            person_blind=person.blind,
            status="ACTIVE",
            created_at=now,
        )
    )
    name = login_key(account.login_name)
    password = {"password_hash": hashed, "changed_at": now, "must_change": account.must_change}
    await session.execute(insert(Login).values(city=account.city, id=principal, name=name, **password))
    role = {"city": account.city, "id": uuid7(), "principal_id": principal, "role": account.role}
    await session.execute(insert(RoleAssignment).values(role))


async def make_bank_account(desk: Desk, city: int, bank: str) -> str:
    """Make a bank's machine account and give its key, which is told this once.

    Raises:
        KeyError: The city has no such bank.
    """
    known = desk.cities[city].bank(bank)
    key, prefix, secret_hash = make_key(city)
    key_id = uuid7()
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session, session.begin():
        principal = uuid7()
        await session.execute(
            insert(Principal).values(
                city=city,
                id=principal,
                kind=PrincipalKind.BANK.value,
                bank=bank,
                name=known.name,
                status="ACTIVE",
                created_at=desk.clock(),
            )
        )
        await session.execute(
            insert(ApiKey).values(
                city=city,
                id=key_id,
                principal_id=principal,
                prefix=prefix,
                secret_hash=secret_hash,
                signing_cipher=seal_signing(desk.sealer, key, key_id),
                created_at=desk.clock(),
            )
        )
        await session.execute(
            insert(RoleAssignment).values(city=city, id=uuid7(), principal_id=principal, role="bank_operator")
        )
    return key
