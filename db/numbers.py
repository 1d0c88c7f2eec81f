"""Readable numbers of orders, notices, estates, units and accounts, given out one block at a time."""

from datetime import date

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.tables.records import Counter


async def take_numbers(
    session: AsyncSession, city: int, letters: str, day: date, count: int = 1
) -> list[str]:
    """Take the next numbers `{letters}{yyyymmdd}{5 digits}` of a day (R-GEN-10); gaps may stay.

    The letters are the city's own followed by those of what is numbered. The counter's row is locked until
    the transaction ends, so numbers are taken as late as may be.
    """
    prefix = f"{letters}{day:%Y%m%d}"
    statement = insert(Counter).values(city=city, name=prefix, value=count)
    raised = {"value": Counter.value + func.coalesce(statement.excluded.value, 0)}
    statement = statement.on_conflict_do_update(index_elements=["city", "name"], set_=raised)
    last = (await session.execute(statement.returning(Counter.value))).scalar_one()
    return [f"{prefix}{number:05d}" for number in range(last - count + 1, last + 1)]
