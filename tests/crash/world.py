"""The people and units of a crash: made while all is calm, and led to the servers afterwards."""

import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from api.house import open_house
from tests.banks import SignedBank
from tests.crash.servers import Installation
from tests.crash.stubborn import Stubborn
from tests.deposits import OWNER, Block, build
from tests.office import Office, open_office
from tests.resolvers.changes.unit_changes import Change
from tests.scenes import JIANGMEN, Caller, Town, unit

_STREET = 1_000
_PAYEE = {"holder": OWNER["name"], "number": "6222020000000123", "bank": "中国银行江门分行"}
_PROMISED = "{ refunds(first: 100) { edges { node { id amount } } } }"


@dataclass
class World:
    """Who acts in a crash, and upon what.

    Attributes:
        line: The way to the servers.
        bank: The bank's machine, which signs.
        refunds: Refunds that were promised.
        rooms: The units that have no notice yet, by block.
    """

    line: Stubborn
    office: Office
    authority: Caller
    bank: SignedBank
    blocks: list[Block]
    refunds: list[Any]
    rooms: list[tuple[Block, str]]

    @property
    def town(self) -> Town:
        """The verbs."""
        return self.office.town


@asynccontextmanager
async def settle(
    there: Installation, dice: random.Random, *, units: int, refunds: int = 0
) -> AsyncGenerator[World]:
    """Make so many units and promise so many refunds; then lead everybody to the servers."""
    line = Stubborn(lambda: [server.address for server in there.servers], dice)
    async with (
        open_house(there.settings, join=True) as house,
        Town(house.desk) as town,
        httpx.AsyncClient(transport=line, base_url="http://weixiu", timeout=30) as http,
    ):
        office = await open_office(town, JIANGMEN)
        authority = await town.authority(JIANGMEN)
        blocks = [
            await _street(office, number, min(_STREET, units - first))
            for number, first in enumerate(range(0, units, _STREET), start=1)
        ]
        rooms = [(block, room) for block in blocks for room in block.units]
        await _promise(office, blocks[0], [room for _, room in rooms[:refunds]])
        promised = [edge["node"] for edge in (await authority.ask(_PROMISED))["refunds"]["edges"]]
        assert len(promised) == refunds
        bank = SignedBank(http, blocks[0].bank.headers["X-Weixiu-Key"], house.desk.clock)
        for caller in (office.developer, office.clerk, office.reviewer, authority):
            caller.http = http
        dice.shuffle(rest := rooms[refunds:])
        yield World(line, office, authority, bank, blocks, promised, rest)


async def _street(office: Office, number: int, count: int) -> Block:
    rooms = [f"{place // 90 + 1}{place % 90 + 10:02d}" for place in range(count)]
    lines = [unit(room) for room in rooms]
    return await build(office.town, JIANGMEN, lines, developer=office.developer, name=f"滨江名苑{number}期")


async def _promise(office: Office, block: Block, rooms: list[str]) -> None:
    """Let units be paid for and lose their lift, so that a third goes back."""
    if not rooms:
        return
    for notice in (await block.issue(*rooms))["notices"]:
        assert (await block.pay(notice))["__typename"] == "PaymentConfirmed"
    change = await Change(office, block.estate).begin()
    ids = [block.units[room] for room in rooms]
    await change.pick(*ids)
    await change.edit(hasLift="无")
    await change.save(refundConfirmed=True, refundAccounts=[{"unitIds": ids, **_PAYEE}])
    assert (await change.approve())["status"] == "COMPLETED"
