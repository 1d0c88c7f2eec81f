"""What people do while servers are killed; whatever they were told is written down."""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from domain.switch import Route
from tests.banks import BATCH, CONFIRM
from tests.crash.world import World
from tests.office import attach
from tests.resolvers.jobs.asking import ask, ask_import, book, taken
from tests.scenes import Caller, Developer, take, units

_REST = 0.05
_SETTLED = "... on RefundsDone { refunds { id status bankTxnNo } }"
_DRAFTED = "... on OrderDone { order { id } }"


@dataclass
class Acknowledged:
    """What somebody was told was done.

    Attributes:
        payments: Payments by the bank's transaction number.
        notices: Notices by their units.
        refunds: The transaction numbers by which refunds were settled.
        orders: Completed orders by the names of their estates.
        prints: The notices that a job was to print, by job.
        imports: The orders into which a job was to take a workbook, by job.
    """

    payments: dict[str, str] = field(default_factory=dict[str, str])
    notices: dict[str, str] = field(default_factory=dict[str, str])
    refunds: dict[str, str] = field(default_factory=dict[str, str])
    orders: dict[str, str] = field(default_factory=dict[str, str])
    prints: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    imports: dict[str, str] = field(default_factory=dict[str, str])

    def note(self, book: dict[str, str], name: str, said: str) -> None:
        """Write down what was said; the same thing is never said otherwise."""
        assert book.setdefault(name, said) == said, (name, said, book[name])

    @property
    def counts(self) -> dict[str, int]:
        """How many of each there are."""
        return {name: len(told) for name, told in vars(self).items()}


@dataclass
class Load:
    """Everybody at work until it is over.

    Attributes:
        open: Notices that wait to be paid.
        unprinted: Notices that nobody asked to be printed yet.
        numbers: What keys are made of.
    """

    world: World
    dice: random.Random
    told: Acknowledged = field(default_factory=Acknowledged)
    reports: dict[str, Any] = field(default_factory=dict[str, Any])
    open: deque[Any] = field(default_factory=deque[Any])
    unprinted: deque[str] = field(default_factory=deque[str])
    over: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: Iterator[int] = field(default_factory=count)

    def key(self, what: str) -> str:
        """Make a key that no other act has."""
        return f"{what}{next(self.numbers):06d}"

    async def run(self, *works: Callable[[], Awaitable[None]]) -> None:
        """Do all works side by side, each again and again until it is over."""

        async def again(work: Callable[[], Awaitable[None]]) -> None:
            while not self.over.is_set():
                await work()
                # Somebody who finds nothing to do looks again a little later.
                await asyncio.sleep(_REST * self.dice.random())

        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(again(work))

    async def issue(self) -> None:
        """Issue notices for some units that have none."""
        if not self.world.rooms:
            return
        block = self.world.rooms[-1][0]
        rooms: list[str] = []
        while self.world.rooms and self.world.rooms[-1][0] is block and len(rooms) < self.dice.randint(1, 6):
            rooms.append(self.world.rooms.pop()[1])
        key = self.key("N")
        notices: list[Any] = []
        for _ in range(self.dice.choice((1, 1, 2))):
            notices = (await block.issue(*rooms, idempotencyKey=key))["notices"]
            for room, notice in zip(rooms, notices, strict=True):
                self.told.note(self.told.notices, block.units[room], notice["id"])
        self.open.extend(notices)
        self.unprinted.extend(notice["id"] for notice in notices)

    async def confirm(self) -> None:
        """Report that a notice was paid, or report an old payment again."""
        if self.open and self.dice.randrange(4):
            report = self._report(self.open.popleft())
        elif self.told.payments:
            report = self.reports[self.dice.choice(list(self.told.payments))]
        else:
            return
        answer = await self.world.bank.ask(CONFIRM, report)
        self.told.note(self.told.payments, report["bankTxnNo"], answer["payment"]["id"])

    async def confirm_batch(self) -> None:
        """Report some payments at once, old ones among them."""
        fresh = [self.open.popleft() for _ in range(min(len(self.open), self.dice.randint(1, 8)))]
        old = self.dice.sample(list(self.told.payments), min(len(self.told.payments), 2))
        reports = [*map(self._report, fresh), *(self.reports[txn] for txn in old)]
        if not reports:
            return
        answer = await self.world.bank.ask(BATCH, {"payments": reports})
        for report, payment in zip(reports, answer["payments"], strict=True):
            self.told.note(self.told.payments, report["bankTxnNo"], payment["id"])

    def _report(self, notice: Any) -> Any:
        report = self.world.bank.report(notice, self.key("T"))
        self.reports[report["bankTxnNo"]] = report
        return report

    async def settle(self) -> None:
        """Settle a refund that was promised."""
        if not self.world.refunds:
            return
        refund, txn = self.world.refunds.pop(), self.key("R")
        given = {
            "refundIds": [refund["id"]],
            "amount": refund["amount"],
            "bankTxnNo": txn,
            "paidAt": self.world.town.desk.clock().isoformat(),
            "idempotencyKey": self.key("S"),
        }
        done = await self.world.authority.act("refundSettle", given, _SETTLED, "RefundSettleInput")
        assert done["refunds"] == [{"id": refund["id"], "status": "PAID", "bankTxnNo": txn}]
        self.told.note(self.told.refunds, refund["id"], txn)

    async def order(self) -> None:
        """Collect a small estate from draft to approval."""
        office, name = self.world.office, self.key("江畔花园")
        order = await self._draft(name)
        await self._step(office.developer, "orderSubmit", order)
        await self._step(office.clerk, "orderAccept", order, registrationPapersReceived=True)
        done = await self._step(office.reviewer, "orderApprove", order)
        assert done["order"]["status"] == "COMPLETED"
        self.told.note(self.told.orders, name, order)

    async def _step(self, caller: Caller, step: str, order: str, **more: Any) -> Any:
        done = await take(caller, step, order, idempotencyKey=self.key(step), **more)
        assert done["__typename"] == "OrderDone", done
        return done

    async def _draft(self, name: str, *, typed: bool = True) -> str:
        """Open a draft of an estate with three units, and attach what must be."""
        town, developer = self.world.town, self.world.office.developer
        city = town.desk.cities[developer.city]
        content = {
            "name": name,
            "address": f"{name}路1号",
            "district": city.codes.district[0].code,
            "bank": city.banks[0].code,
            "handler": {"name": "王小明", "mobile": "13800138000"},
        }
        given = {"content": {"estateCollection": content}, "idempotencyKey": self.key("D")}
        drafted = await developer.act("orderDraft", given, _DRAFTED, "OrderDraftInput")
        order = drafted["order"]["id"]
        if typed:
            put = await town.put(developer, order, units(), idempotencyKey=self.key("L"))
            assert put["__typename"] == "OrderDone", put
            await self._attach(developer, order)
        return order

    async def _attach(self, developer: Developer, order: str) -> None:
        town = self.world.town
        for kind in town.desk.cities[developer.city].required_attachments(
            "ESTATE_COLLECTION", Route.TEMPLATE
        ):
            file = await town.upload(developer)
            done = await attach(developer, order, file, kind, idempotencyKey=self.key("A"))
            assert done["__typename"] == "OrderDone", done

    async def print(self) -> None:
        """Ask that some notices be printed as long work."""
        ids = [self.unprinted.popleft() for _ in range(min(len(self.unprinted), self.dice.randint(1, 5)))]
        if not ids or len(self.told.prints) > len(self.told.notices) // 20:
            self.unprinted.extend(ids)
            return
        developer = self.world.office.developer
        answer = await ask(developer, "noticePrintJob", noticeIds=ids, idempotencyKey=self.key("P"))
        if answer["__typename"] == "Rejected":
            # Some were paid meanwhile, or ten jobs wait already.
            return
        self.told.prints[(await taken(answer))["id"]] = ids

    async def take_in(self) -> None:
        """Ask that a workbook be taken into a draft as long work."""
        developer = self.world.office.developer
        order = await self._draft(self.key("滨江小院"), typed=False)
        answer = await ask_import(developer, order, book("201", "202", "301"), idempotencyKey=self.key("I"))
        if answer["__typename"] != "Rejected":
            self.told.imports[(await taken(answer))["id"]] = order
        await asyncio.sleep(_REST * 20)


async def go_on(working: "asyncio.Future[None]", seconds: float) -> None:
    """Let people work for a while; where one of them finds something wrong, that ends everything."""
    await asyncio.wait({working}, timeout=seconds)
    if working.done():
        working.result()
