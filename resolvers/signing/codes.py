"""One-time codes (TOTP, RFC 6238) and the recovery codes that stand in for them; each is taken once."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
from pyotp.totp import TOTP
from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from db.sealing import Sealer
from db.tables.identity import Authenticator, Principal, RecoveryCode
from domain.identity import fold

CONFIRMED = "TOTP"
NEXT = "NEXT"
"""The kind of an authenticator that its owner is setting up while signed in."""

_STEP_SECONDS = 30
_DIGITS = 6
_RECOVERY_CODES = 10
# No letter or digit that is read for another: 59 bits in twelve characters.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_RECOVERY_LENGTH = 12
_MOST_TYPED = 40


@dataclass(frozen=True, slots=True)
class Setup:
    """What an authenticator app needs, told while it is set up and never again."""

    secret: str
    uri: str


def setup_kind(ticket: UUID) -> str:
    """Name the kind of an authenticator that is set up by one sign-in and no other."""
    return f"SETUP:{ticket.hex}"


async def has_authenticator(session: AsyncSession, city: int, principal: UUID) -> bool:
    """Tell whether an account has a confirmed authenticator."""
    return await _find(session, city, principal, CONFIRMED) is not None


async def begin_setup(
    session: AsyncSession,
    sealer: Sealer,
    principal: Principal,
    kind: str,
    now: datetime,
    *,
    issuer: str,
    account: str,
) -> Setup:
    """Make a secret that counts for nothing until a code of it was typed."""
    secret = pyotp.random_base32()
    await session.execute(delete(Authenticator).where(_of(principal.city, principal.id, kind)))
    await session.execute(
        insert(Authenticator).values(
            city=principal.city,
            id=uuid7(),
            principal_id=principal.id,
            kind=kind,
            secret_cipher=sealer.lock(secret.encode(), _context(principal.id)),
            created_at=now,
        )
    )
    return Setup(secret, TOTP(secret).provisioning_uri(name=account, issuer_name=issuer))


async def tell_setup(
    session: AsyncSession, sealer: Sealer, principal: Principal, kind: str, *, issuer: str, account: str
) -> Setup | None:
    """Tell once more what is being set up; None if there is nothing."""
    found = await _find(session, principal.city, principal.id, kind)
    if found is None:
        return None
    secret = _secret(sealer, found)
    return Setup(secret, TOTP(secret).provisioning_uri(name=account, issuer_name=issuer))


async def finish_setup(
    session: AsyncSession, sealer: Sealer, principal: Principal, kind: str, code: str, now: datetime
) -> bool:
    """Take the first code of a new authenticator, which then stands in the place of an earlier one."""
    found = await _find(session, principal.city, principal.id, kind)
    step = None if found is None else _step_of(_secret(sealer, found), code, now)
    if found is None or step is None:
        return False
    await session.execute(delete(Authenticator).where(_of(principal.city, principal.id, CONFIRMED)))
    await session.execute(
        update(Authenticator)
        .where(Authenticator.city == found.city, Authenticator.id == found.id)
        .values(kind=CONFIRMED, confirmed_at=now, last_step=step)
    )
    return True


async def take_code(
    session: AsyncSession, sealer: Sealer, principal: Principal, code: str, now: datetime
) -> bool:
    """Take a code of the authenticator, or a recovery code in its place; each is taken once."""
    if len(code) > _MOST_TYPED:
        return False
    if len(_bare(code)) != _DIGITS:
        return await _take_recovery(session, principal, code, now)
    found = await _find(session, principal.city, principal.id, CONFIRMED)
    step = None if found is None else _step_of(_secret(sealer, found), code, now)
    if found is None or step is None:
        return False
    newer = or_(Authenticator.last_step.is_(None), Authenticator.last_step < step)
    taken = await session.execute(
        update(Authenticator)
        .where(Authenticator.city == found.city, Authenticator.id == found.id, newer)
        .values(last_step=step)
        .returning(Authenticator.id)
    )
    return taken.first() is not None


async def _take_recovery(session: AsyncSession, principal: Principal, code: str, now: datetime) -> bool:
    taken = await session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.city == principal.city,
            RecoveryCode.principal_id == principal.id,
            RecoveryCode.code_hash == _hash(principal.id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return taken.first() is not None


async def make_recovery_codes(session: AsyncSession, principal: Principal, now: datetime) -> list[str]:
    """Make ten recovery codes in the place of all earlier ones; they are told this once."""
    codes = [
        "".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LENGTH)) for _ in range(_RECOVERY_CODES)
    ]
    whose = {"city": principal.city, "principal_id": principal.id}
    await session.execute(
        delete(RecoveryCode).where(
            RecoveryCode.city == principal.city, RecoveryCode.principal_id == principal.id
        )
    )
    rows = [
        {**whose, "id": uuid7(), "code_hash": _hash(principal.id, code), "created_at": now} for code in codes
    ]
    await session.execute(insert(RecoveryCode), rows)
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


async def has_recovery_codes(session: AsyncSession, principal: Principal) -> bool:
    """Tell whether an account was ever told recovery codes for its authenticator."""
    count = select(func.count()).where(
        RecoveryCode.city == principal.city, RecoveryCode.principal_id == principal.id
    )
    return bool(await session.scalar(count))


async def remove_authenticator(session: AsyncSession, city: int, principal: UUID) -> None:
    """Take an account's authenticator away, whatever was being set up, and its recovery codes."""
    await session.execute(
        delete(Authenticator).where(Authenticator.city == city, Authenticator.principal_id == principal)
    )
    await session.execute(
        delete(RecoveryCode).where(RecoveryCode.city == city, RecoveryCode.principal_id == principal)
    )


async def _find(session: AsyncSession, city: int, principal: UUID, kind: str) -> Authenticator | None:
    return await session.scalar(select(Authenticator).where(_of(city, principal, kind)))


def _of(city: int, principal: UUID, kind: str) -> ColumnElement[bool]:
    return and_(
        Authenticator.city == city, Authenticator.principal_id == principal, Authenticator.kind == kind
    )


def _secret(sealer: Sealer, found: Authenticator) -> str:
    return sealer.unlock(found.secret_cipher, _context(found.principal_id)).decode()


def _context(principal: UUID) -> bytes:
    return b"totp:" + principal.bytes


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Tell which 30 seconds a code is of: the present ones, the ones before or after, or none."""
    digits = _bare(code)
    present = int(now.timestamp()) // _STEP_SECONDS
    totp = TOTP(secret)
    for step in (present, present - 1, present + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), digits.encode()):
            return step
    return None


def _bare(code: str) -> str:
    return fold(code).casefold().replace(" ", "").replace("-", "")


def _hash(principal: UUID, code: str) -> bytes:
    return hashlib.sha256(f"{principal.hex}:{_bare(code)}".encode()).digest()
