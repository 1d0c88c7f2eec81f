"""A block in Jiangmen of which the transaction system is told, and what became of the messages."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from resolvers.desk import Desk
from resolvers.trading.delivery import deliver
from tests.deposits import Block, build
from tests.scenes import JIANGMEN, Caller, Town, unit
from tests.shelf import Shelf
from tests.sim import Sim

PUSH = (
    "id cause causeNo status attempts answer message createdAt nextAt sentAt unit { roomNo } estate { name }"
)
_LIST = f"query($f: PushFilter) {{ pushes(filter: $f) {{ edges {{ node {{ {PUSH} }} }} }} }}"


@dataclass
class Mouth:
    """A block whose units 301 and 302 are linked by their contracts, and 303 is not."""

    block: Block
    sim: Sim
    shelf: Shelf

    @property
    def desk(self) -> Desk:
        """The desk of the process."""
        return self.block.town.desk

    async def drain(self, desk: Desk | None = None) -> int:
        """Do as the worker does until nothing is due, and count the messages."""
        total = 0
        while done := await deliver(desk or self.desk, JIANGMEN):
            total += done
        return total

    async def pushes(self, by: Caller | None = None, **chosen: Any) -> list[Any]:
        """Read the messages, the oldest first."""
        found = await (by or self.block.developer).ask(_LIST, f=chosen or None)
        return [edge["node"] for edge in reversed(found["pushes"]["edges"])]

    async def standing(self) -> list[tuple[Any, ...]]:
        """Tell of each message its room, cause, status, tries and answer, the oldest first."""
        return await self.shelf.rows(
            "select room_no, cause, p.status, attempts, answer from push p"
            " join unit u on u.city = p.city and u.id = p.unit_id order by seq"
        )

    async def pay(self, *rooms: str) -> None:
        """Let the bank confirm what is due of some rooms."""
        for room in rooms:
            paid = await self.block.pay(await self.block.notice(room))
            assert paid["__typename"] == "PaymentConfirmed", paid

    async def retry(self, by: Caller, *ids: str, **more: Any) -> Any:
        """Send messages again by hand."""
        read = f"... on PushesQueued {{ dryRun pushes {{ {PUSH} }} }}"
        return await by.act("pushRetry", {"pushIds": list(ids), **more}, read, "PushRetryInput")

    def heard(self) -> list[tuple[str, str, str, int, bool]]:
        """Tell what the other side heard, in order: room, cause, what is paid, how often, and if too late."""
        return [
            (one.message.room_no, one.message.cause, one.message.paid, one.times, one.late)
            for one in self.sim[JIANGMEN].heard
        ]


async def open_mouth(town: Town, sim: Sim, shelf: Shelf) -> Mouth:
    """Collect the block; the other side knows the two contracts."""
    lines = [unit("301", contractNo="HT-1"), unit("302", contractNo="HT-2"), unit("303")]
    mouth = Mouth(await build(town, lines=lines), sim, shelf)
    for number in ("HT-1", "HT-2"):
        sim[JIANGMEN].sell(number, None)
    return mouth


class Dying:
    """A process that dies after the other side has heard it, and before it can note that."""

    def __init__(self, system: Any) -> None:
        self._system = system

    async def push(self, unit_code: str, key: str, message: Any) -> None:
        """Send, and die."""
        await self._system.push(unit_code, key, message)
        raise asyncio.CancelledError


class Hanging:
    """A line on which messages wait until they are let go."""

    def __init__(self, system: Any, gate: Any) -> None:
        self._system, self._gate = system, gate
        self.begun: list[str] = []

    async def push(self, unit_code: str, key: str, message: Any) -> None:
        """Wait, and send."""
        self.begun.append(message["cause"])
        await self._gate.wait()
        await self._system.push(unit_code, key, message)


def with_system(desk: Desk, system: Any) -> Desk:
    """Give another process beside this one, with a line of its own."""
    return replace(desk, trading={**desk.trading, JIANGMEN: system})
