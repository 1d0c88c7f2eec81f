"""Telling the transaction system again by hand what it refused or did not hear (重新推送)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from db.given import among
from db.tables.trading import Push
from domain.problem import Problem, ProblemCode
from domain.refusal import NotFound
from domain.trading import PushStatus
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import must

MAX_PUSHES = 1_000


async def retry(work: Work, ids: Sequence[UUID]) -> Outcome:
    """Put failed messages back in the queue; one that waits already stays as it is.

    The worker leaves out what a later message of the unit has told since.
    """
    wrong = _check_number(ids)
    if wrong is not None:
        return Refused.because(wrong)
    found = await _find(work, ids)
    for push in found:
        if push.status not in {PushStatus.FAILED.value, PushStatus.WAITING.value}:
            params = {"push_status": push.status, "cause_no": push.cause_no}
            return Refused.because(Problem(ProblemCode.PUSH_NOT_FAILED, "pushIds", params=params))
    failed = [push for push in found if push.status == PushStatus.FAILED.value]
    for push in failed:
        push.status, push.attempts, push.next_at = PushStatus.WAITING.value, 0, work.now
    await work.session.flush()
    detail = {
        "causeNo": list(dict.fromkeys(push.cause_no for push in failed)),
        "rows": len(failed),
        "before": {"status": PushStatus.FAILED.value},
        "after": {"status": PushStatus.WAITING.value},
    }
    return Done("Push", tuple(dict.fromkeys(ids)), detail)


def _check_number(ids: Sequence[UUID]) -> Problem | None:
    if not ids:
        return Problem(ProblemCode.FIELD_REQUIRED, "pushIds", params={"label": "推送记录"})
    if len(ids) > MAX_PUSHES:
        params = {"label": "推送记录", "max": str(MAX_PUSHES)}
        return Problem(ProblemCode.LIMIT_EXCEEDED, "pushIds", params=params)
    return None


async def _find(work: Work, ids: Sequence[UUID]) -> Sequence[Push]:
    """Find messages that the caller may send again, and lock them in the order of their ids."""
    scope = await work.visit.sight(Push)
    if scope is None:
        raise NotFound
    wanted = select(Push).where(scope.clause(Push), among(Push.id, list(ids))).order_by(Push.id)
    found = (await work.session.scalars(wanted)).all()
    if len(found) < len(set(ids)):
        raise NotFound
    for push in found:
        await must(work, push, "push.retry")
    locked = wanted.with_for_update().execution_options(populate_existing=True)
    return (await work.session.scalars(locked)).all()
