"""What a city needs in the database before anybody works: its published rates and its banks' own accounts."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from db.base import Pool
from db.scope import enter_city
from db.tables.identity import Principal
from db.tables.money import Account, DepositRate
from domain.actor import PrincipalKind
from domain.city import City
from domain.rates import RateRow
from resolvers.desk import Desk

_BANK_KINDS = ("CLEARING", "SUSPENSE")


async def found_city(desk: Desk, city: City, samples: Iterable[RateRow] = ()) -> None:
    """Enter a city's published rates once, and the accounts in which its banks' unassigned money is kept.

    Rates are entered only while the city has none, for from then on the fund office sets them.
    """
    async with AsyncSession(desk.databases.engine(Pool.OFFICE)) as session, session.begin():
        await enter_city(session, city.code)
        present = await session.scalar(select(DepositRate.id).where(DepositRate.city == city.code).limit(1))
        rows = [] if present else [*city.rates, *samples]
        for row in rows:
            await session.execute(insert(DepositRate).values(**_rate(city, row)))
        for bank in city.banks:
            for kind in _BANK_KINDS:
                account = insert(Account).values(
                    city=city.code,
                    id=uuid7(),
                    kind=kind,
                    account_no=f"{city.letters}{kind[:2]}{bank.code}",
                    bank=bank.code,
                    status="OPEN",
                    opened_at=desk.clock(),
                )
                await session.execute(account.on_conflict_do_nothing())


def _rate(city: City, row: RateRow) -> dict[str, object]:
    return {
        "city": city.code,
        "id": uuid7(),
        "category": row.category.value,
        "has_lift": row.lift,
        "rate": row.rate,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "source": row.source,
        "is_sample": row.is_sample,
    }


async def is_untouched(desk: Desk) -> bool:
    """Tell whether nobody has an account yet in any city, so that a demo world may be loaded."""
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session:
        someone = select(Principal.id).where(Principal.kind != PrincipalKind.SYSTEM.value).limit(1)
        return await session.scalar(someone) is None
