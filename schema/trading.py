"""What the transaction system was told of units' deposits, and telling it again (交存信息推送)."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from db.kept import Condition
from db.tables.estates import Estate as EstateRow
from db.tables.estates import Unit as UnitRow
from db.tables.trading import Push as PushRow
from domain.trading import PushCause, PushStatus
from resolvers.act import Outcome, Work
from resolvers.asker import Asker
from resolvers.filters import push_filter
from resolvers.trading.retrying import retry
from schema.estates import Estate, Unit
from schema.fields import column, one
from schema.ids import read_key
from schema.mutation import INPUT, REHEARSED, ActInput, Answered, answer, mutation, result, row_id
from schema.node import Node
from schema.problem import Rejected
from schema.scalars import Json, Moment
from schema.types import asks, closed, given, maybe, shows, tells, value

closed(
    PushCause,
    "Why the transaction system is told of a unit's deposit (推送原因).",
    {
        "OPENED": "Its account was opened (开户).",
        "CHANGED": "The unit was changed (房屋变更).",
        "OWNERS": "Its owners changed (权属变更).",
        "CONTRACT": "A sale contract was bound to it (绑定合同号).",
        "SPLIT_MERGE": "It was split or merged (拆分合并).",
        "CANCELLED": "It was cancelled for good (注销).",
        "PAYMENT": "Money came (交款).",
        "REFUND": "Money went back (退款).",
    },
)
closed(
    PushStatus,
    "Where a message to the transaction system stands (推送状态).",
    {
        "WAITING": "It waits to be sent, or to be tried again (待推送).",
        "SENT": "That system has received it (已推送).",
        "FAILED": "It was refused, or tried in vain too often; the office may send it again (推送失败).",
        "SKIPPED": "It was needless: the unit is not linked, or a later message told more (无需推送).",
    },
)


@shows(PushRow)
class Push(Node):
    """A message to the real-estate transaction system about a unit's deposit (推送记录)."""

    cause: PushCause = column("cause", "Why it is told (推送原因).")
    cause_no: str = column("cause_no", "Number of the order or notice that caused it (业务单号、通知单号).")
    status: PushStatus = column("status", "Where it stands (状态).")
    attempts: int = column("attempts", "How often it was tried since it was last queued (推送次数).")
    answer: str | None = column("answer", "What went wrong the last time, or why it was needless (结果).")
    message: Json | None = column(
        "payload", "What it says, once it was first sent (推送内容).", "contract.view"
    )
    created_at: Moment = column("created_at", "When it was caused (产生时间).")
    next_at: Moment = column("next_at", "When a waiting one is tried next at the earliest (下次推送时间).")
    sent_at: Moment | None = column("sent_at", "When it was received (推送时间).")
    unit: Unit | None = one(UnitRow, "unit_id", "The unit (房屋).")
    estate: Estate | None = one(EstateRow, "estate_id", "Its estate then (物业区域).")


@asks
class PushFilter:
    """Which messages are asked for; all conditions must hold (推送记录查询条件)."""

    status: PushStatus | None = maybe("Only in this status (状态).")
    unit_id: strawberry.ID | None = maybe("Only of this unit (房屋).")
    estate_id: strawberry.ID | None = maybe("Only of this estate (物业区域).")

    def conditions(self, _asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        unit = read_key(self.unit_id, "Unit", "filter.unitId")
        return push_filter(self.status, unit, read_key(self.estate_id, "Estate", "filter.estateId"))


@asks
class PushRetryInput(ActInput):
    """Failed messages to send again (重新推送)."""

    push_ids: list[strawberry.ID] = given("The messages, up to 1,000 (推送记录).")


@tells
class PushesQueued:
    """Messages that wait to be sent (待推送)."""

    pushes: list[Push] = value("The messages in the order asked (推送记录).")
    dry_run: bool = value(REHEARSED)


PushRetryResult = Annotated[
    PushesQueued | Rejected, result("PushRetryResult", "The messages, or why they stay as they are.")
]


def _queued(done: Answered) -> PushesQueued:
    return PushesQueued(pushes=done.rows, dry_run=done.dry_run)


@strawberry.type
class TradingActs:
    """The mutations of what the transaction system is told."""

    @mutation("push.retry")
    async def push_retry(
        self, info: strawberry.Info, asked: Annotated[PushRetryInput, INPUT]
    ) -> PushRetryResult | None:
        """Send failed messages to the transaction system again (重新推送)."""
        ids = [row_id(info, one, "Push", "pushIds") for one in asked.push_ids]

        async def effect(work: Work) -> Outcome:
            return await retry(work, ids)

        return await answer(info, asked, effect, _queued)
