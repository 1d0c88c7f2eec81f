"""The year of every estate of a sequence: its units' stays add up to what its special account holds."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.tables.estates import Estate
from domain.clock import business_day
from domain.yearly import Figures
from resolvers.desk import Desk
from resolvers.money.yearly import MOST, EstateYear, read_estate_year
from tests.shelf import Shelf


async def years_apart(shelf: Shelf, desk: Desk, city: int, prefix: str) -> list[str]:
    """Tell of which estates the year's paper does not come to what the books hold."""
    found: list[str] = []
    now = desk.clock()
    async with AsyncSession(shelf.engine) as session:
        mine = select(Estate).where(Estate.city == city, Estate.name.startswith(prefix, autoescape=True))
        for estate in await session.scalars(mine):
            year = await read_estate_year(session, estate, business_day(now).year, now, MOST)
            if not isinstance(year, EstateYear):
                found.append(f"{estate.name} has no paper of this year")
            elif _told(year.total) != _told(year.special):
                found.append(f"{estate.name}: units come to {year.total}, the books to {year.special}")
    return found


def _told(figures: Figures) -> tuple[int, ...]:
    """Give what both sides tell: what goes from unit to unit is no transfer of the special account."""
    told = figures.opening, figures.first, figures.supplement, figures.topup, figures.other
    return (*told, figures.gains, figures.used, figures.refunded, figures.transfers, figures.closing)
