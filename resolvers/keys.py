"""Keys of machine accounts: issued and revoked by administrators, and the door for their holders."""

import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from db.sealing import Sealer
from db.tables.identity import ApiKey, Principal
from db.tables.members import Member, MemberKey
from domain.actor import Actor, PrincipalKind
from domain.identity import fold
from domain.problem import Problem, ProblemCode
from domain.signing import derive_secret
from resolvers.act import Work
from resolvers.auditing import write_note
from resolvers.desk import Desk
from resolvers.door import fetch
from resolvers.note import AuditOutcome, Note
from resolvers.outcome import Done, Outcome, Refused
from resolvers.sessions import actor_of
from resolvers.signing.tokens import KEY, city_of, hash_token, signing_context

LASTS = timedelta(days=365)
LASTS_AT_MOST = timedelta(days=730)
MOST_KEYS = 20
MOST_NETWORKS = 50
_MOST_CHARACTERS = 50
_MACHINES = frozenset({PrincipalKind.REPORTER.value, PrincipalKind.BANK.value})

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key as it is asked for."""

    account: UUID
    name: str
    expires_at: datetime | None
    networks: Sequence[str]


def make_key(city: int) -> tuple[str, str, bytes]:
    """Make a machine key: the key itself (told once), its public prefix and the hash to keep."""
    prefix = secrets.token_hex(4)
    key = f"{KEY}_{city}_{prefix}_{secrets.token_urlsafe(32)}"
    return key, prefix, hash_token(key)


def seal_signing(sealer: Sealer, key: str, key_id: UUID) -> str:
    """Seal what the holder of a bank's key signs requests with; the key itself is kept nowhere."""
    return sealer.lock(derive_secret(key).encode(), signing_context(key_id))


async def authenticate_key(desk: Desk, key: str, now: datetime, address: str = "") -> Actor | None:
    """Find which machine account a key stands for; one that comes from elsewhere than it may is nobody's."""
    city = city_of(key, KEY)
    parts = key.split("_", 3)
    if city is None or len(parts) != 4:  # noqa: PLR2004 - wxk, city, prefix, secret
        return None
    found = await find_key(desk, city, parts[2])
    if found is None or not hmac.compare_digest(found[0].secret_hash, hash_token(key)):
        return None
    return await admit(desk, *found, now, address)


async def find_key(desk: Desk, city: int, prefix: str) -> tuple[ApiKey, Principal] | None:
    """Find a key and its machine account by the key's public prefix."""
    async with AsyncSession(desk.databases.engine(Pool.GATE), expire_on_commit=False) as session:
        found = await session.execute(
            select(ApiKey, Principal)
            .join(Principal, (Principal.city == ApiKey.city) & (Principal.id == ApiKey.principal_id))
            .where(ApiKey.city == city, ApiKey.prefix == prefix)
        )
        row = found.first()
    return None if row is None else (row[0], row[1])


async def admit(desk: Desk, key: ApiKey, whose: Principal, now: datetime, address: str) -> Actor | None:
    """Let the true holder of a key in while key and account stand, and only from where it may come."""
    ended = key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now)
    if ended or whose.status != "ACTIVE":
        return None
    if not comes_from(key.addresses, address):
        await _record_elsewhere(desk, key, whose, now, address)
        return None
    return actor_of(whose, key=key.id)


def comes_from(networks: Sequence[str], address: str) -> bool:
    """Tell whether an address lies in one of the networks; without networks every address will do."""
    if not networks:
        return True
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    return any(known in ipaddress.ip_network(network) for network in networks)


async def _record_elsewhere(desk: Desk, key: ApiKey, whose: Principal, now: datetime, address: str) -> None:
    """Record that a true key came from where it may not: its secret is in other hands, or it moved."""
    note = Note(
        city=key.city,
        act="keyUse",
        outcome=AuditOutcome.DENIED,
        at=now,
        principal=whose.id,
        organization=whose.org_id,
        actor_kind=whose.kind,
        actor_name=whose.name,
        address=address,
        rule="addresses",
        subject_type="ApiKey",
        subject_id=key.id,
        detail={"prefix": key.prefix},
    )
    for due in desk.denials.take(note):
        await write_note(desk, due)


async def issue_key(work: Work, wanted: Wanted, told: list[str]) -> Outcome:
    """Issue a key for a machine account of the own organization, or of the office and its banks.

    Args:
        work: The act.
        wanted: What was asked for.
        told: Gets the key itself, which is kept nowhere.

    Raises:
        NotFound: There is no such account to be seen.
        Forbidden: The right is missing.
    """
    account = await fetch(work, Member, wanted.account, "key.issue")
    if account.kind not in _MACHINES or account.status != "ACTIVE":
        return Refused.because(Problem(ProblemCode.KEY_FOR_MACHINES, "accountId"))
    networks, problems = _check(work.now, wanted)
    if problems:
        return Refused(tuple(problems))
    # Two keys at once would each find room for one more.
    await work.session.execute(
        select(Principal.id)
        .where(Principal.city == account.city, Principal.id == account.id)
        .with_for_update(key_share=True)
    )
    if await _count_living(work, account.id) >= MOST_KEYS:
        params = {"label": "接口密钥", "max": str(MOST_KEYS)}
        return Refused.because(Problem(ProblemCode.LIMIT_EXCEEDED, "accountId", params=params))
    key, prefix, secret_hash = make_key(account.city)
    told[:] = [key]
    key_id, expires_at = work.new_id(), wanted.expires_at or work.now + LASTS
    is_bank = account.kind == PrincipalKind.BANK
    await work.add(
        ApiKey,
        id=key_id,
        principal_id=account.id,
        name=fold(wanted.name),
        prefix=prefix,
        secret_hash=secret_hash,
        signing_cipher=seal_signing(work.visit.desk.sealer, key, key_id) if is_bank else None,
        addresses=networks,
        created_by=work.actor.principal,
        created_at=work.now,
        expires_at=expires_at,
    )
    after = {"account": str(account.id), "name": fold(wanted.name), "prefix": prefix, "addresses": networks}
    return Done("ApiKey", (key_id,), {"after": {**after, "expiresAt": expires_at.isoformat()}})


def _check(now: datetime, wanted: Wanted) -> tuple[list[str], list[Problem]]:
    problems: list[Problem] = []
    name = fold(wanted.name)
    if not name:
        problems.append(Problem(ProblemCode.FIELD_REQUIRED, "name", params={"label": "密钥名称"}))
    if len(name) > _MOST_CHARACTERS:
        params = {"label": "密钥名称", "max": str(_MOST_CHARACTERS)}
        problems.append(Problem(ProblemCode.TEXT_INVALID, "name", params=params))
    if wanted.expires_at is not None and not now < wanted.expires_at <= now + LASTS_AT_MOST:
        problems.append(Problem(ProblemCode.KEY_EXPIRY, "expiresAt"))
    networks: list[str] = []
    for place, typed in enumerate(wanted.networks[: MOST_NETWORKS + 1], start=1):
        network = _read_network(typed)
        if network is None or place > MOST_NETWORKS:
            params = {"place": str(place), "max": str(MOST_NETWORKS)}
            problems.append(Problem(ProblemCode.NETWORK_INVALID, "addresses", params=params))
            break
        networks.append(str(network))
    return list(dict.fromkeys(networks)), problems


def _read_network(typed: str) -> Network | None:
    """Read an address or a network in CIDR notation; a network with bits of a host is a slip of the pen."""
    try:
        return ipaddress.ip_network(fold(typed))
    except ValueError:
        return None


async def _count_living(work: Work, account: UUID) -> int:
    living = select(func.count()).where(
        ApiKey.city == work.actor.city,
        ApiKey.principal_id == account,
        ApiKey.revoked_at.is_(None),
        or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > work.now),
    )
    return await work.session.scalar(living) or 0


async def revoke_key(work: Work, key_id: UUID) -> Outcome:
    """Revoke a key; the next request with it is refused. One that was revoked before stays as it is.

    Raises:
        NotFound: There is no such key to be seen.
        Forbidden: The right is missing.
    """
    key = await fetch(work, MemberKey, key_id, "key.revoke")
    await work.session.execute(
        update(ApiKey)
        .where(ApiKey.city == key.city, ApiKey.id == key.id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=work.now)
    )
    return Done("ApiKey", (key.id,), {"account": str(key.member_id), "prefix": key.prefix})
