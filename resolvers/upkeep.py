"""The system's own acts: unused uploads go, notices run out, old repetitions and messages go."""

from datetime import timedelta

from sqlalchemy import and_, delete, exists, select, update

from db.given import among
from db.tables.files import Attachment, File
from db.tables.jobs import Job
from db.tables.money import Notice, NoticeLine
from db.tables.records import OutboxMessage, Repetition
from db.tables.trading import Push
from domain.deposits import NoticeStatus
from domain.jobs import OPEN
from domain.trading import PushStatus
from resolvers.act import Done, Effect, Outcome, Refused, Work, act, settle
from resolvers.desk import Desk
from resolvers.system import system_actor
from resolvers.visit import Visit

UNUSED_AFTER = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(days=90)

# A round that finds nothing to do leaves no trace.
_NOTHING = Refused(())


async def purge_files(desk: Desk, city: int) -> int:
    """Delete uploads and prints that neither an order nor a notice holds a day later, and say how many."""

    async def effect(work: Work) -> Outcome:
        await work.must("file.purge", organization=None, estate=None)
        used = exists().where(Attachment.city == File.city, Attachment.file_id == File.id)
        resolved = exists().where(Notice.city == File.city, Notice.resolution_file_id == File.id)
        wanted = exists().where(Job.city == File.city, Job.file_id == File.id, Job.status.in_(OPEN))
        old = and_(File.city == city, File.uploaded_at < work.now - UNUSED_AFTER, ~used, ~resolved, ~wanted)
        told = Job.file_id.in_(select(File.id).where(old))
        await work.session.execute(update(Job).where(Job.city == city, told).values(file_id=None))
        gone = await work.session.scalars(delete(File).where(old).returning(File.id))
        return say_rows("File", len(gone.all()))

    return await run_system(desk, city, "filePurge", effect)


async def expire_notices(desk: Desk, city: int) -> int:
    """Close notices whose time ran out, with their lines, and say how many."""

    async def effect(work: Work) -> Outcome:
        await work.must("notice.expire", organization=None, estate=None)
        # One that is paid or voided at this moment is looked at again in the next round.
        ran_out = await work.session.scalars(
            select(Notice.id)
            .where(
                Notice.city == city,
                Notice.status == NoticeStatus.OPEN.value,
                Notice.expires_at <= work.now,
            )
            .order_by(Notice.id)
            .with_for_update(skip_locked=True)
        )
        ids = ran_out.all()
        heads = update(Notice).where(Notice.city == city, among(Notice.id, ids))
        lines = update(NoticeLine).where(NoticeLine.city == city, among(NoticeLine.notice_id, ids))
        for statement in (heads, lines):
            await work.session.execute(statement.values(status=NoticeStatus.EXPIRED.value))
        return say_rows("Notice", len(ids))

    return await run_system(desk, city, "noticeExpire", effect)


async def forget_repetitions(desk: Desk, city: int) -> int:
    """Forget outcomes after 90 days, and say how many; a payment's transaction number is never forgotten."""

    async def effect(work: Work) -> Outcome:
        await work.must("repetition.forget", organization=None, estate=None)
        old = work.now - FORGOTTEN_AFTER
        gone = await work.session.scalars(
            delete(Repetition).where(Repetition.city == city, Repetition.at < old).returning(Repetition.key)
        )
        return say_rows("Repetition", len(gone.all()))

    return await run_system(desk, city, "repetitionForget", effect)


async def forget_jobs(desk: Desk, city: int) -> int:
    """Forget long work that ended 90 days ago, and say how much; what it did stands in the audit."""

    async def effect(work: Work) -> Outcome:
        await work.must("repetition.forget", organization=None, estate=None)
        old = work.now - FORGOTTEN_AFTER
        gone = await work.session.scalars(
            delete(Job)
            .where(Job.city == city, Job.finished_at < old, Job.status.not_in(OPEN))
            .returning(Job.id)
        )
        return say_rows("Job", len(gone.all()))

    return await run_system(desk, city, "jobForget", effect)


async def forget_messages(desk: Desk, city: int) -> int:
    """Forget what was told to the outside 90 days ago, or what nobody came to take, and say how many rows.

    What failed stays until somebody has sent it again.
    """

    async def effect(work: Work) -> Outcome:
        await work.must("outbox.send", organization=None, estate=None)
        old = work.now - FORGOTTEN_AFTER
        told = (PushStatus.SENT.value, PushStatus.SKIPPED.value)
        pushes = delete(Push).where(Push.city == city, Push.created_at < old, Push.status.in_(told))
        messages = delete(OutboxMessage).where(OutboxMessage.city == city, OutboxMessage.created_at < old)
        gone = [
            (await work.session.scalars(statement)).all()
            for statement in (pushes.returning(Push.id), messages.returning(OutboxMessage.id))
        ]
        return say_rows("Push", sum(map(len, gone)))

    return await run_system(desk, city, "messageForget", effect)


def say_rows(kind: str, rows: int) -> Outcome:
    """Say how many rows of a kind a round touched; a round that touched none leaves no trace."""
    return Done(kind, (), {"rows": rows}) if rows else _NOTHING


async def run_system(desk: Desk, city: int, name: str, effect: Effect) -> int:
    """Run an act of the system's own principal, and say how many rows it touched."""
    visit = Visit(desk, await system_actor(desk, city))
    try:
        outcome = await act(visit, name, effect)
        await settle(visit)
    finally:
        await visit.close()
    return int(outcome.detail["rows"]) if isinstance(outcome, Done) else 0
