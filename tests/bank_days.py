"""Days of banks as they are read."""

from typing import Any

from tests.scenes import Caller

_DAY = """query($b: String, $d: Date) { bankDaySummary(bank: $b, day: $d) { bank day
  lines { kind channel count amount } checks { kind amount booked agrees } } }"""


async def day_of(caller: Caller, bank: str | None = None, day: str | None = None) -> Any:
    """Read a day of one bank, or of each, as the caller sees it."""
    return (await caller.ask(_DAY, b=bank, d=day))["bankDaySummary"]


def line(kind: str, channel: str | None, count: int, amount: str) -> Any:
    """Give a line of a day as it is answered."""
    return {"kind": kind, "channel": channel, "count": count, "amount": amount}
