"""The system's own acts: unused uploads go, notices run out, old repetitions are forgotten."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from db.base import Pool
from db.scope import open_transaction
from db.tables.files import Attachment, File
from db.tables.identity import Principal, RoleAssignment
from db.tables.money import Notice, NoticeLine
from db.tables.records import Repetition
from domain.actor import Actor, PrincipalKind
from domain.deposits import NoticeStatus
from resolvers.desk import Desk

UNUSED_AFTER = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(days=90)


async def system_actor(desk: Desk, city: int) -> Actor:
    """Find the system's own principal in a city; it is made when first asked for."""
    async with AsyncSession(desk.databases.engine(Pool.GATE)) as session, session.begin():
        found = await session.execute(
            select(Principal.id, Principal.version).where(
                Principal.city == city, Principal.kind == PrincipalKind.SYSTEM.value
            )
        )
        row = found.first()
        if row is None:
            row = (uuid7(), 1)
            await session.execute(
                insert(Principal).values(
                    city=city,
                    id=row[0],
                    kind=PrincipalKind.SYSTEM.value,
                    name="系统",
                    status="ACTIVE",
                    created_at=desk.clock(),
                )
            )
            await session.execute(
                insert(RoleAssignment).values(city=city, id=uuid7(), principal_id=row[0], role="worker")
            )
    return Actor(city=city, principal=row[0], kind=PrincipalKind.SYSTEM, name="系统", version=row[1])


@asynccontextmanager
async def _upkeep(desk: Desk, city: int) -> AsyncIterator[AsyncSession]:
    actor = await system_actor(desk, city)
    async with open_transaction(desk.databases, actor, desk.clock(), write=True) as session:
        yield session
        await session.commit()


async def purge_files(desk: Desk, city: int) -> int:
    """Delete uploads and prints that no order holds a day later."""
    used = exists().where(Attachment.city == File.city, Attachment.file_id == File.id)
    old = desk.clock() - UNUSED_AFTER
    async with _upkeep(desk, city) as session:
        gone = await session.execute(
            delete(File).where(File.city == city, File.uploaded_at < old, ~used).returning(File.id)
        )
        return len(gone.all())


async def expire_notices(desk: Desk, city: int) -> int:
    """Close notices whose time ran out, with their lines."""
    async with _upkeep(desk, city) as session:
        ran_out = await session.scalars(
            update(Notice)
            .where(
                Notice.city == city,
                Notice.status == NoticeStatus.OPEN.value,
                Notice.expires_at <= desk.clock(),
            )
            .values(status=NoticeStatus.EXPIRED.value)
            .returning(Notice.id)
        )
        ids = ran_out.all()
        await session.execute(
            update(NoticeLine)
            .where(NoticeLine.city == city, NoticeLine.notice_id.in_(ids))
            .values(status=NoticeStatus.EXPIRED.value)
        )
        return len(ids)


async def forget_repetitions(desk: Desk, city: int) -> int:
    """Forget outcomes after 90 days; a payment's own transaction number is never forgotten."""
    old = desk.clock() - FORGOTTEN_AFTER
    async with _upkeep(desk, city) as session:
        gone = await session.execute(
            delete(Repetition).where(Repetition.city == city, Repetition.at < old).returning(Repetition.key)
        )
        return len(gone.all())
