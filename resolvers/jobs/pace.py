"""How a piece of long work tells how far it is, learns that it shall stop, and shows that it lives."""

import asyncio
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from resolvers.desk import Desk
from resolvers.jobs.taking import Taken, beat, hold, tell

BEAT_SECONDS = 10.0


class CancelledJob(Exception):  # noqa: N818 - it is a wish, not a fault
    """Whoever asked for the work wants it no more; nothing of it is kept."""


class LostJob(Exception):  # noqa: N818 - it is a state, not a fault
    """Another runner has taken the work over; this one keeps nothing of it."""


class Pace:
    """The link between a run and what others see of it."""

    def __init__(self, desk: Desk, job: Taken) -> None:
        self._desk = desk
        self._job = job

    async def tell(self, done: int, total: int | None) -> None:
        """Write down how far the work is.

        Raises:
            CancelledJob: It shall stop.
            LostJob: It is another's now.
        """
        _go_on(await tell(self._desk, self._job, done, total))

    async def hold(self, session: AsyncSession) -> None:
        """See, in the very transaction that is to be committed, that the work is still wanted of this runner.

        A runner that slept long may wake up when another has taken the work over, and somebody was told
        how that ended.

        Raises:
            CancelledJob: It shall stop.
            LostJob: It is another's now.
        """
        _go_on(await hold(session, self._job))

    async def keep(self) -> None:
        """Give signs of life until the work is lost; while the database is away there is nobody to tell."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            with suppress(SQLAlchemyError, OSError):
                if await beat(self._desk, self._job) is None:
                    return


def _go_on(asked: bool | None) -> None:  # noqa: FBT001 - as the row says it
    if asked is None:
        raise LostJob
    if asked:
        raise CancelledJob
