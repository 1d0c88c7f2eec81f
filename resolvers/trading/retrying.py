"""Telling the transaction system again by hand what it refused or did not hear (重新推送)."""

from collections.abc import Sequence
from uuid import UUID

from db.tables.trading import Push
from domain.problem import Problem, ProblemCode
from domain.quantity import check_quantity
from domain.trading import PushStatus
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch_all

MAX_PUSHES = 1_000


async def retry(work: Work, ids: Sequence[UUID]) -> Outcome:
    """Put failed messages back in the queue; one that waits already stays as it is.

    The worker leaves out what a later message of the unit has told since.
    """
    wrong = check_quantity(ids, MAX_PUSHES, "pushIds", "推送记录")
    if wrong is not None:
        return Refused.because(wrong)
    found = await fetch_all(work, Push, ids, "push.retry", lock=True)
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
