"""Random sequences of acts, honest and wrong, after each of which every invariant of the books holds."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.engine import Addresses
from db.sealing import Keys
from resolvers.ledger_check import verify
from resolvers.upkeep import expire_notices
from tests.conftest import MovableClock, open_desk
from tests.deposits import Block, build, codes, fresh_key
from tests.scenes import ADMIN_ID, JIANGMEN, Caller, Town, unit

_STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "issue",
                "void",
                "pay",
                "pay again",
                "pay wrong",
                "pay as the other bank",
                "wait",
                "expire",
                "cheat",
                "interest",
                "use",
                "reverse",
            )
        ),
        st.integers(0, 1),
    ),
    max_size=12,
)


_ACCOUNT = "query($id: ID!) { node(id: $id) { ... on Unit { account { id } } } }"


@dataclass
class Model:
    """What a unit's notices and account must look like, kept in plain figures beside the product."""

    open: Any = None
    issued_on: int = 0
    past: list[Any] = field(default_factory=list[Any])
    paid: bool = False
    posted: list[int] = field(default_factory=list[int])
    entries: int = 0
    reversed: bool = True

    @property
    def balance(self) -> int:
        """What the account must hold, in fen."""
        return (300_000 if self.paid else 0) + sum(self.posted)

    def runs(self, day: int) -> bool:
        """Tell whether the open notice still runs."""
        return self.open is not None and day < self.issued_on + 30


@dataclass
class World:
    """A block of many units; each example plays with two that no other touched."""

    block: Block
    other_bank: Caller
    authority: Caller
    clock: MovableClock
    rooms: Iterator[str]
    day: int = 0
    suspended: int = 0

    async def play(self, steps: Sequence[tuple[str, int]]) -> None:
        """Take steps and compare every answer with the model's."""
        rooms = [next(self.rooms), next(self.rooms)]
        models = [Model(), Model()]
        for name, place in steps:
            await self._take(name, rooms[place], models[place])
            assert await verify(self.block.town.desk, JIANGMEN) == []
        for room, model in zip(rooms, models, strict=True):
            account = (await self.block.unit(room))["account"]
            assert account["balance"] == f"{model.balance // 100}.{model.balance % 100:02d}"
            assert len(account["entries"]) == model.entries

    async def _take(self, name: str, room: str, model: Model) -> None:
        if name == "wait":
            self.clock.move(days=16)
            self.day += 16
            self.block.developer.headers = await self.block.town.sign_in(JIANGMEN, "admin")
            self.authority.headers = await self.block.town.sign_in(
                JIANGMEN, f"authority_admin-{ADMIN_ID[-4:]}"
            )
        elif name == "expire":
            await expire_notices(self.block.town.desk, JIANGMEN)
        elif name == "issue":
            await self._issue(room, model)
        elif name == "void":
            await self._void(model)
        elif name == "cheat":
            given = {"noticeNo": f"JMNO{fresh_key()}", "total": "3000.00"}
            await self._suspend(self.block.pay(given), "NOTICE_UNKNOWN")
        elif name in ("interest", "use", "reverse"):
            await self._post(name, room, model)
        elif model.open is not None:
            await self._pay(name, model)

    async def _issue(self, room: str, model: Model) -> None:
        answer = await self.block.issue(room)
        if model.paid:
            assert codes(answer) == ["NOTHING_DUE"]
            return
        notice = answer["notices"][0]
        if model.runs(self.day):
            assert notice["id"] == model.open["id"]
        else:
            assert notice["id"] not in [past["id"] for past in (*model.past, model.open or {"id": ""})]
            model.past += [model.open] if model.open else []
            model.open, model.issued_on = notice, self.day

    async def _void(self, model: Model) -> None:
        if model.open is None:
            return
        answer = await self.block.void(model.open)
        if model.runs(self.day) and not model.paid:
            assert answer["notice"]["status"] == "VOIDED"
            model.past.append(model.open)
            model.open = None
        else:
            assert codes(answer) == ["NOTICE_NOT_OPEN"]

    async def _pay(self, name: str, model: Model) -> None:
        if name == "pay as the other bank":
            await self._suspend(self.block.pay(model.open, by=self.other_bank), "NOTICE_UNKNOWN")
        elif model.paid:
            await self._suspend(self.block.pay(model.open), "ALREADY_PAID")
        elif not model.runs(self.day):
            await self._suspend(self.block.pay(model.open), "NOTICE_NOT_OPEN")
        elif name == "pay wrong":
            await self._suspend(self.block.pay(model.open, amount="2999.99"), "AMOUNT_MISMATCH")
        else:
            txn = fresh_key()
            answers = await asyncio.gather(*(self.block.pay(model.open, txn) for _ in range(2)))
            assert answers[0] == answers[1]
            assert answers[0]["payment"]["amount"] == "3000.00"
            model.paid = True
            model.entries += 1

    async def _post(self, name: str, room: str, model: Model) -> None:
        """Book interest or most of what is there, or take the latest such booking back."""
        common = {"note": "样例", "idempotencyKey": fresh_key()}
        read = "... on LedgerPosted { accounts { balance } }"
        if name == "reverse":
            if not model.posted or model.balance < model.posted[-1]:
                return
            account = await self.block.developer.ask(_ACCOUNT, id=self.block.units[room])
            given = {"unitAccountId": account["node"]["account"]["id"], "no": model.entries, **common}
            answer = await self.authority.act("ledgerReverse", given, read, "LedgerReverseInput")
            # After a reversal the latest entry is that reversal, which stands.
            if model.reversed:
                assert codes(answer) == ["BOOKING_STANDS"]
                return
            model.posted.pop()
            model.reversed = True
        else:
            lines = [
                {"unitId": self.block.units[room], "amount": "1.07" if name == "interest" else "2000.00"}
            ]
            given = {
                "estateId": self.block.estate,
                "type": name.upper(),
                "amounts": {"lines": lines},
                **common,
            }
            if name == "interest" and not model.paid:
                return
            answer = await self.authority.act("ledgerPost", given, read, "LedgerPostInput")
            amount = 107 if name == "interest" else -200_000
            if model.balance + amount < 0:
                assert codes(answer) == ["BALANCE_SHORT"]
                return
            model.posted.append(amount)
            model.reversed = False
        assert answer["__typename"] == "LedgerPosted", answer
        model.entries += 1

    async def _suspend(self, asked: Awaitable[Any], code: str) -> None:
        assert codes(await asked) == [code]
        self.suspended += 1


@pytest.fixture(scope="module")
async def world(server: Addresses, keys: Keys) -> AsyncIterator[World]:
    """Give a block of 80 units of 100.00 m² with a lift."""
    clock = MovableClock()
    async with open_desk(server, keys, clock) as desk, Town(desk) as town:
        block = await build(town, lines=[unit(f"{n // 10 + 1}{n % 10:02d}", "100.00") for n in range(80)])
        other = await town.bank(JIANGMEN, "JM02")
        yield World(block, other, await town.authority(JIANGMEN), clock, iter(sorted(block.units, key=int)))


# Nothing is shrunk: every example goes on with the books that those before it left.
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=(HealthCheck.function_scoped_fixture, HealthCheck.too_slow),
)
@given(steps=_STEPS)
async def test_any_sequence_of_acts_keeps_every_invariant_of_the_books(
    world: World, steps: list[tuple[str, int]]
):
    await world.play(steps)
    world.authority.headers = await world.block.town.sign_in(JIANGMEN, f"authority_admin-{ADMIN_ID[-4:]}")
    found = await world.authority.ask("{ suspenseItems(last: 100) { totalCount } }")
    assert found["suspenseItems"]["totalCount"] == world.suspended
