"""Whether something failed only because the database is away, as while it starts again after a crash."""

import traceback
from pathlib import PurePath

import asyncpg
from sqlalchemy.exc import DBAPIError, PendingRollbackError

# Shutting down, crashed, starting up, and lost in the middle of a statement.
_AWAY = (
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.PostgresConnectionError,
)
_CLOSED = ("connection is closed", "connection was closed")
_LOST_BEFORE = "8s2b"
"""How SQLAlchemy calls a transaction whose connection broke earlier; it is committed no more."""
_DEEPEST = 12


def is_outage(error: BaseException) -> bool:
    """Tell whether the same request may pass once the database is back.

    Whether an act was committed is not known then: its answer was cut off.
    """
    cause: BaseException | None = error
    for _ in range(_DEEPEST):
        if cause is None:
            return False
        if _is_away(cause):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _is_away(error: BaseException) -> bool:
    match error:
        case DBAPIError():
            return error.connection_invalidated
        case PendingRollbackError():
            return error.code == _LOST_BEFORE
        case asyncpg.InterfaceError():
            return any(said in str(error) for said in _CLOSED)
        case ConnectionError() | FileNotFoundError():
            # Nobody listens at the server's socket, or it is gone.
            return _came_from_driver(error)
        case _:
            return isinstance(error, _AWAY)


def _came_from_driver(error: BaseException) -> bool:
    frames = traceback.extract_tb(error.__traceback__)
    return any("asyncpg" in PurePath(frame.filename).parts for frame in frames)
