"""Whether the database answers."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from resolvers.desk import Desk


async def reach_database(desk: Desk) -> bool:
    """Ask the database something small."""
    try:
        async with AsyncSession(desk.databases.engine(Pool.GATE)) as session:
            await session.execute(text("select 1"))
    except (SQLAlchemyError, OSError):
        return False
    return True
