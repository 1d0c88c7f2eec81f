"""What stands in a test's database, read by its owner, who sees every row."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.base import Base
from db.policies import declared_tables

# Looking at something moves the clock of its session, and a try at signing in is counted: that is no writing.
_RESTLESS = frozenset({"session", "attempt"})


@dataclass(frozen=True)
class Shelf:
    """The rows of a database."""

    engine: AsyncEngine

    async def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Read rows."""
        async with self.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(statement), values)]

    async def one(self, statement: str, **values: Any) -> Any:
        """Read the one value of the one row."""
        ((value,),) = await self.rows(statement, **values)
        return value

    async def change(self, statement: str, **values: Any) -> None:
        """Change rows behind the product's back, its triggers asleep."""
        async with self.engine.begin() as connection:
            await connection.execute(text("set local session_replication_role = replica"))
            await connection.execute(text(statement), values)

    async def standing(self) -> dict[str, tuple[int, int]]:
        """Tell of each table how many rows it has, and a sum over all that they say.

        That somebody was refused a right is recorded, and is no business writing.
        """
        views = {table.name for declared, table in declared_tables() if declared.view}
        tables = [name for name in Base.metadata.tables if name not in _RESTLESS | views]
        parts = (
            f"select '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from {name} t"
            + (" where outcome <> 'DENIED'" if name == "audit" else "")
            for name in tables
        )
        return {name: (count, said) for name, count, said in await self.rows(" union all ".join(parts))}
