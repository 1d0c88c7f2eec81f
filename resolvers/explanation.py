"""Asks PostgreSQL how it would run the statement of a compiled query, or how it did."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.scope import POOLS
from domain.refusal import TooCostly
from resolvers.graph import Plan
from resolvers.visit import Visit

# Longer than a client waits: the statement to be explained may be one that took too long.
_SECONDS = 60
_PATIENCE = text(f"set local statement_timeout = '{_SECONDS}s'")
_CANCELLED = "57014"
_MEASURED = "analyze, buffers, timing off"


async def explain_plan(visit: Visit, plan: Plan, values: Sequence[Any], *, analyze: bool) -> list[str]:
    """Explain a plan's guarded statement, as the actor's own database role and without writing anything.

    Args:
        visit: Through whose eyes.
        plan: The kept statement.
        values: Its values.
        analyze: Run it, and tell what it took.

    Raises:
        TooCostly: It was run, and took longer than a minute.
    """
    engine = visit.desk.databases.engine(POOLS[visit.signed_in().kind])
    statement = f"explain ({_MEASURED if analyze else 'costs'}) {plan.statement.guarded}"
    async with engine.execution_options(postgresql_readonly=True).connect() as connection:
        await connection.execute(_PATIENCE)
        try:
            found = await connection.exec_driver_sql(statement, tuple(values))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == _CANCELLED:
                raise TooCostly("seconds", _SECONDS) from error
            raise
        return list(found.scalars())
