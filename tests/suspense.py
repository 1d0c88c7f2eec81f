"""Money in suspense as the authority decides on it."""

from typing import Any

from tests.deposits import fresh_key
from tests.scenes import Caller

_ITEM = (
    "id status resolution resolutionNote resolvedAt resolvedBy returnTxnNo returnedAt channel reason amount"
    " notice { noticeNo } payment { proofNo amount notice { noticeNo } }"
    " bookings { cause note bookedBy entries { type amount } }"
)
_LIST = (
    "query($f: SuspenseFilter) { suspenseItems(filter: $f) { totalCount edges { node { id bankTxnNo } } } }"
)


class Decider:
    """The authority's admin at the queue of money in suspense."""

    def __init__(self, admin: Caller) -> None:
        self.admin = admin

    async def items(self, **filters: Any) -> dict[str, str]:
        """Give the ids of items by their transaction numbers."""
        found = (await self.admin.ask(_LIST, f=filters))["suspenseItems"]
        assert found["totalCount"] == len(found["edges"])
        return {edge["node"]["bankTxnNo"]: edge["node"]["id"] for edge in found["edges"]}

    async def decide(self, item: str, by: Caller | None = None, **decision: Any) -> Any:
        """Decide on an item."""
        given: dict[str, Any] = {
            "suspenseItemId": item,
            "note": "已与银行核对",
            "idempotencyKey": fresh_key(),
        }
        for name in ("note", "dryRun", "idempotencyKey"):
            if name in decision:
                given[name] = decision.pop(name)
        read = f"... on SuspenseResolved {{ dryRun item {{ {_ITEM} }} }}"
        return await (by or self.admin).act(
            "suspenseResolve", {**given, "decision": decision}, read, "SuspenseResolveInput"
        )
