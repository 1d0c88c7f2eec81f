"""A bank that confirms many payments over a line that breaks, and what must be true afterwards."""

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.api.listening import listening
from tests.banks import BATCH, CONFIRM, SignedBank
from tests.cutting import CuttingProxy, cutting
from tests.deposits import Block, Books, build
from tests.scenes import JIANGMEN, Developer, Town, unit

Reports = list[dict[str, Any]]
_LINES = httpx.Limits(max_connections=16, max_keepalive_connections=16)


async def open_street(
    town: Town, count: int, developer: Developer | None = None, name: str = "滨江名苑"
) -> tuple[Block, list[Any]]:
    """Give a block of so many units, each with an open notice."""
    rooms = [f"{place // 90 + 1}{place % 90 + 10:02d}" for place in range(count)]
    block = await build(town, JIANGMEN, [unit(room) for room in rooms], developer=developer, name=name)
    notices: list[Any] = []
    for part in (rooms[start : start + 500] for start in range(0, count, 500)):
        issued = await block.issue(*part)
        assert issued["__typename"] == "NoticesIssued", issued
        notices += issued["notices"]
    return block, notices


@asynccontextmanager
async def signer_over(block: Block, dice: random.Random) -> AsyncGenerator[tuple[SignedBank, CuttingProxy]]:
    """Give the block's bank a machine that signs, at the end of a line that breaks."""
    town = block.town
    async with (
        listening(town.desk) as place,
        cutting(place.port, dice) as line,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{line.port}", trust_env=False, timeout=60, limits=_LINES
        ) as http,
    ):
        yield SignedBank(http, block.bank.headers["X-Weixiu-Key"], town.desk.clock), line


@dataclass
class Told:
    """What the bank was told of each of its transactions: a payment's id, or the code of a refusal."""

    of: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    answers: int = 0
    repeats: int = 0

    def note(self, txn: str, said: str) -> None:
        """Keep an answer."""
        self.of.setdefault(txn, set()).add(said)


def plan(bank: SignedBank, notices: Sequence[Any], sends: int, dice: random.Random) -> list[Reports]:
    """Make letters of one report or of some: all notices, copies, and a few notices paid twice over."""
    reports = [bank.report(notice, f"T{place:06d}") for place, notice in enumerate(notices)]
    again = dice.sample(range(len(notices)), max(len(notices) // 20, 1))
    reports += [bank.report(notices[place], f"X{place:06d}") for place in again]
    wanted = reports + [dice.choice(reports) for _ in range(sends - len(reports))]
    dice.shuffle(wanted)
    letters: list[Reports] = []
    while wanted:
        size = 1 if dice.randrange(4) else min(dice.randrange(2, 20), len(wanted))
        letters.append([wanted.pop() for _ in range(size)])
    return letters


async def confirm_all(bank: SignedBank, letters: Sequence[Reports], *, lines: int = 8) -> Told:
    """Send letters until each was answered, over so many lines at once."""
    told = Told()
    waiting = iter(letters)

    async def line() -> None:
        for letter in waiting:
            await _settle(bank, letter, told)

    await asyncio.gather(*(line() for _ in range(lines)))
    return told


async def _settle(bank: SignedBank, letter: Reports, told: Told) -> None:
    """Send a letter until it is answered; a batch that is refused is reported one by one."""
    if len(letter) == 1:
        (report,) = letter
        answer = await _insist(bank, CONFIRM, report, told)
        said = answer["payment"]["id"] if "payment" in answer else answer["problems"][0]["code"]
        told.note(report["bankTxnNo"], said)
        return
    answer = await _insist(bank, BATCH, {"payments": letter}, told)
    if "payments" in answer:
        for report, payment in zip(letter, answer["payments"], strict=True):
            told.note(report["bankTxnNo"], payment["id"])
        return
    for report in letter:
        await _settle(bank, [report], told)


async def _insist(bank: SignedBank, path: str, asked: Any, told: Told) -> Any:
    """Ask again, signed anew, until the product answers for good."""
    while True:
        try:
            answer = await bank.send(path, asked)
        except httpx.TransportError:
            told.repeats += 1
            continue
        if answer.status_code == 503:
            told.repeats += 1
            continue
        assert answer.status_code in {200, 422}, answer.text
        told.answers += 1
        return answer.json()


async def check(books: Books, notices: Sequence[Any], letters: Sequence[Reports], told: Told) -> None:
    """See that every yuan that was reported stands in the books once, and that nobody was told two things."""
    reported = {report["bankTxnNo"]: report for letter in letters for report in letter}
    assert set(told.of) == set(reported)
    assert [txn for txn, said in told.of.items() if len(said) != 1] == []
    booked = await books.rows("select bank_txn_no, amount from payment order by 1")
    kept = await books.rows("select bank_txn_no, amount, reason from suspense_item order by 1")
    assert sorted([*(row[0] for row in booked), *(row[0] for row in kept)]) == sorted(reported)
    assert {row[0] for row in kept} == {txn for txn, said in told.of.items() if said == {"ALREADY_PAID"}}
    assert {row[2] for row in kept} == {"ALREADY_PAID"}
    for txn, amount, *_ in [*booked, *kept]:
        assert f"{amount // 100}.{amount % 100:02d}" == reported[txn]["amount"]
    assert len(booked) == len(notices)
    assert await books.rows("select distinct status from notice") == [("PAID",)]
    assert await books.one("select count(*) from journal") == len(reported)
    assert await books.one("select coalesce(sum(amount), 0) from entry") == 0
    assert await books.one("select sum(balance) from account") == 0
    units = await books.one("select sum(balance) from account where kind = 'UNIT'")
    assert units == sum(row[1] for row in booked)
