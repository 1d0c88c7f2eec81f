"""What the office books by itself: interest and use on units' accounts, and taking a booking back."""

from typing import Any

from tests.deposits import Block, fresh_key
from tests.scenes import Caller

POSTED = "... on LedgerPosted { dryRun accounts { id unit { roomNo } entries { no } } }"


def alone(unit: str, amount: str) -> dict[str, Any]:
    """Give an amount for one unit."""
    return {"lines": [{"unitId": unit, "amount": amount}]}


async def try_post(
    by: Caller, estate: str, kind: str, amounts: dict[str, Any], read: str = POSTED, **more: Any
) -> Any:
    """Ask for interest or use to be booked, and give the answer."""
    given = {"estateId": estate, "type": kind, "amounts": amounts, "note": "2026年度"}
    given = {**given, "idempotencyKey": fresh_key(), **more}
    return await by.act("ledgerPost", given, read, "LedgerPostInput")


async def post(
    by: Caller, block: Block, kind: str, amounts: dict[str, Any], **more: Any
) -> dict[str, dict[str, Any]]:
    """Book interest or use, and give the accounts by their rooms."""
    done = await try_post(by, block.estate, kind, amounts, **more)
    assert done["__typename"] == "LedgerPosted", done
    return {one["unit"]["roomNo"]: one for one in done["accounts"]}


async def try_reverse(by: Caller, account: str, no: int, read: str = POSTED, **more: Any) -> Any:
    """Ask for a booking to be taken back, and give the answer."""
    given = {"unitAccountId": account, "no": no, "note": "录入有误", "idempotencyKey": fresh_key(), **more}
    return await by.act("ledgerReverse", given, read, "LedgerReverseInput")
