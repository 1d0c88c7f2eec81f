"""How an account stands to which somebody wants to sign in: its person, and where it was lately."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from db.tables.identity import Login, Principal, Session
from resolvers.desk import Desk
from resolvers.sessions import MAX_LOGIN_NAME
from resolvers.throttle import name_network

_LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Standing:
    """An account as it stood when its name was typed.

    Attributes:
        networks: From where it signed in lately; guesses from elsewhere do not slow these.
    """

    login: Login | None = None
    principal: Principal | None = None
    networks: frozenset[str] = frozenset()


async def find_standing(desk: Desk, city: int, key: str, now: datetime) -> Standing:
    """Find an account by its folded name, with the same statement whether there is one or not."""
    if len(key) > MAX_LOGIN_NAME:
        # Nobody has such a name; it is asked for all the same, so that it takes no less time.
        key = key[:MAX_LOGIN_NAME] + "\x01"
    places = (
        select(func.array_agg(Session.address.distinct()))
        .where(
            Session.city == Login.city,
            Session.principal_id == Login.id,
            Session.created_at > now - _LATELY,
        )
        .scalar_subquery()
    )
    async with AsyncSession(desk.databases.engine(Pool.GATE), expire_on_commit=False) as session:
        found = await session.execute(
            select(Login, Principal, places)
            .join(Principal, (Principal.city == Login.city) & (Principal.id == Login.id))
            .where(Login.city == city, Login.name == key)
        )
        row = found.first()
    if row is None:
        return Standing()
    return Standing(row[0], row[1], frozenset(name_network(one) for one in row[2] or () if one))
